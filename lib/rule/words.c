#include "rule/words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "base/xalloc.h"

struct word {
	size_t at;		/* in text */
	uint32_t len;
	uint32_t hash;
};

struct sm_words {
	struct word *words;
	size_t count, room;
	uint32_t *slots;	/* number + 1, or 0; a power of two */
	size_t mask;
	struct sm_buf text;
	bool fold;
};

static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

struct sm_words *
sm_words_new(bool fold)
{
	struct sm_words *words = sm_xcalloc(1, sizeof(*words));

	words->fold = fold;
	words->mask = 15;
	words->slots = sm_xcalloc(words->mask + 1, sizeof(*words->slots));
	return words;
}

void
sm_words_free(struct sm_words *words)
{
	if (!words)
		return;
	free(words->words);
	free(words->slots);
	sm_buf_release(&words->text);
	free(words);
}

const char *
sm_words_text(const struct sm_words *words, size_t number, size_t *len)
{
	*len = words->words[number].len;
	return words->text.data + words->words[number].at;
}

bool
sm_words_folds(const struct sm_words *words)
{
	return words->fold;
}

size_t
sm_words_count(const struct sm_words *words)
{
	return words->count;
}

static uint32_t
hash_of(const struct sm_words *words, const char *text, size_t len)
{
	uint64_t h = SM_HASH_START;

	for (size_t i = 0; i < len; i++)
		h = sm_hash_byte(h, words->fold ? lower(text[i]) :
		    (unsigned char)text[i]);
	return (uint32_t)sm_hash_mix(h);
}

static bool
same(const struct sm_words *words, const struct word *word, const char *text)
{
	const char *own = words->text.data + word->at;

	if (!words->fold)
		return memcmp(own, text, word->len) == 0;
	for (size_t i = 0; i < word->len; i++)
		if (lower(own[i]) != lower(text[i]))
			return false;
	return true;
}

/* The slot that holds the text, or the free one where it belongs. */
static size_t
slot_of(const struct sm_words *words, const char *text, size_t len,
    uint32_t hash)
{
	size_t slot = hash & words->mask;

	for (; words->slots[slot]; slot = (slot + 1) & words->mask) {
		const struct word *word =
		    &words->words[words->slots[slot] - 1];

		if (word->hash == hash && word->len == len &&
		    same(words, word, text))
			break;
	}
	return slot;
}

static void
grow(struct sm_words *words)
{
	words->mask = 2 * words->mask + 1;
	free(words->slots);
	words->slots = sm_xcalloc(words->mask + 1, sizeof(*words->slots));
	for (size_t i = 0; i < words->count; i++) {
		size_t slot = words->words[i].hash & words->mask;

		while (words->slots[slot])
			slot = (slot + 1) & words->mask;
		words->slots[slot] = (uint32_t)i + 1;
	}
}

size_t
sm_words_add(struct sm_words *words, const char *text, size_t len)
{
	uint32_t hash = hash_of(words, text, len);
	size_t slot = slot_of(words, text, len, hash);
	struct word *word;

	if (words->slots[slot])
		return words->slots[slot] - 1;
	words->words = sm_xgrow(words->words, &words->room, words->count + 1,
	    sizeof(*words->words));
	word = &words->words[words->count++];
	word->at = words->text.len;
	word->len = (uint32_t)len;
	word->hash = hash;
	sm_buf_add(&words->text, text, len);
	words->slots[slot] = (uint32_t)words->count;
	if (2 * words->count > words->mask)
		grow(words);
	return words->count - 1;
}

long
sm_words_find(const struct sm_words *words, const char *text, size_t len)
{
	uint32_t hash = hash_of(words, text, len);

	return (long)words->slots[slot_of(words, text, len, hash)] - 1;
}

static int
add_line(struct sm_words *words, const char *s, size_t len, const char *path,
    unsigned long number, struct sm_err *err)
{
	while (len && strchr(" \t\r", s[len - 1]))
		len--;
	while (len && (*s == ' ' || *s == '\t')) {
		s++;
		len--;
	}
	if (!len || *s == '#')
		return 0;
	if (*s == '@') {
		s++;
		len--;
	}
	if (sm_utf8_check(s, len) != len || memchr(s, '\0', len))
		return sm_err_set(err, SM_EXIT_CONFIG,
		    "%s:%lu: this line is not UTF-8 text", path, number);
	if (words->count >= SM_WORDS_MAX)
		return sm_err_set(err, SM_EXIT_CONFIG,
		    "%s:%lu: a list holds at most %d lines", path, number,
		    SM_WORDS_MAX);
	if (len)
		(void)sm_words_add(words, s, len);
	return 0;
}

static int
add_lines(struct sm_words *words, const struct sm_buf *raw, const char *path,
    struct sm_err *err)
{
	const char *at = sm_buf_str(raw), *end = at + raw->len;

	for (unsigned long number = 1; at < end; number++) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((lf ? lf : end) - at);

		if (add_line(words, at, len, path, number, err) == -1)
			return -1;
		at += len + 1;
	}
	return 0;
}

struct sm_words *
sm_words_open(const char *path, struct sm_buf *raw, struct sm_err *err)
{
	struct sm_words *words = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1) {
		sm_err_errno(err, SM_EXIT_CONFIG, "cannot open list '%s'",
		    path);
		return NULL;
	}
	if (sm_buf_read(raw, fd, SM_WORDS_FILE_MAX) == -1) {
		sm_err_errno(err, SM_EXIT_CONFIG, "cannot read list '%s'",
		    path);
	} else {
		words = sm_words_new(true);
		if (add_lines(words, raw, path, err) == -1) {
			sm_words_free(words);
			words = NULL;
		}
	}
	(void)close(fd);
	return words;
}
