#include "text/mime.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "text/header.h"
#include "text/html.h"
#include "text/mime_impl.h"

/* What a part gave, from the least to the best. */
enum gave { GAVE_NOTHING, GAVE_NOTE, GAVE_HTML, GAVE_PLAIN };

/* Going through the parts of a message. */
struct walk {
	struct sm_mime *mime;
	int parts;
};

static enum gave one_part(struct walk *walk, const char *s, size_t len,
    int depth, struct sm_buf *out);

void
sm_mime_release(struct sm_mime *mime)
{
	sm_buf_release(&mime->text);
	sm_buf_release(&mime->files);
	sm_buf_release(&mime->returned);
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

void
mime_bare(const struct sm_buf *value, const char *other, struct sm_buf *out)
{
	const char *s = value->len ? value->data : other;
	size_t len = strcspn(s, "; \t");

	for (size_t i = 0; i < len && i < 128; i++)
		sm_buf_addc(out, (char)tolower((unsigned char)s[i]));
}

bool
mime_param_is(const struct part *part, const char *name, const char *what)
{
	struct sm_buf value = SM_BUF_INIT;
	bool is = sm_header_param(sm_buf_str(&part->type), part->type.len,
	    name, &value) && strcasecmp(sm_buf_str(&value), what) == 0;

	sm_buf_release(&value);
	return is;
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
		mime_bare(&part->type, "application/octet-stream", &type);
		sm_buf_add(&mime->files, sm_buf_str(&type),
		    strlen(sm_buf_str(&type)) + 1);
		sm_buf_add(&mime->files, sm_buf_str(&name),
		    strlen(sm_buf_str(&name)) + 1);
		mime->nfiles++;
	}
	sm_buf_release(&name);
	sm_buf_release(&type);
}

static bool
is_blank(const struct sm_buf *text, size_t at)
{
	for (; at < text->len; at++)
		if (!isspace((unsigned char)text->data[at]))
			return false;
	return true;
}

static bool
is_attached(const struct part *part, int depth)
{
	struct sm_buf name = SM_BUF_INIT;
	bool attached;

	if (strncasecmp(sm_buf_str(&part->disposition), "attachment", 10) ==
	    0)
		return true;
	attached = depth > 0 && sm_header_param(sm_buf_str(
	    &part->disposition), part->disposition.len, "filename", &name);
	sm_buf_release(&name);
	return attached;
}

static enum gave
read_html(struct walk *walk, const struct part *part, struct sm_buf *out)
{
	struct sm_html html = SM_HTML_INIT;
	struct sm_buf source = SM_BUF_INIT;

	walk->mime->repaired |= mime_text(part, &source);
	sm_html_text(&html, sm_buf_str(&source), source.len, NULL);
	walk->mime->cut |= html.cut;
	sm_buf_add(out, sm_buf_str(&html.text), html.text.len);
	sm_html_release(&html);
	sm_buf_release(&source);
	return GAVE_HTML;
}

static enum gave
leaf(struct walk *walk, const struct part *part, int depth,
    struct sm_buf *out)
{
	size_t before = out->len;
	enum gave gave = GAVE_NOTHING;

	if (!is_attached(part, depth) && is_type(part, "text/plain")) {
		walk->mime->repaired |= mime_text(part, out);
		mime_armour(out, before);
		gave = GAVE_PLAIN;
	} else if (!is_attached(part, depth) && is_type(part, "text/html"))
		gave = read_html(walk, part, out);
	else
		add_file(walk, part);
	return is_blank(out, before) ? GAVE_NOTHING : gave;
}

/* Text that cannot be read, and what is said in its place. */
static enum gave
sealed(struct walk *walk, const struct part *part, struct sm_buf *out)
{
	const char *note = NULL;

	if (is_type(part, "multipart/encrypted"))
		note = SM_MIME_OPENPGP;
	else if (is_type(part, "application/pkcs7-mime") ||
	    is_type(part, "application/x-pkcs7-mime"))
		note = mime_param_is(part, "smime-type", "signed-data") ?
		    SM_MIME_SIGNED : SM_MIME_SMIME;
	if (!note || is_attached(part, 0))
		return GAVE_NOTHING;
	walk->mime->sealed = true;
	sm_buf_adds(out, note);
	add_file(walk, part);
	return GAVE_NOTE;
}

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

/*
 * Calls each for the parts between boundaries; one whose end boundary is
 * missing ends where its parent ends.  How many there were.
 */
