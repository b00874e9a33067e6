#include "score/compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sha256.h"
#include "base/xalloc.h"
#include "score/folder.h"
#include "score/lexicon.h"
#include "score/pattern.h"
#include "score/settings.h"
#include "score/source.h"
#include "score/train.h"
#include "score/tree.h"
#include "text/token.h"

#define LEXICON_PRIOR 16	/* in eighths of a bit */

struct compiler {
	const char *share;
	struct sm_buf *out;
	struct sm_lex_report *report;
	struct sm_tokens *tokens;
	struct sm_folders folders;
};

/* What adding one line needs, for each form of its pattern. */
struct adding {
	struct compiler *compiler;
	struct sm_tree *tree;
	const struct sm_lex_line *line;
	bool guest;		/* from common: what is there stays */
	bool macros;		/* lines with a macro, or those without */
	bool alias;
};

/*
 * The same thing written twice is an error within one file; what only means
 * the same to us ("ehhh", "ehh"), or stands in another file, is not.
 */
static void
tell_twice(struct adding *adding, const char *form,
    const struct sm_tree_owner *owner)
{
	const struct sm_lex_line *line = adding->line;

	if (strcmp(owner->file, line->file) == 0 &&
	    strcmp(owner->pattern, line->pattern) == 0)
		sm_lex_error(adding->compiler->report, line->file, line->line,
		    "'%s' is in line %u already: keep one", form,
		    owner->line);
	else
		sm_lex_warning(adding->compiler->report, line->file,
		    line->line, "'%s' is '%s' in %s:%u already", form,
		    owner->pattern, owner->file, owner->line);
}

static const char *
add_form(const char *form, void *arg)
{
	struct adding *adding = arg;
	struct sm_lex_pattern pattern;
	struct sm_tree_owner owner;
	const char *wrong;

	wrong = sm_lex_pattern_read(&pattern, form,
	    adding->compiler->tokens);
	if (wrong)
		return wrong;
	if (adding->alias) {
		if (pattern.marks && !adding->line->nofold)
			sm_tree_alias(adding->tree, &pattern, adding->line);
	} else if (!sm_tree_add(adding->tree, &pattern, adding->line,
	    &owner) && !adding->guest && !adding->macros)
		tell_twice(adding, form, &owner);
	return NULL;
}

static void
add_lines(struct compiler *compiler, struct sm_tree *tree,
    const struct sm_folder *folder, const char *tag, bool macros, bool alias)
{
	struct adding adding = { .compiler = compiler, .tree = tree,
	    .guest = strcmp(folder->tag, tag) != 0, .macros = macros,
	    .alias = alias };

	for (size_t i = 0; i < folder->count; i++) {
		const char *wrong;

		adding.line = &folder->lines[i];
		if ((strchr(adding.line->pattern, '|') != NULL) != macros)
			continue;
		wrong = sm_lex_pattern_forms(adding.line->pattern, tag,
		    add_form, &adding);
		if (wrong && !alias && !adding.guest)
			sm_lex_error(compiler->report, adding.line->file,
			    adding.line->line, "'%s': %s",
			    adding.line->pattern, wrong);
	}
}

/* A form that is written out goes before the same form of a macro. */
static void
add_folder(struct compiler *compiler, struct sm_tree *tree,
    const struct sm_folder *folder, const char *tag, bool alias)
{
	add_lines(compiler, tree, folder, tag, false, alias);
	add_lines(compiler, tree, folder, tag, true, alias);
}

static void
set_digest(const struct compiler *compiler, const struct sm_folder *folder,
    struct sm_lex_lang *lang)
{
	struct sm_sha256 sha = folder->sha;
	struct sm_sha256 common = compiler->folders.list->sha;
	unsigned char raw[SM_SHA256_SIZE];

	if (folder != compiler->folders.list) {
		sm_sha256_end(&common, raw);
		sm_sha256_add(&sha, raw, sizeof(raw));
	}
	sm_sha256_end(&sha, raw);
	(void)snprintf(lang->digest, sizeof(lang->digest), "%02x%02x%02x",
	    raw[0], raw[1], raw[2]);
}

static int
compile_lang(struct compiler *compiler, const struct sm_folder *folder,
    struct sm_lex_lang *lang, struct sm_err *err)
{
	const struct sm_folder *common = compiler->folders.list;
	struct sm_tree *tree = sm_tree_new();
	char *path = sm_xasprintf("%s/score/language.tsv", compiler->share);
	int ret;

	memset(lang, 0, sizeof(*lang));
	memcpy(lang->tag, folder->tag, sizeof(lang->tag));
	set_digest(compiler, folder, lang);
	add_folder(compiler, tree, folder, folder->tag, false);
	if (folder != common)
		add_folder(compiler, tree, common, folder->tag, false);
	add_folder(compiler, tree, folder, folder->tag, true);
	ret = sm_settings_rules(path, folder->tag, &lang->rules,
	    compiler->report, err);
	if (ret == 0)
		ret = sm_tree_write(tree, compiler->out, lang, err);
	sm_tree_free(tree);
	free(path);
	return ret;
}

