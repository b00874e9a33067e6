#include "source/http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "tap.h"

/* Spellings of what is not public. */
static const char *const private_hosts[] = {
	"127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0x7f.1",
	"0x7f000001", "2130706433", "017700000001", "0177.0.0.1",
	"0177.0x0.0.1", "127.0.0.1.", "0", "0.0.0.0", "0x0", "1", "10.0.0.1",
	"10.255.255.255", "012.0.0.1", "0xa.0.0.1", "167772161", "172.16.0.1",
	"172.31.255.255", "0xac100001", "192.168.0.1", "192.168.255.255",
	"192.168.1", "3232235521", "0xc0a80001", "169.254.169.254",
	"0xa9fea9fe", "2852039166", "169.254.0.1", "100.64.0.1",
	"100.127.255.255", "198.18.0.1", "198.19.255.255", "192.0.0.1",
	"192.0.2.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
	"239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1",
	"[::1]", "::1", "[0:0:0:0:0:0:0:1]", "[::]", "::", "[::127.0.0.1]",
	"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]",
	"[::ffff:10.0.0.1]", "[::ffff:a00:1]", "[::ffff:192.168.0.1]",
	"[::ffff:169.254.169.254]", "[::ffff:0:127.0.0.1]",
	"[::ffff:0:7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]",
	"[64:ff9b::a00:1]", "[64:ff9b::169.254.169.254]",
	"[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]",
	"[2002:c0a8:1::]", "[2002:a9fe:a9fe::]", "[2001::1]",
	"[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[2001:db8::1]",
	"[fc00::1]", "[fd00::1]", "[fdff:ffff::1]", "[fe80::1]",
	"[fe80::1%eth0]", "[febf::1]", "[fec0::1]", "[ff02::1]", "[ff0e::1]",
	"[100::1]", "localhost", "LOCALHOST", "localhost.", "a.localhost",
	"router.local", "x.internal", "intranet", "", "."
};

static const char *const public_hosts[] = {
	"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255",
	"100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255",
	"169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.1",
	"192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
	"223.255.255.255", "134744072", "0x08080808", "[2606:4700::1111]",
	"[2a00:1450:4001::200e]", "[::ffff:8.8.8.8]", "[64:ff9b::808:808]",
	"[2002:808:808::]", "[2001:4860:4860::8888]", "news.example",
	"local.example", "a.b.c", "127.0.0.1.example", "xn--bcher-kva.example"
};

static void
check(const char *host, bool want)
{
	char name[120];

	snprintf(name, sizeof(name), "%s is %s", host,
	    want ? "not public" : "public");
	ok((sm_address_private_host(host, strlen(host)) != NULL) == want,
	    name);
}

/* The same by what a socket would be connected to. */
static void
check_socket(const char *text, bool want)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_storage address;
	char name[120];

	memset(&address, 0, sizeof(address));
	if (inet_pton(AF_INET, text, &in4.sin_addr) == 1)
		memcpy(&address, &in4, sizeof(in4));
	else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		memcpy(&address, &in6, sizeof(in6));
	snprintf(name, sizeof(name), "a socket to %s is %s", text,
	    want ? "refused" : "opened");
	ok((sm_address_private((struct sockaddr *)&address) != NULL) == want,
	    name);
}

int
main(void)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	size_t n = sizeof(private_hosts) / sizeof(private_hosts[0]);
	size_t m = sizeof(public_hosts) / sizeof(public_hosts[0]);
	static const char *const refused[] = { "127.0.0.1", "10.1.2.3",
	    "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1", "fd00::1",
	    "64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0", "::" };

	for (size_t i = 0; i < n; i++)
		check(private_hosts[i], true);
	for (size_t i = 0; i < m; i++)
		check(public_hosts[i], false);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		check_socket(refused[i], true);
	check_socket("8.8.8.8", false);
	check_socket("2606:4700::1111", false);
	ok(sm_address_private((struct sockaddr *)&local) != NULL,
	    "what is not of the internet is refused");
	return plan_done();
}
