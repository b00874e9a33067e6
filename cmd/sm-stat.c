/*
 * sm-stat - what each rule did: how often it spoke and decided, when last,
 * which never do, and how often people saw it otherwise.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "frame/filter.h"
#include "record/record.h"
#include "rule/rules.h"
#include "stat/stat.h"

enum { OPT_JSON = SM_OPT_LONG, OPT_LATER };

static const struct sm_opt table[] = {
	{ 'f', "file", "FILE", "the rules, to name those that never speak" },
	{ OPT_JSON, "json", NULL, "a record for each rule" },
	{ OPT_LATER, "later", "FILE", "what people made of the posts" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-qv] [-f RULES] [--json] [--later FILE] [FILE ...]",
	.summary = "what each rule did, and how often people overturned it",
	.examples =
	    "sm-stat -f rules decided-*.ndjson\n"
	    "sm-stat -f rules --later later.ndjson < decided.ndjson\n"
	    "sm-stat -f rules --json < decided.ndjson | jq 'select(.dead)'\n",
};

static enum sm_verdict
count_post(struct sm_record *rec, bool control, void *arg, struct sm_err *err)
{
	(void)err;
	if (!control)
		stat_add(arg, rec);
	return SM_DROP;
}

static enum sm_verdict
count_later(struct sm_record *rec, bool control, void *arg,
    struct sm_err *err)
{
	(void)err;
	if (!control)
		stat_later(arg, rec);
	return SM_DROP;
}

/* The worse of two statuses of a filter: 1 gives way to any other. */
static enum sm_exit
worse(enum sm_exit a, enum sm_exit b)
{
	return a == SM_EXIT_OK || (a == SM_EXIT_SOME && b != SM_EXIT_OK) ?
	    b : a;
}

static enum sm_exit
read_all(struct tally *stat, struct sm_paths *paths, const char *later)
{
	char *files[] = { NULL, NULL };
	struct sm_filter filter = {
		.paths = paths, .arg = stat, .serial = count_post,
		.discard = true, .unit = "posts"
	};
	enum sm_exit status = sm_filter_run(&filter, opts.operands, NULL);

	if (!later)
		return status;
	files[0] = (char *)(uintptr_t)later;
	filter.serial = count_later;
	filter.unit = "decisions";
	return worse(status, sm_filter_run(&filter, files, NULL));
}

int
main(int argc, char *argv[])
{
	const char *file = NULL, *later = NULL;
	struct sm_paths *paths = sm_paths_new();
	struct sm_rules *rules = NULL;
	struct sm_buf out = SM_BUF_INIT;
	enum sm_exit status;
	struct tally stat;
	struct sm_err err;
	bool json = false;
	int opt;

	sm_msg_init(argv[0]);
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'f': file = opts.arg; break;
		case OPT_JSON: json = true; break;
		case OPT_LATER: later = opts.arg; break;
		default: break;
		}
	}
	if (file && !(rules = sm_rules_open(file, paths, &err)))
		sm_die(err.code, "%s", err.text);
	stat_init(&stat, rules, paths);
	status = read_all(&stat, paths, later);
	stat_sort(&stat);
	if (json)
		stat_json(&stat, &out);
	else
		stat_text(&stat, &out);
	if (sm_write_all(STDOUT_FILENO, sm_buf_str(&out), out.len) == -1)
		sm_die(SM_EXIT_IO, "cannot write the output: %s",
		    strerror(errno));
	sm_buf_release(&out);
	stat_release(&stat);
	sm_rules_close(rules);
	sm_paths_free(paths);
	return status;
}
