/* What a status says, and what an answer to it needs. */
#include <string.h>

#include "record/json.h"
#include "source/social/mastodon.h"

const char *
mastodon_acct(struct mastodon *m, const char *acct)
{
	struct sm_buf whole = SM_BUF_INIT;
	const char *kept;

	if (!*acct || strchr(acct, '@'))
		return acct;
	sm_buf_addf(&whole, "%s@%s", acct, m->server.domain.len > 0 ?
	    m->server.domain.data : sm_buf_str(&m->host));
	kept = sm_arena_strndup(&m->arena, whole.data, whole.len);
	sm_buf_release(&whole);
	return kept;
}

bool
mastodon_is_me(struct mastodon *m, const json_t *account)
{
	const char *id = social_id(&m->arena, account, "id");
	const char *acct = social_text(account, "acct");

	/* snac gives all whom a post mentions the id "0". */
	if (m->me.id.len > 0 && id && strcmp(id, m->me.id.data) == 0)
		return true;
	return m->me.acct.len > 0 && *acct && strcasecmp(mastodon_acct(m,
	    acct), m->me.acct.data) == 0;
}

/*
 * Mastodon 4.5 puts the address of a quoted post into the text, for those who
 * do not know quotes.  We do.
 */
static void
add_without_quote(struct sm_buf *out, struct sm_span html)
{
	const char *s = html.s, *end = s + html.len;
	const char *class = memmem(s, html.len, "quote-inline", 12);
	const char *from = class, *to;

	while (from && from > s && *from != '<')
		from--;
	to = class ? memmem(class, (size_t)(end - class), "</p>", 4) : NULL;
	if (!to || end - from < 3 || memcmp(from, "<p ", 3) != 0 ||
	    memchr(from, '>', (size_t)(class - from))) {
		sm_buf_add(out, s, html.len);
		return;
	}
	sm_buf_add(out, s, (size_t)(from - s));
	sm_buf_add(out, to + 4, (size_t)(end - to - 4));
}

static void
add_poll(struct sm_buf *out, const json_t *options)
{
	const json_t *option;
	size_t i;

	json_array_foreach(options, i, option) {
		struct sm_span title = social_str(option, "title");

		if (title.len == 0 || i == SM_POST_TAGS)
			continue;
		if (out->len > 0)
			sm_buf_addc(out, '\n');
		sm_buf_adds(out, "- ");
		sm_buf_add(out, title.s, title.len);
	}
}

void
mastodon_content(struct mastodon *m, const json_t *status)
{
	struct sm_span html = social_str(status, "content");
	struct sm_buf *out = &m->content;

	sm_buf_clear(out);
	if (html.len > 0 && json_is_object(social_at(status, "quote")))
		add_without_quote(out, html);
	else if (html.len > 0)
		sm_buf_add(out, html.s, html.len);
	sm_html_text(&m->html, sm_buf_str(out), out->len, m->base.data);
	sm_buf_clear(out);
	sm_buf_add(out, sm_buf_str(&m->html.text), m->html.text.len);
	add_poll(out, social_at(status, "poll.options"));
}

static void
add_str(struct sm_buf *out, const char *name, const char *value)
{
	if (value && *value)
		sm_json_strz(out, name, value);
}

/* Whom else the post mentions, so that one may answer all. */
static void
add_others(struct mastodon *m, const json_t *status, const char *author)
{
	struct sm_buf *out = &m->ref;
	const json_t *mention;
	bool open = false;
	size_t i;

	json_array_foreach(social_at(status, "mentions"), i, mention) {
		const char *acct = mastodon_acct(m, social_text(mention,
		    "acct"));

		if (!*acct || strcmp(acct, author) == 0 ||
		    mastodon_is_me(m, mention) || i >= SM_POST_TAGS)
			continue;
		if (!open)
			sm_json_open(out, "others", '[');
		open = true;
		sm_json_strz(out, NULL, acct);
	}
	if (open)
		sm_json_close(out, ']');
}

void
mastodon_ref(struct mastodon *m, const json_t *status)
{
	struct sm_buf *out = &m->ref;
	const char *visibility = social_text(status, "visibility");
	const char *acct = mastodon_acct(m, social_text(status,
	    "account.acct"));
	bool direct = strcmp(visibility, "direct") == 0 || (m->server.snac &&
	    strcmp(visibility, "private") == 0);

	sm_buf_clear(out);
	sm_json_open(out, NULL, '{');
	add_str(out, "id", mastodon_id(m, status, "id"));
	add_str(out, "uri", social_text(status, "uri"));
	add_str(out, "acct", acct);
	add_str(out, "account", social_id(&m->arena, status, "account.id"));
	add_others(m, status, acct);
	add_str(out, "visibility", direct ? "direct" : visibility);
	add_str(out, "spoiler", social_text(status, "spoiler_text"));
	add_str(out, "quotes", mastodon_id(m, status,
	    "quote.quoted_status.id"));
	sm_json_open(out, "modes", '[');
	if (!direct)
		sm_json_strz(out, NULL, "public");
	sm_json_strz(out, NULL, "private");
	sm_json_close(out, ']');
	sm_json_strz(out, "default", direct ? "private" : "public");
	sm_json_int(out, "max", m->server.max);
	sm_json_strz(out, "unit", "mastodon");
	sm_json_int(out, "url", m->server.url);
	if (*acct) {
		struct sm_buf prefix = SM_BUF_INIT;

		sm_buf_addf(&prefix, "@%s ", acct);
		sm_json_str(out, "prefix", prefix.data, prefix.len);
		sm_buf_release(&prefix);
	}
	sm_json_close(out, '}');
}
