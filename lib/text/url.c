#include "text/url.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

/* What a URL may not have as it stands: 1; what ends its host: 2. */
static const unsigned char class[256] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	[' '] = 1, ['<'] = 1, ['>'] = 1, ['"'] = 1, ['\\'] = 3, ['^'] = 1,
	['`'] = 1, ['{'] = 1, ['|'] = 1, ['}'] = 1, [0x7F] = 1, ['/'] = 2,
	['?'] = 2, ['#'] = 2
};

static bool
is_odd(char c)
{
	return class[(unsigned char)c] & 1;
}

static size_t
scheme_length(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && (isalnum((unsigned char)s[n]) || (n > 0 &&
	    (s[n] == '+' || s[n] == '-' || s[n] == '.'))))
		n++;
	return n > 0 && n < len && s[n] == ':' &&
	    isalpha((unsigned char)s[0]) ? n : 0;
}

static int
split_port(const char *s, const char *end, int *port)
{
	*port = -1;
	if (s == end)
		return 0;
	if (*s++ != ':')
		return -1;
	if (s == end)
		return 0;
	*port = 0;
	for (; s < end; s++) {
		if (!isdigit((unsigned char)*s) || *port > 65535)
			return -1;
		*port = *port * 10 + (*s - '0');
	}
	return *port >= 1 && *port <= 65535 ? 0 : -1;
}

int
sm_url_split(const char *s, size_t len, struct sm_url *url)
{
	size_t n = scheme_length(s, len);
	const char *end = s + len, *at, *stop, *host_end;

	if (len > SM_URL_MAX || (n != 4 && n != 5) || len - n < 4 ||
	    strncasecmp(s, "https", n) != 0 || memcmp(s + n, "://", 3) != 0)
		return -1;
	url->scheme = s;
	url->scheme_len = n;
	at = s + n + 3;
	for (stop = at; stop < end && !(class[(unsigned char)*stop] & 2);
	    stop++)
		;
	url->path = stop;
	url->userinfo = false;
	for (const char *p = stop; p > at; p--) {
		if (p[-1] == '@') {
			at = p;
			url->userinfo = true;
			break;
		}
	}
	host_end = at;
	if (at < stop && *at == '[')
		while (host_end < stop && host_end[-(host_end > at)] != ']')
			host_end++;
	else
		while (host_end < stop && *host_end != ':')
			host_end++;
	url->host = at;
	url->host_len = (size_t)(host_end - at);
	return url->host_len == 0 ? -1 :
	    split_port(host_end, stop, &url->port);
}

bool
sm_url_is_web(const char *s, size_t len)
{
	struct sm_url url;

	for (size_t i = 0; i < len; i++)
		if (is_odd(s[i]))
			return false;
	return sm_url_split(s, len, &url) == 0;
}

static int
port_of(const struct sm_url *url)
{
	return url->port != -1 ? url->port : url->scheme_len == 5 ? 443 : 80;
}

bool
sm_url_same_origin(const char *a, const char *b)
{
	struct sm_url ua, ub;

	return sm_url_split(a, strlen(a), &ua) == 0 &&
	    sm_url_split(b, strlen(b), &ub) == 0 &&
	    ua.scheme_len == ub.scheme_len && ua.host_len == ub.host_len &&
	    strncasecmp(ua.host, ub.host, ua.host_len) == 0 &&
	    port_of(&ua) == port_of(&ub);
}

/* Removes "." and ".." from the path that begins at start (RFC 3986, 5.2.4). */
static void
remove_dots(struct sm_buf *out, size_t start)
{
	char *p = out->data + start, *to = p;
	char *end = out->data + out->len;
	char *query = p;

	while (query < end && *query != '?' && *query != '#')
		query++;
	while (p < query) {
		char *next = memchr(p + 1, '/', (size_t)(query - p - 1));
		size_t len;

		if (!next)
			next = query;
		len = (size_t)(next - p);
		if (len == 2 && p[1] == '.') {
			if (next == query)
				*to++ = '/';
		} else if (len == 3 && p[1] == '.' && p[2] == '.') {
			while (to > out->data + start && *--to != '/')
				;
			if (next == query)
				*to++ = '/';
		} else {
			memmove(to, p, len);
			to += len;
		}
		p = next;
	}
	memmove(to, query, (size_t)(end - query));
	sm_buf_cut(out, (size_t)(to - out->data) + (size_t)(end - query));
}

