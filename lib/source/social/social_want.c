/* What a source listens to. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/social/social.h"
#include "source/source.h"

void
social_want_add(struct social_wants *wants, size_t word, const char *argument,
    size_t len)
{
	struct social_want *want = &wants->list[wants->count++];

	want->word = word;
	want->argument = len > 0 ? sm_xstrndup(argument, len) : NULL;
}

static int
add_want(struct social_wants *wants, const struct social_word *words,
    const char *value, struct sm_err *err)
{
	size_t len = strcspn(value, " \t:"), i = 0;
	const char *rest = value + len;

	rest += strspn(rest, " \t:");
	while (words[i].word && (strlen(words[i].word) != len ||
	    strncmp(words[i].word, value, len) != 0))
		i++;
	if (!words[i].word) {
		struct sm_buf list = SM_BUF_INIT;

		for (i = 0; words[i].word; i++)
			sm_buf_addf(&list, "%s%s%s%s", i ? ", " : "",
			    words[i].word, words[i].argument ? " " : "",
			    words[i].argument ? words[i].argument : "");
		sm_err_set(err, SM_EXIT_CONFIG, "what = '%.100s': expected "
		    "one of %s", value, sm_buf_str(&list));
		sm_buf_release(&list);
		return -1;
	}
	if (words[i].argument && !*rest)
		return sm_err_set(err, SM_EXIT_CONFIG, "what = '%s': expected "
		    "'%s %s', in double quotes where there is a '#' in it",
		    value, words[i].word, words[i].argument);
	if (!words[i].argument && *rest)
		return sm_err_set(err, SM_EXIT_CONFIG, "what = '%.100s': "
		    "expected '%s' alone", value, words[i].word);
	if (wants->count == SOCIAL_WANTS)
		return sm_err_set(err, SM_EXIT_CONFIG, "more than %d lines "
		    "'what': make two sources of it", SOCIAL_WANTS);
	social_want_add(wants, i, rest, strlen(rest));
	return 0;
}

int
social_wants(struct social_wants *wants, const struct social_word *words,
    const struct sm_source_args *args, struct sm_err *err)
{
	const char *value;

	for (size_t i = 0; args->conf && (value = sm_conf_nth(args->conf,
	    "source", args->name, "what", i)); i++) {
		if (add_want(wants, words, value, err) == -1)
			return sm_err_prefix(err, "%s",
			    sm_conf_origin(args->conf, "source", args->name,
			    "what"));
		if (words[wants->list[i].word].login && !args->account)
			return sm_err_set(err, SM_EXIT_CONFIG, "%s: what = "
			    "'%s' needs account = ...",
			    sm_conf_origin(args->conf, "source", args->name,
			    "what"), value);
	}
	return 0;
}

void
social_wants_release(struct social_wants *wants)
{
	for (size_t i = 0; i < wants->count; i++)
		free(wants->list[i].argument);
	wants->count = 0;
}

void
social_explain(const struct social_map *map, struct sm_buf *out)
{
	for (; map->member; map++)
		sm_buf_addf(out, "%-10s %s\n", map->member, map->from);
}