static int
compile_langs(struct compiler *compiler, struct sm_lex_header *header,
    struct sm_err *err)
{
	struct sm_lex_lang lang[SM_LEX_LANGS];
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < compiler->folders.count; i++)
		ret = compile_lang(compiler, &compiler->folders.list[i],
		    &lang[i], err);
	if (ret == -1)
		return -1;
	header->lang_count = (uint32_t)compiler->folders.count;
	header->langs = sm_tree_align(compiler->out);
	sm_buf_add(compiler->out, lang,
	    compiler->folders.count * sizeof(*lang));
	return 0;
}

static int
train_file(struct sm_trainer *trainer, const char *dir, const char *name,
    struct sm_err *err)
{
	char *path = sm_xasprintf("%s/%s", dir, name);
	char *tag = sm_xstrndup(name, strlen(name) - strlen(".txt"));
	struct sm_source_file file;
	int ret = -1;
	char *line;

	if (sm_trainer_lang(trainer, tag, err) == 0 &&
	    sm_source_open(&file, path, name, err) == 0) {
		while ((line = sm_source_line(&file)))
			sm_trainer_line(trainer, line, strlen(line));
		sm_source_close(&file);
		ret = 0;
	}
	free(path);
	free(tag);
	return ret;
}

/* Languages that we can read are met more often than others: two bits. */
static void
set_prior(const struct compiler *compiler, struct sm_lid *lid)
{
	for (uint32_t i = 0; i < lid->langs; i++)
		for (size_t n = 0; n < compiler->folders.count; n++)
			if (strcmp(compiler->folders.list[n].tag,
			    lid->tags[i]) == 0)
				lid->prior[i] = LEXICON_PRIOR;
}

static int
train(struct compiler *compiler, struct sm_lex_header *header,
    struct sm_err *err)
{
	char *dir = sm_xasprintf("%s/lang", compiler->share);
	char **names = sm_source_names(dir, ".txt", err);
	struct sm_trainer *trainer = sm_trainer_new();
	struct sm_lid lid;
	int ret = names ? 0 : -1;

	for (size_t i = 0; ret == 0 && names[i]; i++)
		ret = train_file(trainer, dir, names[i], err);
	sm_trainer_write(trainer, compiler->out, &lid);
	set_prior(compiler, &lid);
	header->lid = sm_tree_align(compiler->out);
	sm_buf_add(compiler->out, &lid, sizeof(lid));
	sm_trainer_free(trainer);
	sm_source_names_free(names);
	free(dir);
	return ret;
}

static int
add_weights(struct compiler *compiler, struct sm_lex_header *header,
    struct sm_err *err)
{
	char *path = sm_xasprintf("%s/score/priority.tsv", compiler->share);
	int32_t weight[SM_WEIGHTS_MAX];
	int ret;

	ret = sm_settings_weights(path, weight, compiler->report, err);
	header->weights = sm_tree_align(compiler->out);
	sm_buf_add(compiler->out, weight, sizeof(weight));
	free(path);
	return ret;
}

static int
add_simple(struct compiler *compiler, struct sm_lex_header *header,
    struct sm_err *err)
{
	char *path = sm_xasprintf("%s/score/han.tsv", compiler->share);
	uint16_t *simple = sm_xcalloc(SM_HAN_COUNT, sizeof(*simple));
	int ret;

	ret = sm_settings_simple(path, simple, compiler->report, err);
	header->simple = sm_tree_align(compiler->out);
	sm_buf_add(compiler->out, simple, SM_HAN_COUNT * sizeof(*simple));
	free(simple);
	free(path);
	return ret;
}

static void
add_topics(struct compiler *compiler, struct sm_lex_header *header)
{
	const struct sm_lex_topics *topics = &compiler->folders.topics;

	header->topic_count = topics->count;
	header->topics = sm_tree_align(compiler->out);
	sm_buf_add(compiler->out, topics->name,
	    topics->count * sizeof(*topics->name));
}

int
sm_lex_compile(const char *share, struct sm_buf *out,
    struct sm_lex_report *report, struct sm_err *err)
{
	struct compiler compiler = { .share = share, .out = out,
	    .report = report,
	    .folders = { .share = share, .report = report } };
	struct sm_lex_header header = { .magic = SM_LEX_MAGIC,
	    .order = SM_LEX_ORDER, .format = SM_LEX_FORMAT };
	int ret = -1;

	compiler.tokens = sm_tokens_new();
	sm_buf_clear(out);
	sm_buf_add(out, &header, sizeof(header));
	if (sm_folders_read(&compiler.folders, err) == 0 &&
	    compile_langs(&compiler, &header, err) == 0 &&
	    train(&compiler, &header, err) == 0 &&
	    add_weights(&compiler, &header, err) == 0 &&
	    add_simple(&compiler, &header, err) == 0) {
		add_topics(&compiler, &header);
		sm_tree_align(out);
		header.size = out->len;
		memcpy(out->data, &header, sizeof(header));
		ret = report->errors ? sm_err_set(err, SM_EXIT_CONFIG,
		    "'%s': %u errors", share, report->errors) : 0;
	}
	sm_folders_release(&compiler.folders);
	sm_tokens_free(compiler.tokens);
	return ret;
}
