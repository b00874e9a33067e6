#include "frame/progress.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/msg.h"

#define FIRST_MS 1000
#define EVERY_MS 200

static volatile sig_atomic_t asked;

static void
ask(int signo)
{
	(void)signo;
	asked = 1;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
sm_progress_begin(struct sm_progress *progress, const char *unit)
{
	struct sigaction action = { .sa_handler = ask, .sa_flags = SA_RESTART };

	*progress = (struct sm_progress){
		.unit = unit ? unit : "records",
		.start_ms = now_ms(),
		.terminal = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO) &&
		    !sm_quiet,
	};
	progress->last_ms = progress->start_ms + FIRST_MS - EVERY_MS;
	sigaction(SIGUSR1, &action, NULL);
}

static void
show(struct sm_progress *progress, int64_t now, uint64_t count)
{
	int64_t ms = now - progress->start_ms;
	char line[160];
	int len;

	len = snprintf(line, sizeof(line), "%s%s: %" PRIu64 " %s, %" PRIu64
	    " a second%s", progress->terminal ? "\r" : "", sm_msg_program(),
	    count, progress->unit, ms > 0 ? count * 1000 / (uint64_t)ms : 0,
	    progress->terminal ? "\033[K" : "\n");
	if (write(STDERR_FILENO, line, (size_t)len) == len)
		progress->shown = progress->terminal;
}

void
sm_progress_tick(struct sm_progress *progress, uint64_t count)
{
	int64_t now;

	if (!progress->terminal && !asked)
		return;
	now = now_ms();
	if (!asked && now - progress->last_ms < EVERY_MS)
		return;
	asked = 0;
	progress->last_ms = now;
	show(progress, now, count);
}

void
sm_progress_wipe(struct sm_progress *progress)
{
	ssize_t n;

	if (!progress->shown)
		return;
	progress->shown = false;
	n = write(STDERR_FILENO, "\r\033[K", 4);
	(void)n;
}
