/* An item that is being made into a record. */
#ifndef SM_SOURCE_JSON_HTTP_JSON_MAKING_H
#define SM_SOURCE_JSON_HTTP_JSON_MAKING_H

#include "record/post.h"
#include "source/json/http_json_impl.h"

#define MANY (SM_POST_FILES + SM_POST_TAGS)
#define VALUES (FIELDS + 3 * MANY)

/* Values live as long as this. */
struct making {
	struct http_json *state;
	const struct record_map *map;
	struct scope scope;
	json_t *lets[DEFINITION_LETS];
	struct sm_buf texts[VALUES];
	size_t ntexts;
	const struct every *every;
	struct sm_buf content;
	size_t replaced;
	struct sm_post post;
};

/* A value as text that lasts; .s is NULL where there is none. */
struct sm_span making_text(struct making *m, const struct expr *expr,
    const struct scope *scope);
/* Only what a person can open. */
struct sm_span making_web(struct sm_span span);

/* http_json_list.c: what comes several to an item; the content. */
void making_content(struct making *m);
void making_lists(struct making *m);

#endif
