/*
 * UUID version 7 (RFC 9562, 5.7): 48 bits of milliseconds, 42 bits by chance,
 * and in the last 32 bits the number of the thing, scrambled.  So ids sort as
 * they were made, nobody guesses one, the last eight digits are always enough
 * to tell things apart, and what ends in given digits is found without an
 * index.  SM_NOW rules the time; with SM_SEED the bits by chance follow from
 * the seed and the number, so that tests repeat.
 */
#ifndef SM_STORE_UUID_H
#define SM_STORE_UUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SM_UUID_TEXT 37		/* bytes, NUL included */
#define SM_UUID_SHORT 8		/* last digits that tell things apart */

/* Bits by chance, or by SM_SEED. */
struct sm_chance {
	bool seeded;
	uint64_t seed;
	unsigned char pool[4096];	/* from the kernel, used up from left */
	size_t used;
};

void sm_chance_init(struct sm_chance *chance);

/*
 * len bytes (at most 64).  With SM_SEED they are a function of seed and salt:
 * a caller gives each thing its own salt.
 */
void sm_chance_fill(struct sm_chance *chance, uint64_t salt,
    unsigned char *out, size_t len);

/* The id of number (from 1): "019a9f3c-....", lower case. */
void sm_uuid_make(struct sm_chance *chance, int64_t number,
    char out[SM_UUID_TEXT]);

/* Looking for the numbers, up to most, of ids that end in some digits. */
struct sm_uuid_search {
	uint32_t low;		/* the digits that are given */
	int bits;		/* of them, at most 32 */
	uint64_t at, end;	/* which try is next */
	int64_t most;
	bool by_number;		/* the tries are numbers */
};

/*
 * digits: hex digits of either case, hyphens are passed over.  False where
 * they are no end of a UUID.
 */
bool sm_uuid_search(struct sm_uuid_search *search, const char *digits,
    int64_t most);
/* The next number whose id may end so, in no order; 0 at the end. */
int64_t sm_uuid_search_next(struct sm_uuid_search *search);

/* Whether id ends in digits, hyphens passed over. */
bool sm_uuid_ends(const char *id, const char *digits);

#endif
