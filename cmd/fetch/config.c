/* Sources of the configuration, or named by hand, to tasks. */
#include "fetch.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "record/keys.h"
#include "source/auth/auth.h"
#include "source/json/definition.h"
#include "source/sweep/fetch.h"

#define TABLES 320	/* connectors with keys of their own, at most */
#define FIRST_LOOK (7 * 86400)	/* seconds, where nothing else is said */

static bool
has_table(const struct sm_conf_key **tables, const struct sm_conf_key *table)
{
	while (*tables && *tables != table)
		tables++;
	return *tables != NULL;
}

/*
 * The keys of the definitions that the sources name; where one names none that
 * there is, those of all.  To read all of them takes as long as all else does
 * at the start.
 */
static void
add_definitions(const struct sm_conf *conf, const struct sm_conf_key **tables,
    size_t n)
{
	const struct sm_source *source;
	const char *name, *type;
	bool all = false;

	for (size_t i = 0; (name = sm_conf_name(conf, "source", i)); i++) {
		type = sm_conf_str(conf, "source", name, "type");
		source = type ? sm_source_find(type) : NULL;
		all = all || !source;
		if (source && n <= TABLES && sm_definition_of(source) &&
		    !has_table(tables, source->keys))
			tables[n++] = source->keys;
	}
	for (size_t i = 0; all && n <= TABLES &&
	    (source = sm_definition_nth(i)); i++)
		tables[n++] = source->keys;
}

struct sm_conf *
fetch_conf_load(const char *file, struct sm_err *err)
{
	const struct sm_conf_key *tables[TABLES + 2] = { sm_keys_base };
	const struct sm_source *source;
	struct sm_conf *conf = sm_conf_load(sm_keys_usual, file, err);
	size_t n = 1;

	if (!conf)
		return NULL;
	for (size_t i = 0; (source = sm_source_built_in(i)) && n <= TABLES;
	    i++)
		if (source->keys)
			tables[n++] = source->keys;
	add_definitions(conf, tables, n);
	sm_conf_free(conf);
	return sm_conf_load(tables, file, err);
}

void
fetch_conf_http(const struct sm_conf *conf, struct sm_http_options *http)
{
	int64_t pause_s = sm_conf_seconds(conf, "fetch", NULL, "pause", 1);
	int64_t wait_s = sm_conf_seconds(conf, "fetch", NULL, "max_wait", 0);
	int64_t per_host = sm_conf_int(conf, "fetch", NULL, "per_host", 0);

	http->pause_ms = pause_s <= 0 ? -1 : pause_s < 3600 ?
	    (int)pause_s * 1000 : 3600000;
	http->max_wait_s = wait_s < 86400 ? (int)wait_s : 86400;
	http->per_host = per_host < 64 ? (int)per_host : 64;
}

static const struct sm_source *
find_type(const char *type, struct sm_err *err)
{
	const struct sm_source *source = sm_source_find(type);
	const char *names[TABLES], *near;
	int n = 0;

	if (source)
		return source;
	while (n < TABLES && (source = sm_source_nth((size_t)n)))
		names[n++] = source->name;
	near = sm_opt_nearest(type, names, n);
	if (near)
		sm_err_set(err, SM_EXIT_USAGE, "no kind of source '%s'; did "
		    "you mean '%s'? sm-fetch -l lists them", type, near);
	else
		sm_err_set(err, SM_EXIT_USAGE, "no kind of source '%s'; "
		    "sm-fetch -l lists them", type);
	return NULL;
}

/* type = http-json: the connector is in a file of the user's. */
static int
find_definition(struct sm_fetch_task *task, const char *name,
    const struct sm_conf *conf, struct sm_err *err)
{
	char *path = sm_conf_path(conf, "source", name, "definition");

	if (path && strcmp(task->source->name, "http-json") == 0)
		task->source = sm_definition_file(path, err);
	free(path);
	return task->source ? 0 : -1;
}

