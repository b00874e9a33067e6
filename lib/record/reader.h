/*
 * Lines from a descriptor in large blocks of whole lines.  Nothing is waited
 * for once there is a line to give out, so a pipe stays live.
 */
#ifndef SM_RECORD_READER_H
#define SM_RECORD_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_err;
struct sm_reader;

enum sm_read {
	SM_READ_FAILED = -1,	/* err says why; nothing more comes */
	SM_READ_END = 0,
	SM_READ_OK = 1,
	SM_READ_LONG = 2,	/* a line over SM_RECORD_MAX was passed over */
	SM_READ_CUT = 3		/* the last line has no LF: not data */
};

/* Whole lines, each with its LF, and 64 readable bytes behind them. */
struct sm_block {
	char *data;		/* owned by the block, see release */
	size_t len, room;
	uint64_t line;		/* number of the first line, from 1 */
	uint64_t lines;
};

/* path "-" is standard input.  NULL and err (SM_EXIT_NOINPUT) on failure. */
struct sm_reader *sm_reader_open(const char *path, struct sm_err *err);
/* On fd, which is not closed; name is for messages. */
struct sm_reader *sm_reader_new(int fd, const char *name);
void sm_reader_close(struct sm_reader *reader);
const char *sm_reader_name(const struct sm_reader *reader);

/*
 * The next lines.  For LONG and CUT block->line is the number of the line in
 * question and the block is empty.
 */
enum sm_read sm_reader_block(struct sm_reader *reader, struct sm_block *block,
    struct sm_err *err);

/* Whether the next call gives something without waiting for the other side. */
bool sm_reader_ready(const struct sm_reader *reader);

void sm_block_release(struct sm_block *block);

/*
 * For who goes line by line: the line without its LF, lent until the next
 * call, and its number.  LONG and CUT come as from sm_reader_block.
 */
enum sm_read sm_reader_line(struct sm_reader *reader, const char **line,
    size_t *len, uint64_t *number, struct sm_err *err);

#endif
