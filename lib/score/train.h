/*
 * Learns from lines of text in share/lang/TAG.txt what detect.h looks up.
 * Used when compiling only.
 */
#ifndef SM_SCORE_TRAIN_H
#define SM_SCORE_TRAIN_H

#include <stddef.h>

struct sm_buf;
struct sm_err;
struct sm_lid;
struct sm_trainer;

struct sm_trainer *sm_trainer_new(void);
void sm_trainer_free(struct sm_trainer *trainer);

/*
 * A language to learn, from now on; 0, or -1 and err where there are too
 * many (SM_LID_LANGS).
 */
int sm_trainer_lang(struct sm_trainer *trainer, const char *tag,
    struct sm_err *err);

/* A line in that language. */
void sm_trainer_line(struct sm_trainer *trainer, const char *line,
    size_t len);

/* Add the tables to out and fill lid. */
void sm_trainer_write(const struct sm_trainer *trainer, struct sm_buf *out,
    struct sm_lid *lid);

#endif
