/*
 * Which proxy a URL goes through, by the environment as curl(1) reads it.  It
 * is decided here and not by libcurl, because for a request that goes to its
 * server directly the server's address is looked at, and for one that goes
 * through a proxy the proxy's may be anybody's.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source/http/http_impl.h"

static const char *
first_set(const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return NULL;
}

/* An entry of no_proxy: a host, a domain (".x" or "x") or a network. */
static bool
covers(const char *entry, size_t len, const char *host, size_t host_len)
{
	char text[64], *slash;
	struct in_addr net, address;
	long bits;

	if (len == 1 && *entry == '*')
		return true;
	if (len > 0 && *entry == '.') {
		entry++;
		len--;
	}
	if (len > 0 && host_len >= len &&
	    strncasecmp(host + host_len - len, entry, len) == 0 &&
	    (host_len == len || host[host_len - len - 1] == '.'))
		return true;
	if (len >= sizeof(text) || host_len >= sizeof(text))
		return false;
	memcpy(text, host, host_len);
	text[host_len] = '\0';
	if (inet_pton(AF_INET, text, &address) != 1)
		return false;
	memcpy(text, entry, len);
	text[len] = '\0';
	slash = strchr(text, '/');
	if (!slash)
		return false;
	*slash = '\0';
	bits = strtol(slash + 1, NULL, 10);
	if (inet_pton(AF_INET, text, &net) != 1 || bits < 1 || bits > 32)
		return false;
	return (ntohl(net.s_addr) ^ ntohl(address.s_addr)) >>
	    (32 - bits) == 0;
}

static bool
goes_directly(const char *host, size_t len)
{
	static const char *const names[] = { "no_proxy", "NO_PROXY" };
	const char *list = first_set(names, 2);

	if (len > 2 && host[0] == '[') {
		host++;
		len -= 2;
	}
	while (list && *list) {
		size_t n = strcspn(list, ", ");

		if (n > 0 && covers(list, n, host, len))
			return true;
		list += n + strspn(list + n, ", ");
	}
	return false;
}

const char *
http_proxy(const char *url, const char *host, size_t len)
{
	static const char *const any[] = { "all_proxy", "ALL_PROXY" };
	static const char *const plain[] = { "http_proxy", "all_proxy",
	    "ALL_PROXY" };
	static const char *const tls[] = { "https_proxy", "HTTPS_PROXY",
	    "all_proxy", "ALL_PROXY" };
	const char *proxy;

	if (strncasecmp(url, "https:", 6) == 0)
		proxy = first_set(tls, 4);
	else if (strncasecmp(url, "http:", 5) == 0)
		proxy = first_set(plain, 3);
	else
		proxy = first_set(any, 2);
	return proxy && !goes_directly(host, len) ? proxy : NULL;
}
