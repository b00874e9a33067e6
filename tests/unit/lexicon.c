/* Lexicons: what the compiler refuses, and what the compiled file finds. */
#include "lab.h"
#include "tap.h"

/* What the compiler says to one file of Polish or English. */
static const char *
complaint(struct lab *lab, const char *tag, const char *text)
{
	char *name = sm_xasprintf("lexicon/%s/t.tsv", tag);

	lab_write(lab, name, text);
	(void)lab_compile(lab, tag);
	free(name);
	return sm_buf_str(&lab->said);
}

static void
refusals(struct lab *lab)
{
	static const struct {
		const char *text, *part, *name;
	} bad[] = {
		{ "good\n", "t.tsv:1: expected pattern, kind and value",
		    "a line without tabs" },
		{ "\ngood\tz\t1\n", "t.tsv:2: kind 'z' is unknown",
		    "an unknown kind, with its line" },
		{ "good\ts\t9\n", "value '9': expected a number from -4 to 4",
		    "a value out of its range" },
		{ "good\ts\tx\n", "value 'x'", "a value that is no number" },
		{ "good\tt\t0.5\n", "needs intent=, topic=",
		    "an intent without its name" },
		{ "good\tt\t0.5\tintent=nap\n", "option 'intent=nap'",
		    "an unknown intent" },
		{ "good\ts\t1\tintent=praise\n", "does not go with",
		    "an option that does not fit" },
		{ "good\ts\t1\ngood\ts\t2\n", "'good' is in line 1 already",
		    "the same pattern twice" },
		{ "ab*\ts\t1\n", "less than 3 letters", "a short stem" },
		{ "good|adj\ts\t1\n", "no such macro",
		    "a macro of another language" },
		{ "a  b\ts\t1\n", "two spaces", "two spaces" },
		{ "_2 b\ts\t1\n", "a gap must stand between",
		    "a gap at the beginning" },
		{ "https://x.example\ts\t1\n", "cannot be patterns", "a link" },
		{ "good\ts\t1\tscope=r2\n", "option 'scope=r2'",
		    "a scope of what is no negator" }
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *said = complaint(lab, "en", bad[i].text);

		if (!ok(strstr(said, bad[i].part), bad[i].name))
			printf("#   said: %s\n", said);
	}
	is_str(complaint(lab, "en", "good\ts\t1\n\n# note\n#fail\ts\t-2\n"),
	    "", "a good file is accepted");
	is_int(lab->report.errors, 0, "without errors");
}

/* The value of the first entry of kind found in text, or 0. */
static int
found(struct lab *lab, const char *text, uint8_t kind)
{
	lab_score(lab, text, SM_NO_RATING);
	for (uint32_t i = 0; i < lab->matches.count; i++) {
		const struct sm_match *match = &lab->matches.list[i];
		const struct sm_lex_entry *entry = sm_match_entries(lab->lex,
		    lab->lang, match);

		for (uint32_t k = 0; k < match->entries; k++)
			if (entry[k].kind == kind && !match->dropped)
				return entry[k].value;
	}
	return 0;
}

static void
patterns(struct lab *lab)
{
	lab_write(lab, "lexicon/en/t.tsv",
	    "cold\ts\t-1.0\n" "cold feet\ts\t-2.0\n" "awful*\ts\t-3.0\n"
	    "waste _2 money\ts\t-2.5\n" "=PAC\tt\t0.9\tintent=churn\n"
	    "kill\tu\t0.9\tcat=safety\n" "kill time\tg\t0\n"
	    "thank* for nothing\ts\t-2.2\n" "#not\tx\t0.9\n"
	    "great\ts\t3.0\n");
	is_int(lab_compile(lab, "en"), 0, "patterns compile");
	is_int(found(lab, "It is COLD.", SM_LEX_SENTIMENT), -1000, "a word");
	is_int(found(lab, "cold feet", SM_LEX_SENTIMENT), -2000,
	    "the longer pattern wins");
	is_int(found(lab, "cold, feet", SM_LEX_SENTIMENT), -1000,
	    "a phrase does not pass over a comma");
	is_int(found(lab, "awfully", SM_LEX_SENTIMENT), -3000, "a stem");
	is_int(found(lab, "waste of my money", SM_LEX_SENTIMENT), -2500,
	    "a gap of two words");
	is_int(found(lab, "waste money", SM_LEX_SENTIMENT), -2500,
	    "or of none");
	is_int(found(lab, "waste of all my money", SM_LEX_SENTIMENT), 0,
	    "but not of three");
	is_int(found(lab, "thanks for nothing", SM_LEX_SENTIMENT), -2200,
	    "a stem inside a phrase");
	is_int(found(lab, "my PAC code", SM_LEX_INTENT), 900, "exact case");
	is_int(found(lab, "my pac code", SM_LEX_INTENT), 0,
	    "another case is another word");
	is_int(found(lab, "I kill time", SM_LEX_URGENCY), 0,
	    "a guard stops what it covers");
	is_int(found(lab, "I kill you", SM_LEX_URGENCY), 900, "and only that");
	is_int(found(lab, "great #not", SM_LEX_SARCASM), 900,
	    "a hashtag is another thing");
	is_int(found(lab, "not", SM_LEX_SARCASM), 0, "than the word");
	is_int(found(lab, "greaaaat", SM_LEX_SENTIMENT), 3000,
	    "a stretched word is found");
	is_int(found(lab, "#GreatService", SM_LEX_SENTIMENT), 3000,
	    "and a word inside a hashtag");
	is_int(found(lab, "#greatcold", SM_LEX_SENTIMENT), 3000,
	    "also where its parts run together: the strongest counts");
	is_int(found(lab, "#greatxyz", SM_LEX_SENTIMENT), 0,
	    "if all of them are known");
	is_int(found(lab, "hi :)))) there", SM_LEX_SENTIMENT), 2000,
	    "a long smile is a smile");
	is_int(found(lab, "hi : ) there", SM_LEX_SENTIMENT), 0,
	    "spaces are not");
}

