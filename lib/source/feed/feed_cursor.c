/* What a feed keeps from one run to the next, as JSON. */
#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "record/json.h"
#include "source/feed/feed.h"

static void
read_str(const json_t *json, const char *name, struct sm_buf *to)
{
	const char *s = json_string_value(json_object_get(json, name));

	sm_buf_clear(to);
	if (s)
		sm_buf_adds(to, s);
}

static void
read_int(const json_t *json, const char *name, int64_t *to)
{
	const json_t *value = json_object_get(json, name);

	if (json_is_integer(value))
		*to = json_integer_value(value);
}

static void
read_mask(const json_t *json, const char *name, uint32_t *to)
{
	int64_t value = 0;

	read_int(json, name, &value);
	*to = (uint32_t)value;
}

/* The comment feeds that were there: [feed, id, address, ...] */
static void
read_talks(struct feed *feed, const json_t *talks)
{
	size_t n = json_array_size(talks) / 3;

	if (n > FEED_TALKS)
		n = FEED_TALKS;
	for (size_t i = 0; i < 3 * n; i++) {
		const char *s = json_string_value(json_array_get(talks, i));

		sm_buf_add(&feed->plan.talks, s ? s : "",
		    s ? strlen(s) + 1 : 1);
	}
	feed->plan.ntalks = n;
}

void
feed_cursor_read(struct feed *feed, const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	const json_t *seen = json_object_get(json, "seen");

	feed->known = seen != NULL;
	read_str(json, "etag", &feed->etag);
	read_str(json, "modified", &feed->modified);
	read_str(json, "found", &feed->found);
	read_str(json, "moved", &feed->moved_to);
	read_int(json, "polls", &feed->moved_polls);
	read_int(json, "missing", &feed->missing);
	read_int(json, "newest", &feed->newest);
	read_int(json, "wait", &feed->wait);
	read_int(json, "backoff", &feed->backoff_s);
	read_mask(json, "hours", &feed->hours);
	read_mask(json, "days", &feed->days);
	feed->refused = json_is_true(json_object_get(json, "refused"));
	feed->gone = json_is_true(json_object_get(json, "gone"));
	feed->no_guid = json_is_true(json_object_get(json, "no_guid"));
	if (feed->comments)
		read_talks(feed, json_object_get(json, "talks"));
	if (json_is_string(seen))
		sm_seen_read(feed->seen, json_string_value(seen),
		    json_string_length(seen));
	json_decref(json);
}

static void
write_str(struct sm_buf *out, const char *name, const struct sm_buf *text)
{
	if (text->len > 0)
		sm_json_str(out, name, text->data, text->len);
}

static void
write_int(struct sm_buf *out, const char *name, int64_t value, int64_t none)
{
	if (value != none)
		sm_json_int(out, name, value);
}

static void
write_true(struct sm_buf *out, const char *name, bool value)
{
	if (value)
		sm_json_bool(out, name, true);
}

static void
write_talks(const struct feed_plan *plan, struct sm_buf *out)
{
	const char *s = sm_buf_str(&plan->talks);

	if (plan->ntalks == 0)
		return;
	sm_json_open(out, "talks", '[');
	for (size_t i = 0; i < 3 * plan->ntalks; i++) {
		sm_json_str(out, NULL, s, strlen(s));
		s += strlen(s) + 1;
	}
	sm_json_close(out, ']');
}

/* Whether there is anything to keep. */
static bool
is_new(const struct feed *feed)
{
	return !feed->known && feed->wait == SM_TIME_NONE && !feed->gone &&
	    feed->missing == 0 && sm_seen_clock(feed->seen) == 0;
}

void
feed_cursor_write(const struct feed *feed, struct sm_buf *out)
{
	struct sm_buf seen = SM_BUF_INIT;

	/* What is held back has been met, but is not out. */
	if (feed->held.len > 0 || is_new(feed))
		return;
	sm_json_open(out, NULL, '{');
	write_str(out, "etag", &feed->etag);
	write_str(out, "modified", &feed->modified);
	write_str(out, "found", &feed->found);
	write_str(out, "moved", &feed->moved_to);
	write_int(out, "polls", feed->moved_polls, 0);
	write_int(out, "missing", feed->missing, 0);
	write_int(out, "newest", feed->newest, SM_TIME_NONE);
	write_int(out, "wait", feed->wait, SM_TIME_NONE);
	write_int(out, "backoff", feed->backoff_s, 0);
	write_int(out, "hours", feed->hours, 0);
	write_int(out, "days", feed->days, 0);
	write_true(out, "refused", feed->refused);
	write_true(out, "gone", feed->gone);
	write_true(out, "no_guid", feed->no_guid);
	if (feed->comments)
		write_talks(&feed->plan, out);
	sm_seen_write(feed->seen, &seen);
	if (feed->known || seen.len > 0)
		sm_json_str(out, "seen", sm_buf_str(&seen), seen.len);
	sm_json_close(out, '}');
	sm_buf_release(&seen);
}
