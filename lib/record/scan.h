/*
 * The cursor: one strict pass over a line, in which the wanted values are
 * found and nothing is allocated a member.  Private to lib/record.
 */
#ifndef SM_RECORD_SCAN_H
#define SM_RECORD_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "record/record.h"

struct sm_paths;

/* A name of an object that is being read, for telling a second one. */
struct sm_scan_name {
	uint64_t key;		/* its first 8 bytes */
	const char *text;
	uint32_t len;
};

struct sm_scan_state {
	/* Given. */
	const struct sm_paths *paths;
	struct sm_value *values;	/* by slot, all absent before */
	uint32_t *from;			/* by slot of one name: offset of the
					   member's opening quote */
	/* Found. */
	uint32_t last_brace;		/* offset */
	uint32_t members;		/* of the top object */
	const char *error;		/* "expected ':'", or NULL */
	const char *error_at;

	/* While it runs. */
	const char *line, *end;
	int depth;
	struct sm_scan_name *names;	/* of all open objects, a stack */
	size_t name_count, name_room;
	struct sm_arena arena;		/* names without their escapes */
};

/* The end of the object, or NULL and error, error_at. */
const char *sm_scan_scalar(struct sm_scan_state *scan, const char *line,
    size_t len);
#ifdef __SSE2__
const char *sm_scan_sse2(struct sm_scan_state *scan, const char *line,
    size_t len);
#endif

/*
 * The inside of a string without its escapes: to must have room for len
 * bytes; gives back how many were written.  text must have been scanned.
 */
size_t sm_scan_unescape(char *to, const char *text, size_t len);

/* Up to so many names an object are compared as they come. */
#define SM_SCAN_FEW 32

#endif
