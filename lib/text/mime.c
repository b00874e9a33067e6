#include "text/mime.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "text/charset.h"
#include "text/header.h"
#include "text/html.h"
#include "text/transfer.h"

/* Going through the parts of a message. */
struct walk {
	struct sm_mime *mime;
	struct sm_buf plain, html;
	bool has_plain, has_html;
	int parts;
};

/* A part: header fields that matter, and its body. */
struct part {
	const char *head, *body;
	size_t head_len, body_len;
	struct sm_buf type;	/* "text/plain; charset=..." as it stands */
	struct sm_buf disposition;
};

void
sm_mime_release(struct sm_mime *mime)
{
	sm_buf_release(&mime->text);
	sm_buf_release(&mime->files);
}

size_t
sm_mime_head(const char *message, size_t len)
{
	const char *s = message, *end = message + len;

	while (s < end) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));

		if (*s == '\n' || (*s == '\r' && s + 1 < end && s[1] == '\n'))
			return (size_t)(s - message);
		if (!stop)
			return len;
		s = stop + 1;
	}
	return len;
}

static void
open_part(struct part *part, const char *s, size_t len)
{
	size_t head = sm_mime_head(s, len);
	const char *body = s + head, *end = s + len;

	if (body < end && *body == '\r')
		body++;
	if (body < end)
		body++;
	part->head = s;
	part->head_len = head;
	part->body = body;
	part->body_len = (size_t)(end - body);
	memset(&part->type, 0, sizeof(part->type));
	memset(&part->disposition, 0, sizeof(part->disposition));
	sm_header(s, head, "Content-Type", &part->type);
	sm_header(s, head, "Content-Disposition", &part->disposition);
}

static void
close_part(struct part *part)
{
	sm_buf_release(&part->type);
	sm_buf_release(&part->disposition);
}

static bool
is_type(const struct part *part, const char *what)
{
	const char *type = sm_buf_str(&part->type);

	if (part->type.len == 0)
		type = "text/plain";
	return strncasecmp(type, what, strlen(what)) == 0;
}

/* The name in front of the parameters. */
static void
bare_value(const struct sm_buf *value, const char *other, struct sm_buf *out)
{
	const char *s = value->len ? value->data : other;
	size_t len = strcspn(s, "; \t");

	for (size_t i = 0; i < len && i < 128; i++)
		sm_buf_addc(out, (char)tolower((unsigned char)s[i]));
}

static void
add_file(struct walk *walk, const struct part *part)
{
	struct sm_mime *mime = walk->mime;
	struct sm_buf name = SM_BUF_INIT, type = SM_BUF_INIT;

	if (mime->nfiles < SM_MIME_FILES) {
		if (!sm_header_param(sm_buf_str(&part->disposition),
		    part->disposition.len, "filename", &name))
			sm_header_param(sm_buf_str(&part->type),
			    part->type.len, "name", &name);
		bare_value(&part->type, "application/octet-stream", &type);
		sm_buf_add(&mime->files, sm_buf_str(&type),
		    strlen(sm_buf_str(&type)) + 1);
		sm_buf_add(&mime->files, sm_buf_str(&name),
		    strlen(sm_buf_str(&name)) + 1);
		mime->nfiles++;
	}
	sm_buf_release(&name);
	sm_buf_release(&type);
}

/* The '>' in front of a line of flowed text. */
static size_t
quote_depth(const char *s, size_t len)
{
	size_t depth = 0;

	while (depth < len && s[depth] == '>')
		depth++;
	return depth;
}

/*
 * format=flowed (RFC 3676): a line that ends in a blank goes on in the next of
 * the same depth.
 */
static void
unflow(struct sm_buf *text, bool delete_space)
{
	struct sm_buf out = SM_BUF_INIT;
	const char *s = sm_buf_str(text), *end = s + text->len;
	bool flows = false;
	size_t last = 0;

	while (s < end) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		const char *next = stop ? stop + 1 : end;
		size_t len = (size_t)((stop ? stop : end) - s);
		size_t depth = quote_depth(s, len);
		bool signature;

		if (!(flows && depth == last)) {
			if (flows)
				sm_buf_addc(&out, '\n');
			for (size_t i = 0; i < depth; i++)
				sm_buf_addc(&out, '>');
			if (depth > 0)
				sm_buf_addc(&out, ' ');
		}
		s += depth;
		len -= depth;
		if (len > 0 && *s == ' ') {	/* stuffed */
			s++;
			len--;
		}
		signature = len == 3 && memcmp(s, "-- ", 3) == 0;
		flows = len > 0 && s[len - 1] == ' ' && !signature;
		last = depth;
		sm_buf_add(&out, s, flows && delete_space ? len - 1 : len);
		if (!flows && stop)
			sm_buf_addc(&out, '\n');
		s = next;
	}
	sm_buf_release(text);
	*text = out;
}

static void
drop_cr(struct sm_buf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++) {
		char c = text->data[i];

		if (c == '\r' && i + 1 < text->len &&
		    text->data[i + 1] == '\n')
			continue;
		text->data[n++] = c == '\r' ? '\n' : c;
	}
	if (text->data)
		sm_buf_cut(text, n);
}

