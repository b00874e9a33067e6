/*
 * A file of rules: refused with its place, or it decides a record, explains
 * the decision and stands its checks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "record/record.h"
#include "rule/rules.h"

static const char post[] =
    "{\"key\":\"k\",\"content\":\"Refund me, b\",\"direction\":\"in\","
    "\"attributedTo\":{\"id\":\"i\",\"followers\":75,\"bot\":true},"
    "\"tag\":[{\"name\":\"#a\"},\"b\"],\"start\":\"2026-11-01T08:00:00Z\","
    "\"fetched\":\"2026-11-01T10:00:00Z\",\"score\":{\"lang\":\"pl\","
    "\"sentiment\":-40,\"intent\":[\"praise\"],\"emergency\":70,"
    "\"priority\":50}}";

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void
quiet(const char *text, void *arg)
{
	(void)arg;
	if (!*text)
		abort();
}

static void
decide(struct sm_rules *rules, struct sm_paths *paths)
{
	struct sm_rules_state *state = sm_rules_state_new(rules,
	    SM_CONTEXT_POST, SM_TIME_NONE);
	struct sm_record *rec = sm_record_new(paths);
	struct sm_buf out = SM_BUF_INIT;
	struct sm_err err;

	if (sm_record_parse(rec, post, sizeof(post) - 1, &err) == -1)
		abort();
	(void)sm_rules_apply(state, rec, &err);
	sm_rules_explain(state, rec, &out);
	sm_buf_clear(&out);
	sm_record_write(rec, &out);
	/* Danger is reacted to, and what is written is a record. */
	if (!strstr(sm_buf_str(&out), "\"decision\":\"react\"") ||
	    sm_record_parse(rec, out.data, out.len, &err) == -1)
		abort();
	sm_buf_release(&out);
	sm_record_free(rec);
	sm_rules_state_free(state);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char name[] = "/tmp/sm-fuzz-rules.XXXXXX";
	struct sm_paths *paths = sm_paths_new();
	struct sm_rules *rules;
	struct sm_err err = { .text = "" };
	int fd = mkstemp(name);

	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
	rules = sm_rules_open(name, paths, &err);
	unlink(name);
	if (!rules && !*err.text)
		abort();
	if (rules) {
		(void)sm_rules_check(rules, quiet, NULL);
		(void)sm_rules_test(rules, NULL, quiet, NULL);
		decide(rules, paths);
	}
	sm_rules_close(rules);
	sm_paths_free(paths);
	return 0;
}
