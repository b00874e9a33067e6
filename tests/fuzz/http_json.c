/*
 * Answers to each of our definitions.  The input is a definition's name, LF,
 * and answers with 0xFF between them; one that begins with a byte below 8 is an
 * error.  Each line that comes out is a record, and the cursor is read back.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "emitted.h"
#include "record/conf.h"
#include "record/keys.h"
#include "source/json/definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TABLES 200

static const struct sm_conf *conf;

/* Each key of each definition has a value, in a source of its name. */
static const struct sm_conf *
make_conf(void)
{
	static char path[] = "/tmp/sm-fuzz-XXXXXX";
	const struct sm_conf_key *tables[TABLES + 2] = { sm_keys_base };
	const struct sm_source *source;
	struct sm_err err;
	FILE *file = fdopen(mkstemp(path), "w");
	size_t n = 0;

	for (; n < TABLES && (source = sm_definition_nth(n)); n++) {
		tables[n + 1] = source->keys;
		fprintf(file, "[source \"%s\"]\n\turl = https://api.example\n",
		    source->name);
		for (const struct sm_conf_key *key = source->keys;
		    key->section; key++)
			if (strcmp(key->name, "stream") != 0 &&
			    strcmp(key->name, "wording") != 0)
				fprintf(file, "\t%s = 1\n", key->name);
	}
	fclose(file);
	conf = sm_conf_load(tables, path, &err);
	unlink(path);
	if (!conf || n == 0) {
		fprintf(stderr, "no definitions: %s\n", conf ? "none found" :
		    err.text);
		abort();
	}
	return conf;
}

/* The next answer; -1: there is none, or the connector had enough. */
static int
answer(const struct sm_source *source, void *state, const uint8_t **data,
    const uint8_t *end, struct sm_emit *emit)
{
	static const int statuses[8] = { 204, 400, 401, 403, 404, 429, 500,
	    503 };
	const uint8_t *stop = *data < end ? memchr(*data, 0xFF,
	    (size_t)(end - *data)) : NULL;
	struct sm_response res = { .status = 200, .headers = "" };
	struct sm_request req;
	struct sm_err err;
	int ret = -1;

	if (!stop)
		stop = end;
	sm_request_init(&req);
	if (*data < end && source->request(state, &req, &err) == 1)
		ret = 0;
	res.url = sm_buf_str(&req.url);
	if (ret == 0 && **data < 8)
		res.status = statuses[*(*data)++];
	if (ret == 0 && res.status / 100 == 2) {
		ret = source->begin(state, &res, &err);
		if (ret == 0)
			ret = source->body(state, (const char *)*data,
			    (size_t)(stop - *data), emit, &err);
	} else {
		res.body = (const char *)*data;
		res.body_len = (size_t)(stop - *data);
	}
	if (ret == 0)
		ret = source->response(state, &res, emit, &err);
	sm_request_release(&req);
	*data = stop < end ? stop + 1 : end;
	return ret;
}

static void
run(const struct sm_source *source, struct sm_source_args *args,
    const uint8_t *data, const uint8_t *end, struct sm_buf *cursor)
{
	struct sm_emit emit = fuzz_emit();
	struct sm_err err;
	void *state = source->open(args, &err);

	emit.args = args;
	while (state && data < end &&
	    answer(source, state, &data, end, &emit) == 0)
		;
	if (state) {
		source->cursor(state, cursor);
		source->close(state);
	}
	sm_emit_release(&emit);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size, *line = memchr(data, '\n', size);
	struct sm_source_args args = fuzz_args;
	const struct sm_source *source;
	struct sm_buf cursor = SM_BUF_INIT, again = SM_BUF_INIT;
	char name[32];

	if (!conf)
		make_conf();
	if (!line || line - data >= (long)sizeof(name))
		return 0;
	memcpy(name, data, (size_t)(line - data));
	name[line - data] = '\0';
	source = sm_definition_find(name);
	if (!source)
		return 0;
	args.name = args.type = name;
	args.account = "net";
	args.conf = conf;
	run(source, &args, line + 1, end, &cursor);
	if (cursor.len > 0) {
		args.cursor = cursor.data;
		run(source, &args, line + 1, end, &again);
	}
	sm_buf_release(&cursor);
	sm_buf_release(&again);
	return 0;
}
