/* The lists of a source, one after the other: their requests and answers. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "source/emit.h"
#include "source/social/mastodon.h"

/* By enum mastodon_listen. */
static const struct {
	const char *path;
	int limit;
	bool ids;
} lists[] = {
	[MASTODON_MENTIONS] = { "v1/notifications", 80, true },
	[MASTODON_NOTIFICATIONS] = { "v1/notifications", 80, true },
	[MASTODON_CONVERSATIONS] = { "v1/conversations", 40, false },
	[MASTODON_TAG] = { "v1/timelines/tag/", 40, true },
	[MASTODON_ACCOUNT] = { "v1/accounts/", 40, true },
	[MASTODON_SEARCH] = { "v2/search", 40, false }
};

int
mastodon_list_limit(const struct mastodon_list *list)
{
	return lists[list->what].limit;
}

bool
mastodon_list_has_ids(const struct mastodon_list *list)
{
	return lists[list->what].ids;
}

void
mastodon_list_url(const struct mastodon *m, const struct mastodon_list *list,
    struct sm_buf *out)
{
	sm_buf_add(out, m->base.data, m->base.len);
	sm_buf_adds(out, "/api/");
	sm_buf_adds(out, lists[list->what].path);
	if (list->what == MASTODON_TAG)
		social_encode(out, list->argument, strlen(list->argument));
	if (list->what == MASTODON_ACCOUNT) {
		social_encode(out, list->id.data, list->id.len);
		sm_buf_adds(out, "/statuses");
	}
}

void
mastodon_sweep(struct mastodon *m)
{
	m->swept = sm_clock_now();
	m->at = 0;
	m->threads = 0;
	for (size_t i = 0; i < m->nlists; i++) {
		struct mastodon_list *list = &m->lists[i];

		list->probing = list->over = false;
		list->walking = list->mark.len == 0 || list->min_id != 1 ||
		    !mastodon_list_has_ids(list);
		list->pages = 0;
		list->offset = 0;
		list->oldest = SM_TIME_NONE;
		sm_buf_clear(&list->next);
		sm_buf_clear(&list->last);
		sm_buf_clear(&list->top);
		sm_buf_clear(&list->newest);
		sm_buf_clear(&list->above);
		sm_buf_clear(&list->settled);
		if (!list->walking)
			sm_buf_add(&list->last, list->mark.data,
			    list->mark.len);
	}
}

static void
add_kinds(const struct mastodon_list *list, struct sm_buf *url)
{
	static const char *const kinds[] = { "quote", "update",
	    "quoted_update", "status" };
	size_t n = list->what == MASTODON_NOTIFICATIONS ? 4 : 3;

	social_param(url, "types[]", "mention");
	for (size_t i = 0; i < n && !list->plain; i++)
		social_param(url, "types[]", kinds[i]);
	/* What a policy of the account keeps out of sight. */
	if (!list->plain)
		social_param(url, "include_filtered", "true");
}

static void
add_params(const struct mastodon_list *list, struct sm_buf *url)
{
	struct sm_buf number = SM_BUF_INIT;

	sm_buf_addi(&number, list->probing ? 1 : lists[list->what].limit);
	switch (list->what) {
	case MASTODON_MENTIONS: case MASTODON_NOTIFICATIONS:
		add_kinds(list, url);
		break;
	case MASTODON_ACCOUNT:
		social_param(url, "exclude_reblogs", "true");
		break;
	case MASTODON_SEARCH:
		social_param(url, "type", "statuses");
		social_param(url, "q", list->argument);
		break;
	default:
		break;
	}
	social_param(url, "limit", number.data);
	if (!list->walking)
		social_param(url, "min_id", list->last.data);
	else if (list->what == MASTODON_SEARCH && list->offset > 0) {
		sm_buf_clear(&number);
		sm_buf_addi(&number, (int64_t)list->offset);
		social_param(url, "offset", number.data);
	} else if (lists[list->what].ids && list->last.len > 0)
		social_param(url, "max_id", list->last.data);
	sm_buf_release(&number);
}

static bool
is_lookup(const struct mastodon_list *list)
{
	return list->what == MASTODON_ACCOUNT && list->id.len == 0;
}

static void
ask_page(struct mastodon *m, struct mastodon_list *list,
    struct sm_request *req)
{
	if (list->walking && list->next.len > 0)
		sm_buf_add(&req->url, list->next.data, list->next.len);
	else {
		mastodon_list_url(m, list, &req->url);
		add_params(list, &req->url);
	}
}

