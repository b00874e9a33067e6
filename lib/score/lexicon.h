/*
 * A compiled lexicon, mapped read-only and shared by all threads.  Opening
 * looks at the header and at the sections' bounds and reads nothing else, so
 * it costs what mmap costs; every index from the file is held against its
 * bound when it is used.
 */
#ifndef SM_SCORE_LEXICON_H
#define SM_SCORE_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "score/format.h"

struct sm_err;

struct sm_lexicon {
	const char *base;	/* of the mapped file */
	size_t size;
	bool mapped;
	const struct sm_lex_header *header;
	const struct sm_lex_lang *langs;
	const struct sm_lid *lid;
	const uint16_t *simple;		/* traditional to simplified, or NULL */
	const char *topics;		/* SM_LEX_NAME bytes each */
	const int32_t *weights;
};

/* NULL and err (SM_EXIT_NOINPUT, or SM_EXIT_CONFIG: not a lexicon). */
struct sm_lexicon *sm_lexicon_open(const char *path, struct sm_err *err);

/* On bytes in memory (8-byte aligned), which must outlive it. */
struct sm_lexicon *sm_lexicon_new(const void *data, size_t size,
    struct sm_err *err);
void sm_lexicon_close(struct sm_lexicon *lex);

/* The lexicon of tag, or NULL.  "common" is for what has none. */
const struct sm_lex_lang *sm_lexicon_lang(const struct sm_lexicon *lex,
    const char *tag);

/* A topic's name; "" past the last. */
const char *sm_lexicon_topic(const struct sm_lexicon *lex, unsigned topic);

/* "en/care.tsv" of an entry, and its line; "" where that is not known. */
const char *sm_lexicon_origin(const struct sm_lexicon *lex,
    const struct sm_lex_lang *lang, uint32_t entry, uint32_t *line);

/*
 * Edges.  The key of one is made of its node and of what stands on it; the
 * same function is used when compiling.
 */
static inline uint64_t
sm_lex_key(uint32_t node, uint64_t what)
{
	uint64_t h = (what ^ node * UINT64_C(0x9fb21c651e98df25)) *
	    UINT64_C(0xc2b2ae3d27d4eb4f);

	return h ^ h >> 29;
}

static inline uint8_t
sm_lex_key_tag(uint64_t key)
{
	uint8_t tag = (uint8_t)(key >> 56);

	return tag ? tag : 1;
}

static inline uint32_t
sm_lex_key_check(uint64_t key)
{
	return (uint32_t)(key >> 24);
}

/*
 * Which of the SM_LEX_GROUP slots from at on have this tag, and whether one of
 * them is free: bits.  Sixteen at once, since with one at a time the processor
 * guesses wrong at every second word.
 */
#define SM_LEX_GROUP 16

static inline uint32_t
sm_lex_group(const uint8_t *tags, uint8_t tag, uint32_t *free_slots)
{
#ifdef __SSE2__
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)tags);

	*free_slots = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v,
	    _mm_setzero_si128()));
	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v,
	    _mm_set1_epi8((char)tag)));
#else
	uint32_t found = 0;

	*free_slots = 0;
	for (uint32_t i = 0; i < SM_LEX_GROUP; i++) {
		found |= (uint32_t)(tags[i] == tag) << i;
		*free_slots |= (uint32_t)(tags[i] == 0) << i;
	}
	return found;
#endif
}

/* What a search has seen where it began. */
struct sm_lex_look {
	uint32_t found;		/* slots with the tag of the key, as bits */
	uint32_t free_slots;
};

/* The table of a language, for who looks often. */
struct sm_lex_view {
	const uint8_t *tags;
	const struct sm_lex_slot *slots;
	uint32_t mask;
};

static inline struct sm_lex_view
sm_lex_view(const struct sm_lexicon *lex, const struct sm_lex_lang *lang)
{
	return (struct sm_lex_view) {
		.tags = (const uint8_t *)lex->base + lang->tags,
		.slots = (const void *)(lex->base + lang->slots),
		.mask = lang->mask
	};
}

/* Look there, and begin to fetch the first slot that may be the one. */
static inline struct sm_lex_look
sm_lex_look(const struct sm_lex_view *view, uint64_t key)
{
	uint32_t at = (uint32_t)key & view->mask;
	struct sm_lex_look look;

	look.found = sm_lex_group(view->tags + at, sm_lex_key_tag(key),
	    &look.free_slots);
	__builtin_prefetch(&view->slots[(at + (uint32_t)__builtin_ctz(
	    look.found | 0x8000)) & view->mask]);
	return look;
}

/*
 * The node that key leads to, or 0 (the root, to which nothing leads), after
 * look.
 */
static inline uint32_t
sm_lex_edge_from(const struct sm_lexicon *lex, const struct sm_lex_lang *lang,
    uint64_t key, struct sm_lex_look look)
{
	const uint8_t *tags = (const uint8_t *)lex->base + lang->tags;
	const struct sm_lex_slot *slots = (const void *)(lex->base +
	    lang->slots);
	uint32_t at = (uint32_t)key & lang->mask;

	for (;;) {
		for (; look.found; look.found &= look.found - 1) {
			uint32_t slot = (at + (uint32_t)
			    __builtin_ctz(look.found)) & lang->mask;

			if (slots[slot].check == sm_lex_key_check(key))
				return slot + 1;
		}
		if (look.free_slots)
			return 0;
		at = (at + SM_LEX_GROUP) & lang->mask;
		look.found = sm_lex_group(tags + at, sm_lex_key_tag(key),
		    &look.free_slots);
	}
}

/* The same with nothing seen. */
static inline uint32_t
sm_lex_edge(const struct sm_lexicon *lex, const struct sm_lex_lang *lang,
    uint64_t key)
{
	const uint8_t *tags = (const uint8_t *)lex->base + lang->tags;
	struct sm_lex_look look;

	look.found = sm_lex_group(tags + ((uint32_t)key & lang->mask),
	    sm_lex_key_tag(key), &look.free_slots);
	return sm_lex_edge_from(lex, lang, key, look);
}

/* The slot of a node that is not the root. */
static inline const struct sm_lex_slot *
sm_lex_slot(const struct sm_lexicon *lex, const struct sm_lex_lang *lang,
    uint32_t node)
{
	return (const struct sm_lex_slot *)(const void *)(lex->base +
	    lang->slots) + node - 1;
}

/* What an element of a pattern is mixed with, by what it stands for. */
#define SM_LEX_STEM UINT64_C(0xa0761d6478bd642f)	/* begins with */
#define SM_LEX_CASE UINT64_C(0xe7037ed1a0b428db)	/* exact case */
#define SM_LEX_HASH UINT64_C(0x589965cc75374cc3)	/* #word */
#define SM_LEX_GLUE UINT64_C(0x1d8e4e27c47d124f)	/* no space before */
#define SM_LEX_GAP UINT64_C(0xeb44accab455d165)		/* + free words */
#define SM_LEX_REPS UINT64_C(0x4cf5ad432745937f)	/* times reps - 1 */

#endif
