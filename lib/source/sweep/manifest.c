#include "source/sweep/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/sweep/fetch.h"
#include "source/sweep/replace.h"
#include "source/sweep/spend.h"

#define PIECE 65536	/* bytes that are written at once */

struct sm_manifest {
	char *path, *temporary;
	int fd;
	bool full;
	int failed;		/* errno of what could not be written */
	struct sm_buf text;
	int64_t sources, posts, calls;
	struct sm_amount spent;
};

static void
write_out(struct sm_manifest *manifest)
{
	struct sm_buf *text = &manifest->text;

	if (!manifest->failed && text->len > 0 &&
	    sm_write_all(manifest->fd, text->data, text->len) == -1)
		manifest->failed = errno;
	sm_buf_clear(text);
}

struct sm_manifest *
sm_manifest_open(const char *folder, const char *id, bool full, int64_t now,
    struct sm_err *err)
{
	struct sm_manifest *manifest = sm_xcalloc(1, sizeof(*manifest));
	struct sm_buf *text = &manifest->text;

	manifest->path = sm_xasprintf("%s/%s.ndjson", folder, id);
	manifest->temporary = sm_xasprintf("%s.part", manifest->path);
	manifest->full = full;
	manifest->fd = -1;
	if (sm_path_make_parent(manifest->path, err) == 0) {
		manifest->fd = open(manifest->temporary, O_WRONLY | O_CREAT |
		    O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (manifest->fd == -1)
			sm_err_errno(err, SM_EXIT_CANTCREAT, "cannot create "
			    "'%s'", manifest->temporary);
	}
	if (manifest->fd == -1) {
		free(manifest->path);
		free(manifest->temporary);
		free(manifest);
		return NULL;
	}
	sm_json_open(text, NULL, '{');
	sm_json_strz(text, "type", "sweep");
	sm_json_strz(text, "id", id);
	sm_json_strz(text, "program", "sm-fetch " SM_VERSION);
	sm_json_time(text, "start", now);
	sm_json_close(text, '}');
	sm_buf_addc(text, '\n');
	return manifest;
}

static void
add_cursor(const struct sm_manifest *manifest, struct sm_buf *out,
    const char *name, const char *cursor)
{
	size_t len = cursor ? strlen(cursor) : 0;
	char hex[SM_SHA256_HEX];
	char *other;

	if (len == 0)
		return;
	if (manifest->full || len <= SM_MANIFEST_CURSOR) {
		sm_json_raw(out, name, cursor, len);
		return;
	}
	other = sm_xasprintf("%s_sha256", name);
	sm_sha256_hex(cursor, len, hex);
	sm_json_strz(out, other, hex);
	free(other);
}

static void
add_asked(struct sm_buf *out, const struct sm_buf *asked)
{
	const char *s = sm_buf_str(asked), *end = s + asked->len;

	if (s == end)
		return;
	sm_json_open(out, "asked", '[');
	for (; s < end; s += strlen(s) + 1)
		sm_json_strz(out, NULL, s);
	sm_json_close(out, ']');
}

/* Of the posts, as they were written. */
static void
add_digest(struct sm_buf *out, const struct sm_sha256 *digest)
{
	static const char digits[] = "0123456789abcdef";
	struct sm_sha256 sha = *digest;
	unsigned char bytes[SM_SHA256_SIZE];
	char hex[2 * SM_SHA256_SIZE];

	sm_sha256_end(&sha, bytes);
	for (int i = 0; i < SM_SHA256_SIZE; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	sm_json_str(out, "sha256", hex, sizeof(hex));
}

static void
add_counts(struct sm_buf *out, const struct sm_fetch_task *task)
{
	const struct {
		const char *name;
		uint64_t value;
	} counts[] = {
		{ "bytes", task->bytes }, { "old", task->old },
		{ "again", task->again }, { "failed", task->failed },
		{ "gaps", task->gaps }
	};

	sm_json_int(out, "calls", (int64_t)task->calls);
	sm_json_int(out, "posts", (int64_t)task->posts);
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		if (counts[i].value > 0)
			sm_json_int(out, counts[i].name,
			    (int64_t)counts[i].value);
	if (task->spend && task->spend->spent.of[SM_UNIT_USD] > 0)
		sm_json_int(out, "micro_usd",
		    task->spend->spent.of[SM_UNIT_USD]);
}

void
sm_manifest_add(struct sm_manifest *manifest,
    const struct sm_fetch_task *task, const char *before)
{
	const struct sm_source_args *args = &task->args;
	struct sm_buf *out = &manifest->text;

	sm_json_open(out, NULL, '{');
	sm_json_strz(out, "type", "source");
	sm_json_strz(out, "source", args->name);
	sm_json_strz(out, "kind", task->source->name);
	if (args->account)
		sm_json_strz(out, "account", args->account);
	if (args->window != SM_TIME_NONE)
		sm_json_time(out, "window", args->window);
	sm_json_int(out, "status", task->code);
	if (task->error[0])
		sm_json_strz(out, "error", task->error);
	add_asked(out, &task->asked);
	add_counts(out, task);
	if (task->posts > 0)
		add_digest(out, &task->digest);
	add_cursor(manifest, out, "cursor_before", before);
	if (!before || strcmp(before, sm_buf_str(&task->cursor)) != 0)
		add_cursor(manifest, out, "cursor_after",
		    sm_buf_str(&task->cursor));
	sm_json_close(out, '}');
	sm_buf_addc(out, '\n');
	manifest->sources++;
	manifest->posts += (int64_t)task->posts;
	manifest->calls += (int64_t)task->calls;
	if (task->spend)
		sm_amount_add(&manifest->spent, &task->spend->spent);
	if (out->len >= PIECE)
		write_out(manifest);
}

static void
add_end(struct sm_manifest *manifest, enum sm_exit status, int64_t now)
{
	struct sm_buf *out = &manifest->text;

	sm_json_open(out, NULL, '{');
	sm_json_strz(out, "type", "end");
	sm_json_time(out, "end", now);
	sm_json_int(out, "status", status);
	sm_json_int(out, "sources", manifest->sources);
	sm_json_int(out, "posts", manifest->posts);
	sm_json_int(out, "calls", manifest->calls);
	if (manifest->spent.of[SM_UNIT_USD] > 0)
		sm_json_int(out, "micro_usd",
		    manifest->spent.of[SM_UNIT_USD]);
	sm_json_close(out, '}');
	sm_buf_addc(out, '\n');
}

int
sm_manifest_close(struct sm_manifest *manifest, enum sm_exit status,
    int64_t now, struct sm_err *err)
{
	int ret = 0;

	if (!manifest)
		return 0;
	add_end(manifest, status, now);
	write_out(manifest);
	if (!manifest->failed && fsync(manifest->fd) == -1)
		manifest->failed = errno;
	if (close(manifest->fd) == -1 && !manifest->failed)
		manifest->failed = errno;
	if (!manifest->failed && rename(manifest->temporary,
	    manifest->path) == -1)
		manifest->failed = errno;
	if (manifest->failed) {
		errno = manifest->failed;
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot write '%s'",
		    manifest->path);
		unlink(manifest->temporary);
	}
	sm_buf_release(&manifest->text);
	free(manifest->path);
	free(manifest->temporary);
	free(manifest);
	return ret;
}
