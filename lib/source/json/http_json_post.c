/* One item of an answer as a record. */
#include "source/json/http_json_making.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/xalloc.h"
#include "text/url.h"

static void
release(struct making *m)
{
	for (size_t i = 0; i < m->ntexts; i++)
		sm_buf_release(&m->texts[i]);
	for (size_t i = 0; i < m->map->nlets; i++)
		json_decref(m->lets[i]);
	sm_buf_release(&m->content);
}

static void
look_up_lets(struct making *m)
{
	for (size_t i = 0; i < m->map->nlets; i++) {
		const struct let *let = &m->map->lets[i];

		m->lets[i] = let->expr ? expr_value(let->expr, &m->scope) :
		    json_incref(let_find(let, &m->scope));
	}
}

struct sm_span
making_text(struct making *m, const struct expr *expr,
    const struct scope *scope)
{
	struct sm_span span = { .s = NULL, .len = 0 };
	struct sm_buf *buf = &m->texts[m->ntexts];

	if (!expr || m->ntexts == VALUES || !expr_text(expr, scope, buf))
		return span;
	m->ntexts++;
	span.s = buf->data;
	span.len = buf->len;
	return span;
}

static struct sm_span
field(struct making *m, enum field which)
{
	return making_text(m, m->map->field[which], &m->scope);
}

struct sm_span
making_web(struct sm_span span)
{
	static const struct sm_span none = { .s = NULL, .len = 0 };

	return span.s && sm_url_is_web(span.s, span.len) ? span : none;
}

static int64_t
number(struct making *m, enum field which, int64_t other)
{
	int64_t value;

	return m->map->field[which] && expr_int(m->map->field[which],
	    &m->scope, &value) ? value : other;
}

static int64_t
count(struct making *m, enum field which)
{
	int64_t value = number(m, which, -1);

	return value < 0 ? -1 : value;
}

static int
truth(struct making *m, enum field which)
{
	json_t *value = m->map->field[which] ?
	    expr_value(m->map->field[which], &m->scope) : NULL;
	int answer = !value ? -1 : value_true(value);

	json_decref(value);
	return answer;
}

/* Any date, or Unix time in seconds, milliseconds, microseconds. */
static int64_t
time_of(const struct expr *expr, const struct scope *scope)
{
	json_t *value = expr ? expr_value(expr, scope) : NULL;
	int64_t time = SM_TIME_NONE;

	if (value && (value = value_time(value, 0)))
		time = json_integer_value(value);
	json_decref(value);
	return time;
}

static const char *
one_of(struct sm_span span, const char *const *names, size_t n, size_t *which)
{
	for (size_t i = 0; span.s && i < n; i++)
		if (strcmp(names[i], span.s) == 0) {
			*which = i;
			return names[i];
		}
	return NULL;
}

static const char *
type_of(struct making *m, enum field which, const char *other)
{
	static const char *const names[] = { "Note", "Article", "Review",
	    "Question", "Video", "Audio", "Message", "Tombstone", "Person",
	    "Organization", "Service" };
	size_t i;
	const char *name = one_of(field(m, which), names,
	    sizeof(names) / sizeof(names[0]), &i);

	return name ? name : other;
}

static void
set_author(struct making *m)
{
	struct sm_post_author *author = &m->post.author;

	author->type = type_of(m, A_TYPE, "Person");
	author->id = field(m, A_ID);
	author->username = field(m, A_USERNAME);
	author->name = field(m, A_NAME);
	author->url = making_web(field(m, A_URL));
	author->published = time_of(m->map->field[A_PUBLISHED], &m->scope);
	author->followers = count(m, A_FOLLOWERS);
	author->following = count(m, A_FOLLOWING);
	author->posts = count(m, A_POSTS);
	author->verified = truth(m, A_VERIFIED);
	author->bot = truth(m, A_BOT);
}

static void
set_times(struct making *m)
{
	const struct expr *const *f =
	    (const struct expr *const *)m->map->field;

	m->post.published = time_of(f[F_PUBLISHED], &m->scope);
	m->post.updated = time_of(f[F_UPDATED], &m->scope);
	m->post.indexed = time_of(f[F_INDEXED], &m->scope);
	if (m->post.updated == m->post.published)
		m->post.updated = SM_TIME_NONE;
}

static void
set_numbers(struct making *m)
{
	struct sm_post *post = &m->post;

	post->likes = count(m, M_LIKES);
	post->shares = count(m, M_SHARES);
	post->replies = count(m, M_REPLIES);
	post->views = count(m, M_VIEWS);
	post->rating = number(m, R_VALUE, 0);
	post->best = number(m, R_BEST, 0);
	if (post->rating < 0 || post->rating > post->best ||
	    !m->map->field[R_VALUE] || (post->rating == 0 &&
	    number(m, R_VALUE, -1) == -1))
		post->best = 0;
}

