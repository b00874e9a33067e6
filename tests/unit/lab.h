/*
 * A small lexicon made for a test, and what a text gives with it: struct lab.
 */
#ifndef SM_TESTS_LAB_H
#define SM_TESTS_LAB_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "folder.h"
#include "score/compile.h"
#include "score/detect.h"
#include "score/feeling.h"
#include "score/lexicon.h"
#include "score/match.h"
#include "score/meaning.h"
#include "score/source.h"

struct lab {
	char dir[64];
	struct sm_buf said;	/* what the compiler complained of */
	struct sm_buf file;	/* compiled */
	struct sm_lex_report report;
	struct sm_err err;
	struct sm_lexicon *lex;
	const struct sm_lex_lang *lang;
	struct sm_tokens *tokens;
	struct sm_matches matches;
	struct sm_feeling feeling;
	struct sm_meaning meaning;
};

static inline void
lab_say(void *arg, const char *text)
{
	struct lab *lab = arg;

	sm_buf_adds(&lab->said, text);
	sm_buf_addc(&lab->said, '\n');
}

static inline void
lab_write(struct lab *lab, const char *name, const char *text)
{
	char *path = sm_xasprintf("%s/%s", lab->dir, name);
	FILE *file;

	(void)sm_path_make_parent(path, NULL);
	file = fopen(path, "w");
	if (!file || fputs(text, file) == EOF || fclose(file) == EOF) {
		perror(path);
		exit(1);
	}
	free(path);
}

/* A file of the project's own share/ as it is. */
static inline void
lab_copy(struct lab *lab, const char *name)
{
	struct sm_source_file file;
	char *path = sm_xasprintf("share/%s", name);

	if (sm_source_open(&file, path, name, &lab->err) == -1) {
		fprintf(stderr, "%s\n", lab->err.text);
		exit(1);
	}
	lab_write(lab, name, file.data);
	sm_source_close(&file);
	free(path);
}

static inline void
lab_begin(struct lab *lab)
{
	memset(lab, 0, sizeof(*lab));
	(void)snprintf(lab->dir, sizeof(lab->dir), "/tmp/sm-lab.XXXXXX");
	if (!mkdtemp(lab->dir)) {
		perror("mkdtemp");
		exit(1);
	}
	lab->report.say = lab_say;
	lab->report.arg = lab;
	lab->tokens = sm_tokens_new();
	lab->matches.list = sm_xreallocarray(NULL, SM_MATCHES_MAX,
	    sizeof(*lab->matches.list));
	lab_write(lab, "lexicon/common/a.tsv", ":)\ts\t2.0\n");
	lab_write(lab, "lang/en.txt", "the and this is not with\n");
	lab_copy(lab, "score/priority.tsv");
	lab_copy(lab, "score/language.tsv");
	lab_copy(lab, "score/han.tsv");
}

/* Compile what was written and take the lexicon of tag.  0 or -1. */
static inline int
lab_compile(struct lab *lab, const char *tag)
{
	sm_buf_clear(&lab->said);
	sm_lexicon_close(lab->lex);
	lab->lex = NULL;
	lab->report.errors = lab->report.warnings = 0;
	if (sm_lex_compile(lab->dir, &lab->file, &lab->report,
	    &lab->err) == -1)
		return -1;
	lab->lex = sm_lexicon_new(lab->file.data, lab->file.len, &lab->err);
	lab->lang = lab->lex ? sm_lexicon_lang(lab->lex, tag) : NULL;
	return lab->lang ? 0 : -1;
}

static inline void
lab_end(struct lab *lab)
{
	if (folder_remove(lab->dir) == -1)
		perror(lab->dir);
	sm_lexicon_close(lab->lex);
	sm_tokens_free(lab->tokens);
	free(lab->matches.list);
	sm_buf_release(&lab->said);
	sm_buf_release(&lab->file);
}

/* Tokens, matches, feeling and meaning of text. */
static inline void
lab_score(struct lab *lab, const char *text, int32_t rating)
{
	struct sm_feeling_input in = { .lex = lab->lex, .lang = lab->lang,
	    .tokens = lab->tokens, .matches = &lab->matches,
	    .rating = rating };

	sm_tokens_clear(lab->tokens);
	sm_tokens_add(lab->tokens, text, strlen(text));
	sm_matches_find(&lab->matches, lab->lex, lab->lang, lab->tokens);
	sm_matches_settle(&lab->matches, lab->tokens);
	sm_feeling_collect(&lab->feeling, &in);
	sm_meaning_find(&lab->meaning, &lab->feeling, &in);
	in.grievance = sm_meaning_grievance(&lab->meaning);
	sm_feeling_sum(&lab->feeling, &in);
	sm_meaning_conclude(&lab->meaning, &lab->feeling, &in);
}

/* What text sums to, in thousandths. */
static inline int
lab_sum(struct lab *lab, const char *text)
{
	lab_score(lab, text, SM_NO_RATING);
	return lab->feeling.sum;
}

#endif
