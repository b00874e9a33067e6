/* What is asked for: streams, their pages and where they go on. */
#include "source/json/definition_impl.h"

#include <string.h>

#include "base/err.h"
#include "base/opt.h"

#define PAGES 50	/* of a run, where nothing else is said */

static int
read_page_kind(struct reading *in, json_t *json, void *to)
{
	static const char *const names[] = { [PAGE_NONE] = "none",
	    [PAGE_TOKEN] = "token", [PAGE_NEXT] = "next",
	    [PAGE_LINK] = "link", [PAGE_NUMBER] = "number",
	    [PAGE_OFFSET] = "offset", [PAGE_ABOVE] = "above",
	    [PAGE_BELOW] = "below" };
	int kind = definition_choice(in, json, "kind of paging", names,
	    sizeof(names) / sizeof(names[0]));

	if (kind == -1)
		return -1;
	*(enum page_kind *)to = (enum page_kind)kind;
	return 0;
}

static int
read_page(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		{ "by", read_page_kind, offsetof(struct paging, kind), true },
		{ "at", read_value, offsetof(struct paging, at), false },
		{ "last", read_value, offsetof(struct paging, last), false },
		{ "id", read_value, offsetof(struct paging, id), false },
		{ "more", read_cond, offsetof(struct paging, more), false },
		{ "first", read_count, offsetof(struct paging, first),
		    false },
		{ "size", read_count, offsetof(struct paging, size), false },
		{ "window", read_count, offsetof(struct paging, window),
		    false },
		{ "most", read_count, offsetof(struct paging, most), false },
	};
	struct paging *page = to;

	page->first = -1;
	if (definition_object(in, json, MEMBERS(members), page) == -1)
		return -1;
	if (page->first == -1)
		page->first = page->kind == PAGE_NUMBER ? 1 : 0;
	if ((page->kind == PAGE_TOKEN || page->kind == PAGE_NEXT) &&
	    !page->at)
		return definition_fail(in, "'at' is missing: where the next "
		    "page is named");
	if (page->kind == PAGE_BELOW && !page->id)
		return definition_fail(in, "'id' is missing: the id of an "
		    "item");
	if (page->most == 0)
		page->most = PAGES;
	return 0;
}

static int
read_resume_kind(struct reading *in, json_t *json, void *to)
{
	static const char *const names[] = { [RESUME_SEEN] = "seen",
	    [RESUME_TIME] = "time", [RESUME_ID] = "id",
	    [RESUME_TOKEN] = "token", [RESUME_ACK] = "ack" };
	int kind = definition_choice(in, json, "way to resume", names,
	    sizeof(names) / sizeof(names[0]));

	if (kind == -1)
		return -1;
	*(enum resume_kind *)to = (enum resume_kind)kind;
	return 0;
}

static int
read_resume(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		{ "by", read_resume_kind, offsetof(struct resume, kind),
		    true },
		{ "at", read_value, offsetof(struct resume, at), false },
		{ "newest", read_value, offsetof(struct resume, newest),
		    false },
		{ "overlap", read_seconds,
		    offsetof(struct resume, overlap_s), false },
	};
	struct resume *resume = to;

	if (definition_object(in, json, MEMBERS(members), resume) == -1)
		return -1;
	if (resume->kind != RESUME_SEEN && !resume->at)
		return definition_fail(in, "'at' is missing: what to go on "
		    "from");
	return 0;
}

static int
read_order(struct reading *in, json_t *json, void *to)
{
	static const char *const names[] = { [ORDER_NONE] = "none",
	    [ORDER_ASC] = "asc", [ORDER_DESC] = "desc" };
	int order = definition_choice(in, json, "order", names, 3);

	if (order == -1)
		return -1;
	*(enum stream_order *)to = (enum stream_order)order;
	return 0;
}

static int
read_method(struct reading *in, json_t *json, void *to)
{
	static const char *const names[] = { "GET", "POST" };
	int which = definition_choice(in, json, "method", names, 2);

	if (which == -1)
		return -1;
	*(const char **)to = names[which];
	return 0;
}

/* A key that may have several values, each of which is asked for. */
static int
read_each_key(struct reading *in, json_t *json, void *to)
{
	struct stream *stream = to;
	const char *names[DEFINITION_KEYS], *text = json_string_value(json);
	size_t n = 0;

	if (!text)
		return definition_fail(in, "expected the name of a key");
	for (; n < in->def->nkeys; n++) {
		names[n] = in->def->keys[n].name;
		if (strcmp(names[n], text) == 0) {
			stream->each = VAR_KEYS + n;
			stream->each_name = text;
			return 0;
		}
	}
	return definition_unknown(in, "key", text, names, n);
}

static int
add_take(struct reading *in, json_t *json, size_t index, void *arg)
{
	static const struct member members[] = {
		{ "items", read_pointer, offsetof(struct take, items), true },
		{ "if", read_cond, offsetof(struct take, when), false },
		{ "record", read_text, offsetof(struct take, record_name),
		    true },
	};
	const char *names[DEFINITION_STREAMS];
	struct stream *stream = arg;
	struct take *take = &stream->takes[index];
	size_t n = 0, mark;
	int ret;

	if (definition_object(in, json, MEMBERS(members), take) == -1)
		return -1;
	for (; n < in->def->nrecords; n++) {
		names[n] = in->def->records[n].name;
		if (strcmp(names[n], take->record_name) == 0)
			take->record = &in->def->records[n];
	}
	if (take->record)
		return 0;
	mark = definition_enter(in, "record");
	ret = definition_unknown(in, "record", take->record_name, names, n);
	definition_leave(in, mark);
	return ret;
}

