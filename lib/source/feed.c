/*
 * feed - items of RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed.  The
 * document is told by its content, never by what the server calls it, and is
 * read as it comes, in constant memory (JSON Feeds are kept whole).
 */
#include "source/feed.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/seen.h"
#include "source/source.h"
#include "text/charset.h"
#include "text/url.h"

#define WAIT_MAX 86400	/* seconds that a server may make us wait */

#define ACCEPT "application/feed+json, application/atom+xml, " \
	"application/rss+xml, application/rdf+xml;q=0.9, " \
	"application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"

static void
copy(struct sm_buf *to, const char *s)
{
	sm_buf_clear(to);
	if (s)
		sm_buf_adds(to, s);
}

static void
read_cursor(struct feed *feed, const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	json_t *seen = json_object_get(json, "seen");
	json_t *newest = json_object_get(json, "newest");
	json_t *wait = json_object_get(json, "wait");

	feed->known = seen != NULL;
	copy(&feed->etag, json_string_value(json_object_get(json, "etag")));
	copy(&feed->modified,
	    json_string_value(json_object_get(json, "modified")));
	feed->no_guid = json_is_true(json_object_get(json, "no_guid"));
	if (json_is_integer(newest))
		feed->newest = json_integer_value(newest);
	if (json_is_integer(wait))
		feed->wait = json_integer_value(wait);
	if (json_is_string(seen))
		sm_seen_read(feed->seen, json_string_value(seen),
		    json_string_length(seen));
	json_decref(json);
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
	if (args->cursor)
		read_cursor(feed, args->cursor);
	return feed;
}

static void
feed_close(void *state)
{
	struct feed *feed = state;
	struct sm_buf *bufs[] = { &feed->etag, &feed->modified,
	    &feed->new_etag, &feed->new_modified, &feed->declared,
	    &feed->head, &feed->text, &feed->json, &feed->language,
	    &feed->author, &feed->base, &feed->site, &feed->url,
	    &feed->native, &feed->scratch, &feed->held };

	feed_xml_free(feed->xml);
	sm_charset_free(feed->charset);
	feed_amp_release(&feed->amp);
	feed_item_release(&feed->item);
	sm_html_release(&feed->html);
	sm_html_release(&feed->heading);
	sm_seen_free(feed->seen);
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		sm_buf_release(bufs[i]);
	free(feed);
}

static int
feed_request(void *state, struct sm_request *req, struct sm_err *err)
{
	struct feed *feed = state;
	char until[SM_TIME_TEXT];

	if (feed->asked)
		return 0;
	feed->asked = true;
	if (feed->wait != SM_TIME_NONE && sm_clock_now() < feed->wait) {
		sm_time_format(feed->wait, until);
		return sm_err_set(err, SM_EXIT_TEMP, "the server wants to be "
		    "left alone until %s", until);
	}
	feed->wait = SM_TIME_NONE;
	copy(&req->url, feed->args->where);
	sm_request_header(req, "Accept", ACCEPT);
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
	at += *at == '"';
	sm_buf_add(&feed->declared, at, strcspn(at, "\"; \t"));
}

static int
feed_begin(void *state, const struct sm_response *res, struct sm_err *err)
{
	struct feed *feed = state;
	const struct sm_source_args *args = feed->args;
	struct sm_url url;

	(void)err;
	copy(&feed->new_etag, sm_response_header(res, "etag"));
	copy(&feed->new_modified, sm_response_header(res, "last-modified"));
	declared_charset(feed, sm_response_header(res, "content-type"));
	if (args->base)
		copy(&feed->base, args->base);
	else if (sm_url_split(res->url, strlen(res->url), &url) == 0)
		copy(&feed->base, res->url);
	if (args->base || sm_url_split(args->where, strlen(args->where),
	    &url) == 0)
		copy(&feed->site, args->base ? args->base : args->where);
	feed->mark = sm_seen_clock(feed->seen);
	feed->before = feed->newest;
	feed_item_clear(&feed->item);
	return 0;
}

static int
feed_body(void *state, const char *data, size_t len, struct sm_emit *emit,
    struct sm_err *err)
{
	struct feed *feed = state;

