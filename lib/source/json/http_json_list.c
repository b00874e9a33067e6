/* What comes several to an item: files, tags, things to replace. */
#include "source/json/http_json_making.h"

#include <string.h>

#define REPLACES 64		/* of a text */

/* Runs each over the places of every rule of the list. */
static int
for_every(struct making *m, const struct every_list *list,
    int (*each)(const struct sm_place *place, void *arg))
{
	for (size_t i = 0; i < list->count; i++) {
		const struct expr *at = list->list[i].each;
		struct sm_place from = *m->scope.item;

		if (at->from == FROM_ROOT)
			from.value = m->scope.root;
		else if (at->from == FROM_LET)
			from.value = m->lets[at->let];
		else if (at->from == FROM_UP)
			from = m->scope.item->up ? *m->scope.item->up : from;
		m->every = &list->list[i];
		if (from.value && sm_pointer_each(at->pointer, &from, each,
		    m) == -1)
			return -1;
	}
	return 0;
}

/* Whether the thing at this place is wanted, as seen from there. */
static bool
is_wanted(struct making *m, const struct sm_place *place,
    struct scope *scope)
{
	*scope = m->scope;
	scope->item = place;
	return !m->every->when || cond_holds(m->every->when, scope);
}

static int
add_file(const struct sm_place *place, void *arg)
{
	struct making *m = arg;
	struct scope scope;
	struct sm_span url;

	if (m->post.nfiles == SM_POST_FILES)
		return -1;
	if (!is_wanted(m, place, &scope))
		return 0;
	url = making_web(making_text(m, m->every->href, &scope));
	if (url.s)
		sm_post_file(&m->post,
		    making_text(m, m->every->type, &scope), url,
		    making_text(m, m->every->name, &scope));
	return 0;
}

static int
add_tag(const struct sm_place *place, void *arg)
{
	struct making *m = arg;
	struct scope scope;
	struct sm_span type, name;

	if (m->post.ntags == SM_POST_TAGS)
		return -1;
	if (!is_wanted(m, place, &scope))
		return 0;
	type = making_text(m, m->every->type, &scope);
	name = making_text(m, m->every->name, &scope);
	if (type.s && name.s)
		sm_post_tag(&m->post, *type.s == 'H' ? "Hashtag" : "Mention",
		    name, making_text(m, m->every->href, &scope));
	return 0;
}

static void
replace(struct sm_buf *in, const char *from, const char *to)
{
	struct sm_buf out = SM_BUF_INIT;
	const char *s = sm_buf_str(in), *at;
	size_t len = strlen(from);

	while ((at = strstr(s, from)) && out.len < 2 * SM_POST_CONTENT) {
		sm_buf_add(&out, s, (size_t)(at - s));
		sm_buf_adds(&out, to);
		s = at + len;
	}
	sm_buf_adds(&out, s);
	sm_buf_release(in);
	*in = out;
}

static int
do_replace(const struct sm_place *place, void *arg)
{
	struct making *m = arg;
	struct sm_buf from = SM_BUF_INIT, to = SM_BUF_INIT;
	struct scope scope;

	if (m->replaced++ == REPLACES)
		return -1;
	if (is_wanted(m, place, &scope) &&
	    expr_text(m->every->type, &scope, &from)) {
		expr_text(m->every->name, &scope, &to);
		replace(&m->content, from.data, sm_buf_str(&to));
	}
	sm_buf_release(&from);
	sm_buf_release(&to);
	return 0;
}

void
making_content(struct making *m)
{
	if (!m->map->field[F_CONTENT] || !expr_text(
	    m->map->field[F_CONTENT], &m->scope, &m->content))
		return;
	for_every(m, &m->map->replaces, do_replace);
	m->post.content.s = sm_buf_str(&m->content);
	m->post.content.len = m->content.len;
}

void
making_lists(struct making *m)
{
	for_every(m, &m->map->files, add_file);
	for_every(m, &m->map->tags, add_tag);
}
