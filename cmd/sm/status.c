/* sm status - one line on how things are. */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "front.h"
#include "record/conf.h"
#include "source/sweep/health_file.h"
#include "store/store.h"

#define NAMED 3		/* sources by name, the others are counted */

static const struct sm_opt table[] = {
	{ 'c', "config", "FILE", "the configuration, instead of the usual" },
	{ 's', "store", "FILE", "the store, instead of the configured one" },
	SM_OPT_END
};

static struct sm_opts status_opts = {
	.table = table,
	.synopsis = "status [-qv] [-c FILE] [-s STORE]",
	.summary = "one line on how things are",
	.examples = "sm status\n",
};

struct sums {
	int64_t fresh, active, all;
};

static int
add_count(const struct sm_case_count *count, void *arg, struct sm_err *err)
{
	struct sums *sums = arg;

	(void)err;
	sums->all += count->count;
	if (sm_status_active(count->status))
		sums->active += count->count;
	if (sm_text_is(count->status, "new"))
		sums->fresh += count->count;
	return 0;
}

/* "3 days", the largest unit that fits twice. */
static void
add_age(struct sm_buf *out, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = { { 86400, "days" }, { 3600, "hours" },
	    { 60, "minutes" }, { 1, "seconds" } };
	size_t i = 0;

	if (seconds < 0)
		seconds = 0;
	while (i + 1 < sizeof(units) / sizeof(*units) &&
	    seconds < 2 * units[i].seconds)
		i++;
	sm_buf_addi(out, seconds / units[i].seconds);
	sm_buf_addf(out, " %s", units[i].name);
}

static void
add_sweep(struct sm_buf *out, const char *store)
{
	struct front_sweep last;

	if (front_last_sweep(store, &last) == -1) {
		sm_buf_adds(out, "no sweep yet");
		return;
	}
	sm_buf_adds(out, "last sweep ");
	add_age(out, sm_clock_now() - last.when);
	sm_buf_adds(out, " ago");
	if (last.status != 0)
		sm_buf_addf(out, " (status %d)", last.status);
}

static bool
is_wanted(const struct sm_conf *conf, const char *source)
{
	return !conf || (sm_conf_has_name(conf, "source", source) &&
	    sm_conf_bool(conf, "source", source, "enabled", true));
}

/* "; failing: news, forum; silent: wall", where there are any. */
static void
add_state(struct sm_buf *out, const struct sm_health_file *file,
    const struct sm_conf *conf, enum sm_health_state state)
{
	const struct sm_health *health;
	struct sm_health_view view;
	int count = 0;

	for (size_t i = 0; (health = sm_health_file_nth(file, i)); i++) {
		sm_health_look(health, &view);
		if (view.state != state || !is_wanted(conf, health->source))
			continue;
		if (count == 0)
			sm_buf_addf(out, "; %s: ", state == SM_HEALTH_LOGIN ?
			    "login or permission wanted" :
			    sm_health_state_name(state));
		if (count < NAMED)
			sm_buf_addf(out, "%s%s", count > 0 ? ", " : "",
			    health->source);
		count++;
	}
	if (count > NAMED)
		sm_buf_addf(out, " and %d more", count - NAMED);
}

/* The sources that are not as they should be. */
static int
add_sources(struct sm_buf *out, const char *store,
    const struct sm_conf *conf, struct sm_err *err)
{
	static const enum sm_health_state bad[] = { SM_HEALTH_LOGIN,
	    SM_HEALTH_FAILING, SM_HEALTH_SILENT };
	char *path = sm_xasprintf("%s.health", store);
	struct sm_health_file *file = sm_health_file_open(path, err);

	free(path);
	for (size_t i = 0; file && i < sizeof(bad) / sizeof(*bad); i++)
		add_state(out, file, conf, bad[i]);
	sm_health_file_close(file);
	return file ? 0 : -1;
}

static void
add_size(struct sm_buf *out, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		sm_buf_addf(out, "; store %lld KiB",
		    (long long)st.st_size / 1024);
}

static int
describe(struct sm_store *store, const struct sm_conf *conf,
    struct sm_buf *out, struct sm_err *err)
{
	struct sums sums = { .all = 0 };
	int64_t oldest;

	if (sm_store_each_count(store, add_count, &sums, err) == -1 ||
	    sm_store_oldest(store, &oldest, err) == -1)
		return -1;
	add_sweep(out, sm_store_name(store));
	if (add_sources(out, sm_store_name(store), conf, err) == -1)
		return -1;
	sm_buf_addf(out, "; %lld cases to work on, %lld of them new",
	    (long long)sums.active, (long long)sums.fresh);
	if (oldest < SM_STORE_NEVER) {
		sm_buf_adds(out, ", the oldest waits ");
		add_age(out, sm_clock_now() - oldest);
	}
	sm_buf_addf(out, "; %lld in all", (long long)sums.all);
	add_size(out, sm_store_name(store));
	return 0;
}

static enum sm_exit
run_status(struct sm_opts *opts, int argc, char *argv[])
{
	const char *config = NULL, *option = NULL;
	struct sm_buf out = SM_BUF_INIT;
	struct sm_conf *conf = NULL;
	struct sm_store *store;
	struct sm_err err;
	char *path;
	int opt;

	while ((opt = sm_opt_next(opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': config = opts->arg; break;
		case 's': option = opts->arg; break;
		default: sm_usage(opts, "wrong option");
		}
	}
	if (opts->count > 0)
		sm_usage(opts, "'%s' is one word too many", opts->operands[0]);
	if (!option || config)
		conf = front_conf(config);
	path = sm_store_path(conf, option);
	store = sm_store_open(path, SM_STORE_READ, sm_msg_program(), 10000,
	    &err);
	if (store && describe(store, conf, &out, &err) == 0) {
		err.code = SM_EXIT_OK;
		if (printf("%s\n", sm_buf_str(&out)) < 0 ||
		    fflush(stdout) == EOF)
			(void)sm_err_errno(&err, SM_EXIT_IO,
			    "cannot write the output");
	}
	sm_store_close(store);
	sm_buf_release(&out);
	sm_conf_free(conf);
	free(path);
	if (err.code != SM_EXIT_OK)
		sm_die(err.code, "%s", err.text);
	return SM_EXIT_OK;
}

const struct sm_verb sm_front_status = {
	.name = "status",
	.summary = "one line on how things are",
	.opts = &status_opts,
	.run = run_status,
};