static int
each_part(const struct part *part, void (*each)(const char *s, size_t len,
    void *arg), void *arg)
{
	struct sm_buf boundary = SM_BUF_INIT;
	const char *s = part->body, *end = s + part->body_len;
	const char *begun = NULL;
	bool last = false;
	int count = 0;

	sm_header_param(sm_buf_str(&part->type), part->type.len, "boundary",
	    &boundary);
	while (boundary.len > 0 && s < end && !last) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		const char *next = stop ? stop + 1 : end;

		if (is_boundary(s, end, &boundary, &last)) {
			if (begun && ++count)
				each(begun, (size_t)(s - begun), arg);
			begun = next;
		}
		s = next;
	}
	if (begun && !last && ++count)
		each(begun, (size_t)(end - begun), arg);
	sm_buf_release(&boundary);
	return count;
}

/* Going through one multipart. */
struct many {
	struct walk *walk;
	int depth;
	struct sm_buf text;
	enum gave gave;
};

/* Of an alternative the plain text, else the last that we can read. */
static void
choose(const char *s, size_t len, void *arg)
{
	struct many *many = arg;
	struct sm_buf text = SM_BUF_INIT;
	enum gave gave = one_part(many->walk, s, len, many->depth + 1, &text);

	if (gave != GAVE_NOTHING && gave >= many->gave &&
	    many->gave != GAVE_PLAIN) {
		sm_buf_release(&many->text);
		many->text = text;
		many->gave = gave;
	} else
		sm_buf_release(&text);
}

/* All the text of a mixture, one behind the other. */
static void
append(const char *s, size_t len, void *arg)
{
	struct many *many = arg;
	struct sm_buf text = SM_BUF_INIT;
	enum gave gave = one_part(many->walk, s, len, many->depth + 1, &text);

	if (gave != GAVE_NOTHING) {
		if (many->text.len > 0)
			sm_buf_addc(&many->text, '\n');
		sm_buf_add(&many->text, text.data, text.len);
		if (many->gave == GAVE_NOTHING)
			many->gave = gave;
	}
	sm_buf_release(&text);
}

/* The head of the mail that a delivery report is about. */
static void
keep_returned(const char *s, size_t len, void *arg)
{
	struct sm_mime *mime = arg;
	struct part part;

	open_part(&part, s, len);
	if (mime->returned.len == 0 && (is_type(&part, "message/rfc822") ||
	    is_type(&part, "text/rfc822-headers")))
		sm_buf_add(&mime->returned, part.body,
		    sm_mime_head(part.body, part.body_len < SM_MIME_RETURNED ?
		    part.body_len : SM_MIME_RETURNED));
	close_part(&part);
}

static enum gave
multipart(struct walk *walk, const struct part *part, int depth,
    struct sm_buf *out)
{
	struct many many = { .walk = walk, .depth = depth };
	bool choice = is_type(part, "multipart/alternative");

	if (is_type(part, "multipart/report")) {
		walk->mime->report = true;
		each_part(part, keep_returned, walk->mime);
	}
	if (each_part(part, choice ? choose : append, &many) == 0)
		add_file(walk, part);
	sm_buf_add(out, sm_buf_str(&many.text), many.text.len);
	sm_buf_release(&many.text);
	return many.gave;
}

static enum gave
one_part(struct walk *walk, const char *s, size_t len, int depth,
    struct sm_buf *out)
{
	enum gave gave;
	struct part part;

	if (walk->parts++ >= SM_MIME_PARTS || depth > SM_MIME_DEPTH) {
		walk->mime->cut = true;
		return GAVE_NOTHING;
	}
	open_part(&part, s, len);
	gave = sealed(walk, &part, out);
	if (gave != GAVE_NOTHING)
		;
	else if (is_type(&part, "multipart/"))
		gave = multipart(walk, &part, depth, out);
	else if (is_type(&part, "text/"))
		gave = leaf(walk, &part, depth, out);
	else
		add_file(walk, &part);
	close_part(&part);
	return gave;
}

void
sm_mime_read(struct sm_mime *mime, const char *message, size_t len)
{
	struct walk walk = { .mime = mime };

	sm_buf_clear(&mime->text);
	sm_buf_clear(&mime->files);
	sm_buf_clear(&mime->returned);
	mime->nfiles = 0;
	mime->repaired = mime->cut = mime->report = mime->sealed = false;
	one_part(&walk, message, len, 0, &mime->text);
}
