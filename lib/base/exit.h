/*
 * Exit statuses, the same in every program: sysexits(3) and one more.  The
 * table for people is in sm(7).
 */
#ifndef SM_BASE_EXIT_H
#define SM_BASE_EXIT_H

enum sm_exit {
	SM_EXIT_OK = 0,
	SM_EXIT_SOME = 1,	/* done, but some records were not handled */
	SM_EXIT_USAGE = 64,
	SM_EXIT_DATA = 65,	/* bad data, where --strict asks for it */
	SM_EXIT_NOINPUT = 66,
	SM_EXIT_REFUSED = 69,	/* a service refused */
	SM_EXIT_FAULT = 70,	/* a fault of ours */
	SM_EXIT_OS = 71,	/* memory, processes */
	SM_EXIT_CANTCREAT = 73,
	SM_EXIT_IO = 74,
	SM_EXIT_TEMP = 75,	/* try again later, nothing is lost */
	SM_EXIT_NOPERM = 77,
	SM_EXIT_CONFIG = 78	/* configuration or rules */
};

#endif
