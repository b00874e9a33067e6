/*
 * Time zones of the system's tz database, read by ourselves: how far local
 * time is from UTC at an instant, and when that changes next.  Nothing here
 * looks at TZ or the locale, and no state is shared, so that any thread can ask
 * about any zone.
 *
 * The format is TZif, versions 1 to 4 (RFC 9636); beyond the last transition
 * of the file its footer, a POSIX TZ string (IEEE 1003.1, with the hours of
 * RFC 9636, -167..167), goes on for ever.
 */
#ifndef SM_RULE_ZONE_H
#define SM_RULE_ZONE_H

#include <stddef.h>
#include <stdint.h>

#define SM_ZONE_NAME 64		/* bytes of a name, NUL included */
#define SM_ZONE_FILE 262144	/* bytes of a TZif file */
#define SM_ZONE_NEVER INT64_MAX

struct sm_err;
struct sm_zone;

/*
 * "Europe/Warsaw": from $TZDIR, or else /usr/share/zoneinfo; "UTC" needs no
 * file.  NULL and err (status 78): no such zone, or a broken file.
 */
struct sm_zone *sm_zone_open(const char *name, struct sm_err *err);
/* The bytes of a TZif file. */
struct sm_zone *sm_zone_read(const char *name, const void *data, size_t len,
    struct sm_err *err);
/* A footer alone: "CET-1CEST,M3.5.0,M10.5.0/3".  NULL where it is none. */
struct sm_zone *sm_zone_posix(const char *text);
void sm_zone_free(struct sm_zone *zone);

const char *sm_zone_name(const struct sm_zone *zone);

/*
 * Seconds that local time is ahead of UTC at utc; *until is the first instant
 * after utc from which it may be another, or SM_ZONE_NEVER.
 */
int32_t sm_zone_offset(const struct sm_zone *zone, int64_t utc,
    int64_t *until);

#endif
