/* Filters (sm-connector(5)): each gives a new reference, or NULL. */
#ifndef SM_SOURCE_JSON_DEFINITION_FILTER_H
#define SM_SOURCE_JSON_DEFINITION_FILTER_H

#include "source/json/definition_impl.h"

enum filter_argument { ARG_NONE, ARG_TEXT, ARG_NUMBER, ARG_BOTH, ARG_ZONE };

struct filter_kind {
	const char *name;
	enum filter_argument argument;
	json_t *(*run)(const struct filter *filter, json_t *value);
};

/* definition_text.c */
json_t *filter_html(const struct filter *filter, json_t *value);
json_t *filter_unescape(const struct filter *filter, json_t *value);
json_t *filter_markdown(const struct filter *filter, json_t *value);
json_t *filter_unquote(const struct filter *filter, json_t *value);
json_t *filter_labels(const struct filter *filter, json_t *value);
json_t *filter_trim(const struct filter *filter, json_t *value);
json_t *filter_lower(const struct filter *filter, json_t *value);
json_t *filter_join(const struct filter *filter, json_t *value);
json_t *filter_split(const struct filter *filter, json_t *value);

#endif
