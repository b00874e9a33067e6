/*
 * sm sweep - all that is due, as cron calls it: one pipe from the sources into
 * the store.  Silent where all went well.
 */
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "front.h"
#include "record/conf.h"
#include "store/store.h"

#define STAGES 6
#define WORDS 8
#define TELL_AGAIN 86400	/* seconds until a failure is told again */

static const struct sm_opt table[] = {
	{ 'c', "config", "FILE", "the configuration, instead of the usual" },
	{ 'n', "dry-run", NULL, "say what would be run, run nothing" },
	SM_OPT_END
};

static struct sm_opts sweep_opts = {
	.table = table,
	.synopsis = "sweep [-nqv] [-c FILE]",
	.summary = "fetch, score, decide and store all that is new",
	.examples = "*/5 * * * * sm sweep     (a line of crontab)\n",
};

struct stage {
	const char *words[WORDS];	/* of the command, NULL-ended */
	pid_t pid;			/* 0: not started */
	int status;			/* to exit with */
};

/* The running stages, for the signal handler. */
static volatile pid_t running[STAGES];
static volatile sig_atomic_t caught;

static void
on_signal(int number)
{
	caught = number;
	for (int i = 0; i < STAGES; i++)
		if (running[i] > 0)
			(void)kill(running[i], SIGTERM);
}

static void
catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };

	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		(void)sigaction(numbers[i], &action, NULL);
}

/* The more serious of two statuses; the order is in sm(1). */
static int
worse(int a, int b)
{
	static const int order[] = { SM_EXIT_OK, SM_EXIT_SOME, SM_EXIT_TEMP,
	    SM_EXIT_DATA, SM_EXIT_REFUSED, SM_EXIT_NOINPUT, SM_EXIT_NOPERM,
	    SM_EXIT_CONFIG, SM_EXIT_USAGE, SM_EXIT_IO, SM_EXIT_CANTCREAT,
	    SM_EXIT_OS, SM_EXIT_FAULT };
	size_t count = sizeof(order) / sizeof(*order), x = count, y = count;

	for (size_t i = 0; i < count; i++) {
		if (order[i] == a)
			x = i;
		if (order[i] == b)
			y = i;
	}
	return y > x ? b : a;
}

/* ---- What there is to run ---------------------------------------------- */

static int
check_conf(const struct sm_conf *conf, const char *rules, struct sm_err *err)
{
	char *file = sm_path_config("config");
	int ret = 0;

	if (!sm_conf_name(conf, "source", 0))
		ret = sm_err_set(err, SM_EXIT_CONFIG, "nothing to listen to: "
		    "write into '%s' lines such as\n\t[source \"news\"]\n"
		    "\t\ttype = feed\n\t\turl = https://news.example/rss\n"
		    "\t[rules]\n\t\tpath = rules\n"
		    "sm-config(5) has all of them", file);
	else if (!rules)
		ret = sm_err_set(err, SM_EXIT_CONFIG, "no rules to decide by: "
		    "write into '%s'\n\t[rules]\n\t\tpath = rules\n"
		    "and the rules beside it, see sm-rules(5)", file);
	else if (access(rules, R_OK) == -1)
		ret = sm_err_errno(err, SM_EXIT_CONFIG, "%s: cannot read the "
		    "rules '%s'", sm_conf_origin(conf, "rules", NULL, "path"),
		    rules);
	free(file);
	return ret;
}

static void
make_stages(struct stage stages[STAGES], const struct sm_conf *conf,
    const char *rules, const char *file, const char *clusters)
{
	const char *influence = sm_conf_str(conf, "score", NULL, "influence");
	const char *config = file ? "-c" : NULL;

	stages[0] = (struct stage){ .words = { "sm-fetch", "--all", "--due",
	    "--store", config, file } };
	stages[1] = (struct stage){ .words = { "sm-join", config, file } };
	stages[2] = (struct stage){ .words = { "sm-cluster", "--state",
	    clusters } };
	stages[3] = (struct stage){ .words = { "sm-score", influence ?
	    "--influence" : NULL, influence } };
	stages[4] = (struct stage){ .words = { "sm-route", "-f", rules } };
	stages[5] = (struct stage){ .words = { "sm-case", "add", config,
	    file } };
	for (int i = 0; i < STAGES && (sm_verbose || sm_quiet); i++) {
		int n = 0;

		while (stages[i].words[n])
			n++;
		stages[i].words[n] = sm_verbose ? "-v" : "-q";
	}
}

