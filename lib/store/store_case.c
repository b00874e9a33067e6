/* Cases and events, and the chains that events form. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "store/backend.h"

/* The next event of a chain, which stands at seq and head. */
static void
make_event(const struct sm_store *store, struct sm_event *event,
    const char *chain, int64_t seq, const unsigned char *head)
{
	event->seq = seq + 1;
	event->at = sm_clock_now();
	event->actor = store->actor;
	memcpy(event->chain, chain, strlen(chain) + 1);
	if (seq > 0)
		memcpy(event->prev, head, sizeof(event->prev));
	sm_event_hash(event, event->hash);
}

int
sm_store_add_case(struct sm_store *store, struct sm_case *c,
    struct sm_text body, struct sm_err *err)
{
	struct sm_event event = { .type = "Create", .body = body };

	c->n = event.case_n = store->next_case;
	sm_uuid_make(&store->chance, c->n, c->id);
	c->rev = 1;
	make_event(store, &event, c->id, 0, NULL);
	c->seq = event.seq;
	memcpy(c->head, event.hash, sizeof(c->head));
	if (store->ops->add_case(store, c, err) == -1 ||
	    store->ops->add_event(store, &event, err) == -1)
		return -1;
	store->next_case++;
	return 0;
}

int
sm_store_change_case(struct sm_store *store, struct sm_case *c,
    const char *type, struct sm_text body, struct sm_err *err)
{
	struct sm_event event = { .case_n = c->n, .type = type,
	    .body = body };
	int ret;

	c->rev++;
	if (type) {
		make_event(store, &event, c->id, c->seq, c->head);
		c->seq = event.seq;
		memcpy(c->head, event.hash, sizeof(c->head));
	}
	ret = store->ops->update_case(store, c, type != NULL, err);
	if (ret == 0)
		return sm_err_set(err, SM_EXIT_TEMP, "the case %s was changed "
		    "by somebody else: look at it again", c->id);
	if (ret == -1)
		return -1;
	return type ? store->ops->add_event(store, &event, err) : 0;
}

int
sm_store_find_case(struct sm_store *store, const struct sm_case *key,
    struct sm_case *found, struct sm_err *err)
{
	return store->ops->find_case(store, key, found, err);
}

int
sm_store_get_case(struct sm_store *store, int64_t n, struct sm_case *found,
    struct sm_err *err)
{
	return store->ops->get_case(store, n, found, err);
}

int
sm_store_find_case_id(struct sm_store *store, const char *digits,
    struct sm_case *found, struct sm_err *err)
{
	struct sm_uuid_search search;
	int64_t last, n, match = 0;
	int ret;

	if (store->ops->last_case(store, &last, err) == -1)
		return -1;
	if (!sm_uuid_search(&search, digits, last))
		return sm_err_set(err, SM_EXIT_USAGE, "'%.64s' is no id of a "
		    "case, nor the end of one", digits);
	while ((n = sm_uuid_search_next(&search)) > 0) {
		ret = store->ops->get_case(store, n, found, err);
		if (ret == -1)
			return -1;
		if (ret == 0 || !sm_uuid_ends(found->id, digits))
			continue;
		if (match > 0)
			return sm_err_set(err, SM_EXIT_USAGE, "more than one "
			    "case ends in '%s': give more of the id", digits);
		match = n;
	}
	return match > 0 ? store->ops->get_case(store, match, found, err) : 0;
}

int
sm_store_oldest(struct sm_store *store, int64_t *since, struct sm_err *err)
{
	return store->ops->oldest(store, since, err);
}

int
sm_store_add_label(struct sm_store *store, int64_t case_n,
    struct sm_text label, struct sm_err *err)
{
	return store->ops->add_label(store, case_n, label, err);
}

int
sm_store_labels(struct sm_store *store, int64_t case_n, struct sm_buf *out,
    struct sm_err *err)
{
	return store->ops->labels(store, case_n, out, err);
}

bool
sm_status_active(struct sm_text status)
{
	return sm_text_is(status, "new") || sm_text_is(status, "open") ||
	    sm_text_is(status, "waiting");
}

int
sm_store_each_case(struct sm_store *store,
    const struct sm_case_filter *filter,
    int (*each)(const struct sm_case *c, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err)
{
	bool by_age = filter->all || (filter->status &&
	    !sm_status_active(sm_text(filter->status)));

	return store->ops->each_case(store, filter, by_age, each, arg, err);
}

int
sm_store_each_count(struct sm_store *store,
    int (*each)(const struct sm_case_count *count, void *arg,
    struct sm_err *err), void *arg, struct sm_err *err)
{
	return store->ops->each_count(store, each, arg, err);
}

/* ---- Events ------------------------------------------------------------ */

void
sm_event_hash(const struct sm_event *event, unsigned char out[SM_DIGEST_SIZE])
{
	char seq[24], at[SM_TIME_TEXT];
	char *digit = seq + sizeof(seq);
	int64_t rest = event->seq;
	struct sm_piece pieces[14];
	size_t count = 0;

	do {
		*--digit = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	sm_time_format(event->at, at);
#define PIECE(p, n) pieces[count++] = (struct sm_piece){ .data = p, .len = n }
	PIECE(event->prev, sizeof(event->prev));
	PIECE(event->chain, strlen(event->chain));
	PIECE("\n", 1);
	PIECE(digit, (size_t)(seq + sizeof(seq) - digit));
	PIECE("\n", 1);
	PIECE(at, strlen(at));
	PIECE("\n", 1);
	PIECE(event->type, strlen(event->type));
	PIECE("\n", 1);
	PIECE(event->actor, strlen(event->actor));
	PIECE("\n", 1);
	PIECE(event->body.s, event->body.len);
	PIECE("\n", 1);
	PIECE(event->digests.s, event->digests.len);
#undef PIECE
	sm_digest(pieces, count, out);
}

int
sm_store_add_intake(struct sm_store *store, const char *type,
    struct sm_text body, struct sm_text digests, struct sm_err *err)
{
	struct sm_event event = { .type = type, .body = body,
	    .digests = digests };

	make_event(store, &event, "intake", store->intake_seq,
	    store->intake_head);
	if (store->ops->add_event(store, &event, err) == -1)
		return -1;
	store->intake_seq = event.seq;
	memcpy(store->intake_head, event.hash, sizeof(store->intake_head));
	return 0;
}

int
sm_store_each_event(struct sm_store *store, int64_t case_n,
    int (*each)(const struct sm_event *event, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err)
{
	return store->ops->each_event(store, case_n, each, arg, err);
}
