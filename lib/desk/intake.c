#include "desk/intake.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "desk/intake_impl.h"
#include "record/json.h"
#include "record/record.h"

struct sm_intake *
sm_intake_new(struct sm_store *store)
{
	static const char *const content[INTAKE_CONTENT] = { "content",
	    "name", "summary", "tag", "attachment", "raw", "score" };
	struct sm_intake *in = sm_xcalloc(1, sizeof(*in));

	in->store = store;
	in->paths = sm_paths_new();
	sm_arrival_paths(&in->slots, in->paths);
	in->source = sm_paths_add(in->paths, "source");
	in->cursor = sm_paths_add(in->paths, "cursor");
	in->since = sm_paths_add(in->paths, "since");
	in->until = sm_paths_add(in->paths, "until");
	in->why = sm_paths_add(in->paths, "why");
	for (int i = 0; i < INTAKE_CONTENT; i++)
		in->content[i] = sm_paths_add(in->paths, content[i]);
	return in;
}

void
sm_intake_free(struct sm_intake *in)
{
	if (!in)
		return;
	sm_store_rollback(in->store);
	sm_paths_free(in->paths);
	sm_buf_release(&in->digests);
	sm_buf_release(&in->later);
	sm_buf_release(&in->body);
	sm_buf_release(&in->line);
	sm_buf_release(&in->labels);
	free(in);
}

struct sm_paths *
sm_intake_paths(struct sm_intake *in)
{
	return in->paths;
}

const struct sm_intake_sums *
sm_intake_sums(const struct sm_intake *in)
{
	return &in->sums;
}

const char *
sm_intake_case(const struct sm_intake *in, const char **status)
{
	*status = in->case_status;
	return in->has_case ? in->case_id : NULL;
}

static void
forget_batch(struct sm_intake *in)
{
	in->count = 0;
	sm_buf_clear(&in->digests);
	sm_buf_clear(&in->later);
}

static enum sm_taken
failed(struct sm_intake *in)
{
	sm_store_rollback(in->store);
	forget_batch(in);
	return SM_TAKEN_FAILED;
}

static int
begin(struct sm_intake *in, struct sm_err *err)
{
	if (sm_store_in_transaction(in->store))
		return 0;
	/* Posts can be fetched again: see store.h. */
	return sm_store_begin(in->store, false, err);
}

/* ---- Batches ----------------------------------------------------------- */

/* An event of the intake's chain, to be written behind the batch's own. */
static void
tell_later(struct sm_intake *in, const char *type, struct sm_text body)
{
	sm_buf_add(&in->later, type, strlen(type) + 1);
	sm_buf_add(&in->later, body.s, body.len);
	sm_buf_addc(&in->later, '\0');
}

static int
write_later(struct sm_intake *in, struct sm_err *err)
{
	const char *at = sm_buf_str(&in->later), *end = at + in->later.len;
	struct sm_text none = { .s = NULL, .len = 0 };

	while (in->later.len > 0 && at < end) {
		const char *type = at;
		const char *body = type + strlen(type) + 1;

		if (sm_store_add_intake(in->store, type, sm_text(body), none,
		    err) == -1)
			return -1;
		at = body + strlen(body) + 1;
	}
	return 0;
}

static int
write_batch(struct sm_intake *in, struct sm_err *err)
{
	struct sm_text digests = { .s = in->digests.data,
	    .len = in->digests.len };

	if (digests.len == 0)
		return 0;
	sm_buf_clear(&in->body);
	sm_json_open(&in->body, NULL, '{');
	sm_json_int(&in->body, "posts",
	    (int64_t)(digests.len / SM_DIGEST_SIZE));
	sm_json_int(&in->body, "first", in->first);
	return sm_store_add_intake(in->store, "Add", intake_body_end(in),
	    digests, err);
}

int
sm_intake_commit(struct sm_intake *in, struct sm_err *err)
{
	if (!sm_store_in_transaction(in->store))
		return 0;
	if (write_batch(in, err) == -1 || write_later(in, err) == -1 ||
	    sm_store_commit(in->store, err) == -1) {
		(void)failed(in);
		return -1;
	}
	forget_batch(in);
	return 0;
}

/* ---- Posts ------------------------------------------------------------- */

static void
remember_case(struct sm_intake *in, const struct sm_case *c)
{
	in->has_case = c->n > 0;
	if (!in->has_case)
		return;
	memcpy(in->case_id, c->id, sizeof(in->case_id));
	in->case_status = intake_status(c->status);
}

/* The line as it is stored: a Tombstone without what it should not have. */
static struct sm_text
stored_line(struct sm_intake *in, const struct sm_arrival *a,
    struct sm_record *rec)
{
	struct sm_text line;

