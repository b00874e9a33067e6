#include "score/train.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "score/detect.h"
#include "score/fixed.h"
#include "score/tree.h"

#define RUNS ((size_t)1 << SM_LID_BITS)
#define WORD_LEAST 3		/* times that a word has to be seen */
#define WEIGHT_SCALE 8		/* a bit of evidence */

struct word {
	uint64_t hash;
	uint32_t count[SM_LID_LANGS];
	uint32_t all;		/* 0 where the slot is free */
};

struct sm_trainer {
	struct sm_tokens *tokens;
	char tags[SM_LID_LANGS][SM_LEX_TAG];
	uint32_t langs, lang;
	uint32_t (*runs)[SM_LID_LANGS];
	uint64_t run_sum[SM_LID_LANGS], word_sum[SM_LID_LANGS];
	struct word *words;	/* hash table */
	size_t word_count, word_room;
};

struct sm_trainer *
sm_trainer_new(void)
{
	struct sm_trainer *trainer = sm_xcalloc(1, sizeof(*trainer));

	trainer->tokens = sm_tokens_new();
	trainer->runs = sm_xcalloc(RUNS, sizeof(*trainer->runs));
	trainer->word_room = 4096;
	trainer->words = sm_xcalloc(trainer->word_room,
	    sizeof(*trainer->words));
	return trainer;
}

void
sm_trainer_free(struct sm_trainer *trainer)
{
	if (!trainer)
		return;
	sm_tokens_free(trainer->tokens);
	free(trainer->runs);
	free(trainer->words);
	free(trainer);
}

int
sm_trainer_lang(struct sm_trainer *trainer, const char *tag,
    struct sm_err *err)
{
	size_t len = strlen(tag);

	if (trainer->langs == SM_LID_LANGS)
		return sm_err_set(err, SM_EXIT_CONFIG, "more than %d languages"
		    " in lang/: leave one out", SM_LID_LANGS);
	if (!len || len >= SM_LEX_TAG)
		return sm_err_set(err, SM_EXIT_CONFIG, "'%s' is no language "
		    "tag", tag);
	trainer->lang = trainer->langs++;
	memcpy(trainer->tags[trainer->lang], tag, len + 1);
	return 0;
}

static struct word *
find_word(const struct sm_trainer *trainer, uint64_t hash)
{
	size_t at = hash & (trainer->word_room - 1);

	while (trainer->words[at].all && trainer->words[at].hash != hash)
		at = (at + 1) & (trainer->word_room - 1);
	return &trainer->words[at];
}

static void
grow_words(struct sm_trainer *trainer)
{
	struct word *old = trainer->words;
	size_t room = trainer->word_room;

	trainer->word_room *= 2;
	trainer->words = sm_xcalloc(trainer->word_room,
	    sizeof(*trainer->words));
	for (size_t i = 0; i < room; i++)
		if (old[i].all)
			*find_word(trainer, old[i].hash) = old[i];
	free(old);
}

static void
count_word(struct sm_trainer *trainer, uint64_t hash, uint32_t times)
{
	struct word *word;

	if (trainer->word_count * 2 >= trainer->word_room)
		grow_words(trainer);
	word = find_word(trainer, hash);
	if (!word->all)
		trainer->word_count++;
	word->hash = hash;
	word->all += times;
	word->count[trainer->lang] += times;
	trainer->word_sum[trainer->lang] += times;
}

static void
count_runs(struct sm_trainer *trainer, const char *fold, size_t len,
    uint32_t times)
{
	uint16_t run[SM_DETECT_RUNS];
	size_t count = sm_detect_runs(fold, len, run);

	for (size_t i = 0; i < count; i++)
		trainer->runs[run[i]][trainer->lang] += times;
	trainer->run_sum[trainer->lang] += count * times;
}

/* The word as those write it who leave the marks out. */
static void
count_bare(struct sm_trainer *trainer, const char *fold, size_t len)
{
	char bare[SM_TOKEN_FOLD_MAX + 16];
	const char *end = fold + len;
	size_t used = 0;

	while (fold < end) {
		size_t step;

		used += sm_utf8_put(bare + used,
		    sm_fold_bare(sm_utf8_get(fold, end, &step)));
		fold += step;
	}
	memset(bare + used, 0, 16);
	count_runs(trainer, bare, used, 1);
}

