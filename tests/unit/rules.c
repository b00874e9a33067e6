/*
 * Files of rules: what they decide, what is odd in them, and that the outcome
 * adds up for every record.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "record/record.h"
#include "rule/rules.h"
#include "random.h"
#include "tap.h"

static char folder[] = "/tmp/sm-rules.XXXXXX";
static char file[64], list[64];

static void
write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	if (!out || fputs(text, out) < 0 || fclose(out) != 0)
		printf("# cannot write %s\n", path);
}

/* Rules, a record with them, and route without its "by". */
struct decided {
	struct sm_paths *paths;
	struct sm_rules *rules;
	struct sm_rules_state *state;
	struct sm_record *rec;
	struct sm_buf out;
	int ret;
	struct sm_err err;
};

static void
open_rules(struct decided *d, const char *text, int64_t now)
{
	memset(d, 0, sizeof(*d));
	write_file(file, text);
	d->paths = sm_paths_new();
	d->rules = sm_rules_open(file, d->paths, &d->err);
	if (!d->rules) {
		printf("# %s\n", d->err.text);
		return;
	}
	d->state = sm_rules_state_new(d->rules, SM_CONTEXT_POST, now);
	d->rec = sm_record_new(d->paths);
}

static void
close_rules(struct decided *d)
{
	sm_record_free(d->rec);
	sm_rules_state_free(d->state);
	sm_rules_close(d->rules);
	sm_paths_free(d->paths);
	sm_buf_release(&d->out);
}

static const char *
route_of(struct decided *d, const char *line)
{
	static const char by[] = "\"route\":{\"by\":\"rules@123456\",";
	const char *route;

	sm_buf_clear(&d->out);
	if (!d->rules || sm_record_parse(d->rec, line, strlen(line),
	    &d->err) == -1)
		return d->err.text;
	d->ret = sm_rules_apply(d->state, d->rec, &d->err);
	sm_record_write(d->rec, &d->out);
	route = strstr(sm_buf_str(&d->out), "\"route\":{\"by\":\"rules@");
	return route ? route + strlen(by) : "no route";
}

#define RULES(text) "stage care {\n" text "}\n"
#define ALWAYS(name, then) "rule " name " when true then " then "\n"

