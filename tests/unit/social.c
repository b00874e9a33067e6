/* What connectors of social networks share. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "source/social/social.h"
#include "source/source.h"
#include "tap.h"

static const struct {
	const char *header, *want, *name;
} links[] = {
	{ "<https://a.example/?max_id=1>; rel=\"next\"",
	    "https://a.example/?max_id=1", "a link" },
	{ "<p>; rel=\"prev\", <n>; rel=\"next\"", "n", "the right one" },
	{ "<n>;rel=next", "n", "without quotes" },
	{ "<n>; title=\"a, <b>; rel=next\"; rel=\"last next\"", "n",
	    "several words, and a parameter that looks like another" },
	{ "<n>; rel=prev; rel=next", "", "of several rel the first counts" },
	{ "<n>; title=\"next\"", "", "only rel counts" },
	{ "<n>; rel=\"nextish\"", "", "whole words only" },
	{ "<n>; REL=\"Next\"", "n", "in any case" },
	{ "<n>; rel = \"next\"", "n", "with blanks" },
	{ "<n>; a=\"\\\"\"; rel=next", "n", "a quote in quotes" },
	{ "<n", "", "one that does not end" },
	{ "<>; rel=next", "", "an empty one" },
	{ "", "", "none at all" }
};

static void
test_links(void)
{
	struct sm_buf out = SM_BUF_INIT;

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		sm_buf_clear(&out);
		social_link(links[i].header, "next", &out);
		is_str(sm_buf_str(&out), links[i].want, links[i].name);
	}
	sm_buf_release(&out);
}

static void
test_members(void)
{
	json_t *json = json_loads("{\"a\":{\"b\":\"x\",\"n\":17,\"t\":true},"
	    "\"time\":\"2026-08-25T10:00:00.5Z\",\"bad\":\"a b\"}", 0, NULL);
	struct sm_arena arena = SM_ARENA_INIT;

	is_str(social_text(json, "a.b"), "x", "a member by its path");
	is_str(social_text(json, "a.c"), "", "one that is not there");
	is_str(social_text(json, "a.b.c"), "", "one of what has none");
	is_str(social_text(NULL, "a"), "", "one of nothing");
	is_str(social_id(&arena, json, "a.n"), "17", "a number as an id");
	ok(!social_id(&arena, json, "bad"), "an id has no blanks");
	is_int(social_count(json, "a.n"), 17, "a count");
	is_int(social_count(json, "a.b"), -1, "a text is no count");
	is_int(social_truth(json, "a.t"), 1, "true");
	is_int(social_truth(json, "a.n"), -1, "neither true nor false");
	is_int(social_time(json, "time"), 1787652000, "a time");
	ok(social_time(json, "a.b") == SM_TIME_NONE, "no time");
	json_decref(json);
	sm_arena_release(&arena);
}

static void
test_urls(void)
{
	struct sm_buf url = SM_BUF_INIT;

	sm_buf_adds(&url, "https://a.example/x");
	social_param(&url, "q", "a b&c=d/\xC5\xBC");
	social_param(&url, "n", "1");
	is_str(url.data, "https://a.example/x?q=a%20b%26c%3Dd%2F%C5%BC&n=1",
	    "values of parameters are encoded");
	sm_buf_release(&url);
}

static void
test_recent(void)
{
	static struct social_recent recent;
	struct sm_buf out = SM_BUF_INIT;
	json_t *json;
	char id[16];

	for (int i = 0; i < SOCIAL_RECENT + 50; i++) {
		snprintf(id, sizeof(id), "id%d", i);
		social_recent_add(&recent, id, i, 'm');
	}
	is_int(recent.count, SOCIAL_RECENT, "so many posts are kept");
	is_str(recent.list[0].id, "id50", "the oldest leave first");
	social_recent_add(&recent, "id50", 50, 'l');
	is_int(recent.count, SOCIAL_RECENT, "one that is there comes anew");
	is_str(recent.list[SOCIAL_RECENT - 1].id, "id50", "at the end");
	social_recent_since(&recent, 240);
	is_int(recent.count, 10, "old ones are forgotten");
	social_recent_write(&recent, NULL, &out);
	social_recent_release(&recent);
	json = json_loads(out.data, 0, NULL);
	social_recent_read(&recent, json);
	is_int(recent.count, 10, "they are written and read");
	is_str(recent.list[9].id, "id249", "in order");
	json_decref(json);
	social_recent_release(&recent);
	json = json_loads("[[],[1,2,3],[\"a b\",1,\"m\"],[\"x\",1,\"\"],7,"
	    "[\"y\",5,\"m\"]]", 0, NULL);
	social_recent_read(&recent, json);
	is_int(recent.count, 1, "what is wrong in a cursor is passed over");
	json_decref(json);
	social_recent_release(&recent);
	sm_buf_release(&out);
}

int
main(void)
{
	test_links();
	test_members();
	test_urls();
	test_recent();
	return plan_done();
}
