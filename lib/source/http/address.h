/*
 * Which addresses of the net are somebody's own: loopback, private, link-local
 * and so on, in whatever form they are dressed up.  A listening post may not
 * reach them unless the configuration allows it, however it was sent there
 * (a name that resolves to one, a redirect, a number for a host).
 */
#ifndef SM_SOURCE_HTTP_ADDRESS_H
#define SM_SOURCE_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

struct sockaddr;

/*
 * NULL for an address in public; else what it is ("loopback").  What is
 * neither IPv4 nor IPv6 is "not of the internet".
 */
const char *sm_address_private(const struct sockaddr *address);

/*
 * The same for a host as it stands in a URL: any spelling of an address that
 * resolvers take (127.1, 0x7f000001, 2130706433, [::ffff:7f00:1]), localhost,
 * and names without a dot or under .local, .internal, .localhost.  Other
 * names: NULL.
 */
const char *sm_address_private_host(const char *host, size_t len);

#endif
