#include "source/hook/hook.h"

#include <string.h>

#include "record/json.h"
#include "record/record.h"
#include "source/hook/hook_request.h"

static void
refuse(struct sm_hook_answer *answer, int status, const char *why)
{
	answer->status = status;
	answer->why = why;
	answer->keep = false;
	answer->type = "text/plain";
	sm_buf_clear(&answer->body);
}

/* A challenge is given back as text, which no browser takes for a page. */
static void
echo(struct sm_hook_answer *answer, const struct sm_buf *challenge)
{
	const char *s = sm_buf_str(challenge);

	if (challenge->len == 0 || challenge->len > SM_HOOK_CHALLENGE) {
		refuse(answer, 400, "a challenge that is none");
		return;
	}
	for (size_t i = 0; i < challenge->len; i++)
		if ((unsigned char)s[i] <= ' ' || (unsigned char)s[i] > '~') {
			refuse(answer, 400, "a challenge that is none");
			return;
		}
	sm_buf_add(&answer->body, s, challenge->len);
}

/* hub.mode, hub.challenge, and what shows that we are meant. */
static void
answer_hub(const struct sm_hook *hook, const struct sm_hook_request *req,
    struct sm_hook_answer *answer)
{
	bool topic = hook->kind->asks == SM_HOOK_ASKS_TOPIC;
	struct sm_buf mode = SM_BUF_INIT, proof = SM_BUF_INIT;
	struct sm_buf challenge = SM_BUF_INIT;
	const char *want = topic ? hook->topic :
	    sm_buf_str(&hook->verify_token);

	if (sm_hook_request_param(&req->query, "hub.mode", &mode) != 1 ||
	    sm_hook_request_param(&req->query, topic ? "hub.topic" :
	    "hub.verify_token", &proof) != 1 ||
	    sm_hook_request_param(&req->query, "hub.challenge",
	    &challenge) != 1)
		refuse(answer, 400, "not a handshake: hub.mode, hub.challenge "
		    "and its proof are wanted");
	else if (strcmp(mode.data, "subscribe") != 0)
		refuse(answer, 403, "a handshake that wants no subscription");
	else if (!sm_same_secret(proof.data, proof.len, want, strlen(want)))
		refuse(answer, 403, topic ? "a handshake for another topic" :
		    "a handshake with a wrong verify_token");
	else
		echo(answer, &challenge);
	sm_buf_release(&mode);
	sm_buf_release(&proof);
	sm_buf_release(&challenge);
}

static size_t
sign_text(const struct sm_hook *hook, const struct sm_buf *text,
    unsigned char mac[SM_HMAC_MAX])
{
	struct sm_hmac hmac;

	sm_hmac_init(&hmac, SM_DIGEST_SHA256, sm_buf_str(&hook->secret),
	    hook->secret.len);
	sm_hmac_add(&hmac, sm_buf_str(text), text->len);
	return sm_hmac_end(&hmac, mac);
}

/* X: {"response_token":"sha256=..."}; LinkedIn: code and response. */
static void
answer_signed(const struct sm_hook *hook, const struct sm_hook_request *req,
    struct sm_hook_answer *answer)
{
	bool crc = hook->kind->asks == SM_HOOK_ASKS_CRC;
	struct sm_buf code = SM_BUF_INIT, said = SM_BUF_INIT;
	unsigned char mac[SM_HMAC_MAX];
	size_t n;

	if (sm_hook_request_param(&req->query, crc ? "crc_token" :
	    "challengeCode", &code) != 1 || code.len == 0 ||
	    code.len > SM_HOOK_CHALLENGE) {
		refuse(answer, 400, "not a handshake: a challenge is wanted");
		sm_buf_release(&code);
		return;
	}
	n = sign_text(hook, &code, mac);
	if (crc) {
		sm_buf_adds(&said, "sha256=");
		sm_base64_add(&said, mac, n);
	} else
		sm_hex_add(&said, mac, n);
	answer->type = "application/json";
	sm_json_open(&answer->body, NULL, '{');
	if (!crc)
		sm_json_str(&answer->body, "challengeCode", code.data,
		    code.len);
	sm_json_strz(&answer->body, crc ? "response_token" :
	    "challengeResponse", said.data);
	sm_json_close(&answer->body, '}');
	sm_buf_release(&code);
	sm_buf_release(&said);
}

static void
judge_get(const struct sm_hook *hook, const struct sm_hook_request *req,
    struct sm_hook_answer *answer)
{
	switch (hook->kind->asks) {
	case SM_HOOK_ASKS_HUB:
	case SM_HOOK_ASKS_TOPIC: answer_hub(hook, req, answer); break;
	case SM_HOOK_ASKS_CRC:
	case SM_HOOK_ASKS_CODE: answer_signed(hook, req, answer); break;
	default: refuse(answer, 405, "only POST is known here"); break;
	}
}

/* Slack's question comes signed, as a POST: true where this is it. */
static bool
answer_slack(const struct sm_hook_request *req,
    struct sm_hook_answer *answer)
{
	struct sm_paths *paths = sm_paths_new();
	int type = sm_paths_add(paths, "type");
	int slot = sm_paths_add(paths, "challenge");
	struct sm_record *rec = sm_record_new(paths);
	struct sm_buf challenge = SM_BUF_INIT;
	const char *text;
	bool asked;
	size_t len;

	asked = req->body.len <= SM_HOOK_HEAD &&
	    sm_record_parse(rec, sm_buf_str(&req->body), req->body.len,
	    NULL) == 0 && sm_record_is(rec, type, "url_verification");
	text = asked ? sm_record_str(rec, slot, &len) : NULL;
	if (text)
		sm_buf_add(&challenge, text, len);
	if (asked)
		echo(answer, &challenge);
	sm_buf_release(&challenge);
	sm_record_free(rec);
	sm_paths_free(paths);
	return asked;
}

static bool
is_ping(const struct sm_hook *hook, const struct sm_hook_request *req)
{
	const char *event = hook->kind->event ? sm_hook_request_header(req,
	    hook->kind->event, NULL) : NULL;

	return event && strcmp(event, "ping") == 0;
}

static void
judge_post(const struct sm_hook *hook, const struct sm_hook_request *req,
    int64_t now, struct sm_hook_answer *answer)
{
	const char *why = sm_hook_check(hook, req, now);

	if (why) {
		refuse(answer, 403, why);
		return;
	}
	if (req->body.len == 0) {
		refuse(answer, 400, "it has no body");
		return;
	}
	if (hook->kind->asks == SM_HOOK_ASKS_PING && is_ping(hook, req))
		return;
	if (hook->kind->asks == SM_HOOK_ASKS_SLACK &&
	    answer_slack(req, answer))
		return;
	answer->keep = true;
	if (hook->kind->reply) {
		answer->type = hook->kind->type;
		sm_buf_adds(&answer->body, hook->kind->reply);
	}
}

void
sm_hook_judge(const struct sm_hook *hook, const struct sm_hook_request *req,
    int64_t now, struct sm_hook_answer *answer)
{
	const char *method = sm_buf_str(&req->method);

	answer->status = 200;
	answer->type = "text/plain";
	answer->keep = false;
	answer->why = NULL;
	sm_buf_clear(&answer->body);
	if (strcmp(method, "POST") == 0 && req->body.len > hook->max_body)
		refuse(answer, 413, "its body is too large (max_body)");
	else if (strcmp(method, "POST") == 0)
		judge_post(hook, req, now, answer);
	else if (strcmp(method, "GET") == 0)
		judge_get(hook, req, answer);
	else
		refuse(answer, 405, "only POST and GET are known here");
}
