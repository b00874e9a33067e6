#include "rule/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "rule/zone_impl.h"

#define HEADER 44	/* bytes of a TZif header */
#define COUNTS 6

/* The counts of a header, in its order. */
enum { UT, STD, LEAP, TIME, TYPE, CHAR };


struct sm_zone {
	char name[SM_ZONE_NAME];
	int64_t *times;		/* of the transitions, rising */
	unsigned char *types;	/* to which they lead */
	size_t count;
	int32_t offsets[256];	/* of the types */
	struct zone_footer footer;
};

static int64_t
big_endian(const unsigned char *data, size_t size)
{
	uint64_t value = data[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | data[i];
	return (int64_t)value;
}

static int
broken(const struct sm_zone *zone, const char *why, struct sm_err *err)
{
	return sm_err_set(err, SM_EXIT_CONFIG, "time zone '%s': its file is "
	    "broken (%s); install tzdata again", zone->name, why);
}

/* Bytes behind a header with times of size bytes, or -1. */
static long
body_size(const unsigned char *data, size_t len, size_t size,
    uint32_t counts[COUNTS])
{
	uint64_t sum;

	if (len < HEADER || memcmp(data, "TZif", 4) != 0)
		return -1;
	for (int i = 0; i < COUNTS; i++)
		counts[i] = (uint32_t)big_endian(data + 20 + i * 4, 4);
	sum = (uint64_t)counts[TIME] * (size + 1) + counts[TYPE] * UINT64_C(6) +
	    counts[CHAR] + counts[LEAP] * (uint64_t)(size + 4) + counts[STD] +
	    counts[UT];
	if (sum > SM_ZONE_FILE || sum > len - HEADER || counts[TYPE] == 0 ||
	    counts[TYPE] > 256)
		return -1;
	return (long)sum;
}

/* Transitions and types of a block, data behind its header. */
static int
read_block(struct sm_zone *zone, const unsigned char *data, size_t size,
    const uint32_t counts[COUNTS], struct sm_err *err)
{
	const unsigned char *types = data + counts[TIME] * size;
	const unsigned char *records = types + counts[TIME];

	for (size_t i = 0; i < counts[TYPE]; i++) {
		int64_t offset = big_endian(records + i * 6, 4);

		if (offset < -90000 || offset > 90000)
			return broken(zone, "an offset of days", err);
		zone->offsets[i] = (int32_t)offset;
	}
	zone->count = counts[TIME];
	zone->times = sm_xcalloc(zone->count + 1, sizeof(*zone->times));
	zone->types = sm_xcalloc(zone->count + 1, 1);
	for (size_t i = 0; i < zone->count; i++) {
		zone->times[i] = big_endian(data + i * size, size);
		zone->types[i] = types[i];
		if (types[i] >= counts[TYPE])
			return broken(zone, "a type that is not there", err);
		if (i > 0 && zone->times[i] <= zone->times[i - 1])
			return broken(zone, "times in disorder", err);
	}
	return 0;
}

/* "\nTZ STRING\n", maybe empty. */
static int
read_footer(struct sm_zone *zone, const unsigned char *data, size_t len,
    struct sm_err *err)
{
	const unsigned char *end;

	if (len == 0 || data[0] != '\n' ||
	    !(end = memchr(data + 1, '\n', len - 1)))
		return broken(zone, "it ends too early", err);
	if (end > data + 1 && zone_footer_read(&zone->footer,
	    (const char *)data + 1, (size_t)(end - data - 1)) == -1)
		return broken(zone, "its last line is not understood", err);
	return 0;
}

static int
read_file(struct sm_zone *zone, const unsigned char *data, size_t len,
    struct sm_err *err)
{
	uint32_t counts[COUNTS];
	long size = body_size(data, len, 4, counts);

	if (size == -1)
		return broken(zone, "it is no TZif file", err);
	if (data[4] < '2')
		return read_block(zone, data + HEADER, 4, counts, err);
	data += HEADER + size;
	len -= HEADER + (size_t)size;
	size = body_size(data, len, 8, counts);
	if (size == -1)
		return broken(zone, "its second part is not there", err);
	if (read_block(zone, data + HEADER, 8, counts, err) == -1)
		return -1;
	return read_footer(zone, data + HEADER + size,
	    len - HEADER - (size_t)size, err);
}

static struct sm_zone *
zone_new(const char *name)
{
	struct sm_zone *zone = sm_xcalloc(1, sizeof(*zone));

	(void)snprintf(zone->name, sizeof(zone->name), "%s", name);
	return zone;
}

struct sm_zone *
sm_zone_read(const char *name, const void *data, size_t len,
    struct sm_err *err)
{
	struct sm_zone *zone = zone_new(name);

	if (read_file(zone, data, len, err) == 0)
		return zone;
	sm_zone_free(zone);
	return NULL;
}

struct sm_zone *
sm_zone_posix(const char *text)
{
	struct sm_zone *zone = zone_new(text);

	if (zone_footer_read(&zone->footer, text, strlen(text)) == 0)
		return zone;
	sm_zone_free(zone);
	return NULL;
}

/* Letters, digits and "_-+/", none of its parts beginning with a dot. */
static bool
is_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/";
	size_t len = strlen(name);

	return len > 0 && len < SM_ZONE_NAME && name[0] != '/' &&
	    strspn(name, allowed) == len;
}

static int
read_bytes(const char *name, struct sm_buf *out, struct sm_err *err)
{
	const char *folder = getenv("TZDIR");
	char *path = sm_xasprintf("%s/%s", folder ? folder :
	    "/usr/share/zoneinfo", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), ret = 0;

	if (fd == -1 || sm_buf_read(out, fd, SM_ZONE_FILE) == -1)
		ret = sm_err_errno(err, SM_EXIT_CONFIG, "no time zone '%s': "
		    "cannot read '%s' (is tzdata installed?)", name, path);
	if (fd != -1)
		(void)close(fd);
	free(path);
	return ret;
}

struct sm_zone *
sm_zone_open(const char *name, struct sm_err *err)
{
	struct sm_buf data = SM_BUF_INIT;
	struct sm_zone *zone = NULL;

	if (strcmp(name, "UTC") == 0) {
		zone = zone_new(name);
		zone->footer.known = true;
		return zone;
	}
	if (!is_name(name)) {
		sm_err_set(err, SM_EXIT_CONFIG, "'%.60s' is no name of a time "
		    "zone; they look like Europe/Warsaw", name);
		return NULL;
	}
	if (read_bytes(name, &data, err) == 0)
		zone = sm_zone_read(name, sm_buf_str(&data), data.len, err);
	sm_buf_release(&data);
	return zone;
}

void
sm_zone_free(struct sm_zone *zone)
{
	if (!zone)
		return;
	free(zone->times);
	free(zone->types);
	free(zone);
}

const char *
sm_zone_name(const struct sm_zone *zone)
{
	return zone->name;
}

/* How many transitions are at utc or before it. */
static size_t
passed(const struct sm_zone *zone, int64_t utc)
{
	size_t low = 0, high = zone->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (zone->times[middle] <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int32_t
sm_zone_offset(const struct sm_zone *zone, int64_t utc, int64_t *until)
{
	size_t number = passed(zone, utc);

	if (number == zone->count && zone->footer.known)
		return zone_footer_offset(&zone->footer, utc, until);
	*until = number < zone->count ? zone->times[number] : SM_ZONE_NEVER;
	return zone->offsets[number > 0 ? zone->types[number - 1] : 0];
}
