/*
 * Tokens that change, in a file for each account: JSON, of mode 0600, in
 * $XDG_STATE_HOME/sm/auth/ or where the account's token_file says.  It is
 * replaced whole (written beside, fsync, rename), so a kill leaves the old or
 * the new one.  Who refreshes holds a lock beside it, reads it again under the
 * lock, and keeps the new tokens before he uses them: with rotation, a refresh
 * token that is used twice ends all of its family.
 */
#ifndef SM_SOURCE_AUTH_AUTH_TOKEN_H
#define SM_SOURCE_AUTH_AUTH_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

struct sm_conf;
struct sm_err;

#define SM_AUTH_FILE_MAX 262144	/* bytes */

/* Strings or NULL; a time is SM_TIME_NONE where there is none. */
struct sm_auth_token {
	char *access, *refresh;
	int64_t expires;	/* of access */
	int64_t saved;
	char *scope, *id, *base, *user;
	char *password;		/* typed into `sm auth`; "token": access */
	char *client_id, *client_secret;	/* registered by `sm auth` */
	char *client_auth;		/* "post": they go into the form */
	char *token_url;
	char *trouble;		/* why a person has to log in again */
	char *salt, *tried;	/* digest of a password that was refused */
};

void sm_auth_token_release(struct sm_auth_token *token);

/* Where the account's tokens are kept; the caller frees. */
char *sm_auth_token_path(const struct sm_conf *conf, const char *account);

/*
 * Whether it is a file of `sm auth`, an object, and not one that somebody
 * wrote, whose first line is the token itself.
 */
bool sm_auth_token_is_kept(const char *path);

/*
 * 1, 0 where there is no such file, -1 and err (NOPERM: others can read it;
 * CONFIG: it is no token file).  token need not be empty before.
 */
int sm_auth_token_read(const char *path, struct sm_auth_token *token,
    struct sm_err *err);

/* 0 when the tokens are on the disk, or -1 and err. */
int sm_auth_token_write(const char *path, const struct sm_auth_token *token,
    struct sm_err *err);

/*
 * The lock beside path, without waiting: its descriptor (close gives it
 * back), -1 and err, or -2 where another has it.
 */
int sm_auth_token_lock(const char *path, struct sm_err *err);

#endif
