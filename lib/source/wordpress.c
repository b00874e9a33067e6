/*
 * wordpress - comments of a WordPress site and reviews of its shop, by its REST
 * interface; by its comment feed where there is none.
 */
#include "source/wordpress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/emit.h"
#include "source/lenient.h"
#include "source/seen.h"
#include "source/social/social.h"
#include "source/source.h"
#include "text/url.h"

#define FIELDS "id,post,parent,author,author_name,author_url,author_email," \
	"date_gmt,content,link,status,type,_links"
#define REVIEW_FIELDS "id,product_id,product_name,product_permalink," \
	"date_created_gmt,status,reviewer,reviewer_email,review,rating"

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "comment_feed", .type = SM_CONF_BOOL,
	    .named = true, .help = "wordpress: read the comment feed, though "
	    "it has the newest ten only" },
	{ .section = NULL }
};

static void
wp_close(void *state)
{
	struct wordpress *wp = state;
	struct sm_buf *bufs[] = { &wp->root, &wp->body, &wp->etag,
	    &wp->id, &wp->context, &wp->reply, &wp->native,
	    &wp->ref, &wp->author_id, &wp->rev };

	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		sm_buf_release(bufs[i]);
	for (size_t i = 0; i < wp->nrecent; i++)
		wp_recent_free(&wp->recent[i]);
	for (size_t i = 0; i < wp->ntitles; i++)
		free(wp->titles[i].text);
	free(wp->recent);
	free(wp->titles);
	json_decref(wp->items);
	sm_html_release(&wp->html);
	sm_html_release(&wp->heading);
	sm_html_release(&wp->who);
	sm_seen_free(wp->seen);
	free(wp);
}

static void *
wp_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct wordpress *wp;
	struct sm_url url;

	if (sm_url_split(args->where, strlen(args->where), &url) == -1) {
		sm_err_set(err, SM_EXIT_CONFIG, "'%s': expected the site's "
		    "address, https://HOST/", args->where);
		return NULL;
	}
	wp = sm_xcalloc(1, sizeof(*wp));
	wp->args = args;
	wp->seen = sm_seen_new();
	wp->newest = SM_TIME_NONE;
	wp->floor = args->window;
	wp->login = args->auth != NULL;
	wp->recent = sm_xcalloc(WP_RECENT, sizeof(*wp->recent));
	wp->feed = args->conf && sm_conf_bool(args->conf, "source",
	    args->name, "comment_feed", false);
	if (args->cursor)
		wp_read_cursor(wp, args->cursor);
	wp->after = wp->newest == SM_TIME_NONE ? wp->floor :
	    wp->newest - WP_OVERLAP;
	if (wp->floor != SM_TIME_NONE && wp->after < wp->floor)
		wp->after = wp->floor;
	wp->phase = wp->feed ? WP_FEED : WP_FIND;
	return wp;
}

/* where without its last '/', and what follows. */
static void
site_url(const struct wordpress *wp, const char *path, struct sm_buf *out)
{
	const char *where = wp->args->where;
	size_t len = strcspn(where, "?#");

	while (len > 0 && where[len - 1] == '/')
		len--;
	sm_buf_add(out, where, len);
	sm_buf_adds(out, path);
}

/* The root may be ".../index.php?rest_route=/": then '&' comes next. */
static void
rest_url(const struct wordpress *wp, const char *route, struct sm_buf *out)
{
	sm_buf_add(out, sm_buf_str(&wp->root), wp->root.len);
	if (wp->root.len > 0 && out->data[out->len - 1] != '/')
		sm_buf_addc(out, '/');
	sm_buf_adds(out, route);
}

/* Both interfaces have the same parameters. */
static void
list_params(const struct wordpress *wp, bool review, struct sm_buf *url)
{
	if (review)
		social_param(url, "status", "all");
	else if (wp->moderator) {
		social_param(url, "status", "all");
		social_param(url, "context", "edit");
	}
	social_param(url, "per_page", "100");
	social_param(url, "_fields", review ? REVIEW_FIELDS : FIELDS);
}

static void
page_url(const struct wordpress *wp, bool review, struct sm_buf *url)
{
	char after[SM_TIME_TEXT], page[16];

	rest_url(wp, review ? "wc/v3/products/reviews" : "wp/v2/comments",
	    url);
	list_params(wp, review, url);
	social_param(url, "orderby", "date_gmt");
	social_param(url, "order", "asc");
	if (wp->after != SM_TIME_NONE) {
		sm_time_format(wp->after, after);
		social_param(url, "after", after);
	}
	snprintf(page, sizeof(page), "%d", wp->page + 1);
	social_param(url, "page", page);
}

