/*
 * Writing JSON text: members in the order in which they are added, integers
 * only, nothing escaped but what must be (quote, backslash, controls).
 */
#ifndef SM_RECORD_JSON_H
#define SM_RECORD_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_buf;

/*
 * All add to out with the comma that is needed before; name is NULL inside an
 * array and on top.  Strings must be UTF-8: what is not becomes U+FFFD.
 */
void sm_json_open(struct sm_buf *out, const char *name, char bracket);
void sm_json_close(struct sm_buf *out, char bracket);
void sm_json_str(struct sm_buf *out, const char *name, const char *s,
    size_t len);
void sm_json_strz(struct sm_buf *out, const char *name, const char *s);
void sm_json_int(struct sm_buf *out, const char *name, int64_t value);
void sm_json_bool(struct sm_buf *out, const char *name, bool value);
void sm_json_time(struct sm_buf *out, const char *name, int64_t time);
void sm_json_raw(struct sm_buf *out, const char *name, const char *json,
    size_t len);

/* Only the inside of a string, escaped, without quotes. */
void sm_json_escape(struct sm_buf *out, const char *s, size_t len);

#endif