/* The brand's own accounts, NULL-ended. */
static const char **
own_accounts(const struct sm_conf *conf, const char *brand)
{
	const char **own = NULL, *value;
	size_t n = 0, room = 0;

	for (; conf && (value = sm_conf_nth(conf, "brand", brand, "own", n));
	    n++) {
		own = sm_xgrow(own, &room, n + 2, sizeof(*own));
		own[n] = value;
		own[n + 1] = NULL;
	}
	return own;
}

static int
direction_of(const char *text, enum sm_direction *direction)
{
	*direction = SM_DIRECTION_ASK;
	if (!text)
		return 0;
	if (strcmp(text, "in") == 0)
		*direction = SM_DIRECTION_IN;
	else if (strcmp(text, "about") == 0)
		*direction = SM_DIRECTION_ABOUT;
	else
		return -1;
	return 0;
}

static void
common(struct sm_fetch_task *task, struct fetch_hold *hold,
    const struct fetch_options *options, const struct sm_conf *conf)
{
	struct sm_source_args *args = &task->args;

	if (options->base)
		args->base = options->base;
	if (options->brand)
		args->brand = options->brand;
	if (!args->brand)
		args->brand = "default";
	args->since = options->since;
	if (options->since != SM_TIME_NONE)
		args->window = options->since;
	args->mapping = options->mapping;
	if (options->limit)
		args->limit = options->limit;
	if (options->allow_private)
		args->allow_private = true;
	args->follow = options->follow;
	hold->own = own_accounts(conf, args->brand);
	args->own = hold->own;
}

/* A relative path stays one; "file:x" and "-" are for the connector. */
int
fetch_task_by_hand(struct sm_fetch_task *task, struct fetch_hold *hold,
    const struct fetch_options *options, const char *type, const char *where,
    const struct sm_conf *conf, struct sm_err *err)
{
	memset(task, 0, sizeof(*task));
	memset(hold, 0, sizeof(*hold));
	task->source = find_type(type, err);
	if (!task->source)
		return -1;
	task->args.name = options->source ? options->source : type;
	task->args.type = type;
	task->args.where = where;
	task->args.window = sm_clock_now() - FIRST_LOOK;
	common(task, hold, options, conf);
	return 0;
}

/* Seen from the file in which the value stands. */
static char *
beside(const struct sm_conf *conf, const char *name, const char *key,
    const char *value)
{
	const char *origin = sm_conf_origin(conf, "source", name, key);
	const char *colon = strrchr(origin, ':');
	char *file = sm_xstrndup(origin, colon ? (size_t)(colon - origin) :
	    strlen(origin));
	char *path = sm_path_beside(file, value);

	free(file);
	return path;
}

/* Where the account is, for sources that name no place of their own. */
static const char *
account_url(const struct sm_conf *conf, const char *source)
{
	const char *account = sm_conf_str(conf, "source", source, "account");

	return account ? sm_conf_str(conf, "account", account, "url") : NULL;
}

/* "-" is standard input, and no file beside the configuration. */
static char *
path_of(const struct sm_conf *conf, const char *name)
{
	const char *path = sm_conf_str(conf, "source", name, "path");

	if (path && strcmp(path, "-") == 0)
		return sm_xstrdup(path);
	return sm_conf_path(conf, "source", name, "path");
}

static int
find_where(struct sm_fetch_task *task, struct fetch_hold *hold,
    const char *name, const struct sm_conf *conf, struct sm_err *err)
{
	const char *url = sm_conf_str(conf, "source", name, "url");
	const char *command = sm_conf_str(conf, "source", name, "command");
	char *path = path_of(conf, name);

	if (url && path) {
		free(path);
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: source '%s' has "
		    "both url and path: leave one out",
		    sm_conf_origin(conf, "source", name, "path"), name);
	}
	if (url && strncmp(url, "file:", 5) == 0)
		path = beside(conf, name, "url", url + 5);
	if (!url && !path)
		url = command ? command : account_url(conf, name);
	hold->where = path ? path : url ? sm_xstrdup(url) : NULL;
	if (!hold->where && !task->source->anywhere)
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: source '%s' needs "
		    "url = ..., path = ... or (exec) command = ...",
		    sm_conf_origin(conf, "source", name, "type"), name);
	task->args.where = hold->where;
	return 0;
}

