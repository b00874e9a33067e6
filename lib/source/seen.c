#include "source/seen.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"

#define REV_BITS 20
#define REV_MASK ((UINT64_C(1) << REV_BITS) - 1)

struct word {
	uint64_t word;		/* 0: a free place */
	uint64_t met;		/* when, counted in meetings */
};

/* Open addressing by the thing's bits; room is a power of two. */
struct sm_seen {
	struct word *words;
	size_t room, count;
	uint64_t clock;
};

struct sm_seen *
sm_seen_new(void)
{
	struct sm_seen *seen = sm_xcalloc(1, sizeof(*seen));

	seen->room = 256;
	seen->words = sm_xcalloc(seen->room, sizeof(*seen->words));
	return seen;
}

void
sm_seen_free(struct sm_seen *seen)
{
	if (!seen)
		return;
	free(seen->words);
	free(seen);
}

static struct word *
place(const struct sm_seen *seen, uint64_t thing)
{
	size_t i = (size_t)(thing >> REV_BITS) & (seen->room - 1);

	while (seen->words[i].word &&
	    (seen->words[i].word & ~REV_MASK) != thing)
		i = (i + 1) & (seen->room - 1);
	return &seen->words[i];
}

static void
enlarge(struct sm_seen *seen)
{
	struct word *old = seen->words;
	size_t room = seen->room;

	seen->room *= 2;
	seen->words = sm_xcalloc(seen->room, sizeof(*seen->words));
	for (size_t i = 0; i < room; i++)
		if (old[i].word)
			*place(seen, old[i].word & ~REV_MASK) = old[i];
	free(old);
}

static int
by_recency(const void *a, const void *b)
{
	const struct word *left = a, *right = b;

	return left->met < right->met ? 1 : left->met > right->met ? -1 : 0;
}

/* The words in a list of their own, the last met first. */
static struct word *
sorted(const struct sm_seen *seen)
{
	struct word *list = sm_xcalloc(seen->count + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < seen->room; i++)
		if (seen->words[i].word)
			list[n++] = seen->words[i];
	qsort(list, n, sizeof(*list), by_recency);
	return list;
}

/*
 * Forget the older ones once there are far too many, so that memory is bounded:
 * no two were met at the same count.
 */
static void
shrink(struct sm_seen *seen)
{
	uint64_t oldest = seen->clock - SM_SEEN_MAX;
	struct word *old = seen->words;

	seen->words = sm_xcalloc(seen->room, sizeof(*seen->words));
	seen->count = 0;
	for (size_t i = 0; i < seen->room; i++) {
		if (!old[i].word || old[i].met <= oldest)
			continue;
		*place(seen, old[i].word & ~REV_MASK) = old[i];
		seen->count++;
	}
	free(old);
}

/* Room for one more; places found before are not valid any more. */
static void
make_room(struct sm_seen *seen)
{
	if (seen->count >= 2 * SM_SEEN_MAX)
		shrink(seen);
	if (2 * (seen->count + 1) > seen->room)
		enlarge(seen);
}

/* No thing is 0, which marks a free place. */
static uint64_t
thing_of(uint64_t thing)
{
	thing &= ~REV_MASK;
	return thing ? thing : UINT64_C(1) << REV_BITS;
}

enum sm_seen_answer
sm_seen_meet(struct sm_seen *seen, uint64_t thing, uint64_t rev,
    uint64_t *when)
{
	enum sm_seen_answer answer = SM_SEEN_NEW;
	struct word *at;

	make_room(seen);
	thing = thing_of(thing);
	at = place(seen, thing);
	if (at->word)
		answer = (at->word & REV_MASK) == (rev & REV_MASK) ?
		    SM_SEEN_SAME : SM_SEEN_CHANGED;
	else
		seen->count++;
	if (when)
		*when = at->word ? at->met : 0;
	at->word = thing | (rev & REV_MASK);
	at->met = ++seen->clock;
	return answer;
}

enum sm_seen_answer
sm_seen_look(const struct sm_seen *seen, uint64_t thing, uint64_t rev)
{
	const struct word *at = place(seen, thing_of(thing));

	if (!at->word)
		return SM_SEEN_NEW;
	return (at->word & REV_MASK) == (rev & REV_MASK) ? SM_SEEN_SAME :
	    SM_SEEN_CHANGED;
}

uint64_t
sm_seen_clock(const struct sm_seen *seen)
{
	return seen->clock;
}

uint64_t
sm_seen_when(const struct sm_seen *seen, uint64_t thing)
{
	const struct word *at = place(seen, thing_of(thing));

	return at->word ? at->met : 0;
}

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Eight bytes are eleven digits, the last of them with two spare bits. */
static void
write_word(struct sm_buf *out, uint64_t word)
{
	char *to = sm_buf_reserve(out, 11);

	for (int i = 0; i < 11; i++)
		to[i] = digits[i < 10 ? word >> (58 - 6 * i) & 63 :
		    word << 2 & 63];
	out->len += 11;
	out->data[out->len] = '\0';
}

void
sm_seen_write(const struct sm_seen *seen, struct sm_buf *out)
{
	struct word *list = sorted(seen);

	for (size_t i = 0; i < seen->count && i < SM_SEEN_MAX; i++)
		write_word(out, list[i].word);
	free(list);
}

static bool
read_word(const char *s, uint64_t *word)
{
	*word = 0;
	for (int i = 0; i < 11; i++) {
		const char *at = s[i] ? strchr(digits, s[i]) : NULL;
		uint64_t value = at ? (uint64_t)(at - digits) : 0;

		if (!at)
			return false;
		*word = i < 10 ? *word << 6 | value : *word << 4 | value >> 2;
	}
	return true;
}

void
sm_seen_read(struct sm_seen *seen, const char *s, size_t len)
{
	uint64_t word;

	/* The last met stands first, so it is read last. */
	if (len > (size_t)SM_SEEN_MAX * 11)
		len = (size_t)SM_SEEN_MAX * 11;
	for (len -= len % 11; len > 0; len -= 11)
		if (read_word(s + len - 11, &word) && word)
			sm_seen_meet(seen, word, word, NULL);
}
