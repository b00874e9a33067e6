/*
 * Which case a post belongs to, and what it does to it.  Nothing here looks at
 * more than the post, the case and the decision.
 */
#include <string.h>

#include "base/err.h"
#include "desk/intake_impl.h"
#include "record/json.h"
#include "record/record.h"

void
intake_body_begin(struct sm_intake *in, int64_t post_n)
{
	sm_buf_clear(&in->body);
	sm_json_open(&in->body, NULL, '{');
	sm_json_int(&in->body, "post", post_n);
}

struct sm_text
intake_body_end(struct sm_intake *in)
{
	sm_json_close(&in->body, '}');
	return (struct sm_text){ .s = in->body.data, .len = in->body.len };
}

static void
body_text(struct sm_intake *in, const char *name, struct sm_text text)
{
	if (text.len > 0)
		sm_json_str(&in->body, name, text.s, text.len);
}

/* Which rule said so. */
static void
body_why(struct sm_intake *in, const struct sm_arrival *a)
{
	body_text(in, "reason", a->reason);
	body_text(in, "rule", a->rule);
	body_text(in, "by", a->by);
}

const char *
intake_status(struct sm_text status)
{
	static const char *const names[] = { "new", "open", "waiting",
	    "solved", "closed", "ignored", "merged" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (sm_text_is(status, names[i]))
			return names[i];
	return "other";
}

static void
case_key(const struct sm_arrival *a, struct sm_case *c)
{
	*c = (struct sm_case){
		.brand = a->brand,
		.channel = a->channel,
		.account = a->account,
		.context = a->context,
		.party = a->party,
		.handle = a->handle
	};
}

/* The case of the post that a answers: 1, 0, -1. */
static int
find_by_parent(struct sm_store *store, const struct sm_arrival *a,
    struct sm_case *c, struct sm_err *err)
{
	int64_t case_n;
	int found;

	if (!a->parent.s)
		return 0;
	found = sm_store_find_parent(store, a->brand, a->parent, &case_n,
	    err);
	if (found != 1)
		return found;
	return sm_store_get_case(store, case_n, c, err);
}

int
intake_find(struct sm_store *store, const struct sm_arrival *a,
    struct sm_case *c, struct sm_err *err)
{
	struct sm_case key;
	int64_t follows;
	int found = 0;

	if (a->direction == SM_PEER || a->direction == SM_OUT)
		found = find_by_parent(store, a, c, err);
	if (found != 0)
		return found;
	case_key(a, &key);
	if (a->direction == SM_OUT) {
		/* What we say of our own accord waits for nobody. */
		key.n = -1;
		*c = key;
		return 0;
	}
	found = sm_store_find_case(store, &key, c, err);
	if (found == -1)
		return -1;
	if (found == 1 && !sm_text_is(c->status, "closed") &&
	    !sm_text_is(c->status, "merged"))
		return 1;
	follows = found == 1 ? c->n : 0;
	*c = key;
	c->follows = follows;
	return 0;
}

/*
 * Adds what route.labels has and the case has not; in->labels is then the JSON
 * array of them, empty where there is none.
 */
static int
add_labels(struct sm_intake *in, struct sm_record *rec, int64_t case_n,
    struct sm_err *err)
{
	struct sm_items items;
	struct sm_value item;

	sm_buf_clear(&in->labels);
	if (!sm_items_begin(&items, sm_record_value(rec, in->slots.labels)) ||
	    items.object)
		return 0;
	while (sm_items_next(&items, &item)) {
		struct sm_text label = { .s = NULL, .len = 0 };
		int added;

		label.s = sm_value_str(rec, &item, &label.len);
		if (!label.s || label.len == 0 ||
		    label.len > SM_STORE_TEXT_MAX ||
		    memchr(label.s, '\0', label.len))
			continue;
		added = sm_store_add_label(in->store, case_n, label, err);
		if (added == -1)
			return -1;
		if (added == 0)
			continue;
		if (in->labels.len == 0)
			sm_json_open(&in->labels, NULL, '[');
		sm_json_str(&in->labels, NULL, label.s, label.len);
	}
	if (in->labels.len > 0)
		sm_json_close(&in->labels, ']');
	return 0;
}

/* As it came, the labels of a new case. */
static void
body_labels(struct sm_intake *in, const struct sm_record *rec)
{
	const struct sm_value *labels = sm_record_value(rec,
	    in->slots.labels);
	struct sm_items items;
	struct sm_value item;

	if (labels->type == SM_ARRAY && sm_items_begin(&items, labels) &&
	    sm_items_next(&items, &item))
		sm_json_raw(&in->body, "labels", labels->text, labels->len);
}

int
intake_open(struct sm_intake *in, const struct sm_arrival *a,
    struct sm_record *rec, struct sm_case *c, struct sm_err *err)
{
	bool ignored = a->decision == SM_IGNORE;

	c->status = sm_text(ignored ? "ignored" : "new");
	c->active = !ignored;
	if (ignored)
		c->reason = a->reason;
	c->queue = a->queue;
	c->owner = sm_text("");
	c->priority = a->priority;
	c->opened = c->last_in = a->start;
	c->due = c->last_out = SM_STORE_NEVER;
	c->waiting_since = sm_arrival_waits(a) ? a->start : SM_STORE_NEVER;
	c->posts = 1;

	intake_body_begin(in, sm_store_next_post(in->store));
	body_text(in, "status", c->status);
	body_text(in, "queue", c->queue);
	sm_json_int(&in->body, "priority", c->priority);
	body_why(in, a);
	if (c->follows > 0)
		sm_json_int(&in->body, "follows", c->follows);
	body_labels(in, rec);
	if (sm_store_add_case(in->store, c, intake_body_end(in), err) == -1)
		return -1;
	in->sums.cases++;
	return add_labels(in, rec, c->n, err);
}

/* ---- A case that is there ---------------------------------------------- */

/* What a post changes, so that one event can say it. */
struct change {
	const char *status;	/* NULL: stays */
	struct sm_text queue;	/* s NULL: stays */
	int64_t priority;	/* the case's, if it stays */
};

static void
body_before_after(struct sm_intake *in, const struct sm_case *c,
    const struct change *change, bool after)
{
	sm_json_open(&in->body, after ? "after" : "before", '{');
	if (change->status)
		body_text(in, "status", after ? sm_text(change->status) :
		    c->status);
	if (change->queue.s)
		body_text(in, "queue", after ? change->queue : c->queue);
	if (change->priority != c->priority)
		sm_json_int(&in->body, "priority", after ? change->priority :
		    c->priority);
	sm_json_close(&in->body, '}');
}

/* Our answer: does somebody still wait? */
static int
answered(struct sm_intake *in, const struct sm_arrival *a, struct sm_case *c,
    struct change *change, struct sm_err *err)
{
	if (c->last_out == SM_STORE_NEVER || a->start > c->last_out)
		c->last_out = a->start;
	/* An automatic acknowledgement is no answer. */
	if (a->automatic || c->waiting_since == SM_STORE_NEVER)
		return 0;
	if (sm_store_oldest_waiting(in->store, c->n, a->start,
	    &c->waiting_since, err) == -1)
		return -1;
	if (c->waiting_since == SM_STORE_NEVER &&
	    (sm_text_is(c->status, "new") || sm_text_is(c->status, "open")))
		change->status = "waiting";
	return 0;
}

/* A customer's post that the rules did not ignore. */
static void
asked(const struct sm_arrival *a, struct sm_case *c, bool edit,
    struct change *change)
{
	bool ignored = sm_text_is(c->status, "ignored");
	bool solved = sm_text_is(c->status, "solved");

	if (ignored)
		change->status = "new";
	else if ((solved || sm_text_is(c->status, "waiting")) && !edit)
		change->status = "open";
	if ((ignored || sm_text_is(c->queue, "unsorted") ||
	    c->queue.len == 0) && a->queue.len > 0 &&
	    !sm_text_same(a->queue, c->queue))
		change->queue = a->queue;
	if (a->priority > c->priority || ((ignored || solved) &&
	    change->status))
		change->priority = a->priority;
	if ((c->last_out == SM_STORE_NEVER || a->start > c->last_out) &&
	    a->start < c->waiting_since)
		c->waiting_since = a->start;
}

static int
write_change(struct sm_intake *in, const struct sm_arrival *a,
    struct sm_case *c, const struct change *change, int64_t post_n,
    struct sm_err *err)
{
	const char *type = change->status ? "Update" :
	    change->queue.s ? "Move" :
	    change->priority != c->priority ? "Update" : NULL;
	struct sm_text body = { .s = NULL, .len = 0 };

	if (type) {
		intake_body_begin(in, post_n);
		body_before_after(in, c, change, false);
		body_before_after(in, c, change, true);
		body_why(in, a);
		body = intake_body_end(in);
	}
	if (change->status) {
		if (sm_text_is(c->status, "solved")) {
			c->reopened++;
			in->sums.reopened++;
		}
		c->status = sm_text(change->status);
		c->active = sm_status_active(c->status);
		c->reason = (struct sm_text){ .s = NULL, .len = 0 };
	}
	if (change->queue.s)
		c->queue = change->queue;
	c->priority = change->priority;
	return sm_store_change_case(in->store, c, type, body, err);
}

/* The labels that the post brought, as an event of their own. */
static int
tell_labels(struct sm_intake *in, struct sm_case *c, int64_t post_n,
    struct sm_err *err)
{
	if (in->labels.len == 0)
		return 0;
	intake_body_begin(in, post_n);
	sm_json_raw(&in->body, "labels", in->labels.data, in->labels.len);
	return sm_store_change_case(in->store, c, "Add", intake_body_end(in),
	    err);
}

int
intake_join(struct sm_intake *in, const struct sm_arrival *a,
    struct sm_record *rec, struct sm_case *c, int64_t post_n, bool edit,
    struct sm_err *err)
{
	struct change change = { .priority = c->priority };

	c->posts += !edit;
	if (a->direction == SM_OUT) {
		if (answered(in, a, c, &change, err) == -1)
			return -1;
	} else {
		if (c->last_in == SM_STORE_NEVER || a->start > c->last_in)
			c->last_in = a->start;
		if (sm_arrival_waits(a))
			asked(a, c, edit, &change);
	}
	if (write_change(in, a, c, &change, post_n, err) == -1)
		return -1;
	/* What the rules ignore, or we say ourselves, labels nothing. */
	if (!sm_arrival_waits(a))
		return 0;
	if (add_labels(in, rec, c->n, err) == -1)
		return -1;
	return tell_labels(in, c, post_n, err);
}
