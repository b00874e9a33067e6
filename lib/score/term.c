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
