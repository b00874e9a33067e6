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
#include "source/fetch.h"

#define TABLES 64	/* connectors with keys of their own, at most */
#define FIRST_LOOK (7 * 86400)	/* seconds, where nothing else is said */

struct sm_conf *
fetch_conf_load(const char *file, struct sm_err *err)
{
	const struct sm_conf_key *tables[TABLES + 2] = { sm_keys_base };
	const struct sm_source *source;
	size_t n = 1;

	for (size_t i = 0; (source = sm_source_nth(i)) && n <= TABLES; i++)
		if (source->keys)
			tables[n++] = source->keys;
	return sm_conf_load(tables, file, err);
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
	if (options->limit)
		args->limit = options->limit;
	if (options->allow_private)
		args->allow_private = true;
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

static int
find_where(struct sm_fetch_task *task, struct fetch_hold *hold,
    const char *name, const struct sm_conf *conf, struct sm_err *err)
{
	const char *url = sm_conf_str(conf, "source", name, "url");
	char *path = sm_conf_path(conf, "source", name, "path");

	if (url && path) {
		free(path);
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: source '%s' has "
		    "both url and path: leave one out",
		    sm_conf_origin(conf, "source", name, "path"), name);
	}
	if (url && strncmp(url, "file:", 5) == 0)
		path = beside(conf, name, "url", url + 5);
	hold->where = path ? path : url ? sm_xstrdup(url) : NULL;
	if (!hold->where)
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: source '%s' needs "
		    "url = ... or path = ...",
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
	if (!sm_conf_str(conf, "account", account, "password") &&
	    !sm_conf_str(conf, "account", account, "password_cmd") &&
	    !sm_conf_str(conf, "account", account, "password_file"))
		return 0;
	hold->password = sm_xcalloc(1, sizeof(*hold->password));
	if (sm_conf_secret(conf, "account", account, "password",
	    hold->password, err) == -1)
		return -1;
	args->password = sm_buf_str(hold->password);
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
	args->conf = conf;
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
	if (hold->password && hold->password->data)
		explicit_bzero(hold->password->data, hold->password->len);
	if (hold->password)
		sm_buf_release(hold->password);
	if (hold->cursor)
		sm_buf_release(hold->cursor);
	free(hold->password);
	free(hold->cursor);
	free(hold->where);
	free(hold->own);
	free(hold->cafile);
}