static void
diacritics(struct lab *lab)
{
	lab_write(lab, "lexicon/pl/t.tsv",
	    "s\xc4\x85" "d\tt\t0.8\tintent=complaint\n" "smutny\ts\t-2.0\n"
	    "z\xc5\x82y\ts\t-2.0\n" "\xc5\x82" "aska\ts\t2.0\tnofold\n"
	    "dobr|adj\ts\t1.9\n" "nie\tn\t-1\n"
	    "\xc5\xbc" "al*\ts\t-1.5\n");
	is_int(lab_compile(lab, "pl"), 0, "Polish compiles");
	is_int(found(lab, "zly", SM_LEX_SENTIMENT), -2000,
	    "a word is found without its marks");
	is_int(lab->feeling.sum, -1900, "and weighs a little less");
	is_int(found(lab, "laska", SM_LEX_SENTIMENT), 0,
	    "but not where that is another word");
	is_int(found(lab, "zalosne", SM_LEX_SENTIMENT), -1500,
	    "a stem without its marks");
	is_int(found(lab, "dobrego", SM_LEX_SENTIMENT), 1900,
	    "a macro gives the forms");
	is_int(found(lab, "niedobry", SM_LEX_SENTIMENT), 1900,
	    "nie- is taken off");
	is_int(lab->feeling.sum, -1520, "and turns the word round");
	is_int(found(lab, "najdobrego", SM_LEX_SENTIMENT), 1900,
	    "and so is naj-");
	is_int(lab->feeling.sum, 2300, "which strengthens");
}

static void
han(struct lab *lab)
{
	lab_write(lab, "lexicon/zh/t.tsv",
	    "\xe4\xb8\x8d\tn\t-1\n"			/* not */
	    "\xe9\x94\x99\ts\t-1.5\n"			/* wrong */
	    "\xe4\xb8\x8d\xe9\x94\x99\ts\t2.0\n"	/* not bad: good */
	    "\xe5\xa5\xbd\ts\t1.9\n"			/* good */
	    "\xe9\x97\xae\xe9\xa2\x98\ts\t-1.0\n"	/* problem */
	    "\xe6\xb2\xa1\xe9\x97\xae\xe9\xa2\x98\tg\t0\n"); /* no problem */
	is_int(lab_compile(lab, "zh"), 0, "Chinese compiles");
	is_int(lab_sum(lab, "\xe7\x9c\x9f\xe4\xb8\x8d\xe9\x94\x99"), 2000,
	    "the longest word is taken");
	is_int(lab_sum(lab, "\xe4\xb8\x8d\xe5\xa5\xbd"), -1425,
	    "negation without spaces");
	is_int(lab_sum(lab, "\xe6\xb2\xa1\xe9\x97\xae\xe9\xa2\x98"), 0,
	    "a guard word says nothing");
	is_int(lab_sum(lab, "\xe6\xb2\x92\xe5\x95\x8f\xe9\xa1\x8c"), 0,
	    "nor in traditional characters");
	is_int(lab_sum(lab, "\xe5\x95\x8f\xe9\xa1\x8c"), -1000,
	    "which are read as simplified ones");
}

static void
files(struct lab *lab)
{
	struct sm_buf first = SM_BUF_INIT;
	struct sm_err err;
	bool refused = true;

	is_int(lab_compile(lab, "en"), 0, "once more");
	sm_buf_add(&first, lab->file.data, lab->file.len);
	is_int(lab_compile(lab, "en"), 0, "and again");
	ok(first.len == lab->file.len &&
	    memcmp(first.data, lab->file.data, first.len) == 0,
	    "the same folder gives the same bytes");
	for (size_t len = 0; len < first.len; len += first.len / 97 + 1) {
		struct sm_lexicon *lex = sm_lexicon_new(first.data, len, &err);

		refused = refused && !lex;
		sm_lexicon_close(lex);
	}
	ok(refused, "a file that was cut short is refused");
	first.data[9] ^= 1;
	ok(!sm_lexicon_new(first.data, first.len, &err) &&
	    strstr(err.text, "another"),
	    "and one of another machine or version, with the reason");
	ok(!sm_lexicon_open("tests", &err), "a folder is no lexicon");
	sm_buf_release(&first);
}

int
main(void)
{
	struct lab lab;

	lab_begin(&lab);
	refusals(&lab);
	patterns(&lab);
	diacritics(&lab);
	han(&lab);
	files(&lab);
	lab_end(&lab);
	return plan_done();
}
