/*
 * sm-safe - make any text harmless to look at.
 *
 * For users' own pipes: what comes in is from strangers, what comes out may
 * go to a terminal, a page, a mail header or a log.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/safe.h"

#define BLOCK 65536

static const struct sm_opt table[] = {
	{ 'f', "format", "FORMAT",
	    "text (lines stay), line, json, html, log or mail" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-qv] [-f FORMAT] [FILE ...]",
	.summary = "make any text harmless to look at",
	.examples =
	    "sm-fetch feed https://a.example/rss | jq -r .name | sm-safe\n"
	    "sm-safe -f html < post.txt > post.html\n"
	    "tail -f access.log | sm-safe -f log\n",
};

static const struct {
	const char *name;
	enum sm_safe how;
} formats[] = {
	{ "text", SM_SAFE_LINES },
	{ "line", SM_SAFE_TTY },
	{ "json", SM_SAFE_JSON },
	{ "html", SM_SAFE_HTML },
	{ "log", SM_SAFE_LOG },
	{ "mail", SM_SAFE_MAIL },
};

static enum sm_safe
format(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return formats[i].how;
	sm_usage(&opts, "no format '%s'; there are text, line, json, html, "
	    "log and mail", name);
}

/*
 * All whole lines of in, and at the end the rest: a character is never judged
 * before it is there to its last byte.
 */
static int
put_lines(struct sm_buf *in, struct sm_buf *out, enum sm_safe how, bool end,
    struct sm_err *err)
{
	const char *p = in->data, *stop = p + in->len, *lf;

	sm_buf_clear(out);
	while (p < stop && ((lf = memchr(p, '\n', (size_t)(stop - p))) ||
	    end || stop - p >= 16 * BLOCK)) {
		const char *to = lf ? lf : stop;

		sm_safe(out, p, (size_t)(to - p), how);
		if (lf)
			sm_buf_addc(out, '\n');
		p = to + (lf != NULL);
	}
	memmove(in->data, p, (size_t)(stop - p));
	sm_buf_cut(in, (size_t)(stop - p));
	if (sm_write_all(STDOUT_FILENO, out->data, out->len) == -1)
		return sm_err_errno(err, SM_EXIT_IO,
		    "cannot write the output");
	return 0;
}

static int
copy(int fd, const char *name, enum sm_safe how, struct sm_err *err)
{
	struct sm_buf in = SM_BUF_INIT, out = SM_BUF_INIT;
	int ret = 0;

	for (;;) {
		ssize_t n = read(fd, sm_buf_reserve(&in, BLOCK), BLOCK);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			ret = sm_err_errno(err, errno == EISDIR ?
			    SM_EXIT_NOINPUT : SM_EXIT_IO,
			    "cannot read '%s'", name);
			break;
		}
		in.len += (size_t)n;
		if (put_lines(&in, &out, how, n == 0, err) == -1) {
			ret = -1;
			break;
		}
		if (n == 0)
			break;
	}
	sm_buf_release(&in);
	sm_buf_release(&out);
	return ret;
}

static int
copy_file(const char *path, enum sm_safe how, struct sm_err *err)
{
	int fd, ret;

	if (strcmp(path, "-") == 0)
		return copy(STDIN_FILENO, "standard input", how, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return sm_err_errno(err, SM_EXIT_NOINPUT, "cannot open '%s'",
		    path);
	ret = copy(fd, path, how, err);
	close(fd);
	return ret;
}

int
main(int argc, char *argv[])
{
	enum sm_safe how = SM_SAFE_LINES;
	struct sm_err err;
	int opt;

	sm_msg_init(argv[0]);
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1)
		if (opt == 'f')
			how = format(opts.arg);
	if (opts.count == 0 && copy_file("-", how, &err) == -1)
		sm_die(err.code, "%s", err.text);
	for (int i = 0; i < opts.count; i++)
		if (copy_file(opts.operands[i], how, &err) == -1)
			sm_die(err.code, "%s", err.text);
	return SM_EXIT_OK;
}
