/*
 * Test Anything Protocol in C: ok(), is_str(), is_int(), and plan_done() as
 * what main returns.
 */
#ifndef SM_TESTS_TAP_H
#define SM_TESTS_TAP_H

#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

static int
tap_ok(int good, const char *name, const char *file, int line)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tap_count,
	    name ? name : "");
	if (!good) {
		printf("#   at %s:%d\n", file, line);
		tap_failed++;
	}
	return good;
}

static inline void
tap_str(const char *got, const char *want, const char *name, const char *file,
    int line)
{
	int same = got && want ? strcmp(got, want) == 0 : got == want;

	if (!tap_ok(same, name, file, line))
		printf("#   got:  %s\n#   want: %s\n", got ? got : "(null)",
		    want ? want : "(null)");
}

static inline void
tap_int(long long got, long long want, const char *name, const char *file,
    int line)
{
	if (!tap_ok(got == want, name, file, line))
		printf("#   got:  %lld\n#   want: %lld\n", got, want);
}

#define ok(good, name) tap_ok(!!(good), name, __FILE__, __LINE__)
#define is_str(got, want, name) tap_str(got, want, name, __FILE__, __LINE__)
#define is_int(got, want, name) \
	tap_int((long long)(got), (long long)(want), name, __FILE__, __LINE__)

static inline int
plan_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif
