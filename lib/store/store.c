#include "store/store.h"

#include <assert.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "record/json.h"
#include "store/backend.h"

struct sm_text
sm_text(const char *s)
{
	return (struct sm_text){ .s = s, .len = s ? strlen(s) : 0 };
}

bool
sm_text_is(struct sm_text text, const char *s)
{
	return sm_text_same(text, sm_text(s));
}

bool
sm_text_same(struct sm_text a, struct sm_text b)
{
	return !a.s == !b.s && a.len == b.len &&
	    (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

char *
sm_store_path(const struct sm_conf *conf, const char *option)
{
	char *path = NULL;

	if (option)
		return sm_xstrdup(option);
	if (conf)
		path = sm_conf_path(conf, "store", NULL, "path");
	return path ? path : sm_path_data("sm.db");
}

/* Who writes: the login, the program and its version, the host. */
static char *
make_actor(const char *program)
{
	const struct passwd *user = getpwuid(geteuid());
	struct sm_buf out = SM_BUF_INIT;
	char host[256] = "", uid[24];

	(void)gethostname(host, sizeof(host) - 1);
	sm_json_open(&out, NULL, '{');
	if (user) {
		sm_json_strz(&out, "who", user->pw_name);
	} else {
		struct sm_buf number = SM_BUF_INIT;

		sm_buf_addi(&number, (int64_t)geteuid());
		(void)memcpy(uid, sm_buf_str(&number), number.len + 1);
		sm_buf_release(&number);
		sm_json_strz(&out, "who", uid);
	}
	sm_json_strz(&out, "program", program);
	sm_json_strz(&out, "version", SM_VERSION);
	sm_json_strz(&out, "host", host);
	/* A clock or a chance that was set by hand is no evidence. */
	if (sm_clock_is_set())
		sm_json_bool(&out, "SM_NOW", true);
	if (getenv("SM_SEED"))
		sm_json_bool(&out, "SM_SEED", true);
	sm_json_close(&out, '}');
	return sm_buf_take(&out);
}

struct sm_store *
sm_store_open(const char *path, enum sm_store_mode mode, const char *program,
    int wait_ms, struct sm_err *err)
{
	struct sm_store *store;

	if (strncmp(path, "postgresql:", 11) == 0) {
		(void)sm_err_set(err, SM_EXIT_CONFIG, "this sm was built "
		    "without PostgreSQL: '%.200s'", path);
		return NULL;
	}
	store = sm_store_sqlite(path, mode, wait_ms, err);
	if (!store)
		return NULL;
	sm_chance_init(&store->chance);
	store->actor = make_actor(program);
	return store;
}

void
sm_store_close(struct sm_store *store)
{
	if (!store)
		return;
	sm_store_rollback(store);
	store->ops->close(store);
	free(store->path);
	free(store->actor);
	free(store);
}

const char *
sm_store_name(const struct sm_store *store)
{
	return store->path;
}

int
sm_store_begin(struct sm_store *store, bool durable, struct sm_err *err)
{
	assert(!store->in_transaction);
	if (store->ops->begin(store, durable, err) == -1)
		return -1;
	store->in_transaction = true;
	return 0;
}

int
sm_store_commit(struct sm_store *store, struct sm_err *err)
{
	assert(store->in_transaction);
	if (store->ops->commit(store, err) == -1) {
		sm_store_rollback(store);
		return -1;
	}
	store->in_transaction = false;
	return 0;
}

void
sm_store_rollback(struct sm_store *store)
{
	if (store->in_transaction)
		store->ops->rollback(store);
	store->in_transaction = false;
}

bool
sm_store_in_transaction(const struct sm_store *store)
{
	return store->in_transaction;
}

int
sm_store_sync(struct sm_store *store, struct sm_err *err)
{
	return store->ops->sync(store, err);
}

/* ---- Cursors ----------------------------------------------------------- */

int
sm_store_cursor(struct sm_store *store, const char *source,
    struct sm_buf *out, struct sm_err *err)
{
	sm_buf_clear(out);
	return store->ops->cursor(store, sm_text(source), out, err);
}

int
sm_store_set_cursor(struct sm_store *store, struct sm_text source,
    struct sm_text cursor, struct sm_err *err)
{
	if (cursor.len > SM_STORE_CURSOR_MAX)
		return sm_err_set(err, SM_EXIT_DATA, "a cursor of more than "
		    "%d bytes", SM_STORE_CURSOR_MAX);
	return store->ops->set_cursor(store, source, cursor, err);
}

/* ---- Posts ------------------------------------------------------------- */

int64_t
sm_store_next_post(const struct sm_store *store)
{
	return store->next_post;
}

int64_t
sm_store_next_case(const struct sm_store *store)
{
	return store->next_case;
}

int64_t
sm_store_next_batch(const struct sm_store *store)
{
	return store->intake_seq + 1;
}

/* Gives the post a salt of its own, and from it the digest. */
static void
digest_post(struct sm_store *store, struct sm_post *post)
{
	/* Another salt for each content that stood there. */
	uint64_t salt = (uint64_t)post->n << 20 ^ post->line.len;

	sm_chance_fill(&store->chance, salt, post->salt, sizeof(post->salt));
	sm_digest_post(post->salt, post->line.s, post->line.len,
	    post->digest);
}

int
sm_store_add_post(struct sm_store *store, struct sm_post *post,
    struct sm_err *err)
{
	int ret;

	post->n = store->next_post;
	digest_post(store, post);
	ret = store->ops->add_post(store, post, err);
	if (ret == 1)
		store->next_post++;
	return ret;
}

int
sm_store_find_post(struct sm_store *store, struct sm_text brand,
    struct sm_text key, struct sm_post *post, struct sm_err *err)
{
	return store->ops->find_post(store, brand, key, post, err);
}

int
sm_store_find_parent(struct sm_store *store, struct sm_text brand,
    struct sm_text id, int64_t *case_n, struct sm_err *err)
{
	return store->ops->find_parent(store, brand, id, case_n, err);
}

int
sm_store_replace_post(struct sm_store *store, struct sm_post *post,
    struct sm_err *err)
{
	digest_post(store, post);
	return store->ops->replace_post(store, post, err);
}

int
sm_store_each_post(struct sm_store *store, int64_t case_n, int64_t limit,
    int (*each)(const struct sm_post *post, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err)
{
	return store->ops->each_post(store, case_n, limit, each, arg, err);
}

int
sm_store_last_post(struct sm_store *store, int64_t case_n,
    struct sm_post *post, struct sm_err *err)
{
	return store->ops->last_post(store, case_n, post, err);
}

int
sm_store_oldest_waiting(struct sm_store *store, int64_t case_n,
    int64_t after, int64_t *start, struct sm_err *err)
{
	return store->ops->oldest_waiting(store, case_n, after, start, err);
}

/* ---- Cases ------------------------------------------------------------- */

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
