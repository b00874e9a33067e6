/*
 * exec - a program of the user's that prints records, or by a mapping other
 * objects, one a line.  It is the way to listen where there is no connector:
 *
 *	[source "tickets"]
 *		type = exec
 *		command = /usr/local/bin/tickets --new
 *
 * It sees SM_SOURCE, SM_BRAND, SM_SINCE, SM_LIMIT, and in SM_CURSOR the object
 * `cursor` of the last line of type sm:Checkpoint that it has printed itself,
 * once the posts before that were kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/emit.h"
#include "source/exec_run.h"
#include "source/json/mapping.h"
#include "source/ndjson_line.h"
#include "source/source.h"

#define TIME_S 600			/* by default */
#define OUTPUT INT64_C(268435456)	/* bytes */
#define OWN 5				/* variables of ours */

struct exec {
	const struct sm_source_args *args;
	struct exec_run *run;
	struct mapping *map;
	struct ndjson_lines *lines;
	struct sm_buf cursor;
	struct sm_emit *emit;	/* while .next runs */
};

static const char *
command_of(const struct sm_source_args *args)
{
	const char *where = args->where;

	return strncmp(where, "exec:", 5) == 0 ? where + 5 : where;
}

/* Each as "NAME=value", NULL-ended; the values are data, never code. */
static char **
make_environment(const struct sm_source_args *args)
{
	char **base = sm_conf_environment(), **env, time[SM_TIME_TEXT];
	int64_t since = args->since != SM_TIME_NONE ? args->since :
	    args->window;
	size_t count = 0;

	while (base[count])
		count++;
	env = sm_xreallocarray(base, count + OWN + 1, sizeof(*env));
	env[count++] = sm_xasprintf("SM_SOURCE=%s", args->name);
	env[count++] = sm_xasprintf("SM_BRAND=%s", args->brand);
	if (args->cursor && strlen(args->cursor) <= NDJSON_CURSOR_MAX)
		env[count++] = sm_xasprintf("SM_CURSOR=%s", args->cursor);
	if (since != SM_TIME_NONE) {
		sm_time_format(since, time);
		env[count++] = sm_xasprintf("SM_SINCE=%s", time);
	}
	if (args->limit > 0)
		env[count++] = sm_xasprintf("SM_LIMIT=%lld",
		    (long long)args->limit);
	env[count] = NULL;
	return env;
}

static struct exec_run *
start(const struct sm_source_args *args, struct sm_err *err)
{
	const struct sm_conf *conf = args->conf;
	char **words = sm_conf_words(command_of(args));
	int64_t time = TIME_S, output = OUTPUT;
	struct exec_run *run = NULL;
	char **env;

	if (!words || !words[0] || !*words[0]) {
		free(words);
		sm_err_set(err, SM_EXIT_CONFIG, "'%s' is no command",
		    command_of(args));
		return NULL;
	}
	if (conf) {
		time = sm_conf_seconds(conf, "source", args->name, "timeout",
		    time);
		output = sm_conf_int(conf, "source", args->name, "max_output",
		    output);
	}
	env = make_environment(args);
	run = exec_start(words, env, time * 1000, output, err);
	for (size_t i = 0; env[i]; i++)
		free(env[i]);
	free(env);
	free(words);
	return run;
}

static void
exec_close(void *arg)
{
	struct exec *exec = arg;

	exec_stop(exec->run);
	ndjson_lines_free(exec->lines);
	mapping_free(exec->map);
	sm_buf_release(&exec->cursor);
	free(exec);
}

static void *
exec_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct exec *exec = sm_xcalloc(1, sizeof(*exec));

	exec->args = args;
	if (args->cursor)
		sm_buf_adds(&exec->cursor, args->cursor);
	if (mapping_of_source(args, &exec->map, err) == 0) {
		exec->lines = ndjson_lines_new(args, exec->map);
		return exec;
	}
	exec_close(exec);
	return NULL;
}

static int
on_line(void *arg, const char *line, size_t len, uint64_t number,
    struct sm_err *err)
{
	struct exec *exec = arg;

	if (sm_emit_full(exec->emit))
		return 0;
	if (line)
		return ndjson_line(exec->lines, line, len, "line", number,
		    &exec->cursor, exec->emit, err);
	sm_emit_failed(exec->emit, "line:%llu: left out: a line of more than "
	    "%d bytes", (unsigned long long)number, EXEC_LINE_MAX);
	return 0;
}

static void
on_says(void *arg, const char *text)
{
	struct exec *exec = arg;

	if (*text)
		sm_emit_say(exec->emit, text);
}

/* It is started here and not in .open: --dry-run opens as well. */
static int
exec_next(void *arg, struct sm_emit *emit, struct sm_err *err)
{
	struct exec *exec = arg;
	struct exec_calls calls = { .line = on_line, .says = on_says,
	    .arg = exec };
	uint64_t number;
	int ret;

	if (!exec->run) {
		exec->run = start(exec->args, err);
		return exec->run ? 1 : -1;
	}
	exec->emit = emit;
	ret = exec_read(exec->run, &calls, err);
	if (ret != 1 && exec_was_cut(exec->run, &number))
		sm_emit_failed(emit, "line:%llu: left out: the last line has "
		    "no end", (unsigned long long)number);
	return ret;
}

static int
exec_source_wait(const void *arg, int *ms)
{
	const struct exec *exec = arg;

	if (exec->run)
		return exec_wait(exec->run, ms);
	*ms = 0;
	return -1;
}

static void
exec_cursor(const void *arg, struct sm_buf *out)
{
	const struct exec *exec = arg;

	sm_buf_add(out, sm_buf_str(&exec->cursor), exec->cursor.len);
}

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "command", .type = SM_CONF_CMD,
	    .named = true, .help = "the program that prints posts" },
	{ .section = "source", .name = "mapping", .type = SM_CONF_PATH,
	    .named = true, .help = "how foreign objects become posts" },
	{ .section = "source", .name = "timeout", .type = SM_CONF_DURATION,
	    .named = true, .help = "how long the program may take (10m)" },
	{ .section = "source", .name = "max_output", .type = SM_CONF_INT,
	    .named = true, .help = "bytes that it may write (256M)" },
	{ .section = NULL }
};

const struct sm_source sm_source_exec = {
	.name = "exec",
	.summary = "what a program prints: a command",
	.keys = keys,
	.open = exec_open,
	.next = exec_next,
	.wait = exec_source_wait,
	.cursor = exec_cursor,
	.close = exec_close,
};