static const struct {
	const char *name, *rules, *line, *want;
} cases[] = {
	{ "no rule at all is a defer", "", "{}",
	    "\"decision\":\"defer\",\"rule\":\"otherwise\",\"reason\":"
	    "\"no rule spoke\",\"queue\":\"unsorted\",\"priority\":0,"
	    "\"why\":{},\"trace\":{\"life_safety\":0}}}" },
	{ "otherwise says what becomes of the rest",
	    "otherwise react \"look\"; queue \"rest\"",
	    "{\"score\":{\"priority\":7}}",
	    "\"decision\":\"react\",\"rule\":\"otherwise\",\"reason\":"
	    "\"look\",\"queue\":\"rest\",\"priority\":7,\"why\":{\"score\":7},"
	    "\"trace\":{\"life_safety\":0}}}" },
	{ "the first who says a thing is right",
	    RULES(ALWAYS("a", "label +x; queue \"one\"")
	    ALWAYS("b", "react \"why\"; queue \"two\"; assign \"ann\"")
	    ALWAYS("c", "ignore \"no\"; assign \"bob\"; label +x +y")), "{}",
	    "\"decision\":\"react\",\"rule\":\"b\",\"reason\":\"why\","
	    "\"queue\":\"one\",\"priority\":0,\"why\":{},\"assign\":\"ann\","
	    "\"labels\":[\"x\",\"y\"],"
	    "\"trace\":{\"life_safety\":0,\"a\":1,\"b\":1,\"c\":1}}}" },
	{ "stop ends it",
	    RULES(ALWAYS("a-b", "react; stop") ALWAYS("c", "label +x")), "{}",
	    "\"decision\":\"react\",\"rule\":\"a-b\",\"reason\":\"rule a-b\","
	    "\"priority\":0,"
	    "\"why\":{},\"trace\":{\"life_safety\":0,\"a_b\":1}}}" },
	{ "a label refused before is not given",
	    RULES(ALWAYS("a", "label -x +z") ALWAYS("b", "label +x +y")),
	    "{}", "\"decision\":\"defer\",\"rule\":\"otherwise\",\"reason\":"
	    "\"no rule spoke\",\"queue\":\"unsorted\",\"priority\":0,"
	    "\"why\":{},\"labels\":[\"z\",\"y\"],"
	    "\"trace\":{\"life_safety\":0,\"a\":1,\"b\":1}}}" },
	{ "points add up by name, and the clamp is one of them",
	    RULES(ALWAYS("a", "priority +30 \"house\"; priority -5 \"x\"")
	    ALWAYS("b", "priority +20 \"house\"; react")),
	    "{\"score\":{\"priority\":64}}",
	    "\"decision\":\"react\",\"rule\":\"b\",\"reason\":\"rule b\","
	    "\"priority\":100,"
	    "\"why\":{\"score\":64,\"house\":50,\"x\":-5,\"clamp\":-9},"
	    "\"trace\":{\"life_safety\":0,\"a\":1,\"b\":1}}}" },
	{ "the clamp works from below",
	    RULES(ALWAYS("a", "priority -80 \"x\"; react")),
	    "{\"score\":{\"priority\":64}}",
	    "\"decision\":\"react\",\"rule\":\"a\",\"reason\":\"rule a\","
	    "\"priority\":0,"
	    "\"why\":{\"score\":64,\"x\":-80,\"clamp\":16},"
	    "\"trace\":{\"life_safety\":0,\"a\":1}}}" },
	{ "priority in a condition is the score's",
	    RULES(ALWAYS("a", "priority +50 \"x\"")
	    "rule b when priority > 20 then react\n"),
	    "{\"score\":{\"priority\":10}}",
	    "\"decision\":\"defer\",\"rule\":\"otherwise\",\"reason\":"
	    "\"no rule spoke\",\"queue\":\"unsorted\",\"priority\":60,"
	    "\"why\":{\"score\":10,\"x\":50},"
	    "\"trace\":{\"life_safety\":0,\"a\":1}}}" },
	{ "a queue stays with a defer",
	    RULES(ALWAYS("a", "defer \"hm\"; queue \"lead\"")), "{}",
	    "\"decision\":\"defer\",\"rule\":\"a\",\"reason\":\"hm\","
	    "\"queue\":\"lead\",\"priority\":0,\"why\":{},"
	    "\"trace\":{\"life_safety\":0,\"a\":1}}}" },
	{ "every action has its member",
	    RULES(ALWAYS("a", "react; amplify; brand \"b\"; classify \"c\"; "
	    "department \"hr\"; department \"law\"; draft \"d\"; "
	    "forward \"x@a.example\"; hold 15m; incident \"i\"; note \"n\"; "
	    "notify \"duty\"; status \"open\"; suggest \"thanks\"")), "{}",
	    "\"decision\":\"react\",\"rule\":\"a\",\"reason\":\"rule a\","
	    "\"priority\":0,\"why\":{},"
	    "\"amplify\":true,\"brand\":\"b\",\"classify\":\"c\","
	    "\"department\":[\"hr\",\"law\"],\"draft\":\"d\",\"forward\":"
	    "[\"x@a.example\"],\"hold\":900,\"incident\":\"i\",\"note\":"
	    "[\"n\"],\"notify\":[\"duty\"],\"status\":\"open\",\"suggest\":"
	    "\"thanks\",\"trace\":{\"life_safety\":0,\"a\":1}}}" },
	{ "danger is never ignored",
	    RULES(ALWAYS("a", "ignore \"spam\"; queue \"x\"; label +spam")),
	    "{\"score\":{\"emergency\":60,\"priority\":92}}",
	    "\"decision\":\"react\",\"rule\":\"life-safety\",\"reason\":"
	    "\"danger to life or health: emergency 60\",\"queue\":\"duty\","
	    "\"priority\":92,\"why\":{\"score\":92},\"labels\":[\"spam\"],"
	    "\"trace\":{\"life_safety\":1,\"a\":1}}}" },
	{ "nor left over", "", "{\"score\":{\"emergency\":95.5}}",
	    "\"decision\":\"react\",\"rule\":\"life-safety\",\"reason\":"
	    "\"danger to life or health: emergency 95\",\"queue\":\"duty\","
	    "\"priority\":0,\"why\":{},\"trace\":{\"life_safety\":1}}}" },
	{ "a rule that reacts to danger has its way",
	    RULES("rule life-safety when emergency >= 60 then react; "
	    "queue \"night\"; stop\n"), "{\"score\":{\"emergency\":80}}",
	    "\"decision\":\"react\",\"rule\":\"life-safety\","
	    "\"reason\":\"rule life-safety\",\"queue\":"
	    "\"night\",\"priority\":0,\"why\":{},"
	    "\"trace\":{\"life_safety\":1}}}" },
	{ "danger just below the line is left to the rules",
	    RULES(ALWAYS("a", "ignore \"x\"")),
	    "{\"score\":{\"emergency\":59.999999}}",
	    "\"decision\":\"ignore\",\"rule\":\"a\",\"reason\":\"x\","
	    "\"priority\":0,\"why\":{},"
	    "\"trace\":{\"life_safety\":0,\"a\":1}}}" },
	{ "our own words are no danger",
	    RULES(ALWAYS("a", "ignore \"ours\"")),
	    "{\"direction\":\"out\",\"score\":{\"emergency\":90}}",
	    "\"decision\":\"ignore\",\"rule\":\"a\",\"reason\":\"ours\","
	    "\"priority\":0,\"why\":{},"
	    "\"trace\":{\"life_safety\":0,\"a\":1}}}" },
	{ "an earlier route is replaced, and rules see it as it came",
	    RULES("rule a when queue = \"old\" and labels has \"x\" "
	    "then react; label +y\n"),
	    "{\"route\":{\"queue\":\"old\",\"labels\":[\"x\"]},\"key\":\"k\"}",
	    "\"decision\":\"react\",\"rule\":\"a\",\"reason\":\"rule a\","
	    "\"priority\":0,\"why\":{},"
	    "\"labels\":[\"y\"],\"trace\":{\"life_safety\":0,\"a\":1}},"
	    "\"key\":\"k\"}" },
	{ "a declared member is read by its type",
	    "member crm.segment text\nmember crm.wait duration\n"
	    "member crm.gone truth\nmember crm.tags set\n"
	    RULES("rule a when crm.segment = \"gold\" and crm.wait > 1h and "
	    "not crm.gone and has crm.gone and crm.tags has \"t\" "
	    "then react\n"),
	    "{\"crm\":{\"segment\":\"gold\",\"wait\":3601,\"gone\":false,"
	    "\"tags\":[\"t\"]}}",
	    "\"decision\":\"react\",\"rule\":\"a\",\"reason\":\"rule a\","
	    "\"priority\":0,\"why\":{},"
	    "\"trace\":{\"life_safety\":0,\"a\":1}}}" },
	{ "a score that is no score of ours is left out",
	    RULES(ALWAYS("a", "react; priority +1 \"x\"")),
	    "{\"score\":{\"priority\":1e15}}",
	    "\"decision\":\"react\",\"rule\":\"a\",\"reason\":\"rule a\","
	    "\"priority\":1,"
	    "\"why\":{\"x\":1},\"trace\":{\"life_safety\":0,\"a\":1}}}" },
	{ NULL, NULL, NULL, NULL }
};