static void
print_stages(const struct stage stages[STAGES])
{
	for (int i = 0; i < STAGES; i++) {
		printf("%s", i > 0 ? " | " : "");
		for (int w = 0; stages[i].words[w]; w++)
			printf("%s%s", w > 0 ? " " : "", stages[i].words[w]);
	}
	printf("\n");
	if (fflush(stdout) == EOF)
		sm_die(SM_EXIT_IO, "cannot write the output: %s",
		    strerror(errno));
}

/* ---- Running it -------------------------------------------------------- */

/* Starts a stage between two descriptors; 0 or an errno. */
static int
start(struct stage *stage, int in, int out)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	char *path = sm_path_program(stage->words[0]);
	char *words[WORDS];
	sigset_t signals;
	int failed;

	for (int i = 0; i < WORDS; i++)
		words[i] = stage->words[i] ? sm_xstrdup(stage->words[i]) :
		    NULL;
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigaddset(&signals, SIGPIPE);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	(void)posix_spawnattr_setsigdefault(&attr, &signals);
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	(void)posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	failed = posix_spawn(&stage->pid, path, &files, &attr, words,
	    environ);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attr);
	for (int i = 0; i < WORDS; i++)
		free(words[i]);
	free(path);
	return failed;
}

static void
start_stage(struct stage stages[STAGES], int i, int in, int out)
{
	int failed = start(&stages[i], in, out);

	stages[i].status = -1;
	running[i] = stages[i].pid;
	if (!failed)
		return;
	stages[i].pid = running[i] = 0;
	stages[i].status = SM_EXIT_OS;
	sm_warn("cannot start %s: %s", stages[i].words[0], strerror(failed));
}

/* All stages, each one's output the next one's input. */
static void
start_all(struct stage stages[STAGES])
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), in = null;

	if (null == -1)
		sm_die(SM_EXIT_OS, "cannot open /dev/null: %s",
		    strerror(errno));
	for (int i = 0; i < STAGES; i++) {
		int ends[2] = { -1, null };

		if (i + 1 < STAGES && pipe2(ends, O_CLOEXEC) == -1)
			sm_die(SM_EXIT_OS, "cannot make a pipe: %s",
			    strerror(errno));
		start_stage(stages, i, in, ends[1]);
		if (in != null)
			(void)close(in);
		if (ends[1] != null)
			(void)close(ends[1]);
		in = ends[0];
	}
	(void)close(null);
}

static void
wait_all(struct stage stages[STAGES])
{
	for (int i = 0; i < STAGES; i++) {
		int status;

		if (stages[i].pid == 0)
			continue;
		while (waitpid(stages[i].pid, &status, 0) == -1)
			if (errno != EINTR)
				sm_die(SM_EXIT_FAULT, "cannot wait for %s: %s",
				    stages[i].words[0], strerror(errno));
		running[i] = 0;
		stages[i].status = WIFEXITED(status) ? WEXITSTATUS(status) :
		    128 + WTERMSIG(status);
	}
}

/*
 * The status of the whole.  A stage that could only not write on, since a later
 * one had ended, is no news.
 */
static int
judge(const struct stage stages[STAGES])
{
	bool later = false;
	int worst = SM_EXIT_OK;

	for (int i = STAGES - 1; i >= 0; i--) {
		int status = stages[i].status;

		if (status == SM_EXIT_OK ||
		    (later && status == 128 + SIGPIPE))
			continue;
		later = true;
		worst = worse(worst, status);
	}
	return worst;
}

/* A line for each stage that failed. */
static void
tell(const struct stage stages[STAGES])
{
	for (int i = 0; i < STAGES; i++) {
		int status = stages[i].status;

		if (status > 128 && status != 128 + SIGPIPE)
			sm_warn("sweep: %s was ended by signal %d",
			    stages[i].words[0], status - 128);
		else if (status != SM_EXIT_OK && status != 128 + SIGPIPE)
			sm_warn("sweep: %s ended with status %d",
			    stages[i].words[0], status);
	}
}

