#include "score/term.h"

#define SM_TERM(name) extern const struct sm_term sm_term_##name;
#include "score/term/list.h"
#undef SM_TERM

static const struct sm_term *const terms[] = {
#define SM_TERM(name) &sm_term_##name,
#include "score/term/list.h"
#undef SM_TERM
};

#define TERMS (sizeof(terms) / sizeof(*terms))

int
sm_terms_add(struct sm_why *why, const struct sm_facts *facts)
{
	why->count = 0;
	why->sum = 0;
	for (uint32_t i = 0; i < TERMS; i++)
		if (terms[i]->add(why, facts) == -1)
			return -1;
	return 0;
}

const struct sm_term *
sm_term_at(uint32_t index)
{
	return index < TERMS ? terms[index] : NULL;
}

int32_t
sm_term_share(int32_t points, int64_t share, int64_t of)
{
	int64_t twice = 2 * points * share;

	return (int32_t)((twice + (twice < 0 ? -of : of)) / (2 * of));
}
