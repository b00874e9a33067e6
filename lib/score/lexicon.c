#include "score/lexicon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/xalloc.h"

#define LEXICON_MAX ((size_t)1 << 30)	/* bytes */

static bool
inside(const struct sm_lexicon *lex, uint32_t at, uint64_t count, size_t size)
{
	return at % 8 == 0 && at >= sizeof(*lex->header) &&
	    count <= lex->size / size && at + count * size <= lex->size;
}

static bool
ended(const char *s, size_t size)
{
	return memchr(s, '\0', size) != NULL;
}

static bool
lang_fits(const struct sm_lexicon *lex, const struct sm_lex_lang *lang)
{
	uint64_t slots = (uint64_t)lang->mask + 1;
	const uint8_t *tags;

	if ((slots & lang->mask) != 0 || !ended(lang->tag, SM_LEX_TAG) ||
	    !ended(lang->digest, SM_LEX_DIGEST) ||
	    !ended(lang->rules.not_prefix, SM_LEX_AFFIX) ||
	    !ended(lang->rules.very_prefix, SM_LEX_AFFIX) ||
	    !ended(lang->rules.very_suffix, SM_LEX_AFFIX) ||
	    !ended(lang->rules.very_suffix_bare, SM_LEX_AFFIX) ||
	    !inside(lex, lang->tags, slots + SM_LEX_GROUP, 1) ||
	    !inside(lex, lang->starts, SM_LEX_STARTS, sizeof(uint32_t)) ||
	    !inside(lex, lang->slots, slots, sizeof(struct sm_lex_slot)) ||
	    !inside(lex, lang->entries, lang->entry_count,
	    sizeof(struct sm_lex_entry)) ||
	    !inside(lex, lang->origins, lang->entry_count,
	    sizeof(struct sm_lex_origin)))
		return false;
	/* A free slot ends each search. */
	tags = (const uint8_t *)lex->base + lang->tags;
	return memchr(tags, 0, slots) != NULL;
}

static bool
lid_fits(const struct sm_lexicon *lex)
{
	const struct sm_lid *lid = lex->lid;
	uint64_t words = (uint64_t)lid->word_mask + 1;

	if (lid->langs > SM_LID_LANGS || (words & lid->word_mask) != 0)
		return false;
	for (uint32_t i = 0; i < lid->langs; i++)
		if (!ended(lid->tags[i], SM_LEX_TAG))
			return false;
	return inside(lex, lid->runs, UINT64_C(1) << SM_LID_BITS,
	    SM_LID_LANGS) &&
	    inside(lex, lid->words, words, sizeof(struct sm_lid_place)) &&
	    inside(lex, lid->rows, lid->row_count, SM_LID_LANGS);
}

static bool
sections_fit(struct sm_lexicon *lex)
{
	const struct sm_lex_header *h = lex->header;

	if (h->lang_count > SM_LEX_LANGS || h->topic_count > SM_LEX_TOPICS ||
	    !inside(lex, h->langs, h->lang_count, sizeof(*lex->langs)) ||
	    !inside(lex, h->lid, 1, sizeof(*lex->lid)) ||
	    !inside(lex, h->topics, h->topic_count, SM_LEX_NAME) ||
	    !inside(lex, h->weights, SM_WEIGHTS_MAX, sizeof(int32_t)) ||
	    (h->simple && !inside(lex, h->simple, SM_HAN_COUNT, 2)))
		return false;
	lex->langs = (const void *)(lex->base + h->langs);
	lex->lid = (const void *)(lex->base + h->lid);
	lex->topics = lex->base + h->topics;
	lex->weights = (const void *)(lex->base + h->weights);
	lex->simple = h->simple ? (const void *)(lex->base + h->simple) :
	    NULL;
	for (uint32_t i = 0; i < h->lang_count; i++)
		if (!lang_fits(lex, &lex->langs[i]))
			return false;
	for (uint32_t i = 0; i < h->topic_count; i++)
		if (!ended(lex->topics + i * SM_LEX_NAME, SM_LEX_NAME))
			return false;
	return lid_fits(lex);
}

