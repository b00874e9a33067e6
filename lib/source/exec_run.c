#include "source/exec_run.h"

#include <sys/epoll.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"

#define PIECE 65536
#define PIECES 16		/* read in one turn at most */
#define LOOK_MS 100		/* how often to see whether it has ended */

struct stream {
	int fd;			/* -1: at its end */
	struct sm_buf line;	/* what has come of it */
	bool passing;		/* the rest of a line that is too long */
	uint64_t lines;
};

struct exec_run {
	char *name;
	pid_t pid;		/* 0: it has been waited for */
	int epoll;
	struct stream out, says;
	int64_t started_ms, look_ms, max_ms;
	int64_t bytes, max_bytes;
	bool gone;		/* it has ended: read what is left */
	bool cut;
	char *piece;
};

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Nothing of ours is to stay open in it: a lock that we were given by whoever
 * started us would otherwise be held as long as it runs.
 */
static void
close_on_exec(void)
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		long fd = strtol(entry->d_name, NULL, 10);

		if (fd > STDERR_FILENO)
			(void)fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	}
	if (folder)
		(void)closedir(folder);
}

static int
spawn(pid_t *pid, char *const *words, char *const *environment, int out,
    int says)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int failed;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_addopen(&files, 0, "/dev/null",
	    O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&files, out, 1);
	(void)posix_spawn_file_actions_adddup2(&files, says, 2);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP |
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	(void)posix_spawnattr_setpgroup(&attr, 0);
	(void)posix_spawnattr_setsigdefault(&attr, &all);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	close_on_exec();
	/* words and environment are not written to (POSIX, exec). */
	failed = posix_spawnp(pid, words[0], &files, &attr, words,
	    environment);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&files);
	return failed;
}

/* Our end of a pipe, watched; *theirs the other.  0 or -1. */
static int
open_stream(struct exec_run *run, struct stream *stream, int *theirs)
{
	struct epoll_event event = { .events = EPOLLIN };
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	stream->fd = ends[0];
	*theirs = ends[1];
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == -1)
		return -1;
	return epoll_ctl(run->epoll, EPOLL_CTL_ADD, ends[0], &event);
}

static void
close_stream(struct stream *stream)
{
	if (stream->fd != -1)
		(void)close(stream->fd);
	stream->fd = -1;
}

/* Ends all of its group while its own number is still taken. */
static void
kill_group(struct exec_run *run)
{
	if (run->pid <= 0)
		return;
	(void)kill(-run->pid, SIGKILL);
	(void)kill(run->pid, SIGKILL);
}

static int
reap(struct exec_run *run)
{
	int status = 0;

	while (waitpid(run->pid, &status, 0) == -1 && errno == EINTR)
		;
	run->pid = 0;
	return status;
}

void
exec_stop(struct exec_run *run)
{
	if (!run)
		return;
	kill_group(run);
	if (run->pid > 0)
		(void)reap(run);
	close_stream(&run->out);
	close_stream(&run->says);
	if (run->epoll != -1)
		(void)close(run->epoll);
	sm_buf_release(&run->out.line);
	sm_buf_release(&run->says.line);
	free(run->piece);
	free(run->name);
	free(run);
}

struct exec_run *
exec_start(char *const *words, char *const *environment, int64_t max_ms,
    int64_t max_bytes, struct sm_err *err)
{
	struct exec_run *run = sm_xcalloc(1, sizeof(*run));
	int out = -1, says = -1, failed = 0;

	run->name = sm_xstrdup(words[0]);
	run->out.fd = run->says.fd = -1;
	run->max_ms = max_ms;
	run->max_bytes = max_bytes;
	run->piece = sm_xmalloc(PIECE);
	run->started_ms = now_ms();
	run->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (run->epoll == -1 || open_stream(run, &run->out, &out) == -1 ||
	    open_stream(run, &run->says, &says) == -1) {
		sm_err_errno(err, SM_EXIT_OS, "cannot make a pipe");
		failed = -1;
	} else if ((failed = spawn(&run->pid, words, environment, out,
	    says)) != 0) {
		run->pid = 0;
		errno = failed;
		sm_err_errno(err, SM_EXIT_CONFIG, "cannot run '%s'",
		    words[0]);
	}
	if (out != -1)
		(void)close(out);
	if (says != -1)
		(void)close(says);
	if (failed == 0)
		return run;
	exec_stop(run);
	return NULL;
}

int
exec_wait(const struct exec_run *run, int *ms)
{
	int64_t left = run->look_ms - now_ms();

	*ms = left > 0 ? (int)left : 0;
	return run->epoll;
}

/* ---- Lines ------------------------------------------------------------- */

static int
give_line(struct exec_run *run, struct stream *stream, const char *s,
    size_t len, const struct exec_calls *calls, struct sm_err *err)
{
	stream->lines++;
	if (stream == &run->says) {
		struct sm_buf text = SM_BUF_INIT;

		sm_buf_add(&text, s, len < EXEC_SAYS_MAX ? len :
		    EXEC_SAYS_MAX);
		calls->says(calls->arg, sm_buf_str(&text));
		sm_buf_release(&text);
		return 0;
	}
	return calls->line(calls->arg, s, len, stream->lines, err);
}

