#include "source/http/limit_window.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/sha256.h"
#include "base/xalloc.h"
#include "source/http/limit.h"

/* One write of so many bytes is whole, or did not happen. */
#define FILE_SIZE 160
#define TRIES 16		/* a file may go while we wait for its lock */

static const struct limit_window nothing;

int64_t
limit_clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

char *
limit_window_path(const char *origin, const char *account)
{
	char *key = sm_xasprintf("%s\n%s", origin, account), *name, *path;
	char hex[SM_SHA256_HEX];

	sm_sha256_hex(key, strlen(key), hex);
	hex[32] = '\0';
	name = sm_xasprintf("limit/%s", hex);
	path = sm_path_state(name);
	free(name);
	free(key);
	return path;
}

/* What makes no sense is as good as nothing: a clock may have been set. */
static void
read_window(int fd, struct limit_window *window)
{
	const int64_t most = limit_clock_ms() + SM_LIMIT_MAX_S * INT64_C(1000);
	char text[FILE_SIZE + 1];
	ssize_t len = pread(fd, text, FILE_SIZE, 0);
	long long value[6];

	*window = nothing;
	if (len <= 0)
		return;
	text[len] = '\0';
	if (sscanf(text, "1 %lld %lld %lld %lld %lld %lld", &value[0],
	    &value[1], &value[2], &value[3], &value[4], &value[5]) != 6)
		return;
	window->until_ms = value[0];
	window->gap_ms = value[1];
	window->gap_until_ms = value[2];
	window->last_ms = value[3];
	window->failures = value[4];
	window->broken = value[5] != 0;
	if (window->until_ms > most || window->gap_until_ms > most ||
	    window->last_ms > most || window->gap_ms < 0 ||
	    window->failures < 0 || window->failures > 1000)
		*window = nothing;
}

static int
open_file(const char *path)
{
	const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
	int fd = open(path, flags, 0600);

	if (fd == -1 && errno == ENOENT &&
	    sm_path_make_parent(path, NULL) == 0)
		fd = open(path, flags, 0600);
	return fd;
}

int
limit_window_lock(const char *path, struct limit_window *window)
{
	struct stat st, there;

	*window = nothing;
	for (int i = 0; i < TRIES; i++) {
		int fd = open_file(path);

		if (fd == -1)
			return -1;
		if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
			int busy = errno == EWOULDBLOCK || errno == EINTR;

			(void)close(fd);
			return busy ? -2 : -1;
		}
		/* Who had it before us may have taken the file away. */
		if (fstat(fd, &st) == 0 && lstat(path, &there) == 0 &&
		    st.st_ino == there.st_ino && st.st_dev == there.st_dev) {
			read_window(fd, window);
			return fd;
		}
		(void)close(fd);
	}
	return -2;
}

void
limit_window_write(int fd, const struct limit_window *window)
{
	char text[FILE_SIZE + 1];
	int len = snprintf(text, sizeof(text), "1 %lld %lld %lld %lld %lld %d",
	    (long long)window->until_ms, (long long)window->gap_ms,
	    (long long)window->gap_until_ms, (long long)window->last_ms,
	    (long long)window->failures, window->broken ? 1 : 0);

	if (fd == -1 || len < 0 || len >= FILE_SIZE)
		return;
	memset(text + len, ' ', (size_t)(FILE_SIZE - len));
	text[FILE_SIZE - 1] = '\n';
	/* On a full disk there is nothing to share; this process knows. */
	if (pwrite(fd, text, FILE_SIZE, 0) != FILE_SIZE)
		(void)ftruncate(fd, 0);
}

void
limit_window_unlock(const char *path, int fd,
    const struct limit_window *window)
{
	int64_t now = limit_clock_ms();

	if (fd == -1)
		return;
	if (window->until_ms <= now && window->gap_until_ms <= now &&
	    window->failures == 0)
		(void)unlink(path);
	(void)close(fd);
}

int64_t
limit_window_free(const struct limit_window *window, int64_t now_ms)
{
	int64_t at = now_ms;

	if (window->until_ms > at)
		at = window->until_ms;
	if (window->gap_until_ms > now_ms &&
	    window->last_ms + window->gap_ms > at)
		at = window->last_ms + window->gap_ms;
	return at;
}

bool
limit_window_learn(struct limit_window *window, const struct sm_limit *limit,
    int64_t now_ms)
{
	struct limit_window old = *window;

	if (limit->until_ms > window->until_ms) {
		window->until_ms = limit->until_ms;
		window->broken = false;
	}
	if (limit->gap_ms > 0) {
		window->gap_ms = limit->gap_ms;
		window->gap_until_ms = limit->gap_until_ms;
		window->last_ms = now_ms;
	}
	return memcmp(&old, window, sizeof(old)) != 0;
}

bool
limit_window_failed(struct limit_window *window, int64_t now_ms)
{
	int64_t wait_s = LIMIT_BREAK_S;

	if (window->failures < 1000)
		window->failures++;
	if (window->failures < LIMIT_BREAK)
		return true;
	for (int64_t i = LIMIT_BREAK; i < window->failures &&
	    wait_s < LIMIT_BREAK_MAX_S; i++)
		wait_s *= 2;
	if (wait_s > LIMIT_BREAK_MAX_S)
		wait_s = LIMIT_BREAK_MAX_S;
	if (now_ms + wait_s * 1000 > window->until_ms) {
		window->until_ms = now_ms + wait_s * 1000;
		window->broken = true;
	}
	return true;
}

bool
limit_window_worked(struct limit_window *window)
{
	bool changed = window->failures > 0;

	window->failures = 0;
	if (window->broken)
		window->until_ms = 0;
	window->broken = false;
	return changed;
}
