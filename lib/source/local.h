/* Files and standard input, answered for as if they came by HTTP. */
#ifndef SM_SOURCE_LOCAL_H
#define SM_SOURCE_LOCAL_H

#include <stddef.h>

struct sm_err;
struct sm_response;

/* The path in "file:PATH", "file:///PATH" or PATH itself; lent. */
const char *local_path(const char *where);

/* All of where ("-": standard input) to the callbacks, see http.h. */
void local_read(const char *where,
    int (*begin)(void *arg, const struct sm_response *res,
    struct sm_err *err),
    int (*body)(void *arg, const char *data, size_t len, struct sm_err *err),
    void (*done)(void *arg, const struct sm_response *res,
    const struct sm_err *err),
    int (*idle)(void *arg, struct sm_err *err), void *arg);

#endif
