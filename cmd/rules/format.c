/* sm-rules format - a file of rules in its usual form. */
#include "rules.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "record/record.h"
#include "rule/format.h"
#include "rule/origin.h"
#include "rule/rules.h"

void
rules_format(const char *path)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_buf out = SM_BUF_INIT;
	struct sm_origin *origin;
	struct sm_rules *rules;
	struct sm_err err;

	/* What is wrong stays as it is: nobody wants half a file. */
	rules = sm_rules_open(path, paths, &err);
	if (!rules)
		sm_die(err.code, "%s", err.text);
	origin = sm_origin_open(path, &err);
	if (!origin || sm_rules_format(origin, &out, &err) == -1)
		sm_die(err.code, "%s", err.text);
	if (fwrite(sm_buf_str(&out), 1, out.len, stdout) != out.len)
		sm_die(SM_EXIT_IO, "cannot write the output");
	sm_origin_free(origin);
	sm_rules_close(rules);
	sm_paths_free(paths);
	sm_buf_release(&out);
}
