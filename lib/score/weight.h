/*
 * The numbers of share/score/priority.tsv, by name.
 */
#ifndef SM_SCORE_WEIGHT_H
#define SM_SCORE_WEIGHT_H

enum sm_weight {
#define SM_WEIGHT(name) SM_WEIGHT_##name,
#include "score/weight_list.h"
#undef SM_WEIGHT
	SM_WEIGHTS
};

extern const char *const sm_weight_names[SM_WEIGHTS];

#endif
