#include "record/paths.h"

#include <assert.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "record/record.h"

static int
add_node(struct sm_paths *paths, int parent, const char *name, size_t len)
{
	struct sm_paths_node *node;
	uint16_t *link;
	int at = (int)paths->count;

	assert(at < UINT16_MAX);
	paths->nodes = sm_xgrow(paths->nodes, &paths->room, paths->count + 1,
	    sizeof(*paths->nodes));
	node = &paths->nodes[paths->count++];
	*node = (struct sm_paths_node){
		.name = sm_xstrndup(name, len),
		.key = sm_paths_key(name, (uint32_t)len, name + len),
		.len = (uint32_t)len,
		.slot = -1,
	};
	if (at == 0)
		return 0;
	link = &paths->nodes[parent].child[sm_paths_hash(node->key,
	    node->len)];
	node->next = *link;
	*link = (uint16_t)at;
	return at;
}

struct sm_paths *
sm_paths_new(void)
{
	struct sm_paths *paths = sm_xcalloc(1, sizeof(*paths));

	add_node(paths, 0, "", 0);
	return paths;
}

void
sm_paths_free(struct sm_paths *paths)
{
	if (!paths)
		return;
	for (size_t i = 0; i < paths->count; i++)
		free(paths->nodes[i].name);
	for (int i = 0; i < paths->slots; i++)
		free(paths->names[i]);
	free(paths->nodes);
	free(paths->names);
	free(paths->depth_one);
	free(paths);
}

int
sm_paths_add(struct sm_paths *paths, const char *path)
{
	const char *name = path;
	int node = 0, depth = 0, slot;

	for (;;) {
		size_t len = strcspn(name, ".");
		int child;

		assert(len > 0);
		child = sm_paths_child(paths, node, sm_paths_key(name,
		    (uint32_t)len, name + len), name, (uint32_t)len);
		node = child ? child : add_node(paths, node, name, len);
		depth++;
		if (!name[len])
			break;
		name += len + 1;
	}
	if (paths->nodes[node].slot >= 0)
		return paths->nodes[node].slot;
	slot = paths->slots++;
	paths->names = sm_xgrow(paths->names, &paths->names_room,
	    (size_t)paths->slots, sizeof(*paths->names));
	paths->depth_one = sm_xgrow(paths->depth_one, &paths->depth_room,
	    (size_t)paths->slots, sizeof(*paths->depth_one));
	paths->names[slot] = sm_xstrdup(path);
	paths->depth_one[slot] = depth == 1 ? node : -1;
	paths->nodes[node].slot = slot;
	return slot;
}

int
sm_paths_count(const struct sm_paths *paths)
{
	return paths->slots;
}

const char *
sm_paths_name(const struct sm_paths *paths, int slot)
{
	assert(slot >= 0 && slot < paths->slots);
	return paths->names[slot];
}
