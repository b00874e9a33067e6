#include "score/weight.h"

const char *const sm_weight_names[SM_WEIGHTS] = {
#define SM_WEIGHT(name) #name,
#include "score/weight_list.h"
#undef SM_WEIGHT
};
