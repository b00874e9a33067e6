/* The inside of a mapping: a definition without anything to ask. */
#ifndef SM_SOURCE_JSON_MAPPING_IMPL_H
#define SM_SOURCE_JSON_MAPPING_IMPL_H

#include "source/json/definition_impl.h"
#include "source/json/mapping.h"

struct sm_seen;

struct mapping {
	struct sm_definition def;	/* its records, channel, host */
	const struct sm_definition *from;	/* or those of this one */
	struct sm_seen *seen;		/* always empty */
	struct take *takes;
	size_t ntakes;
};

#endif
