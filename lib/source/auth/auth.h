/*
 * The credentials of an [account], and how they go with a request.  They are
 * put on a request by whoever asks the network (http.h), only for the account's
 * own origin, never behind a redirect.  A connector asks for nothing but its
 * user and, where a network wants it in the URL, the token.
 *
 * Kinds, as in .auth of a connector: "basic" (user, password), "bearer"
 * (token), "header NAME [WORD]" (token, WORD and a blank before it), "query
 * NAME" (token), "url" (the connector writes it into the URL), "oauth2" (RFC
 * 6749: tokens of `sm auth`, refreshed under a lock), "bluesky" (a session
 * from user and app password, refreshed likewise).
 *
 * A secret that the configuration does not name is looked for in what `sm
 * auth` has kept (auth_token.h).  All sources of an account share one struct
 * sm_auth, so that its secret is asked for once and its tokens are refreshed
 * once.
 */
#ifndef SM_SOURCE_AUTH_AUTH_H
#define SM_SOURCE_AUTH_AUTH_H

struct sm_auth;
struct sm_buf;
struct sm_conf;
struct sm_err;

/*
 * The credentials of [account NAME]; kind as above, NULL for "basic" where
 * there is a password and "bearer" where there is a token.  NULL and err
 * (CONFIG: what is missing; NOPERM: `sm auth NAME` has to be run).  While
 * there is one, no core is dumped.
 */
struct sm_auth *sm_auth_new(const struct sm_conf *conf, const char *account,
    const char *kind, struct sm_err *err);
void sm_auth_free(struct sm_auth *auth);

enum sm_auth_has {
	SM_AUTH_NOTHING,	/* it does not log in at all */
	SM_AUTH_SECRET,		/* configured, or kept by `sm auth` */
	SM_AUTH_CLIENT		/* it is to, but has not yet */
};

/* By what the account could log in. */
enum sm_auth_has sm_auth_has(const struct sm_conf *conf,
    const char *account);

/* Lent; NULL where there is none. */
const char *sm_auth_user(const struct sm_auth *auth);
/* Only for kind "url"; NULL for all others. */
const char *sm_auth_token(const struct sm_auth *auth);
/* Only for kind "basic", for a dialogue (IMAP); NULL for all others. */
const char *sm_auth_password(const struct sm_auth *auth);
/* Our own id there, where logging in told it (a DID); or NULL. */
const char *sm_auth_id(const struct sm_auth *auth);
/*
 * The URL of the server on which the account really lives, where logging in
 * told it (a Bluesky PDS); credentials go there too.  Or NULL.
 */
const char *sm_auth_base(const struct sm_auth *auth);

/* Every secret of auth (NULL: none) in text becomes "***". */
void sm_auth_hide(const struct sm_auth *auth, struct sm_buf *text);

#endif
