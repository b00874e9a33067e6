/* The text of a part: transfer encoding, charset, flowed lines, armour. */
#include "text/mime_impl.h"

#include <string.h>
#include <strings.h>

#include "text/charset.h"
#include "text/header.h"
#include "text/mime.h"
#include "text/transfer.h"

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

bool
mime_text(const struct part *part, struct sm_buf *out)
{
	struct sm_buf encoding = SM_BUF_INIT, bytes = SM_BUF_INIT;
	struct sm_buf charset = SM_BUF_INIT, name = SM_BUF_INIT;
	bool repaired;

	sm_header(part->head, part->head_len, "Content-Transfer-Encoding",
	    &encoding);
	mime_bare(&encoding, "7bit", &name);
	sm_transfer_decode(&bytes, part->body, part->body_len,
	    sm_buf_str(&name));
	sm_header_param(sm_buf_str(&part->type), part->type.len, "charset",
	    &charset);
	repaired = sm_charset_text(out, sm_buf_str(&bytes), bytes.len,
	    sm_buf_str(&charset), charset.len);
	drop_cr(out);
	if (mime_param_is(part, "format", "flowed"))
		unflow(out, mime_param_is(part, "delsp", "yes"));
	sm_buf_release(&encoding);
	sm_buf_release(&bytes);
	sm_buf_release(&charset);
	sm_buf_release(&name);
	return repaired;
}

/* Behind the line at s. */
static const char *
next_line(const char *s, const char *end)
{
	const char *stop = memchr(s, '\n', (size_t)(end - s));

	return stop ? stop + 1 : end;
}

static bool
begins(const char *s, const char *end, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(end - s) >= n && memcmp(s, what, n) == 0;
}

static const char *
behind_line(const char *s, const char *end, const char *what)
{
	while (s < end && !begins(s, end, what))
		s = next_line(s, end);
	return next_line(s, end);
}

/* Behind the header lines of signed text and the empty line. */
static const char *
behind_head(const char *s, const char *end)
{
	while (s < end && *s != '\n')
		s = next_line(s, end);
	return s < end ? s + 1 : end;
}

void
mime_armour(struct sm_buf *text, size_t at)
{
	struct sm_buf out = SM_BUF_INIT;
	const char *s = sm_buf_str(text) + at, *end = s + (text->len - at);
	bool is_signed = false;

	if (!memmem(s, (size_t)(end - s), "-----BEGIN PGP ", 15))
		return;
	sm_buf_add(&out, sm_buf_str(text), at);
	while (s < end) {
		const char *next = next_line(s, end);

		if (begins(s, end, "-----BEGIN PGP MESSAGE-----")) {
			sm_buf_adds(&out, SM_MIME_OPENPGP "\n");
			next = behind_line(s, end, "-----END PGP MESSAGE");
		} else if (begins(s, end, "-----BEGIN PGP SIGNED MESSAGE")) {
			is_signed = true;
			next = behind_head(next, end);
		} else if (begins(s, end, "-----BEGIN PGP SIGNATURE")) {
			is_signed = false;
			next = behind_line(s, end, "-----END PGP SIGNATURE");
		} else {
			if (is_signed && begins(s, end, "- "))
				s += 2;
			sm_buf_add(&out, s, (size_t)(next - s));
		}
		s = next;
	}
	sm_buf_release(text);
	*text = out;
}
