/*
 * The credentials of an [account], and how they go with a request.  They are
 * put on a request by whoever asks the network (http.h), only for the account's
 * own origin, never behind a redirect.  A connector asks for nothing but its
 * user and, where a network wants it in the URL, the token.
 *
 * Kinds, as in .auth of a connector: "basic" (user, password), "bearer"
 * (token), "header NAME" (token), "query NAME" (token), "url" (the connector
 * writes it into the URL), "oauth2" (RFC 6749: tokens of `sm auth`, refreshed
 * under a lock), "bluesky" (a session from user and app password, refreshed
 * likewise).
 */
#ifndef SM_SOURCE_AUTH_H
#define SM_SOURCE_AUTH_H

struct sm_auth;
struct sm_conf;
struct sm_err;

/*
 * The credentials of [account NAME]; kind as above, NULL for "basic" where
 * there is a password and "bearer" where there is a token.  NULL and err
 * (CONFIG: what is missing; NOPERM: `sm auth NAME` has to be run).
 */
struct sm_auth *sm_auth_new(const struct sm_conf *conf, const char *account,
    const char *kind, struct sm_err *err);
void sm_auth_free(struct sm_auth *auth);

/* Lent; NULL where there is none. */
const char *sm_auth_user(const struct sm_auth *auth);
/* Only for kind "url"; NULL for all others. */
const char *sm_auth_token(const struct sm_auth *auth);
/* Our own id there, where logging in told it (a DID); or NULL. */
const char *sm_auth_id(const struct sm_auth *auth);

#endif
