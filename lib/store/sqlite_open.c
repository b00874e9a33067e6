/* SQLite behind a store: which file it is, and opening it. */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "store/sqlite_impl.h"

static const char set_up[] =
"PRAGMA foreign_keys = ON;"
"PRAGMA secure_delete = ON;"
"PRAGMA trusted_schema = OFF;"
"PRAGMA cell_size_check = ON;"
"PRAGMA temp_store = MEMORY;"
"PRAGMA cache_size = -32768;"		/* KiB */
"PRAGMA wal_autocheckpoint = 16000;"	/* pages of 8 KiB */
"PRAGMA journal_size_limit = 67108864;"
"PRAGMA synchronous = NORMAL;";

/* The folder and the file are ours, or a group's that shares them. */
static int
check_place(const char *path, mode_t *mode, struct sm_err *err)
{
	char *slash, *folder = sm_xstrdup(path);
	struct stat st;
	bool shared;
	int ret = 0;

	*mode = 0600;
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	if (stat(slash ? folder : ".", &st) == -1) {
		free(folder);
		return 0; /* said better by who opens */
	}
	shared = (st.st_mode & S_ISGID) && (st.st_mode & S_IWGRP);
	if (shared)
		*mode = 0660;
	if (geteuid() != 0 && st.st_uid != geteuid() && st.st_uid != 0 &&
	    !shared)
		ret = sm_err_set(err, SM_EXIT_NOPERM, "the folder of the store "
		    "'%s' is another user's", path);
	else if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
		ret = sm_err_set(err, SM_EXIT_NOPERM, "everybody can write to "
		    "the folder of the store '%s': chmod o-w it", path);
	free(folder);
	return ret;
}

static int
check_file(const char *path, enum sm_store_mode mode, struct sm_err *err)
{
	mode_t create_mode;
	struct stat st;

	if (getuid() != geteuid() || getgid() != getegid())
		return sm_err_set(err, SM_EXIT_NOPERM, "a program that opens "
		    "the store may not be set-user-id");
	if (mode == SM_STORE_CREATE && sm_path_make_parent(path, err) == -1)
		return -1;
	if (check_place(path, &create_mode, err) == -1)
		return -1;
	if (stat(path, &st) == -1) {
		if (errno == ENOENT && mode == SM_STORE_CREATE)
			return sqlite_make(path, create_mode, err);
		if (errno == ENOENT)
			return sm_err_set(err, SM_EXIT_NOINPUT, "no store at "
			    "'%s': sm-case add makes one", path);
		return sm_err_errno(err, SM_EXIT_NOINPUT, "cannot open the "
		    "store '%s'", path);
	}
	if (!S_ISREG(st.st_mode))
		return sm_err_set(err, SM_EXIT_NOINPUT, "the store '%s' is no "
		    "file", path);
	if (st.st_size == 0)
		return sm_err_set(err, SM_EXIT_NOINPUT, "'%s' is empty, which "
		    "no store of ours is: remove it, or bring back a backup",
		    path);
	return 0;
}

static int
check_ours(struct sqlite *lite, struct sm_err *err)
{
	sqlite3_stmt *stmt = NULL;
	int id = 0, code;

	code = sqlite3_prepare_v2(lite->db, "PRAGMA application_id", -1,
	    &stmt, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		id = sqlite3_column_int(stmt, 0);
	(void)sqlite3_finalize(stmt);
	if (code != SQLITE_ROW)
		return sqlite_fail(lite, "open the store", err);
	if (id != LITE_APPLICATION)
		return sm_err_set(err, SM_EXIT_NOINPUT, "'%s' is a database, "
		    "but no store of ours", lite->base.path);
	return 0;
}

static int
open_file(struct sqlite *lite, struct sm_err *err)
{
	const char *path = lite->base.path;

	if (sqlite3_open_v2(path, &lite->db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return sqlite_fail(lite, "open the store", err);
	(void)sqlite3_busy_handler(lite->db, sqlite_wait_turn, lite);
	(void)sqlite3_db_config(lite->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(lite->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(lite->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (lite->base.mode != SM_STORE_READ && sqlite3_db_readonly(lite->db,
	    "main") == 1)
		return sm_err_set(err, SM_EXIT_NOPERM, "cannot write to the "
		    "store '%s'", path);
	if (check_ours(lite, err) == -1)
		return -1;
	if (sqlite3_exec(lite->db, set_up, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_fail(lite, "set up the store", err);
	if (sqlite_migrate(lite->db, path, sqlite_steps, LITE_SCHEMA, err) ==
	    -1)
		return -1;
	if (lite->base.mode == SM_STORE_READ &&
	    sqlite3_exec(lite->db, "PRAGMA query_only = ON", NULL, NULL,
	    NULL) != SQLITE_OK)
		return sqlite_fail(lite, "set up the store", err);
	return 0;
}

struct sm_store *
sm_store_sqlite(const char *path, enum sm_store_mode mode, int wait_ms,
    struct sm_err *err)
{
	struct sqlite *lite;

	/* Its count of bytes in use takes a lock for each of them. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (check_file(path, mode, err) == -1)
		return NULL;
	lite = sm_xcalloc(1, sizeof(*lite));
	lite->base.ops = &sqlite_ops;
	lite->base.path = sm_xstrdup(path);
	lite->base.mode = mode;
	lite->base.wait_ms = wait_ms;
	lite->jitter = (uint64_t)sqlite_now_ms() ^ (uint64_t)getpid() << 32;
	if (open_file(lite, err) == -1) {
		sm_store_close(&lite->base);
		return NULL;
	}
	return &lite->base;
}
