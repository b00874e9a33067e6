#include "base/sha256.h"
#include "store/uuid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/digest.h"
#include "tap.h"

static struct sm_chance chance;

static void
form(void)
{
	char a[SM_UUID_TEXT], b[SM_UUID_TEXT];

	(void)setenv("SM_NOW", "2026-11-21T12:00:00Z", 1);
	(void)setenv("SM_SEED", "7", 1);
	sm_chance_init(&chance);
	sm_uuid_make(&chance, 1, a);
	is_int(strlen(a), 36, "an id has 36 characters");
	ok(a[8] == '-' && a[13] == '-' && a[18] == '-' && a[23] == '-',
	    "with hyphens where they belong");
	is_int(a[14], '7', "of version 7");
	ok(strchr("89ab", a[19]) != NULL, "and the variant of RFC 9562");
	ok(strncmp(a, "01a1fdfa-4600", 13) == 0,
	    "it begins with the milliseconds of SM_NOW");
	sm_uuid_make(&chance, 1, b);
	is_str(b, a, "the same seed and number give the same id");
	sm_uuid_make(&chance, 2, b);
	ok(strcmp(a, b) != 0, "another number another one");
	(void)setenv("SM_SEED", "8", 1);
	sm_chance_init(&chance);
	sm_uuid_make(&chance, 1, b);
	ok(strcmp(a, b) != 0, "and another seed too");
	(void)unsetenv("SM_SEED");
	sm_chance_init(&chance);
	sm_uuid_make(&chance, 1, a);
	sm_uuid_make(&chance, 1, b);
	ok(strcmp(a, b) != 0, "without a seed they are by chance");
	ok(strcmp(a + 28, b + 28) == 0,
	    "but the last eight digits tell the number");
}

static void
order(void)
{
	char a[SM_UUID_TEXT], b[SM_UUID_TEXT];

	(void)setenv("SM_NOW", "2026-11-21T12:00:00Z", 1);
	sm_uuid_make(&chance, 9, a);
	(void)setenv("SM_NOW", "2026-11-21T12:00:01Z", 1);
	sm_uuid_make(&chance, 3, b);
	ok(strcmp(a, b) < 0, "ids sort as they were made");
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
tails(void)
{
	enum { COUNT = 20000 };
	static char all[COUNT][9];
	char id[SM_UUID_TEXT];
	int same = 0;

	for (int i = 0; i < COUNT; i++) {
		sm_uuid_make(&chance, i + 1, id);
		memcpy(all[i], id + 28, 9);
	}
	qsort(all, COUNT, sizeof(all[0]), compare);
	for (int i = 1; i < COUNT; i++)
		same += strcmp(all[i], all[i - 1]) == 0;
	is_int(same, 0, "the last eight digits tell 20,000 ids apart");
}

/* How many numbers up to most the search gives; *found: number among them. */
static int
search_for(const char *digits, int64_t most, int64_t number, bool *found)
{
	struct sm_uuid_search search;
	int count = 0;
	int64_t n;

	*found = false;
	if (!sm_uuid_search(&search, digits, most))
		return -1;
	while ((n = sm_uuid_search_next(&search)) > 0) {
		*found = *found || n == number;
		count++;
	}
	return count;
}

static void
searches(void)
{
	static const int64_t mosts[] = { 5, 300, 70000, 5000000 };
	char id[SM_UUID_TEXT];
	int missed = 0, extra = 0;
	bool found;

	for (size_t m = 0; m < sizeof(mosts) / sizeof(*mosts); m++) {
		sm_uuid_make(&chance, mosts[m] - 1, id);
		for (int digits = 1; digits <= 12; digits++) {
			int n = search_for(id + 36 - digits, mosts[m],
			    mosts[m] - 1, &found);

			missed += !found;
			extra += digits >= 8 && n != 1;
		}
		(void)search_for(id, mosts[m], mosts[m] - 1, &found);
		missed += !found;
	}
	is_int(missed, 0, "an id is found by any end of it");
	is_int(extra, 0, "eight digits give one number");
	is_int(search_for("12x4", 100, 1, &found), -1,
	    "what is no hex digit is refused");
	is_int(search_for("", 100, 1, &found), -1, "nothing is refused");
	is_int(search_for("-", 100, 1, &found), -1, "a hyphen alone too");
	is_int(search_for("0123456789abcdef0123456789abcdef0", 100, 1,
	    &found), -1, "more digits than a UUID has are refused");
	is_int(search_for("ab", 0, 1, &found), 0,
	    "where there is nothing, nothing is found");
}

static void
ends(void)
{
	const char *id = "01a1fdfa-4600-7abc-8def-0123456789ab";

	ok(sm_uuid_ends(id, "89AB"), "letters of either case");
	ok(sm_uuid_ends(id, "8def-0123456789ab"), "hyphens as they are");
	ok(sm_uuid_ends(id, "8def0123456789ab"), "or left out");
	ok(sm_uuid_ends(id, id), "the whole id");
	ok(!sm_uuid_ends(id, "89ac"), "another end is none");
	ok(!sm_uuid_ends(id, "0019aa65856007abc8def0123456789ab"),
	    "nor is more than the whole");
}

/* FIPS 180-4 test vectors, then both ways against the reference. */
static void
digests(void)
{
	static const char abc_hex[] = "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad";
	static unsigned char data[1000];
	unsigned char got[SM_DIGEST_SIZE];
	struct sm_piece abc[3] = { { "a", 1 }, { "", 0 }, { "bc", 2 } };
	char hex[2 * SM_DIGEST_SIZE + 1];
	int bad = 0;

	sm_digest(abc, 3, got);
	for (int i = 0; i < SM_DIGEST_SIZE; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", got[i]);
	is_str(hex, abc_hex, "SHA-256 of abc, in pieces");
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 7 + i / 256);
	for (size_t n = 0; n < sizeof(data); n++) {
		struct sm_piece pieces[3] = { { data, n / 3 },
		    { data + n / 3, n / 2 - n / 3 },
		    { data + n / 2, n - n / 2 } };
		unsigned char want[SM_DIGEST_SIZE];
		struct sm_sha256 sha;

		sm_sha256_init(&sha);
		sm_sha256_add(&sha, data, n);
		sm_sha256_end(&sha, want);
		for (int portable = 0; portable < 2; portable++) {
			sm_sha256_portable(portable);
			sm_digest(pieces, 3, got);
			bad += memcmp(got, want, sizeof(got)) != 0;
		}
		sm_sha256_portable(0);
	}
	is_int(bad, 0, "both ways agree with the reference for 1,000 lengths");
}

int
main(void)
{
	form();
	order();
	tails();
	searches();
	ends();
	digests();
	return plan_done();
}
