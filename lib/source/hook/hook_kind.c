/*
 * How networks sign, and whether this is signed so.  By their manuals: Meta
 * "Validating payloads", X "Securing webhooks", GitHub "Validating webhook
 * deliveries", Slack "Verifying requests", Telegram setWebhook secret_token,
 * Twilio "Validating requests", LinkedIn "Webhook validation", Stripe
 * "Verify signatures", W3C WebSub 8, LINE and Viber "Signature validation".
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "source/hook/hook.h"
#include "source/hook/hook_request.h"

#define SIGNATURES 16	/* of one header that are looked at */
#define PAIRS 1024	/* parameters of one form */

#define META(n, text) { .name = n, .summary = text, \
	.header = "x-hub-signature-256", .prefix = "sha256=", \
	.asks = SM_HOOK_ASKS_HUB, .mapping = "meta" }

static const struct sm_hook_kind kinds[] = {
	META("facebook", "Facebook pages and Messenger (Meta)"),
	{ .name = "github", .summary = "GitHub, and Gitea and Forgejo",
	    .header = "x-hub-signature-256", .prefix = "sha256=",
	    .asks = SM_HOOK_ASKS_PING, .event = "x-github-event",
	    .delivery = "x-github-delivery" },
	{ .name = "hmac", .summary = "any other that signs the body",
	    .free = true },
	META("instagram", "Instagram (Meta)"),
	{ .name = "line", .summary = "LINE", .header = "x-line-signature",
	    .coding = SM_HOOK_BASE64 },
	{ .name = "linkedin", .summary = "LinkedIn",
	    .header = "x-li-signature", .prefix = "hmacsha256=",
	    .signs = SM_HOOK_SIGNS_PREFIXED, .asks = SM_HOOK_ASKS_CODE },
	META("meta", "any of Meta's"),
	{ .name = "slack", .summary = "Slack",
	    .header = "x-slack-signature", .prefix = "v0=",
	    .signs = SM_HOOK_SIGNS_SLACK, .asks = SM_HOOK_ASKS_SLACK },
	{ .name = "stripe", .summary = "any that signs as Stripe does",
	    .header = "stripe-signature", .signs = SM_HOOK_SIGNS_TIMED },
	{ .name = "telegram", .summary = "Telegram bots",
	    .header = "x-telegram-bot-api-secret-token",
	    .signs = SM_HOOK_SIGNS_NOTHING },
	META("threads", "Threads (Meta)"),
	{ .name = "token", .summary = "any that sends a secret in a header",
	    .signs = SM_HOOK_SIGNS_NOTHING, .free = true },
	{ .name = "twilio", .summary = "Twilio",
	    .header = "x-twilio-signature", .digest = SM_DIGEST_SHA1,
	    .coding = SM_HOOK_BASE64, .signs = SM_HOOK_SIGNS_URL,
	    .type = "text/xml", .reply = "<Response/>" },
	{ .name = "viber", .summary = "Viber",
	    .header = "x-viber-content-signature" },
	{ .name = "websub", .summary = "WebSub hubs of feeds",
	    .header = "x-hub-signature", .signs = SM_HOOK_SIGNS_HUB,
	    .prefix = "sha256=", .asks = SM_HOOK_ASKS_TOPIC },
	META("whatsapp", "WhatsApp (Meta)"),
	{ .name = "x", .summary = "X",
	    .header = "x-twitter-webhooks-signature", .prefix = "sha256=",
	    .coding = SM_HOOK_BASE64, .asks = SM_HOOK_ASKS_CRC }
};

const struct sm_hook_kind *
sm_hook_kind_nth(size_t index)
{
	return index < sizeof(kinds) / sizeof(*kinds) ? &kinds[index] : NULL;
}

const struct sm_hook_kind *
sm_hook_kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

/* The text of what was signed, against what the header says of it. */
static bool
is_signature(const struct sm_hook *hook, struct sm_hmac *hmac,
    const char *said, size_t len)
{
	struct sm_buf want = SM_BUF_INIT, low = SM_BUF_INIT;
	unsigned char mac[SM_HMAC_MAX];
	size_t n = sm_hmac_end(hmac, mac);
	bool same;

	if (hook->coding == SM_HOOK_BASE64)
		sm_base64_add(&want, mac, n);
	else
		sm_hex_add(&want, mac, n);
	for (size_t i = 0; i < len && i < want.len; i++)
		sm_buf_addc(&low, hook->coding == SM_HOOK_BASE64 ? said[i] :
		    (char)tolower((unsigned char)said[i]));
	same = len == want.len && sm_same_bytes(want.data, low.data, len);
	sm_buf_release(&want);
	sm_buf_release(&low);
	return same;
}

