/*
 * What the verbs of sm share.
 */
#ifndef SM_CMD_FRONT_H
#define SM_CMD_FRONT_H

#include <stdint.h>

#include "frame/verb.h"

struct sm_conf;

/* The configuration; ends the program where there is something wrong. */
struct sm_conf *front_conf(const char *file);

/* The file beside the store that a sweep locks and leaves its result in. */
char *front_sweep_file(const char *store);

/* How the last sweep ended. */
struct front_sweep {
	int64_t when;
	int status;
	int64_t told;	/* when its failure was said, SM_TIME_NONE: never */
};

/* 0, or -1: none is known. */
int front_last_sweep(const char *store, struct front_sweep *last);

#endif
