/*
 * Where secrets come from.  None is ever in argv, in the environment of what
 * we start, or in a message.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/conf_impl.h"

#define CMD_TIMEOUT_MS 30000

/* All that a command of the configuration sees of our environment. */
static const char *const passed[] = {
	"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL",
	"LC_CTYPE", "LC_MESSAGES", "TERM", "TMPDIR", "TZ", "DISPLAY",
	"WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME",
	"XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME",
	"DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "GNUPGHOME", "GPG_TTY",
	"PASSWORD_STORE_DIR"
};
#define PASSED (sizeof(passed) / sizeof(*passed))

bool
sm_conf_is_secret(const char *key)
{
	static const char *const ends[] = { "token", "password", "secret" };
	size_t len = strlen(key);

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t n = strlen(ends[i]);

		if (len >= n && strcmp(key + len - n, ends[i]) == 0)
			return true;
	}
	return false;
}

/* Keep the first line, without blanks at its end. */
static void
first_line(struct sm_buf *out)
{
	size_t len = strcspn(sm_buf_str(out), "\n");

	while (len > 0 && strchr(" \t\r", out->data[len - 1]))
		len--;
	sm_buf_cut(out, len);
}

/*
 * A file's first line: 0; 1 where there is no such file; -1 and err.  own:
 * refuse a file that others can read.
 */
static int
from_file(const char *path, bool own, struct sm_buf *out, struct sm_err *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret = 0;

	if (fd == -1 && errno == ENOENT)
		return 1;
	if (fd == -1)
		return sm_err_errno(err, SM_EXIT_NOPERM, "cannot read '%s'",
		    path);
	if (fstat(fd, &st) == -1 ||
	    sm_buf_read(out, fd, CONF_SECRET_MAX) == -1)
		ret = sm_err_errno(err, SM_EXIT_CONFIG, "cannot read '%s'",
		    path);
	else if (own && S_ISREG(st.st_mode) && st.st_mode & 077)
		ret = sm_err_set(err, SM_EXIT_NOPERM, "'%s' holds a secret and "
		    "others can read it: chmod 600 it", path);
	(void)close(fd);
	first_line(out);
	return ret;
}

/* $CREDENTIALS_DIRECTORY/name.key, else .../name; results as from_file. */
static int
from_credentials(const char *name, const char *key, struct sm_buf *out,
    struct sm_err *err)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	char *path;
	int ret;

	if (!folder || !*folder || !name || name[0] == '.' ||
	    strchr(name, '/'))
		return 1;
	path = sm_xasprintf("%s/%s.%s", folder, name, key);
	ret = from_file(path, false, out, err);
	free(path);
	if (ret != 1)
		return ret;
	path = sm_xasprintf("%s/%s", folder, name);
	ret = from_file(path, false, out, err);
	free(path);
	return ret;
}

char **
sm_conf_words(const char *command)
{
	return conf_words(command);
}

char **
sm_conf_environment(void)
{
	char **env = sm_xcalloc(PASSED + 1, sizeof(*env));
	size_t count = 0;

	for (size_t i = 0; i < PASSED; i++) {
		const char *value = getenv(passed[i]);

		if (value)
			env[count++] = sm_xasprintf("%s=%s", passed[i], value);
	}
	return env;
}

/* Starts the words with their output in *fd, in a process group of its own. */
static int
start(char **words, pid_t *pid, int *fd)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	char **env;
	int ends[2], failed;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return errno;
	env = sm_conf_environment();
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_addopen(&files, 0, "/dev/null",
	    O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&files, ends[1], 1);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	(void)posix_spawnattr_setpgroup(&attr, 0);
	failed = posix_spawnp(pid, words[0], &files, &attr, words, env);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&files);
	for (size_t i = 0; env[i]; i++)
		free(env[i]);
	free(env);
	(void)close(ends[1]);
	*fd = ends[0];
	if (failed)
		(void)close(ends[0]);
	return failed;
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Reads to the end or a newline.  0; ETIMEDOUT, EFBIG or another errno. */
static int
read_answer(int fd, struct sm_buf *out)
{
	int64_t until = now_ms() + CMD_TIMEOUT_MS;

	for (;;) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int64_t left = until - now_ms();
		int n = left > 0 ? poll(&wait, 1, (int)left) : 0;
		ssize_t got;

		if (n == 0)
			return ETIMEDOUT;
		if (n == -1 && errno != EINTR)
			return errno;
		if (n == -1)
			continue;
		got = read(fd, sm_buf_reserve(out, 1024), 1024);
		if (got == -1 && errno != EINTR && errno != EAGAIN)
			return errno;
		if (got <= 0 && (got == 0 || errno != EINTR))
			return got == 0 ? 0 : errno;
		if (got == -1)
			continue;
		out->len += (size_t)got;
		out->data[out->len] = '\0';
		if (out->len > CONF_SECRET_MAX)
			return EFBIG;
	}
}

