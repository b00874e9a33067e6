#include "score/score.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/record.h"
#include "score/weight.h"
#include "score/work.h"

struct sm_scorer {
	struct sm_lexicon *lex;
	const struct sm_lex_lang *common;
	enum sm_influence_mode influence;
	struct sm_labels labels;
};

static const struct {
	const char *path;
	size_t offset;
} members[] = {
#define MEMBER(path, slot) { path, offsetof(struct sm_score_slots, slot) }
	MEMBER("key", key), MEMBER("type", type), MEMBER("name", name),
	MEMBER("summary", summary), MEMBER("content", content),
	MEMBER("language", language), MEMBER("direction", direction),
	MEMBER("start", start),
	MEMBER("rating.value", rating_value),
	MEMBER("rating.best", rating_best),
	MEMBER("attributedTo.type", author_type),
	MEMBER("attributedTo.followers", author_followers),
	MEMBER("attributedTo.following", author_following),
	MEMBER("attributedTo.published", author_published),
	MEMBER("attributedTo.verified", author_verified),
	MEMBER("attributedTo.bot", author_bot),
	MEMBER("metrics.likes", likes), MEMBER("metrics.shares", shares),
	MEMBER("metrics.replies", replies),
	MEMBER("known.value", known_value),
	MEMBER("known.loyalty", known_loyalty),
	MEMBER("known.promoter", known_promoter),
	MEMBER("known.consent", known_consent),
	MEMBER("known.language", known_language),
	MEMBER("known.customer", known_customer),
	MEMBER("cluster.size", cluster_size),
	MEMBER("cluster.authors", cluster_authors),
	MEMBER("score", score)
#undef MEMBER
};

void
sm_score_paths(struct sm_score_slots *slots, struct sm_paths *paths)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		int slot = sm_paths_add(paths, members[i].path);

		memcpy((char *)slots + members[i].offset, &slot,
		    sizeof(slot));
	}
}

static const char *const mode_names[] = {
	[SM_INFLUENCE_PUBLIC] = "public-default",
	[SM_INFLUENCE_REGISTERED] = "registered",
	[SM_INFLUENCE_OFF] = "off"
};

const char *
sm_influence_mode_name(enum sm_influence_mode mode)
{
	return mode_names[mode];
}

int
sm_influence_mode_find(const char *name)
{
	return sm_name_find(mode_names, 3, name, strlen(name));
}

struct sm_scorer *
sm_scorer_open(const struct sm_scorer_options *options, struct sm_err *err)
{
	struct sm_scorer *scorer = sm_xcalloc(1, sizeof(*scorer));
	char *path = options->lexicon ? sm_xstrdup(options->lexicon) :
	    sm_path_share("lexicon.bin");

	scorer->influence = options->influence;
	scorer->lex = sm_lexicon_open(path, err);
	if (scorer->lex) {
		sm_labels_init(&scorer->labels, scorer->lex);
		scorer->common = sm_lexicon_lang(scorer->lex, "common");
		if (!scorer->common)
			sm_err_set(err, SM_EXIT_CONFIG, "lexicon '%s' has no "
			    "part 'common': run sm-lex compile again", path);
	}
	free(path);
	if (scorer->common)
		return scorer;
	sm_scorer_close(scorer);
	return NULL;
}

void
sm_scorer_close(struct sm_scorer *scorer)
{
	if (!scorer)
		return;
	sm_lexicon_close(scorer->lex);
	free(scorer);
}

const struct sm_lexicon *
sm_scorer_lexicon(const struct sm_scorer *scorer)
{
	return scorer->lex;
}

struct sm_scorer_work *
sm_scorer_work_new(const struct sm_scorer *scorer,
    const struct sm_score_slots *slots)
{
	struct sm_scorer_work *work = sm_xmalloc(sizeof(*work));

	work->scorer = scorer;
	work->mode = scorer->influence;
	work->slots = slots;
	work->lex = scorer->lex;
	work->lang = scorer->common;
	work->labels = &scorer->labels;
	work->tokens = sm_tokens_new();
	work->matches.list = sm_xreallocarray(NULL, SM_MATCHES_MAX,
	    sizeof(*work->matches.list));
	work->matches.count = 0;
	work->ready = NULL;
	return work;
}

void
sm_scorer_work_free(struct sm_scorer_work *work)
{
	if (!work)
		return;
	sm_tokens_free(work->tokens);
	free(work->matches.list);
	free(work);
}

/* ---- reading the record ---- */

static void
add_text(struct sm_scorer_work *work, struct sm_record *rec, int slot)
{
	size_t len;
	const char *text = sm_record_str(rec, slot, &len);

	if (text && len)
		sm_tokens_add(work->tokens, text, len);
}