static int
read_takes(struct reading *in, json_t *json, void *to)
{
	struct stream *stream = to;

	stream->ntakes = json_is_array(json) ? json_array_size(json) : 1;
	if (stream->ntakes > DEFINITION_PARTS)
		return definition_fail(in, "more than %d of them",
		    DEFINITION_PARTS);
	stream->takes = definition_alloc(in, stream->ntakes,
	    sizeof(*stream->takes));
	return definition_list(in, json, DEFINITION_PARTS, add_take, stream);
}

static int
add_then(struct reading *in, json_t *json, size_t index, void *arg)
{
	static const struct member members[] = {
		{ "items", read_pointer, offsetof(struct then, items), true },
		{ "if", read_cond, offsetof(struct then, when), false },
		{ "changed", read_value, offsetof(struct then, changed),
		    false },
		{ "stream", read_text, offsetof(struct then, stream_name),
		    true },
		{ "most", read_count, offsetof(struct then, most), false },
	};
	struct stream *stream = arg;
	struct then *then = &stream->thens[index];

	if (definition_object(in, json, MEMBERS(members), then) == -1)
		return -1;
	if (then->most == 0)
		then->most = 100;
	return 0;
}

static int
read_thens(struct reading *in, json_t *json, void *to)
{
	struct stream *stream = to;

	stream->nthens = json_is_array(json) ? json_array_size(json) : 1;
	if (stream->nthens > DEFINITION_PARTS)
		return definition_fail(in, "more than %d of them",
		    DEFINITION_PARTS);
	stream->thens = definition_alloc(in, stream->nthens,
	    sizeof(*stream->thens));
	return definition_list(in, json, DEFINITION_PARTS, add_then, stream);
}

static int
read_own_price(struct reading *in, json_t *json, void *to)
{
	struct sm_price **price = to;

	*price = definition_alloc(in, 1, sizeof(**price));
	return read_price(in, json, *price);
}

static int
add_stream(struct reading *in, const char *name, json_t *json, size_t index,
    void *arg)
{
#define PART(name, read, what, must) { name, read, \
	offsetof(struct stream, what), must }
	static const struct member members[] = {
		PART("help", read_text, help, true),
		{ "each", read_each_key, 0, false },
		PART("url", read_template, url, true),
		PART("method", read_method, method, false),
		PART("query", read_fields, query, false),
		PART("headers", read_fields, headers, false),
		PART("form", read_fields, form, false),
		PART("json", read_body, json, false),
		PART("order", read_order, order, false),
		PART("resume", read_resume, resume, false),
		PART("page", read_page, page, false),
		{ "take", read_takes, 0, true },
		{ "then", read_thens, 0, false },
		PART("price", read_own_price, price, false),
	};
#undef PART
	struct stream *stream = &((struct stream *)arg)[index];

	stream->name = name;
	stream->page.most = PAGES;
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") !=
	    strlen(name))
		return definition_fail(in, "a stream's name is small letters, "
		    "digits, '-' and '_'");
	if (definition_object(in, json, MEMBERS(members), stream) == -1)
		return -1;
	if (stream->json && stream->form.list)
		return definition_fail(in, "both 'json' and 'form'");
	if (!stream->method)
		stream->method = stream->json || stream->form.list ? "POST" :
		    "GET";
	if (stream->page.kind == PAGE_ABOVE &&
	    stream->resume.kind != RESUME_ID)
		return definition_fail(in, "paging by 'above' needs to resume "
		    "by 'id'");
	return 0;
}

/* Streams name each other, in any order. */
static int
link_then(struct reading *in, struct then *then)
{
	const char *names[DEFINITION_STREAMS];
	struct sm_definition *def = in->def;

	for (size_t i = 0; i < def->nstreams; i++) {
		names[i] = def->streams[i].name;
		if (strcmp(names[i], then->stream_name) != 0)
			continue;
		then->stream = i;
		def->streams[i].child = true;
		return 0;
	}
	return definition_unknown(in, "stream", then->stream_name, names,
	    def->nstreams);
}

static int
link_stream(struct reading *in, struct stream *stream)
{
	for (size_t i = 0; i < stream->nthens; i++) {
		size_t mark = definition_enter(in, stream->name);

		definition_enter(in, "then");
		if (json_is_array(json_object_get(json_object_get(
		    json_object_get(in->def->json, "streams"), stream->name),
		    "then")))
			definition_enter_nth(in, i);
		definition_enter(in, "stream");
		if (link_then(in, &stream->thens[i]) == -1)
			return -1;
		definition_leave(in, mark);
	}
	return 0;
}

/* What follows from another stream may not have something follow itself. */
static int
check_depth(struct reading *in)
{
	struct sm_definition *def = in->def;

	for (size_t i = 0; i < def->nstreams; i++)
		if (def->streams[i].child && (def->streams[i].nthens > 0 ||
		    def->streams[i].each_name)) {
			definition_enter(in, def->streams[i].name);
			return definition_fail(in, "it follows another stream "
			    "by 'then', and so can have neither 'then' nor "
			    "'each' itself");
		}
	return 0;
}

int
read_streams(struct reading *in, json_t *json, void *to)
{
	struct sm_definition *def = to;

	def->nstreams = json_object_size(json);
	if (def->nstreams == 0)
		return definition_fail(in, "expected an object with at least "
		    "one stream");
	def->streams = definition_alloc(in, def->nstreams,
	    sizeof(*def->streams));
	if (definition_members(in, json, DEFINITION_STREAMS, add_stream,
	    def->streams) == -1)
		return -1;
	for (size_t i = 0; i < def->nstreams; i++)
		if (link_stream(in, &def->streams[i]) == -1)
			return -1;
	return check_depth(in);
}
