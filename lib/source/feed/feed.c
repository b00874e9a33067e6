/*
 * feed - items of RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed.  The
 * document is told by its content, never by what the server calls it, and is
 * read as it comes, in constant memory (JSON Feeds are kept whole).
 */
#include "source/feed/feed.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/emit.h"
#include "source/seen.h"
#include "source/source.h"
#include "text/charset.h"
#include "text/url.h"

#define ACCEPT "application/feed+json, application/atom+xml, " \
	"application/rss+xml, application/rdf+xml;q=0.9, " \
	"application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "comments", .type = SM_CONF_BOOL,
	    .named = true,
	    .help = "the comment feeds of a feed's items as well" },
	{ .section = NULL }
};

static void
copy(struct sm_buf *to, const char *s)
{
	sm_buf_clear(to);
	if (s)
		sm_buf_adds(to, s);
}

/* A validator is kept byte for byte, or not at all. */
static void
copy_validator(struct sm_buf *to, const char *s)
{
	copy(to, s && strlen(s) <= FEED_VALIDATOR ? s : NULL);
}

void
feed_say(struct feed *feed, const char *format, ...)
{
	char text[SM_ERR_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	sm_buf_add(&feed->emit->errors, text, strlen(text) + 1);
}

static void *
feed_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct feed *feed;
	struct sm_url url;

	if (args->base && sm_url_split(args->base, strlen(args->base),
	    &url) == -1) {
		sm_err_set(err, SM_EXIT_USAGE, "--base '%s' is no http(s) "
		    "URL", args->base);
		return NULL;
	}
	feed = sm_xcalloc(1, sizeof(*feed));
	feed->args = args;
	feed->seen = sm_seen_new();
	feed->newest = feed->oldest = feed->wait = SM_TIME_NONE;
	feed->comments = args->conf && sm_conf_bool(args->conf, "source",
	    args->name, "comments", false);
	if (args->cursor)
		feed_cursor_read(feed, args->cursor);
	feed->before = feed->newest;
	feed->mark = sm_seen_clock(feed->seen);
	return feed;
}

static void
feed_close(void *state)
{
	struct feed *feed = state;
	struct sm_buf *bufs[] = { &feed->etag, &feed->modified, &feed->found,
	    &feed->moved_to, &feed->new_etag, &feed->new_modified,
	    &feed->declared, &feed->head, &feed->text, &feed->json,
	    &feed->language, &feed->author, &feed->said, &feed->base,
	    &feed->site, &feed->url, &feed->native, &feed->ref,
	    &feed->scratch, &feed->held };

	feed_xml_free(feed->xml);
	sm_charset_free(feed->charset);
	feed_item_release(&feed->item);
	sm_html_release(&feed->html);
	sm_seen_free(feed->seen);
	feed_plan_release(&feed->plan);
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		sm_buf_release(bufs[i]);
	free(feed);
}

static int
feed_request(void *state, struct sm_request *req, struct sm_err *err)
{
	struct feed *feed = state;
	int ret = 1;

	if (feed->plan.url.len == 0)
		ret = feed_wait_over(feed, err);
	if (ret == 1 && !feed->again)
		ret = feed_plan_step(feed);
	feed->again = false;
	if (ret != 1) {
		feed->plan.done = true;
		return ret;
	}
	copy(&req->url, feed->plan.url.data);
	sm_request_header(req, "Accept", feed->plain ? "*/*" : ACCEPT);
	if (feed->plan.kind != FEED_MAIN)
		return 1;
	/* Both byte for byte as the server gave them. */
	if (feed->etag.len > 0)
		sm_request_header(req, "If-None-Match", feed->etag.data);
	if (feed->modified.len > 0)
		sm_request_header(req, "If-Modified-Since",
		    feed->modified.data);
	return 1;
}

void
feed_base(struct feed *feed, const char *s, size_t len)
{
	struct sm_buf found = SM_BUF_INIT;

	if (sm_url_resolve(feed->base.len ? feed->base.data : NULL, s, len,
	    &found) == 0)
		copy(&feed->base, found.data);
	sm_buf_release(&found);
}

/* The charset of a Content-Type. */
static void
declared_charset(struct feed *feed, const char *type)
{
	const char *at = type ? strcasestr(type, "charset=") : NULL;

	sm_buf_clear(&feed->declared);
	if (!at)
		return;
	at += strlen("charset=");
	at += *at == '"' || *at == '\'';
	sm_buf_add(&feed->declared, at, strcspn(at, "\"'; \t"));
}

