/* What mail.c and mail_head.c share. */
#ifndef SM_SOURCE_MAIL_MAIL_IMPL_H
#define SM_SOURCE_MAIL_MAIL_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "source/mail/mail.h"

/* The first id of a field, or the last, without brackets. */
void mail_find_id(struct mail *mail, const char *head, size_t len,
    const char *field, struct sm_buf *first, struct sm_buf *last);
/* Who wrote it: the first of From, else Sender, else the envelope's. */
void mail_read_author(struct mail *mail, const char *head, size_t len);
/* All of the header that is kept in mail. */
void mail_read_head(struct mail *mail, const char *head, size_t len);
/* Whether a machine wrote it: such mail is never answered by itself. */
bool mail_is_auto(struct mail *mail, const char *head, size_t len);
/* All that an answer needs, in ->ref; behind sm_mime_read. */
void mail_make_ref(struct mail *mail, const char *head, size_t len);

#endif
