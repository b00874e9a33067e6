#include "store/uuid.h"

#include <sys/random.h>

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"

#define DIGITS 32	/* hex digits of a UUID */

void
sm_chance_init(struct sm_chance *chance)
{
	const char *seed = getenv("SM_SEED");

	chance->seeded = seed && *seed;
	chance->seed = chance->seeded ? sm_hash(seed, strlen(seed)) : 0;
	chance->used = sizeof(chance->pool);
}

static void
refill(struct sm_chance *chance)
{
	size_t have = 0;

	while (have < sizeof(chance->pool)) {
		ssize_t n = getrandom(chance->pool + have,
		    sizeof(chance->pool) - have, 0);

		/* Without GRND_NONBLOCK only a signal can come between. */
		if (n == -1 && errno != EINTR)
			abort();
		have += n > 0 ? (size_t)n : 0;
	}
	chance->used = 0;
}

void
sm_chance_fill(struct sm_chance *chance, uint64_t salt, unsigned char *out,
    size_t len)
{
	uint64_t bits = sm_hash_mix(chance->seed ^ sm_hash_mix(salt + 1));

	assert(len <= 64);
	if (!chance->seeded) {
		if (chance->used + len > sizeof(chance->pool))
			refill(chance);
		memcpy(out, chance->pool + chance->used, len);
		explicit_bzero(chance->pool + chance->used, len);
		chance->used += len;
		return;
	}
	for (size_t i = 0; i < len; i++) {
		if (i % 8 == 0)
			bits = sm_hash_mix(bits + UINT64_C(0x9e3779b97f4a7c15));
		out[i] = (unsigned char)(bits >> 8 * (i % 8));
	}
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	if (sm_clock_is_set())
		return (uint64_t)sm_clock_now() * 1000;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Four rounds of a Feistel network: every number has one picture. */
static uint32_t
round_of(uint32_t half, uint64_t i)
{
	return (uint32_t)(sm_hash_mix(half + (i << 32)) >> 24) & 0xffff;
}

static uint32_t
scramble(uint32_t number)
{
	uint32_t left = number >> 16, right = number & 0xffff;

	for (uint64_t i = 1; i <= 4; i++) {
		uint32_t old = right;

		right = left ^ round_of(right, i);
		left = old;
	}
	return left << 16 | right;
}

static uint32_t
unscramble(uint32_t picture)
{
	uint32_t left = picture >> 16, right = picture & 0xffff;

	for (uint64_t i = 4; i >= 1; i--) {
		uint32_t old = left;

		left = right ^ round_of(left, i);
		right = old;
	}
	return left << 16 | right;
}

void
sm_uuid_make(struct sm_chance *chance, int64_t number,
    char out[SM_UUID_TEXT])
{
	static const char hex[] = "0123456789abcdef";
	uint32_t tail = scramble((uint32_t)number);
	unsigned char bytes[16];
	uint64_t ms = now_ms();
	char *to = out;

	sm_chance_fill(chance, (uint64_t)number, bytes, sizeof(bytes));
	for (int i = 0; i < 6; i++)
		bytes[i] = (unsigned char)(ms >> (40 - 8 * i));
	bytes[6] = 0x70 | (bytes[6] & 0x0f);
	bytes[8] = 0x80 | (bytes[8] & 0x3f);
	for (int i = 0; i < 4; i++)
		bytes[12 + i] = (unsigned char)(tail >> (24 - 8 * i));
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = hex[bytes[i] >> 4];
		*to++ = hex[bytes[i] & 15];
	}
	*to = '\0';
}

static int
hex_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = tolower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
sm_uuid_search(struct sm_uuid_search *search, const char *digits,
    int64_t most)
{
	size_t len = strlen(digits);
	int count = 0;

	*search = (struct sm_uuid_search){ .most = most };
	while (len > 0) {
		int c = (unsigned char)digits[--len];
		int v = hex_value(c);

		if (c == '-')
			continue;
		if (v == -1 || ++count > DIGITS)
			return false;
		if (search->bits == 32)
			continue;
		search->low |= (uint32_t)v << search->bits;
		search->bits += 4;
	}
	/* Whichever is less: the digits left out, or all numbers. */
	search->end = UINT64_C(1) << (32 - search->bits);
	search->by_number = most < 0 || (uint64_t)most < search->end ||
	    most > UINT32_MAX;
	if (search->by_number) {
		search->at = 1;
		search->end = (uint64_t)(most < 0 ? 0 : most) + 1;
	}
	return count > 0;
}

int64_t
sm_uuid_search_next(struct sm_uuid_search *search)
{
	uint32_t mask = search->bits == 32 ? UINT32_MAX :
	    (UINT32_C(1) << search->bits) - 1;

	while (search->at < search->end) {
		uint64_t try = search->at++;

		if (search->by_number) {
			if ((scramble((uint32_t)try) & mask) == search->low)
				return (int64_t)try;
		} else {
			uint32_t number = unscramble(search->low |
			    (uint32_t)(try << search->bits % 32));

			if (number > 0 && number <= search->most)
				return number;
		}
	}
	return 0;
}

bool
sm_uuid_ends(const char *id, const char *digits)
{
	size_t a = strlen(id), b = strlen(digits);

	while (b > 0) {
		if (digits[b - 1] == '-') {
			b--;
		} else if (a > 0 && id[a - 1] == '-') {
			a--;
		} else if (a == 0 || tolower((unsigned char)id[a - 1]) !=
		    tolower((unsigned char)digits[b - 1])) {
			return false;
		} else {
			a--;
			b--;
		}
	}
	return true;
}
