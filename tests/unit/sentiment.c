/* Sentiment with a lexicon of a few words, so that each sum can be checked. */
#include "lab.h"
#include "tap.h"

static const char words[] =
	"good\ts\t2.0\n" "meh\ts\t-1.0\tonce\n"
	"bad\ts\t-2.0\n" "great\ts\t3.0\n"
	"not\tn\t-1\n" "never\tn\t-1\n" "hardly\tn\t-0.6\n"
	"without\tn\t-1\tscope=r2\n" "wcale\tn\t-1\tscope=l2\n"
	"very\ti\t0.3\n" "slightly\ti\t-0.4\n" "terribly\ti\t0.3\n"
	"terribly\ts\t-2.0\n" "but\tb\t1\n" "sure\tx\t0.9\n"
	"refund\tt\t0.9\tintent=complaint\n" "loved\te\t0.9\temotion=praise\n"
	"cancel\tt\t0.9\tintent=churn\n" "cancel\tu\t0.9\tcat=churn\n"
	"burnt\tu\t0.9\tcat=safety\n" "how do i\tq\t1\n" "why\tq\t1\n"
	"furious\te\t0.9\temotion=angry\n" "furious\ts\t-3.0\n"
	"lawyer\tl\t7\n" "lawyer\tu\t0.8\tcat=legal\n";

static void
negation(struct lab *lab)
{
	is_int(lab_sum(lab, "good"), 2000, "a word is worth its value");
	is_int(lab_sum(lab, "not good"), -1500, "what is not good is bad");
	is_int(lab_sum(lab, "not bad"), 900, "what is not bad is half good");
	is_int(lab_sum(lab, "not one two three good"), -1500,
	    "a negator covers four words");
	is_int(lab_sum(lab, "not one two three four good"), 1700,
	    "not five: then it is a small grievance of its own");
	is_int(lab_sum(lab, "not now, good"), 1700,
	    "and nothing behind a comma");
	is_int(lab_sum(lab, "I do not know"), -300,
	    "also where there is no word of feeling");
	is_int(lab_sum(lab, "never is it not good"), 2000,
	    "twice negated is not negated");
	is_int(lab_sum(lab, "hardly good"), -900, "a weak negator turns less");
	is_int(lab_sum(lab, "without one two good"), 1700,
	    "a negator may have a scope of its own");
	is_int(lab_sum(lab, "good wcale"), -1500, "or cover what is before it");
	is_int(lab_sum(lab, "not very good"), -800,
	    "a degree word in between softens");
}

static void
degree(struct lab *lab)
{
	is_int(lab_sum(lab, "very good"), 2600, "very strengthens");
	is_int(lab_sum(lab, "slightly bad"), -1200, "slightly weakens");
	is_int(lab_sum(lab, "very one good"), 2540, "less from further away");
	is_int(lab_sum(lab, "terribly good"), 2600,
	    "a bad word before a good one is a degree");
	is_int(lab_sum(lab, "cooked terribly"), -2000, "alone it is bad");
	is_int(lab_sum(lab, "it is GOOD"), 2400, "capitals strengthen");
	is_int(lab_sum(lab, "IT IS GOOD"), 2000,
	    "unless everything is in capitals");
	is_int(lab_sum(lab, "goooood"), 2300, "stretching strengthens");
	is_int(lab_sum(lab, "good!!!"), 2750, "and so do exclamation marks");
	is_int(lab_sum(lab, "bad!!!!!!!!"), -3000, "up to four");
	is_int(lab_sum(lab, "one!!!"), 0, "but they are no feeling alone");
	is_int(lab_sum(lab, ":)"), 2000, "a face counts");
	is_int(lab_sum(lab, "meh meh"), -1000, "some words count once");
}

