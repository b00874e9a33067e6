#include "source/source.h"

#include <string.h>

#include "source/json/definition.h"

#define SM_SOURCE(name) extern const struct sm_source sm_source_##name;
#include "source/list.h"
#undef SM_SOURCE

static const struct sm_source *const sources[] = {
#define SM_SOURCE(name) &sm_source_##name,
#include "source/list.h"
#undef SM_SOURCE
	NULL
};

const struct sm_source *
sm_source_find(const char *name)
{
	for (size_t i = 0; sources[i]; i++)
		if (strcmp(sources[i]->name, name) == 0)
			return sources[i];
	return sm_definition_find(name);
}

#define BUILT_IN (sizeof(sources) / sizeof(sources[0]) - 1)

const struct sm_source *
sm_source_nth(size_t index)
{
	return index < BUILT_IN ? sources[index] :
	    sm_definition_nth(index - BUILT_IN);
}

const struct sm_source *
sm_source_built_in(size_t index)
{
	return index < BUILT_IN ? sources[index] : NULL;
}
