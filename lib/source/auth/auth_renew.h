/*
 * Renewing tokens, one step after another; the door (http_login.c) asks the
 * network what these say should be asked.
 */
#ifndef SM_SOURCE_AUTH_AUTH_RENEW_H
#define SM_SOURCE_AUTH_AUTH_RENEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_auth;
struct sm_auth_token;
struct sm_buf;
struct sm_err;
struct sm_request;
struct sm_response;

#define AUTH_ANSWER_MAX 1048576	/* bytes of a token endpoint's answer */

/* Whether the account's tokens change at all. */
bool auth_changes(const struct sm_auth *auth);

/* Whether its access token may be used at this time (seconds since 1970). */
bool auth_is_fresh(const struct sm_auth *auth, int64_t now);

/*
 * Whether an answer says that the access token is not valid any more: 401,
 * and Bluesky's 400 ExpiredToken.
 */
bool auth_is_refusal(const struct sm_auth *auth,
    const struct sm_response *res);

/* That access token was refused: the next is not to be it. */
void auth_refused(struct sm_auth *auth, const char *access);

enum auth_step {
	AUTH_FAILED = -1,	/* and err */
	AUTH_BUSY,		/* another process renews it: ask again */
	AUTH_FRESH,		/* there is a token to use */
	AUTH_ASK		/* auth_ask says what; the lock is ours */
};

/* Takes the lock, and reads again what others may have kept meanwhile. */
enum auth_step auth_begin(struct sm_auth *auth, struct sm_err *err);
/* The request of this step; home as for auth_is_for. */
int auth_ask(struct sm_auth *auth, const char *home, struct sm_request *req,
    struct sm_err *err);
/*
 * Its answer, with its body: AUTH_FRESH when the new tokens are on the disk,
 * AUTH_ASK for one more step, or AUTH_FAILED.
 */
enum auth_step auth_answer(struct sm_auth *auth,
    const struct sm_response *res, const char *body, size_t len,
    struct sm_err *err);
/* Gives the lock back, whatever came of it. */
void auth_end(struct sm_auth *auth);

/* auth_oauth.c, auth_bluesky.c: auth_ask and auth_answer of the kinds. */
int auth_oauth_ask(struct sm_auth *auth, struct sm_request *req,
    struct sm_err *err);
enum auth_step auth_oauth_answer(struct sm_auth *auth,
    const struct sm_response *res, const char *body, size_t len,
    struct sm_err *err);
int auth_bluesky_ask(struct sm_auth *auth, const char *home,
    struct sm_request *req, struct sm_err *err);
enum auth_step auth_bluesky_answer(struct sm_auth *auth,
    const struct sm_response *res, const char *body, size_t len,
    struct sm_err *err);

/* What they share.  Tokens to the disk, before anyone uses them. */
enum auth_step auth_keep(struct sm_auth *auth, struct sm_err *err);
/* A person has to log in again: that is kept, and said. */
enum auth_step auth_trouble(struct sm_auth *auth, const char *why,
    struct sm_err *err);
/* The answer was no token, for a reason that may pass or not. */
enum auth_step auth_said_no(const struct sm_auth *auth,
    const struct sm_response *res, const char *what, struct sm_err *err);
/* A string of JSON that can stand in a header line, or NULL; a copy. */
char *auth_text(const void *json, const char *name);
/* Replaces *text by a copy of value, wiping the old one; NULL: nothing. */
void auth_set(char **text, const char *value);

/*
 * The tokens of a token endpoint's answer (RFC 6749, 5.1) into token; what it
 * does not name stays.  0, or -1 where there is no access token.
 */
int auth_oauth_take(struct sm_auth_token *token, const char *body, size_t len);

/* Adds "&name=value", value percent-encoded, to a form. */
void auth_form_add(struct sm_buf *form, const char *name, const char *value);
/* Client id and secret: as Basic (a header) or into the form. */
void auth_client(struct sm_request *req, const char *id, const char *secret,
    bool basic);

#endif
