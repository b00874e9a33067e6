#include "source/auth/auth_token.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/sha256.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "record/json.h"
#include "source/auth/auth_impl.h"

static const struct {
	const char *name;
	size_t at;
} members[] = {
#define MEMBER(json, field) { json, offsetof(struct sm_auth_token, field) }
	MEMBER("access_token", access),
	MEMBER("refresh_token", refresh),
	MEMBER("scope", scope),
	MEMBER("id", id),
	MEMBER("base", base),
	MEMBER("user", user),
	MEMBER("password", password),
	MEMBER("client_id", client_id),
	MEMBER("client_secret", client_secret),
	MEMBER("client_auth", client_auth),
	MEMBER("token_url", token_url),
	MEMBER("trouble", trouble),
	MEMBER("salt", salt),
	MEMBER("tried", tried)
#undef MEMBER
};
#define MEMBERS (sizeof(members) / sizeof(members[0]))

static char **
member_at(struct sm_auth_token *token, size_t i)
{
	return (char **)(void *)((char *)token + members[i].at);
}

void
sm_auth_token_release(struct sm_auth_token *token)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		char **text = member_at(token, i);

		if (*text)
			explicit_bzero(*text, strlen(*text));
		free(*text);
		*text = NULL;
	}
	token->expires = token->saved = SM_TIME_NONE;
}

/* The name itself where it is harmless as a file's, else its digest. */
static char *
file_name(const char *account)
{
	char hex[SM_SHA256_HEX];
	const char *p = account;

	while (isalnum((unsigned char)*p) || (*p && strchr("-_@.", *p)))
		p++;
	if (!*p && p > account && *account != '.' && p - account <= 100)
		return sm_xasprintf("auth/%s.json", account);
	sm_sha256_hex(account, strlen(account), hex);
	return sm_xasprintf("auth/%s.json", hex);
}

char *
sm_auth_token_path(const struct sm_conf *conf, const char *account)
{
	char *path = sm_conf_path(conf, "account", account, "token_file");
	char *name;

	if (path)
		return path;
	name = file_name(account);
	path = sm_path_state(name);
	free(name);
	return path;
}

bool
sm_auth_token_is_kept(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char first = 0;
	bool kept;

	if (fd == -1)
		return false;
	kept = read(fd, &first, 1) == 1 && first == '{';
	(void)close(fd);
	return kept;
}

static int
check_mode(int fd, const char *path, struct sm_err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return sm_err_errno(err, SM_EXIT_IO, "cannot look at '%s'",
		    path);
	if (!S_ISREG(st.st_mode))
		return sm_err_set(err, SM_EXIT_CONFIG, "'%s' is no file",
		    path);
	if (st.st_mode & 077)
		return sm_err_set(err, SM_EXIT_NOPERM, "'%s' holds tokens and "
		    "others can read it: chmod 600 it", path);
	return 0;
}

static int
parse(const struct sm_buf *text, const char *path,
    struct sm_auth_token *token, struct sm_err *err)
{
	json_error_t why;
	json_t *json = json_loadb(sm_buf_str(text), text->len, 0, &why);
	const json_t *value;

	if (!json_is_object(json)) {
		json_decref(json);
		return sm_err_set(err, SM_EXIT_CONFIG, "'%s' is no token file "
		    "as 'sm auth' writes it", path);
	}
	for (size_t i = 0; i < MEMBERS; i++) {
		value = json_object_get(json, members[i].name);
		if (json_is_string(value))
			*member_at(token, i) =
			    sm_xstrdup(json_string_value(value));
	}
	value = json_object_get(json, "expires_at");
	if (json_is_integer(value))
		token->expires = json_integer_value(value);
	value = json_object_get(json, "saved_at");
	if (json_is_integer(value))
		token->saved = json_integer_value(value);
	json_decref(json);
	return 1;
}

int
sm_auth_token_read(const char *path, struct sm_auth_token *token,
    struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret;

	sm_auth_token_release(token);
	if (fd == -1 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd == -1)
		return sm_err_errno(err, SM_EXIT_NOPERM, "cannot read '%s'",
		    path);
	ret = check_mode(fd, path, err);
	/* All room at once, so that growing leaves no copy behind. */
	(void)sm_buf_reserve(&text, 16384);
	if (ret == 0 && sm_buf_read(&text, fd, SM_AUTH_FILE_MAX) == -1)
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot read '%s'", path);
	if (ret == 0)
		ret = parse(&text, path, token, err);
	(void)close(fd);
	auth_wipe(&text);
	sm_buf_release(&text);
	return ret;
}

static void
print(const struct sm_auth_token *token, struct sm_buf *out)
{
	struct sm_auth_token copy = *token;	/* of pointers only */

	sm_json_open(out, NULL, '{');
	sm_json_int(out, "v", 1);
	for (size_t i = 0; i < MEMBERS; i++) {
		const char *text = *member_at(&copy, i);

		if (text)
			sm_json_strz(out, members[i].name, text);
	}
	if (token->expires != SM_TIME_NONE)
		sm_json_int(out, "expires_at", token->expires);
	if (token->saved != SM_TIME_NONE)
		sm_json_int(out, "saved_at", token->saved);
	sm_json_close(out, '}');
	sm_buf_addc(out, '\n');
}

/* The rename itself has to be on the disk as well. */
static int
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? sm_xstrndup(path,
	    slash == path ? 1 : (size_t)(slash - path)) : sm_xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret = -1;

	free(folder);
	if (fd == -1)
		return -1;
	if (fsync(fd) == 0 || errno == EINVAL)
		ret = 0;
	(void)close(fd);
	return ret;
}

static int
replace(const char *path, const struct sm_buf *text, struct sm_err *err)
{
	char *temporary = sm_xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(temporary, O_CLOEXEC), ret = -1;

	if (fd == -1) {
		ret = sm_err_errno(err, SM_EXIT_CANTCREAT,
		    "cannot write '%s'", path);
		free(temporary);
		return ret;
	}
	if (sm_write_all(fd, text->data, text->len) == 0 && fsync(fd) == 0)
		ret = 0;
	if (close(fd) == -1)
		ret = -1;
	if (ret == -1 || rename(temporary, path) == -1 ||
	    sync_folder(path) == -1) {
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot write '%s'", path);
		(void)unlink(temporary);
	}
	free(temporary);
	return ret;
}

int
sm_auth_token_write(const char *path, const struct sm_auth_token *token,
    struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT;
	int ret = sm_path_make_parent(path, err);

	(void)sm_buf_reserve(&text, 16384);
	print(token, &text);
	if (ret == 0)
		ret = replace(path, &text, err);
	auth_wipe(&text);
	sm_buf_release(&text);
	return ret;
}

int
sm_auth_token_lock(const char *path, struct sm_err *err)
{
	char *name = sm_xasprintf("%s.lock", path);
	int fd = -1;

	if (sm_path_make_parent(path, err) == 0) {
		fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		    0600);
		if (fd == -1)
			sm_err_errno(err, SM_EXIT_CANTCREAT,
			    "cannot lock '%s'", name);
	}
	free(name);
	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1) {
		(void)close(fd);
		return -2;
	}
	return fd;
}
