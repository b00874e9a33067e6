/*
 * sm-cluster - which posts say the same: near-duplicates within two days.
 *
 * Adds `cluster` to a record that is not alone.  What it remembers it can keep
 * in a file, so that sweeps know of each other.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "frame/filter.h"
#include "record/conf.h"
#include "record/json.h"
#include "record/record.h"
#include "score/cluster.h"

#define STATE_MAX 1073741824	/* bytes of the file */
#define MOST_MAX 10000000

enum {
	OPT_MOST = SM_OPT_LONG, OPT_REJECTS, OPT_STATE, OPT_STRICT, OPT_WINDOW
};

static const struct sm_opt table[] = {
	{ OPT_MOST, "most", "N", "different texts to remember (100000)" },
	{ OPT_REJECTS, "rejects", "FILE", "keep lines that are no record" },
	{ OPT_STATE, "state", "FILE", "remember from run to run in FILE" },
	{ OPT_STRICT, "strict", NULL, "stop at the first bad record" },
	{ OPT_WINDOW, "window", "DURATION", "how long to remember (2d)" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-qv] [--most N] [--rejects FILE] [--state FILE] "
	    "[--strict]\n[--window DURATION] [FILE ...]",
	.summary = "find posts that say the same",
	.examples =
	    "sm-fetch --all | sm-cluster | sm-score | sm-route -f rules\n"
	    "sm-cluster < posts | jq -r 'select(.cluster.size > 9).cluster.id'"
	    " | uniq -c\n",
};

struct run {
	struct sm_cluster *cluster;
	struct sm_buf object;
	const char *state, *rejects;
	int64_t window;
	size_t most;
	bool strict, changed;
	int slot, key, brand, content, name, fetched, direction, author,
	    handle;
};

static void
add_object(struct run *run, struct sm_record *rec,
    const struct sm_cluster_found *found)
{
	struct sm_buf *out = &run->object;
	char id[17];

	(void)snprintf(id, sizeof(id), "%016" PRIx64, found->id);
	sm_buf_clear(out);
	sm_json_open(out, NULL, '{');
	sm_json_strz(out, "id", id);
	sm_json_int(out, "size", (int64_t)found->size);
	sm_json_int(out, "authors", (int64_t)found->authors);
	sm_json_strz(out, "first", found->first);
	sm_json_close(out, '}');
	sm_record_set(rec, run->slot, out->data, out->len);
}

static const char *
text_of(struct sm_record *rec, int slot, int other, size_t *len)
{
	const char *text = sm_record_str(rec, slot, len);

	return text && *len > 0 ? text : sm_record_str(rec, other, len);
}

static enum sm_verdict
look_at(struct sm_record *rec, bool control, void *arg, struct sm_err *err)
{
	struct run *run = arg;
	struct sm_cluster_post post = { .time = SM_TIME_NONE };
	struct sm_cluster_found found;

	(void)err;
	if (control || sm_record_is(rec, run->direction, "out"))
		return SM_PASS;
	post.key = sm_record_str(rec, run->key, &post.key_len);
	post.text = text_of(rec, run->content, run->name, &post.text_len);
	if (!post.key || !post.text)
		return SM_PASS;
	post.brand = sm_record_str(rec, run->brand, &post.brand_len);
	if (!post.brand)
		post.brand_len = 0, post.brand = "";
	post.author = text_of(rec, run->author, run->handle,
	    &post.author_len);
	(void)sm_record_time(rec, run->fetched, &post.time);
	sm_cluster_add(run->cluster, &post, &found);
	run->changed = true;
	if (found.size > 1 ||
	    sm_record_value(rec, run->slot)->type != SM_ABSENT)
		add_object(run, rec, &found);
	return SM_PASS;
}