static bool
check_url(struct wordpress *wp, bool review, struct sm_buf *url)
{
	struct sm_buf ids = SM_BUF_INIT;
	bool any = wp_check_ids(wp, review, &ids) > 0;

	if (any) {
		rest_url(wp, review ? "wc/v3/products/reviews" :
		    "wp/v2/comments", url);
		list_params(wp, review, url);
		social_param(url, "include", sm_buf_str(&ids));
	}
	sm_buf_release(&ids);
	return any;
}

static bool
titles_url(struct wordpress *wp, struct sm_buf *url)
{
	struct sm_buf ids = SM_BUF_INIT, route = SM_BUF_INIT;
	bool any;

	sm_buf_adds(&route, "wp/v2/");
	any = wp_title_ids(wp, &route, &ids) > 0;
	if (any) {
		rest_url(wp, sm_buf_str(&route), url);
		social_param(url, "per_page", "100");
		social_param(url, "_fields", "id,title,link");
		social_param(url, "include", sm_buf_str(&ids));
	}
	sm_buf_release(&ids);
	sm_buf_release(&route);
	return any;
}

/* The URL of the phase; false: there is nothing to ask in it. */
static bool
phase_url(struct wordpress *wp, struct sm_buf *url)
{
	switch (wp->phase) {
	case WP_FIND: sm_buf_adds(url, wp->args->where); return true;
	case WP_ROOT:
		rest_url(wp, "", url);
		social_param(url, "_fields", "namespaces,home");
		return true;
	case WP_ME:
		rest_url(wp, "wp/v2/users/me", url);
		social_param(url, "context", "edit");
		social_param(url, "_fields", "id,capabilities");
		return wp->login;
	case WP_COMMENTS: page_url(wp, false, url); return true;
	case WP_REVIEWS: page_url(wp, true, url); return wp->shop;
	case WP_TITLE: return titles_url(wp, url);
	case WP_CHECK: return check_url(wp, false, url);
	case WP_CHECK_REVIEWS: return wp->shop && check_url(wp, true, url);
	case WP_FEED: site_url(wp, "/comments/feed/", url); return true;
	case WP_FEED_PLAIN:
		site_url(wp, "/?feed=comments-rss2", url);
		return true;
	case WP_OVER: break;
	}
	return false;
}

static void
next_phase(struct wordpress *wp)
{
	static const enum wp_phase next[] = {
		[WP_FIND] = WP_ROOT, [WP_ROOT] = WP_ME, [WP_ME] = WP_COMMENTS,
		[WP_COMMENTS] = WP_REVIEWS, [WP_REVIEWS] = WP_CHECK,
		[WP_CHECK] = WP_CHECK_REVIEWS, [WP_CHECK_REVIEWS] = WP_OVER,
		[WP_FEED] = WP_OVER, [WP_FEED_PLAIN] = WP_OVER,
		[WP_OVER] = WP_OVER
	};

	wp->phase = next[wp->phase];
	wp->page = wp->pages = 0;
}

static int
wp_request(void *state, struct sm_request *req, struct sm_err *err)
{
	struct wordpress *wp = state;

	(void)err;
	for (;;) {
		sm_buf_clear(&req->url);
		if (wp->phase == WP_OVER)
			return 0;
		if (phase_url(wp, &req->url))
			break;
		next_phase(wp);
	}
	sm_buf_clear(&wp->body);
	sm_request_header(req, "Cache-Control", "no-cache");
	if (wp->phase == WP_FEED || wp->phase == WP_FEED_PLAIN) {
		req->anonymous = true;
		if (wp->etag.len > 0)
			sm_request_header(req, "If-None-Match",
			    wp->etag.data);
	} else if (wp->phase == WP_FIND)
		req->anonymous = true;
	else
		sm_request_header(req, "Accept", "application/json");
	req->max_body = SOCIAL_BODY_MAX;
	return 1;
}

static int
wp_body(void *state, const char *data, size_t len, struct sm_emit *emit,
    struct sm_err *err)
{
	struct wordpress *wp = state;

	(void)emit;
	/* Of the page only its header counts. */
	return wp->phase == WP_FIND ? 0 : social_body(&wp->body, data, len,
	    err);
}

/* Link: <ROOT>; rel="https://api.w.org/" */
static void
find_root(struct wordpress *wp, const struct sm_response *res)
{
	const char *s = res->headers, *end = s + res->headers_len;

	sm_buf_clear(&wp->root);
	for (; s && s < end && wp->root.len == 0; s += strlen(s) + 1)
		if (strncasecmp(s, "link:", 5) == 0)
			social_link(s + 5, "https://api.w.org/", &wp->root);
	wp->guessed = wp->root.len == 0;
	if (wp->guessed)
		site_url(wp, "/wp-json/", &wp->root);
	next_phase(wp);
}