void
sm_trainer_line(struct sm_trainer *trainer, const char *line, size_t len)
{
	struct sm_tokens *tokens = trainer->tokens;

	sm_tokens_clear(tokens);
	sm_tokens_add(tokens, line, len);
	for (uint32_t i = 0; i < tokens->count; i++) {
		const struct sm_token *token = &tokens->list[i];
		const char *fold = sm_token_fold(tokens, token);

		if (token->kind != SM_TOKEN_WORD ||
		    sm_detect_laughter(fold, token->fold_len))
			continue;
		count_word(trainer, token->hash, 3);
		count_runs(trainer, fold, token->fold_len, 3);
		if (token->flags & SM_TOKEN_MARKS) {
			count_word(trainer, token->bare, 1);
			count_bare(trainer, fold, token->fold_len);
		}
	}
}

/*
 * Weights from counts: how many bits likelier than in the mean of all
 * languages.  Rare things are smoothed with a part of the mean.
 */
static void
weights(const uint32_t count[SM_LID_LANGS], const uint64_t sum[SM_LID_LANGS],
    uint32_t langs, int8_t row[SM_LID_LANGS])
{
	uint64_t share[SM_LID_LANGS], mean = 0;

	memset(row, 0, SM_LID_LANGS);
	for (uint32_t i = 0; i < langs; i++) {
		share[i] = sum[i] ? ((uint64_t)count[i] << 32) / sum[i] : 0;
		mean += share[i];
	}
	mean /= langs ? langs : 1;
	if (!mean)
		return;
	for (uint32_t i = 0; i < langs; i++) {
		/* One count more, spread as the mean is. */
		uint64_t base = sum[i] ? (UINT64_C(1) << 32) / sum[i] : 0;
		int32_t bits = ((int32_t)sm_log2(share[i] + base / 2 +
		    mean / 64 + 1) - (int32_t)sm_log2(mean + base / 2 + 1)) *
		    WEIGHT_SCALE / 65536;

		row[i] = (int8_t)(bits < -48 ? -48 : bits > 60 ? 60 : bits);
	}
}

static void
write_runs(const struct sm_trainer *trainer, struct sm_buf *out)
{
	int8_t row[SM_LID_LANGS];

	for (size_t i = 0; i < RUNS; i++) {
		weights(trainer->runs[i], trainer->run_sum, trainer->langs,
		    row);
		sm_buf_add(out, row, sizeof(row));
	}
}

/* Where the word goes, *at being what is free there. */
static struct sm_lid_place *
free_place(struct sm_lid_place *table, size_t mask, uint64_t hash, size_t *at)
{
	struct sm_lid_place *place = &table[hash & mask];

	for (size_t n = 1;; n++) {
		for (*at = 0; *at < SM_LID_PLACE; ++*at)
			if (!place->row[*at])
				return place;
		place = &table[(hash + n) & mask];
	}
}

static void
write_words(const struct sm_trainer *trainer, struct sm_buf *out,
    struct sm_lid *lid)
{
	struct sm_buf rows = SM_BUF_INIT;
	struct sm_lid_place *table;
	size_t places = 16, kept = 0;

	for (size_t i = 0; i < trainer->word_room; i++)
		kept += trainer->words[i].all >= WORD_LEAST * 3;
	while (places * SM_LID_PLACE < kept * 2)
		places *= 2;
	table = sm_xcalloc(places, sizeof(*table));
	lid->word_mask = (uint32_t)places - 1;
	for (size_t i = 0; i < trainer->word_room; i++) {
		const struct word *word = &trainer->words[i];
		struct sm_lid_place *place;
		int8_t row[SM_LID_LANGS];
		size_t at;

		if (word->all < WORD_LEAST * 3)
			continue;
		place = free_place(table, places - 1, word->hash, &at);
		weights(word->count, trainer->word_sum, trainer->langs, row);
		sm_buf_add(&rows, row, sizeof(row));
		place->check[at] = (uint32_t)(word->hash >> 32);
		place->row[at] = ++lid->row_count;
	}
	lid->words = sm_tree_align(out);
	sm_buf_add(out, table, places * sizeof(*table));
	lid->rows = sm_tree_align(out);
	sm_buf_add(out, sm_buf_str(&rows), rows.len);
	sm_buf_release(&rows);
	free(table);
}

void
sm_trainer_write(const struct sm_trainer *trainer, struct sm_buf *out,
    struct sm_lid *lid)
{
	memset(lid, 0, sizeof(*lid));
	lid->langs = trainer->langs;
	memcpy(lid->tags, trainer->tags, sizeof(lid->tags));
	lid->runs = sm_tree_align(out);
	write_runs(trainer, out);
	write_words(trainer, out, lid);
}
