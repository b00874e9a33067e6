/*
 * The record against jansson: every line of a large generated and mutated
 * corpus is accepted by both or refused by both, and where it is accepted,
 * they agree on every member.  By design they differ, and such lines are left
 * out of the comparison, where jansson refuses integers over 2^63 and reals
 * over 1e308 (numbers stay as spelled with us), takes arrays on top, nests
 * deeper than 64 levels, and overlooks some bytes 0x00 between tokens.
 */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "record/json.h"
#include "record/record.h"
#include "random.h"
#include "tap.h"

static const char *const names[] = {
	"v", "id", "content", "score", "route", "lang", "a", "b",
	"attributedTo", "followers", "a_long_name_of_a_member", "",
	"na\\u006de", "\\ud83d\\ude00", "zażółć"
};
#define NAMES (sizeof(names) / sizeof(*names))

static const char *const wanted[] = {
	"v", "id", "content", "score", "score.lang", "score.score.a",
	"attributedTo.followers", "a", "b", "a_long_name_of_a_member", "a.b.a",
	"name", "route"
};
#define WANTED (sizeof(wanted) / sizeof(*wanted))

static const char *const strings[] = {
	"", "plain", "quote \\\" back \\\\ slash \\/", "\\b\\f\\n\\r\\t",
	"zażółć gęślą jaźń", "\\u0105\\u0000\\u001f", "\\ud83d\\ude00", "😀 中文",
	"a text that is longer than sixteen bytes, so that blocks are crossed",
	"fifteen bytes..", "sixteen bytes..\\n"
};
static const char *const numbers[] = {
	"0", "-0", "1", "-1", "12.5", "1e3", "1E+2", "-2.5e-3", "42",
	"9223372036854775807", "-9223372036854775808", "1234567890123", "0.1",
	"2.0"
};

#define PICK(array) (array[random_below(sizeof(array) / sizeof(*(array)))])

static void generate(struct sm_buf *out, int depth);

static void
space(struct sm_buf *out)
{
	if (random_below(12) == 0)
		sm_buf_adds(out, random_below(2) ? " " : "\t \r\n");
}

/* Names once an object, but for one in two hundred. */
static void
generate_object(struct sm_buf *out, int depth)
{
	unsigned count = random_below(8), at = random_below(NAMES);

	sm_buf_addc(out, '{');
	for (unsigned i = 0; i < count; i++) {
		if (i)
			sm_buf_addc(out, ',');
		space(out);
		sm_buf_addf(out, "\"%s\"", names[at % NAMES]);
		space(out);
		sm_buf_addc(out, ':');
		space(out);
		generate(out, depth + 1);
		space(out);
		at += random_below(200) ? 1 : 0;
	}
	sm_buf_addc(out, '}');
}

static void
generate_array(struct sm_buf *out, int depth)
{
	unsigned count = random_below(4);

	sm_buf_addc(out, '[');
	for (unsigned i = 0; i < count; i++) {
		if (i)
			sm_buf_addc(out, ',');
		space(out);
		generate(out, depth + 1);
	}
	sm_buf_addc(out, ']');
}

static void
generate(struct sm_buf *out, int depth)
{
	switch (random_below(depth > 4 ? 5 : 9)) {
	case 0: sm_buf_adds(out, "null"); break;
	case 1: sm_buf_adds(out, random_below(2) ? "true" : "false"); break;
	case 2: sm_buf_adds(out, PICK(numbers)); break;
	case 3:
	case 4: sm_buf_addf(out, "\"%s\"", PICK(strings)); break;
	case 5: generate_array(out, depth); break;
	default: generate_object(out, depth); break;
	}
}

/* A few bytes changed, put in, taken out, or the end cut off. */
static void
mutate(struct sm_buf *line)
{
	static const char bytes[] = "\"\\{}[]:,0-+.eEtfnu \t\n\x01\x7f\x80\xc3"
	    "\xe2\xed\xf0\xf4\xff";
	unsigned count = 1 + random_below(3);

	while (count-- && line->len > 1) {
		size_t at = random_below((unsigned)line->len);
		char c = bytes[random_below(sizeof(bytes))];

		switch (random_below(4)) {
		case 0:
			line->data[at] = c;
			break;
		case 1:
			sm_buf_addc(line, ' ');
			memmove(line->data + at + 1, line->data + at,
			    line->len - at - 1);
			line->data[at] = c;
			break;
		case 2:
			memmove(line->data + at, line->data + at + 1,
			    line->len - at - 1);
			sm_buf_cut(line, line->len - 1);
			break;
		default:
			if (random_below(8) == 0)
				sm_buf_cut(line, at);
			break;
		}
	}
}

