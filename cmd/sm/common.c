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

/* "TIME STATUS[ TIME]\n" */
static int
parse_sweep(const char *text, struct front_sweep *last)
{
	size_t len = strcspn(text, " ");
	char *end;

	if (sm_time_parse(text, len, &last->when) == -1 || !text[len])
		return -1;
	last->status = (int)strtol(text + len + 1, &end, 10);
	last->told = SM_TIME_NONE;
	if (*end == ' ' && sm_time_parse(end + 1, strcspn(end + 1, "\n"),
	    &last->told) == -1)
		return -1;
	return *end == ' ' || *end == '\n' ? 0 : -1;
}

int
front_last_sweep(const char *store, struct front_sweep *last)
{
	char *path = front_sweep_file(store), text[80];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd == -1 ? -1 : read(fd, text, sizeof(text) - 1);

	free(path);
	if (fd != -1)
		(void)close(fd);
	if (len <= 0)
		return -1;
	text[len] = '\0';
	return parse_sweep(text, last);
}
