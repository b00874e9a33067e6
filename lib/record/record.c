#include "record/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/simd.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "record/number.h"
#include "record/paths.h"
#include "record/scan.h"

/* What is to stand at a slot instead of what came. */
struct edit {
	int slot;
	uint32_t from, to;	/* bytes of the line it replaces; from == to:
				   none, it is appended */
	const char *json;	/* NULL: the member is left out */
	size_t len;
};

struct sm_record {
	const char *line;
	size_t len;
	struct sm_scan_state scan;
	struct sm_value *plain;	/* by slot: strings without their escapes */
	struct sm_arena arena;	/* those, and the edits' JSON */
	struct edit *edits;	/* by place: replacements, then appended */
	size_t edit_count, edit_room;
};

typedef const char *scanner(struct sm_scan_state *, const char *, size_t);

static scanner *
best_scanner(void)
{
#ifdef __SSE2__
	if (sm_simd())
		return sm_scan_sse2;
#endif
	return sm_scan_scalar;
}

static scanner *scan_line;

void
sm_record_scanner(enum sm_scan scan)
{
	scan_line = scan == SM_SCAN_SCALAR ? sm_scan_scalar : best_scanner();
#ifdef __SSE2__
	if (scan == SM_SCAN_SSE2)
		scan_line = sm_scan_sse2;
#endif
}

struct sm_record *
sm_record_new(const struct sm_paths *paths)
{
	struct sm_record *rec = sm_xcalloc(1, sizeof(*rec));
	size_t slots = (size_t)sm_paths_count(paths);

	if (!scan_line)
		sm_record_scanner(SM_SCAN_BEST);
	rec->scan.paths = paths;
	rec->scan.values = sm_xcalloc(slots, sizeof(*rec->scan.values));
	rec->scan.from = sm_xcalloc(slots, sizeof(*rec->scan.from));
	rec->plain = sm_xcalloc(slots, sizeof(*rec->plain));
	return rec;
}

void
sm_record_free(struct sm_record *rec)
{
	if (!rec)
		return;
	free(rec->scan.values);
	free(rec->scan.from);
	free(rec->scan.names);
	sm_arena_release(&rec->scan.arena);
	free(rec->plain);
	sm_arena_release(&rec->arena);
	free(rec->edits);
	free(rec);
}

/* After a failure nothing of the line before may show. */
static void
forget(struct sm_record *rec)
{
	size_t slots = (size_t)sm_paths_count(rec->scan.paths);

	memset(rec->scan.values, 0, slots * sizeof(*rec->scan.values));
	memset(rec->plain, 0, slots * sizeof(*rec->plain));
	rec->edit_count = 0;
	sm_arena_reset(&rec->arena);
}

int
sm_record_parse(struct sm_record *rec, const char *line, size_t len,
    struct sm_err *err)
{
	size_t good;

	rec->line = line;
	rec->len = len;
	forget(rec);
	if (len > SM_RECORD_MAX)
		return sm_err_set(err, SM_EXIT_DATA,
		    "longer than %d bytes", SM_RECORD_MAX);
	/* Strings are looked at while they are scanned; all else is ASCII. */
	if (scan_line(&rec->scan, line, len))
		return 0;
	forget(rec);
	good = sm_utf8_check(line, len);
	if (good < len)
		return sm_err_set(err, SM_EXIT_DATA,
		    "byte %zu: not UTF-8", good + 1);
	return sm_err_set(err, SM_EXIT_DATA, "byte %zu: %s",
	    (size_t)(rec->scan.error_at - line) + 1, rec->scan.error);
}

const char *
sm_record_line(const struct sm_record *rec, size_t *len)
{
	*len = rec->len;
	return rec->line;
}

const struct sm_value *
sm_record_value(const struct sm_record *rec, int slot)
{
	assert(slot >= 0 && slot < rec->scan.paths->slots);
	return &rec->scan.values[slot];
}

const char *
sm_value_str(struct sm_record *rec, const struct sm_value *value, size_t *len)
{
	size_t unused;
	char *to;

	if (value->type != SM_STRING)
		return NULL;
	if (!len)
		len = &unused;
	*len = value->len;
	if (!value->escaped)
		return value->text;
	to = sm_arena_alloc(&rec->arena, value->len);
	*len = sm_scan_unescape(to, value->text, value->len);
	return to;
}

const char *
sm_record_str(struct sm_record *rec, int slot, size_t *len)
{
	const struct sm_value *value = sm_record_value(rec, slot);
	struct sm_value *plain = &rec->plain[slot];
	size_t size;

	if (value->type != SM_STRING)
		return NULL;
	if (!plain->type) {
		plain->text = sm_value_str(rec, value, &size);
		plain->len = (uint32_t)size;
		plain->type = SM_STRING;
	}
	if (len)
		*len = plain->len;
	return plain->text;
}

bool
sm_record_equals(struct sm_record *rec, int slot, const char *text,
    size_t len)
{
	const struct sm_value *value = sm_record_value(rec, slot);
	const char *s = value->text;
	size_t own = value->len;

	if (value->type != SM_STRING || (own != len && !value->escaped))
		return false;
	if (value->escaped)
		s = sm_record_str(rec, slot, &own);
	return own == len && memcmp(s, text, len) == 0;
}

