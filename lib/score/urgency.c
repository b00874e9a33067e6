#include "score/urgency.h"

#include "score/fixed.h"
#include "score/weight.h"

#define SEVERAL 3		/* authors of the same outage */

int32_t
sm_urgency_weight(const struct sm_facts *facts, int urgent)
{
	if (urgent == SM_URGENT_OUTAGE && facts->cluster_authors >= SEVERAL)
		return facts->weights[SM_WEIGHT_urgent_outage_many];
	return facts->weights[SM_WEIGHT_urgent_self_harm + urgent];
}

/* Insert a likely category behind those that are at least as strong. */
static void
add_likely(struct sm_urgency *urgency, const int64_t part[SM_URGENTS],
    int urgent)
{
	uint32_t at = urgency->count++;

	for (; at > 0 && part[urgency->list[at - 1]] < part[urgent]; at--)
		urgency->list[at] = urgency->list[at - 1];
	urgency->list[at] = (uint8_t)urgent;
}

void
sm_urgency_find(struct sm_urgency *urgency, const struct sm_facts *facts)
{
	const int32_t *likely = facts->meaning->urgent;
	int64_t part[SM_URGENTS] = { 0 }, sum = 0, none = 1000000;
	int32_t most;

	urgency->count = 0;
	for (int i = 0; i < SM_URGENTS; i++) {
		if (!likely[i])
			continue;
		part[i] = (int64_t)sm_urgency_weight(facts, i) * likely[i];
		sum += part[i];
		none = none * (100000 - part[i]) / 100000;
		if (likely[i] >= SM_LIKELY)
			add_likely(urgency, part, i);
	}
	urgency->points = (int32_t)((1000000 - none + 5000) / 10000);
	sm_largest_remainder(part, urgency->part, SM_URGENTS, sum,
	    sum ? urgency->points : 0);
	if (!sum)
		urgency->points = 0;
	most = likely[SM_URGENT_SELF_HARM] > likely[SM_URGENT_SAFETY] ?
	    likely[SM_URGENT_SELF_HARM] : likely[SM_URGENT_SAFETY];
	urgency->emergency = (most + 5) / 10;
}
