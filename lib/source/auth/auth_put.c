/* How credentials go with a request, and how they stay out of everything. */
#include <ctype.h>
#include <string.h>

#include "source/auth/auth_impl.h"
#include "text/url.h"

bool
auth_is_for(const struct sm_auth *auth, const char *url, const char *home)
{
	const char *origin;

	if (!auth)
		return false;
	origin = auth->origin ? auth->origin : home;
	return (origin && sm_url_same_origin(origin, url)) ||
	    (auth->token.base && sm_url_same_origin(auth->token.base, url));
}

void
auth_base64(struct sm_buf *out, const char *s, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		unsigned long bits = (unsigned long)(unsigned char)s[i] << 16;

		if (i + 1 < len)
			bits |= (unsigned long)(unsigned char)s[i + 1] << 8;
		if (i + 2 < len)
			bits |= (unsigned char)s[i + 2];
		sm_buf_addc(out, digits[bits >> 18]);
		sm_buf_addc(out, digits[bits >> 12 & 63]);
		sm_buf_addc(out, i + 1 < len ? digits[bits >> 6 & 63] : '=');
		sm_buf_addc(out, i + 2 < len ? digits[bits & 63] : '=');
	}
}

/* What follows "Basic " (RFC 7617). */
static void
add_pair(const struct sm_auth *auth, struct sm_buf *line)
{
	struct sm_buf pair = SM_BUF_INIT;

	(void)sm_buf_reserve(&pair, strlen(auth->user) + auth->secret.len + 2);
	sm_buf_adds(&pair, auth->user);
	sm_buf_addc(&pair, ':');
	sm_buf_add(&pair, sm_buf_str(&auth->secret), auth->secret.len);
	auth_base64(line, pair.data, pair.len);
	auth_wipe(&pair);
	sm_buf_release(&pair);
}

void
auth_header(const struct sm_auth *auth, struct sm_buf *line)
{
	const char *token = auth->kind == AUTH_OAUTH2 ||
	    auth->kind == AUTH_BLUESKY ? auth->token.access :
	    sm_buf_str(&auth->secret);

	(void)sm_buf_reserve(line, 16384);
	sm_buf_cut(line, 0);
	switch (auth->kind) {
	case AUTH_BASIC:
		sm_buf_adds(line, "Authorization: Basic ");
		add_pair(auth, line);
		break;
	case AUTH_BEARER:
	case AUTH_OAUTH2:
	case AUTH_BLUESKY:
		sm_buf_adds(line, "Authorization: Bearer ");
		sm_buf_adds(line, token ? token : "");
		break;
	case AUTH_HEADER:
		sm_buf_addf(line, "%s: ", auth->name);
		if (auth->word)
			sm_buf_addf(line, "%s ", auth->word);
		sm_buf_adds(line, token);
		break;
	case AUTH_QUERY:
	case AUTH_URL:
		break;
	}
}

void
auth_encode(struct sm_buf *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (isalnum(c) || strchr("-._~", c))
			sm_buf_addc(out, (char)c);
		else
			sm_buf_addf(out, "%%%02X", c);
	}
}

void
auth_query(const struct sm_auth *auth, struct sm_buf *url)
{
	if (auth->kind != AUTH_QUERY)
		return;
	sm_buf_addc(url, strchr(sm_buf_str(url), '?') ? '&' : '?');
	sm_buf_addf(url, "%s=", auth->name);
	auth_encode(url, sm_buf_str(&auth->secret));
}

static void
hide(struct sm_buf *text, const char *secret)
{
	size_t len = secret ? strlen(secret) : 0, from = 0;
	struct sm_buf out = SM_BUF_INIT;
	const char *at;

	if (len < 4 || text->len < len)	/* "1" would hide too much */
		return;
	while ((at = memmem(text->data + from, text->len - from, secret,
	    len))) {
		size_t n = (size_t)(at - text->data) - from;

		sm_buf_add(&out, text->data + from, n);
		sm_buf_adds(&out, "***");
		from += n + len;
	}
	if (from > 0) {
		sm_buf_add(&out, text->data + from, text->len - from);
		auth_wipe(text);
		sm_buf_add(text, out.data, out.len);
	}
	sm_buf_release(&out);
}

static void
hide_both(struct sm_buf *text, const char *secret)
{
	struct sm_buf encoded = SM_BUF_INIT;

	if (!secret)
		return;
	hide(text, secret);
	auth_encode(&encoded, secret);
	hide(text, sm_buf_str(&encoded));
	auth_wipe(&encoded);
	sm_buf_release(&encoded);
}

/* A server may give back the header as it came. */
static void
hide_pair(const struct sm_auth *auth, struct sm_buf *text)
{
	struct sm_buf pair = SM_BUF_INIT;

	if (auth->kind != AUTH_BASIC || !auth->user)
		return;
	(void)sm_buf_reserve(&pair, 2 * (strlen(auth->user) +
	    auth->secret.len) + 16);
	add_pair(auth, &pair);
	hide_both(text, sm_buf_str(&pair));
	auth_wipe(&pair);
	sm_buf_release(&pair);
}

void
sm_auth_hide(const struct sm_auth *auth, struct sm_buf *text)
{
	if (!auth)
		return;
	hide_pair(auth, text);
	hide_both(text, sm_buf_str(&auth->secret));
	hide_both(text, sm_buf_str(&auth->client_secret));
	hide_both(text, auth->token.access);
	hide_both(text, auth->token.refresh);
	hide_both(text, auth->token.password);
}
