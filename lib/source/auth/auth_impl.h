/* What the door to the network has to know of credentials. */
#ifndef SM_SOURCE_AUTH_AUTH_IMPL_H
#define SM_SOURCE_AUTH_AUTH_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "source/auth/auth.h"
#include "source/auth/auth_token.h"

struct sm_err;
struct sm_request;
struct sm_response;

enum auth_kind {
	AUTH_BASIC, AUTH_BEARER, AUTH_HEADER, AUTH_QUERY, AUTH_URL,
	AUTH_OAUTH2, AUTH_BLUESKY
};

struct sm_auth {
	const struct sm_conf *conf;
	char *account;
	char *asked;		/* the kind as it was asked for, "": NULL */
	unsigned users;		/* sm_auth_new's that have it */
	struct sm_auth *next;	/* all there are */

	enum auth_kind kind;
	char *name, *word;	/* of the header or parameter */
	char *user;
	char *origin;		/* the account's url, or NULL */
	char *pin;		/* the server's public key, or NULL */
	struct sm_buf secret;	/* password or token; wiped at the end */

	/* oauth2 and bluesky: tokens that change */
	struct sm_auth_token token;
	char *path;		/* of the file they are kept in */
	char *token_url, *client_id;
	struct sm_buf client_secret;
	bool busy;		/* this process is renewing them */
	int lock;		/* the lock's file while busy, else -1 */
	bool again;		/* the first way of renewing did not do */
	char *refused;		/* an access token that was not accepted */
	struct sm_err *failure;	/* of the last renewal, or NULL; ... */
	int64_t failed_ms;	/* ... when that was (http_clock_ms) */
};

/*
 * Whether the credentials may go to url: it has the origin of the account's
 * url (else of home, which may be NULL), or that of sm_auth_base.
 */
bool auth_is_for(const struct sm_auth *auth, const char *url,
    const char *home);

/* "Name: value" to be sent, or an empty buf; the caller wipes it. */
void auth_header(const struct sm_auth *auth, struct sm_buf *line);
/* Adds the parameter to a URL, for kind "query". */
void auth_query(const struct sm_auth *auth, struct sm_buf *url);

/* Percent-encoded as in a form; as base64. */
void auth_encode(struct sm_buf *out, const char *s);
void auth_base64(struct sm_buf *out, const char *s, size_t len);

/* Bytes that no memory keeps. */
void auth_wipe(struct sm_buf *buf);

#endif
