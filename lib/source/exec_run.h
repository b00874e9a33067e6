/*
 * A program of the user's that is run without a shell, in a process group of
 * its own, and read from without waiting: its output in lines, what it says
 * on standard error in lines as well.
 */
#ifndef SM_SOURCE_EXEC_RUN_H
#define SM_SOURCE_EXEC_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_buf;
struct sm_err;
struct exec_run;

#define EXEC_LINE_MAX 1048576	/* bytes of a line of output */
#define EXEC_SAYS_MAX 1024	/* bytes of a line for people; rest cut */

/* Lines as they come; the LF is not in them, and no NUL behind them. */
struct exec_calls {
	/* number from 1; NULL: a line was too long and is passed over. */
	int (*line)(void *arg, const char *line, size_t len, uint64_t number,
	    struct sm_err *err);
	/* On standard error, cut to EXEC_SAYS_MAX. */
	void (*says)(void *arg, const char *text);
	void *arg;
};

/*
 * Starts words with their environment (both NULL-ended).  max_ms and
 * max_bytes bound its time and its output.  NULL and err (CONFIG: there is no
 * such program; OS) on failure.
 */
struct exec_run *exec_start(char *const *words, char *const *environment,
    int64_t max_ms, int64_t max_bytes, struct sm_err *err);

/*
 * Ends it, and all of its group that are still there; whatever frees accepts
 * NULL.
 */
void exec_stop(struct exec_run *run);

/* As .wait of a connector (source.h). */
int exec_wait(const struct exec_run *run, int *ms);

/*
 * Reads what is there: 1, there may be more; 0, it has ended, and well; -1
 * and err: a call failed; TEMP where it took too long or ended with 75,
 * NOPERM where it ended with 77, else REFUSED.
 */
int exec_read(struct exec_run *run, const struct exec_calls *calls,
    struct sm_err *err);

/* Whether its last line had no end, and its number. */
bool exec_was_cut(const struct exec_run *run, uint64_t *number);

#endif