static void
set_flags(struct making *m)
{
	const struct {
		const struct cond *cond;
		unsigned flag;
	} flags[] = {
		{ m->map->edited, SM_FLAG_EDITED },
		{ m->map->automatic, SM_FLAG_AUTO },
		{ m->map->quoted, SM_FLAG_QUOTED }
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (flags[i].cond && cond_holds(flags[i].cond, &m->scope))
			m->post.flags |= flags[i].flag;
}

static void
set_places(struct making *m)
{
	static const char *const names[] = { "public", "unlisted",
	    "followers", "direct" };
	static const enum sm_visibility values[] = { SM_PUBLIC, SM_UNLISTED,
	    SM_FOLLOWERS, SM_DIRECT };
	const struct sm_definition *def = m->state->def;
	struct scope scope = { .vars = m->state->vars };
	struct sm_post *post = &m->post;
	size_t i = 0;

	one_of(field(m, F_VISIBILITY), names, 4, &i);
	post->visibility = values[i];
	post->channel = field(m, F_CHANNEL);
	if (!post->channel.s)
		post->channel = sm_span(def->channel);
	post->host = field(m, F_HOST);
	if (!post->host.s && def->host)
		post->host = making_text(m, def->host, &scope);
	else if (!post->host.s && m->state->vars[VAR_HOST])
		post->host = sm_span(json_string_value(
		    m->state->vars[VAR_HOST]));
}

static void
set_ref(struct making *m)
{
	struct sm_buf *buf = &m->texts[m->ntexts];
	json_t *value = m->map->field[F_REF] ?
	    expr_value(m->map->field[F_REF], &m->scope) : NULL;
	char *json = value ? json_dumps(value, JSON_COMPACT) : NULL;

	if (json && m->ntexts < VALUES) {
		sm_buf_adds(buf, json);
		m->post.ref.s = buf->data;
		m->post.ref.len = buf->len;
		m->ntexts++;
	}
	free(json);
	json_decref(value);
}

static void
set_direction(struct making *m)
{
	static const char *const names[] = { "in", "about", "peer", "out" };
	static const enum sm_direction values[] = { SM_DIRECTION_IN,
	    SM_DIRECTION_ABOUT, SM_DIRECTION_PEER, SM_DIRECTION_OUT };
	const struct sm_source_args *args = m->state->args;
	struct sm_post *post = &m->post;
	size_t i;

	post->own = m->state->own;
	if (args->direction != SM_DIRECTION_ASK)
		post->usual = args->direction;
	else if (one_of(field(m, F_DIRECTION), names, 4, &i))
		post->usual = values[i];
	if (post->usual == SM_DIRECTION_OUT)
		post->direction = SM_DIRECTION_OUT;
	post->direction = sm_post_direction(post);
}

static void
add_hash(uint64_t *h, struct sm_span span)
{
	for (size_t i = 0; i < span.len; i++)
		*h = sm_hash_byte(*h, (unsigned char)span.s[i]);
	*h = sm_hash_byte(*h, 0xFF);
}

/* Where the network names no revision: what people see of it. */
static uint64_t
content_hash(const struct sm_post *post)
{
	uint64_t h = SM_HASH_START;

	add_hash(&h, sm_span(post->type));
	add_hash(&h, post->name);
	add_hash(&h, post->content);
	add_hash(&h, post->summary);
	h = sm_hash_byte(h, (unsigned char)post->rating);
	for (size_t i = 0; i < post->nfiles; i++)
		add_hash(&h, post->files[i].name);
	return sm_hash_mix(h);
}

static uint64_t
set_rev(struct making *m)
{
	struct sm_post *post = &m->post;
	struct sm_buf *buf;
	uint64_t h;

	post->rev = field(m, F_REV);
	if (post->rev.s || m->ntexts == VALUES)
		return post->rev.s ? sm_hash(post->rev.s, post->rev.len) : 0;
	h = content_hash(post);
	buf = &m->texts[m->ntexts++];
	sm_buf_addf(buf, "%016llx", (unsigned long long)h);
	post->rev.s = buf->data;
	post->rev.len = buf->len;
	return h;
}

/* The content goes, what is needed to find the old record stays. */
static void
bury(struct making *m)
{
	struct sm_post *post = &m->post;
	const struct record_map *map = m->map;

	if (!map->has_tombstone ||
	    (map->tombstone && !cond_holds(map->tombstone, &m->scope)))
		return;
	post->former = type_of(m, T_FORMER, post->type);
	post->type = "Tombstone";
	post->deleted = time_of(map->field[T_DELETED], &m->scope);
	if (post->deleted == SM_TIME_NONE)
		post->deleted = m->state->emit->fetched;
	memset(&post->content, 0, sizeof(post->content));
	memset(&post->name, 0, sizeof(post->name));
	memset(&post->summary, 0, sizeof(post->summary));
	memset(&post->ref, 0, sizeof(post->ref));
	post->nfiles = post->ntags = 0;
	post->best = 0;
	post->likes = post->shares = post->replies = post->views = -1;
}

static void
fill(struct making *m)
{
	struct sm_post *post = &m->post;

	sm_post_init(post);
	look_up_lets(m);
	post->type = type_of(m, F_TYPE, "Note");
	post->native = field(m, F_KEY);
	post->id = field(m, F_ID);
	if (!post->id.s)
		post->id = post->native;
	post->url = making_web(field(m, F_URL));
	post->name = field(m, F_NAME);
	post->summary = field(m, F_SUMMARY);
	post->language = field(m, F_LANGUAGE);
	post->reply_to = field(m, F_REPLY_TO);
	post->context = field(m, F_CONTEXT);
	making_content(m);
	set_times(m);
	set_author(m);
	making_lists(m);
	set_numbers(m);
	set_flags(m);
	set_places(m);
	set_ref(m);
	bury(m);
	set_direction(m);
}

int
http_json_post(struct http_json *state, const struct record_map *map,
    const struct sm_place *place)
{
	struct making *m = sm_xcalloc(1, sizeof(*m));
	uint64_t rev;

	m->state = state;
	m->map = map;
	http_json_scope(state, &m->scope);
	m->scope.item = place;
	m->scope.lets = m->lets;
	fill(m);
	if (m->post.native.len > 0) {
		rev = set_rev(m);
		http_json_keep(state, &m->post, rev);
	} else
		sm_emit_failed(state->emit, "stream '%s', item %zu: without "
		    "an id (its 'key')", state->turn.stream->name,
		    state->number);
	release(m);
	free(m);
	return 0;
}
