/*
 * share/score: weights, what the scorer knows of each language, and
 * traditional Han characters with their simplified form.  Used when compiling
 * only.
 */
#ifndef SM_SCORE_SETTINGS_H
#define SM_SCORE_SETTINGS_H

#include <stdint.h>

#include "score/format.h"

struct sm_err;
struct sm_lex_report;

/* Each: 0, or -1 and err where the file cannot be read; lines that are wrong
   go to report. */
int sm_settings_weights(const char *path, int32_t weight[SM_WEIGHTS_MAX],
    struct sm_lex_report *report, struct sm_err *err);

/* The rules of one language; what the file does not say is a default. */
int sm_settings_rules(const char *path, const char *tag,
    struct sm_lex_rules *rules, struct sm_lex_report *report,
    struct sm_err *err);

int sm_settings_simple(const char *path, uint16_t simple[SM_HAN_COUNT],
    struct sm_lex_report *report, struct sm_err *err);

#endif
