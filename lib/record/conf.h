/*
 * Configuration in the dialect of git-config(1), by a reader of our own: what
 * is wrong is said with file and line, nothing is cut short, an unknown key is
 * refused with the nearest known one.
 *
 *	[source "news"]
 *		type = feed
 *		url = https://news.example/rss	; comments by ; and #
 *
 * Read in turn, the later wins: /etc/sm/config, $XDG_CONFIG_HOME/sm/config,
 * the file $SM_CONFIG (or -c FILE, which stands alone).  [include] path = FILE
 * is relative to the file it stands in.
 */
#ifndef SM_RECORD_CONF_H
#define SM_RECORD_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_err;
struct sm_buf;
struct sm_conf;

#define SM_CONF_VALUE_MAX 65536	/* bytes of one value */
#define SM_CONF_FILE_MAX 1048576

enum sm_conf_type {
	SM_CONF_TEXT,
	SM_CONF_PATH,		/* relative to the file it stands in */
	SM_CONF_URL,
	SM_CONF_INT,		/* whole, k M G as factors of 1024 */
	SM_CONF_BOOL,		/* true yes on 1, false no off 0 */
	SM_CONF_DURATION,	/* 90, 30s, 15m, 4h, 2d, 1w, PT1H: seconds */
	SM_CONF_CMD		/* words; run without a shell */
};

struct sm_conf_key {
	const char *section;
	const char *name;	/* "*": any other key of the section */
	enum sm_conf_type type;
	bool repeat;		/* may stand several times, all count */
	bool named;		/* section "name" rather than section alone */
	const char *help;	/* one line, for sm config and sm-config(5) */
};

/*
 * Reads what is there (a missing default file is fine, a missing file that
 * was named is not).  tables: NULL-terminated list of key tables, each ended
 * by a key with section NULL.  file: the only file to read, or NULL for the
 * usual ones.  NULL and err (SM_EXIT_CONFIG; "file:line: ...") on failure.
 */
struct sm_conf *sm_conf_load(const struct sm_conf_key *const *tables,
    const char *file, struct sm_err *err);
void sm_conf_free(struct sm_conf *conf);

/* The name of the index-th [section "name"], in order; NULL past the last. */
const char *sm_conf_name(const struct sm_conf *conf, const char *section,
    size_t index);
bool sm_conf_has_name(const struct sm_conf *conf, const char *section,
    const char *name);

/* name is NULL for sections without one.  The last value; NULL: not set. */
const char *sm_conf_str(const struct sm_conf *conf, const char *section,
    const char *name, const char *key);
/* The index-th value of a repeated key; NULL past the last. */
const char *sm_conf_nth(const struct sm_conf *conf, const char *section,
    const char *name, const char *key, size_t index);
/* "file:line" of the last value, for complaints; lent; "" if not set. */
const char *sm_conf_origin(const struct sm_conf *conf, const char *section,
    const char *name, const char *key);

/* Checked by type when read, so these cannot fail; other: if not set. */
int64_t sm_conf_int(const struct sm_conf *conf, const char *section,
    const char *name, const char *key, int64_t other);
bool sm_conf_bool(const struct sm_conf *conf, const char *section,
    const char *name, const char *key, bool other);
int64_t sm_conf_seconds(const struct sm_conf *conf, const char *section,
    const char *name, const char *key, int64_t other);
/* A path as seen from its file; NULL: not set; the caller frees. */
char *sm_conf_path(const struct sm_conf *conf, const char *section,
    const char *name, const char *key);

/*
 * Whether a key's value is a secret by its name: it ends in token, password
 * or secret.  Such a value is refused in a file that others can read.
 */
bool sm_conf_is_secret(const char *key);

/*
 * The secret key ("token") of a section: $CREDENTIALS_DIRECTORY/name.key or
 * .../name, key_cmd (first line of its output, run without a shell, 30 s),
 * key_file (of mode 0600), the key itself.  0 and a NUL-terminated secret of
 * at most 8 KiB in out, which the caller wipes; -1 and err (SM_EXIT_CONFIG or
 * SM_EXIT_NOPERM), which never quotes it.
 */
int sm_conf_secret(const struct sm_conf *conf, const char *section,
    const char *name, const char *key, struct sm_buf *out,
    struct sm_err *err);

/*
 * The words of a command (SM_CONF_CMD), and the environment that commands of
 * the configuration get: a few variables of ours, no secret among them.  Both
 * NULL-ended; the caller frees the words in one free(), and each variable and
 * then their list.  NULL where there are no words.
 */
char **sm_conf_words(const char *command);
char **sm_conf_environment(void);

/* Calls each for every value in the order in which they were read. */
int sm_conf_each(const struct sm_conf *conf, int (*each)(const char *section,
    const char *name, const char *key, const char *value, const char *origin,
    void *arg), void *arg);

/* "30s", "15m", "4h", "2d", "1w", "PT1H30M", "90": seconds.  0 or -1. */
int sm_duration_parse(const char *s, size_t len, int64_t *seconds);

#endif
