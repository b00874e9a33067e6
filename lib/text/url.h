/*
 * Addresses of the web: enough of RFC 3986 to find the host, to resolve a
 * reference and to keep secrets out of messages.
 */
#ifndef SM_TEXT_URL_H
#define SM_TEXT_URL_H

#include <stdbool.h>
#include <stddef.h>

struct sm_buf;

#define SM_URL_MAX 4096		/* bytes; longer is no URL */

struct sm_url {
	const char *scheme, *host, *path;	/* lent from the text */
	size_t scheme_len, host_len;		/* host: with [], no port */
	int port;				/* -1: the scheme's own */
	bool userinfo;				/* has "user:password@" */
};

/* Takes "http://host..." or "https://host..." apart; -1: it is neither. */
int sm_url_split(const char *s, size_t len, struct sm_url *url);

/* Whether s is an http(s) URL without blanks, quotes, <> and controls. */
bool sm_url_is_web(const char *s, size_t len);

/* Whether both have the same scheme, host and port. */
bool sm_url_same_origin(const char *a, const char *b);

/*
 * Adds ref as seen from base (an absolute http(s) URL, or NULL) to out, blanks
 * and controls percent-encoded.  0; -1 and nothing added where that gives no
 * http(s) URL.
 */
int sm_url_resolve(const char *base, const char *ref, size_t len,
    struct sm_buf *out);

/*
 * Adds the URL as it may be shown: user-info, and the values of parameters
 * that are known to be secrets (token, key, ...), as "***".
 */
void sm_url_redact(const char *s, size_t len, struct sm_buf *out);

#endif