static int
feed_begin(void *state, const struct sm_response *res, struct sm_err *err)
{
	struct feed *feed = state;
	const struct sm_source_args *args = feed->args;
	struct sm_url url;

	(void)err;
	copy_validator(&feed->new_etag, sm_response_header(res, "etag"));
	copy_validator(&feed->new_modified,
	    sm_response_header(res, "last-modified"));
	copy(&feed->said, sm_response_header(res, "content-language"));
	if (feed->said.len > 0)		/* the first of several */
		sm_buf_cut(&feed->said, strcspn(feed->said.data, ", ;"));
	declared_charset(feed, sm_response_header(res, "content-type"));
	sm_buf_clear(&feed->base);
	if (args->base)
		copy(&feed->base, args->base);
	else if (sm_url_split(res->url, strlen(res->url), &url) == 0)
		copy(&feed->base, res->url);
	if (args->base || sm_url_split(args->where, strlen(args->where),
	    &url) == 0)
		copy(&feed->site, args->base ? args->base : args->where);
	feed_doc_begin(feed);
	feed->unfit = false;
	return 0;
}

static int
feed_body(void *state, const char *data, size_t len, struct sm_emit *emit,
    struct sm_err *err)
{
	struct feed *feed = state;

	feed->emit = emit;
	if (feed->unfit || feed_piece(feed, data, len, false, err) == 0)
		return 0;
	/* What was only a guess may turn out to be none. */
	feed->unfit = feed->plan.kind != FEED_MAIN && err->code ==
	    SM_EXIT_DATA;
	return feed->unfit ? 0 : -1;
}

/* Nothing of this run was known: was something lost in between? */
static void
look_for_gap(struct feed *feed)
{
	if (feed->known && feed->items > 0 && feed->fresh == feed->items &&
	    feed->moved == 0 && feed->before != SM_TIME_NONE &&
	    feed->oldest != SM_TIME_NONE && feed->oldest > feed->before &&
	    !feed_plan_more(feed))
		sm_emit_gap(feed->emit, feed->before, feed->oldest,
		    "the feed's oldest item is newer than the last one we "
		    "saw: ask more often");
}

/* The end of what was read by piece: the rest, and whether it was whole. */
static int
end_of_feed(struct feed *feed, bool *whole, struct sm_err *err)
{
	if (feed->format == FEED_UNKNOWN)
		return sm_err_set(err, SM_EXIT_DATA, "not a feed: empty");
	if (feed->format == FEED_XML) {
		if (feed_xml_end(feed->xml, whole, err) == -1)
			return -1;
	} else if (feed_json(feed, err) == -1)
		return -1;
	return feed_item_settle(feed, err);
}

/* A web page: where is its feed? */
static int
end_of_page(struct feed *feed, struct sm_err *err)
{
	const struct feed_plan *plan = &feed->plan;

	if (plan->kind != FEED_MAIN)
		return sm_err_set(err, SM_EXIT_DATA, "a web page, not a feed");
	if (feed->found.len > 0) {
		/* Next time we begin with the page that led there. */
		sm_buf_clear(&feed->found);
		return sm_err_set(err, SM_EXIT_TEMP, "there was a feed, now "
		    "there is a web page; the next run looks for its feed");
	}
	feed_find(feed, sm_buf_str(&feed->json), feed->json.len);
	if (plan->ntries == 0)
		return sm_err_set(err, SM_EXIT_DATA, "a web page, not a feed, "
		    "and it names none (<link rel=\"alternate\">)");
	if (sm_url_is_web(feed->args->where, strlen(feed->args->where)))
		return 0;
	return sm_err_set(err, SM_EXIT_DATA, "a web page, not a feed: its "
	    "feed may be %s", sm_buf_str(&plan->tries));
}

/* Of what was cut off, that alone is wrong. */
static int
end_failed(const struct sm_response *res, struct sm_err *err)
{
	if (res->cut)
		*err = *res->err;
	return -1;
}

static int
end_of_document(struct feed *feed, const struct sm_response *res,
    struct sm_err *err)
{
	bool whole = true;

