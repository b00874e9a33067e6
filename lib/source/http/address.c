#include "source/http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

struct net4 {
	uint32_t net;
	int bits;
	const char *what;
};

static const struct net4 nets4[] = {
	{ 0x00000000, 8, "this network" },
	{ 0x0A000000, 8, "private" },
	{ 0x64400000, 10, "shared (CGNAT)" },
	{ 0x7F000000, 8, "loopback" },
	{ 0xA9FE0000, 16, "link-local" },
	{ 0xAC100000, 12, "private" },
	{ 0xC0000000, 24, "reserved" },
	{ 0xC0000200, 24, "documentation" },
	{ 0xC0586300, 24, "6to4 relay" },
	{ 0xC0A80000, 16, "private" },
	{ 0xC6120000, 15, "benchmarking" },
	{ 0xC6336400, 24, "documentation" },
	{ 0xCB007100, 24, "documentation" },
	{ 0xE0000000, 4, "multicast" },
	{ 0xF0000000, 4, "reserved" }
};

struct net6 {
	unsigned char net[16];
	int bits;
	const char *what;	/* NULL: an IPv4 address lies at byte at4 */
	int at4;
};

static const struct net6 nets6[] = {
	{ { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 128,
	    "loopback", 0 },
	{ { 0 }, 128, "unspecified", 0 },
	{ { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF }, 96, NULL, 12 },
	{ { 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0 }, 96, NULL, 12 },
	{ { 0 }, 96, "old IPv4 form", 0 },
	{ { 0x00, 0x64, 0xFF, 0x9B, 0, 1 }, 48, "translated (NAT64)", 0 },
	{ { 0x00, 0x64, 0xFF, 0x9B }, 96, NULL, 12 },
	{ { 0x01, 0x00 }, 64, "discard only", 0 },
	{ { 0x20, 0x01, 0x00, 0x00 }, 32, "Teredo", 0 },
	{ { 0x20, 0x01, 0x0D, 0xB8 }, 32, "documentation", 0 },
	{ { 0x20, 0x02 }, 16, NULL, 2 },
	{ { 0xFC }, 7, "unique local", 0 },
	{ { 0xFE, 0x80 }, 10, "link-local", 0 },
	{ { 0xFE, 0xC0 }, 10, "site-local", 0 },
	{ { 0xFF }, 8, "multicast", 0 }
};

static const char *
private4(uint32_t address)
{
	for (size_t i = 0; i < sizeof(nets4) / sizeof(nets4[0]); i++)
		if (((address ^ nets4[i].net) >> (32 - nets4[i].bits)) == 0)
			return nets4[i].what;
	return NULL;
}

static bool
is_in(const unsigned char *address, const struct net6 *net)
{
	int bytes = net->bits / 8, rest = net->bits % 8;

	return memcmp(address, net->net, (size_t)bytes) == 0 &&
	    (rest == 0 ||
	    ((address[bytes] ^ net->net[bytes]) >> (8 - rest)) == 0);
}

static const char *
private6(const unsigned char *address)
{
	for (size_t i = 0; i < sizeof(nets6) / sizeof(nets6[0]); i++) {
		const unsigned char *v4 = address + nets6[i].at4;

		if (!is_in(address, &nets6[i]))
			continue;
		if (nets6[i].what)
			return nets6[i].what;
		return private4((uint32_t)v4[0] << 24 |
		    (uint32_t)v4[1] << 16 | (uint32_t)v4[2] << 8 | v4[3]);
	}
	return NULL;
}

const char *
sm_address_private(const struct sockaddr *address)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	switch (address->sa_family) {
	case AF_INET:
		memcpy(&in4, address, sizeof(in4));
		return private4(ntohl(in4.sin_addr.s_addr));
	case AF_INET6:
		memcpy(&in6, address, sizeof(in6));
		return private6(in6.sin6_addr.s6_addr);
	default:
		return "not of the internet";
	}
}

static bool
ends_with(const char *s, size_t len, const char *tail)
{
	size_t n = strlen(tail);

	return len >= n && strncasecmp(s + len - n, tail, n) == 0;
}

const char *
sm_address_private_host(const char *host, size_t len)
{
	struct in_addr in4;
	struct in6_addr in6;
	char text[256], *zone;

	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	while (len > 0 && host[len - 1] == '.')
		len--;
	if (len == 0 || len >= sizeof(text) || memchr(host, '%', len) == host)
		return "no host";
	memcpy(text, host, len);
	text[len] = '\0';
	zone = strchr(text, '%');
	if (zone)
		*zone = '\0';
	if (inet_pton(AF_INET6, text, &in6) == 1)
		return private6(in6.s6_addr);
	if (inet_aton(text, &in4))
		return private4(ntohl(in4.s_addr));
	if (!strchr(text, '.'))
		return "a local name";
	if (ends_with(text, len, ".localhost") ||
	    ends_with(text, len, ".local") ||
	    ends_with(text, len, ".internal"))
		return "a local name";
	return NULL;
}
