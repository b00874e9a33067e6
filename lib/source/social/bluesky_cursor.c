/* What is kept between sweeps. */
#include <string.h>

#include "base/clock.h"
#include "record/json.h"
#include "source/social/bluesky.h"

static const char *const words[] = {
	[BLUESKY_MENTIONS] = "mentions",
	[BLUESKY_TAG] = "tag",
	[BLUESKY_SEARCH] = "search",
	[BLUESKY_ACCOUNT] = "account",
	[BLUESKY_THREAD] = "thread"
};

void
bluesky_list_name(const struct bluesky_list *list, struct sm_buf *out)
{
	sm_buf_adds(out, words[list->what]);
	if (list->argument)
		sm_buf_addf(out, " %s", list->argument);
}

static int64_t
number(const json_t *json, const char *name)
{
	const json_t *value = json_object_get(json, name);

	return json_is_integer(value) ? json_integer_value(value) :
	    SM_TIME_NONE;
}

void
bluesky_read_cursor(struct bluesky *b, const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	const json_t *lists = json_object_get(json, "lists");
	struct sm_span seen = social_str(json, "seen");
	struct sm_buf name = SM_BUF_INIT;
	const char *me = social_text(json, "me");

	if (social_is_id(me, strlen(me)))
		sm_buf_adds(&b->me, me);
	for (size_t i = 0; i < b->nlists; i++) {
		const json_t *kept;

		sm_buf_clear(&name);
		bluesky_list_name(&b->lists[i], &name);
		kept = json_object_get(lists, name.data);
		b->lists[i].mark = number(kept, "mark");
		b->lists[i].depth = number(kept, "depth");
	}
	social_recent_read(&b->recent, json_object_get(json, "recent"));
	b->checked = number(json, "checked");
	if (seen.s)
		sm_seen_read(b->seen, seen.s, seen.len);
	json_decref(json);
	sm_buf_release(&name);
}

static void
write_lists(const struct bluesky *b, struct sm_buf *out)
{
	struct sm_buf name = SM_BUF_INIT;

	sm_json_open(out, "lists", '{');
	for (size_t i = 0; i < b->nlists; i++) {
		const struct bluesky_list *list = &b->lists[i];

		sm_buf_clear(&name);
		bluesky_list_name(list, &name);
		sm_json_open(out, name.data, '{');
		if (list->mark != SM_TIME_NONE)
			sm_json_int(out, "mark", list->mark);
		if (list->depth != SM_TIME_NONE)
			sm_json_int(out, "depth", list->depth);
		sm_json_close(out, '}');
	}
	sm_json_close(out, '}');
	sm_buf_release(&name);
}

void
bluesky_cursor(const void *state, struct sm_buf *out)
{
	const struct bluesky *b = state;
	struct sm_buf seen = SM_BUF_INIT;

	if (sm_seen_clock(b->seen) == 0 && b->me.len == 0)
		return;
	sm_json_open(out, NULL, '{');
	if (b->me.len > 0)
		sm_json_str(out, "me", b->me.data, b->me.len);
	write_lists(b, out);
	social_recent_write(&b->recent, "recent", out);
	if (b->checked != SM_TIME_NONE)
		sm_json_int(out, "checked", b->checked);
	sm_seen_write(b->seen, &seen);
	if (seen.len > 0)
		sm_json_str(out, "seen", seen.data, seen.len);
	sm_json_close(out, '}');
	sm_buf_release(&seen);
}
