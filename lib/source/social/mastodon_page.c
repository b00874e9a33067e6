/* Pages of a list: what is new in them, and what to ask next (mastodon.h). */
#include <string.h>

#include "base/clock.h"
#include "source/emit.h"
#include "source/social/mastodon.h"
#include "text/url.h"

/* Seconds that a list's mark stays behind. */
#define LAG_NOTIFICATIONS 300
#define LAG_POSTS 3600

int
mastodon_id_cmp(const char *a, const char *b)
{
	size_t left = strlen(a), right = strlen(b);

	if (left != right)
		return left < right ? -1 : 1;
	return strcmp(a, b);
}

static void
set(struct sm_buf *to, const char *s)
{
	sm_buf_clear(to);
	sm_buf_adds(to, s);
}

static void
raise(struct sm_buf *to, const char *id)
{
	if (to->len == 0 || mastodon_id_cmp(id, to->data) > 0)
		set(to, id);
}

void
mastodon_settle(struct mastodon_list *list)
{
	if (list->settled.len > 0)
		raise(&list->mark, list->settled.data);
}

/* An item of a list, whatever the list. */
struct entry {
	const char *id;		/* by which the list is ordered */
	json_t *status;		/* may be NULL */
	int64_t when;		/* SM_TIME_NONE: not known */
};

static bool
is_notifications(const struct mastodon_list *list)
{
	return list->what == MASTODON_MENTIONS ||
	    list->what == MASTODON_NOTIFICATIONS;
}

static struct entry
entry_of(struct mastodon *m, const struct mastodon_list *list, json_t *item)
{
	struct entry entry = { .status = item };

	if (is_notifications(list) || list->what == MASTODON_CONVERSATIONS)
		entry.status = social_at(item, is_notifications(list) ?
		    "status" : "last_status");
	entry.id = social_id(&m->arena, is_notifications(list) ? item :
	    entry.status, "id");
	entry.when = social_time(is_notifications(list) ? item :
	    entry.status, "created_at");
	return entry;
}

static void
note_entry(struct mastodon_list *list, const struct entry *entry, int64_t now)
{
	int64_t lag = is_notifications(list) ? LAG_NOTIFICATIONS : LAG_POSTS;

	raise(&list->top, entry->id);
	if (entry->when == SM_TIME_NONE)
		return;
	if (entry->when <= now - lag)
		raise(&list->settled, entry->id);
	if (list->oldest == SM_TIME_NONE || entry->when < list->oldest)
		list->oldest = entry->when;
}

static void
push_entry(struct mastodon *m, const struct mastodon_list *list, json_t *item,
    const struct entry *entry)
{
	if (is_notifications(list))
		mastodon_push_notification(m, item,
		    list->what == MASTODON_NOTIFICATIONS);
	else
		mastodon_push(m, entry->status, SM_TIME_NONE,
		    list->what == MASTODON_CONVERSATIONS ?
		    MASTODON_BY_TALK : MASTODON_BY_LIST);
}

static bool
is_known(struct mastodon *m, const struct entry *entry)
{
	return sm_seen_look(m->seen, social_thing(mastodon_id(m,
	    entry->status, "id")), social_rev(mastodon_rev(m,
	    entry->status))) == SM_SEEN_SAME;
}

/* What a page had. */
struct found {
	size_t count, fresh;
	bool below;	/* something not above what was asked for */
	bool early;	/* something from before the window */
};

/* Queues what lies above floor ("": all) and in the window. */
static struct found
look(struct mastodon *m, struct mastodon_list *list, const json_t *items,
    const char *floor, const struct sm_emit *emit)
{
	struct found found = { .count = 0 };
	int64_t window = m->args->window;
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item) {
		struct entry entry = entry_of(m, list, item);

		if (!entry.id)
			continue;
		found.count++;
		if (list->walking) {
			set(&list->above, sm_buf_str(&list->last));
			raise(&list->newest, entry.id);
		}
		set(&list->last, entry.id);
		if (*floor && mastodon_id_cmp(entry.id, floor) <= 0) {
			found.below = true;
			continue;
		}
		/* With a mark the window has been passed before. */
		if (!*floor && entry.when != SM_TIME_NONE &&
		    window != SM_TIME_NONE && entry.when < window) {
			found.early = true;
			continue;
		}
		note_entry(list, &entry, emit->fetched);
		if (!mastodon_list_has_ids(list) && !is_known(m, &entry))
			found.fresh++;
		push_entry(m, list, item, &entry);
	}
	sm_arena_reset(&m->arena);
	return found;
}

static void
forget_new(struct mastodon *m, size_t count)
{
	while (m->nqueue - m->head > count)
		json_decref(m->queue[--m->nqueue].status);
	if (m->head == m->nqueue)
		m->head = m->nqueue = 0;
}