bool
sm_value_int(const struct sm_value *value, int64_t *number)
{
	bool exact;

	if (value->type != SM_NUMBER)
		return false;
	*number = sm_number_scaled(value->text, value->len, 0, &exact);
	return exact;
}

bool
sm_value_micro(const struct sm_value *value, int64_t *micro)
{
	bool exact;

	if (value->type != SM_NUMBER)
		return false;
	*micro = sm_number_scaled(value->text, value->len, 6, &exact);
	return true;
}

bool
sm_record_int(const struct sm_record *rec, int slot, int64_t *value)
{
	return sm_value_int(sm_record_value(rec, slot), value);
}

bool
sm_record_micro(const struct sm_record *rec, int slot, int64_t *micro)
{
	return sm_value_micro(sm_record_value(rec, slot), micro);
}

bool
sm_record_true(const struct sm_record *rec, int slot)
{
	return sm_record_value(rec, slot)->type == SM_TRUE;
}

bool
sm_record_time(struct sm_record *rec, int slot, int64_t *time)
{
	size_t len;
	const char *s = sm_record_str(rec, slot, &len);

	return s && sm_time_parse(s, len, time) == 0;
}

/* Where the member at slot begins and ends in the line. */
static void
member_bounds(const struct sm_record *rec, int slot, struct edit *edit)
{
	const struct sm_value *value = &rec->scan.values[slot];
	size_t behind;

	edit->from = edit->to = rec->scan.last_brace;
	if (value->type == SM_ABSENT)
		return;
	behind = (size_t)(value->text - rec->line) + value->len;
	edit->from = rec->scan.from[slot];
	edit->to = (uint32_t)behind + (value->type == SM_STRING);
}

/* Keeps edits by place; of one slot there is one. */
static void
put_edit(struct sm_record *rec, int slot, const char *json, size_t len)
{
	struct edit edit = { .slot = slot, .json = json, .len = len };
	size_t at;

	assert(slot >= 0 && slot < sm_paths_count(rec->scan.paths));
	assert(rec->scan.paths->depth_one[slot] >= 0);
	member_bounds(rec, slot, &edit);
	for (at = 0; at < rec->edit_count; at++)
		if (rec->edits[at].slot == slot) {
			rec->edits[at] = edit;
			return;
		}
	rec->edits = sm_xgrow(rec->edits, &rec->edit_room,
	    rec->edit_count + 1, sizeof(*rec->edits));
	at = rec->edit_count++;
	for (; at > 0 && rec->edits[at - 1].from > edit.from; at--)
		rec->edits[at] = rec->edits[at - 1];
	rec->edits[at] = edit;
}

void
sm_record_set(struct sm_record *rec, int slot, const char *json, size_t len)
{
	put_edit(rec, slot, sm_arena_strndup(&rec->arena, json, len), len);
}

void
sm_record_lend(struct sm_record *rec, int slot, const char *json, size_t len)
{
	put_edit(rec, slot, json, len);
}

void
sm_record_remove(struct sm_record *rec, int slot)
{
	put_edit(rec, slot, NULL, 0);
}

static void
add_member(const struct sm_record *rec, const struct edit *edit,
    struct sm_buf *out)
{
	sm_buf_addc(out, '"');
	sm_buf_adds(out, sm_paths_name(rec->scan.paths, edit->slot));
	sm_buf_add(out, "\":", 2);
	sm_buf_add(out, edit->json, edit->len);
}

static inline bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind the member that ends at offset to, also its comma, if one follows. */
static size_t
behind_comma(const struct sm_record *rec, size_t to)
{
	size_t at = to;

	while (at < rec->len && is_space(rec->line[at]))
		at++;
	return at < rec->len && rec->line[at] == ',' ? at + 1 : to;
}

/* Whether something stands behind the last '{' or ',' that was written. */
static void
drop_comma(struct sm_buf *out, size_t start)
{
	size_t at = out->len;

	while (at > start && is_space(out->data[at - 1]))
		at--;
	if (at > start && out->data[at - 1] == ',')
		sm_buf_cut(out, at - 1);
}

void
sm_record_write(const struct sm_record *rec, struct sm_buf *out)
{
	size_t start = out->len, at = 0, left = rec->scan.members;
	uint32_t brace = rec->scan.last_brace;
	bool removed = false;	/* only then a comma may be left over */

	if (rec->edit_count == 0) {
		sm_buf_add(out, rec->line, rec->len);
		return;
	}
	for (size_t i = 0; i < rec->edit_count; i++) {
		const struct edit *edit = &rec->edits[i];

		if (edit->from == brace && !edit->json)
			continue; /* it was not there */
		sm_buf_add(out, rec->line + at, edit->from - at);
		at = edit->to;
		if (!edit->json) {
			at = behind_comma(rec, at);
			left--;
			removed = true;
			continue;
		}
		if (edit->from == brace) {
			if (removed)
				drop_comma(out, start);
			if (left++)
				sm_buf_addc(out, ',');
		}
		add_member(rec, edit, out);
	}
	if (at < brace)
		sm_buf_add(out, rec->line + at, brace - at);
	if (removed)
		drop_comma(out, start);
	at = at > brace ? at : brace;
	sm_buf_add(out, rec->line + at, rec->len - at);
}