	feed->emit = emit;
	return feed_piece(feed, data, len, false, err);
}

/* Nothing of this document was known: was something lost in between? */
static void
look_for_gap(struct feed *feed)
{
	if (feed->known && feed->items > 0 && feed->fresh == feed->items &&
	    feed->moved == 0 && feed->before != SM_TIME_NONE &&
	    feed->oldest != SM_TIME_NONE && feed->oldest > feed->before)
		sm_emit_gap(feed->emit, feed->before, feed->oldest,
		    "the feed's oldest item is newer than the last one we "
		    "saw: ask more often");
}

static int
end_of_document(struct feed *feed, const struct sm_response *res,
    struct sm_err *err)
{
	bool whole = true;

	if (feed_piece(feed, "", 0, true, err) == -1)
		return -1;
	if (res->cut && feed->format != FEED_XML) {
		*err = *res->err;	/* nothing can be made of it */
		return -1;
	}
	if (feed->format == FEED_UNKNOWN)
		return sm_err_set(err, SM_EXIT_DATA, "not a feed: empty");
	if (feed->format == FEED_XML) {
		if (feed_xml_end(feed->xml, &whole, err) == -1)
			return -1;
	} else if (feed_json(feed, err) == -1)
		return -1;
	if (feed_item_settle(feed, err) == -1)
		return -1;
	if (!whole || res->cut) {
		sm_emit_gap(feed->emit, feed->newest, SM_TIME_NONE, res->cut ?
		    res->err->text : "the document ends before its end tag");
		return 0;
	}
	copy(&feed->etag, sm_buf_str(&feed->new_etag));
	copy(&feed->modified, sm_buf_str(&feed->new_modified));
	return 0;
}

/* How long the server asks us to stay away (Retry-After), if it does. */
static void
note_wait(struct feed *feed, const struct sm_response *res)
{
	const char *text = sm_response_header(res, "retry-after");
	int64_t seconds = text ? strtoll(text, NULL, 10) : 0;

	if (seconds > WAIT_MAX)
		seconds = WAIT_MAX;
	if (seconds > 0)
		feed->wait = sm_clock_now() + seconds;
}

static int
feed_response(void *state, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	struct feed *feed = state;
	const char *etag;

	feed->emit = emit;
	if (sm_response_check(res, err) == -1) {
		note_wait(feed, res);
		return -1;
	}
	if (res->status == 304) {
		/* It may name a new one for the same content. */
		etag = sm_response_header(res, "etag");
		if (etag)
			copy(&feed->etag, etag);
		return 0;
	}
	if (end_of_document(feed, res, err) == -1)
		return -1;
	look_for_gap(feed);
	return 0;
}

static void
feed_cursor(const void *state, struct sm_buf *out)
{
	const struct feed *feed = state;
	struct sm_buf seen = SM_BUF_INIT;

	/* What is held back has been met, but is not out. */
	if (feed->held.len > 0 || (!feed->known && feed->wait ==
	    SM_TIME_NONE && sm_seen_clock(feed->seen) == 0))
		return;
	sm_json_open(out, NULL, '{');
	if (feed->etag.len > 0)
		sm_json_str(out, "etag", feed->etag.data, feed->etag.len);
	if (feed->modified.len > 0)
		sm_json_str(out, "modified", feed->modified.data,
		    feed->modified.len);
	if (feed->newest != SM_TIME_NONE)
		sm_json_int(out, "newest", feed->newest);
	if (feed->wait != SM_TIME_NONE)
		sm_json_int(out, "wait", feed->wait);
	if (feed->no_guid)
		sm_json_bool(out, "no_guid", true);
	sm_seen_write(feed->seen, &seen);
	sm_json_str(out, "seen", sm_buf_str(&seen), seen.len);
	sm_json_close(out, '}');
	sm_buf_release(&seen);
}

const struct sm_source sm_source_feed = {
	.name = "feed",
	.summary = "items of an RSS, Atom or JSON feed: URL, file or -",
	.open = feed_open,
	.request = feed_request,
	.begin = feed_begin,
	.body = feed_body,
	.response = feed_response,
	.cursor = feed_cursor,
	.close = feed_close,
};