static void
check_cases(void)
{
	for (int i = 0; cases[i].name; i++) {
		struct decided d;

		open_rules(&d, cases[i].rules, SM_TIME_NONE);
		is_str(route_of(&d, cases[i].line), cases[i].want,
		    cases[i].name);
		close_rules(&d);
	}
}

static void
check_list(void)
{
	static const char rules[] = "list \"vip\" file \"vip\"\n"
	    RULES("rule a when author in list \"vip\" then react\n"
	    "rule b when topic in list \"vip\" then label +topic\n");
	struct decided d;

	write_file(list, "# who matters\n\n  @Ann \r\nhttps://a.example/u/2\n"
	    "delivery\n");
	open_rules(&d, rules, SM_TIME_NONE);
	ok(strstr(route_of(&d, "{\"attributedTo\":{\"preferredUsername\":"
	    "\"ann\"}}"), "\"react\""), "a list knows a handle");
	ok(strstr(route_of(&d, "{\"attributedTo\":{\"id\":"
	    "\"https://a.example/u/2\"}}"), "\"react\""),
	    "a list knows an id");
	ok(strstr(route_of(&d, "{\"attributedTo\":{\"id\":"
	    "\"https://a.example/u/20\"}}"), "\"defer\""),
	    "a list holds whole texts");
	ok(strstr(route_of(&d, "{\"score\":{\"topic\":[\"x\",\"delivery\"]}}"),
	    "\"labels\":[\"topic\"]"), "a list knows what a set holds");
	close_rules(&d);
}

