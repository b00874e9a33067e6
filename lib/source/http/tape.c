#include "source/http/tape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/sha256.h"
#include "base/xalloc.h"
#include "text/url.h"

#define INDEX_MAX 67108864	/* bytes */

/* How often something has been asked for. */
struct asked {
	uint64_t what;		/* its hash */
	size_t count;
};

struct tape {
	char *folder;
	bool recording;
	struct sm_buf index;
	struct asked *asked;
	size_t nasked, room;
	struct sm_buf file;	/* the answer being replayed, */
	char raw[TAPE_RAW];	/* and its digest by the index, or "" */
	unsigned number;	/* of the next file to write */
};

static char *
path_of(const struct tape *tape, const char *name)
{
	return sm_xasprintf("%s/%s", tape->folder, name);
}

static int
read_all(const char *path, struct sm_buf *out, size_t max, struct sm_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;

	if (fd == -1)
		return sm_err_errno(err, SM_EXIT_NOINPUT, "cannot open '%s'",
		    path);
	sm_buf_clear(out);
	ret = sm_buf_read(out, fd, max);
	if (ret == -1)
		sm_err_errno(err, SM_EXIT_IO, "cannot read '%s'", path);
	close(fd);
	return ret;
}

struct tape *
tape_open(const char *record, const char *replay, struct sm_err *err)
{
	struct tape *tape = sm_xcalloc(1, sizeof(*tape));
	char *path;
	int ret = 0;

	tape->recording = record != NULL;
	tape->folder = sm_xstrdup(record ? record : replay);
	path = path_of(tape, "index");
	if (!record)
		ret = read_all(path, &tape->index, INDEX_MAX, err);
	else if (mkdir(record, 0700) == -1 && errno != EEXIST)
		ret = sm_err_errno(err, SM_EXIT_CANTCREAT,
		    "cannot make '%s'", record);
	free(path);
	if (ret == 0)
		return tape;
	tape_close(tape);
	return NULL;
}

void
tape_close(struct tape *tape)
{
	if (!tape)
		return;
	free(tape->folder);
	free(tape->asked);
	sm_buf_release(&tape->index);
	sm_buf_release(&tape->file);
	free(tape);
}

/* A file of the next free number; its name goes to name. */
static int
new_file(struct tape *tape, char name[32], struct sm_err *err)
{
	int fd;

	do {
		struct sm_buf text = SM_BUF_INIT;
		char *path;

		sm_buf_addf(&text, "%06u.http", ++tape->number);
		memcpy(name, text.data, text.len + 1);
		sm_buf_release(&text);
		path = path_of(tape, name);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
		    O_NOFOLLOW, 0600);
		free(path);
	} while (fd == -1 && errno == EEXIST);
	if (fd == -1)
		sm_err_errno(err, SM_EXIT_CANTCREAT, "cannot write '%s/%s'",
		    tape->folder, name);
	return fd;
}

/* "body:DIGEST" of a request's body, or "" where it has none. */
static void
body_mark(const struct tape_key *key, char mark[TAPE_RAW])
{
	mark[0] = '\0';
	if (key->body_len == 0)
		return;
	memcpy(mark, "body:", 5);
	sm_sha256_hex(key->body, key->body_len, mark + 5);
}

static int
append_index(struct tape *tape, const struct tape_key *key, const char *name,
    const char *raw, struct sm_err *err)
{
	struct sm_buf line = SM_BUF_INIT;
	char *path = path_of(tape, "index"), mark[TAPE_RAW];
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	int ret = -1;

	body_mark(key, mark);
	sm_buf_addf(&line, "%s %s %s %s%s%s\n", key->method, key->url, name,
	    raw, *mark ? " " : "", mark);
	if (fd != -1 && sm_write_all(fd, line.data, line.len) == 0)
		ret = 0;
	if (fd != -1 && close(fd) == -1)
		ret = -1;
	if (ret == -1)
		sm_err_errno(err, SM_EXIT_IO, "cannot write '%s'", path);
	sm_buf_release(&line);
	free(path);
	return ret;
}