static void
sentence(struct lab *lab)
{
	is_int(lab_sum(lab, "good but bad"), 1200 - 2600,
	    "what follows but counts more");
	is_int(lab_sum(lab, "is it bad?"), -1000,
	    "a question is half as bad");
	is_int(lab_sum(lab, "refund? it is bad?"), -2000,
	    "a complaint is not");
	is_int(lab_sum(lab, "a \"good\" one"), -600,
	    "praise in quotation marks is none");
	is_int(lab_sum(lab, "sure, great, bad"), -2100 - 2000,
	    "irony turns praise round where something is bad");
	is_int(lab_sum(lab, "sure, great"), 3000, "and only there");
	lab_score(lab, "good", -1000);
	is_int(lab->feeling.sum, -2000, "one star weighs more than good");
	is_int(lab->feeling.polarity, SM_NEGATIVE, "and is negative");
	lab_score(lab, "one", 1000);
	is_int(lab->feeling.polarity, SM_POSITIVE, "five stars are positive");
}

static void
scale(struct lab *lab)
{
	bool good = true;
	int32_t last = -1001;
	struct sm_buf text = SM_BUF_INIT;

	lab_score(lab, "great", SM_NO_RATING);
	is_int(lab->feeling.compound, 612, "3 / sqrt(9 + 15) is 0.612");
	is_int(lab->feeling.points, 61, "or 61 of 100");
	for (int i = 0; i < 20; i++) {
		sm_buf_clear(&text);
		for (int k = 0; k < 20; k++)
			sm_buf_adds(&text, k < i ? "great. " : "bad. ");
		lab_score(lab, sm_buf_str(&text), SM_NO_RATING);
		good = good && lab->feeling.compound >= last &&
		    abs(lab->feeling.points) <= 100;
		last = lab->feeling.compound;
	}
	ok(good, "more good words never make it worse");
	sm_buf_release(&text);
}

static void
meaning(struct lab *lab)
{
	lab_score(lab, "I will cancel. Cancel!", SM_NO_RATING);
	is_int(lab->meaning.intent[SM_INTENT_CHURN], 990,
	    "two cues are surer than one");
	lab_score(lab, "I did not cancel", SM_NO_RATING);
	ok(lab->meaning.intent[SM_INTENT_CHURN] < SM_LIKELY &&
	    lab->meaning.urgent[SM_URGENT_CHURN] < SM_LIKELY,
	    "who did not cancel does not leave");
	lab_score(lab, "I was not burnt", SM_NO_RATING);
	is_int(lab->meaning.urgent[SM_URGENT_SAFETY], 900,
	    "an alarm is kept, negated or not");
	lab_score(lab, "how do I return it", SM_NO_RATING);
	ok(lab->meaning.intent[SM_INTENT_QUESTION] >= SM_LIKELY,
	    "a question needs no mark");
	lab_score(lab, "that is why", SM_NO_RATING);
	ok(lab->meaning.intent[SM_INTENT_QUESTION] < SM_LIKELY,
	    "a question word inside is no question");
	lab_score(lab, "I am furious", SM_NO_RATING);
	is_int(lab->meaning.emotion, SM_EMOTION_ANGRY, "a cue of anger");
	lab_score(lab, "I am not furious", SM_NO_RATING);
	ok(lab->meaning.emotion != SM_EMOTION_ANGRY, "unless it is denied");
	lab_score(lab, "my lawyer will call", SM_NO_RATING);
	is_int(lab->meaning.ladder, 7, "the ladder's highest step counts");
	ok(lab->meaning.intent[SM_INTENT_COMPLAINT] >= SM_LIKELY,
	    "who calls a lawyer complains");
}

int
main(void)
{
	struct lab lab;

	lab_begin(&lab);
	lab_write(&lab, "lexicon/en/t.tsv", words);
	is_int(lab_compile(&lab, "en"), 0, "the words compile");
	if (lab.lang) {
		negation(&lab);
		degree(&lab);
		sentence(&lab);
		scale(&lab);
		meaning(&lab);
	} else
		printf("# %s%s\n", sm_buf_str(&lab.said), lab.err.text);
	lab_end(&lab);
	return plan_done();
}