/* The digest tells every change of a file that was read. */
static void
check_by(void)
{
	static const char rules[] = "list \"vip\" file \"vip\"\n";
	char first[32];
	struct decided d;

	write_file(list, "a\n");
	open_rules(&d, rules, SM_TIME_NONE);
	(void)snprintf(first, sizeof(first), "%s", sm_rules_by(d.rules));
	is_int(strlen(first), 12, "six digits tell who decided");
	close_rules(&d);
	open_rules(&d, rules, SM_TIME_NONE);
	is_str(sm_rules_by(d.rules), first, "the same files, the same digits");
	close_rules(&d);
	write_file(list, "b\n");
	open_rules(&d, rules, SM_TIME_NONE);
	ok(strcmp(sm_rules_by(d.rules), first) != 0,
	    "another list, other digits");
	close_rules(&d);
}

static void
check_limits(void)
{
	struct sm_buf text = SM_BUF_INIT, line = SM_BUF_INIT;
	struct decided d;

	sm_buf_adds(&text, "stage a {\n");
	for (int i = 0; i < 6000; i++)
		sm_buf_addf(&text, "rule r%d when spam = %d or spam = %d or "
		    "lang = \"%d\" or spam in (%d) or spam = %d.5 or "
		    "spam = %d.2 then react\n", i, -i - 1, i + 200, i,
		    -i - 2, i + 1, i + 1);
	sm_buf_adds(&text, "}\n");
	open_rules(&d, sm_buf_str(&text), SM_TIME_NONE);
	ok(d.rules != NULL, "6,000 rules are read");
	sm_buf_clear(&text);
	sm_buf_adds(&text, "stage a {\nrule x when tag has \"x\" then react\n"
	    "rule y when tag has \"y\" then react\n}\n");
	close_rules(&d);
	open_rules(&d, sm_buf_str(&text), SM_TIME_NONE);
	sm_buf_adds(&line, "{\"tag\":[0");
	for (int i = 0; i < 60000; i++)
		sm_buf_adds(&line, ",\"b\"");
	sm_buf_adds(&line, "]}");
	ok(strstr(route_of(&d, line.data), "\"decision\":\"defer\",\"rule\":"
	    "\"step-limit\"") != NULL, "too many steps are a defer");
	ok(strstr(sm_buf_str(&d.out), "\"queue\":\"unsorted\"") != NULL,
	    "to the queue unsorted");
	is_int(d.ret, 1, "and it is told");
	close_rules(&d);
	sm_buf_release(&text);
	sm_buf_release(&line);
}

static void
check_slow_pattern(void)
{
	struct sm_buf line = SM_BUF_INIT;
	struct decided d;

	open_rules(&d, RULES("rule slow when text =~ /(a|a)*(a|aa)+b/ then "
	    "ignore \"x\"\nrule b when text !~ /(a|a)*(a|aa)+b/ then "
	    "queue \"c\"\nrule c when true then react\n"), SM_TIME_NONE);
	sm_buf_adds(&line, "{\"content\":\"");
	for (int i = 0; i < 20000; i++)
		sm_buf_addc(&line, 'a');
	sm_buf_adds(&line, " b\"}");
	is_str(route_of(&d, line.data), "\"decision\":\"react\",\"rule\":"
	    "\"c\",\"reason\":\"rule c\",\"priority\":0,\"why\":{},"
	    "\"trace\":{\"life_safety\":0,\"c\":1}}}",
	    "a pattern that is given up is true neither way");
	is_int(d.ret, 1, "and it is told");
	ok(strstr(d.err.text, ":2:16: rule 'slow': this pattern takes too "
	    "long") != NULL, "with rule, line and column");
	sm_buf_release(&line);
	close_rules(&d);
}

