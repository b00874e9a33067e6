#include "source/feed/opml.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/safe.h"
#include "source/feed/feed_scan.h"
#include "text/charset.h"
#include "text/url.h"

struct opml {
	struct feed_scan scan;
	int (*each)(void *arg, const struct sm_opml_feed *feed,
	    struct sm_err *err);
	void *arg;
	size_t *passed;
	struct sm_buf text, url, folder;
	uint32_t parent[SM_OPML_DEPTH];	/* folder's length outside of it */
	size_t depth;			/* of outlines that are open */
	bool rooted, closed, failed;
	struct sm_err *err;
};

static bool
is_name(const char *s, size_t len, const char *name)
{
	return strlen(name) == len && strncasecmp(s, name, len) == 0;
}

/* The first of these attributes that says something, as one safe line. */
static void
take_text(const struct feed_tag *tag, struct sm_buf *out)
{
	static const char *const names[] = { "text", "title" };

	sm_buf_clear(out);
	for (size_t i = 0; i < 2 && out->len == 0; i++) {
		const struct feed_attr *attr = feed_attr_find(tag, names[i]);
		size_t len = attr ? attr->len : 0;

		if (len > SM_OPML_TEXT)
			len = SM_OPML_TEXT;
		while (attr && len < attr->len && len > 0 &&
		    ((unsigned char)attr->value[len] & 0xC0) == 0x80)
			len--;
		if (len > 0)
			sm_safe(out, attr->value, len, SM_SAFE_MAIL);
	}
}

/* The address; false: there is none, or it is no http(s) URL. */
static bool
take_url(struct opml *opml, const struct feed_attr *attr)
{
	const char *s = attr->value;
	size_t len = attr->len;
	struct sm_url url;

	sm_buf_clear(&opml->url);
	while (len > 0 && (unsigned char)*s <= ' ') {
		s++;
		len--;
	}
	if (len > 5 && strncasecmp(s, "feed:", 5) == 0) {
		s += 5;
		len -= 5;
		if (len > 2 && memcmp(s, "//", 2) == 0)
			sm_buf_adds(&opml->url, "http:");
	}
	while (len > 0 && (unsigned char)s[len - 1] <= ' ')
		len--;
	sm_buf_add(&opml->url, s, len);
	return sm_url_is_web(sm_buf_str(&opml->url), opml->url.len) &&
	    sm_url_split(opml->url.data, opml->url.len, &url) == 0 &&
	    !url.userinfo;
}

static void
take_feed(struct opml *opml, const struct feed_attr *attr)
{
	struct sm_opml_feed feed;

	if (!take_url(opml, attr)) {
		(*opml->passed)++;
		return;
	}
	feed.text = sm_buf_str(&opml->text);
	feed.url = opml->url.data;
	feed.folder = sm_buf_str(&opml->folder);
	if (opml->each(opml->arg, &feed, opml->err) == -1)
		opml->failed = opml->scan.stopped = true;
}

/* An outline without an address is a folder of those inside it. */
static void
enter_folder(struct opml *opml, bool named)
{
	if (opml->depth < SM_OPML_DEPTH) {
		opml->parent[opml->depth] = (uint32_t)opml->folder.len;
		if (named && opml->text.len > 0) {
			if (opml->folder.len > 0)
				sm_buf_addc(&opml->folder, '/');
			sm_buf_adds(&opml->folder, opml->text.data);
		}
	}
	opml->depth++;
}

static void
on_start(void *arg, const struct feed_tag *tag)
{
	struct opml *opml = arg;
	const struct feed_attr *url;

	if (!opml->rooted && !is_name(tag->name, tag->len, "opml")) {
		sm_err_set(opml->err, SM_EXIT_DATA, "not OPML: its root is "
		    "<%.*s>", tag->len > 64 ? 64 : (int)tag->len, tag->name);
		opml->failed = opml->scan.stopped = true;
		return;
	}
	opml->rooted = true;
	if (!is_name(tag->name, tag->len, "outline"))
		return;
	url = feed_attr_find(tag, "xmlUrl");
	take_text(tag, &opml->text);
	if (url && url->len > 0)
		take_feed(opml, url);
	enter_folder(opml, !url);
}

static void
on_end(void *arg, const char *name, size_t len)
{
	struct opml *opml = arg;

	if (is_name(name, len, "opml"))
		opml->closed = true;
	if (!is_name(name, len, "outline") || opml->depth == 0)
		return;
	opml->depth--;
	if (opml->depth < SM_OPML_DEPTH && opml->folder.data)
		sm_buf_cut(&opml->folder, opml->parent[opml->depth]);
}

static void
on_text(void *arg, const char *s, size_t len)
{
	(void)arg;
	(void)s;
	(void)len;
}

static int
outcome(const struct opml *opml, struct sm_err *err)
{
	if (opml->failed)
		return -1;
	if (opml->scan.entities)
		return sm_err_set(err, SM_EXIT_DATA, "the list declares an "
		    "entity ('%s'), which none needs: refused",
		    opml->scan.entity);
	if (!opml->rooted)
		return sm_err_set(err, SM_EXIT_DATA, "not OPML: no element in "
		    "it");
	return opml->closed ? 0 : 1;
}

int
sm_opml_read(const char *s, size_t len, int (*each)(void *arg,
    const struct sm_opml_feed *feed, struct sm_err *err), void *arg,
    size_t *passed, struct sm_err *err)
{
	struct opml opml = { .each = each, .arg = arg, .passed = passed,
	    .err = err };
	struct sm_buf text = SM_BUF_INIT;
	const char *charset = "";
	size_t n = 0;
	int ret;

	*passed = 0;
	opml.scan.arg = &opml;
	opml.scan.start = on_start;
	opml.scan.end = on_end;
	opml.scan.text = on_text;
	sm_charset_xml(s, len, &charset, &n);
	sm_charset_text(&text, s, len, charset, n);
	feed_scan_piece(&opml.scan, sm_buf_str(&text), text.len, true);
	ret = outcome(&opml, err);
	feed_scan_release(&opml.scan);
	sm_buf_release(&opml.text);
	sm_buf_release(&opml.url);
	sm_buf_release(&opml.folder);
	sm_buf_release(&text);
	return ret;
}

void
sm_opml_value(struct sm_buf *out, const char *s)
{
	sm_buf_addc(out, '"');
	sm_safe(out, s, strlen(s), SM_SAFE_HTML);
	sm_buf_addc(out, '"');
}
