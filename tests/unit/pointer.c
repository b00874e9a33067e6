/* Pointers into JSON: RFC 6901 and what definitions have beyond it. */
#include "source/json/pointer.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "tap.h"

static struct sm_arena arena = SM_ARENA_INIT;

/* RFC 6901, 5, and a list of things. */
static const char text[] =
    "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,"
    "\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8,\"none\":null,"
    "\"list\":[{\"type\":\"a\",\"id\":1,\"kids\":[{\"id\":11},{\"id\":12}]},"
    "{\"type\":\"b\",\"id\":2,\"kids\":null},null,{\"type\":3,\"id\":3,"
    "\"yes\":true}],\"rooms\":{\"!a\":{\"n\":[1,2]},\"!b\":{\"n\":[3]}}}";

static json_t *document;

static json_t *
get(const char *pointer, const char **name)
{
	struct sm_err err;
	struct sm_pointer *compiled = sm_pointer_new(&arena, pointer,
	    strlen(pointer), &err);

	return compiled ? sm_pointer_get(compiled, document, name) : NULL;
}

static void
check_rfc(void)
{
	static const struct {
		const char *pointer;
		int value;
	} cases[] = {
		{ "/", 0 }, { "/a~1b", 1 }, { "/c%d", 2 }, { "/e^f", 3 },
		{ "/g|h", 4 }, { "/i\\j", 5 }, { "/k\"l", 6 }, { "/ ", 7 },
		{ "/m~0n", 8 }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_int(json_integer_value(get(cases[i].pointer, NULL)),
		    cases[i].value, cases[i].pointer);
	ok(get("", NULL) == document, "\"\" is the whole document");
	ok(json_array_size(get("/foo", NULL)) == 2, "/foo is the array");
	is_str(json_string_value(get("/foo/0", NULL)), "bar", "/foo/0");
}

static void
check_ours(void)
{
	const char *name = NULL;

	is_str(json_string_value(get("/foo/-1", NULL)), "baz",
	    "-1 is the last one");
	is_int(json_integer_value(get("/list/[type=b]/id", NULL)), 2,
	    "an element is found by a member");
	is_int(json_integer_value(get("/list/[type=3]/id", NULL)), 3,
	    "that may be a number");
	is_int(json_integer_value(get("/list/[yes=true]/id", NULL)), 3,
	    "or a truth value");
	is_int(json_integer_value(get("/list/*/id", NULL)), 1,
	    "of all of them, get takes the first");
	ok(!get("/none", NULL), "null is not there");
	ok(!get("/foo/2", NULL), "nothing behind the end");
	ok(!get("/foo/01", NULL), "a number has no leading zero");
	ok(!get("/foo/-", NULL), "- is behind the end");
	ok(!get("/list/[type=z]/id", NULL), "no such element");
	ok(!get("/a~1b/c", NULL), "nothing is in a number");
	ok(!get("/nope/x/y", NULL), "nothing is in nothing");
	get("/rooms/!b/n", &name);
	is_str(name, "n", "the name of the last member is told");
	get("/rooms/*", &name);
	is_str(name, "!a", "the name behind a '*' as well");
}

static void
check_errors(void)
{
	static const struct {
		const char *pointer, *words;
	} cases[] = {
		{ "foo", "begins with '/'" }, { "/a~2", "behind '~'" },
		{ "/a~", "behind '~'" }, { "/[x]", "[name=text]" },
		{ "/[=x]", "[name=text]" }, { "/[a=x", "[name=text]" },
		{ "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
		    "too many steps" }
	};
	char *longest = malloc(SM_POINTER_TEXT + 2);
	struct sm_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(!sm_pointer_new(&arena, cases[i].pointer,
		    strlen(cases[i].pointer), &err) &&
		    strstr(err.text, cases[i].words), cases[i].pointer);
	memset(longest, '/', SM_POINTER_TEXT + 1);
	ok(!sm_pointer_new(&arena, longest, SM_POINTER_TEXT + 1, &err),
	    "a pointer is not too long");
	free(longest);
}

/* Where it was: "NAME:VALUE<NAME" with the name of what lies above. */
static int
note(const struct sm_place *place, void *arg)
{
	struct sm_buf *out = arg;

	if (out->len > 100)
		return -1;
	sm_buf_addf(out, "%s%s:%lld<%s", out->len ? " " : "", place->name,
	    (long long)json_integer_value(place->value), place->up ?
	    place->up->name : "-");
	return 0;
}

static void
each(const char *pointer, const char *want, const char *name)
{
	struct sm_err err;
	struct sm_buf out = SM_BUF_INIT;
	struct sm_place from = { .value = document, .name = "" };

	sm_pointer_each(sm_pointer_new(&arena, pointer, strlen(pointer),
	    &err), &from, note, &out);
	is_str(sm_buf_str(&out), want, name);
	sm_buf_release(&out);
}

static void
check_all(void)
{
	each("/rooms/*/n/*", ":1<!a :2<!a :3<!b",
	    "each thing knows what the '*' before stood for");
	each("/list/*/kids/*/id", "id:11< id:12<",
	    "null and what is not there are passed over");
	each("/nope/*", "", "nothing has no elements");
	each("/rooms/!b/n/0", ":3<-", "without '*' there is one thing");
}

int
main(void)
{
	document = json_loads(text, 0, NULL);
	check_rfc();
	check_ours();
	check_errors();
	check_all();
	json_decref(document);
	sm_arena_release(&arena);
	return plan_done();
}
