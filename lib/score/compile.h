/*
 * The compiler of lexicons: a folder share/ as people write it (lexicon/TAG,
 * lang/, score/) to the one file that the scorer maps.  The same folder gives
 * the same bytes.
 */
#ifndef SM_SCORE_COMPILE_H
#define SM_SCORE_COMPILE_H

struct sm_buf;
struct sm_err;
struct sm_lex_report;

/*
 * Compile the folder share into out.  What is wrong in its files goes to
 * report, all of it; then, and where a file cannot be read, -1 and err.
 */
int sm_lex_compile(const char *share, struct sm_buf *out,
    struct sm_lex_report *report, struct sm_err *err);

#endif