int
mastodon_list_ask(struct mastodon *m, struct sm_request *req,
    struct sm_err *err)
{
	(void)err;
	for (; m->at < m->nlists; m->at++) {
		struct mastodon_list *list = &m->lists[m->at];

		/* The queue is empty here: what was met is out. */
		if (list->over || !list->walking)
			mastodon_settle(list);
		if (list->over)
			continue;
		if (is_lookup(list)) {
			mastodon_url(m, req, "v1/accounts/lookup");
			social_param(&req->url, "acct", list->argument);
		} else
			ask_page(m, list, req);
		return 1;
	}
	return 0;
}

/* A list that cannot be read does not keep the others from being read. */
static int
give_up(struct mastodon *m, struct mastodon_list *list, struct sm_emit *emit,
    struct sm_err *err)
{
	struct sm_buf name = SM_BUF_INIT;

	mastodon_list_name(list, &name);
	sm_err_prefix(err, "%s", name.data);
	sm_buf_release(&name);
	if (err->code == SM_EXIT_TEMP)
		return -1;
	list->over = true;
	sm_buf_clear(&list->settled);
	if (m->args->follow)
		sm_emit_failed(emit, "%s", err->text);
	else if (!m->failed)
		m->err = *err;
	m->failed = !m->args->follow;
	return 0;
}

static int
take_lookup(struct mastodon *m, struct mastodon_list *list,
    const struct sm_response *res, const json_t *json, struct sm_emit *emit,
    struct sm_err *err)
{
	const char *id = social_id(&m->arena, json, "id");

	if (res->status == 200 && id) {
		sm_buf_adds(&list->id, id);
		return 0;
	}
	if (res->status == 200 || res->status == 404)
		sm_err_set(err, SM_EXIT_REFUSED, "%s does not know this "
		    "account", sm_buf_str(&m->host));
	else
		sm_response_check_json(res, err);
	return give_up(m, list, emit, err);
}

int
mastodon_list_answer(struct mastodon *m, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err)
{
	struct mastodon_list *list = &m->lists[m->at];
	const json_t *items = json;

	if (is_lookup(list))
		return take_lookup(m, list, res, json, emit, err);
	if ((res->status == 400 || res->status == 422) && !list->plain &&
	    list->what <= MASTODON_NOTIFICATIONS) {
		/* Pleroma refuses all where it does not know one. */
		list->plain = true;
		return 0;
	}
	if (res->status != 200) {
		sm_response_check_json(res, err);
		return res->status == 401 ? -1 : give_up(m, list, emit, err);
	}
	if (list->what == MASTODON_SEARCH)
		items = social_at(json, "statuses");
	if (!json_is_array(items)) {
		sm_err_set(err, SM_EXIT_DATA, "expected a list of posts, got "
		    "something else");
		return give_up(m, list, emit, err);
	}
	mastodon_page(m, list, res, items, emit);
	return mastodon_drain(m, emit, err);
}

void
mastodon_explain(const void *state, struct sm_buf *out)
{
	static const struct social_map map[] = {
		{ "key, id", "/id" },
		{ "rev", "/edited_at, else /created_at" },
		{ "content", "/content, /poll/options" },
		{ "summary", "/spoiler_text" },
		{ "author", "/account: uri, acct, display_name, url, counts" },
		{ "published", "/created_at" },
		{ "indexed", "created_at of the notification" },
		{ "inReplyTo", "/in_reply_to_id" },
		{ "context", "its first ancestor, by /context" },
		{ "visibility", "/visibility; private: followers" },
		{ "tag", "/mentions, /tags" },
		{ "attachment", "/media_attachments, /card, /quote" },
		{ "metrics", "/favourites_count, /reblogs_count, "
		    "/replies_count" },
		{ NULL, NULL }
	};
	const struct mastodon *m = state;

	for (size_t i = 0; i < m->nlists; i++) {
		sm_buf_adds(out, i == 0 ? "reads      " : "           ");
		mastodon_list_name(&m->lists[i], out);
		sm_buf_adds(out, ": /api/");
		sm_buf_adds(out, lists[m->lists[i].what].path);
		sm_buf_addc(out, '\n');
	}
	social_explain(map, out);
}