static int
find_account(struct sm_fetch_task *task, struct fetch_hold *hold,
    const char *name, const struct sm_conf *conf, struct sm_err *err)
{
	struct sm_source_args *args = &task->args;
	const char *account = sm_conf_str(conf, "source", name, "account");

	args->account = account;
	if (!account)
		return 0;
	if (!sm_conf_has_name(conf, "account", account))
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: there is no "
		    "[account \"%s\"]", sm_conf_origin(conf, "source", name,
		    "account"), account);
	args->user = sm_conf_str(conf, "account", account, "user");
	hold->cafile = sm_conf_path(conf, "account", account, "cafile");
	args->cafile = hold->cafile;
	args->allow_private = sm_conf_bool(conf, "account", account,
	    "allow_private", false);
	if (!task->source->auth && !sm_auth_has(conf, account))
		return 0;
	hold->auth = sm_auth_new(conf, account, task->source->auth, err);
	if (!hold->auth)
		return -1;
	args->auth = hold->auth;
	args->user = sm_auth_user(hold->auth);
	args->password = sm_auth_password(hold->auth);
	return 0;
}

int
fetch_task_by_name(struct sm_fetch_task *task, struct fetch_hold *hold,
    const struct fetch_options *options, const char *name,
    const struct sm_conf *conf, struct sm_err *err)
{
	struct sm_source_args *args = &task->args;
	const char *type = sm_conf_str(conf, "source", name, "type");

	memset(task, 0, sizeof(*task));
	memset(hold, 0, sizeof(*hold));
	if (!sm_conf_has_name(conf, "source", name))
		return sm_err_set(err, SM_EXIT_CONFIG, "there is no [source "
		    "\"%s\"] in the configuration", name);
	if (!type)
		return sm_err_set(err, SM_EXIT_CONFIG, "source '%s' needs "
		    "type = ...", name);
	task->source = find_type(type, err);
	if (!task->source) {
		err->code = SM_EXIT_CONFIG;
		return sm_err_prefix(err, "%s", sm_conf_origin(conf, "source",
		    name, "type"));
	}
	args->name = name;
	args->type = type;
	args->conf = conf;
	task->every_s = sm_conf_seconds(conf, "source", name, "every", 0);
	if (find_definition(task, name, conf, err) == -1)
		return -1;
	args->brand = sm_conf_str(conf, "source", name, "brand");
	args->language = sm_conf_str(conf, "source", name, "language");
	args->limit = sm_conf_int(conf, "source", name, "limit", 0);
	args->window = sm_clock_now() - sm_conf_seconds(conf, "source", name,
	    "since", FIRST_LOOK);
	if (direction_of(sm_conf_str(conf, "source", name, "direction"),
	    &args->direction) == -1)
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: direction is "
		    "'in' or 'about'", sm_conf_origin(conf, "source", name,
		    "direction"));
	if (find_where(task, hold, name, conf, err) == -1 ||
	    find_account(task, hold, name, conf, err) == -1)
		return -1;
	if (sm_conf_bool(conf, "source", name, "allow_private", false))
		args->allow_private = true;
	common(task, hold, options, conf);
	return 0;
}

void
fetch_hold_release(struct fetch_hold *hold)
{
	sm_auth_free(hold->auth);
	if (hold->cursor)
		sm_buf_release(hold->cursor);
	free(hold->cursor);
	free(hold->where);
	free(hold->own);
	free(hold->cafile);
	free(hold->spend);
}
