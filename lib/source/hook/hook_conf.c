/* [hook] of the configuration, with its secrets. */
#include "source/hook/hook.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/hook/hook_request.h"

#define KINDS 64	/* names for "did you mean" */

static int
complain(const struct sm_conf *conf, const char *name, const char *key,
    struct sm_err *err, const char *text)
{
	const char *origin = sm_conf_origin(conf, "hook", name, key);

	return sm_err_set(err, SM_EXIT_CONFIG, "%s%s[hook \"%s\"] %s", origin,
	    *origin ? ": " : "", name, text);
}

static int
take_kind(struct sm_hook *hook, const struct sm_conf *conf,
    struct sm_err *err)
{
	const char *text = sm_conf_str(conf, "hook", hook->name, "kind");
	const struct sm_hook_kind *kind;
	const char *names[KINDS], *near;
	int count = 0;

	if (!text)
		return complain(conf, hook->name, "kind", err, "needs kind = "
		    "...; sm-hook -l lists them");
	hook->kind = sm_hook_kind_find(text);
	if (hook->kind)
		return 0;
	while (count < KINDS && (kind = sm_hook_kind_nth((size_t)count)))
		names[count++] = kind->name;
	near = sm_opt_nearest(text, names, count);
	return sm_err_set(err, SM_EXIT_CONFIG, "%s: no kind of hook '%s'%s%s%s"
	    "; sm-hook -l lists them", sm_conf_origin(conf, "hook",
	    hook->name, "kind"), text, near ? ", did you mean '" : "",
	    near ? near : "", near ? "'" : "");
}