static void
add_encoded(struct sm_buf *out, const char *s, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		if (!is_odd(s[i]))
			continue;
		sm_buf_add(out, s + from, i - from);
		from = i + 1;
		if (s[i] != '\n' && s[i] != '\r' && s[i] != '\t')
			sm_buf_addf(out, "%%%02X", (unsigned char)s[i]);
	}
	sm_buf_add(out, s + from, len - from);
}

/* The part of base that a reference beginning with first keeps. */
static size_t
kept_of(const char *base, const struct sm_url *url, char first)
{
	const char *end = url->path;

	if (first == '/')
		return (size_t)(end - base);
	if (first == '#')
		return strcspn(base, "#");
	while (*end && *end != '?' && *end != '#')
		end++;
	if (first != '?')
		while (end > url->path && end[-1] != '/')
			end--;
	return (size_t)(end - base);
}

static void
join(const char *base, const struct sm_url *url, const char *ref, size_t len,
    struct sm_buf *out)
{
	size_t start = out->len;

	if (len >= 2 && ref[0] == '/' && ref[1] == '/') {
		sm_buf_add(out, base, url->scheme_len + 1);
		add_encoded(out, ref, len);
		return;
	}
	sm_buf_add(out, base, kept_of(base, url, ref[0]));
	start += (size_t)(url->path - base);
	if (out->len == start && ref[0] != '/')
		sm_buf_addc(out, '/');
	add_encoded(out, ref, len);
	if (out->len > start && out->data[start] == '/')
		remove_dots(out, start);
}

int
sm_url_resolve(const char *base, const char *ref, size_t len,
    struct sm_buf *out)
{
	struct sm_url url;
	size_t start = out->len;

	while (len > 0 && (unsigned char)*ref <= ' ') {
		ref++;
		len--;
	}
	while (len > 0 && (unsigned char)ref[len - 1] <= ' ')
		len--;
	if (len > SM_URL_MAX)
		return -1;
	if (scheme_length(ref, len) > 0)
		add_encoded(out, ref, len);
	else if (base && len > 0 && sm_url_split(base, strlen(base), &url) == 0)
		join(base, &url, ref, len, out);
	if (out->len > start &&
	    sm_url_split(out->data + start, out->len - start, &url) == 0)
		return 0;
	if (out->len > start)
		sm_buf_cut(out, start);
	return -1;
}

static bool
is_secret(const char *name, size_t len)
{
	static const char *const secrets[] = { "access_token", "token", "key",
	    "apikey", "api_key", "client_secret", "secret", "code", "auth",
	    "password", "pass", "sig", "signature" };

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (strlen(secrets[i]) == len &&
		    strncasecmp(secrets[i], name, len) == 0)
			return true;
	return false;
}

/* Telegram has the secret in the path: "/bot123:SECRET/". */
static void
add_path(const char *s, const char *end, struct sm_buf *out)
{
	for (const char *from = s; s < end; s++) {
		const char *at = s + 4, *stop;

		if (*s == '/' && end - s > 5 && memcmp(s, "/bot", 4) == 0)
			while (at < end && isdigit((unsigned char)*at))
				at++;
		if (at > s + 4 && at < end && (*at == ':' || *at == '%')) {
			stop = memchr(at, '/', (size_t)(end - at));
			sm_buf_add(out, from, (size_t)(s + 4 - from));
			sm_buf_adds(out, "***");
			from = stop ? stop : end;
			s = from - 1;
		}
		if (s + 1 >= end)
			sm_buf_add(out, from, (size_t)(end - from));
	}
}

void
sm_url_redact(const char *s, size_t len, struct sm_buf *out)
{
	const char *end = s + len, *at;
	struct sm_url url;

	if (sm_url_split(s, len, &url) == -1) {
		sm_buf_add(out, s, len);
		return;
	}
	sm_buf_add(out, s, url.scheme_len + 3);
	if (url.userinfo)
		sm_buf_adds(out, "***@");
	for (at = url.host; at < end && *at != '?'; at++)
		;
	add_path(url.host, at, out);
	while (at < end) {
		const char *next = at + 1, *value = NULL;

		for (; next < end && *next != '&'; next++)
			if (*next == '=' && !value)
				value = next + 1;
		if (value && is_secret(at + 1, (size_t)(value - at - 2))) {
			sm_buf_add(out, at, (size_t)(value - at));
			sm_buf_adds(out, "***");
		} else
			sm_buf_add(out, at, (size_t)(next - at));
		at = next;
	}
}