/* More of a line whose end is not there yet. */
static int
keep_part(struct exec_run *run, struct stream *stream, const char *s,
    size_t len, const struct exec_calls *calls, struct sm_err *err)
{
	size_t max = stream == &run->says ? EXEC_SAYS_MAX : EXEC_LINE_MAX;
	int ret = 0;

	if (stream->passing)
		return 0;
	if (len <= max - stream->line.len) {
		sm_buf_add(&stream->line, s, len);
		return 0;
	}
	sm_buf_add(&stream->line, s, max - stream->line.len);
	stream->passing = true;
	if (stream == &run->out)
		ret = give_line(run, stream, NULL, 0, calls, err);
	else
		ret = give_line(run, stream, stream->line.data,
		    stream->line.len, calls, err);
	sm_buf_clear(&stream->line);
	return ret;
}

static int
end_line(struct exec_run *run, struct stream *stream,
    const struct exec_calls *calls, struct sm_err *err)
{
	int ret = 0;

	if (!stream->passing)
		ret = give_line(run, stream, sm_buf_str(&stream->line),
		    stream->line.len, calls, err);
	stream->passing = false;
	sm_buf_clear(&stream->line);
	return ret;
}

static int
take(struct exec_run *run, struct stream *stream, const char *s, size_t len,
    const struct exec_calls *calls, struct sm_err *err)
{
	const char *end = s + len;

	while (s < end) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		size_t n = (size_t)((stop ? stop : end) - s);

		if (keep_part(run, stream, s, n, calls, err) == -1 ||
		    (stop && end_line(run, stream, calls, err) == -1))
			return -1;
		s += n + (stop != NULL);
	}
	return 0;
}

/* What there is of one of its streams: 1 it was something, 0, -1. */
static int
read_stream(struct exec_run *run, struct stream *stream,
    const struct exec_calls *calls, struct sm_err *err)
{
	int pieces = 0;

	while (stream->fd != -1 && pieces < PIECES) {
		ssize_t n = read(stream->fd, run->piece, PIECE);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			break;
		if (n <= 0) {
			close_stream(stream);
			break;
		}
		pieces++;
		run->bytes += n;
		if (take(run, stream, run->piece, (size_t)n, calls, err) == -1)
			return -1;
		if (run->bytes > run->max_bytes)
			break;
	}
	return pieces > 0;
}

/* ---- The end ----------------------------------------------------------- */

static int
judge(const struct exec_run *run, int status, struct sm_err *err)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;

	if (!WIFEXITED(status))
		return sm_err_set(err, SM_EXIT_REFUSED, "'%s' was ended by "
		    "signal %d", run->name, WTERMSIG(status));
	if (code == 0)
		return 0;
	if (code == SM_EXIT_TEMP)
		return sm_err_set(err, SM_EXIT_TEMP, "'%s' wants to be tried "
		    "again later (status 75)", run->name);
	if (code == SM_EXIT_NOPERM)
		return sm_err_set(err, SM_EXIT_NOPERM, "'%s' has no "
		    "permission, or must log in (status 77)", run->name);
	return sm_err_set(err, SM_EXIT_REFUSED, "'%s' failed (status %d)",
	    run->name, code);
}

/* Whether it has ended; its number stays taken. */
static bool
has_ended(const struct exec_run *run)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)run->pid, &info,
	    WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == run->pid;
}

static int
finish(struct exec_run *run, const struct exec_calls *calls,
    struct sm_err *err)
{
	run->cut = run->out.line.len > 0 || run->out.passing;
	if (run->says.line.len > 0 &&
	    end_line(run, &run->says, calls, err) == -1)
		return -1;
	/* Those of its group that it left behind. */
	kill_group(run);
	return judge(run, reap(run), err);
}

static int
check_limits(const struct exec_run *run, int64_t now, struct sm_err *err)
{
	if (run->bytes > run->max_bytes)
		return sm_err_set(err, SM_EXIT_REFUSED, "'%s' was ended: it "
		    "wrote more than %lld bytes", run->name,
		    (long long)run->max_bytes);
	if (now - run->started_ms > run->max_ms)
		return sm_err_set(err, SM_EXIT_TEMP, "'%s' was ended: it took "
		    "longer than %lld s", run->name,
		    (long long)(run->max_ms / 1000));
	return 0;
}

int
exec_read(struct exec_run *run, const struct exec_calls *calls,
    struct sm_err *err)
{
	int64_t now = now_ms();
	int out, says;

	/* Looked at first: what it wrote before its end is read afterwards. */
	run->gone = run->gone || has_ended(run);
	run->look_ms = run->gone ? now : now + LOOK_MS;
	out = read_stream(run, &run->out, calls, err);
	says = out == -1 ? -1 : read_stream(run, &run->says, calls, err);
	if (says == -1 || check_limits(run, now, err) == -1)
		return -1;
	if (!run->gone || out > 0 || says > 0)
		return 1;
	return finish(run, calls, err);
}

bool
exec_was_cut(const struct exec_run *run, uint64_t *number)
{
	*number = run->out.lines + 1;
	return run->cut;
}
