/* How a store is made, and how it comes to the schema of this program. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "store/sqlite_impl.h"

static int
fail(sqlite3 *db, const char *path, const char *what, struct sm_err *err)
{
	int code = sqlite3_errcode(db);

	return sm_err_set(err, code == SQLITE_BUSY || code == SQLITE_LOCKED ?
	    SM_EXIT_TEMP : code == SQLITE_NOTADB ? SM_EXIT_NOINPUT :
	    SM_EXIT_IO, "cannot %s '%s': %s", what, path,
	    sqlite3_errmsg(db));
}

static int
get_version(sqlite3 *db, int *version)
{
	sqlite3_stmt *stmt = NULL;
	int ret = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &stmt, NULL) ==
	    SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
		*version = sqlite3_column_int(stmt, 0);
		ret = 0;
	}
	(void)sqlite3_finalize(stmt);
	return ret;
}

/*
 * A copy of the store as it is, before it changes.  By another connection, as
 * ours has the lock already: so only one of several programs makes it.
 */
static int
keep_copy(const char *path, int version, struct sm_err *err)
{
	char *copy = sm_xasprintf("%s.v%d", path, version);
	char *sql = sqlite3_mprintf("VACUUM INTO %Q", copy);
	mode_t mask = umask(077);
	sqlite3 *db = NULL;
	int ret = 0;

	(void)unlink(copy);
	if (!sql || sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK || sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		ret = fail(db, path, "keep a copy of", err);
	(void)sqlite3_close(db);
	(void)umask(mask);
	sqlite3_free(sql);
	free(copy);
	return ret;
}

#define HASHED 8	/* texts at most */

/* sm_hash(texts ...) in the SQL of a step: as sqlite_hash; NULL of NULL. */
static void
hash_texts(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct sm_text texts[HASHED];
	const struct sm_text *pointers[HASHED];

	for (int i = 0; i < count && i < HASHED; i++) {
		if (sqlite3_value_type(values[i]) == SQLITE_NULL) {
			sqlite3_result_null(context);
			return;
		}
		texts[i].s = (const char *)sqlite3_value_text(values[i]);
		texts[i].len = (size_t)sqlite3_value_bytes(values[i]);
		pointers[i] = &texts[i];
	}
	sqlite3_result_int64(context, sqlite_hash(pointers,
	    count < HASHED ? (size_t)count : HASHED));
}

static int
take_steps(sqlite3 *db, const char *path, const char *const *const *steps,
    int version, int count, struct sm_err *err)
{
	char *sql;
	int ok;

	(void)sqlite3_create_function(db, "sm_hash", -1, SQLITE_UTF8 |
	    SQLITE_DETERMINISTIC, NULL, hash_texts, NULL, NULL);
	for (; version < count; version++)
		for (const char *const *step = steps[version]; *step; step++)
			if (sqlite3_exec(db, *step, NULL, NULL, NULL) !=
			    SQLITE_OK)
				return fail(db, path, "bring to the new "
				    "version", err);
	sql = sqlite3_mprintf("PRAGMA user_version = %d; PRAGMA "
	    "application_id = %d", count, LITE_APPLICATION);
	ok = sql && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
	sqlite3_free(sql);
	return ok ? 0 : fail(db, path, "bring to the new version", err);
}

static int
too_new(const char *path, int version, int count, struct sm_err *err)
{
	return sm_err_set(err, SM_EXIT_CONFIG, "the store '%s' is of "
	    "version %d, this program knows up to %d: use the newer one",
	    path, version, count);
}

int
sqlite_migrate(sqlite3 *db, const char *path,
    const char *const *const *steps, int count, struct sm_err *err)
{
	int version, ret;

	if (get_version(db, &version) == -1)
		return fail(db, path, "read", err);
	if (version == count)
		return 0;
	if (version > count)
		return too_new(path, version, count, err);
	if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) !=
	    SQLITE_OK)
		return fail(db, path, "lock", err);
	/* Another process may have done it while we waited. */
	if (get_version(db, &version) == -1)
		ret = fail(db, path, "read", err);
	else if (version > count)
		ret = too_new(path, version, count, err);
	else if (version > 0 && version < count &&
	    keep_copy(path, version, err) == -1)
		ret = -1;
	else
		ret = take_steps(db, path, steps, version, count, err);
	if (ret == 0 && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) !=
	    SQLITE_OK)
		ret = fail(db, path, "write", err);
	if (ret == -1)
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return ret;
}

/* Fills the empty file at path with a store of ours. */
static int
fill(const char *path, struct sm_err *err)
{
	sqlite3 *db = NULL;
	int ret = -1;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK || sqlite3_exec(db, "PRAGMA page_size = 8192;"
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", NULL, NULL,
	    NULL) != SQLITE_OK)
		(void)sm_err_set(err, SM_EXIT_CANTCREAT, "cannot make the "
		    "store '%s': %s", path, sqlite3_errmsg(db));
	else
		ret = sqlite_migrate(db, path, sqlite_steps, LITE_SCHEMA,
		    err);
	if (sqlite3_close(db) != SQLITE_OK && ret == 0)
		ret = sm_err_set(err, SM_EXIT_CANTCREAT, "cannot make the "
		    "store '%s'", path);
	return ret;
}

/* So that the new name itself outlives loss of power. */
static void
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? sm_xstrndup(path, (size_t)(slash - path) + 1) :
	    sm_xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1) {
		(void)fsync(fd);
		(void)close(fd);
	}
	free(folder);
}

static void
remove_parts(const char *path)
{
	static const char *const parts[] = { "", "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		char *name = sm_xasprintf("%s%s", path, parts[i]);

		(void)unlink(name);
		free(name);
	}
}

int
sqlite_make(const char *path, mode_t mode, struct sm_err *err)
{
	/* Under another name first: who sees path sees a whole store. */
	char *draft = sm_xasprintf("%s.new-%ld", path, (long)getpid());
	int fd, ret = -1;

	remove_parts(draft);
	fd = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd == -1 || fchmod(fd, mode) == -1) {
		(void)sm_err_errno(err, errno == ENOSPC || errno == EDQUOT ?
		    SM_EXIT_IO : SM_EXIT_CANTCREAT, "cannot make the store "
		    "'%s'", path);
		goto out;
	}
	if (fill(draft, err) == -1)
		goto out;
	if (link(draft, path) == -1 && errno != EEXIST) {
		(void)sm_err_errno(err, SM_EXIT_CANTCREAT, "cannot make the "
		    "store '%s'", path);
		goto out;
	}
	sync_folder(path);
	ret = 0;
out:
	if (fd != -1)
		(void)close(fd);
	remove_parts(draft);
	free(draft);
	return ret;
}
