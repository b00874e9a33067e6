/* The folders of a spool, for who reads it: names, and where files go. */
#ifndef SM_SOURCE_HOOK_SPOOL_FOLDER_H
#define SM_SOURCE_HOOK_SPOOL_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/hook/spool.h"

struct sm_buf;
struct sm_err;

struct spool_folder {
	const char *path;	/* lent */
	int fd;
};

struct spool_names {
	char (*list)[SM_SPOOL_NAME];
	size_t count, room;
};

void spool_names_add(struct spool_names *names, const char *name);
void spool_names_release(struct spool_names *names);

/* Whether it is a name of sm-hook's, which leads nowhere else. */
bool spool_is_name(const char *name);

/* 0, or -1 and err (NOINPUT). */
int spool_open(struct spool_folder *folder, const char *path,
    struct sm_err *err);

/* What is in new/, in order.  0, or -1 and err. */
int spool_list(const struct spool_folder *folder, struct spool_names *names,
    struct sm_err *err);

/* From new/ into the part "cur"; one that is gone is none.  0, or -1, err. */
int spool_move(const struct spool_folder *folder, const char *name,
    const char *part, struct sm_err *err);

/* The same into reject/, with why beside it. */
int spool_reject(const struct spool_folder *folder, const char *name,
    const char *why, struct sm_err *err);

/* Takes away what came before that time, by its name. */
void spool_expire(const struct spool_folder *folder, const char *part,
    int64_t before);

/*
 * Adds the bytes of a file of new/ to text: 1; 0 where it is gone or is no
 * file; -1 and err.
 */
int spool_read(const struct spool_folder *folder, const char *name,
    struct sm_buf *text, struct sm_err *err);

#endif
