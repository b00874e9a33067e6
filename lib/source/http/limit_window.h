/*
 * When a server may be asked again, shared by all processes: a small file for
 * each origin and account under $XDG_STATE_HOME/sm/limit/.  Its name is a
 * digest.  Whoever asks the server holds its lock meanwhile, so nobody asks
 * before he knows what the last answer said.
 */
#ifndef SM_SOURCE_HTTP_LIMIT_WINDOW_H
#define SM_SOURCE_HTTP_LIMIT_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

struct sm_limit;

#define LIMIT_BREAK 5		/* failures in a row, then a break */
#define LIMIT_BREAK_S 60	/* at first; doubled by each failure ... */
#define LIMIT_BREAK_MAX_S 900	/* ... up to this */

struct limit_window {
	int64_t until_ms;	/* nothing may be asked before; or 0 */
	int64_t gap_ms;		/* between two requests, ... */
	int64_t gap_until_ms;	/* ... until then */
	int64_t last_ms;	/* the last request, while there is a gap */
	int64_t failures;	/* in a row, of requests with all their tries */
	bool broken;		/* until_ms is of failures, not the server's */
};

/* Wall clock; milliseconds since 1970. */
int64_t limit_clock_ms(void);

/* The file for url's origin and an account ("": none); the caller frees. */
char *limit_window_path(const char *origin, const char *account);

/*
 * Locks the file, which is made if need be, and reads what it says.  Its
 * descriptor; -2: another process has it; -1: there can be no such file.
 */
int limit_window_lock(const char *path, struct limit_window *window);

/* Keeps what has changed. */
void limit_window_write(int fd, const struct limit_window *window);

/* Gives the lock back; a file that says nothing goes. */
void limit_window_unlock(const char *path, int fd,
    const struct limit_window *window);

/* Not before when a request may begin, at now_ms: now_ms itself if at once. */
int64_t limit_window_free(const struct limit_window *window, int64_t now_ms);

/* What an answer said, and that there was one; true if something changed. */
bool limit_window_learn(struct limit_window *window,
    const struct sm_limit *limit, int64_t now_ms);
/* A request that failed for good, or one that did not; true as above. */
bool limit_window_failed(struct limit_window *window, int64_t now_ms);
bool limit_window_worked(struct limit_window *window);

#endif
