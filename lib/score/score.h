/*
 * From a post to its score: reads members of the record, looks words up in
 * the compiled lexicons and sets the member "score", sm-record(5).  Pure: no
 * clock, no store, no locale; the same record and lexicon give the same bytes.
 *
 *	struct sm_paths *paths = sm_paths_new();
 *	struct sm_score_slots slots;
 *
 *	sm_score_paths(&slots, paths);
 *	scorer = sm_scorer_open(&options, &err);
 *	work = sm_scorer_work_new(scorer, &slots);	one for each thread
 *	sm_scorer_score(work, rec, &err);
 */
#ifndef SM_SCORE_SCORE_H
#define SM_SCORE_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_buf;
struct sm_err;
struct sm_lexicon;
struct sm_paths;
struct sm_record;
struct sm_scorer;
struct sm_scorer_work;

enum sm_influence_mode {
	SM_INFLUENCE_PUBLIC,	/* from what is public, but for opted out */
	SM_INFLUENCE_REGISTERED,	/* of those only who agreed */
	SM_INFLUENCE_OFF
};

struct sm_scorer_options {
	const char *lexicon;	/* path of the compiled file; NULL: the one
				   that comes with sm */
	enum sm_influence_mode influence;
};

/* Slots of the members that are looked at. */
struct sm_score_slots {
	int key, type, name, summary, content, language, direction, start;
	int rating_value, rating_best;
	int author_type, author_followers, author_following;
	int author_published, author_verified, author_bot;
	int likes, shares, replies;
	int known_value, known_loyalty, known_promoter, known_consent;
	int known_language, known_customer;
	int cluster_size, cluster_authors;
	int score;
};

void sm_score_paths(struct sm_score_slots *slots, struct sm_paths *paths);

/* Read-only after opening; threads share it.  NULL and err on failure. */
struct sm_scorer *sm_scorer_open(const struct sm_scorer_options *options,
    struct sm_err *err);
void sm_scorer_close(struct sm_scorer *scorer);
const struct sm_lexicon *sm_scorer_lexicon(const struct sm_scorer *scorer);

/* The name of a mode as typed ("off"), and back: -1 where there is none. */
const char *sm_influence_mode_name(enum sm_influence_mode mode);
int sm_influence_mode_find(const char *name);

/* What one thread needs; scorer and slots must outlive it. */
struct sm_scorer_work *sm_scorer_work_new(const struct sm_scorer *scorer,
    const struct sm_score_slots *slots);
void sm_scorer_work_free(struct sm_scorer_work *work);

/*
 * Work out the scores of count records, each with the work of the same place,
 * one step after the other: each for all of them, while its code and tables
 * are in the cache.  sm_scorer_score has little left to do then, if it is the
 * next that is called for a record and its work.
 */
void sm_scorer_ahead(struct sm_record *const recs[],
    struct sm_scorer_work *const works[], size_t count);

/*
 * Set the member "score" of a post.  A Tombstone has nothing to score and
 * loses the member.  What is set is lent by work until the next post.  0, or
 * -1 and err (SM_EXIT_FAULT: a bug of ours).
 */
int sm_scorer_score(struct sm_scorer_work *work, struct sm_record *rec,
    struct sm_err *err);

/*
 * The record just scored, for people: text with what was found in it, and the
 * terms of its numbers, several lines with LF.
 */
void sm_scorer_explain(const struct sm_scorer_work *work,
    struct sm_record *rec, struct sm_buf *out);

#endif
