/* Answers of the REST interface: pages of comments, titles, comments by id. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "source/emit.h"
#include "source/lenient.h"
#include "source/social/social.h"
#include "source/source.h"
#include "source/wordpress.h"

#define DAY 86400

json_t *
wp_array(const struct wordpress *wp, struct sm_err *err)
{
	json_t *json = sm_lenient_json(sm_buf_str(&wp->body), wp->body.len,
	    err);

	if (json && !json_is_array(json)) {
		json_decref(json);
		sm_err_set(err, SM_EXIT_DATA, "expected a list of comments, "
		    "not something else: is this a WordPress?");
		return NULL;
	}
	return json;
}

/* ---- Titles of articles ------------------------------------------------ */

static size_t
base_len(const char *base)
{
	size_t n = 0;

	while (isalnum((unsigned char)base[n]) || base[n] == '_' ||
	    base[n] == '-')
		n++;
	return n;
}

static struct wp_title *
find_title(const struct wordpress *wp, const struct wp_item *item)
{
	size_t len = base_len(item->base);

	for (size_t i = 0; i < wp->ntitles; i++) {
		struct wp_title *title = &wp->titles[i];

		if (title->post == item->post && strlen(title->base) == len &&
		    memcmp(title->base, item->base, len) == 0)
			return title;
	}
	return NULL;
}

const char *
wp_title(const struct wordpress *wp, const struct wp_item *item)
{
	const struct wp_title *title = find_title(wp, item);

	return title ? title->text : NULL;
}

static void
want_title(struct wordpress *wp, const struct wp_item *item)
{
	struct wp_title title = { .post = item->post };
	size_t len = base_len(item->base);

	if (item->title || item->post <= 0 || len == 0 ||
	    len >= sizeof(title.base) || wp->ntitles == WP_TITLES ||
	    find_title(wp, item))
		return;
	memcpy(title.base, item->base, len);
	wp->titles = sm_xgrow(wp->titles, &wp->titles_room, wp->ntitles + 1,
	    sizeof(title));
	wp->titles[wp->ntitles++] = title;
}

size_t
wp_title_ids(struct wordpress *wp, struct sm_buf *base, struct sm_buf *out)
{
	const char *kind = NULL;
	size_t count = 0;

	for (size_t i = 0; i < wp->ntitles && count < WP_BATCH; i++) {
		struct wp_title *title = &wp->titles[i];

		if (title->asked || (kind && strcmp(kind, title->base) != 0))
			continue;
		kind = title->base;
		title->asked = true;
		sm_buf_addf(out, "%s%" PRId64, count++ ? "," : "",
		    title->post);
	}
	sm_buf_adds(base, kind ? kind : "");
	return count;
}

static void
take_title(struct wordpress *wp, const json_t *json)
{
	const char *text = social_text(json, "title.rendered");
	int64_t post = social_count(json, "id");

	for (size_t i = 0; i < wp->ntitles; i++)
		if (wp->titles[i].post == post && !wp->titles[i].text &&
		    *text)
			wp->titles[i].text = sm_xstrndup(text, SM_POST_NAME);
}

/* ---- Pages ------------------------------------------------------------- */

static bool
item_of(const struct wordpress *wp, const json_t *json, struct wp_item *item)
{
	return wp->page_phase == WP_REVIEWS ? wp_review(json, item) :
	    wp_comment(json, item);
}

/* All articles of the page are known: it goes out. */
static int
emit_page(struct wordpress *wp, struct sm_emit *emit, struct sm_err *err)
{
	size_t count = json_array_size(wp->items);
	struct wp_item item;

	for (size_t i = 0; i < count && !sm_emit_full(emit); i++) {
		if (!item_of(wp, json_array_get(wp->items, i), &item)) {
			sm_emit_failed(emit, "a comment without a number: "
			    "left out");
			continue;
		}
		if (wp_emit(wp, &item, emit, err) == -1)
			return -1;
	}
	json_decref(wp->items);
	wp->items = NULL;
	wp->phase = wp->page_phase;
	wp->page++;
	if (sm_emit_full(emit))
		wp->phase = WP_OVER;
	else if (count == 0 || (wp->pages > 0 ? wp->page >= wp->pages :
	    count < WP_PAGE)) {
		wp->phase = wp->phase == WP_COMMENTS ? WP_REVIEWS : WP_CHECK;
		wp->page = wp->pages = 0;
	} else if (wp->page == WP_PAGES) {
		sm_emit_gap(emit, wp->newest, SM_TIME_NONE, "more than "
		    "100,000 comments in one run: the next one goes on");
		wp->phase = WP_OVER;
	}
	return 0;
}