static void
begin(const struct sm_hook *hook, struct sm_hmac *hmac)
{
	sm_hmac_init(hmac, hook->digest, sm_buf_str(&hook->secret),
	    hook->secret.len);
}

static void
add(struct sm_hmac *hmac, const struct sm_buf *bytes)
{
	sm_hmac_add(hmac, sm_buf_str(bytes), bytes->len);
}

/* Whole seconds since 1970; -1 where it is not that. */
static int64_t
take_time(const char *s, size_t len)
{
	int64_t time = 0;

	if (len == 0 || len > 11)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		time = time * 10 + (s[i] - '0');
	}
	return time;
}

static const char *
check_age(const struct sm_hook *hook, int64_t time, int64_t now)
{
	if (time < 0)
		return "its time is none";
	if (time < now - hook->max_age)
		return "it is too old: a replay, or our clock is ahead";
	if (time > now + hook->max_age)
		return "it is from the future: is our clock behind?";
	return NULL;
}

static const char *
check_body(const struct sm_hook *hook, const struct sm_hook_request *req,
    const char *said)
{
	size_t n = hook->prefix ? strlen(hook->prefix) : 0;
	bool prefixed = n > 0 && strncmp(said, hook->prefix, n) == 0;
	struct sm_hmac hmac;

	/* LinkedIn's header has the prefix sometimes, what is signed always. */
	if (n > 0 && !prefixed &&
	    hook->kind->signs != SM_HOOK_SIGNS_PREFIXED)
		return "its signature is of another kind";
	begin(hook, &hmac);
	if (hook->kind->signs == SM_HOOK_SIGNS_PREFIXED)
		sm_hmac_add(&hmac, hook->prefix, n);
	add(&hmac, &req->body);
	said += prefixed ? n : 0;
	return is_signature(hook, &hmac, said, strlen(said)) ? NULL :
	    "its signature is wrong";
}

/* The hub chooses the digest and names it: "sha1=..." or "sha256=...". */
static const char *
check_hub(const struct sm_hook *hook, const struct sm_hook_request *req,
    const char *said)
{
	static char sha1[] = "sha1=";
	struct sm_hook other = *hook;

	if (strncmp(said, sha1, strlen(sha1)) == 0) {
		other.prefix = sha1;
		other.digest = SM_DIGEST_SHA1;
	}
	return check_body(&other, req, said);
}

static const char *
check_slack(const struct sm_hook *hook, const struct sm_hook_request *req,
    const char *said, int64_t now)
{
	const char *time = sm_hook_request_header(req,
	    "x-slack-request-timestamp", NULL);
	size_t n = strlen(hook->prefix);
	struct sm_hmac hmac;
	const char *why;

	if (!time || strncmp(said, hook->prefix, n) != 0)
		return "it has no time, or another kind of signature";
	begin(hook, &hmac);
	sm_hmac_add(&hmac, "v0:", 3);
	sm_hmac_add(&hmac, time, strlen(time));
	sm_hmac_add(&hmac, ":", 1);
	add(&hmac, &req->body);
	why = check_age(hook, take_time(time, strlen(time)), now);
	if (!is_signature(hook, &hmac, said + n, strlen(said + n)))
		return "its signature is wrong";
	return why;
}

/* "t=1492774577,v1=hex,v1=hex": one of them has to be right. */
static const char *
check_timed(const struct sm_hook *hook, const struct sm_hook_request *req,
    const char *said, int64_t now)
{
	const char *time = NULL, *signatures[SIGNATURES];
	size_t time_len = 0, count = 0;
	bool right = false;

	for (const char *s = said; *s; s += strcspn(s, ","), s += *s == ',') {
		s += strspn(s, " ");
		if (strncmp(s, "t=", 2) == 0) {
			if (time)
				return "it has two times";
			time = s + 2;
			time_len = strcspn(time, ",");
		} else if (strncmp(s, "v1=", 3) == 0 && count < SIGNATURES)
			signatures[count++] = s + 3;
	}
	if (!time || count == 0)
		return "it has no time or no signature v1";
	for (size_t i = 0; i < count; i++) {
		struct sm_hmac hmac;

		begin(hook, &hmac);
		sm_hmac_add(&hmac, time, time_len);
		sm_hmac_add(&hmac, ".", 1);
		add(&hmac, &req->body);
		right |= is_signature(hook, &hmac, signatures[i],
		    strcspn(signatures[i], ", "));
	}
	return right ? check_age(hook, take_time(time, time_len), now) :
	    "its signature is wrong";
}

