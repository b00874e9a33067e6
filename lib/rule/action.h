/*
 * What a rule can do.  An action only says what is to stand in the record's
 * `route`; nothing happens here.
 *
 * To add one: lib/rule/action/NAME.c with a `const struct sm_action
 * sm_action_NAME`, and a line in action/list.h.
 */
#ifndef SM_RULE_ACTION_H
#define SM_RULE_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_err;
struct sm_lexer;
struct sm_pick;
struct sm_program;
struct sm_rule;
struct sm_sla_policy;

#define SM_ACT_TEXT_MAX 1000	/* bytes of a text */

enum sm_form {
	SM_FORM_NONE,		/* sm_rules_apply itself writes it */
	SM_FORM_TEXT,		/* "member":"text" */
	SM_FORM_TEXTS,		/* "member":["text", ...], each once */
	SM_FORM_NUMBER,		/* "member":number */
	SM_FORM_SLA,		/* "sla":"name","due":time */
	SM_FORM_PICK,		/* "assign":"login" */
	SM_FORM_TRUE		/* "member":true */
};

struct sm_act_parser {
	struct sm_program *program;
	struct sm_lexer *lexer;
	struct sm_rule *rule;
	const struct sm_action *action;
	struct sm_err *err;
	size_t at;		/* of the action's name */
};

struct sm_action {
	const char *name;	/* as written in a rule */
	const char *synopsis;	/* what stands behind it, or "" */
	const char *summary;	/* one line, no full stop */
	const char *member;	/* of route, or NULL */
	enum sm_form form;
	unsigned contexts;	/* bits of SM_IN_POST and so on; 0: all */

	/*
	 * Of the actions of one group the first that a record meets counts.
	 * NULL: all count.
	 */
	const char *group;

	/*
	 * Reads what stands behind the name, which is no longer the current
	 * token, and calls sm_act_add for each thing to be done.  0, or -1
	 * and err.
	 */
	int (*parse)(struct sm_act_parser *parser);
};

/* One action of one rule. */
struct sm_act {
	const struct sm_action *action;
	const struct sm_rule *rule;
	char *text;		/* or NULL */
	int64_t number;
	const struct sm_sla_policy *sla;	/* of SM_FORM_SLA; lent */
	struct sm_pick *pick;	/* of SM_FORM_PICK; NULL: the text */
	size_t at;		/* of its name in the rule's origin */
};

/* One more act of parser->action; lent until the next. */
struct sm_act *sm_act_add(struct sm_act_parser *parser);

/* For .parse: a text in quotes; perhaps one; nothing at all. */
int sm_act_parse_text(struct sm_act_parser *parser);
int sm_act_parse_maybe(struct sm_act_parser *parser);
int sm_act_parse_none(struct sm_act_parser *parser);

/* Whether s is a lower-case name: letters, digits and '_' (and '-'). */
bool sm_act_is_name(const char *s, bool hyphen);

/* The action of that name, or NULL; all of them in order, NULL at the end. */
const struct sm_action *sm_action_find(const char *name);
const struct sm_action *sm_action_at(size_t index);

#endif
