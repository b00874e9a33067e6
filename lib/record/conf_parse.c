/*
 * The reader of the git-config dialect: one pass over the file in memory; what
 * is wrong is said with file and line.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "record/conf_impl.h"
#include "record/conf_lex.h"

#define NO_SECTION SIZE_MAX
#define NEAREST_MAX 512		/* names looked at for "did you mean" */

/* The nearest known section (key NULL) or key of a section; may be NULL. */
static const char *
nearest(const struct sm_conf *conf, const char *section, const char *typed)
{
	const char *names[NEAREST_MAX];
	int count = 0;

	for (size_t t = 0; conf->tables[t]; t++) {
		const struct sm_conf_key *key = conf->tables[t];

		for (; key->section && count < NEAREST_MAX; key++) {
			if (section && strcmp(key->section, section) != 0)
				continue;
			names[count++] = section ? key->name : key->section;
		}
	}
	return sm_opt_nearest(typed, names, count);
}

/* The first line of the tables for a section, or NULL. */
static const struct sm_conf_key *
section_known(const struct sm_conf *conf, const char *section)
{
	for (size_t t = 0; conf->tables[t]; t++) {
		const struct sm_conf_key *key = conf->tables[t];

		for (; key->section; key++)
			if (strcmp(key->section, section) == 0)
				return key;
	}
	return NULL;
}

static int
enter_section(struct conf_source *src, const char *section, const char *name,
    struct sm_err *err)
{
	const struct sm_conf_key *known = section_known(src->conf, section);

	src->include = strcmp(section, "include") == 0 && !name;
	if (src->include) {
		src->section = NO_SECTION;
		return 0;
	}
	if (!known) {
		const char *near = nearest(src->conf, NULL, section);

		return conf_complain(src, err, near ?
		    "no section [%s], did you mean [%s]?" :
		    "no section [%s]", section, near ? near : "");
	}
	if (known->named && !name)
		return conf_complain(src, err, "section [%s] needs a name: "
		    "[%s \"name\"]", section, section);
	if (!known->named && name)
		return conf_complain(src, err, "section [%s] takes no name",
		    section);
	src->section = conf_section_at(src->conf, section, name);
	return 0;
}

static int
read_header(struct conf_source *src, struct sm_err *err)
{
	char section[CONF_NAME_MAX], name[CONF_NAME_MAX];
	bool named = false;

	conf_step(src);
	conf_skip_blanks(src);
	if (conf_take_word(src, section, err) == -1)
		return -1;
	if (!*section)
		return conf_complain(src, err,
		    "expected a section's name behind "
		    "'['");
	if (conf_peek(src) == '.')
		return conf_complain(src, err,
		    "write [%s \"name\"], not [%s.name]",
		    section, section);
	conf_skip_blanks(src);
	if (conf_peek(src) == '"') {
		named = true;
		if (conf_take_name(src, name, err) == -1)
			return -1;
		conf_skip_blanks(src);
	}
	if (conf_peek(src) != ']')
		return conf_complain(src, err,
		    "expected ']' behind the section");
	conf_step(src);
	return enter_section(src, section, named ? name : NULL, err);
}

/* Whether a URL carries a password: scheme://user:password@host. */
static bool
url_has_password(const char *url)
{
	const char *at = strstr(url, "://");
	size_t len = at ? strcspn(at + 3, "/?#") : 0;
	const char *sign = at ? memrchr(at + 3, '@', len) : NULL;

	return sign && memchr(at + 3, ':', (size_t)(sign - at) - 3);
}

static int
check_secret(const struct conf_source *src, const struct sm_conf_key *key,
    const char *name, const char *value, struct sm_err *err)
{
	bool url = key->type == SM_CONF_URL && url_has_password(value);

	if ((!url && !sm_conf_is_secret(name)) || !(src->mode & 077))
		return 0;
	if (url)
		return conf_complain(src, err,
		    "'%s' has a password in a file that "
		    "others can read: chmod 600 '%s'", name, src->path);
	return conf_complain(src, err,
	    "'%s' is a secret in a file that others can "
	    "read: chmod 600 '%s', or use %s_cmd or %s_file", name, src->path,
	    name, name);
}

static int
unknown_key(const struct conf_source *src, const char *name, struct sm_err *err)
{
	const struct conf_section *in = &src->conf->sections[src->section];
	const char *near = nearest(src->conf, in->section, name);
	char where[CONF_NAME_MAX + 8] = "";

	if (in->name)
		(void)snprintf(where, sizeof(where), " \"%s\"", in->name);
	if (near && strcmp(near, "*") != 0)
		return conf_complain(src, err, "no key '%s' in [%s%s], did you "
		    "mean '%s'?", name, in->section, where, near);
	return conf_complain(src, err,
	    "no key '%s' in [%s%s]", name, in->section,
	    where);
}

static int
keep_value(struct conf_source *src, const char *name, const char *value,
    unsigned long line, struct sm_err *err)
{
	const struct sm_conf_key *key = conf_key_find(src->conf,
	    src->conf->sections[src->section].section, name);
	const char *expected;

	if (!key)
		return unknown_key(src, name, err);
	if (!value && key->type != SM_CONF_BOOL)
		return conf_complain(src, err, "'%s' needs a value: %s = ...",
		    name, name);
	if (!value)
		value = "true";
	expected = conf_value_check(key->type, value);
	if (expected)
		return conf_complain(src, err,
		    "'%s' must be %s", name, expected);
	if (check_secret(src, key, name, value, err) == -1)
		return -1;
	conf_value_add(src->conf, src->section, key, name, value, src->file,
	    line);
	return 0;
}