static int
from_command(const char *command, const char *origin, const char *key,
    struct sm_buf *out, struct sm_err *err)
{
	char **words = conf_words(command);
	int failed, fd = -1, status = 0;
	pid_t pid;

	if (!words)
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: '%s_cmd' is no "
		    "command", origin, key);
	failed = start(words, &pid, &fd);
	free(words);
	if (failed) {
		errno = failed;
		return sm_err_errno(err, SM_EXIT_CONFIG, "%s: cannot run "
		    "'%s_cmd'", origin, key);
	}
	failed = read_answer(fd, out);
	(void)close(fd);
	if (failed)
		(void)kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (failed) {
		errno = failed;
		return sm_err_errno(err, SM_EXIT_NOPERM, "%s: '%s_cmd' gave "
		    "no secret", origin, key);
	}
	first_line(out);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return sm_err_set(err, SM_EXIT_NOPERM, "%s: '%s_cmd' failed "
		    "(%s %d)", origin, key, WIFEXITED(status) ? "status" :
		    "signal", WIFEXITED(status) ? WEXITSTATUS(status) :
		    WTERMSIG(status));
	return 0;
}

/* The first of the ways that is configured: 0, 1 for none, -1 and err. */
static int
look_up(const struct sm_conf *conf, const char *section, const char *name,
    const char *key, struct sm_buf *out, struct sm_err *err)
{
	char *cmd_key = sm_xasprintf("%s_cmd", key);
	char *file_key = sm_xasprintf("%s_file", key);
	const char *cmd = sm_conf_str(conf, section, name, cmd_key);
	char *path = sm_conf_path(conf, section, name, file_key);
	const char *literal = sm_conf_str(conf, section, name, key);
	int ret = from_credentials(name, key, out, err);

	if (ret == 1 && cmd) {
		ret = from_command(cmd, sm_conf_origin(conf, section, name,
		    cmd_key), key, out, err);
	} else if (ret == 1 && path) {
		ret = from_file(path, true, out, err);
		if (ret == 1)
			ret = sm_err_set(err, SM_EXIT_CONFIG, "%s: no file "
			    "'%s'", sm_conf_origin(conf, section, name,
			    file_key), path);
	} else if (ret == 1 && literal) {
		sm_buf_adds(out, literal);
		ret = 0;
	}
	free(path);
	free(file_key);
	free(cmd_key);
	return ret;
}

int
sm_conf_secret(const struct sm_conf *conf, const char *section,
    const char *name, const char *key, struct sm_buf *out,
    struct sm_err *err)
{
	int ret;

	sm_buf_clear(out);
	/* All room at once, so that growing leaves no copy behind. */
	(void)sm_buf_reserve(out, CONF_SECRET_MAX + 4096);
	ret = look_up(conf, section, name, key, out, err);
	if (ret == 1)
		ret = sm_err_set(err, SM_EXIT_CONFIG, "no '%s' for [%s%s%s%s]: "
		    "set %s_cmd or %s_file", key, section, name ? " \"" : "",
		    name ? name : "", name ? "\"" : "", key, key);
	else if (ret == 0 && out->len == 0)
		ret = sm_err_set(err, SM_EXIT_NOPERM, "the '%s' of [%s%s%s%s] "
		    "is empty", key, section, name ? " \"" : "",
		    name ? name : "", name ? "\"" : "");
	if (ret == -1) {
		explicit_bzero(out->data, out->room);
		sm_buf_clear(out);
	}
	return ret;
}