	if (feed_piece(feed, "", 0, true, err) == -1 ||
	    (res->cut && feed->format != FEED_XML))
		return end_failed(res, err);
	if (feed->format == FEED_PAGE)
		return end_of_page(feed, err);
	if (end_of_feed(feed, &whole, err) == -1)
		return end_failed(res, err);
	if (!whole || res->cut) {
		sm_emit_gap(feed->emit, feed->newest, SM_TIME_NONE, res->cut ?
		    res->err->text : "the document ends before its end tag");
		return 0;
	}
	if (feed->plan.kind != FEED_MAIN && feed->plan.kind != FEED_TRY)
		return 0;
	copy(&feed->etag, sm_buf_str(&feed->new_etag));
	copy(&feed->modified, sm_buf_str(&feed->new_modified));
	feed_wait_next(feed, res);
	return 0;
}

/* The feed itself. */
static int
main_response(struct feed *feed, const struct sm_response *res,
    struct sm_err *err)
{
	const char *etag;

	/* Some servers refuse who asks too exactly. */
	if ((res->status == 403 || res->status == 406) && !feed->plain) {
		feed->plain = feed->again = true;
		return 0;
	}
	if (sm_response_check(res, err) == -1) {
		feed_wait_failed(feed, res, err);
		return -1;
	}
	feed_wait_moved(feed, res);
	if (res->status == 304) {
		/* It may name a new one for the same content. */
		etag = sm_response_header(res, "etag");
		if (etag)
			copy_validator(&feed->etag, etag);
		feed->missing = feed->backoff_s = 0;
		return 0;
	}
	if (end_of_document(feed, res, err) == -1)
		return -1;
	look_for_gap(feed);
	return 0;
}

/* What a web page may have meant. */
static int
try_response(struct feed *feed, const struct sm_response *res,
    struct sm_err *err)
{
	struct feed_plan *plan = &feed->plan;

	if (!feed->unfit && sm_response_check(res, err) == 0 &&
	    end_of_document(feed, res, err) == 0) {
		copy(&feed->found, plan->url.data);
		feed_say(feed, "a web page: its feed is %s", plan->url.data);
		plan->kind = FEED_MAIN;
		return 0;
	}
	if (plan->tried < plan->ntries)
		return 0;
	return sm_err_set(err, SM_EXIT_DATA, "a web page, not a feed; none of "
	    "%zu places where its feed might be has one", plan->ntries);
}

/* A further page, or comments: the rest is none the worse without them. */
static int
more_response(struct feed *feed, const struct sm_response *res,
    struct sm_err *err)
{
	struct sm_err why;

	if (!feed->unfit && sm_response_check(res, &why) == 0 &&
	    end_of_document(feed, res, &why) == 0) {
		if (feed->plan.kind == FEED_MORE)
			look_for_gap(feed);
		return 0;
	}
	if (feed->unfit)
		sm_err_set(&why, SM_EXIT_DATA, "no feed");
	if (why.code != SM_EXIT_DATA && why.code != SM_EXIT_TEMP &&
	    why.code != SM_EXIT_REFUSED && why.code != SM_EXIT_NOPERM) {
		*err = why;
		return -1;
	}
	if (feed->plan.kind == FEED_MORE) {
		sm_emit_gap(feed->emit, feed->before, feed->oldest, why.text);
		feed_doc_begin(feed);
	} else if (res->status != 404 && res->status != 410)
		sm_emit_failed(feed->emit, "comments %s: %s",
		    feed->plan.url.data, why.text);
	return 0;
}

static int
feed_response(void *state, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	struct feed *feed = state;

	feed->emit = emit;
	switch (feed->plan.kind) {
	case FEED_MAIN: break;
	case FEED_TRY: return try_response(feed, res, err);
	case FEED_MORE: case FEED_TALK: return more_response(feed, res, err);
	}
	return main_response(feed, res, err);
}

static void
feed_cursor(const void *state, struct sm_buf *out)
{
	feed_cursor_write(state, out);
}

const struct sm_source sm_source_feed = {
	.name = "feed",
	.summary = "items of an RSS, Atom or JSON feed: URL, file or -",
	.keys = keys,
	.open = feed_open,
	.request = feed_request,
	.begin = feed_begin,
	.body = feed_body,
	.response = feed_response,
	.cursor = feed_cursor,
	.close = feed_close,
};
