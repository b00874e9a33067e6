/* A definition in words, for people: what is asked, what becomes of it. */
#include "source/json/definition.h"

#include <stdlib.h>
#include <string.h>

#include "source/json/definition_impl.h"

#define NAME_WIDTH 12

/* "  name        text", or only the text under the one before. */
static void
row(struct sm_buf *out, const char *name, const char *text)
{
	sm_buf_addf(out, "  %-*s %s\n", NAME_WIDTH, name, text);
}

/* A value as it stands in the file. */
static void
value(struct sm_buf *out, const char *name, const json_t *json)
{
	char *text;

	if (json_is_string(json)) {
		row(out, name, json_string_value(json));
		return;
	}
	text = json ? json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	if (text)
		row(out, name, text);
	free(text);
}

static void
fields(struct sm_buf *out, const char *title, json_t *json)
{
	const char *name;
	json_t *field;

	json_object_foreach(json, name, field) {
		struct sm_buf line = SM_BUF_INIT;
		char *text = json_is_string(field) ? NULL :
		    json_dumps(field, JSON_COMPACT | JSON_ENCODE_ANY);

		sm_buf_addf(&line, "%s = %s", name,
		    text ? text : json_string_value(field));
		row(out, title, line.data);
		sm_buf_release(&line);
		free(text);
		title = "";
	}
}

/* The members of one thing or of several. */
static void
things(struct sm_buf *out, const char *title, json_t *json)
{
	json_t *thing;
	size_t i;

	if (!json_is_array(json))
		value(out, title, json);
	json_array_foreach(json, i, thing) {
		value(out, title, thing);
		title = "";
	}
}

static void
explain_stream(const struct stream *stream, json_t *json, struct sm_buf *out)
{
	struct sm_buf line = SM_BUF_INIT;

	sm_buf_addf(out, "\nstream %s: %s%s\n", stream->name, stream->help,
	    stream->child ? " (follows another stream)" : "");
	sm_buf_addf(&line, "%s ", stream->method);
	sm_buf_adds(&line, json_is_string(json_object_get(json, "url")) ?
	    json_string_value(json_object_get(json, "url")) : "...");
	row(out, "asks", line.data);
	sm_buf_release(&line);
	value(out, "for each", json_object_get(json, "each"));
	fields(out, "parameters", json_object_get(json, "query"));
	fields(out, "headers", json_object_get(json, "headers"));
	fields(out, "form", json_object_get(json, "form"));
	value(out, "body", json_object_get(json, "json"));
	value(out, "order", json_object_get(json, "order"));
	fields(out, "pages", json_object_get(json, "page"));
	fields(out, "goes on", json_object_get(json, "resume"));
	things(out, "takes", json_object_get(json, "take"));
	things(out, "then", json_object_get(json, "then"));
	fields(out, "price", json_object_get(json, "price"));
}

/* Members of a record; those with members of their own as a/b. */
static void
explain_record(const char *name, json_t *json, struct sm_buf *out)
{
	static const char *const nested[] = { "attributedTo", "metrics",
	    "rating", "flags", "let" };
	const char *member, *inner;
	json_t *part, *inside;
	size_t n = sizeof(nested) / sizeof(nested[0]), i;

	sm_buf_addf(out, "\nrecord %s\n", name);
	json_object_foreach(json, member, part) {
		for (i = 0; i < n && strcmp(nested[i], member) != 0; i++)
			;
		if (i == n) {
			things(out, member, part);
			continue;
		}
		row(out, member, "");
		json_object_foreach(part, inner, inside) {
			struct sm_buf line = SM_BUF_INIT;

			sm_buf_addf(&line, "  .%s", inner);
			value(out, line.data, inside);
			sm_buf_release(&line);
		}
	}
}

static void
explain_keys(const struct sm_definition *def, struct sm_buf *out)
{
	for (size_t i = 0; i < def->nkeys; i++) {
		const struct key *key = &def->keys[i];
		struct sm_buf line = SM_BUF_INIT;

		sm_buf_addf(&line, "%s: %s", key->name, key->help);
		if (key->required)
			sm_buf_adds(&line, " (needed)");
		if (key->repeat)
			sm_buf_adds(&line, " (may be repeated)");
		if (key->other && json_is_string(key->other))
			sm_buf_addf(&line, " (%s)",
			    json_string_value(key->other));
		row(out, i ? "" : "keys", line.data);
		sm_buf_release(&line);
	}
}

static void
explain_top(const struct sm_definition *def, struct sm_buf *out)
{
	struct sm_buf streams = SM_BUF_INIT;

	sm_buf_addf(out, "definition %s: %s\n", def->name, def->summary);
	row(out, "file", def->file);
	things(out, "", json_object_get(def->json, "doc"));
	value(out, "server", json_object_get(def->json, "base"));
	value(out, "account", json_object_get(def->json, "account"));
	row(out, "login", def->source.auth ? def->source.auth :
	    "bearer or basic");
	value(out, "limits", json_object_get(def->json, "limits"));
	value(out, "pace", json_object_get(def->json, "pace"));
	fields(out, "headers", json_object_get(def->json, "headers"));
	fields(out, "price", json_object_get(def->json, "price"));
	explain_keys(def, out);
	for (size_t i = 0; i < def->nusual; i++)
		sm_buf_addf(&streams, "%s%s", i ? ", " : "", def->usual[i]);
	row(out, "reads", sm_buf_str(&streams));
	sm_buf_release(&streams);
}

void
sm_definition_explain(const struct sm_definition *def, struct sm_buf *out)
{
	json_t *part = json_object_get(def->json, "streams"), *json;
	const char *name;
	size_t i = 0;

	if (def->broken) {
		sm_buf_addf(out, "definition %s: %s\n", def->name,
		    def->broken);
		return;
	}
	explain_top(def, out);
	json_object_foreach(part, name, json)
		explain_stream(&def->streams[i++], json, out);
	part = json_object_get(def->json, "records");
	json_object_foreach(part, name, json)
		explain_record(name, json, out);
	part = json_object_get(def->json, "errors");
	if (part) {
		sm_buf_adds(out, "\nerrors\n");
		things(out, "", part);
	}
}