	if (!a->tombstone) {
		line.s = sm_record_line(rec, &line.len);
		return line;
	}
	for (int i = 0; i < INTAKE_CONTENT; i++)
		if (sm_record_value(rec, in->content[i])->type != SM_ABSENT)
			sm_record_remove(rec, in->content[i]);
	sm_buf_clear(&in->line);
	sm_record_write(rec, &in->line);
	return (struct sm_text){ .s = in->line.data, .len = in->line.len };
}

static int
take_new(struct sm_intake *in, const struct sm_arrival *a,
    struct sm_record *rec, struct sm_err *err)
{
	struct sm_case c = { .n = -1 };
	struct sm_stored post = {
		.brand = a->brand,
		.key = a->key,
		.rev = a->rev,
		.id = a->id,
		.channel = a->channel,
		.party = sm_arrival_author(a),
		.lang = a->lang,
		.start = a->start,
		.stored = sm_clock_now(),
		.waits = sm_arrival_waits(a),
		.state = a->tombstone ? SM_POST_DELETED : SM_POST_LIVE,
		.batch = sm_store_next_batch(in->store),
		.line = stored_line(in, a, rec)
	};
	int found = a->tombstone ? 0 : intake_find(in->store, a,
	    &c, err);
	int ret = found == -1 ? -1 : 0;

	if (found == 1)
		ret = intake_join(in, a, rec, &c,
		    sm_store_next_post(in->store), false, err);
	else if (ret == 0 && c.n == 0)
		ret = intake_open(in, a, rec, &c, err);
	if (ret == -1)
		return -1;
	post.case_n = c.n > 0 ? c.n : 0;
	remember_case(in, &c);
	if (sm_store_add_post(in->store, &post, err) == -1)
		return -1;
	if (in->digests.len == 0)
		in->first = post.n;
	sm_buf_add(&in->digests, post.digest, sizeof(post.digest));
	in->sums.posts++;
	return 0;
}

