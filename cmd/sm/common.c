#include "front.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "record/keys.h"

struct sm_conf *
front_conf(const char *file)
{
	struct sm_err err;
	struct sm_conf *conf = sm_conf_load(sm_keys_usual, file, &err);

	if (!conf)
		sm_die(err.code, "%s", err.text);
	return conf;
}

char *
front_sweep_file(const char *store)
{
	return sm_xasprintf("%s.sweep", store);
}

int
front_last_sweep(const char *store, int64_t *when, int *status)
{
	char *path = front_sweep_file(store), text[64], *end;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd == -1 ? -1 : read(fd, text, sizeof(text) - 1);
	size_t time_len;

	free(path);
	if (fd != -1)
		(void)close(fd);
	if (len <= 0)
		return -1;
	text[len] = '\0';
	time_len = strcspn(text, " ");
	if (sm_time_parse(text, time_len, when) == -1 || !text[time_len])
		return -1;
	*status = (int)strtol(text + time_len + 1, &end, 10);
	return *end == '\n' ? 0 : -1;
}
