/*
 * The compiled lexicon, as it lies in the file and in memory: one header,
 * sections by offset, numbers in the order of the machine that compiled it
 * (the header tells).  sm-lex(1) writes it, lexicon.c maps it.
 *
 * A lexicon is a tree over tokens: an edge leads from a node with a word (its
 * hash) to the next node, and a node has the entries of the pattern that ends
 * there.  So single words, phrases, runs of Han characters and emoticons are
 * all the same thing.  Edges are one hash table: a tag of one byte each, in
 * an array of their own that stays in the cache, in front of the slots.
 */
#ifndef SM_SCORE_FORMAT_H
#define SM_SCORE_FORMAT_H

#include <stdint.h>

#define SM_LEX_MAGIC "sm-lex\n"	/* 8 bytes with its NUL */
#define SM_LEX_FORMAT 2
#define SM_LEX_ORDER 0x01020304u

#define SM_LEX_TAG 12		/* bytes of a language tag, NUL included */
#define SM_LEX_DIGEST 8		/* six hex digits */
#define SM_LEX_NAME 24		/* bytes of a topic's name */
#define SM_LEX_AFFIX 16		/* bytes of a prefix or suffix */
#define SM_LEX_STEM_MAX 24	/* bytes of a stem */
#define SM_LEX_STARTS 4097	/* rows for the beginnings of stems, the last
				   empty: that of what is no word */
#define SM_LEX_PATTERN_MAX 16	/* tokens of a pattern */
#define SM_LEX_GAP_MAX 3	/* free words between two of a pattern */
#define SM_LEX_TOPICS 64
#define SM_LEX_LANGS 32

/* The kinds of entries, in the order of the letters below. */
enum sm_lex_kind {
	SM_LEX_SENTIMENT,
	SM_LEX_NEGATOR,
	SM_LEX_DEGREE,
	SM_LEX_CONTRAST,
	SM_LEX_GUARD,
	SM_LEX_SARCASM,
	SM_LEX_EMOTION,
	SM_LEX_QUESTION,
	SM_LEX_INTENT,
	SM_LEX_TOPIC,
	SM_LEX_URGENCY,
	SM_LEX_LADDER,
	SM_LEX_KINDS
};

enum {
	SM_LEX_ALIAS = 1,	/* matches without diacritics: weighs 0.95 */
	SM_LEX_LEFT = 2,	/* a negator whose scope is on its left */
	SM_LEX_ONCE = 4,	/* counts once in a post */
	SM_LEX_CLAUSE = 8	/* a negator that covers its whole clause */
};

struct sm_lex_entry {
	uint8_t kind;		/* enum sm_lex_kind */
	uint8_t label;		/* intent, topic, urgency or emotion */
	int16_t value;		/* thousandths; a ladder's step as it is */
	uint8_t flags;
	uint8_t scope;		/* words that a negator covers, 0: default */
	uint16_t sum;		/* what it adds to, SM_LEX_SUMS: nothing */
};

/* Intents, topics and urgencies in one row. */
#define SM_LEX_SUM_TOPIC 16
#define SM_LEX_SUM_URGENT (SM_LEX_SUM_TOPIC + SM_LEX_TOPICS)
#define SM_LEX_SUMS (SM_LEX_SUM_URGENT + 8)

/* Where an entry was written; for sm-lex why only. */
struct sm_lex_origin {
	uint32_t line;
	uint32_t file;		/* offset of its name, from the header */
};

enum {
	SM_LEX_HAS_NEXT = 1,	/* edges lead on from here */
	SM_LEX_HAS_CASE = 2,	/* some of them are for exact case */
	SM_LEX_HAS_GAP = 4,	/* << (words - 1): a gap may follow */
	SM_LEX_WAYS = 0x3f,	/* all of these */
	SM_LEX_TRAITS = 8	/* << : what the entries are, enum sm_trait */
};