/* Stars as -1000..1000: one of five is -1000, three 0. */
static int32_t
rating_of(const struct sm_record *rec, const struct sm_score_slots *slots)
{
	int64_t value, best, rating;

	if (!sm_record_micro(rec, slots->rating_value, &value))
		return SM_NO_RATING;
	if (!sm_record_micro(rec, slots->rating_best, &best))
		best = 5000000;
	if (best <= 1000000 || best > INT64_C(1000000000000))
		return SM_NO_RATING;
	if (value < 1000000)
		value = 1000000;
	if (value > best)
		value = best;
	rating = (value - 1000000) * 2000 / (best - 1000000) - 1000;
	return (int32_t)rating;
}

/* ---- the score ---- */

static void
find_language(struct sm_scorer_work *work, struct sm_record *rec)
{
	size_t hint_len = 0, known_len = 0;
	const char *hint = sm_record_str(rec, work->slots->language,
	    &hint_len);
	const char *known = sm_record_str(rec, work->slots->known_language,
	    &known_len);

	work->detected = sm_detect(work->lex, work->tokens, hint, hint_len,
	    known, known_len);
	work->lang = sm_lexicon_lang(work->lex, work->detected.tag);
	if (!work->lang)
		work->lang = work->scorer->common;
}

static void
find_meaning(struct sm_scorer_work *work, struct sm_record *rec)
{
	struct sm_feeling_input in = {
		.lex = work->lex, .lang = work->lang,
		.tokens = work->tokens, .matches = &work->matches,
		.rating = rating_of(rec, work->slots)
	};

	sm_matches_settle(&work->matches, work->tokens);
	sm_feeling_collect(&work->feeling, &in);
	sm_meaning_find(&work->meaning, &work->feeling, &in);
	in.grievance = sm_meaning_grievance(&work->meaning);
	sm_feeling_sum(&work->feeling, &in);
	sm_meaning_conclude(&work->meaning, &work->feeling, &in);
}

/* Intents that are told from more than words. */
static void
conclude_intents(struct sm_scorer_work *work)
{
	int32_t *intent = work->meaning.intent;

	if (work->spam.points >= 60 && intent[SM_INTENT_SPAM] < SM_LIKELY)
		intent[SM_INTENT_SPAM] = work->spam.points * 10;
	if (work->facts.bot && intent[SM_INTENT_BOT] < SM_LIKELY)
		intent[SM_INTENT_BOT] = 800;
}

static void
read_text(struct sm_scorer_work *work, struct sm_record *rec)
{
	const struct sm_score_slots *slots = work->slots;

	sm_tokens_clear(work->tokens);
	work->failed = false;
	work->ready = rec;
	work->nothing = sm_record_is(rec, slots->type, "Tombstone");
	if (work->nothing)
		return;
	add_text(work, rec, slots->name);
	add_text(work, rec, slots->summary);
	add_text(work, rec, slots->content);
}

static void
read_rest(struct sm_scorer_work *work, struct sm_record *rec)
{
	sm_score_read(work, rec);
	find_language(work, rec);
}

static void
find_matches(struct sm_scorer_work *work, struct sm_record *rec)
{
	(void)rec;
	sm_matches_find(&work->matches, work->lex, work->lang, work->tokens);
}

static void
weigh(struct sm_scorer_work *work, struct sm_record *rec)
{
	sm_score_influence(work, rec);
	sm_urgency_find(&work->urgency, &work->facts);
	work->facts.urgency = work->urgency.points;
	work->facts.emergency = work->urgency.emergency;
	sm_spam_find(&work->spam, &work->facts);
	work->facts.spam = work->spam.points;
	conclude_intents(work);
	work->failed = sm_terms_add(&work->why, &work->facts) == -1;
}

static void
write_out(struct sm_scorer_work *work, struct sm_record *rec)
{
	(void)rec;
	if (!work->failed)
		sm_score_output(work);
}

static void (*const steps[])(struct sm_scorer_work *, struct sm_record *) = {
	read_rest, find_matches, find_meaning, weigh, write_out
};

void
sm_scorer_ahead(struct sm_record *const recs[],
    struct sm_scorer_work *const works[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		read_text(works[i], recs[i]);
	for (size_t step = 0; step < sizeof(steps) / sizeof(*steps); step++)
		for (size_t i = 0; i < count; i++)
			if (!works[i]->nothing)
				steps[step](works[i], recs[i]);
}

int
sm_scorer_score(struct sm_scorer_work *work, struct sm_record *rec,
    struct sm_err *err)
{
	if (work->ready != rec)
		sm_scorer_ahead(&rec, &work, 1);
	work->ready = NULL;
	if (work->nothing)
		sm_record_remove(rec, work->slots->score);
	else if (work->failed)
		return sm_err_set(err, SM_EXIT_FAULT, "more than %d terms of "
		    "priority", SM_WHY_MAX);
	else
		sm_record_lend(rec, work->slots->score, work->out,
		    work->out_len);
	return 0;
}
