/*
 * What a record says of a post beside its text.
 */
#include "record/record.h"
#include "score/work.h"

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

void
sm_score_read(struct sm_scorer_work *work, struct sm_record *rec)
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

static enum sm_basis
basis_of(const struct sm_scorer_work *work, struct sm_record *rec)
{
	int consent = work->slots->known_consent;

	if (work->mode == SM_INFLUENCE_OFF)
		return SM_BASIS_OFF;
	if (sm_record_is(rec, consent, "opted-out"))
		return SM_BASIS_OPTED_OUT;
	if (sm_record_is(rec, consent, "registered"))
		return SM_BASIS_REGISTERED;
	return work->mode == SM_INFLUENCE_REGISTERED ?
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

void
sm_score_influence(struct sm_scorer_work *work, struct sm_record *rec)
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