static bool
param_is(const struct part *part, const char *name, const char *what)
{
	struct sm_buf value = SM_BUF_INIT;
	bool is = sm_header_param(sm_buf_str(&part->type), part->type.len,
	    name, &value) && strcasecmp(sm_buf_str(&value), what) == 0;

	sm_buf_release(&value);
	return is;
}

/* The part's text as UTF-8, into out. */
static void
read_text(struct walk *walk, const struct part *part, struct sm_buf *out)
{
	struct sm_buf encoding = SM_BUF_INIT, bytes = SM_BUF_INIT;
	struct sm_buf charset = SM_BUF_INIT, name = SM_BUF_INIT;

	sm_header(part->head, part->head_len, "Content-Transfer-Encoding",
	    &encoding);
	bare_value(&encoding, "7bit", &name);
	sm_transfer_decode(&bytes, part->body, part->body_len,
	    sm_buf_str(&name));
	sm_header_param(sm_buf_str(&part->type), part->type.len, "charset",
	    &charset);
	if (sm_charset_text(out, sm_buf_str(&bytes), bytes.len,
	    sm_buf_str(&charset), charset.len))
		walk->mime->repaired = true;
	drop_cr(out);
	if (param_is(part, "format", "flowed"))
		unflow(out, param_is(part, "delsp", "yes"));
	sm_buf_release(&encoding);
	sm_buf_release(&bytes);
	sm_buf_release(&charset);
	sm_buf_release(&name);
}

static bool
is_blank(const struct sm_buf *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (!isspace((unsigned char)text->data[i]))
			return false;
	return true;
}

static void
leaf(struct walk *walk, const struct part *part)
{
	bool attached = strncasecmp(sm_buf_str(&part->disposition),
	    "attachment", 10) == 0;

	if (!attached && !walk->has_plain && is_type(part, "text/plain")) {
		sm_buf_clear(&walk->plain);
		read_text(walk, part, &walk->plain);
		walk->has_plain = !is_blank(&walk->plain);
	} else if (!attached && !walk->has_html &&
	    is_type(part, "text/html")) {
		read_text(walk, part, &walk->html);
		walk->has_html = true;
	} else
		add_file(walk, part);
}

static void one_part(struct walk *walk, const char *s, size_t len, int depth);

/* The line at s: is it "--boundary", or "--boundary--"? */
static bool
is_boundary(const char *s, const char *end, const struct sm_buf *boundary,
    bool *last)
{
	const char *p = s + 2 + boundary->len;

	if ((size_t)(end - s) < boundary->len + 2 || s[0] != '-' ||
	    s[1] != '-' || memcmp(s + 2, boundary->data, boundary->len) != 0)
		return false;
	*last = end - p >= 2 && p[0] == '-' && p[1] == '-';
	if (*last)
		p += 2;
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == end || *p == '\n';
}

/* A part whose end boundary is missing ends where its parent ends. */
static void
multipart(struct walk *walk, const struct part *part, int depth)
{
	struct sm_buf boundary = SM_BUF_INIT;
	const char *s = part->body, *end = s + part->body_len;
	const char *begun = NULL;
	bool last = false;

	sm_header_param(sm_buf_str(&part->type), part->type.len, "boundary",
	    &boundary);
	while (boundary.len > 0 && s < end && !last) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		const char *next = stop ? stop + 1 : end;

		if (is_boundary(s, end, &boundary, &last)) {
			if (begun)
				one_part(walk, begun, (size_t)(s - begun),
				    depth + 1);
			begun = next;
		}
		s = next;
	}
	if (begun && !last)
		one_part(walk, begun, (size_t)(end - begun), depth + 1);
	else if (!begun)
		leaf(walk, part);
	sm_buf_release(&boundary);
}

static void
one_part(struct walk *walk, const char *s, size_t len, int depth)
{
	struct part part;

	if (walk->parts++ >= SM_MIME_PARTS || depth > SM_MIME_DEPTH) {
		walk->mime->cut = true;
		return;
	}
	open_part(&part, s, len);
	if (is_type(&part, "multipart/report"))
		walk->mime->report = true;
	if (is_type(&part, "multipart/"))
		multipart(walk, &part, depth);
	else if (is_type(&part, "text/"))
		leaf(walk, &part);
	else
		add_file(walk, &part);
	close_part(&part);
}

void
sm_mime_read(struct sm_mime *mime, const char *message, size_t len)
{
	struct walk walk = { .mime = mime };
	struct sm_html html = SM_HTML_INIT;

	sm_buf_clear(&mime->text);
	sm_buf_clear(&mime->files);
	mime->nfiles = 0;
	mime->repaired = mime->cut = mime->report = false;
	one_part(&walk, message, len, 0);
	if (!walk.has_plain && walk.has_html) {
		sm_html_text(&html, sm_buf_str(&walk.html), walk.html.len,
		    NULL);
		mime->cut = mime->cut || html.cut;
		sm_buf_add(&mime->text, sm_buf_str(&html.text),
		    html.text.len);
	} else
		sm_buf_add(&mime->text, sm_buf_str(&walk.plain),
		    walk.plain.len);
	sm_html_release(&html);
	sm_buf_release(&walk.plain);
	sm_buf_release(&walk.html);
}
