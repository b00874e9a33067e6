/*
 * json FILE - every line of FILE is read and written again with a score in
 * it: by our cursor, or compiled with WITH_JANSSON or WITH_JSON_C (whose
 * names clash) by those.  Prints the processor time that took, in seconds,
 * and how many lines and bytes.  For tests/bench/run; SM_SIMD=scalar measures
 * the plain cursor.
 */
#ifdef WITH_JANSSON
#include <jansson.h>
#endif
#ifdef WITH_JSON_C
#include <json-c/json.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "record/reader.h"
#include "record/record.h"

static const char score[] =
    "{\"lang\":\"en\",\"sentiment\":-62,\"priority\":64}";

/* What a scorer looks at: sixteen members. */
static const char *const wanted[] = {
	"score", "v", "type", "content", "language", "direction", "visibility",
	"attributedTo.followers", "attributedTo.following",
	"attributedTo.posts", "attributedTo.verified", "metrics.likes",
	"metrics.shares", "known.value", "cluster.size", "rating.value"
};

static struct sm_record *rec;
static struct sm_buf out;
static uint64_t bytes;

#if !defined(WITH_JANSSON) && !defined(WITH_JSON_C)
static void
way(const char *line, size_t len)
{
	struct sm_err err;

	if (sm_record_parse(rec, line, len, &err) == -1)
		exit(1);
	sm_record_set(rec, 0, score, sizeof(score) - 1);
	sm_buf_clear(&out);
	sm_record_write(rec, &out);
	bytes += out.len;
}

#endif

#ifdef WITH_JANSSON
static void
way(const char *line, size_t len)
{
	json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	char *text;

	json_object_set_new(json, "score", json_loads(score, 0, NULL));
	text = json_dumps(json, JSON_COMPACT);
	bytes += strlen(text);
	free(text);
	json_decref(json);
}

#endif

#ifdef WITH_JSON_C
static void
way(const char *line, size_t len)
{
	static struct json_tokener *tokener;
	struct json_object *json;

	if (!tokener)
		tokener = json_tokener_new_ex(64);
	json_tokener_reset(tokener);
	json = json_tokener_parse_ex(tokener, line, (int)len + 1);
	json_object_object_add(json, "score", json_tokener_parse(score));
	bytes += strlen(json_object_to_json_string_ext(json,
	    JSON_C_TO_STRING_PLAIN));
	json_object_put(json);
}
#endif

int
main(int argc, char *argv[])
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_reader *reader;
	struct sm_buf all = SM_BUF_INIT;
	struct sm_err err;
	const char *line;
	uint64_t number;
	clock_t start;
	size_t len;

	if (argc != 2)
		return 64;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		sm_paths_add(paths, wanted[i]);
	rec = sm_record_new(paths);
	reader = sm_reader_open(argv[1], &err);
	if (!reader)
		return err.code;
	/* All into memory first: only reading and writing JSON is measured. */
	while (sm_reader_line(reader, &line, &len, &number, &err) ==
	    SM_READ_OK) {
		sm_buf_add(&all, line, len);
		sm_buf_addc(&all, '\0');
	}
	sm_buf_reserve(&all, 64);
	start = clock();
	number = 0;
	for (const char *p = all.data, *end = p + all.len; p < end;
	    p += len + 1, number++) {
		len = strlen(p);
		way(p, len);
	}
	printf("%.6f %llu %llu\n",
	    (double)(clock() - start) / CLOCKS_PER_SEC,
	    (unsigned long long)number, (unsigned long long)bytes);
	sm_reader_close(reader);
	sm_record_free(rec);
	sm_paths_free(paths);
	sm_buf_release(&all);
	sm_buf_release(&out);
	return 0;
}
