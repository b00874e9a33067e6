#include "desk/arrival.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "record/record.h"

void
sm_arrival_paths(struct sm_arrival_slots *slots, struct sm_paths *paths)
{
	const struct {
		int *slot;
		const char *path;
	} table[] = {
		{ &slots->type, "type" },
		{ &slots->brand, "brand" },
		{ &slots->key, "key" },
		{ &slots->rev, "rev" },
		{ &slots->id, "id" },
		{ &slots->channel, "channel" },
		{ &slots->account, "account" },
		{ &slots->context, "context" },
		{ &slots->parent, "inReplyTo" },
		{ &slots->author_id, "attributedTo.id" },
		{ &slots->author_handle, "attributedTo.preferredUsername" },
		{ &slots->author_name, "attributedTo.name" },
		{ &slots->direction, "direction" },
		{ &slots->flags, "flags" },
		{ &slots->start, "start" },
		{ &slots->published, "published" },
		{ &slots->updated, "updated" },
		{ &slots->fetched, "fetched" },
		{ &slots->decision, "route.decision" },
		{ &slots->reason, "route.reason" },
		{ &slots->rule, "route.rule" },
		{ &slots->by, "route.by" },
		{ &slots->queue, "route.queue" },
		{ &slots->priority, "route.priority" },
		{ &slots->score_priority, "score.priority" },
		{ &slots->labels, "route.labels" },
		{ &slots->lang, "score.lang" },
		{ &slots->language, "language" }
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		*table[i].slot = sm_paths_add(paths, table[i].path);
}

/* The member's text, or none; -1 and err where it cannot be kept. */
static int
get(struct sm_record *rec, int slot, const char *name, struct sm_text *text,
    struct sm_err *err)
{
	text->len = 0;
	text->s = sm_record_str(rec, slot, &text->len);
	if (!text->s || text->len == 0) {
		*text = (struct sm_text){ .s = NULL, .len = 0 };
		return 0;
	}
	if (text->len > SM_STORE_TEXT_MAX)
		return sm_err_set(err, SM_EXIT_DATA, "'%s' is longer than %d "
		    "bytes", name, SM_STORE_TEXT_MAX);
	if (memchr(text->s, '\0', text->len))
		return sm_err_set(err, SM_EXIT_DATA, "'%s' has a U+0000 in "
		    "it", name);
	return 0;
}

static int
get_texts(struct sm_arrival *a, const struct sm_arrival_slots *slots,
    struct sm_record *rec, struct sm_err *err)
{
	const struct {
		int slot;
		const char *name;
		struct sm_text *text;
	} table[] = {
		{ slots->key, "key", &a->key },
		{ slots->brand, "brand", &a->brand },
		{ slots->rev, "rev", &a->rev },
		{ slots->id, "id", &a->id },
		{ slots->channel, "channel", &a->channel },
		{ slots->account, "account", &a->account },
		{ slots->context, "context", &a->context },
		{ slots->parent, "inReplyTo", &a->parent },
		{ slots->author_id, "attributedTo.id", &a->party },
		{ slots->author_handle, "attributedTo.preferredUsername",
		    &a->handle },
		{ slots->reason, "route.reason", &a->reason },
		{ slots->rule, "route.rule", &a->rule },
		{ slots->by, "route.by", &a->by },
		{ slots->queue, "route.queue", &a->queue }
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (get(rec, table[i].slot, table[i].name, table[i].text,
		    err) == -1)
			return -1;
	if (!a->handle.s && !a->party.s)
		return get(rec, slots->author_name, "attributedTo.name",
		    &a->handle, err);
	return 0;
}

static void
fall_back(struct sm_text *text, struct sm_text other)
{
	if (!text->s)
		*text = other;
}

/* What stands for what is left out. */
static void
fill_texts(struct sm_arrival *a)
{
	struct sm_text none = { .s = "", .len = 0 };
	const char *colon = memchr(a->key.s, ':', a->key.len);
	struct sm_text kind = { .s = a->key.s, .len = colon ?
	    (size_t)(colon - a->key.s) : a->key.len };

	fall_back(&a->brand, sm_text("default"));
	fall_back(&a->id, a->key);
	fall_back(&a->channel, kind);
	fall_back(&a->account, none);
	fall_back(&a->context, a->key);
	fall_back(&a->party, a->handle);
	fall_back(&a->handle, a->party);
	fall_back(&a->party, none);
	fall_back(&a->handle, none);
	fall_back(&a->queue, none);
}

static void
get_times(struct sm_arrival *a, const struct sm_arrival_slots *slots,
    struct sm_record *rec)
{
	const int clocks[] = { slots->start, slots->published,
	    slots->fetched };

	a->start = a->updated = SM_STORE_NEVER;
	for (int i = 0; i < 3 && a->start == SM_STORE_NEVER; i++)
		if (!sm_record_time(rec, clocks[i], &a->start))
			a->start = SM_STORE_NEVER;
	/* Forged years sort behind everything, and never overflow. */
	if (a->start >= SM_STORE_NEVER)
		a->start = sm_clock_now();
	if (!sm_record_time(rec, slots->updated, &a->updated))
		a->updated = SM_STORE_NEVER;
}

/* What cannot be a language is none. */
static struct sm_text
get_lang(struct sm_record *rec, int slot)
{
	struct sm_text lang = { .s = NULL, .len = 0 };

	lang.s = sm_record_str(rec, slot, &lang.len);
	if (!lang.s || lang.len == 0 || lang.len > SM_STORE_LANG_MAX ||
	    memchr(lang.s, '\0', lang.len) || sm_text_is(lang, "und"))
		return (struct sm_text){ .s = NULL, .len = 0 };
	return lang;
}

static bool
has_flag(struct sm_record *rec, int slot, const char *flag)
{
	struct sm_items items;
	struct sm_value item;

	if (!sm_items_begin(&items, sm_record_value(rec, slot)))
		return false;
	while (sm_items_next(&items, &item))
		if (item.type == SM_STRING && item.len == strlen(flag) &&
		    memcmp(item.text, flag, item.len) == 0)
			return true;
	return false;
}

int
sm_arrival_read(struct sm_arrival *a, const struct sm_arrival_slots *slots,
    struct sm_record *rec, struct sm_err *err)
{
	if (get_texts(a, slots, rec, err) == -1)
		return -1;
	if (!a->key.s)
		return sm_err_set(err, SM_EXIT_DATA, "a post without 'key'");
	fill_texts(a);
	get_times(a, slots, rec);
	a->lang = get_lang(rec, slots->lang);
	if (!a->lang.s)
		a->lang = get_lang(rec, slots->language);
	a->tombstone = sm_record_is(rec, slots->type, "Tombstone");
	a->automatic = has_flag(rec, slots->flags, "auto");
	a->direction = sm_record_is(rec, slots->direction, "about") ? SM_ABOUT :
	    sm_record_is(rec, slots->direction, "peer") ? SM_PEER :
	    sm_record_is(rec, slots->direction, "out") ? SM_OUT : SM_IN;
	a->decision = sm_record_is(rec, slots->decision, "react") ? SM_REACT :
	    sm_record_is(rec, slots->decision, "ignore") ? SM_IGNORE :
	    SM_DEFER;
	if (!sm_record_int(rec, slots->priority, &a->priority) &&
	    !sm_record_int(rec, slots->score_priority, &a->priority))
		a->priority = 0;
	if (a->queue.len == 0 && a->decision == SM_DEFER)
		a->queue = sm_text("unsorted");
	return 0;
}

struct sm_text
sm_arrival_author(const struct sm_arrival *a)
{
	return a->direction == SM_OUT ? sm_text("") : a->party;
}

bool
sm_arrival_waits(const struct sm_arrival *a)
{
	if (a->tombstone || a->direction == SM_OUT)
		return false;
	/* What customers say to one another asks for us only by the rules. */
	return a->direction == SM_PEER ? a->decision == SM_REACT :
	    a->decision != SM_IGNORE;
}
