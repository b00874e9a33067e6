/*
 * Does the store agree with itself?  Two passes, each over much and with
 * little memory: every event in the order of its chain, then every post beside
 * the intake's digest of it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "store/backend.h"

/* A post whose content is not what came in: an event must say so. */
struct replaced {
	int64_t n;
	unsigned char digest[SM_DIGEST_SIZE];
	bool told;
};

struct check {
	struct sm_store *store;
	struct sm_store_sums *sums;
	void (*fault)(const char *text, void *arg);
	void *arg;

	/* The chain we are in. */
	int64_t chain, seq;
	unsigned char head[SM_DIGEST_SIZE];
	int64_t intake_posts;	/* digests of all batches */

	/* The batch we are in. */
	int64_t batch;
	unsigned char *digests;
	size_t count, used, room;

	struct replaced *replaced;
	size_t replaced_count, replaced_room;
};

static void fault(struct check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
fault(struct check *check, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	check->sums->faults++;
	if (check->fault)
		check->fault(text, check->arg);
}

/* What the case itself holds of the end of its chain. */
static int
end_chain(struct check *check, struct sm_err *err)
{
	struct sm_case c;
	int found;

	if (check->chain == 0 || check->seq == 0)
		return 0;
	check->sums->cases++;
	found = check->store->ops->get_case(check->store, check->chain, &c,
	    err);
	if (found == -1)
		return -1;
	if (found == 0)
		fault(check, "case number %lld has events, but is gone",
		    (long long)check->chain);
	else if (c.seq != check->seq || memcmp(c.head, check->head,
	    sizeof(c.head)) != 0)
		fault(check, "case %s does not end as its last event does",
		    c.id);
	return 0;
}

static int
check_event(const struct sm_event *event, void *arg, struct sm_err *err)
{
	struct check *check = arg;
	unsigned char hash[SM_DIGEST_SIZE];

	if (check->seq > 0 && event->case_n != check->chain) {
		if (end_chain(check, err) == -1)
			return -1;
		check->seq = 0;
		memset(check->head, 0, sizeof(check->head));
	}
	check->chain = event->case_n;
	check->sums->events++;
	sm_event_hash(event, hash);
	if (event->seq != check->seq + 1)
		fault(check, "chain %s: event %lld follows event %lld",
		    event->chain, (long long)event->seq,
		    (long long)check->seq);
	if (memcmp(event->prev, check->head, sizeof(event->prev)) != 0)
		fault(check, "chain %s: event %lld does not follow from the "
		    "one before", event->chain, (long long)event->seq);
	if (memcmp(event->hash, hash, sizeof(hash)) != 0)
		fault(check, "chain %s: event %lld was changed", event->chain,
		    (long long)event->seq);
	check->seq = event->seq;
	memcpy(check->head, event->hash, sizeof(check->head));
	if (event->case_n == 0)
		check->intake_posts += (int64_t)(event->digests.len /
		    SM_DIGEST_SIZE);
	return 0;
}

static void
end_batch(struct check *check)
{
	if (check->used < check->count)
		fault(check, "batch %lld: %zu of %zu posts are gone",
		    (long long)check->batch, check->count - check->used,
		    check->count);
}

static int
next_batch(struct check *check, int64_t batch, struct sm_err *err)
{
	struct sm_event event;
	int found = check->store->ops->get_event(check->store, 0, batch,
	    &event, err);

	if (found == -1)
		return -1;
	end_batch(check);
	check->batch = batch;
	check->used = check->count = 0;
	if (found == 0) {
		fault(check, "batch %lld has posts, but no event",
		    (long long)batch);
		return 0;
	}
	check->count = event.digests.len / SM_DIGEST_SIZE;
	check->digests = sm_xgrow(check->digests, &check->room,
	    check->count + 1, SM_DIGEST_SIZE);
	memcpy(check->digests, event.digests.s,
	    check->count * SM_DIGEST_SIZE);
	return 0;
}

static void
note_replaced(struct check *check, const struct sm_stored *post)
{
	struct replaced *r;

	check->replaced = sm_xgrow(check->replaced, &check->replaced_room,
	    check->replaced_count + 1, sizeof(*check->replaced));
	r = &check->replaced[check->replaced_count++];
	r->n = post->n;
	r->told = false;
	memcpy(r->digest, post->digest, sizeof(r->digest));
}

static int
check_post(const struct sm_stored *post, void *arg, struct sm_err *err)
{
	struct check *check = arg;
	unsigned char digest[SM_DIGEST_SIZE];

	if (post->batch != check->batch &&
	    next_batch(check, post->batch, err) == -1)
		return -1;
	check->sums->posts++;
	sm_digest_post(post->salt, post->line.s, post->line.len, digest);
	if (memcmp(digest, post->digest, sizeof(digest)) != 0)
		fault(check, "post %lld was changed", (long long)post->n);
	if (check->used >= check->count) {
		fault(check, "post %lld is in no batch", (long long)post->n);
		return 0;
	}
	if (memcmp(check->digests + check->used * SM_DIGEST_SIZE,
	    post->digest, SM_DIGEST_SIZE) != 0)
		note_replaced(check, post);
	check->used++;
	return 0;
}

static int
compare_replaced(const void *a, const void *b)
{
	const struct replaced *x = a, *y = b;

	return x->n < y->n ? -1 : x->n > y->n;
}

/* The number behind "name": in a body that we wrote; 0 where it is not. */
static int64_t
body_number(struct sm_text body, const char *name)
{
	const char *at = memmem(body.s, body.len, name, strlen(name));
	int64_t value = 0;

	if (!at)
		return 0;
	for (at += strlen(name); at < body.s + body.len && *at >= '0' &&
	    *at <= '9' && value < INT64_MAX / 100; at++)
		value = value * 10 + (*at - '0');
	return value;
}

/* Does this event say that a post was replaced by what stands there now? */
static int
tell_replaced(const struct sm_event *event, void *arg, struct sm_err *err)
{
	static const char digit[] = "0123456789abcdef";
	struct check *check = arg;
	struct replaced key = { .n = 0 }, *r;
	char hex[2 * SM_DIGEST_SIZE];

	(void)err;
	key.n = body_number(event->body, "\"post\":");
	r = key.n == 0 ? NULL : bsearch(&key, check->replaced,
	    check->replaced_count, sizeof(key), compare_replaced);
	if (!r)
		return 0;
	for (int i = 0; i < SM_DIGEST_SIZE; i++) {
		hex[2 * i] = digit[r->digest[i] >> 4];
		hex[2 * i + 1] = digit[r->digest[i] & 15];
	}
	if (memmem(event->body.s, event->body.len, hex, sizeof(hex)))
		r->told = true;
	return 0;
}

static int
check_replaced(struct check *check, struct sm_err *err)
{
	if (check->replaced_count == 0)
		return 0;
	/* Posts came by number, so they are sorted. */
	if (check->store->ops->each_event(check->store, -1, tell_replaced,
	    check, err) == -1)
		return -1;
	for (size_t i = 0; i < check->replaced_count; i++)
		if (!check->replaced[i].told)
			fault(check, "post %lld is not what came in, and no "
			    "event says why", (long long)check->replaced[i].n);
	return 0;
}

static int
count_case(const struct sm_case_count *count, void *arg, struct sm_err *err)
{
	int64_t *sum = arg;

	(void)err;
	*sum += count->count;
	return 0;
}

/* What no event and no post is left to tell of. */
static int
check_sums(struct check *check, struct sm_err *err)
{
	int64_t cases = 0;

	if (check->store->ops->each_count(check->store, count_case, &cases,
	    err) == -1)
		return -1;
	if (cases != check->sums->cases)
		fault(check, "%lld cases are counted, %lld have events",
		    (long long)cases, (long long)check->sums->cases);
	if (check->intake_posts != check->sums->posts)
		fault(check, "%lld posts came in, %lld are there",
		    (long long)check->intake_posts,
		    (long long)check->sums->posts);
	return 0;
}

int
sm_store_verify(struct sm_store *store, struct sm_store_sums *sums,
    void (*report)(const char *text, void *arg), void *arg,
    struct sm_err *err)
{
	struct check check = { .store = store, .sums = sums, .fault = report,
	    .arg = arg };
	int ret = -1;

	*sums = (struct sm_store_sums){ .cases = 0 };
	if (store->ops->each_event(store, -1, check_event, &check, err) == -1 ||
	    end_chain(&check, err) == -1 ||
	    store->ops->each_post(store, -1, 0, check_post, &check, err) == -1)
		goto out;
	end_batch(&check);
	if (check_replaced(&check, err) == -1 || check_sums(&check, err) == -1)
		goto out;
	ret = 0;
out:
	free(check.digests);
	free(check.replaced);
	return ret;
}