static void
body_digest(struct sm_intake *in, const char *name,
    const unsigned char digest[SM_DIGEST_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	char text[2 * SM_DIGEST_SIZE];

	for (int i = 0; i < SM_DIGEST_SIZE; i++) {
		text[2 * i] = hex[digest[i] >> 4];
		text[2 * i + 1] = hex[digest[i] & 15];
	}
	sm_json_str(&in->body, name, text, sizeof(text));
}

/* Says in the chain of its case, or of the intake, what became of a post. */
static int
tell_replaced(struct sm_intake *in, const char *type, struct sm_case *c,
    int64_t post_n, const unsigned char before[SM_DIGEST_SIZE],
    const unsigned char after[SM_DIGEST_SIZE], struct sm_err *err)
{
	struct sm_text body;

	intake_body_begin(in, post_n);
	body_digest(in, "was", before);
	body_digest(in, "now", after);
	body = intake_body_end(in);
	if (c->n > 0)
		return sm_store_change_case(in->store, c, type, body, err);
	tell_later(in, type, body);
	return 0;
}

/* When the content that is there was written; SM_STORE_NEVER: unknown. */
static int64_t
updated_of(struct sm_intake *in, const struct sm_stored *post)
{
	struct sm_record *old = sm_record_new(in->paths);
	int64_t updated;

	if (sm_record_parse(old, post->line.s, post->line.len, NULL) == -1 ||
	    !sm_record_time(old, in->slots.updated, &updated))
		updated = SM_STORE_NEVER;
	sm_record_free(old);
	return updated;
}

/* Whether what arrives says nothing that we do not have already. */
static bool
is_old(struct sm_intake *in, const struct sm_arrival *a,
    const struct sm_stored *post)
{
	int64_t have;

	if (post->state == SM_POST_DELETED)
		return true; /* what was taken back stays away */
	if (a->tombstone)
		return false;
	if (sm_text_same(a->rev, post->rev))
		return true;
	/* An earlier revision that comes late, as after a repeated sweep. */
	have = updated_of(in, post);
	return have != SM_STORE_NEVER && a->updated != SM_STORE_NEVER &&
	    a->updated < have;
}

static int
take_again(struct sm_intake *in, const struct sm_arrival *a,
    struct sm_record *rec, struct sm_stored *post, struct sm_err *err)
{
	unsigned char before[SM_DIGEST_SIZE];
	struct sm_case c = { .n = 0 };
	bool old = is_old(in, a, post);

	if (post->case_n > 0 && sm_store_get_case(in->store, post->case_n, &c,
	    err) == -1)
		return -1;
	remember_case(in, &c);
	if (old) {
		in->sums.seen++;
		return 0;
	}
	memcpy(before, post->digest, sizeof(before));
	post->rev = a->rev;
	post->channel = a->channel;
	post->party = sm_arrival_author(a);
	post->lang = a->lang;
	post->waits = sm_arrival_waits(a);
	post->state = a->tombstone ? SM_POST_DELETED : SM_POST_LIVE;
	post->line = stored_line(in, a, rec);
	if (sm_store_replace_post(in->store, post, err) == -1 ||
	    tell_replaced(in, a->tombstone ? "Delete" : "Update", &c, post->n,
	    before, post->digest, err) == -1)
		return -1;
	*(a->tombstone ? &in->sums.deleted : &in->sums.updated) += 1;
	if (a->tombstone || c.n == 0)
		return 0;
	if (intake_join(in, a, rec, &c, post->n, true, err) == -1)
		return -1;
	remember_case(in, &c);
	return 0;
}

enum sm_taken
sm_intake_post(struct sm_intake *in, struct sm_record *rec,
    struct sm_err *err)
{
	struct sm_arrival a;
	struct sm_stored post;
	int found, ret;

	in->has_case = false;
	if (sm_arrival_read(&a, &in->slots, rec, err) == -1)
		return SM_TAKEN_BAD;
	if (begin(in, err) == -1)
		return failed(in);
	found = sm_store_find_post(in->store, a.brand, a.key, &post, err);
	if (found == -1)
		return failed(in);
	ret = found == 1 ? take_again(in, &a, rec, &post, err) :
	    take_new(in, &a, rec, err);
	if (ret == -1)
		return failed(in);
	if (++in->count >= SM_INTAKE_BATCH && sm_intake_commit(in, err) == -1)
		return SM_TAKEN_FAILED;
	return SM_TAKEN_OK;
}

/* ---- Control lines ----------------------------------------------------- */

static enum sm_taken
take_checkpoint(struct sm_intake *in, struct sm_record *rec,
    struct sm_err *err)
{
	const struct sm_value *value = sm_record_value(rec, in->cursor);
	struct sm_text source = { .s = NULL, .len = 0 }, cursor = source;

	source.s = sm_record_str(rec, in->source, &source.len);
	cursor.s = sm_record_str(rec, in->cursor, &cursor.len);
	/* What is no string is kept as its JSON text. */
	if (!cursor.s && value->type != SM_ABSENT && value->type != SM_NULL)
		cursor = (struct sm_text){ .s = value->text,
		    .len = value->len };
	if (!source.s || source.len == 0 || !cursor.s ||
	    source.len > SM_STORE_TEXT_MAX) {
		(void)sm_err_set(err, SM_EXIT_DATA, "a checkpoint without "
		    "'source' or 'cursor'");
		return SM_TAKEN_BAD;
	}
	if (cursor.len > SM_STORE_CURSOR_MAX) {
		(void)sm_err_set(err, SM_EXIT_DATA, "the cursor of '%.*s' has "
		    "more than %d bytes", (int)source.len, source.s,
		    SM_STORE_CURSOR_MAX);
		return SM_TAKEN_BAD;
	}
	if (begin(in, err) == -1 ||
	    sm_store_set_cursor(in->store, source, cursor, err) == -1)
		return failed(in);
	if (sm_intake_commit(in, err) == -1)
		return SM_TAKEN_FAILED;
	in->sums.cursors++;
	return SM_TAKEN_OK;
}

/* Something may be missing: whoever reads the log later should know. */
static enum sm_taken
take_gap(struct sm_intake *in, struct sm_record *rec, struct sm_err *err)
{
	const struct {
		const char *name;
		int slot;
	} kept[] = {
		{ "source", in->source }, { "since", in->since },
		{ "until", in->until }, { "why", in->why }
	};

	if (begin(in, err) == -1)
		return failed(in);
	sm_buf_clear(&in->body);
	sm_json_open(&in->body, NULL, '{');
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		size_t len;
		const char *s = sm_record_str(rec, kept[i].slot, &len);

		if (s && len > 0 && len <= SM_STORE_TEXT_MAX)
			sm_json_str(&in->body, kept[i].name, s, len);
	}
	tell_later(in, "Flag", intake_body_end(in));
	in->sums.gaps++;
	return SM_TAKEN_OK;
}

enum sm_taken
sm_intake_control(struct sm_intake *in, struct sm_record *rec,
    struct sm_err *err)
{
	if (sm_record_is(rec, in->slots.type, "sm:Checkpoint"))
		return take_checkpoint(in, rec, err);
	if (sm_record_is(rec, in->slots.type, "sm:Gap"))
		return take_gap(in, rec, err);
	return SM_TAKEN_OK;
}
