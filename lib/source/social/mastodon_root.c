/* Threads: which post began the conversation that another is part of. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "source/social/mastodon.h"

const char *
mastodon_root(const struct mastodon *m, const char *id)
{
	for (size_t i = m->nroots; i > 0; i--)
		if (strcmp(m->roots[i - 1].id, id) == 0)
			return m->roots[i - 1].root;
	return NULL;
}

void
mastodon_root_add(struct mastodon *m, const char *id, const char *root)
{
	struct mastodon_root *first = m->roots;

	if (mastodon_root(m, id))
		return;
	if (m->nroots == MASTODON_ROOTS) {
		/* The older half goes: moving one by one would cost. */
		for (size_t i = 0; i < MASTODON_ROOTS / 2; i++) {
			free(first[i].id);
			free(first[i].root);
		}
		m->nroots -= MASTODON_ROOTS / 2;
		memmove(first, first + MASTODON_ROOTS / 2,
		    m->nroots * sizeof(*first));
	}
	first[m->nroots].id = sm_xstrdup(id);
	first[m->nroots++].root = sm_xstrdup(root);
}

void
mastodon_root_learn(struct mastodon *m, const json_t *status)
{
	const char *id = mastodon_id(m, status, "id");
	const char *parent = mastodon_id(m, status, "in_reply_to_id");
	const char *root = parent ? mastodon_root(m, parent) : id;

	if (id && root)
		mastodon_root_add(m, id, root);
}

void
mastodon_roots_release(struct mastodon *m)
{
	for (size_t i = 0; i < m->nroots; i++) {
		free(m->roots[i].id);
		free(m->roots[i].root);
	}
	m->nroots = 0;
}
