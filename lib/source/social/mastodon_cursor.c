/* What is kept between sweeps. */
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/social/mastodon.h"

static const char *const words[] = {
	[MASTODON_MENTIONS] = "mentions",
	[MASTODON_NOTIFICATIONS] = "notifications",
	[MASTODON_CONVERSATIONS] = "conversations",
	[MASTODON_TAG] = "tag",
	[MASTODON_ACCOUNT] = "account",
	[MASTODON_SEARCH] = "search"
};

void
mastodon_list_name(const struct mastodon_list *list, struct sm_buf *out)
{
	sm_buf_adds(out, words[list->what]);
	if (list->argument)
		sm_buf_addf(out, " %s", list->argument);
}

static int64_t
number(const json_t *json, const char *name, int64_t other)
{
	const json_t *value = json_object_get(json, name);

	return json_is_integer(value) ? json_integer_value(value) : other;
}

/* A text that goes into URLs: an id, or nothing. */
static void
take_id(struct sm_buf *to, const json_t *json, const char *name)
{
	const char *s = social_text(json, name);

	if (social_is_id(s, strlen(s)))
		sm_buf_adds(to, s);
}

static void
read_lists(struct mastodon *m, const json_t *json)
{
	struct sm_buf name = SM_BUF_INIT;

	for (size_t i = 0; i < m->nlists; i++) {
		struct mastodon_list *list = &m->lists[i];
		const json_t *kept;

		sm_buf_clear(&name);
		mastodon_list_name(list, &name);
		kept = json_object_get(json, name.data);
		take_id(&list->id, kept, "id");
		take_id(&list->mark, kept, "mark");
		list->min_id = (int)number(kept, "min_id", 0);
		list->plain = social_true(kept, "plain");
	}
	sm_buf_release(&name);
}

static void
read_roots(struct mastodon *m, const json_t *json)
{
	const json_t *pair;
	size_t i;

	json_array_foreach(json, i, pair) {
		const char *id = json_string_value(json_array_get(pair, 0));
		const char *root = json_string_value(json_array_get(pair, 1));

		if (id && root && i < MASTODON_ROOTS)
			mastodon_root_add(m, id, root);
	}
}

static void
read_server(struct mastodon *m, const json_t *json)
{
	m->server.read = number(json, "read", SM_TIME_NONE);
	m->server.max = number(json, "max", m->server.max);
	m->server.url = number(json, "url", m->server.url);
	m->server.snac = social_true(json, "snac");
	m->server.no_stream = social_true(json, "no_stream");
	take_id(&m->server.domain, json, "domain");
	take_id(&m->server.streaming, json, "streaming");
}

void
mastodon_read_cursor(struct mastodon *m, const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	const json_t *me = json_object_get(json, "me");
	struct sm_span seen = social_str(json, "seen");

	read_server(m, json_object_get(json, "server"));
	m->me.read = number(me, "read", SM_TIME_NONE);
	take_id(&m->me.id, me, "id");
	take_id(&m->me.acct, me, "acct");
	read_lists(m, json_object_get(json, "lists"));
	social_recent_read(&m->recent, json_object_get(json, "recent"));
	m->checked = number(json, "checked", SM_TIME_NONE);
	m->turn = number(json, "turn", 0);
	if (m->turn < 0)
		m->turn = 0;
	m->batch = (int)number(json, "batch", 0);
	read_roots(m, json_object_get(json, "roots"));
	if (seen.s)
		sm_seen_read(m->seen, seen.s, seen.len);
	json_decref(json);
}

static void
add_buf(struct sm_buf *out, const char *name, const struct sm_buf *value)
{
	if (value->len > 0)
		sm_json_str(out, name, value->data, value->len);
}

static void
write_server(const struct mastodon *m, struct sm_buf *out)
{
	if (m->server.read != SM_TIME_NONE) {
		sm_json_open(out, "server", '{');
		sm_json_int(out, "read", m->server.read);
		sm_json_int(out, "max", m->server.max);
		sm_json_int(out, "url", m->server.url);
		add_buf(out, "domain", &m->server.domain);
		add_buf(out, "streaming", &m->server.streaming);
		if (m->server.snac)
			sm_json_bool(out, "snac", true);
		if (m->server.no_stream)
			sm_json_bool(out, "no_stream", true);
		sm_json_close(out, '}');
	}
	if (m->me.read != SM_TIME_NONE) {
		sm_json_open(out, "me", '{');
		sm_json_int(out, "read", m->me.read);
		add_buf(out, "id", &m->me.id);
		add_buf(out, "acct", &m->me.acct);
		sm_json_close(out, '}');
	}
}

static void
write_lists(const struct mastodon *m, struct sm_buf *out)
{
	struct sm_buf name = SM_BUF_INIT;

	sm_json_open(out, "lists", '{');
	for (size_t i = 0; i < m->nlists; i++) {
		const struct mastodon_list *list = &m->lists[i];

		sm_buf_clear(&name);
		mastodon_list_name(list, &name);
		sm_json_open(out, name.data, '{');
		add_buf(out, "id", &list->id);
		add_buf(out, "mark", &list->mark);
		if (list->min_id != 0)
			sm_json_int(out, "min_id", list->min_id);
		if (list->plain)
			sm_json_bool(out, "plain", true);
		sm_json_close(out, '}');
	}
	sm_json_close(out, '}');
	sm_buf_release(&name);
}

static void
write_roots(const struct mastodon *m, struct sm_buf *out)
{
	size_t first = m->nroots > MASTODON_ROOTS_KEPT ? m->nroots -
	    MASTODON_ROOTS_KEPT : 0;
	size_t room = MASTODON_ROOTS_BYTES;

	/* The last are the likeliest to be answered to. */
	for (size_t i = m->nroots; i > first; i--) {
		size_t need = strlen(m->roots[i - 1].id) +
		    strlen(m->roots[i - 1].root) + 8;

		if (need > room)
			first = i;
		else
			room -= need;
	}
	if (first == m->nroots)
		return;
	sm_json_open(out, "roots", '[');
	for (size_t i = first; i < m->nroots; i++) {
		sm_json_open(out, NULL, '[');
		sm_json_strz(out, NULL, m->roots[i].id);
		sm_json_strz(out, NULL, m->roots[i].root);
		sm_json_close(out, ']');
	}
	sm_json_close(out, ']');
}

void
mastodon_cursor(const void *state, struct sm_buf *out)
{
	const struct mastodon *m = state;
	struct sm_buf seen = SM_BUF_INIT;

	if (m->server.read == SM_TIME_NONE && sm_seen_clock(m->seen) == 0)
		return;
	sm_json_open(out, NULL, '{');
	write_server(m, out);
	write_lists(m, out);
	social_recent_write(&m->recent, "recent", out);
	if (m->checked != SM_TIME_NONE)
		sm_json_int(out, "checked", m->checked);
	if (m->turn > 0)
		sm_json_int(out, "turn", m->turn);
	if (m->batch != 0)
		sm_json_int(out, "batch", m->batch);
	write_roots(m, out);
	sm_seen_write(m->seen, &seen);
	add_buf(out, "seen", &seen);
	sm_json_close(out, '}');
	sm_buf_release(&seen);
}
