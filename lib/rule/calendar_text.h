/* Inside lib/rule: the words, signs and hours of a calendar's file. */
#ifndef SM_RULE_CALENDAR_TEXT_H
#define SM_RULE_CALENDAR_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct calendar_hours;
struct sm_calendar;
struct sm_err;
struct sm_origin;
struct sm_sha256;

#define CAL_WORD 64	/* bytes of a word, NUL included */

/* One file being read. */
struct cal_file {
	struct sm_calendar *calendar;
	struct sm_origin *origin;
	struct sm_sha256 *sha;	/* or NULL */
	struct sm_err *err;
	size_t pos;
	int depth;		/* 0: the file itself, else an include */
};

/* A complaint about the byte at; -1. */
int cal_fail(const struct cal_file *file, size_t at,
    const char *text);

char cal_peek(const struct cal_file *file);
void cal_skip_blanks(struct cal_file *file);

/* Passes blanks and a comment; whether that was all of the line. */
bool cal_at_end(struct cal_file *file);

/* Passes blanks and sign, where it is there. */
bool cal_take(struct cal_file *file, const char *sign);

/* Letters, digits and what is in more, "" where there are none; where. */
size_t cal_take_word(struct cal_file *file, const char *more,
    char out[CAL_WORD]);

/* Exactly count digits; -1 where there is something else. */
int cal_digits(struct cal_file *file, int count);

/* closed | INTERVAL { , INTERVAL }, to the end of the line. */
int cal_read_hours(struct cal_file *file,
    struct calendar_hours *hours);

#endif
