#include "desk/known.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "desk/intake_impl.h"
#include "desk/recall.h"
#include "record/json.h"
#include "record/record.h"

#define DAY INT64_C(86400)
#define POSTS_DAYS 7
#define CASES_DAYS 90

struct sm_known {
	struct sm_arrival_slots slots;
	struct sm_store *store;		/* of this batch, lent; or NULL */
	struct sm_buf load;		/* JSON; empty where nobody has any */
	struct sm_buf key;
	struct sm_recall *authors;	/* struct sm_author_facts */
	struct sm_recall *threads;	/* the case's id, "" for none */
};

/* What is known of one post. */
struct about {
	struct sm_author_facts author;
	bool has_author;
	char case_id[SM_UUID_TEXT];
};

struct sm_known *
sm_known_new(struct sm_paths *paths)
{
	struct sm_known *known = sm_xcalloc(1, sizeof(*known));

	sm_arrival_paths(&known->slots, paths);
	known->authors = sm_recall_new(sizeof(struct sm_author_facts));
	known->threads = sm_recall_new(SM_UUID_TEXT);
	return known;
}

void
sm_known_free(struct sm_known *known)
{
	if (!known)
		return;
	sm_known_end(known);
	sm_recall_free(known->authors);
	sm_recall_free(known->threads);
	sm_buf_release(&known->load);
	sm_buf_release(&known->key);
	free(known);
}

/* ---- Batches ----------------------------------------------------------- */

static int
add_load(struct sm_text owner, int64_t cases, void *arg, struct sm_err *err)
{
	struct sm_buf *load = arg;
	char name[SM_STORE_TEXT_MAX + 1];

	(void)err;
	/* Nobody's login is that long, and a line has its limit. */
	if (owner.len > SM_STORE_TEXT_MAX ||
	    load->len + owner.len > SM_KNOWN_LOAD_MAX)
		return 0;
	if (load->len == 0)
		sm_json_open(load, NULL, '{');
	memcpy(name, owner.s, owner.len);
	name[owner.len] = '\0';
	sm_json_int(load, name, cases);
	return 0;
}

int
sm_known_begin(struct sm_known *known, struct sm_store *store,
    struct sm_err *err)
{
	assert(!known->store);
	sm_buf_clear(&known->load);
	sm_recall_clear(known->authors);
	sm_recall_clear(known->threads);
	if (sm_store_begin_read(store, err) == -1)
		return -1;
	known->store = store;
	if (sm_store_each_load(store, SM_KNOWN_OWNERS, add_load,
	    &known->load, err) == -1) {
		sm_known_end(known);
		return -1;
	}
	if (known->load.len > 0)
		sm_json_close(&known->load, '}');
	return 0;
}

void
sm_known_end(struct sm_known *known)
{
	if (known->store)
		sm_store_rollback(known->store);
	known->store = NULL;
}

/* ---- Looking up -------------------------------------------------------- */

static void
key_text(struct sm_known *known, struct sm_text text)
{
	sm_buf_add(&known->key, text.s, text.len);
	sm_buf_addc(&known->key, '\0');	/* in no text of an arrival */
}

static void
key_number(struct sm_known *known, int64_t number)
{
	sm_buf_add(&known->key, &number, sizeof(number));
}

static int
find_author(struct sm_known *known, const struct sm_arrival *a,
    int64_t until, int64_t but, struct sm_author_facts *facts,
    struct sm_err *err)
{
	struct sm_author who = {
		.brand = a->brand,
		.channel = a->channel,
		.party = a->party,
		.until = until,
		.posts_since = until - POSTS_DAYS * DAY,
		.cases_since = until - CASES_DAYS * DAY,
		.but = but
	};
	struct sm_author_facts *kept;
	bool found;

	sm_buf_clear(&known->key);
	key_text(known, who.brand);
	key_text(known, who.channel);
	key_text(known, who.party);
	key_number(known, until);
	key_number(known, but);
	kept = sm_recall(known->authors, known->key.data, known->key.len,
	    &found);
	if (!found && sm_store_author(known->store, &who, kept, err) == -1)
		return -1;
	*facts = *kept;
	return 0;
}

