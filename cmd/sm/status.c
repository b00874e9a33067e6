/* sm status - one line on how things are. */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "front.h"
#include "record/conf.h"
#include "store/store.h"

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
	int64_t when;
	int status;

	if (front_last_sweep(store, &when, &status) == -1) {
		sm_buf_adds(out, "no sweep yet");
		return;
	}
	sm_buf_adds(out, "last sweep ");
	add_age(out, sm_clock_now() - when);
	sm_buf_adds(out, " ago");
	if (status != 0)
		sm_buf_addf(out, " (status %d)", status);
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
describe(struct sm_store *store, struct sm_buf *out, struct sm_err *err)
{
	struct sums sums = { .all = 0 };
	int64_t oldest;

	if (sm_store_each_count(store, add_count, &sums, err) == -1 ||
	    sm_store_oldest(store, &oldest, err) == -1)
		return -1;
	add_sweep(out, sm_store_name(store));
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
	if (store && describe(store, &out, &err) == 0) {
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
