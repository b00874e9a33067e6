/*
 * What programs say to people, on standard error: "sm-score: text".  Every
 * text passes sm_safe, so quoting a stranger's bytes in it does no harm.
 * Only cmd/, frame/ and tui/ call this.
 */
#ifndef SM_BASE_MSG_H
#define SM_BASE_MSG_H

#include <stddef.h>

#include "base/exit.h"

extern int sm_verbose;	/* -v, counted */
extern int sm_quiet;	/* -q: only what ends the program is said */

/* The program's name as typed, for messages; also sets the memory handler. */
void sm_msg_init(const char *argv0);
const char *sm_msg_program(void);

void sm_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Only with -v. */
void sm_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void sm_die(enum sm_exit status, const char *format, ...)
    __attribute__((noreturn, format(printf, 2, 3)));

/* A prepared text, newline and program name not included. */
void sm_say(const char *text, size_t len);

#endif
