/* Cursors of the store: read here, written by what ends the pipe. */
#include "fetch.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "store/store.h"

static struct sm_store *store;
static bool looked;

/* A store that is not there yet has no cursors. */
static int
open_store(const struct sm_conf *conf, const char *option, struct sm_err *err)
{
	char *path = sm_store_path(conf, option);
	int ret = 0;

	looked = true;
	if (access(path, F_OK) == 0) {
		store = sm_store_open(path, SM_STORE_READ, "sm-fetch", 10000,
		    err);
		ret = store ? 0 : -1;
	}
	free(path);
	return ret;
}

int
fetch_store_cursor(const struct sm_conf *conf, const char *path,
    const char *source, struct sm_buf *out, struct sm_err *err)
{
	if (!looked && open_store(conf, path, err) == -1)
		return -1;
	return store ? sm_store_cursor(store, source, out, err) : 0;
}

void
fetch_store_close(void)
{
	sm_store_close(store);
	store = NULL;
	looked = false;
}
