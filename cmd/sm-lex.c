/*
 * sm-lex - compile lexicons, check them, and show what they find.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "score/compile.h"
#include "score/detect.h"
#include "score/lexicon.h"
#include "score/match.h"
#include "score/name.h"
#include "score/source.h"

static const struct sm_opt table[] = {
	{ 'd', "directory", "SHAREDIR", "why: compile this folder first" },
	{ 'l', "language", "TAG", "why: take the text for this language" },
	{ 'o', "output", "FILE", "compile: where to write" },
	SM_OPT_END
};
static struct sm_opts opts = {
	.table = table,
	.synopsis = "compile -o FILE SHAREDIR\n"
	    "check [-v] SHAREDIR\n"
	    "why [-d SHAREDIR] [-l TAG] TEXT ...",
	.summary = "compile lexicons, check them, show what they find",
	.examples = "sm-lex check share\n"
	    "sm-lex why -d share 'still no refund, not happy'\n",
};

struct settings {
	const char *output, *directory, *language;
};

static void
say(void *arg, const char *text)
{
	const bool *warnings = arg;

	if (*warnings || !strstr(text, ": warning: "))
		sm_say(text, strlen(text));
}

static int
compile(const char *directory, struct sm_buf *out, bool warnings,
    struct sm_lex_report *report)
{
	struct sm_err err;

	report->say = say;
	report->arg = &warnings;
	if (sm_lex_compile(directory, out, report, &err) == -1) {
		sm_warn("%s", err.text);
		return err.code;
	}
	return SM_EXIT_OK;
}

/* Into a file beside it first, so that no reader ever sees half of one. */
static int
write_file(const char *path, const struct sm_buf *data)
{
	char *part = sm_xasprintf("%s.part", path);
	FILE *file = fopen(part, "wb");
	int ret = SM_EXIT_OK;

	if (!file) {
		sm_warn("cannot make '%s': %s", part, strerror(errno));
		free(part);
		return SM_EXIT_CANTCREAT;
	}
	if (fwrite(data->data, 1, data->len, file) != data->len ||
	    fflush(file) != 0) {
		sm_warn("cannot write '%s': %s", part, strerror(errno));
		ret = SM_EXIT_IO;
	}
	if (fclose(file) != 0 && ret == SM_EXIT_OK) {
		sm_warn("cannot write '%s': %s", part, strerror(errno));
		ret = SM_EXIT_IO;
	}
	if (ret == SM_EXIT_OK && rename(part, path) == -1) {
		sm_warn("cannot rename '%s' to '%s': %s", part, path,
		    strerror(errno));
		ret = SM_EXIT_CANTCREAT;
	}
	if (ret != SM_EXIT_OK)
		(void)unlink(part);
	free(part);
	return ret;
}

static int
run_compile(const struct settings *settings)
{
	struct sm_lex_report report = { .errors = 0 };
	struct sm_buf out = SM_BUF_INIT;
	int ret;

	if (!settings->output || opts.count != 2)
		sm_usage(&opts, "compile needs -o FILE and one folder");
	ret = compile(opts.operands[1], &out, sm_verbose > 0, &report);
	if (ret == SM_EXIT_OK)
		ret = write_file(settings->output, &out);
	sm_buf_release(&out);
	return ret;
}

static void
print_sums(const struct sm_buf *out)
{
	struct sm_lexicon *lex;
	struct sm_err err;

	lex = sm_lexicon_new(out->data, out->len, &err);
	if (!lex)
		sm_die(SM_EXIT_FAULT, "%s", err.text);
	for (uint32_t i = 0; i < lex->header->lang_count; i++)
		(void)printf("%s@%s\t%u entries\t%u edges\n",
		    lex->langs[i].tag, lex->langs[i].digest,
		    lex->langs[i].entry_count, lex->langs[i].edges);
	(void)printf("%u languages told apart by %u words\n",
	    lex->lid->langs, lex->lid->row_count);
	sm_lexicon_close(lex);
}

static int
run_check(const struct settings *settings)
{
	struct sm_lex_report report = { .errors = 0 };
	struct sm_buf out = SM_BUF_INIT;
	int ret;

	(void)settings;
	if (opts.count != 2)
		sm_usage(&opts, "check needs one folder");
	ret = compile(opts.operands[1], &out, true, &report);
	if (ret == SM_EXIT_OK) {
		print_sums(&out);
		if (report.warnings)
			sm_warn("%u warnings", report.warnings);
	}
	sm_buf_release(&out);
	return ret;
}

static const char *
label_of(const struct sm_lexicon *lex, const struct sm_lex_entry *entry)
{
	switch (entry->kind) {
	case SM_LEX_EMOTION: return entry->label < SM_EMOTIONS ?
	    sm_emotion_names[entry->label] : "";
	case SM_LEX_INTENT: return entry->label < SM_INTENTS ?
	    sm_intent_names[entry->label] : "";
	case SM_LEX_TOPIC: return sm_lexicon_topic(lex, entry->label);
	case SM_LEX_URGENCY: return entry->label < SM_URGENTS ?
	    sm_urgent_names[entry->label] : "";
	default: return "";
	}
}