static int
found(struct wordpress *wp, const struct sm_response *res, struct sm_err *err)
{
	find_root(wp, res);
	if (wp->guessed)
		return 0;
	if (!sm_url_same_origin(sm_buf_str(&wp->root), wp->args->where))
		return sm_err_set(err, SM_EXIT_CONFIG, "the site's REST "
		    "interface is at '%.200s': change the url of the source "
		    "to that host", wp->root.data);
	return 0;
}

static bool
has_shop(const json_t *json)
{
	const json_t *names = json_object_get(json, "namespaces");

	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names,
		    i));

		if (name && strcmp(name, "wc/v3") == 0)
			return true;
	}
	return false;
}

/* Nothing but the feed is left. */
static int
fall_back(struct wordpress *wp, struct sm_emit *emit, const char *why)
{
	struct sm_buf text = SM_BUF_INIT;

	sm_buf_addf(&text, "no REST interface (%s): reading the comment feed, "
	    "which has the newest ten only", why);
	sm_emit_say(emit, sm_buf_str(&text));
	sm_buf_release(&text);
	wp->phase = WP_FEED;
	return 0;
}

static int
rooted(struct wordpress *wp, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	json_t *json;

	if (sm_response_check_json(res, err) == -1) {
		if (err->code == SM_EXIT_TEMP && !wp->guessed)
			return -1;
		return wp->login && err->code == SM_EXIT_NOPERM ? -1 :
		    fall_back(wp, emit, err->text);
	}
	json = sm_lenient_json(sm_buf_str(&wp->body), wp->body.len, err);
	if (!json || !json_is_array(json_object_get(json, "namespaces"))) {
		json_decref(json);
		return fall_back(wp, emit, "what is there is no WordPress");
	}
	wp->shop = wp->login && has_shop(json);
	json_decref(json);
	next_phase(wp);
	return 0;
}

static int
met_ourselves(struct wordpress *wp, const struct sm_response *res,
    struct sm_err *err)
{
	json_t *json;

	if (sm_response_check_json(res, err) == -1)
		return sm_err_prefix(err, "the site does not take the "
		    "application password");
	json = sm_lenient_json(sm_buf_str(&wp->body), wp->body.len, err);
	if (!json)
		return -1;
	wp->me = social_count(json, "id");
	wp->moderator = social_true(json, "capabilities.moderate_comments");
	json_decref(json);
	next_phase(wp);
	return 0;
}

static int
page_came(struct wordpress *wp, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	bool review = wp->phase == WP_REVIEWS;

	if (sm_response_check_json(res, err) == -1) {
		if (review && err->code == SM_EXIT_NOPERM) {
			sm_emit_failed(emit, "reviews of the shop: %s",
			    err->text);
			next_phase(wp);
			return 0;
		}
		return wp->login || err->code == SM_EXIT_TEMP ||
		    wp->page > 0 ? -1 : fall_back(wp, emit, err->text);
	}
	wp->page_phase = wp->phase;
	return wp_page_done(wp, res, emit, err);
}

static int
feed_came(struct wordpress *wp, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	const char *etag = sm_response_header(res, "etag");

	if (wp->phase == WP_FEED && res->status == 404) {
		wp->phase = WP_FEED_PLAIN;
		return 0;
	}
	if (sm_response_check(res, err) == -1)
		return -1;
	next_phase(wp);
	if (res->status == 304)
		return 0;
	if (wp_feed(wp, emit, err) == -1)
		return -1;
	sm_buf_clear(&wp->etag);
	if (etag)
		sm_buf_adds(&wp->etag, etag);
	return 0;
}

static int
wp_response(void *state, const struct sm_response *res, struct sm_emit *emit,
    struct sm_err *err)
{
	struct wordpress *wp = state;

	if (res->cut && wp->phase != WP_FIND) {
		*err = *res->err;	/* nothing can be made of it */
		return -1;
	}
	switch (wp->phase) {
	case WP_FIND:
		if (res->status / 100 == 5)
			return sm_response_check(res, err);
		return found(wp, res, err);
	case WP_ROOT: return rooted(wp, res, emit, err);
	case WP_ME: return met_ourselves(wp, res, err);
	case WP_COMMENTS:
	case WP_REVIEWS: return page_came(wp, res, emit, err);
	case WP_TITLE: return wp_titles_done(wp, res, emit, err);
	case WP_CHECK:
	case WP_CHECK_REVIEWS: return wp_check_done(wp, res, emit, err);
	case WP_FEED:
	case WP_FEED_PLAIN: return feed_came(wp, res, emit, err);
	case WP_OVER: break;
	}
	return 0;
}

const struct sm_source sm_source_wordpress = {
	.name = "wordpress",
	.summary = "comments of a WordPress site, reviews of its shop: its URL",
	.keys = keys,
	.open = wp_open,
	.request = wp_request,
	.body = wp_body,
	.response = wp_response,
	.cursor = wp_cursor,
	.close = wp_close,
};