static bool
same_string(const char *s, size_t len, const char *other, size_t other_len)
{
	return s && len == other_len && memcmp(s, other, len) == 0;
}

static bool
same_number(const struct sm_value *value, const json_t *json)
{
	double want = json_number_value(json);
	int64_t got;

	if (json_is_integer(json))
		return sm_value_int(value, &got) &&
		    got == json_integer_value(json);
	if (!sm_value_micro(value, &got))
		return false;
	return fabs(want) > 9e12 ||
	    fabs((double)got - want * 1e6) <= 1 + fabs(want) * 1e-9;
}

static bool same(struct sm_record *rec, const struct sm_value *value,
    json_t *json);

static bool
same_items(struct sm_record *rec, const struct sm_value *value, json_t *json)
{
	struct sm_items items;
	struct sm_value item;
	size_t count = 0;

	if (!sm_items_begin(&items, value))
		return false;
	for (; sm_items_next(&items, &item); count++) {
		json_t *other;

		if (items.object) {
			size_t len;
			const char *name = sm_value_str(rec, &items.name,
			    &len);
			char copy[256];

			if (len >= sizeof(copy))
				return false;
			memcpy(copy, name, len);
			copy[len] = '\0';
			other = json_object_get(json, copy);
		} else {
			other = json_array_get(json, count);
		}
		if (!other || !same(rec, &item, other))
			return false;
	}
	return count == (items.object ? json_object_size(json) :
	    json_array_size(json));
}

static bool
same(struct sm_record *rec, const struct sm_value *value, json_t *json)
{
	const char *s;
	size_t len;

	switch (json_typeof(json)) {
	case JSON_NULL: return value->type == SM_NULL;
	case JSON_TRUE: return value->type == SM_TRUE;
	case JSON_FALSE: return value->type == SM_FALSE;
	case JSON_INTEGER:
	case JSON_REAL:
		return same_number(value, json);
	case JSON_STRING:
		s = sm_value_str(rec, value, &len);
		return same_string(s, len, json_string_value(json),
		    json_string_length(json));
	default:
		return same_items(rec, value, json);
	}
}

static json_t *
walk(json_t *json, const char *path)
{
	while (json && *path) {
		size_t len = strcspn(path, ".");
		char name[64];

		memcpy(name, path, len);
		name[len] = '\0';
		json = json_object_get(json, name);
		path += len + (path[len] == '.');
	}
	return json;
}

static bool
same_slots(struct sm_record *rec, const int *slots, json_t *json)
{
	for (size_t i = 0; i < WANTED; i++) {
		json_t *other = walk(json, wanted[i]);
		const struct sm_value *value = sm_record_value(rec, slots[i]);

		if (!other != (value->type == SM_ABSENT))
			return false;
		if (other && !same(rec, value, other))
			return false;
	}
	return true;
}

/* Putting score in leaves everything else as it was, byte for byte. */
static bool
good_splice(struct sm_record *rec, int slot, json_t *json)
{
	struct sm_buf out = SM_BUF_INIT;
	json_t *want = json_deep_copy(json), *got;
	bool good;

	sm_record_set(rec, slot, "{\"lang\":\"pl\"}", 13);
	sm_record_write(rec, &out);
	got = json_loadb(out.data, out.len,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	json_object_set_new(want, "score", json_pack("{s:s}", "lang", "pl"));
	good = got && json_equal(got, want);
	sm_record_remove(rec, slot);
	sm_buf_clear(&out);
	sm_record_write(rec, &out);
	json_decref(got);
	got = json_loadb(out.data, out.len,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	json_object_del(want, "score");
	good = good && got && json_equal(got, want);
	json_decref(got);
	json_decref(want);
	sm_buf_release(&out);
	return good;
}

static int
deepest(const char *s, size_t len)
{
	int depth = 0, most = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (quoted && s[i] == '\\')
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted && (s[i] == '{' || s[i] == '['))
			most = ++depth > most ? depth : most;
		else if (!quoted && (s[i] == '}' || s[i] == ']'))
			depth--;
	}
	return most;
}

