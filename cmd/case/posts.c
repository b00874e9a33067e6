/* sm-case posts - all that was said, as records, with what became of it. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/msg.h"
#include "case.h"
#include "record/json.h"
#include "record/record.h"

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
	int slot;		/* of `case` */
	struct sm_buf out, object;
};

static void
add_text(struct sm_buf *out, const char *name, struct sm_text text)
{
	if (text.len > 0)
		sm_json_str(out, name, text.s, text.len);
}

/* The post's case as a member of its record. */
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
	add_text(object, "status", c.status);
	add_text(object, "reason", c.reason);
	add_text(object, "queue", c.queue);
	add_text(object, "owner", c.owner);
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
	printing.rec = sm_record_new(printing.paths);
	printing.store = case_open(config, path, SM_STORE_READ);
	ret = sm_store_each_post(printing.store, -1, 0, print_post, &printing,
	    &err);
	if (ret == -1)
		sm_die(err.code, "%s", err.text);
	case_write(&printing.out);
	case_flush();
	sm_store_close(printing.store);
	sm_record_free(printing.rec);
	sm_paths_free(printing.paths);
	sm_buf_release(&printing.out);
	sm_buf_release(&printing.object);
	return SM_EXIT_OK;
}

const struct sm_verb sm_case_posts = {
	.name = "posts",
	.summary = "all posts as records, with what became of them",
	.opts = &posts_opts,
	.run = run_posts,
};
