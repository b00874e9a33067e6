/*
 * A post on its way to becoming a record: connectors fill in what they know,
 * sm_post_write makes the line of sm-record(5) from it.  Strings are lent for
 * as long as the post is in use; nothing is allocated.
 *
 * What the line promises is seen to here: members in one order, text in NFC
 * without control characters, whole numbers, nothing null, at most
 * SM_RECORD_MAX bytes (content is cut and flagged), `start` by the rule that
 * forged dates never jump the queue.
 */
#ifndef SM_RECORD_POST_H
#define SM_RECORD_POST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_buf;
struct sm_err;

#define SM_POST_TAGS 64		/* of a post; more are left out */
#define SM_POST_FILES 64
#define SM_POST_CONTENT 262144	/* bytes; longer is cut, flag truncated */
#define SM_POST_NAME 4096	/* bytes of name, id, URL and the like */
#define SM_POST_SUMMARY 16384
#define SM_POST_REF 65536	/* bytes of ref */
#define SM_POST_KEY 512		/* bytes of a native id; longer is hashed */
#define SM_POST_SKEW 300	/* seconds a date may lie ahead of us */

/* Text that is lent; s is NULL where it is not known. */
struct sm_span {
	const char *s;
	size_t len;
};

enum sm_direction {
	SM_DIRECTION_ASK,	/* by own accounts and mentions, else .usual */
	SM_DIRECTION_IN,
	SM_DIRECTION_ABOUT,
	SM_DIRECTION_PEER,
	SM_DIRECTION_OUT
};

enum sm_visibility {
	SM_PUBLIC, SM_UNLISTED, SM_FOLLOWERS, SM_DIRECT
};

enum sm_post_flag {
	SM_FLAG_CLOCK_SKEW = 1,
	SM_FLAG_TRUNCATED = 2,
	SM_FLAG_EDITED = 4,
	SM_FLAG_QUOTED = 8,
	SM_FLAG_AUTO = 16,
	SM_FLAG_REPAIRED_UTF8 = 32,
	SM_FLAG_REPAIRED_XML = 64
};

struct sm_post_author {
	const char *type;	/* Person, Organization, Service */
	struct sm_span id, username, name, url;
	int64_t published;	/* age of the account; SM_TIME_NONE */
	int64_t followers, following, posts;	/* -1: not known */
	int verified, bot;			/* -1: not known */
};

struct sm_post_tag {
	const char *type;	/* Mention, Hashtag */
	struct sm_span name, href;
};

struct sm_post_file {
	struct sm_span type, url, name;
};

struct sm_post {
	const char *type;		/* "Note" */
	struct sm_span channel, host, native;	/* make the key */
	struct sm_span source, account, rev, brand;
	struct sm_span id, url, content, name, summary;
	struct sm_post_author author;
	/* All SM_TIME_NONE where not known, but fetched. */
	int64_t published, updated, indexed, fetched;
	int64_t window;			/* where this sweep began to look */
	struct sm_span language, reply_to, context;
	enum sm_direction direction;
	enum sm_direction usual;	/* where nothing else tells */
	const char *const *own;		/* our accounts, NULL-ended; or NULL */
	enum sm_visibility visibility;
	struct sm_post_tag tags[SM_POST_TAGS];
	size_t ntags;
	struct sm_post_file files[SM_POST_FILES];
	size_t nfiles;
	int64_t likes, shares, replies, views;	/* -1: not known */
	int64_t rating, best;			/* best 0: no rating */
	struct sm_span ref;			/* JSON text */
	unsigned flags;				/* enum sm_post_flag */
	struct sm_span raw;
	int64_t deleted;			/* of a Tombstone */
	const char *former;			/* formerType of a Tombstone */
};

/* Empty: nothing known. */
void sm_post_init(struct sm_post *post);

/* The span of a string, which may be NULL. */
struct sm_span sm_span(const char *s);

void sm_post_tag(struct sm_post *post, const char *type, struct sm_span name,
    struct sm_span href);
void sm_post_file(struct sm_post *post, struct sm_span type,
    struct sm_span url, struct sm_span name);

/* Adds "channel:host:native-id" (without controls) to out. */
void sm_post_key(const struct sm_post *post, struct sm_buf *out);

/*
 * When the clocks start, by the rule of sm-record(5); *skew: whether a date
 * was not to be believed.
 */
int64_t sm_post_start(const struct sm_post *post, bool *skew);

enum sm_direction sm_post_direction(const struct sm_post *post);

/* Whether an account is one of ours: handle, id, URL or address. */
bool sm_post_is_own(const char *const *own, struct sm_span account);

/*
 * The post as a line, LF included, in place of what was in out.  0; -1 and err
 * (SM_EXIT_DATA) where channel, native id, source or brand is missing.
 */
int sm_post_write(const struct sm_post *post, struct sm_buf *out,
    struct sm_err *err);

#endif