/*
 * One item was asked for above the lowest of all that were met: the one next
 * to it comes where min_id is heeded, the newest where it is not.
 */
static void
probe(struct mastodon *m, struct mastodon_list *list, const json_t *items)
{
	struct entry entry = entry_of(m, list, json_array_get(items, 0));

	if (json_array_size(items) == 1 && entry.id) {
		if (strcmp(entry.id, list->above.data) == 0)
			list->min_id = 1;
		else if (strcmp(entry.id, list->newest.data) == 0)
			list->min_id = -1;
	} else if (json_array_size(items) > 1)
		list->min_id = -1;
	list->over = true;
}

/* The page just above list->last, which is the mark at first. */
static void
climb(struct mastodon *m, struct mastodon_list *list, const json_t *items,
    const struct sm_emit *emit)
{
	struct sm_buf asked = SM_BUF_INIT;
	size_t before = m->nqueue - m->head;
	struct found found;

	set(&asked, list->last.data);
	found = look(m, list, items, asked.data, emit);
	if (found.below) {
		/* Not what was asked for: read it from the top. */
		forget_new(m, before);
		list->min_id = -1;
		list->walking = true;
		list->pages = 0;
		sm_buf_clear(&list->last);
		sm_buf_clear(&list->settled);
	} else {
		mastodon_reverse(m, before);
		list->over = found.count == 0 ||
		    list->pages >= MASTODON_PAGES;
		if (found.count > 0)
			set(&list->last, list->top.data);
	}
	sm_buf_release(&asked);
}

/* Where a Link leads, if it is the same list of the same server. */
static bool
follow_link(struct mastodon *m, struct mastodon_list *list,
    const struct sm_response *res)
{
	const char *header = sm_response_header(res, "link");
	struct sm_buf url = SM_BUF_INIT, path = SM_BUF_INIT;
	bool same = false;

	mastodon_list_url(m, list, &path);
	if (header && social_link(header, "next", &url) &&
	    url.len <= SM_URL_MAX && sm_url_is_web(url.data, url.len))
		same = strncmp(url.data, path.data, path.len) == 0 &&
		    (url.data[path.len] == '?' || !url.data[path.len]) &&
		    (list->next.len == 0 ||
		    strcmp(list->next.data, url.data) != 0);
	if (same)
		set(&list->next, url.data);
	sm_buf_release(&url);
	sm_buf_release(&path);
	return same;
}

static void
end_walk(struct mastodon *m, struct mastodon_list *list)
{
	mastodon_reverse(m, 0);
	list->walking = false;
	list->probing = mastodon_list_has_ids(list) && list->min_id == 0 &&
	    list->above.len > 0 && strcmp(list->above.data,
	    list->newest.data) != 0;
	list->over = !list->probing;
}

static void
missing(struct mastodon_list *list, struct sm_emit *emit, const char *why)
{
	sm_emit_gap(emit, SM_TIME_NONE, list->oldest, why);
}

/* The next page downwards. */
static void
walk(struct mastodon *m, struct mastodon_list *list,
    const struct sm_response *res, const json_t *items, struct sm_emit *emit)
{
	bool ids = mastodon_list_has_ids(list);
	struct sm_buf last = SM_BUF_INIT;
	struct found found;
	bool repeated;

	sm_buf_add(&last, sm_buf_str(&list->last), list->last.len);
	found = look(m, list, items, ids ? sm_buf_str(&list->mark) : "",
	    emit);
	list->offset += found.count;
	repeated = ids && last.len > 0 && list->last.len > 0 &&
	    strcmp(last.data, list->last.data) == 0;
	if (found.count == 0 || found.below || found.early ||
	    (!ids && found.fresh == 0))
		end_walk(m, list);
	else if (repeated) {
		if (found.count >= (size_t)mastodon_list_limit(list))
			missing(list, emit,
			    "the server gives the same page again");
		end_walk(m, list);
	} else if (list->pages >= MASTODON_PAGES) {
		missing(list, emit, "more was said than is read at once");
		end_walk(m, list);
	} else if (!follow_link(m, list, res)) {
		sm_buf_clear(&list->next);
		if (list->what == MASTODON_CONVERSATIONS)
			end_walk(m, list);
	}
	sm_buf_release(&last);
}

void
mastodon_page(struct mastodon *m, struct mastodon_list *list,
    const struct sm_response *res, const json_t *items, struct sm_emit *emit)
{
	list->pages++;
	if (list->probing)
		probe(m, list, items);
	else if (list->walking)
		walk(m, list, res, items, emit);
	else
		climb(m, list, items, emit);
}