/* ---- Twilio: the URL and the parameters of the form -------------------- */

struct pair {
	struct sm_buf name, value;
};

static int
by_bytes(const struct sm_buf *a, const struct sm_buf *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int order = memcmp(sm_buf_str(a), sm_buf_str(b), n);

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static int
by_name(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;
	int order = by_bytes(&p->name, &q->name);

	return order ? order : by_bytes(&p->value, &q->value);
}

/* Sorted by name, then value; what stands twice is signed once. */
static void
add_form(struct sm_hmac *hmac, struct pair *pairs, size_t count)
{
	qsort(pairs, count, sizeof(*pairs), by_name);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && by_name(&pairs[i], &pairs[i - 1]) == 0)
			continue;
		add(hmac, &pairs[i].name);
		add(hmac, &pairs[i].value);
	}
}

static bool
sign_form(struct sm_hmac *hmac, const struct sm_buf *body)
{
	struct pair *pairs = sm_xcalloc(PAIRS, sizeof(*pairs));
	size_t count = 0, at = 0;
	bool all;

	while (count < PAIRS && sm_hook_request_pair(body, &at,
	    &pairs[count].name, &pairs[count].value) == 1)
		count++;
	all = at >= body->len;
	if (all)
		add_form(hmac, pairs, count);
	for (size_t i = 0; i < PAIRS; i++) {
		sm_buf_release(&pairs[i].name);
		sm_buf_release(&pairs[i].value);
	}
	free(pairs);
	return all;
}

/* A body that is no form has its digest in the URL, which is signed. */
static bool
body_is_of_url(const struct sm_hook_request *req)
{
	char hex[SM_SHA256_HEX];
	struct sm_buf said = SM_BUF_INIT;
	bool same;

	sm_sha256_hex(sm_buf_str(&req->body), req->body.len, hex);
	same = sm_hook_request_param(&req->query, "bodySHA256", &said) == 1 &&
	    sm_same_secret(said.data, said.len, hex, strlen(hex));
	sm_buf_release(&said);
	return same;
}

static const char *
check_url(const struct sm_hook *hook, const struct sm_hook_request *req,
    const char *said)
{
	static const char form[] = "application/x-www-form-urlencoded";
	const char *type = sm_hook_request_header(req, "content-type", NULL);
	bool is_form = type && strncmp(type, form, sizeof(form) - 1) == 0;
	struct sm_hmac hmac;

	begin(hook, &hmac);
	sm_hmac_add(&hmac, hook->url, strlen(hook->url));
	if (req->query.len > 0) {
		sm_hmac_add(&hmac, "?", 1);
		add(&hmac, &req->query);
	}
	if (is_form && !sign_form(&hmac, &req->body))
		return "it has too many parameters";
	if (!is_signature(hook, &hmac, said, strlen(said)))
		return "its signature is wrong (or 'url' is not what the "
		    "network was told)";
	if (!is_form && !body_is_of_url(req))
		return "its body is not the one that was signed";
	return NULL;
}

/* ------------------------------------------------------------------------ */

const char *
sm_hook_check(const struct sm_hook *hook, const struct sm_hook_request *req,
    int64_t now)
{
	const char *header = hook->header ? hook->header : hook->kind->header;
	bool twice;
	const char *said = sm_hook_request_header(req, header, &twice);

	if (twice)
		return "it has two signatures";
	if (!said || !*said)
		return "it has no signature";
	switch (hook->kind->signs) {
	case SM_HOOK_SIGNS_SLACK: return check_slack(hook, req, said, now);
	case SM_HOOK_SIGNS_TIMED: return check_timed(hook, req, said, now);
	case SM_HOOK_SIGNS_URL: return check_url(hook, req, said);
	case SM_HOOK_SIGNS_NOTHING:
		return sm_same_secret(said, strlen(said),
		    sm_buf_str(&hook->secret), hook->secret.len) ? NULL :
		    "its secret is wrong";
	case SM_HOOK_SIGNS_HUB: return check_hub(hook, req, said);
	default: return check_body(hook, req, said);
	}
}
