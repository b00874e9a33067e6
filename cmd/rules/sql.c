/* sm-rules sql - each rule's condition as SQL. */
#include "rules.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "record/record.h"
#include "rule/rules.h"

void
rules_sql(const char *path)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_buf sql = SM_BUF_INIT;
	struct sm_rules *rules;
	struct sm_err err;
	const char *name;

	rules = sm_rules_open(path, paths, &err);
	if (!rules)
		sm_die(err.code, "%s", err.text);
	for (size_t i = 0; (name = sm_rules_sql(rules, i, "line", &sql)); i++) {
		if (printf("-- %s\n%s;\n", name, sm_buf_str(&sql)) < 0)
			sm_die(SM_EXIT_IO, "cannot write the output");
		sm_buf_clear(&sql);
	}
	sm_buf_release(&sql);
	sm_rules_close(rules);
	sm_paths_free(paths);
}
