/*
 * sm-score - posts in, posts with their member "score" out: language,
 * sentiment, intents, urgency, influence and priority, each explained.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "frame/filter.h"
#include "record/record.h"
#include "score/lexicon.h"
#include "score/score.h"
#include "score/term.h"

enum {
	OPT_STRICT = SM_OPT_LONG,
	OPT_REJECTS,
	OPT_INFLUENCE,
	OPT_EXPLAIN,
	OPT_LEXICON
};

static const struct sm_opt table[] = {
	{ 'j', "jobs", "N", "work on N threads (default 1)" },
	{ 'l', "languages", NULL, "list languages and terms, then end" },
	{ OPT_EXPLAIN, "explain", NULL,
	    "print for people how each number came about" },
	{ OPT_INFLUENCE, "influence", "MODE",
	    "public-default, registered or off" },
	{ OPT_LEXICON, "lexicon", "FILE", "compiled lexicon to use" },
	{ OPT_REJECTS, "rejects", "FILE", "keep lines that are no records" },
	{ OPT_STRICT, "strict", NULL, "end at the first bad record" },
	SM_OPT_END
};
static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-qv] [-j N] [--strict] [--rejects FILE] "
	    "[--influence MODE] [--lexicon FILE] [--explain] [FILE ...]\n"
	    "-l",
	.summary = "say how urgent each post is, and why",
	.examples = "sm-fetch feed URL | sm-score | jq -c .score\n"
	    "sm-score --explain posts.ndjson | less\n",
};

struct program {
	struct sm_scorer *scorer;
	struct sm_score_slots slots;
};

static void *
worker_new(void *arg, struct sm_err *err)
{
	const struct program *program = arg;

	(void)err;
	return sm_scorer_work_new(program->scorer, &program->slots);
}

static void
worker_free(void *worker)
{
	sm_scorer_work_free(worker);
}

static enum sm_verdict
score_record(struct sm_record *rec, void *worker, struct sm_err *err)
{
	return sm_scorer_score(worker, rec, err) == -1 ? SM_FAILED : SM_PASS;
}

static void
look_ahead(struct sm_record *const recs[], void *const workers[],
    size_t count)
{
	struct sm_scorer_work *works[SM_FILTER_AHEAD];

	for (size_t i = 0; i < count; i++)
		works[i] = workers[i];
	sm_scorer_ahead(recs, works, count);
}

static void
explain_record(struct sm_record *rec, void *worker, struct sm_buf *out)
{
	sm_scorer_explain(worker, rec, out);
}

static void
list(const struct sm_lexicon *lex)
{
	const struct sm_term *term;

	for (uint32_t i = 0; i < lex->header->lang_count; i++)
		(void)printf("%s\t%s\t%u entries\n", lex->langs[i].tag,
		    lex->langs[i].digest, lex->langs[i].entry_count);
	(void)printf("told apart:");
	for (uint32_t i = 0; i < lex->lid->langs; i++)
		(void)printf(" %s", lex->lid->tags[i]);
	(void)printf("\n");
	for (uint32_t i = 0; (term = sm_term_at(i)); i++)
		(void)printf("term\t%s\t%s\n", term->name, term->summary);
	if (fflush(stdout) != 0 || ferror(stdout))
		sm_die(SM_EXIT_IO, "cannot write the list");
}

int
main(int argc, char *argv[])
{
	struct program program = { .scorer = NULL };
	struct sm_scorer_options options = { .lexicon = NULL };
	struct sm_filter filter = { .record = score_record,
	    .ahead = look_ahead, .worker_new = worker_new,
	    .worker_free = worker_free,
	    .arg = &program, .unit = "posts" };
	bool listing = false;
	enum sm_exit status = SM_EXIT_OK;
	struct sm_err err;
	int opt, mode;

	sm_msg_init(argv[0]);
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'j':
			filter.jobs = (int)sm_opt_number(&opts, 1, 256);
			break;
		case 'l': listing = true; break;
		case OPT_EXPLAIN:
			filter.format = explain_record;
			filter.drop_controls = true;
			break;
		case OPT_INFLUENCE:
			mode = sm_influence_mode_find(opts.arg);
			if (mode == -1)
				sm_usage(&opts, "--influence is "
				    "public-default, registered or off, not "
				    "'%s'", opts.arg);
			options.influence = (enum sm_influence_mode)mode;
			break;
		case OPT_LEXICON: options.lexicon = opts.arg; break;
		case OPT_REJECTS: filter.rejects = opts.arg; break;
		case OPT_STRICT: filter.strict = true; break;
		default: sm_usage(&opts, "unexpected option");
		}
	}
	program.scorer = sm_scorer_open(&options, &err);
	if (!program.scorer)
		sm_die(err.code, "%s", err.text);
	if (listing)
		list(sm_scorer_lexicon(program.scorer));
	else {
		filter.paths = sm_paths_new();
		sm_score_paths(&program.slots, filter.paths);
		status = sm_filter_run(&filter, opts.operands, NULL);
		sm_paths_free(filter.paths);
	}
	sm_scorer_close(program.scorer);
	return status;
}
