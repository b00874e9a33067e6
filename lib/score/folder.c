#include "score/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/sha256.h"
#include "base/xalloc.h"

static void
read_lines(struct sm_folders *folders, struct sm_folder *folder,
    struct sm_source_file *file)
{
	char *field[6];
	size_t count;

	while ((count = sm_source_fields(file, field, 6))) {
		struct sm_lex_line line = { .file = file->name,
		    .line = file->line };

		if (count > 5) {
			sm_lex_error(folders->report, file->name, file->line,
			    "more than five fields");
			continue;
		}
		if (sm_lex_line_parse(&line, field, count, &folders->topics,
		    folders->report) == -1)
			continue;
		folder->lines = sm_xgrow(folder->lines, &folder->room,
		    folder->count + 1, sizeof(*folder->lines));
		folder->lines[folder->count++] = line;
	}
}

static int
read_file(struct sm_folders *folders, struct sm_folder *folder, const char *dir,
    const char *name, struct sm_err *err)
{
	char *path = sm_xasprintf("%s/%s", dir, name);
	char *shown = sm_xasprintf("%s/%s", folder->tag, name);
	struct sm_source_file *file = &folder->file[folder->files];
	int ret;

	ret = sm_source_open(file, path, shown, err);
	if (ret == 0) {
		folder->files++;
		sm_sha256_add(&folder->sha, shown, strlen(shown) + 1);
		sm_sha256_add(&folder->sha, file->data, file->len);
		read_lines(folders, folder, file);
	}
	free(path);
	free(shown);
	return ret;
}

static int
read_folder(struct sm_folders *folders, const char *tag, struct sm_err *err)
{
	char *dir = sm_xasprintf("%s/lexicon/%s", folders->share, tag);
	char **names = sm_source_names(dir, ".tsv", err);
	struct sm_folder *folder;
	int ret = names ? 0 : -1;

	folders->list = sm_xgrow(folders->list, &folders->room,
	    folders->count + 1, sizeof(*folders->list));
	folder = &folders->list[folders->count++];
	memset(folder, 0, sizeof(*folder));
	(void)snprintf(folder->tag, sizeof(folder->tag), "%s", tag);
	sm_sha256_init(&folder->sha);
	for (size_t i = 0; ret == 0 && names[i]; i++) {
		if (i == SM_FOLDER_FILES)
			ret = sm_err_set(err, SM_EXIT_CONFIG, "'%s': more "
			    "than %d files", dir, SM_FOLDER_FILES);
		else
			ret = read_file(folders, folder, dir, names[i], err);
	}
	sm_source_names_free(names);
	free(dir);
	return ret;
}

int
sm_folders_read(struct sm_folders *folders, struct sm_err *err)
{
	char *dir = sm_xasprintf("%s/lexicon", folders->share);
	char **names = sm_source_names(dir, "", err);
	int ret = names ? 0 : -1;

	if (ret == 0)
		ret = read_folder(folders, SM_FOLDER_COMMON, err);
	for (size_t i = 0; ret == 0 && names[i]; i++) {
		if (strcmp(names[i], SM_FOLDER_COMMON) == 0)
			continue;
		if (strlen(names[i]) >= SM_LEX_TAG ||
		    folders->count == SM_LEX_LANGS)
			ret = sm_err_set(err, SM_EXIT_CONFIG, "'%s/%s': "
			    "expected at most %d folders named by a language "
			    "tag", dir, names[i], SM_LEX_LANGS);
		else
			ret = read_folder(folders, names[i], err);
	}
	sm_source_names_free(names);
	free(dir);
	return ret;
}

void
sm_folders_release(struct sm_folders *folders)
{
	for (size_t i = 0; i < folders->count; i++) {
		struct sm_folder *folder = &folders->list[i];

		for (size_t n = 0; n < folder->files; n++)
			sm_source_close(&folder->file[n]);
		free(folder->lines);
	}
	free(folders->list);
}