/* What a pattern's entries are, all of them together. */
enum sm_trait {
	SM_TRAIT_FEELING = 1,	/* s n i b x */
	SM_TRAIT_MEANING = 2,	/* e q t u l */
	SM_TRAIT_GUARD = 4,
	SM_TRAIT_ALARM = 8,	/* u of self-harm or safety */
	SM_TRAIT_VALUE = 16	/* s itself */
};

/*
 * A slot of the hash table is the edge and the node that it leads to at once:
 * a node's number is the index of its slot + 1, and the root is 0.
 */
struct sm_lex_slot {
	uint32_t check;		/* more bits of the key */
	uint32_t entry;		/* index of the first */
	uint32_t stems;		/* bit n: a stem of n bytes may follow */
	uint16_t entries;
	uint16_t flags;
};

/* What share/score/language.tsv says of a language. */
struct sm_lex_rules {
	int32_t scope;		/* words that a negator covers */
	int32_t concord;	/* all negators of a clause are one */
	int32_t degree_after;	/* a degree word may stand behind */
	int32_t negative_below;	/* compound in thousandths */
	int32_t positive_from;
	int32_t unused;
	char not_prefix[SM_LEX_AFFIX];	/* nie-: turns what follows round */
	char very_prefix[SM_LEX_AFFIX];	/* naj-: strengthens it */
	char very_suffix[SM_LEX_AFFIX];	/* -ísim-: the same, behind */
	char very_suffix_bare[SM_LEX_AFFIX];	/* without its mark */
};

struct sm_lex_lang {
	char tag[SM_LEX_TAG];
	char digest[SM_LEX_DIGEST];
	uint32_t mask;		/* slots - 1 */
	uint32_t tags;		/* offset: uint8_t [mask + 1 + 16], the first
				   16 once more at the end */
	uint32_t slots;		/* offsets */
	uint32_t edges;		/* how many slots are in use */
	uint32_t root_stems, root_flags;
	uint64_t cased[64];	/* bits by 12 of the hash: words that stand in
				   exact case somewhere */
	uint32_t starts;	/* offset: uint32_t [SM_LEX_STARTS], for each
				   three first bytes the stems' lengths */
	uint32_t entries, entry_count;
	uint32_t origins;
	struct sm_lex_rules rules;
};

/*
 * Language detection: for each hashed run of letters, and for each frequent
 * word, a weight for every language.
 */
#define SM_LID_LANGS 16
#define SM_LID_BITS 15		/* of the table of letter runs */

/*
 * Four words that share a place in the hash table, filled from the first on.
 * What finds none of them free goes to the next place.
 */
#define SM_LID_PLACE 4

struct sm_lid_place {
	uint32_t check[SM_LID_PLACE];
	uint32_t row[SM_LID_PLACE];	/* index + 1 into the weights; 0:
					   free */
};

struct sm_lid {
	uint32_t langs;
	char tags[SM_LID_LANGS][SM_LEX_TAG];
	int8_t prior[SM_LID_LANGS];	/* what a language starts with */
	uint32_t runs;		/* offset: int8_t [1 << BITS][SM_LID_LANGS] */
	uint32_t words, word_mask;	/* struct sm_lid_place [mask + 1] */
	uint32_t rows, row_count;	/* int8_t [row_count][SM_LID_LANGS] */
	uint32_t unused;
};

#define SM_WEIGHTS_MAX 64

struct sm_lex_header {
	char magic[8];
	uint32_t order, format;
	uint64_t size;			/* of the file */
	uint32_t langs, lang_count;	/* struct sm_lex_lang [] */
	uint32_t lid;			/* struct sm_lid */
	uint32_t simple;		/* uint16_t for U+4E00..9FFF, or 0 */
	uint32_t topics, topic_count;	/* char [][SM_LEX_NAME] */
	uint32_t weights;		/* int32_t [SM_WEIGHTS_MAX] */
	uint32_t unused;
};

#define SM_HAN_FIRST 0x4e00u
#define SM_HAN_COUNT 0x5200u

#endif
