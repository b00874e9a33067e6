#include "base/path.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/xalloc.h"

/* XDG Base Directory Specification 0.8: a relative value is not one. */
static char *
xdg(const char *variable, const char *below_home, const char *name)
{
	const char *base = getenv(variable), *home;

	if (base && *base == '/')
		return sm_xasprintf("%s/sm/%s", base, name);
	home = getenv("HOME");
	return sm_xasprintf("%s/%s/sm/%s", home && *home ? home : "",
	    below_home, name);
}

char *
sm_path_config(const char *name)
{
	return xdg("XDG_CONFIG_HOME", ".config", name);
}

char *
sm_path_data(const char *name)
{
	return xdg("XDG_DATA_HOME", ".local/share", name);
}

char *
sm_path_state(const char *name)
{
	return xdg("XDG_STATE_HOME", ".local/state", name);
}

char *
sm_path_cache(const char *name)
{
	return xdg("XDG_CACHE_HOME", ".cache", name);
}

/* The folder of the running program, without a slash behind it. */
static char *
own_folder(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (len <= 0)
		return sm_xstrdup(".");
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	return sm_xstrdup(path);
}

char *
sm_path_share(const char *name)
{
	const char *share = getenv("SM_SHARE");
	char *folder, *path;

	if (share && *share)
		return sm_xasprintf("%s/%s", share, name);
	folder = own_folder();
	path = sm_xasprintf("%s/../share/sm/%s", folder, name);
	free(folder);
	return path;
}

char *
sm_path_program(const char *name)
{
	char *folder = own_folder(), *path;

	path = sm_xasprintf("%s/%s", folder, name);
	free(folder);
	return path;
}

char *
sm_path_beside(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	if (*name == '/' || !slash)
		return sm_xstrdup(name);
	return sm_xasprintf("%.*s/%s", (int)(slash - file), file, name);
}

int
sm_path_make_parent(const char *path, struct sm_err *err)
{
	char *copy = sm_xstrdup(path);
	int ret = 0;

	for (char *p = strchr(copy + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(copy, 0700) == -1 && errno != EEXIST) {
			ret = sm_err_errno(err, SM_EXIT_CANTCREAT,
			    "cannot make the folder '%s'", copy);
			break;
		}
		*p = '/';
	}
	free(copy);
	return ret;
}
