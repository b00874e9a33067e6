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

int
sm_store_begin_read(struct sm_store *store, struct sm_err *err)
{
	assert(!store->in_transaction);
	if (store->ops->begin_read(store, err) == -1)
		return -1;
	store->in_transaction = true;
	return 0;
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
digest_post(struct sm_store *store, struct sm_stored *post)
{
	/* Another salt for each content that stood there. */
	uint64_t salt = (uint64_t)post->n << 20 ^ post->line.len;

	sm_chance_fill(&store->chance, salt, post->salt, sizeof(post->salt));
	sm_digest_post(post->salt, post->line.s, post->line.len,
	    post->digest);
}

int
sm_store_add_post(struct sm_store *store, struct sm_stored *post,
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
    struct sm_text key, struct sm_stored *post, struct sm_err *err)
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
sm_store_replace_post(struct sm_store *store, struct sm_stored *post,
    struct sm_err *err)
{
	digest_post(store, post);
	return store->ops->replace_post(store, post, err);
}

int
sm_store_each_post(struct sm_store *store, int64_t case_n, int64_t limit,
    int (*each)(const struct sm_stored *post, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err)
{
	return store->ops->each_post(store, case_n, limit, each, arg, err);
}

int
sm_store_last_post(struct sm_store *store, int64_t case_n,
    struct sm_stored *post, struct sm_err *err)
{
	return store->ops->last_post(store, case_n, post, err);
}

int
sm_store_oldest_waiting(struct sm_store *store, int64_t case_n,
    int64_t after, int64_t *start, struct sm_err *err)
{
	return store->ops->oldest_waiting(store, case_n, after, start, err);
}

/* ---- Authors ----------------------------------------------------------- */

int
sm_store_author(struct sm_store *store, const struct sm_author *who,
    struct sm_author_facts *facts, struct sm_err *err)
{
	*facts = (struct sm_author_facts){ .first = SM_STORE_NEVER };
	return store->ops->author(store, who, facts, err);
}

int
sm_store_each_load(struct sm_store *store, int64_t limit,
    int (*each)(struct sm_text owner, int64_t cases, void *arg,
    struct sm_err *err), void *arg, struct sm_err *err)
{
	return store->ops->each_load(store, limit, each, arg, err);
}