/* ---- One at a time ----------------------------------------------------- */

/*
 * The lock, or the end of the program where a sweep is running.  The stages
 * inherit it: it is free when the last of them is gone, however it ended.
 */
static int
lock(const char *path)
{
	struct sm_err err;
	int fd;

	if (sm_path_make_parent(path, &err) == -1)
		sm_die(err.code, "%s", err.text);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
	if (fd == -1)
		sm_die(SM_EXIT_CANTCREAT, "cannot create '%s': %s", path,
		    strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) == -1)
		sm_die(SM_EXIT_TEMP, errno == EWOULDBLOCK ?
		    "another sweep is running" : "cannot lock the sweep");
	return fd;
}

/* For sm status: when it ended and how. */
static void
leave_result(int fd, int status, int64_t told)
{
	char line[2 * SM_TIME_TEXT + 16], now[SM_TIME_TEXT];
	char then[SM_TIME_TEXT] = "";
	int len;

	sm_time_format(sm_clock_now(), now);
	if (told != SM_TIME_NONE)
		sm_time_format(told, then);
	len = snprintf(line, sizeof(line), "%s %d%s%s\n", now, status,
	    *then ? " " : "", then);
	if (ftruncate(fd, 0) == -1 || pwrite(fd, line, (size_t)len, 0) != len)
		sm_warn("cannot note the end of the sweep: %s",
		    strerror(errno));
}

/*
 * A failure is told once, and again when it is another one or has gone on for a
 * day: cron sends a mail for each line.  When it was told, or none.
 */
static int64_t
tell_news(const struct stage stages[STAGES], int status,
    const struct front_sweep *last)
{
	int64_t now = sm_clock_now();

	if (status == SM_EXIT_OK)
		return SM_TIME_NONE;
	if (status == last->status && last->told != SM_TIME_NONE &&
	    now >= last->told && now - last->told < TELL_AGAIN && !sm_verbose)
		return last->told;
	tell(stages);
	return now;
}

/* Runs the stages under the lock. */
static int
sweep(struct stage stages[STAGES], const char *store, const char *lock_path)
{
	int fd = lock(lock_path), status;
	struct front_sweep last;
	int64_t told;

	if (front_last_sweep(store, &last) == -1)
		last = (struct front_sweep){ .status = -1,
		    .told = SM_TIME_NONE };
	catch_signals();
	start_all(stages);
	wait_all(stages);
	status = judge(stages);
	told = tell_news(stages, status, &last);
	if (caught)
		status = 128 + caught;
	leave_result(fd, status, told);
	(void)close(fd);
	return status;
}

static enum sm_exit
run_sweep(struct sm_opts *opts, int argc, char *argv[])
{
	struct stage stages[STAGES];
	struct sm_conf *conf;
	struct sm_err err = { .code = SM_EXIT_OK };
	const char *file = NULL;
	char *rules, *store, *path, *clusters;
	bool dry = false;
	int opt, status = SM_EXIT_OK;

	while ((opt = sm_opt_next(opts, argc, argv)) != -1) {
		if (opt == 'n')
			dry = true;
		else if (opt == 'c')
			file = opts->arg;
	}
	if (opts->count > 0)
		sm_usage(opts, "'%s' is one word too many", opts->operands[0]);
	conf = front_conf(file);
	rules = sm_conf_path(conf, "rules", NULL, "path");
	store = sm_store_path(conf, NULL);
	path = front_sweep_file(store);
	clusters = sm_path_state("clusters");
	if (check_conf(conf, rules, &err) == 0) {
		make_stages(stages, conf, rules, file, clusters);
		if (dry)
			print_stages(stages);
		else
			status = sweep(stages, store, path);
	}
	free(clusters);
	free(path);
	free(store);
	free(rules);
	sm_conf_free(conf);
	if (err.code != SM_EXIT_OK)
		sm_die(err.code, "%s", err.text);
	return status;
}

const struct sm_verb sm_front_sweep = {
	.name = "sweep",
	.summary = "fetch, score, decide and store all that is new",
	.opts = &sweep_opts,
	.run = run_sweep,
};
