#include "score/influence.h"

#include <string.h>

#include "score/fixed.h"

#define ONE 65536		/* fractions are in 1/65536 */
#define LOG_FOLLOWERS_TOP 393215	/* sm_log10(1000001): one in a thousand
					   has a million */
#define LOG_1000 196608		/* sm_log10(1000) */
#define USUAL_ENGAGEMENT 1000	/* of a post, in thousandths */
#define USUAL_POSTS 5		/* how many of those are assumed */

const char *const sm_influence_names[SM_INFLUENCE_PARTS] = {
	[SM_INFLUENCE_REACH] = "reach",
	[SM_INFLUENCE_ENGAGEMENT] = "engagement",
	[SM_INFLUENCE_AMPLIFICATION] = "amplification",
	[SM_INFLUENCE_NETWORK] = "network",
	[SM_INFLUENCE_VERIFIED] = "verified"
};

/* Hundredths of the whole. */
static const int32_t weights[SM_INFLUENCE_PARTS] = { 35, 30, 15, 15, 5 };

static int64_t
at_most_one(int64_t x)
{
	return x > ONE ? ONE : x;
}

static int64_t
bounded(int64_t x)
{
	const int64_t most = INT64_C(1000000000000);

	return x > most ? most : x;
}

static int64_t
reach(const struct sm_influence_input *in)
{
	if (in->followers < 0)
		return -1;
	return at_most_one((int64_t)sm_log10(1 + (uint64_t)bounded(
	    in->followers)) * ONE / LOG_FOLLOWERS_TOP);
}

/* log10(1 + x) / decades, x in thousandths. */
static int64_t
decades(int64_t x, int64_t count)
{
	int64_t log = (int64_t)sm_log10(1000 + (uint64_t)x) - LOG_1000;

	return at_most_one((log > 0 ? log : 0) / count);
}

static int64_t
engagement(const struct sm_influence_input *in)
{
	int64_t posts = in->posts > 0 ? in->posts : 0;

	if (in->engagement < 0)
		return -1;
	posts = posts > 1000 ? 1000 : posts;
	return decades((posts * bounded(in->engagement) +
	    USUAL_POSTS * USUAL_ENGAGEMENT) / (posts + USUAL_POSTS), 4);
}

static int64_t
amplification(const struct sm_influence_input *in)
{
	return in->shares < 0 ? -1 : decades(bounded(in->shares), 3);
}

/* Of its three parts those that are known. */
static int64_t
network(const struct sm_influence_input *in)
{
	int64_t sum = 0, weight = 0;

	if (in->followers >= 0 && in->following >= 0) {
		int64_t f = bounded(in->followers);

		sum += 50 * (f * ONE / (f + bounded(in->following) + 1));
		weight += 50;
	}
	if (in->listed >= 0) {
		sum += 30 * at_most_one((int64_t)sm_log10(1 +
		    (uint64_t)bounded(in->listed)) / 4);
		weight += 30;
	}
	if (in->peers >= 0) {
		sum += 20 * at_most_one(bounded(in->peers) * ONE / 1000);
		weight += 20;
	}
	return weight ? sum / weight : -1;
}

static int64_t
verified(const struct sm_influence_input *in)
{
	return in->verified < 0 ? -1 : in->verified ? ONE : 0;
}

bool
sm_influence_find(struct sm_influence *influence,
    const struct sm_influence_input *in)
{
	int64_t part[SM_INFLUENCE_PARTS] = {
		reach(in), engagement(in), amplification(in), network(in),
		verified(in)
	};
	int64_t sum = 0, total, bot;
	int32_t weight = 0;

	memset(influence, 0, sizeof(*influence));
	for (int i = 0; i < SM_INFLUENCE_PARTS; i++) {
		if (part[i] < 0) {
			part[i] = 0;
			continue;
		}
		weight += weights[i];
		part[i] *= weights[i];
		sum += part[i];
	}
	if (!weight)
		return false;
	bot = in->bot < 0 ? 0 : in->bot > 1000 ? 1000 : in->bot;
	total = sum * (10000 - 6 * bot) / 10000 * 100 / weight;
	influence->points = (int32_t)((total + ONE / 2) / ONE);
	influence->confidence = weight;
	sm_largest_remainder(part, influence->part, SM_INFLUENCE_PARTS, sum,
	    influence->points);
	return true;
}