static bool
counts(const struct sm_match *match, const struct sm_lex_entry *entry)
{
	if (match->affix && entry->kind != SM_LEX_SENTIMENT)
		return false;
	return !(match->dropped & (entry->kind <= SM_LEX_SARCASM ?
	    SM_TRAIT_FEELING : SM_TRAIT_MEANING));
}

static void
print_match(const struct sm_lexicon *lex, const struct sm_lex_lang *lang,
    const struct sm_tokens *tokens, const struct sm_match *match)
{
	const struct sm_lex_entry *entry = sm_match_entries(lex, lang, match);
	const char *from = tokens->list[match->first].at;
	const struct sm_token *last = &tokens->list[match->last];
	int len = (int)(last->at + last->len - from);

	for (uint32_t i = 0; i < match->entries; i++) {
		int value = entry[i].value;
		uint32_t line;
		const char *file = sm_lexicon_origin(lex, lang,
		    match->entry + i, &line);

		if (entry[i].kind >= SM_LEX_KINDS)
			continue;
		if (entry[i].kind == SM_LEX_LADDER)
			value *= 1000;
		(void)printf("%s\t%.*s\t%c\t%s%d.%03d\t%s\t%s:%u%s\n",
		    counts(match, &entry[i]) ? "+" : "-", len, from,
		    sm_lex_kinds[entry[i].kind], value < 0 ? "-" : "",
		    abs(value) / 1000, abs(value) % 1000,
		    label_of(lex, &entry[i]), file, line,
		    entry[i].flags & SM_LEX_ALIAS ? " without marks" : "");
	}
}

static void
explain(const struct sm_lexicon *lex, const char *text, const char *language)
{
	struct sm_tokens *tokens = sm_tokens_new();
	struct sm_matches matches = { .list = sm_xreallocarray(NULL,
	    SM_MATCHES_MAX, sizeof(*matches.list)) };
	struct sm_detected found;
	const struct sm_lex_lang *lang;

	sm_tokens_add(tokens, text, strlen(text));
	found = sm_detect(lex, tokens, NULL, 0, NULL, 0);
	if (!language)
		language = found.tag;
	lang = sm_lexicon_lang(lex, language);
	if (!lang)
		lang = sm_lexicon_lang(lex, "common");
	(void)printf("%s\t%d\t%s\n", found.tag, found.confidence, text);
	if (lang) {
		sm_matches_find(&matches, lex, lang, tokens);
		sm_matches_settle(&matches, tokens);
		for (uint32_t i = 0; i < matches.count; i++)
			print_match(lex, lang, tokens, &matches.list[i]);
	}
	free(matches.list);
	sm_tokens_free(tokens);
}

static int
run_why(const struct settings *settings)
{
	struct sm_lex_report report = { .errors = 0 };
	struct sm_buf out = SM_BUF_INIT;
	struct sm_lexicon *lex;
	struct sm_err err;
	char *path = NULL;

	if (opts.count < 2)
		sm_usage(&opts, "why needs a text");
	if (settings->directory) {
		int ret = compile(settings->directory, &out, false, &report);

		if (ret != SM_EXIT_OK)
			return ret;
		lex = sm_lexicon_new(out.data, out.len, &err);
	} else {
		path = sm_path_share("lexicon.bin");
		lex = sm_lexicon_open(path, &err);
	}
	if (!lex)
		sm_die(err.code, "%s", err.text);
	for (int i = 1; i < opts.count; i++)
		explain(lex, opts.operands[i], settings->language);
	sm_lexicon_close(lex);
	sm_buf_release(&out);
	free(path);
	return SM_EXIT_OK;
}

static const struct {
	const char *name;
	int (*run)(const struct settings *settings);
} verbs[] = {
	{ "compile", run_compile }, { "check", run_check }, { "why", run_why }
};

int
main(int argc, char *argv[])
{
	struct settings settings = { .output = NULL };
	int opt, ret = -1;

	sm_msg_init(argv[0]);
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'd': settings.directory = opts.arg; break;
		case 'l': settings.language = opts.arg; break;
		case 'o': settings.output = opts.arg; break;
		default: sm_usage(&opts, "unexpected option");
		}
	}
	if (!opts.count)
		sm_usage(&opts, "expected compile, check or why");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strcmp(verbs[i].name, opts.operands[0]) == 0)
			ret = verbs[i].run(&settings);
	if (ret == -1)
		sm_usage(&opts, "expected compile, check or why, not '%s'",
		    opts.operands[0]);
	if (fflush(stdout) != 0 || ferror(stdout))
		sm_die(SM_EXIT_IO, "cannot write: %s", strerror(errno));
	return ret;
}
