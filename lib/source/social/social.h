/*
 * What the connectors of social networks share: looking into answers, what a
 * source listens to (`what = tag acme`), URLs with parameters, Link headers,
 * and the posts that are looked at again for edits and deletions.
 */
#ifndef SM_SOURCE_SOCIAL_SOCIAL_H
#define SM_SOURCE_SOCIAL_SOCIAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "record/post.h"

struct sm_arena;
struct sm_emit;
struct sm_err;
struct sm_source_args;

#define SOCIAL_BODY_MAX 16777216	/* bytes of an answer */
#define SOCIAL_WANTS 32			/* things one source listens to */
#define SOCIAL_RECENT 200		/* posts that are looked at again */
#define SOCIAL_ID_MAX 1024		/* bytes of an id; longer is none */

/*
 * Members of an answer by path, "account.acct".  All take NULL and things of
 * another kind: these have no members.  Strings are lent.
 */
json_t *social_at(const json_t *json, const char *path);
struct sm_span social_str(const json_t *json, const char *path);
/* As social_str, "" where there is none. */
const char *social_text(const json_t *json, const char *path);
/* A string or a whole number as text in arena; NULL: none, or no id. */
const char *social_id(struct sm_arena *arena, const json_t *json,
    const char *path);
/* Ids go into URLs and cursors: nothing but graphic characters. */
bool social_is_id(const char *s, size_t len);
int64_t social_count(const json_t *json, const char *path);	/* -1 */
int64_t social_time(const json_t *json, const char *path);	/* NONE */
bool social_true(const json_t *json, const char *path);
/* true 1, false 0, neither -1. */
int social_truth(const json_t *json, const char *path);

/* Adds "?name=value" or "&name=value", value percent-encoded. */
void social_param(struct sm_buf *url, const char *name, const char *value);
/* Adds s with all but letters, digits and -._~ percent-encoded. */
void social_encode(struct sm_buf *out, const char *s, size_t len);

/*
 * The target of the link with this relation in the value of a Link header
 * (RFC 8288) to out; false: there is none.
 */
bool social_link(const char *header, const char *rel, struct sm_buf *out);

/* Bytes of an answer; -1 and err beyond SOCIAL_BODY_MAX. */
int social_body(struct sm_buf *body, const char *data, size_t len,
    struct sm_err *err);

/* What one may listen to. */
struct social_word {
	const char *word;	/* "tag" */
	const char *argument;	/* what it needs, "NAME"; or NULL */
	bool login;		/* only with an account */
};

struct social_want {
	size_t word;		/* index into the table */
	char *argument;		/* or NULL */
};

struct social_wants {
	struct social_want list[SOCIAL_WANTS];
	size_t count;
};

/*
 * The source's `what` lines; words ends with word NULL.  0, also where there
 * are none; -1 and err (CONFIG) that names the place.
 */
int social_wants(struct social_wants *wants, const struct social_word *words,
    const struct sm_source_args *args, struct sm_err *err);
void social_want_add(struct social_wants *wants, size_t word,
    const char *argument, size_t len);
void social_wants_release(struct social_wants *wants);

/* For .explain: which member of a record comes of what. */
struct social_map {
	const char *member, *from;
};

/* Adds a line for each; map ends with member NULL. */
void social_explain(const struct social_map *map, struct sm_buf *out);

/* Posts to look at again, the oldest first. */
struct social_recent {
	struct social_post {
		char *id;
		int64_t when;	/* it was published */
		char how;	/* how it came, for the connector */
	} list[SOCIAL_RECENT];
	size_t count;
};

void social_recent_add(struct social_recent *recent, const char *id,
    int64_t when, char how);
void social_recent_drop(struct social_recent *recent, const char *id);
/* Forget what is older. */
void social_recent_since(struct social_recent *recent, int64_t oldest);
void social_recent_release(struct social_recent *recent);
/* Adds the member; and takes what that gave. */
void social_recent_write(const struct social_recent *recent, const char *name,
    struct sm_buf *out);
void social_recent_read(struct social_recent *recent, const json_t *json);

/* Words for seen.h: what names a post, and its revision. */
uint64_t social_thing(const char *id);
uint64_t social_rev(const char *rev);

/* That a post is gone: key from channel, host and id; then as it was. */
int social_tombstone(struct sm_emit *emit, const char *channel,
    struct sm_span host, const char *id, struct sm_err *err);

#endif