/* The case that intake would put the post into: its id, "" for a new one. */
static int
find_thread(struct sm_known *known, const struct sm_arrival *a, char *id,
    struct sm_err *err)
{
	bool answers = a->direction == SM_PEER || a->direction == SM_OUT;
	struct sm_case c;
	char *kept;
	bool found;
	int ret;

	sm_buf_clear(&known->key);
	key_number(known, answers ? (int64_t)a->direction : 0);
	key_text(known, a->brand);
	key_text(known, a->channel);
	key_text(known, a->account);
	key_text(known, a->context);
	key_text(known, a->party);
	if (answers && a->parent.s)
		key_text(known, a->parent);
	kept = sm_recall(known->threads, known->key.data, known->key.len,
	    &found);
	if (!found) {
		ret = intake_find(known->store, a, &c, err);
		if (ret == -1)
			return -1;
		if (ret == 1)
			memcpy(kept, c.id, SM_UUID_TEXT);
	}
	memcpy(id, kept, SM_UUID_TEXT);
	return 0;
}

/* One that is there already stays in its case. */
static int
find_case(struct sm_known *known, const struct sm_arrival *a, int64_t case_n,
    char *id, struct sm_err *err)
{
	struct sm_case c;
	int ret;

	if (case_n == 0)
		return find_thread(known, a, id, err);
	ret = sm_store_get_case(known->store, case_n, &c, err);
	if (ret == 1)
		memcpy(id, c.id, SM_UUID_TEXT);
	return ret == -1 ? -1 : 0;
}

static int
find_all(struct sm_known *known, const struct sm_arrival *a, int64_t until,
    struct about *about, struct sm_err *err)
{
	struct sm_author_facts *author = &about->author;
	struct sm_stored post;
	int found = sm_store_find_post(known->store, a->brand, a->key, &post,
	    err);

	if (found == -1)
		return -1;
	if (found == 0)
		post.n = post.case_n = 0;
	if (find_case(known, a, post.case_n, about->case_id, err) == -1)
		return -1;
	if (sm_arrival_author(a).len == 0)
		return 0;
	if (find_author(known, a, until, post.n, author, err) == -1)
		return -1;
	about->has_author = author->first != SM_STORE_NEVER ||
	    author->cases > 0 || author->open_case[0];
	return 0;
}

/* ---- Saying it --------------------------------------------------------- */

static void
add_text(struct sm_buf *out, const char *name, const char *text)
{
	if (*text)
		sm_json_strz(out, name, text);
}

static void
add_author(struct sm_buf *out, const struct sm_author_facts *author)
{
	add_text(out, "language", author->lang);
	sm_json_int(out, "posts_7d", author->posts);
	sm_json_int(out, "cases_90d", author->cases);
	if (author->first != SM_STORE_NEVER)
		sm_json_time(out, "first_seen", author->first);
	add_text(out, "open_case", author->open_case);
}

enum sm_knows
sm_known_post(struct sm_known *known, struct sm_record *rec,
    struct sm_buf *out, struct sm_err *err)
{
	struct about about = { .has_author = false };
	struct sm_arrival a;
	int64_t until;

	sm_buf_clear(out);
	if (sm_arrival_read(&a, &known->slots, rec, err) == -1)
		return SM_KNOWS_BAD;
	if (!sm_record_time(rec, known->slots.fetched, &until))
		until = sm_clock_now();
	if (find_all(known, &a, until, &about, err) == -1)
		return SM_KNOWS_FAILED;
	if (!about.has_author && !about.case_id[0] && known->load.len == 0)
		return SM_KNOWS_NOTHING;
	sm_json_open(out, NULL, '{');
	if (about.has_author)
		add_author(out, &about.author);
	add_text(out, "case", about.case_id);
	if (known->load.len > 0)
		sm_json_raw(out, "load", known->load.data, known->load.len);
	sm_json_close(out, '}');
	return SM_KNOWS;
}
