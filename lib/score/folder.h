/*
 * The folders of share/lexicon, read and cut into lines.  Used when compiling
 * only.
 */
#ifndef SM_SCORE_FOLDER_H
#define SM_SCORE_FOLDER_H

#include <stddef.h>

#include "base/sha256.h"
#include "score/format.h"
#include "score/source.h"

#define SM_FOLDER_COMMON "common"	/* what holds for all languages */
#define SM_FOLDER_FILES 16		/* of one language */

struct sm_folder {
	char tag[SM_LEX_TAG];
	struct sm_source_file file[SM_FOLDER_FILES];
	size_t files;
	struct sm_lex_line *lines;
	size_t count, room;
	struct sm_sha256 sha;		/* of names and contents */
};

struct sm_folders {
	const char *share;		/* the folder above; lent */
	struct sm_lex_report *report;	/* where wrong lines go; lent */
	struct sm_lex_topics topics;
	struct sm_folder *list;		/* common is the first */
	size_t count, room;
};

/*
 * Read them all; share and report are set, the rest is zero.  0, or -1 and err
 * where a file cannot be read.  Either way to be released.
 */
int sm_folders_read(struct sm_folders *folders, struct sm_err *err);
void sm_folders_release(struct sm_folders *folders);

#endif