/* 1: both agree, 0: they do not, -1: they differ by design. */
static int
agree(struct sm_record *rec, const int *slots, const char *line, size_t len)
{
	json_error_t error;
	json_t *json = json_loadb(line, len,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	struct sm_err err;
	int good, ours = sm_record_parse(rec, line, len, &err) == 0;

	if (!json && (strstr(error.text, "too big") ||
	    strstr(error.text, "overflow")))
		return -1;
	if (deepest(line, len) > SM_RECORD_DEPTH || memchr(line, '\0', len))
		good = !ours;
	else if (!json || !json_is_object(json))
		good = !ours;
	else
		good = ours && same_slots(rec, slots, json);
	if (good && json && ours) { /* all members, not only the wanted */
		struct sm_value top = { .text = line, .type = SM_OBJECT };

		while (*top.text != '{')
			top.text++;
		top.len = (uint32_t)(len - (size_t)(top.text - line));
		while (top.text[top.len - 1] != '}')
			top.len--;
		good = same(rec, &top, json) &&
		    good_splice(rec, slots[3], json);
	}
	json_decref(json);
	return good;
}

static void
test_differential(enum sm_scan scan, const char *name)
{
	unsigned trials = random_trials(40000), wrong = 0, skipped = 0;
	struct sm_paths *paths = sm_paths_new();
	struct sm_buf line = SM_BUF_INIT;
	struct sm_record *rec;
	int slots[WANTED];

	sm_record_scanner(scan);
	for (size_t i = 0; i < WANTED; i++)
		slots[i] = sm_paths_add(paths, wanted[i]);
	rec = sm_record_new(paths);
	for (unsigned i = 0; i < trials; i++) {
		int agreed;

		sm_buf_clear(&line);
		generate_object(&line, 0);
		if (i % 2)
			mutate(&line);
		agreed = agree(rec, slots, line.data, line.len);
		skipped += agreed == -1;
		if (agreed == 0 && wrong++ < 3)
			printf("# differs: %s\n", line.data);
	}
	is_int(wrong, 0, name);
	ok(skipped < trials / 50, "few lines are left out of the comparison");
	sm_record_free(rec);
	sm_paths_free(paths);
	sm_buf_release(&line);
}

/* What jansson cannot be asked. */
static void
test_refused(void)
{
	static const struct {
		const char *line, *error;
	} cases[] = {
		{ "", "byte 1: an empty line" },
		{ "[]", "byte 1: expected an object" },
		{ "{\"a\":1", "byte 7: expected ',' or '}'" },
		{ "{\"a\":1}x", "byte 8: something behind the object" },
		{ "{\"a\":1,\"a\":2}", "byte 9: a name stands twice" },
		{ "{\"a\":1,\"\\u0061\":2}", "byte 9: a name stands twice" },
		{ "{\"a\":\"\\ud800\"}", "byte 7: a lone surrogate" },
		{ "{\"a\":\"\\q\"}", "byte 7: no such escape" },
		{ "{\"a\":01}", "byte 7: expected ',' or '}'" },
		{ "{\"a\":.5}", "byte 6: expected a value" },
		{ "{\"a\":\"\xff\"}", "byte 7: not UTF-8" },
		{ "{\"\\u0000\":1}", "byte 3: U+0000 in a name" },
		{ "{a:1}", "byte 2: expected a name in quotes" },
		{ "{\"a\" 1}", "byte 6: expected ':'" },
	};
	struct sm_paths *paths = sm_paths_new();
	struct sm_record *rec = sm_record_new(paths);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sm_err err = { .text = "accepted" };

		sm_record_parse(rec, cases[i].line, strlen(cases[i].line),
		    &err);
		is_str(err.text, cases[i].error, cases[i].error);
	}
	sm_record_free(rec);
	sm_paths_free(paths);
}

static void
test_depth(void)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_record *rec = sm_record_new(paths);
	struct sm_buf line = SM_BUF_INIT;
	struct sm_err err;

	for (int depth = 64; depth <= 1000; depth += 936) {
		sm_buf_clear(&line);
		sm_buf_adds(&line, "{\"a\":");
		for (int i = 1; i < depth; i++)
			sm_buf_addc(&line, '[');
		for (int i = 1; i < depth; i++)
			sm_buf_addc(&line, ']');
		sm_buf_addc(&line, '}');
		is_int(sm_record_parse(rec, line.data, line.len, &err),
		    depth == 64 ? 0 : -1, depth == 64 ?
		    "64 levels are read" : "1,000 levels are refused");
	}
	sm_buf_release(&line);
	sm_record_free(rec);
	sm_paths_free(paths);
}

