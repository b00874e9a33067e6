/* A line of the ledger, read: what ledger.c and ledger_read.c share. */
#ifndef SM_SOURCE_SWEEP_LEDGER_LINE_H
#define SM_SOURCE_SWEEP_LEDGER_LINE_H

#include <stddef.h>

#include "source/sweep/ledger.h"

#define LEDGER_FILE_MAX 1073741824	/* bytes of a month */

struct ledger_reader;

struct ledger_reader *ledger_reader_new(void);
void ledger_reader_free(struct ledger_reader *reader);

/* False where the line (without LF) is none of ours. */
bool ledger_reader_take(struct ledger_reader *reader, const char *line,
    size_t len, struct sm_ledger_row *row);

/*
 * Calls each for all rows of the file from *offset on, which moves behind the
 * last whole line; a file that is not there has none.  0, or -1 and err.
 */
int ledger_reader_file(struct ledger_reader *reader, const char *path,
    int64_t *offset, void (*each)(void *arg, const struct sm_ledger_row *row),
    void *arg, size_t *bad, struct sm_err *err);

#endif