static int
go_on(struct wordpress *wp, struct sm_emit *emit, struct sm_err *err)
{
	for (size_t i = 0; i < wp->ntitles; i++) {
		if (!wp->titles[i].asked) {
			wp->phase = WP_TITLE;
			return 0;
		}
	}
	return emit_page(wp, emit, err);
}

int
wp_page_done(struct wordpress *wp, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	const char *pages = sm_response_header(res, "x-wp-totalpages");
	struct wp_item item;

	json_decref(wp->items);
	wp->items = wp_array(wp, err);
	if (!wp->items)
		return -1;
	wp->pages = pages ? (int)strtol(pages, NULL, 10) : 0;
	for (size_t i = 0; i < json_array_size(wp->items); i++)
		if (item_of(wp, json_array_get(wp->items, i), &item) &&
		    wp_is_new(wp, &item))
			want_title(wp, &item);
	return go_on(wp, emit, err);
}

/* A title that cannot be had is no reason to go without the comment. */
int
wp_titles_done(struct wordpress *wp, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	struct sm_err why;
	json_t *list = sm_response_check_json(res, &why) == 0 ?
	    wp_array(wp, &why) : NULL;

	for (size_t i = 0; i < json_array_size(list); i++)
		take_title(wp, json_array_get(list, i));
	json_decref(list);
	return go_on(wp, emit, err);
}

/* ---- Comments by id ---------------------------------------------------- */

/*
 * Those that the pages should have had; and some of the older ones, by turns.
 */
static bool
is_suspect(const struct wordpress *wp, const struct wp_recent *recent)
{
	return !recent->met && !recent->asked &&
	    (wp->after == SM_TIME_NONE || recent->date > wp->after + DAY);
}

static void
add_id(struct wp_recent *recent, size_t *count, struct sm_buf *out)
{
	recent->asked = true;
	sm_buf_addf(out, "%s%" PRId64, (*count)++ ? "," : "", recent->id);
}

size_t
wp_check_ids(struct wordpress *wp, bool reviews, struct sm_buf *out)
{
	size_t count = 0, looked = 0;
	bool old = false;

	for (size_t i = 0; i < wp->nrecent; i++) {
		old = old || wp->recent[i].asked;
		if (count < WP_BATCH && wp->recent[i].review == reviews &&
		    is_suspect(wp, &wp->recent[i]))
			add_id(&wp->recent[i], &count, out);
	}
	/* One batch a run of those that no page covers. */
	for (; !old && count < WP_BATCH && looked < wp->nrecent; looked++) {
		struct wp_recent *recent = &wp->recent[(wp->turn + looked) %
		    wp->nrecent];

		if (!recent->met && !recent->asked &&
		    recent->review == reviews)
			add_id(recent, &count, out);
	}
	wp->turn += looked;
	return count;
}

/* What was asked for and did not come is gone. */
static int
emit_gone(struct wordpress *wp, bool reviews, size_t asked, size_t gone,
    struct sm_emit *emit, struct sm_err *err)
{
	/* All of many at once: more likely the site has changed its mind. */
	if (gone == asked && gone > 10) {
		sm_emit_gap(emit, SM_TIME_NONE, SM_TIME_NONE, "none of the "
		    "comments that we know can be seen any more: may the "
		    "account still read them?");
		return 0;
	}
	for (size_t i = wp->nrecent; i-- > 0;) {
		struct wp_recent *recent = &wp->recent[i];

		if (!recent->asked || recent->met ||
		    recent->review != reviews)
			continue;
		if (wp_emit_gone(wp, recent, emit, err) == -1)
			return -1;
		wp_recent_free(recent);
		memmove(recent, recent + 1, (wp->nrecent - i - 1) *
		    sizeof(*recent));
		wp->nrecent--;
	}
	return 0;
}

int
wp_check_done(struct wordpress *wp, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	bool reviews = wp->phase == WP_CHECK_REVIEWS;
	size_t asked = 0, gone = 0;
	struct wp_item item;
	json_t *list;
	int ret = 0;

	list = sm_response_check_json(res, err) == 0 ? wp_array(wp, err) :
	    NULL;
	if (!list)
		return -1;
	wp->page_phase = reviews ? WP_REVIEWS : WP_COMMENTS;
	for (size_t i = 0; ret == 0 && i < json_array_size(list); i++)
		if (item_of(wp, json_array_get(list, i), &item))
			ret = wp_emit(wp, &item, emit, err);
	json_decref(list);
	for (size_t i = 0; i < wp->nrecent; i++) {
		if (wp->recent[i].review != reviews || !wp->recent[i].asked)
			continue;
		asked++;
		gone += !wp->recent[i].met;
	}
	return ret == -1 ? -1 : emit_gone(wp, reviews, asked, gone, emit,
	    err);
}
