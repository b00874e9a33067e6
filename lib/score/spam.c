#include "score/spam.h"

#include "score/fixed.h"

#define WEEK (7 * 86400)

static int32_t
wording(const struct sm_facts *facts)
{
	return facts->meaning->intent[SM_INTENT_SPAM] * 70 / 1000;
}

static int32_t
links(const struct sm_facts *facts)
{
	uint32_t found = facts->tokens->links, words = facts->tokens->words;

	return !found ? 0 : words < 4 * found ? 20 : words < 12 * found ? 8 :
	    2;
}

static int32_t
hashtags(const struct sm_facts *facts)
{
	uint32_t tags = facts->tokens->tags;

	return tags < 4 ? 0 : tags < 8 ? 10 : 20;
}

static int32_t
mentions(const struct sm_facts *facts)
{
	uint32_t users = facts->tokens->users;

	return users < 4 ? 0 : users < 8 ? 10 : 20;
}

/* The same words from many, unless it is a grievance that many have. */
static int32_t
copies(const struct sm_facts *facts)
{
	if (facts->cluster_authors < 3 || facts->cluster_size < 5 ||
	    facts->feeling->polarity == SM_NEGATIVE)
		return 0;
	return 15;
}

static int32_t
new_account(const struct sm_facts *facts)
{
	return facts->account_age_s >= 0 && facts->account_age_s < WEEK ?
	    10 : 0;
}

static int32_t
unfollowed(const struct sm_facts *facts)
{
	return facts->following > 200 && facts->followers >= 0 &&
	    facts->followers <= (facts->following - 1) / 20 ? 10 : 0;
}

static int32_t
machine(const struct sm_facts *facts)
{
	return (facts->bot ? 15 : 0) +
	    facts->meaning->intent[SM_INTENT_BOT] * 15 / 1000;
}

/* What speaks against it. */
static int32_t
trust(const struct sm_facts *facts)
{
	return (facts->customer ? -40 : 0) +
	    (facts->emergency >= 50 ? -40 : 0);
}

const char *const sm_spam_names[SM_SPAM_SIGNS] = {
	"wording", "links", "hashtags", "mentions", "copies", "new account",
	"unfollowed", "machine", "trust"
};

void
sm_spam_find(struct sm_spam *spam, const struct sm_facts *facts)
{
	const int64_t part[SM_SPAM_SIGNS] = {
		wording(facts), links(facts), hashtags(facts),
		mentions(facts), copies(facts), new_account(facts),
		unfollowed(facts), machine(facts), trust(facts)
	};
	int64_t sum = 0;

	for (int i = 0; i < SM_SPAM_SIGNS; i++)
		sum += part[i];
	spam->points = sum < 0 ? 0 : sum > 100 ? 100 : (int32_t)sum;
	sm_largest_remainder(part, spam->part, SM_SPAM_SIGNS, sum,
	    spam->points);
}
