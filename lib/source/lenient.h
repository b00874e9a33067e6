/*
 * JSON as servers send it, made fit for jansson: a byte order mark is passed
 * over, bytes that are not UTF-8 and lone surrogates are replaced, \u0000 is
 * left out, and numbers that are no 64-bit integers or doubles become strings,
 * so that one odd post never costs the page.
 */
#ifndef SM_SOURCE_LENIENT_H
#define SM_SOURCE_LENIENT_H

#include <jansson.h>
#include <stddef.h>

struct sm_err;

#define SM_LENIENT_DEPTH 512

/* What the text stands for, or NULL and err (SM_EXIT_DATA). */
json_t *sm_lenient_json(const char *bytes, size_t len, struct sm_err *err);

/* A string or number member as text (lent or written to room), or NULL. */
const char *sm_lenient_str(const json_t *object, const char *name,
    char room[32]);

#endif