/* A hostile object with very many names costs no more than sorting them. */
static void
test_many_names(void)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_record *rec = sm_record_new(paths);
	struct sm_buf line = SM_BUF_INIT;
	struct sm_err err;

	sm_buf_addc(&line, '{');
	for (int i = 0; i < 90000; i++)
		sm_buf_addf(&line, "%s\"%d\":0", i ? "," : "", i);
	sm_buf_addc(&line, '}');
	is_int(sm_record_parse(rec, line.data, line.len, &err), 0,
	    "90,000 different names are read");
	sm_buf_cut(&line, line.len - 1);
	sm_buf_adds(&line, ",\"77\":0}");
	is_int(sm_record_parse(rec, line.data, line.len, &err), -1,
	    "one of them twice is found");
	sm_buf_release(&line);
	sm_record_free(rec);
	sm_paths_free(paths);
}

static void
test_numbers(void)
{
	static const struct {
		const char *text;
		bool whole;
		int64_t number, micro;
	} cases[] = {
		{ "0", true, 0, 0 },
		{ "-12", true, -12, -12000000 },
		{ "1e3", true, 1000, 1000000000 },
		{ "2.0", true, 2, 2000000 },
		{ "0.5", false, 0, 500000 },
		{ "-0.0000019", false, 0, -1 },
		{ "1234567890123456789", true, 1234567890123456789, INT64_MAX },
		{ "9223372036854775807", true, INT64_MAX, INT64_MAX },
		{ "9223372036854775808", false, 0, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN, INT64_MIN },
		{ "1e999999999999", false, 0, INT64_MAX },
		{ "1e-999999999999", false, 0, 0 },
		{ "123456789012345678901234567890e-20", false, 0,
		    1234567890123456 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sm_value value = { .text = cases[i].text,
		    .len = (uint32_t)strlen(cases[i].text),
		    .type = SM_NUMBER };
		int64_t got = 0;
		bool whole = sm_value_int(&value, &got);

		is_int(whole, cases[i].whole, cases[i].text);
		if (whole)
			is_int(got, cases[i].number, "its value");
		sm_value_micro(&value, &got);
		is_int(got, cases[i].micro, "its millionths");
	}
}

static void
check_edit(const char *line, int set, int remove_slot, const char *want,
    const char *name)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_buf out = SM_BUF_INIT;
	struct sm_record *rec;
	struct sm_err err;

	sm_paths_add(paths, "a");
	sm_paths_add(paths, "b");
	sm_paths_add(paths, "c");
	rec = sm_record_new(paths);
	sm_record_parse(rec, line, strlen(line), &err);
	if (set >= 0)
		sm_record_set(rec, set, "[1]", 3);
	for (int i = 0; i < 3; i++)
		if (remove_slot >> i & 1)
			sm_record_remove(rec, i);
	sm_record_write(rec, &out);
	is_str(sm_buf_str(&out), want, name);
	sm_buf_release(&out);
	sm_record_free(rec);
	sm_paths_free(paths);
}

static void
test_edits(void)
{
	check_edit("{\"x\" : 1.50,\"a\":2, \"y\":\"\\u0061\"}", 0, 0,
	    "{\"x\" : 1.50,\"a\":[1], \"y\":\"\\u0061\"}",
	    "a member of ours is replaced where it stands");
	check_edit("{\"x\":1 }", 1, 0, "{\"x\":1 ,\"b\":[1]}",
	    "a new member goes before the last brace");
	check_edit("{}", 1, 0, "{\"b\":[1]}", "also into an empty object");
	check_edit("{\"a\":\"s\"}", 0, 0, "{\"a\":[1]}",
	    "a string is replaced with its quotes");
	check_edit("{\"a\":1,\"b\":2,\"c\":3}", -1, 7, "{}",
	    "all members can be left out");
	check_edit("{\"a\":1,\"b\":2,\"c\":3}", -1, 6, "{\"a\":1}",
	    "the last ones can be left out");
	check_edit("{\"a\":1,\"b\":2}", 2, 2, "{\"a\":1,\"c\":[1]}",
	    "one goes and another comes");
	check_edit("{\"a\":1}", 2, 1, "{\"c\":[1]}",
	    "the only one goes and another comes");
}

int
main(void)
{
	test_refused();
	test_depth();
	test_many_names();
	test_numbers();
	test_edits();
	test_differential(SM_SCAN_SCALAR,
	    "the scalar cursor and jansson agree on every line");
	test_differential(SM_SCAN_SSE2,
	    "the SSE2 cursor and jansson agree on every line");
	return plan_done();
}