static int
check(struct sm_lexicon *lex, struct sm_err *err)
{
	const struct sm_lex_header *h = lex->header;

	if (lex->size < sizeof(*h) ||
	    memcmp(h->magic, SM_LEX_MAGIC, sizeof(h->magic)) != 0)
		return sm_err_set(err, SM_EXIT_CONFIG,
		    "this is not a compiled lexicon");
	if (h->order != SM_LEX_ORDER || h->format != SM_LEX_FORMAT)
		return sm_err_set(err, SM_EXIT_CONFIG, "it was compiled by "
		    "another version or on another machine: run sm-lex "
		    "compile again");
	if (h->size != lex->size || !sections_fit(lex))
		return sm_err_set(err, SM_EXIT_CONFIG, "it is damaged: run "
		    "sm-lex compile again");
	return 0;
}

struct sm_lexicon *
sm_lexicon_new(const void *data, size_t size, struct sm_err *err)
{
	struct sm_lexicon *lex = sm_xcalloc(1, sizeof(*lex));

	lex->base = data;
	lex->size = size;
	lex->header = data;
	if (check(lex, err) == -1) {
		free(lex);
		return NULL;
	}
	return lex;
}

/* The file's bytes, or NULL; an empty file is one byte that fits nothing. */
static void *
map(const char *path, size_t *size, struct sm_err *err)
{
	void *data = MAP_FAILED;
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1) {
		sm_err_errno(err, SM_EXIT_NOINPUT, "cannot open lexicon '%s'",
		    path);
		goto out;
	}
	if (st.st_size <= 0 || (uint64_t)st.st_size > LEXICON_MAX) {
		sm_err_set(err, SM_EXIT_CONFIG, "lexicon '%s': this is not a "
		    "compiled lexicon", path);
		goto out;
	}
	*size = (size_t)st.st_size;
	data = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		sm_err_errno(err, SM_EXIT_OS, "cannot map lexicon '%s'",
		    path);
out:
	if (fd != -1)
		close(fd);
	return data == MAP_FAILED ? NULL : data;
}

struct sm_lexicon *
sm_lexicon_open(const char *path, struct sm_err *err)
{
	struct sm_lexicon *lex;
	size_t size;
	void *data = map(path, &size, err);

	if (!data)
		return NULL;
	lex = sm_lexicon_new(data, size, err);
	if (!lex) {
		sm_err_prefix(err, "lexicon '%s'", path);
		munmap(data, size);
		return NULL;
	}
	lex->mapped = true;
	return lex;
}

void
sm_lexicon_close(struct sm_lexicon *lex)
{
	if (!lex)
		return;
	if (lex->mapped) {
		const void *base = lex->base;

		munmap((void *)(uintptr_t)base, lex->size);
	}
	free(lex);
}

const struct sm_lex_lang *
sm_lexicon_lang(const struct sm_lexicon *lex, const char *tag)
{
	for (uint32_t i = 0; i < lex->header->lang_count; i++)
		if (strcmp(lex->langs[i].tag, tag) == 0)
			return &lex->langs[i];
	return NULL;
}

const char *
sm_lexicon_topic(const struct sm_lexicon *lex, unsigned topic)
{
	return topic < lex->header->topic_count ?
	    lex->topics + topic * SM_LEX_NAME : "";
}

const char *
sm_lexicon_origin(const struct sm_lexicon *lex,
    const struct sm_lex_lang *lang, uint32_t entry, uint32_t *line)
{
	const struct sm_lex_origin *origin;

	*line = 0;
	if (entry >= lang->entry_count)
		return "";
	origin = (const struct sm_lex_origin *)(const void *)(lex->base +
	    lang->origins) + entry;
	if (origin->file >= lex->size ||
	    !ended(lex->base + origin->file, lex->size - origin->file))
		return "";
	*line = origin->line;
	return lex->base + origin->file;
}
