/*
 * What the verbs of sm-case share: opening the store, and showing a case.
 */
#ifndef SM_CMD_CASE_H
#define SM_CMD_CASE_H

#include "base/buf.h"
#include "frame/verb.h"
#include "store/store.h"

#define CASE_OPT_STORE \
	{ 'c', "config", "FILE", "the configuration, instead of the usual" }, \
	{ 's', "store", "FILE", "the store, instead of the configured one" }

/*
 * The store that -s or the configuration names.  config: the argument of -c,
 * store: of -s; either may be NULL.  Ends the program where it cannot.
 */
struct sm_store *case_open(const char *config, const char *store,
    enum sm_store_mode mode);

/* The case whose id ends in digits; ends the program where there is none. */
void case_find(struct sm_store *store, const char *digits,
    struct sm_case *found);

/* Adds the case as a record, with LF. */
int case_json(struct sm_store *store, const struct sm_case *c,
    struct sm_buf *out, struct sm_err *err);

/* Writes out and empties it; ends the program where it cannot. */
void case_write(struct sm_buf *out);

/* Looks whether all that was written has arrived; ends the program if not. */
void case_flush(void);

/* "3d", "4h", "12m": how long ago; "-" for SM_STORE_NEVER. */
void case_age(int64_t since, int64_t now, char out[24]);

/* Columns of the terminal: $COLUMNS, else what it says, else 80. */
size_t case_columns(void);

/*
 * Adds text made harmless, cut with an ellipsis or filled with blanks to
 * exactly columns; columns 0: as it is.
 */
void case_cell(struct sm_buf *out, const char *s, size_t len,
    size_t columns);

#endif