static int
include(struct conf_source *src, const char *name, const char *value,
    struct sm_err *err)
{
	char *path;
	int ret;

	if (strcmp(name, "path") != 0 || !value || !*value)
		return conf_complain(src, err, "[include] takes path = FILE");
	if (src->depth == CONF_DEPTH)
		return conf_complain(src, err, "more than %d files include one "
		    "another", CONF_DEPTH);
	path = conf_path_from(src->path, value);
	ret = conf_read_file(src->conf, path, true, src->depth + 1, err);
	free(path);
	if (ret == -1)
		return sm_err_prefix(err, "%s:%lu: included", src->path,
		    src->line);
	return 0;
}

static int
read_setting(struct conf_source *src, struct sm_err *err)
{
	struct sm_buf value = SM_BUF_INIT;
	unsigned long line = src->line;
	char name[CONF_NAME_MAX];
	bool given = false;
	int ret = -1;

	if (conf_take_word(src, name, err) == -1)
		return -1;
	if (!*name)
		return conf_complain(src, err, "expected a [section] or key = "
		    "value");
	if (src->section == NO_SECTION && !src->include)
		return conf_complain(src, err, "'%s' stands before the first "
		    "[section]", name);
	conf_skip_blanks(src);
	if (conf_peek(src) == '=') {
		given = true;
		conf_step(src);
		if (conf_take_value(src, &value, err) == -1)
			goto out;
	} else if (conf_peek(src) != '\n' && conf_peek(src) != EOF &&
	    conf_peek(src) != '#' && conf_peek(src) != ';') {
		(void)conf_complain(src, err, "expected '=' behind '%s'", name);
		goto out;
	}
	if (src->include)
		ret = include(src, name, given ? sm_buf_str(&value) : NULL,
		    err);
	else
		ret = keep_value(src, name, given ? sm_buf_str(&value) : NULL,
		    line, err);
out:
	if (value.data)
		explicit_bzero(value.data, value.room);
	sm_buf_release(&value);
	return ret;
}

static int
read_text(struct conf_source *src, struct sm_err *err)
{
	for (;;) {
		int c = conf_peek(src);

		if (c == EOF)
			return 0;
		if (c == '\n' || c == ' ' || c == '\t') {
			conf_step(src);
		} else if (c == '#' || c == ';') {
			conf_skip_line(src);
		} else if (c == '[') {
			if (read_header(src, err) == -1)
				return -1;
		} else if (read_setting(src, err) == -1) {
			return -1;
		}
	}
}

static int
check_bytes(struct conf_source *src, struct sm_err *err)
{
	size_t len = (size_t)(src->end - src->at);
	size_t good = sm_utf8_check(src->at, len);
	const char *nul = memchr(src->at, '\0', len);

	if (nul && (size_t)(nul - src->at) < good)
		good = (size_t)(nul - src->at);
	if (good == len)
		return 0;
	for (const char *p = src->at; p < src->at + good; p++)
		src->line += *p == '\n';
	return conf_complain(src, err, "not UTF-8 text");
}

int
conf_read_text(struct sm_conf *conf, const char *path, mode_t mode,
    const char *text, size_t len, int depth, struct sm_err *err)
{
	struct conf_source src = { .conf = conf, .path = path, .at = text,
	    .end = text + len, .line = 1, .section = NO_SECTION,
	    .mode = mode, .depth = depth };

	if (conf->file_count == CONF_FILES)
		return sm_err_set(err, SM_EXIT_CONFIG, "'%s' is one of more "
		    "than %d files", path, CONF_FILES);
	conf->files = sm_xgrow(conf->files, &conf->file_room,
	    conf->file_count + 1, sizeof(*conf->files));
	src.file = conf->file_count;
	conf->files[conf->file_count++] = sm_xstrdup(path);
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		src.at += 3;
	if (check_bytes(&src, err) == -1)
		return -1;
	return read_text(&src, err);
}

int
conf_read_file(struct sm_conf *conf, const char *path, bool must, int depth,
    struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT;
	struct stat st;
	int fd, ret = -1;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 && !must && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd == -1 || fstat(fd, &st) == -1 ||
	    sm_buf_read(&text, fd, SM_CONF_FILE_MAX) == -1)
		(void)sm_err_errno(err, SM_EXIT_CONFIG, "cannot read '%s'",
		    path);
	else if (S_ISREG(st.st_mode) && st.st_mode & S_IWOTH)
		(void)sm_err_set(err, SM_EXIT_CONFIG, "'%s' can be written by "
		    "everybody: chmod o-w it", path);
	else
		ret = conf_read_text(conf, path, S_ISREG(st.st_mode) ?
		    st.st_mode : 0, sm_buf_str(&text), text.len, depth, err);
	if (text.data)
		explicit_bzero(text.data, text.room);
	sm_buf_release(&text);
	if (fd != -1)
		(void)close(fd);
	return ret;
}