static const struct {
	const char *name, *rules, *want;
} odd[] = {
	{ "nothing is odd", RULES("rule a when lang = \"pl\" then react\n"
	    "rule b when lang = \"en\" then react\n"), "" },
	{ "the special before the general is the usual way",
	    RULES("rule a when lang = \"pl\" and spam > 90 then "
	    "ignore \"x\"; stop\nrule b when lang = \"pl\" then react\n"),
	    "" },
	{ "the general that stops before the special",
	    RULES("rule a when lang = \"pl\" or spam > 90 then react; stop\n"
	    "rule b when spam > 95 and channel = \"x\" then react\n"),
	    "3:6: rule 'b' is never reached: rule 'a' (line 2) stops wherever "
	    "it would speak" },
	{ "a rule behind one that always stops",
	    RULES("rule a when true then react; stop\n"
	    "rule b when lang = \"pl\" then label +x\n"),
	    "3:6: rule 'b' is never reached: rule 'a' (line 2) stops wherever "
	    "it would speak" },
	{ "a queue set before",
	    RULES("rule a when spam > 50 then queue \"a\"\n"
	    "rule b when spam between 60 and 70 then react; queue \"b\"\n"),
	    "3:48: this 'queue' has no effect: wherever rule 'b' speaks, rule "
	    "'a' (line 2) has said 'queue' before" },
	{ "a decision taken before",
	    RULES("rule a when lang in (\"pl\", \"en\") then react\n"
	    "rule b when lang = \"pl\" then defer \"x\"\n"),
	    "3:30: this 'defer' has no effect: wherever rule 'b' speaks, rule "
	    "'a' (line 2) has said 'react' before" },
	{ "a label refused before",
	    RULES("rule a when has text then label -x\n"
	    "rule b when text =~ /y/ then react; label +x\n"),
	    "3:37: this 'label' has no effect: wherever rule 'b' speaks, rule "
	    "'a' (line 2) has said 'label' before" },
	{ "two values at once",
	    RULES("rule a when lang = \"pl\" and lang = \"en\" then react\n"),
	    "2:13: rule 'a' never speaks: its condition is true of no post" },
	{ "two ranges apart",
	    RULES("rule a when spam > 50 and (spam < 50 or spam = 3) then "
	    "react\n"),
	    "2:13: rule 'a' never speaks: its condition is true of no post" },
	{ "a number that no score has",
	    RULES("rule a when sentiment < -100 then react\n"),
	    "2:13: rule 'a' never speaks: its condition is true of no post" },
	{ "a thing and its opposite",
	    RULES("rule a when author.bot and not author.bot then react\n"),
	    "2:13: rule 'a' never speaks: its condition is true of no post" },
	{ "false", RULES("rule a when spam > 5 and false then react\n"),
	    "2:26: rule 'a' never speaks: its condition is true of no post" },
	{ "a part that is never true",
	    RULES("rule a when lang = \"pl\" or urgency > 100 then react\n"),
	    "2:28: this part of the condition is true of no post" },
	{ "a pattern that can be slow",
	    RULES("rule a when text =~ /(a+)+x/ then react\n"),
	    "2:13: this pattern may be slow on some texts, and is then given "
	    "up: a group is repeated as a whole" },
	{ "a list that nobody uses", "list \"vip\" file \"vip\"\n",
	    "1:6: list 'vip' is never used" },
	{ NULL, NULL, NULL }
};

/* The first line behind the file's name. */
static void
keep_first(const char *text, void *arg)
{
	struct sm_buf *out = arg;

	if (out->len)
		sm_buf_adds(out, " | ");
	text += strlen(file) + 1;
	sm_buf_add(out, text, strcspn(text, "\n"));
}

static void
check_odd(void)
{
	write_file(list, "x\n");
	for (int i = 0; odd[i].name; i++) {
		struct sm_buf said = SM_BUF_INIT;
		struct decided d;

		open_rules(&d, odd[i].rules, SM_TIME_NONE);
		if (d.rules)
			(void)sm_rules_check(d.rules, keep_first, &said);
		is_str(sm_buf_str(&said), odd[i].want, odd[i].name);
		sm_buf_release(&said);
		close_rules(&d);
	}
}

static void
check_tests(void)
{
	static const char rules[] = RULES(
	    "rule a when lang = \"pl\" then react; queue \"pl\"\n"
	    "test react { \"score\": { \"lang\": \"pl\" } }\n"
	    "test react queue \"pl\" { \"score\": { \"lang\": \"pl\" } }\n"
	    "test react queue \"en\" { \"score\": { \"lang\": \"pl\" } }\n"
	    "test ignore { \"score\":\n  { \"lang\": \"en\" } }\n");
	struct sm_buf said = SM_BUF_INIT;
	struct sm_rules_test sums;
	struct decided d;

	open_rules(&d, rules, SM_TIME_NONE);
	sums = sm_rules_test(d.rules, NULL, keep_first, &said);
	is_int(sums.run, 4, "every test is run");
	is_int(sums.failed, 2, "two fail");
	is_str(sm_buf_str(&said), "5:1: rule 'a': this test wants react in "
	    "queue en, but 'a' says react in queue pl | 6:1: rule 'a': this "
	    "test wants ignore, but 'otherwise' says defer in queue unsorted: "
	    "no rule spoke", "and say what they got");
	sm_buf_release(&said);
	close_rules(&d);
}

