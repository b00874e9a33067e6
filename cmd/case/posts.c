/* sm-case posts - all that was said, as records, with what became of it. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "case.h"
#include "record/json.h"
#include "record/record.h"

#define ANSWERS 1000	/* posts of a case that are looked at */

static const struct sm_opt table[] = {
	CASE_OPT_STORE,
	SM_OPT_END
};

static struct sm_opts posts_opts = {
	.table = table,
	.synopsis = "posts [-qv] [-c FILE] [-s STORE]",
	.summary = "all posts as records, with what became of them",
	.examples = "sm-case posts | sm-sim rules new-rules\n"
	    "sm-case posts > now; sm-stat -f rules --later now now\n",
};

struct printing {
	struct sm_store *store;
	struct sm_paths *paths;
	struct sm_record *rec;
	int slot, direction, start;	/* slot: of `case` */
	struct sm_record *other;	/* an answer, while it is looked at */
	int64_t answered;
	unsigned char *begun;	/* by number of a case: its first post came */
	size_t room;
	struct sm_buf out, object;
};

static void
add_text(struct sm_buf *out, const char *name, struct sm_text text)
{
	if (text.len > 0)
		sm_json_str(out, name, text.s, text.len);
}

/* Whether no post of this case came before. */
static bool
is_first(struct printing *printing, int64_t case_n)
{
	size_t n = (size_t)case_n, room = printing->room;
	bool first;

	printing->begun = sm_xgrow(printing->begun, &printing->room, n + 1, 1);
	if (printing->room > room)
		memset(printing->begun + room, 0, printing->room - room);
	first = !printing->begun[n];
	printing->begun[n] = 1;
	return first;
}

static int
find_answer(const struct sm_stored *post, void *arg, struct sm_err *err)
{
	struct printing *printing = arg;
	int64_t start;

	if (post->state == SM_POST_DELETED ||
	    sm_record_parse(printing->other, post->line.s, post->line.len,
	    err) == -1 ||
	    !sm_record_is(printing->other, printing->direction, "out") ||
	    !sm_record_time(printing->other, printing->start, &start))
		return 0;
	if (start < printing->answered)
		printing->answered = start;
	return 0;
}

/* When somebody first answered, where anybody did. */
static int
add_answer(struct printing *printing, const struct sm_case *c,
    struct sm_err *err)
{
	printing->answered = SM_STORE_NEVER;
	if (c->last_out >= SM_STORE_NEVER)
		return 0;
	if (sm_store_each_post(printing->store, c->n, ANSWERS, find_answer,
	    printing, err) == -1)
		return -1;
	if (printing->answered < SM_STORE_NEVER)
		sm_json_time(&printing->object, "first_response",
		    printing->answered);
	return 0;
}

/*
 * The post's case as a member of its record.  What became of a case says
 * nothing of posts that only joined it.
 */
static int
add_case(struct printing *printing, int64_t case_n, struct sm_err *err)
{
	struct sm_buf *object = &printing->object;
	struct sm_case c;

	if (sm_store_get_case(printing->store, case_n, &c, err) != 1)
		return -1;
	sm_buf_clear(object);
	sm_json_open(object, NULL, '{');
	sm_json_strz(object, "id", c.id);
	if (is_first(printing, case_n)) {
		add_text(object, "status", c.status);
		add_text(object, "reason", c.reason);
		add_text(object, "queue", c.queue);
		add_text(object, "owner", c.owner);
		if (add_answer(printing, &c, err) == -1)
			return -1;
	}
	sm_json_close(object, '}');
	sm_record_set(printing->rec, printing->slot, object->data,
	    object->len);
	return 0;
}

static int
print_post(const struct sm_stored *post, void *arg, struct sm_err *err)
{
	struct printing *printing = arg;

	if (post->state == SM_POST_DELETED)
		return 0;
	if (sm_record_parse(printing->rec, post->line.s, post->line.len,
	    err) == -1)
		return sm_err_prefix(err, "post %lld", (long long)post->n);
	if (post->case_n > 0 &&
	    add_case(printing, post->case_n, err) == -1)
		return -1;
	sm_record_write(printing->rec, &printing->out);
	sm_buf_addc(&printing->out, '\n');
	if (printing->out.len > 65536)
		case_write(&printing->out);
	return 0;
}

static enum sm_exit
run_posts(struct sm_opts *opts, int argc, char *argv[])
{
	struct printing printing = { .paths = sm_paths_new() };
	const char *config = NULL, *path = NULL;
	struct sm_err err;
	int opt, ret;

	while ((opt = sm_opt_next(opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': config = opts->arg; break;
		case 's': path = opts->arg; break;
		default: sm_usage(opts, "wrong option");
		}
	}
	if (opts->count > 0)
		sm_usage(opts, "'%s' is one word too many", opts->operands[0]);
	printing.slot = sm_paths_add(printing.paths, "case");
	printing.direction = sm_paths_add(printing.paths, "direction");
	printing.start = sm_paths_add(printing.paths, "start");
	printing.rec = sm_record_new(printing.paths);
	printing.other = sm_record_new(printing.paths);
	printing.store = case_open(config, path, SM_STORE_READ);
	ret = sm_store_each_post(printing.store, -1, 0, print_post, &printing,
	    &err);
	if (ret == -1)
		sm_die(err.code, "%s", err.text);
	case_write(&printing.out);
	case_flush();
	sm_store_close(printing.store);
	sm_record_free(printing.rec);
	sm_record_free(printing.other);
	sm_paths_free(printing.paths);
	sm_buf_release(&printing.out);
	sm_buf_release(&printing.object);
	free(printing.begun);
	return SM_EXIT_OK;
}

const struct sm_verb sm_case_posts = {
	.name = "posts",
	.summary = "all posts as records, with what became of them",
	.opts = &posts_opts,
	.run = run_posts,
};
