/* What limit.c and limit_body.c share. */
#ifndef SM_SOURCE_HTTP_LIMIT_IMPL_H
#define SM_SOURCE_HTTP_LIMIT_IMPL_H

#include "source/http/limit.h"

/* What is known while an answer is read. */
struct reading {
	const struct sm_response *res;
	const char *body;
	size_t len;
	int64_t now_ms;
	bool hint;		/* Retry-After said until when */
	struct sm_limit *limit;
};

/* Not before now_ms + wait_ms: the longer wait wins. */
void limit_wait(struct reading *r, int64_t wait_ms);
/* So many of all calls are left until wait_ms from now. */
void limit_left(struct reading *r, int64_t left, int64_t all,
    int64_t wait_ms);
/* "12", "0.65", "9324.0" in thousandths; -1: no number of 0 or more. */
int64_t limit_milli(const char *text);

/* limit_body.c: what a dialect has beyond the usual headers. */
void limit_github(struct reading *r);
void limit_discord(struct reading *r);
void limit_matrix(struct reading *r);
void limit_telegram(struct reading *r);
void limit_discourse(struct reading *r);
void limit_meta(struct reading *r);
void limit_stackexchange(struct reading *r);
void limit_google(struct reading *r);
void limit_vk(struct reading *r);
void limit_reddit(struct reading *r);
void limit_linkedin(struct reading *r);

#endif
