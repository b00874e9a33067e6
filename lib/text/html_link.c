/* Links and pictures: what is shown of them, and where they lead. */
#include <string.h>
#include <strings.h>

#include "text/html_attr.h"
#include "text/html_impl.h"
#include "text/url.h"

static void
note_link(struct html *html, const struct sm_buf *url)
{
	struct sm_html *result = html->result;

	if (result->nlinks == SM_HTML_LINKS || url->len > SM_HTML_URL)
		return;
	sm_buf_add(&result->links, url->data, url->len + 1);
	result->nlinks++;
}

void
html_open_link(struct html *html, const char *s, const char *end)
{
	html->link = sm_html_attr(s, end, "href", &html->href,
	    &html->href_len);
	html->plain_link = html_has_class(s, end, "mention") ||
	    html_has_class(s, end, "hashtag") ||
	    html_has_class(s, end, "u-url");
	html->hidden = false;
	html->out.noting = html->link;
	html->out.noted = html->out.buf->len;
}

/* Without scheme, "www.", and what shortens it at its end. */
static void
bare(const char **s, size_t *len)
{
	static const char *const heads[] = { "https://", "http://", "www." };
	static const char *const tails[] = { "\xE2\x80\xA6", "...", "/" };

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(heads[i]);

		if (*len >= n && strncasecmp(*s, heads[i], n) == 0) {
			*s += n;
			*len -= n;
		}
	}
	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(tails[i]);

		if (*len >= n && memcmp(*s + *len - n, tails[i], n) == 0)
			*len -= n;
	}
}

static bool
is_same_address(const struct sm_buf *text, size_t from,
    const struct sm_buf *url)
{
	const char *shown = text->data + from, *real = url->data;
	size_t shown_len = text->len - from, real_len = url->len, whole;

	bare(&shown, &shown_len);
	whole = shown_len;
	bare(&real, &real_len);
	return whole > 0 && whole <= real_len &&
	    strncasecmp(shown, real, whole) == 0 &&
	    (whole == real_len || text->len - from > shown_len);
}

void
html_close_link(struct html *html)
{
	struct html_out *out = &html->out;
	struct sm_buf raw = SM_BUF_INIT, url = SM_BUF_INIT;

	html->link = false;
	if (html->href_len > SM_HTML_URL)
		return;
	html_decode(&raw, html->href, html->href_len);
	if (raw.len && sm_url_resolve(html->base, raw.data, raw.len,
	    &url) == 0) {
		note_link(html, &url);
		if (out->noting || html->plain_link)
			;	/* nothing to see, or clear without it */
		else if (html->hidden) {
			sm_buf_cut(out->buf, out->noted);
			html_out_tail(out, url.data, url.len);
		} else if (!is_same_address(out->buf, out->noted, &url)) {
			html_out_tail(out, " <", 2);
			html_out_tail(out, url.data, url.len);
			html_out_tail(out, ">", 1);
		}
	}
	out->noting = false;
	sm_buf_release(&raw);
	sm_buf_release(&url);
}

void
html_image(struct html *html, const char *s, const char *end)
{
	struct sm_buf alt = SM_BUF_INIT;
	const char *value;
	size_t len;
	bool emoji;

	if (!sm_html_attr(s, end, "alt", &value, &len) || len == 0)
		return;
	emoji = html_has_class(s, end, "emoji") ||
	    html_has_class(s, end, "wp-smiley") ||
	    html_has_class(s, end, "custom-emoji");
	html_decode(&alt, value, len < 2048 ? len : 2048);
	if (!emoji)
		html_out_run(&html->out, "[", 1);
	for (size_t i = 0; i < alt.len; i++)
		if ((unsigned char)alt.data[i] < ' ')
			alt.data[i] = ' ';
	html_out_run(&html->out, alt.data, alt.len);
	if (!emoji)
		html_out_run(&html->out, "]", 1);
	sm_buf_release(&alt);
}
