/*
 * Bytes to a descriptor in large pieces.  The first failure stays: later
 * calls do nothing and give it back, so it is enough to look at the last.
 */
#ifndef SM_RECORD_WRITER_H
#define SM_RECORD_WRITER_H

#include <stddef.h>

struct sm_err;
struct sm_writer;

/* On fd, which is not closed.  On a terminal JSON is written with \uXXXX for
   what could harm it (sm_safe). */
struct sm_writer *sm_writer_new(int fd);
void sm_writer_free(struct sm_writer *writer);	/* does not flush */

int sm_writer_add(struct sm_writer *writer, const char *data, size_t len,
    struct sm_err *err);
/* 0, or -1 and err (SM_EXIT_IO) where anything so far could not be written. */
int sm_writer_flush(struct sm_writer *writer, struct sm_err *err);

#endif
