/* What the wordpress connector remembers from run to run. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/seen.h"
#include "source/wordpress.h"
#include "text/url.h"

void
wp_recent_free(struct wp_recent *recent)
{
	free(recent->url);
	recent->url = NULL;
}

static void
drop(struct wordpress *wp, size_t at)
{
	wp_recent_free(&wp->recent[at]);
	memmove(wp->recent + at, wp->recent + at + 1,
	    (wp->nrecent - at - 1) * sizeof(*wp->recent));
	wp->nrecent--;
}

/* Into its place by date; the oldest makes room. */
static void
insert(struct wordpress *wp, int64_t id, int64_t date, bool review,
    const char *url)
{
	struct wp_recent recent = { .id = id, .date = date,
	    .review = review };
	size_t at;

	if (strlen(url) > WP_URL)
		return;
	if (wp->nrecent == WP_RECENT) {
		if (date <= wp->recent[0].date)
			return;
		drop(wp, 0);
	}
	for (at = wp->nrecent; at > 0 && wp->recent[at - 1].date > date;)
		at--;
	memmove(wp->recent + at + 1, wp->recent + at,
	    (wp->nrecent - at) * sizeof(*wp->recent));
	recent.url = sm_xstrdup(url);
	recent.met = true;
	wp->recent[at] = recent;
	wp->nrecent++;
}

void
wp_remember(struct wordpress *wp, const struct wp_item *item, const char *url)
{
	for (size_t i = 0; i < wp->nrecent; i++) {
		struct wp_recent *recent = &wp->recent[i];

		if (recent->id == item->id &&
		    recent->review == item->review) {
			recent->met = true;
			return;
		}
	}
	if (item->date != SM_TIME_NONE)
		insert(wp, item->id, item->date, item->review, url);
}

static void
read_recent(struct wordpress *wp, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *url = json_string_value(json_array_get(one, 3));

		if (url)
			insert(wp,
			    json_integer_value(json_array_get(one, 0)),
			    json_integer_value(json_array_get(one, 1)),
			    json_integer_value(json_array_get(one, 2)) != 0,
			    url);
	}
	for (size_t i = 0; i < wp->nrecent; i++)
		wp->recent[i].met = false;
}

void
wp_read_cursor(struct wordpress *wp, const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	json_t *newest = json_object_get(json, "newest");
	json_t *oldest = json_object_get(json, "floor");
	json_t *seen = json_object_get(json, "seen");
	const char *etag = json_string_value(json_object_get(json, "etag"));

	wp->known = json_is_string(seen);
	if (json_is_integer(newest))
		wp->newest = json_integer_value(newest);
	if (json_is_integer(oldest))
		wp->floor = json_integer_value(oldest);
	if (json_is_string(seen))
		sm_seen_read(wp->seen, json_string_value(seen),
		    json_string_length(seen));
	if (etag)
		sm_buf_adds(&wp->etag, etag);
	wp->turn = (size_t)json_integer_value(json_object_get(json, "turn"));
	read_recent(wp, json_object_get(json, "recent"));
	json_decref(json);
}

void
wp_cursor(const void *state, struct sm_buf *out)
{
	const struct wordpress *wp = state;
	struct sm_buf seen = SM_BUF_INIT;

	if (sm_seen_clock(wp->seen) == 0 && !wp->known)
		return;
	sm_json_open(out, NULL, '{');
	if (wp->newest != SM_TIME_NONE)
		sm_json_int(out, "newest", wp->newest);
	if (wp->floor != SM_TIME_NONE)
		sm_json_int(out, "floor", wp->floor);
	if (wp->etag.len > 0)
		sm_json_str(out, "etag", wp->etag.data, wp->etag.len);
	sm_json_int(out, "turn", (int64_t)wp->turn);
	sm_seen_write(wp->seen, &seen);
	sm_json_str(out, "seen", sm_buf_str(&seen), seen.len);
	sm_json_open(out, "recent", '[');
	for (size_t i = 0; i < wp->nrecent; i++) {
		sm_json_open(out, NULL, '[');
		sm_json_int(out, NULL, wp->recent[i].id);
		sm_json_int(out, NULL, wp->recent[i].date);
		sm_json_int(out, NULL, wp->recent[i].review);
		sm_json_strz(out, NULL, wp->recent[i].url);
		sm_json_close(out, ']');
	}
	sm_json_close(out, ']');
	sm_json_close(out, '}');
	sm_buf_release(&seen);
}
