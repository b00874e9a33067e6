/*
 * A set of texts looked up by hash: `in ("a", "b")` and `in list "vip"`.  Each
 * text carries a number, by which the caller knows it again.
 */
#ifndef SM_RULE_WORDS_H
#define SM_RULE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define SM_WORDS_MAX 1000000	/* texts in one set */
#define SM_WORDS_FILE_MAX 67108864	/* bytes of a list */

struct sm_err;
struct sm_buf;
struct sm_words;

/* fold: the letters A-Z and a-z count as the same. */
struct sm_words *sm_words_new(bool fold);
void sm_words_free(struct sm_words *words);

/* Adds a copy; the same twice counts once.  Its number, from 0. */
size_t sm_words_add(struct sm_words *words, const char *text, size_t len);
size_t sm_words_count(const struct sm_words *words);

/* The text of a number, as it was added (lent); whether letters fold. */
const char *sm_words_text(const struct sm_words *words, size_t number,
    size_t *len);
bool sm_words_folds(const struct sm_words *words);

/* The number of the text, or -1. */
long sm_words_find(const struct sm_words *words, const char *text,
    size_t len);

/*
 * A list file: one text a line; blanks around it and an '@' in front are left
 * out, as are empty lines and what begins with '#'.  Its bytes are left in
 * raw.  NULL and err (status 78, "file:line: ...") on failure.
 */
struct sm_words *sm_words_open(const char *path, struct sm_buf *raw,
    struct sm_err *err);

#endif
