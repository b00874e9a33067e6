/*
 * What went wrong, for whoever can say it: the library answers with a struct
 * sm_err, only programs print.  The code is the status a program would end
 * with for it.
 */
#ifndef SM_BASE_ERR_H
#define SM_BASE_ERR_H

#include "base/exit.h"

#define SM_ERR_MAX 1024	/* bytes of text, NUL included; longer is cut */

struct sm_err {
	enum sm_exit code;
	char text[SM_ERR_MAX];	/* "cannot open 'x': No such file ..." */
};

/* Fill err (which may be NULL) and give back -1, so that one can return it. */
int sm_err_set(struct sm_err *err, enum sm_exit code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with ": " and strerror(errno) behind it. */
int sm_err_errno(struct sm_err *err, enum sm_exit code, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* Put "<prefix>: " before the text that is there; gives back -1. */
int sm_err_prefix(struct sm_err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