/* One of two words: the index of it, or -1 and err. */
static int
take_choice(const struct sm_conf *conf, const char *name, const char *key,
    const char *const words[2], int other, struct sm_err *err)
{
	const char *text = sm_conf_str(conf, "hook", name, key);

	if (!text)
		return other;
	for (int i = 0; i < 2; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	return sm_err_set(err, SM_EXIT_CONFIG, "%s: %s is '%s' or '%s'",
	    sm_conf_origin(conf, "hook", name, key), key, words[0], words[1]);
}

static char *
lower_copy(const char *text)
{
	char *copy = text ? sm_xstrdup(text) : NULL;

	for (char *p = copy; p && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

/* What the kinds hmac and token leave open. */
static int
take_form(struct sm_hook *hook, const struct sm_conf *conf,
    struct sm_err *err)
{
	static const char *const digests[] = { "sha256", "sha1" };
	static const char *const codings[] = { "hex", "base64" };
	static const char *const keys[] = { "header", "prefix", "digest",
	    "coding" };
	const char *prefix = sm_conf_str(conf, "hook", hook->name, "prefix");
	int digest, coding;

	for (size_t i = 0; !hook->kind->free && i < 4; i++)
		if (sm_conf_str(conf, "hook", hook->name, keys[i]))
			return complain(conf, hook->name, keys[i], err,
			    "header, prefix, digest and coding are for the "
			    "kinds 'hmac' and 'token'");
	digest = take_choice(conf, hook->name, "digest", digests,
	    (int)hook->kind->digest, err);
	coding = digest == -1 ? -1 : take_choice(conf, hook->name, "coding",
	    codings, (int)hook->kind->coding, err);
	if (coding == -1)
		return -1;
	hook->digest = (enum sm_digest)digest;
	hook->coding = (enum sm_hook_coding)coding;
	hook->header = lower_copy(sm_conf_str(conf, "hook", hook->name,
	    "header"));
	if (!prefix)
		prefix = hook->kind->prefix;
	hook->prefix = prefix ? sm_xstrdup(prefix) : NULL;
	if (hook->kind->free && (!hook->header || !*hook->header))
		return complain(conf, hook->name, "kind", err, "needs header "
		    "= ...: where the signature stands");
	return 0;
}

/* The spool: that of the hook, or that of the source which reads it. */
static int
take_spool(struct sm_hook *hook, const struct sm_conf *conf,
    struct sm_err *err)
{
	const char *source = sm_conf_str(conf, "hook", hook->name, "source");
	char *name;

	hook->spool = sm_conf_path(conf, "hook", hook->name, "spool");
	if (hook->spool && source)
		return complain(conf, hook->name, "spool", err, "has both "
		    "spool and source: leave one out");
	if (source) {
		hook->spool = sm_conf_path(conf, "source", source, "path");
		return hook->spool ? 0 : complain(conf, hook->name, "source",
		    err, "names a source that has no path");
	}
	if (!hook->spool) {
		name = sm_xasprintf("spool/%s", hook->name);
		hook->spool = sm_path_data(name);
		free(name);
	}
	return 0;
}

static int
take_limits(struct sm_hook *hook, const struct sm_conf *conf,
    struct sm_err *err)
{
	int64_t body = sm_conf_int(conf, "hook", hook->name, "max_body",
	    SM_HOOK_BODY);
	const char *url = sm_conf_str(conf, "hook", hook->name, "url");
	const char *topic = sm_conf_str(conf, "hook", hook->name, "topic");

	hook->max_age = sm_conf_seconds(conf, "hook", hook->name, "max_age",
	    SM_HOOK_AGE);
	if (body < 1 || body > SM_HOOK_BODY_MOST)
		return complain(conf, hook->name, "max_body", err,
		    "max_body is 1 to 32M");
	hook->max_body = (size_t)body;
	hook->url = url ? sm_xstrdup(url) : NULL;
	hook->topic = topic ? sm_xstrdup(topic) : NULL;
	if (hook->kind->signs == SM_HOOK_SIGNS_URL && !url)
		return complain(conf, hook->name, "kind", err, "needs url = "
		    "...: the address that the network was told, since it "
		    "signs it");
	if (hook->kind->asks == SM_HOOK_ASKS_TOPIC && !topic)
		return complain(conf, hook->name, "kind", err, "needs topic "
		    "= ...: the address of the feed");
	return 0;
}

static int
take_secrets(struct sm_hook *hook, const struct sm_conf *conf,
    struct sm_err *err)
{
	if (sm_conf_secret(conf, "hook", hook->name, "secret", &hook->secret,
	    err) == -1)
		return -1;
	if (hook->kind->asks != SM_HOOK_ASKS_HUB)
		return 0;
	return sm_conf_secret(conf, "hook", hook->name, "verify_token",
	    &hook->verify_token, err);
}

/* Only such names come from a URL, and only such are looked up. */
static bool
is_name(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
			return false;
	return *name && strlen(name) <= 64;
}

struct sm_hook *
sm_hook_new(const struct sm_conf *conf, const char *name, struct sm_err *err)
{
	struct sm_hook *hook;

	if (!is_name(name) || !sm_conf_has_name(conf, "hook", name)) {
		sm_err_set(err, SM_EXIT_USAGE, "there is no [hook \"%.64s\"] "
		    "in the configuration", name);
		return NULL;
	}
	hook = sm_xcalloc(1, sizeof(*hook));
	hook->name = sm_xstrdup(name);
	if (take_kind(hook, conf, err) == 0 &&
	    take_form(hook, conf, err) == 0 &&
	    take_spool(hook, conf, err) == 0 &&
	    take_limits(hook, conf, err) == 0 &&
	    take_secrets(hook, conf, err) == 0)
		return hook;
	sm_hook_free(hook);
	return NULL;
}

static void
wipe(struct sm_buf *secret)
{
	if (secret->data)
		explicit_bzero(secret->data, secret->room);
	sm_buf_release(secret);
}

void
sm_hook_free(struct sm_hook *hook)
{
	if (!hook)
		return;
	wipe(&hook->secret);
	wipe(&hook->verify_token);
	free(hook->name);
	free(hook->url);
	free(hook->topic);
	free(hook->header);
	free(hook->prefix);
	free(hook->spool);
	free(hook);
}