static void
check_explain(void)
{
	struct sm_buf out = SM_BUF_INIT;
	struct decided d;

	open_rules(&d, RULES("rule a when lang = \"pl\" and spam < 5 then "
	    "react; stop\nrule b when not (sentiment > 5.25 or has text) or "
	    "followers in (1, 2) then label +x; priority +10 \"house\"\n"
	    "rule c when author = \"Ann\" and text =~ /x/ then react; stop\n"
	    "rule d when age > 2h then react\n"), SM_TIME_NONE);
	(void)route_of(&d, "{\"key\":\"k\",\"content\":\"a \\u001b[31m\\u202e "
	    "text x\",\"attributedTo\":{\"id\":\"i\",\"preferredUsername\":"
	    "\"Ann\"},\"score\":{\"lang\":\"pl\",\"spam\":7.5,"
	    "\"priority\":20}}");
	sm_rules_explain(d.state, d.rec, &out);
	is_str(sm_buf_str(&out), "k\n"
	    "  \"a \xEF\xBF\xBD[31m\xEF\xBF\xBD text x\"\n"
	    "  react, says c\n"
	    "  care\n"
	    "    - a                    spam < 5: it is 7.5\n"
	    "    - b                    not has text: it is \"a "
	    "\xEF\xBF\xBD[31m\xEF\xBF\xBD text x\"; followers in (1, 2): "
	    "there is none\n"
	    "    + c                    react; stop\n"
	    "    - d                    not tried\n"
	    "  priority 20 = 20 score\n\n",
	    "an explanation says what was seen, and harms no terminal");
	sm_buf_release(&out);
	close_rules(&d);
}

static int64_t
sum_of(struct decided *d, int64_t *priority)
{
	static const char route[] = "\"route\":";
	struct sm_paths *paths = sm_paths_new();
	int at = sm_paths_add(paths, "route.priority");
	int why = sm_paths_add(paths, "route.why");
	struct sm_record *rec = sm_record_new(paths);
	struct sm_items items;
	struct sm_value item;
	int64_t sum = 0;

	*priority = -1;
	if (strstr(d->out.data, route) && sm_record_parse(rec, d->out.data,
	    d->out.len, NULL) == 0 && sm_record_int(rec, at, priority) &&
	    sm_items_begin(&items, sm_record_value(rec, why)))
		while (sm_items_next(&items, &item)) {
			int64_t points = 0;

			(void)sm_value_int(&item, &points);
			sum += points;
		}
	sm_record_free(rec);
	sm_paths_free(paths);
	return sum;
}

/* Whatever rules and scores there are, why adds up to priority. */
static void
check_sums(void)
{
	bool good = true;

	for (unsigned i = 0; i < random_trials(60) && good; i++) {
		struct sm_buf text = SM_BUF_INIT;
		struct decided d;

		sm_buf_adds(&text, "stage a {\n");
		for (unsigned j = 0; j < 12; j++)
			sm_buf_addf(&text, "rule r%u when spam > %u then "
			    "priority %+d \"t%u\"; label %cl%u\n", j,
			    random_below(100), (int)random_below(80) - 40,
			    random_below(4), random_below(2) ? '+' : '-',
			    random_below(3));
		sm_buf_adds(&text, "}\n");
		open_rules(&d, sm_buf_str(&text), SM_TIME_NONE);
		for (int j = 0; j < 30 && good; j++) {
			char line[120];
			int64_t priority;

			(void)snprintf(line, sizeof(line), "{\"score\":{"
			    "\"spam\":%u,\"priority\":%d}}",
			    random_below(101), (int)random_below(140) - 20);
			(void)route_of(&d, line);
			good = sum_of(&d, &priority) == priority &&
			    priority >= 0 && priority <= 100;
		}
		if (!good)
			printf("# %s\n# %s\n", text.data, d.out.data);
		sm_buf_release(&text);
		close_rules(&d);
	}
	ok(good, "why adds up to priority, in every record");
}

int
main(void)
{
	if (!mkdtemp(folder))
		return 1;
	(void)snprintf(file, sizeof(file), "%s/rules", folder);
	(void)snprintf(list, sizeof(list), "%s/vip", folder);
	check_cases();
	check_list();
	check_by();
	check_limits();
	check_slow_pattern();
	check_odd();
	check_tests();
	check_explain();
	check_sums();
	unlink(file);
	unlink(list);
	rmdir(folder);
	return plan_done();
}
