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
	work->slots = slots;
	work->lex = scorer->lex;
	work->lang = scorer->common;
	work->labels = &scorer->labels;
	work->tokens = sm_tokens_new();
	work->matches.list = sm_xreallocarray(NULL, SM_MATCHES_MAX,
	    sizeof(*work->matches.list));
	work->matches.count = 0;
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

static int64_t
count_of(const struct sm_record *rec, int slot)
{
	int64_t value;

	return sm_record_int(rec, slot, &value) && value >= 0 ? value : -1;
}

static int32_t
score_of(const struct sm_record *rec, int slot, int32_t least)
{
	int64_t value;

	if (!sm_record_int(rec, slot, &value))
		return SM_UNKNOWN;
	return (int32_t)(value < least ? least : value > 100 ? 100 : value);
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

static void
read_account(struct sm_facts *facts, struct sm_record *rec,
    const struct sm_score_slots *slots)
{
	int64_t made, start;

	facts->followers = count_of(rec, slots->author_followers);
	facts->following = count_of(rec, slots->author_following);
	facts->bot = sm_record_true(rec, slots->author_bot) ||
	    sm_record_is(rec, slots->author_type, "Service");
	facts->account_age_s = -1;
	if (sm_record_time(rec, slots->author_published, &made) &&
	    sm_record_time(rec, slots->start, &start) && start >= made)
		facts->account_age_s = start - made;
}

static void
read_facts(struct sm_scorer_work *work, struct sm_record *rec)
{
	const struct sm_score_slots *slots = work->slots;
	struct sm_facts *facts = &work->facts;

	facts->weights = work->lex->weights;
	facts->tokens = work->tokens;
	facts->feeling = &work->feeling;
	facts->meaning = &work->meaning;
	facts->addressed = sm_record_is(rec, slots->direction, "in");
	facts->cluster_size = count_of(rec, slots->cluster_size);
	facts->cluster_authors = count_of(rec, slots->cluster_authors);
	facts->customer = sm_record_value(rec, slots->known_customer)->type >
	    SM_FALSE;
	facts->value = score_of(rec, slots->known_value, 0);
	facts->loyalty = score_of(rec, slots->known_loyalty, 0);
	facts->promoter = score_of(rec, slots->known_promoter, -100);
	read_account(facts, rec, slots);
}

/* ---- influence ---- */

static enum sm_basis
basis_of(const struct sm_scorer_work *work, struct sm_record *rec)
{
	int consent = work->slots->known_consent;

	if (work->scorer->influence == SM_INFLUENCE_OFF)
		return SM_BASIS_OFF;
	if (sm_record_is(rec, consent, "opted-out"))
		return SM_BASIS_OPTED_OUT;
	if (sm_record_is(rec, consent, "registered"))
		return SM_BASIS_REGISTERED;
	return work->scorer->influence == SM_INFLUENCE_REGISTERED ?
	    SM_BASIS_UNREGISTERED : SM_BASIS_PUBLIC;
}

/* Likes + 2 replies + 3 shares of this post, in thousandths, or -1. */
static int64_t
engagement_of(const struct sm_record *rec,
    const struct sm_score_slots *slots, int64_t shares)
{
	int64_t likes = count_of(rec, slots->likes);
	int64_t replies = count_of(rec, slots->replies), sum;

	if (likes < 0 && replies < 0 && shares < 0)
		return -1;
	sum = (likes > 0 ? likes : 0);
	if (sum > INT32_MAX || replies > INT32_MAX || shares > INT32_MAX)
		return INT64_C(1000) * INT32_MAX;
	sum += 2 * (replies > 0 ? replies : 0) + 3 * (shares > 0 ? shares : 0);
	return sum * 1000;
}

static int
verified_of(const struct sm_record *rec, int slot)
{
	switch (sm_record_value(rec, slot)->type) {
	case SM_TRUE: return 1;
	case SM_FALSE: return 0;
	default: return -1;
	}
}

static void
find_influence(struct sm_scorer_work *work, struct sm_record *rec)
{
	const struct sm_score_slots *slots = work->slots;
	struct sm_facts *facts = &work->facts;
	int64_t shares = count_of(rec, slots->shares);
	struct sm_influence_input in = {
		.followers = facts->followers, .following = facts->following,
		.listed = -1, .posts = 1,
		.engagement = engagement_of(rec, slots, shares),
		.shares = shares > INT32_MAX ? INT64_C(1000) * INT32_MAX :
		    shares < 0 ? -1 : shares * 1000,
		.peers = -1,
		.verified = verified_of(rec, slots->author_verified),
		.bot = facts->bot ? 800 : 0
	};

	facts->basis = basis_of(work, rec);
	facts->has_influence = false;
	if (facts->basis != SM_BASIS_PUBLIC &&
	    facts->basis != SM_BASIS_REGISTERED)
		return;
	/* A tick alone says nothing of who listens. */
	if (in.followers >= 0 || in.engagement >= 0)
		facts->has_influence = sm_influence_find(&facts->influence,
		    &in);
	if (!facts->has_influence)
		facts->basis = SM_BASIS_NONE;
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
find_words(struct sm_scorer_work *work, struct sm_record *rec)
{
	struct sm_feeling_input in = {
		.lex = work->lex, .lang = work->lang,
		.tokens = work->tokens, .matches = &work->matches,
		.rating = rating_of(rec, work->slots)
	};

	sm_matches_find(&work->matches, work->lex, work->lang, work->tokens);
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

int
sm_scorer_score(struct sm_scorer_work *work, struct sm_record *rec,
    struct sm_err *err)
{
	const struct sm_score_slots *slots = work->slots;

	sm_tokens_clear(work->tokens);
	if (sm_record_is(rec, slots->type, "Tombstone")) {
		sm_record_remove(rec, slots->score);
		return 0;
	}
	add_text(work, rec, slots->name);
	add_text(work, rec, slots->summary);
	add_text(work, rec, slots->content);
	read_facts(work, rec);
	find_language(work, rec);
	find_words(work, rec);
	find_influence(work, rec);
	sm_urgency_find(&work->urgency, &work->facts);
	work->facts.urgency = work->urgency.points;
	work->facts.emergency = work->urgency.emergency;
	sm_spam_find(&work->spam, &work->facts);
	work->facts.spam = work->spam.points;
	conclude_intents(work);
	if (sm_terms_add(&work->why, &work->facts) == -1)
		return sm_err_set(err, SM_EXIT_FAULT, "more than %d terms of "
		    "priority", SM_WHY_MAX);
	sm_score_output(work);
	sm_record_set(rec, slots->score, work->out, work->out_len);
	return 0;
}
