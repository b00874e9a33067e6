/*
 * Webhooks: whether a request is what the network sent, and what to answer.
 * Nothing is read or written here but the configuration; see cmd/sm-hook.c
 * for how requests come, spool.h for where they go.
 *
 * What is signed, and how, stands in one table (hook_kind.c).  The signature
 * is looked at before anything in the body is, over the bytes as they came,
 * and compared in constant time.
 */
#ifndef SM_SOURCE_HOOK_HOOK_H
#define SM_SOURCE_HOOK_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hmac.h"

struct sm_conf;
struct sm_err;
struct sm_hook_request;

#define SM_HOOK_AGE 300		/* seconds a signed time may be off */
#define SM_HOOK_CHALLENGE 1024	/* bytes of a challenge that is answered */

enum sm_hook_coding { SM_HOOK_HEX, SM_HOOK_BASE64 };

/* What the signature is made over, or that there is only a shared secret. */
enum sm_hook_signs {
	SM_HOOK_SIGNS_BODY,
	SM_HOOK_SIGNS_PREFIXED,	/* the prefix and the body */
	SM_HOOK_SIGNS_HUB,	/* the body, by a digest that it names */
	SM_HOOK_SIGNS_SLACK,	/* "v0:time:body" */
	SM_HOOK_SIGNS_TIMED,	/* "time.body", header "t=time,v1=..." */
	SM_HOOK_SIGNS_URL,	/* the URL and the sorted parameters */
	SM_HOOK_SIGNS_NOTHING	/* the header is the secret itself */
};

/* The questions by which networks make sure that a hook is meant. */
enum sm_hook_asks {
	SM_HOOK_ASKS_NOTHING,
	SM_HOOK_ASKS_HUB,	/* GET hub.challenge, with verify_token */
	SM_HOOK_ASKS_TOPIC,	/* the same with hub.topic (WebSub) */
	SM_HOOK_ASKS_CRC,	/* GET crc_token */
	SM_HOOK_ASKS_CODE,	/* GET challengeCode */
	SM_HOOK_ASKS_SLACK,	/* POST, type url_verification */
	SM_HOOK_ASKS_PING	/* POST, the event "ping" */
};

struct sm_hook_kind {
	const char *name, *summary;
	const char *header, *prefix;	/* header in lower case; or NULL */
	enum sm_digest digest;
	enum sm_hook_coding coding;
	enum sm_hook_signs signs;
	enum sm_hook_asks asks;
	const char *event, *delivery;	/* headers that tell; or NULL */
	const char *mapping;	/* for its bodies; NULL: that of its name */
	const char *type, *reply;	/* of the answer; NULL: nothing */
	bool free;	/* header, prefix, digest, coding are configured */
};

/* [hook NAME] of the configuration. */
struct sm_hook {
	char *name;
	const struct sm_hook_kind *kind;
	struct sm_buf secret, verify_token;	/* wiped when freed */
	char *url, *topic, *header, *prefix, *spool;
	enum sm_digest digest;
	enum sm_hook_coding coding;
	int64_t max_age;	/* seconds */
	size_t max_body;	/* bytes */
};

/* The kind of that name, or the index-th, or NULL. */
const struct sm_hook_kind *sm_hook_kind_find(const char *name);
const struct sm_hook_kind *sm_hook_kind_nth(size_t index);

/*
 * [hook NAME] with its secrets.  NULL and err: CONFIG or NOPERM, and USAGE
 * where there is no such hook.
 */
struct sm_hook *sm_hook_new(const struct sm_conf *conf, const char *name,
    struct sm_err *err);
void sm_hook_free(struct sm_hook *hook);

struct sm_hook_answer {
	int status;		/* of HTTP */
	const char *type;	/* of the body */
	struct sm_buf body;
	bool keep;		/* the request's body is to be kept first */
	const char *why;	/* it is refused: for our own people */
};

/*
 * What to answer at the time now.  answer->body begins empty and is the
 * caller's to release.
 */
void sm_hook_judge(const struct sm_hook *hook,
    const struct sm_hook_request *req, int64_t now,
    struct sm_hook_answer *answer);

/*
 * hook_kind.c: whether the request is signed as it has to be; NULL, or why
 * not.
 */
const char *sm_hook_check(const struct sm_hook *hook,
    const struct sm_hook_request *req, int64_t now);

#endif
