/* The server and the account, asked once a day. */
#include <string.h>

#include "base/clock.h"
#include "source/emit.h"
#include "source/social/mastodon.h"

static bool
is_fresh(int64_t read)
{
	return read != SM_TIME_NONE && sm_clock_now() - read < MASTODON_KEEP;
}

int
mastodon_server_ask(struct mastodon *m, struct sm_request *req,
    struct sm_err *err)
{
	(void)err;
	if (is_fresh(m->server.read) || m->server_tries == 2)
		return 0;
	mastodon_url(m, req, m->server_tries == 0 ? "v2/instance" :
	    "v1/instance");
	return 1;
}

static void
set_id(struct sm_buf *to, const char *s)
{
	sm_buf_clear(to);
	if (social_is_id(s, strlen(s)))
		sm_buf_adds(to, s);
}

/* Its accounts are "name@domain", which need not be the host we ask. */
static void
take_domain(struct mastodon *m, const json_t *json)
{
	const char *domain = social_text(json, "domain");
	const char *scheme;

	if (!*domain)
		domain = social_text(json, "uri");
	scheme = strstr(domain, "://");
	if (scheme)
		domain = scheme + 3;
	set_id(&m->server.domain, domain);
	sm_buf_cut(&m->server.domain, strcspn(sm_buf_str(&m->server.domain),
	    "/:"));
}

/* It is named as that of a WebSocket. */
static void
take_streaming(struct mastodon *m, const json_t *json)
{
	const char *url = social_text(json, "configuration.urls.streaming");
	const char *rest;

	if (!*url)
		url = social_text(json, "urls.streaming_api");
	rest = strncmp(url, "wss:", 4) == 0 ? url + 4 :
	    strncmp(url, "ws:", 3) == 0 ? url + 3 : NULL;
	sm_buf_clear(&m->server.streaming);
	if (!rest || !social_is_id(rest, strlen(rest)))
		return;
	/* snac says wss: over plain http as well. */
	sm_buf_addf(&m->server.streaming, "%.*s%s",
	    (int)strcspn(m->base.data, ":") + 1, m->base.data, rest);
}

static void
take_limits(struct mastodon *m, const json_t *json)
{
	int64_t max = social_count(json,
	    "configuration.statuses.max_characters");
	int64_t url = social_count(json,
	    "configuration.statuses.characters_reserved_per_url");

	if (max <= 0)
		max = social_count(json, "max_toot_chars");	/* Pleroma */
	m->server.max = max > 0 ? max : MASTODON_CHARS;
	m->server.url = url > 0 ? url : MASTODON_URL;
}

int
mastodon_server_answer(struct mastodon *m, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err)
{
	(void)emit;
	if (res->status == 429 || res->status >= 500)
		return sm_response_check_json(res, err);
	m->server_tries++;
	m->server.no_stream = false;
	if (res->status == 200 && json_is_object(json)) {
		take_domain(m, json);
		take_streaming(m, json);
		take_limits(m, json);
		m->server.snac = strstr(social_text(json, "version"),
		    "snac") != NULL;
		m->server_tries = 2;
	}
	if (m->server_tries == 2)
		m->server.read = sm_clock_now();
	return 0;
}

int
mastodon_me_ask(struct mastodon *m, struct sm_request *req,
    struct sm_err *err)
{
	(void)err;
	if (!m->logged_in || m->me_tried || is_fresh(m->me.read))
		return 0;
	mastodon_url(m, req, "v1/accounts/verify_credentials");
	return 1;
}

int
mastodon_me_answer(struct mastodon *m, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err)
{
	const char *id = social_id(&m->arena, json, "id");

	(void)emit;
	m->me_tried = true;
	/* A token without the scope for this may still do for the lists. */
	if (res->status == 403)
		return 0;
	if (res->status == 422)		/* snac, and a page of HTML with it */
		return sm_err_set(err, SM_EXIT_NOPERM, "status 422: the "
		    "server does not know the token; run sm auth for the "
		    "account");
	if (res->status != 200)
		return sm_response_check_json(res, err);
	if (!id)
		return sm_err_set(err, SM_EXIT_DATA, "expected an account, "
		    "got something else: is this a server of the Mastodon "
		    "API?");
	set_id(&m->me.id, id);
	set_id(&m->me.acct, mastodon_acct(m, social_text(json, "acct")));
	m->me.read = sm_clock_now();
	return 0;
}