/* What cannot be read is no reason to look at nothing. */
static void
read_state(struct run *run)
{
	struct sm_buf data = SM_BUF_INIT;
	struct sm_err err;
	int fd = open(run->state, O_RDONLY | O_CLOEXEC);

	if (fd == -1 && (errno == ENOENT || errno == ENOTDIR))
		return;
	if (fd == -1 || sm_buf_read(&data, fd, STATE_MAX) == -1)
		sm_die(SM_EXIT_NOINPUT, "cannot read '%s': %s", run->state,
		    strerror(errno));
	(void)close(fd);
	if (sm_cluster_load(run->cluster, sm_buf_str(&data), data.len,
	    &err) == -1) {
		sm_warn("'%s': %s; beginning anew", run->state, err.text);
		sm_cluster_free(run->cluster);
		run->cluster = sm_cluster_new(run->window, run->most);
	}
	sm_buf_release(&data);
}

/* The old file or the new one, never half of one. */
static void
write_state(const struct run *run)
{
	struct sm_buf data = SM_BUF_INIT;
	char *path = sm_xasprintf("%s.new", run->state);
	struct sm_err err;
	int fd;

	sm_cluster_save(run->cluster, &data);
	if (sm_path_make_parent(path, &err) == -1)
		sm_die(err.code, "%s", err.text);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd == -1)
		sm_die(SM_EXIT_CANTCREAT, "cannot create '%s': %s", path,
		    strerror(errno));
	if (sm_write_all(fd, sm_buf_str(&data), data.len) == -1 ||
	    fsync(fd) == -1 || close(fd) == -1 ||
	    rename(path, run->state) == -1)
		sm_die(SM_EXIT_IO, "cannot write '%s': %s", run->state,
		    strerror(errno));
	free(path);
	sm_buf_release(&data);
}

static int64_t
take_window(void)
{
	int64_t seconds;

	if (sm_duration_parse(opts.arg, strlen(opts.arg), &seconds) == -1 ||
	    seconds < 60 || seconds > 366 * 86400)
		sm_usage(&opts, "--window '%s': expected 1m to 366d",
		    opts.arg);
	return seconds;
}

static void
parse_options(struct run *run, int argc, char *argv[])
{
	int opt;

	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case OPT_MOST:
			run->most = (size_t)sm_opt_number(&opts, 1, MOST_MAX);
			break;
		case OPT_REJECTS: run->rejects = opts.arg; break;
		case OPT_STATE: run->state = opts.arg; break;
		case OPT_STRICT: run->strict = true; break;
		case OPT_WINDOW: run->window = take_window(); break;
		default: break;
		}
	}
}

static void
add_paths(struct run *run, struct sm_paths *paths)
{
	run->slot = sm_paths_add(paths, "cluster");
	run->key = sm_paths_add(paths, "key");
	run->brand = sm_paths_add(paths, "brand");
	run->content = sm_paths_add(paths, "content");
	run->name = sm_paths_add(paths, "name");
	run->fetched = sm_paths_add(paths, "fetched");
	run->direction = sm_paths_add(paths, "direction");
	run->author = sm_paths_add(paths, "attributedTo.id");
	run->handle = sm_paths_add(paths, "attributedTo.preferredUsername");
}

int
main(int argc, char *argv[])
{
	struct run run = {
		.window = SM_CLUSTER_WINDOW, .most = SM_CLUSTER_POSTS
	};
	struct sm_paths *paths = sm_paths_new();
	struct sm_filter filter = {
		.paths = paths, .arg = &run, .serial = look_at,
		.unit = "posts"
	};
	enum sm_exit status;

	sm_msg_init(argv[0]);
	parse_options(&run, argc, argv);
	add_paths(&run, paths);
	run.cluster = sm_cluster_new(run.window, run.most);
	if (run.state)
		read_state(&run);
	filter.strict = run.strict;
	filter.rejects = run.rejects;
	status = sm_filter_run(&filter, opts.operands, NULL);
	if (run.state && run.changed)
		write_state(&run);
	sm_cluster_free(run.cluster);
	sm_buf_release(&run.object);
	sm_paths_free(paths);
	return status;
}
