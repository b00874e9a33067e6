/*
 * What authors wrote and which cases they have, in SQLite.  An author is a
 * hash of brand, channel and party; the tables authored and authored_new have
 * time and language of each of their posts.
 */
#include <string.h>

#include "base/err.h"
#include "store/sqlite_impl.h"

static int64_t
hash_of(const char *what, struct sm_text brand, struct sm_text channel,
    struct sm_text party)
{
	const struct sm_text kind = sm_text(what);
	const struct sm_text *const texts[] = { &kind, &brand, &channel,
	    &party };

	return sqlite_hash(texts, 4);
}

int64_t
sqlite_party_hash(struct sm_text brand, struct sm_text channel,
    struct sm_text party)
{
	return hash_of("party", brand, channel, party);
}

int64_t
sqlite_author_of(const struct sm_stored *post)
{
	if (post->state == SM_POST_DELETED || post->party.len == 0)
		return 0;
	return hash_of("author", post->brand, post->channel, post->party);
}

int
sqlite_add_authored(struct sqlite *lite, int64_t author, int64_t start,
    const struct sm_stored *post, struct sm_err *err)
{
	static const struct sm_text none = { .s = NULL, .len = 0 };
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_ADD_AUTHORED, err);
	bool has_lang = post->lang.len > 0 &&
	    post->lang.len <= SM_STORE_LANG_MAX;

	if (author == 0)
		return 0;
	if (!stmt)
		return -1;
	sqlite_bind(stmt, "iiit", author, start, post->n, has_lang ?
	    &post->lang : &none);
	lite->finds_new++;
	return sqlite_do(lite, stmt, "write", err) == -1 ? -1 : 0;
}

/* Where the row of a post is. */
struct place {
	int64_t author, start;
};

static int
place_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	struct place *place = arg;

	(void)lite;
	(void)err;
	place->author = sqlite3_column_int64(stmt, 0);
	place->start = sqlite3_column_int64(stmt, 1);
	return 0;
}

int
sqlite_drop_authored(struct sqlite *lite, int64_t n, int64_t *start,
    struct sm_err *err)
{
	static const enum sqlite_stmt drop[] = { ST_DROP_AUTHORED_NEW,
	    ST_DROP_AUTHORED };
	struct place place = { .author = 0 };
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_AUTHOR_OF, err);

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "i", n);
	if (sqlite_rows(lite, stmt, "read", place_row, &place, err) == -1)
		return -1;
	*start = place.start;
	for (int i = 0; i < 2 && place.author != 0; i++) {
		stmt = sqlite_ready(lite, drop[i], err);
		if (!stmt)
			return -1;
		sqlite_bind(stmt, "iii", place.author, place.start, n);
		if (sqlite_do(lite, stmt, "write", err) == -1)
			return -1;
	}
	return 0;
}

/* ---- Looking at them --------------------------------------------------- */

static int
lang_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	struct sm_author_facts *facts = arg;
	struct sm_text lang = sqlite_text(stmt, 0);

	(void)lite;
	(void)err;
	if (lang.len < sizeof(facts->lang))
		memcpy(facts->lang, lang.s, lang.len);
	return 0;
}

static int
posts_of(struct sqlite *lite, const struct sm_author *who,
    struct sm_author_facts *facts, struct sm_err *err)
{
	int64_t author = hash_of("author", who->brand, who->channel,
	    who->party);
	sqlite3_stmt *first = sqlite_ready(lite, ST_AUTHOR_FIRST, err);
	sqlite3_stmt *posts = sqlite_ready(lite, ST_AUTHOR_POSTS, err);
	sqlite3_stmt *lang = sqlite_ready(lite, ST_AUTHOR_LANG, err);

	if (!first || !posts || !lang)
		return -1;
	sqlite_bind(first, "ii", author, who->but);
	if (sqlite_rows(lite, first, "read", sqlite_number, &facts->first,
	    err) == -1)
		return -1;
	if (facts->first > who->until)
		facts->first = SM_STORE_NEVER;
	if (facts->first == SM_STORE_NEVER)
		return 0;
	sqlite_bind(posts, "iiiii", author, who->posts_since, who->until,
	    who->but, (int64_t)SM_STORE_COUNTED);
	if (sqlite_rows(lite, posts, "read", sqlite_number, &facts->posts,
	    err) == -1)
		return -1;
	sqlite_bind(lang, "iiii", author, who->until, who->but,
	    (int64_t)SM_STORE_RECENT);
	return sqlite_rows(lite, lang, "read", lang_row, facts, err);
}

struct case_search {
	const struct sm_author *who;
	struct sm_author_facts *facts;
};

/* The columns of ST_AUTHOR_CASES; the case opened last comes last. */
static int
author_case_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	struct case_search *search = arg;
	const struct sm_author *who = search->who;
	struct sm_author_facts *facts = search->facts;
	struct sm_text id = sqlite_text(stmt, 0);
	int64_t opened = sqlite3_column_int64(stmt, 4);

	(void)lite;
	(void)err;
	/* Another one of the same hash. */
	if (!sm_text_same(sqlite_text(stmt, 1), who->brand) ||
	    !sm_text_same(sqlite_text(stmt, 2), who->channel) ||
	    !sm_text_same(sqlite_text(stmt, 3), who->party))
		return 0;
	if (opened > who->cases_since && opened <= who->until)
		facts->cases++;
	if (sqlite3_column_int(stmt, 5) != 0 && id.len < SM_UUID_TEXT) {
		memset(facts->open_case, 0, sizeof(facts->open_case));
		memcpy(facts->open_case, id.s, id.len);
	}
	return 0;
}

int
sqlite_author(struct sm_store *store, const struct sm_author *who,
    struct sm_author_facts *facts, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	struct case_search search = { .who = who, .facts = facts };
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_AUTHOR_CASES, err);

	if (!stmt || posts_of(lite, who, facts, err) == -1)
		return -1;
	sqlite_bind(stmt, "ii", sqlite_party_hash(who->brand, who->channel,
	    who->party), (int64_t)SM_STORE_RECENT);
	return sqlite_rows(lite, stmt, "read", author_case_row, &search, err);
}

struct load_call {
	int (*each)(struct sm_text owner, int64_t cases, void *arg,
	    struct sm_err *err);
	void *arg;
};

static int
load_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	const struct load_call *call = arg;

	(void)lite;
	return call->each(sqlite_text(stmt, 0), sqlite3_column_int64(stmt, 1),
	    call->arg, err);
}

int
sqlite_each_load(struct sm_store *store, int64_t limit,
    int (*each)(struct sm_text owner, int64_t cases, void *arg,
    struct sm_err *err), void *arg, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	struct load_call call = { .each = each, .arg = arg };
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_EACH_LOAD, err);

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "i", limit);
	return sqlite_rows(lite, stmt, "read", load_row, &call, err);
}