/* What no longer holds once the body is whole, and what is a secret. */
static bool
is_left_out(const char *line)
{
	static const char *const names[] = { "content-encoding:",
	    "content-length:", "transfer-encoding:", "set-cookie:",
	    "www-authenticate:", "authentication-info:" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncasecmp(line, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

int
tape_record(struct tape *tape, const struct tape_key *key, int status,
    const struct sm_buf *head, const struct sm_buf *body, char *raw,
    struct sm_err *err)
{
	const char *s = sm_buf_str(head), *end = s + head->len;
	struct sm_buf text = SM_BUF_INIT;
	char name[32];
	int fd, ret;

	memcpy(raw, "sha256:", 7);
	sm_sha256_hex(sm_buf_str(body), body->len, raw + 7);
	sm_buf_addf(&text, "HTTP/1.1 %d\r\n", status);
	for (; s < end; s += strlen(s) + 1)
		if (!is_left_out(s))
			sm_buf_addf(&text, "%s\r\n", s);
	sm_buf_adds(&text, "\r\n");
	sm_buf_add(&text, sm_buf_str(body), body->len);
	fd = new_file(tape, name, err);
	ret = fd == -1 ? -1 : sm_write_all(fd, text.data, text.len);
	if (fd != -1) {
		if (close(fd) == -1)
			ret = -1;
		if (ret == -1)
			sm_err_errno(err, SM_EXIT_IO, "cannot write '%s/%s'",
			    tape->folder, name);
	}
	sm_buf_release(&text);
	return ret == -1 ? -1 : append_index(tape, key, name, raw, err);
}

static size_t
times_asked(struct tape *tape, const struct tape_key *key, const char *mark)
{
	struct sm_buf what = SM_BUF_INIT;
	uint64_t hash;

	sm_buf_addf(&what, "%s %s %s", key->method, key->url, mark);
	hash = sm_hash(what.data, what.len);
	sm_buf_release(&what);
	for (size_t i = 0; i < tape->nasked; i++)
		if (tape->asked[i].what == hash)
			return tape->asked[i].count++;
	tape->asked = sm_xgrow(tape->asked, &tape->room, tape->nasked + 1,
	    sizeof(*tape->asked));
	tape->asked[tape->nasked].what = hash;
	tape->asked[tape->nasked++].count = 1;
	return 0;
}

/* Where the file's name begins, if the line is for this request; or NULL. */
static const char *
match_line(const char *line, const struct tape_key *key, const char *mark)
{
	size_t method = strlen(key->method), url = strlen(key->url);
	const char *end = line + strcspn(line, "\n"), *body;

	if (strncmp(line, key->method, method) != 0 || line[method] != ' ' ||
	    strncmp(line + method + 1, key->url, url) != 0 ||
	    line[method + 1 + url] != ' ')
		return NULL;
	line += method + 1 + url + 1;
	body = memmem(line, (size_t)(end - line), " body:", 6);
	if (*mark ? !body || strncmp(body + 1, mark, strlen(mark)) != 0 :
	    body != NULL)
		return NULL;
	return line;
}

/* The digest that stands behind a file's name in its line. */
static void
note_raw(struct tape *tape, const char *at)
{
	size_t len;

	tape->raw[0] = '\0';
	at += strspn(at, " ");
	len = strcspn(at, " \r\n");
	if (len >= sizeof(tape->raw) || strncmp(at, "sha256:", 7) != 0)
		return;
	memcpy(tape->raw, at, len);
	tape->raw[len] = '\0';
}

/* The file of the count-th line for it, or of the last one; caller frees. */
static char *
find_file(struct tape *tape, const struct tape_key *key,
    const char *mark, size_t count)
{
	const char *s = sm_buf_str(&tape->index), *found = NULL;
	size_t name_len;

	for (; *s; s += strcspn(s, "\n"), s += *s == '\n') {
		const char *name = match_line(s, key, mark);

		if (name)
			found = name;
		if (name && count-- == 0)
			break;
	}
	if (!found)
		return NULL;
	name_len = strcspn(found, " \r\n");
	/* A tape names files of its own folder only. */
	if (name_len == 0 || *found == '.' || memchr(found, '/', name_len))
		return NULL;
	note_raw(tape, found + name_len);
	return sm_xstrndup(found, name_len);
}

/* By method, URL and body; else by a line that is for any body. */
static char *
find_answer(struct tape *tape, const struct tape_key *key)
{
	char mark[TAPE_RAW], *name;

	body_mark(key, mark);
	name = find_file(tape, key, mark, 0);
	if (name || !*mark) {
		free(name);
		return find_file(tape, key, mark,
		    times_asked(tape, key, mark));
	}
	return find_file(tape, key, "", times_asked(tape, key, ""));
}

static int
parse(struct tape *tape, const char *name, int *status, struct sm_buf *head,
    const char **body, size_t *len, struct sm_err *err)
{
	const char *s = sm_buf_str(&tape->file), *end = s + tape->file.len;
	const char *line = memchr(s, ' ', tape->file.len);

	if (strncmp(s, "HTTP/", 5) != 0 || !line)
		return sm_err_set(err, SM_EXIT_DATA, "'%s/%s': expected a "
		    "status line 'HTTP/1.1 200'", tape->folder, name);
	*status = (int)strtol(line, NULL, 10);
	for (s += strcspn(s, "\n"), s += *s == '\n'; s < end;) {
		size_t n = strcspn(s, "\n"), used = n;

		if (n > 0 && s[n - 1] == '\r')
			n--;
		sm_buf_add(head, s, n);
		if (n > 0)
			sm_buf_addc(head, '\0');
		s += used + (s + used < end);
		if (n == 0)
			break;
	}
	*body = s;
	*len = (size_t)(end - s);
	return 0;
}

int
tape_play(struct tape *tape, const struct tape_key *key, int *status,
    struct sm_buf *head, const char **body, size_t *len, struct sm_err *err)
{
	char *name = find_answer(tape, key), *path;
	struct sm_buf shown = SM_BUF_INIT;
	int ret;

	if (!name) {
		sm_url_redact(key->url, strlen(key->url), &shown);
		sm_err_set(err, SM_EXIT_NOINPUT,
		    "no answer to %s %s in '%s/index'", key->method,
		    sm_buf_str(&shown), tape->folder);
		sm_buf_release(&shown);
		return -1;
	}
	path = path_of(tape, name);
	ret = read_all(path, &tape->file, TAPE_FILE_MAX, err);
	if (ret == 0)
		ret = parse(tape, name, status, head, body, len, err);
	free(path);
	free(name);
	return ret;
}

const char *
tape_raw(const struct tape *tape)
{
	return tape->raw;
}
