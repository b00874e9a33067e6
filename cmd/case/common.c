#include "case.h"

#include <sys/ioctl.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/msg.h"
#include "base/safe.h"
#include "base/width.h"
#include "record/json.h"
#include "record/keys.h"

#define WAIT_S 10	/* for other writers, unless [store] wait says */

struct sm_store *
case_open(const char *config, const char *store, enum sm_store_mode mode)
{
	struct sm_conf *conf = NULL;
	struct sm_store *opened;
	struct sm_err err;
	int64_t wait_s;
	char *path;

	/* Who names a store does not need a configuration. */
	if (!store || config) {
		conf = sm_conf_load(sm_keys_usual, config, &err);
		if (!conf)
			sm_die(err.code, "%s", err.text);
	}
	wait_s = conf ? sm_conf_seconds(conf, "store", NULL, "wait", WAIT_S) :
	    WAIT_S;
	path = sm_store_path(conf, store);
	opened = sm_store_open(path, mode, sm_msg_program(),
	    (int)(wait_s < 3600 ? wait_s : 3600) * 1000, &err);
	free(path);
	sm_conf_free(conf);
	if (!opened)
		sm_die(err.code, "%s", err.text);
	return opened;
}

void
case_find(struct sm_store *store, const char *digits, struct sm_case *found)
{
	struct sm_err err;

	switch (sm_store_find_case_id(store, digits, found, &err)) {
	case 1:
		return;
	case 0:
		sm_die(SM_EXIT_NOINPUT, "no case ends in '%s' in '%s'",
		    digits, sm_store_name(store));
	default:
		sm_die(err.code, "%s", err.text);
	}
}

static void
json_text(struct sm_buf *out, const char *name, struct sm_text text)
{
	if (text.len > 0)
		sm_json_str(out, name, text.s, text.len);
}

static void
json_time(struct sm_buf *out, const char *name, int64_t time)
{
	if (time < SM_STORE_NEVER)
		sm_json_time(out, name, time);
}

int
case_json(struct sm_store *store, const struct sm_case *c,
    struct sm_buf *out, struct sm_err *err)
{
	sm_json_open(out, NULL, '{');
	sm_json_int(out, "v", 1);
	sm_json_strz(out, "type", "Case");
	sm_json_open(out, "case", '{');
	sm_json_strz(out, "id", c->id);
	json_text(out, "brand", c->brand);
	json_text(out, "channel", c->channel);
	json_text(out, "account", c->account);
	json_text(out, "context", c->context);
	json_text(out, "handle", c->handle);
	json_text(out, "status", c->status);
	json_text(out, "reason", c->reason);
	json_text(out, "queue", c->queue);
	json_text(out, "owner", c->owner);
	sm_json_int(out, "priority", c->priority);
	json_time(out, "due", c->due);
	json_time(out, "waiting_since", c->waiting_since);
	json_time(out, "last_in", c->last_in);
	json_time(out, "last_out", c->last_out);
	json_time(out, "opened", c->opened);
	sm_json_int(out, "reopened", c->reopened);
	sm_json_int(out, "posts", c->posts);
	sm_buf_adds(out, ",\"labels\":");
	if (sm_store_labels(store, c->n, out, err) == -1)
		return -1;
	sm_json_int(out, "rev", c->rev);
	sm_json_close(out, '}');
	sm_json_close(out, '}');
	sm_buf_addc(out, '\n');
	return 0;
}

void
case_write(struct sm_buf *out)
{
	if (out->len > 0 && fwrite(out->data, 1, out->len, stdout) !=
	    out->len)
		sm_die(SM_EXIT_IO, "cannot write the output: %s",
		    strerror(errno));
	sm_buf_clear(out);
}

void
case_flush(void)
{
	if (fflush(stdout) == EOF)
		sm_die(SM_EXIT_IO, "cannot write the output: %s",
		    strerror(errno));
}

void
case_age(int64_t since, int64_t now, char out[24])
{
	static const struct {
		int64_t seconds;
		char letter;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	int64_t age = now - since;

	if (since >= SM_STORE_NEVER) {
		(void)snprintf(out, 24, "-");
		return;
	}
	if (age < 0)
		age = 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (age < 2 * units[i].seconds && units[i].seconds > 1)
			continue;
		(void)snprintf(out, 24, "%lld%c",
		    (long long)(age / units[i].seconds), units[i].letter);
		return;
	}
}

size_t
case_columns(void)
{
	const char *said = getenv("COLUMNS");
	struct winsize size;
	char *end;
	long columns = said ? strtol(said, &end, 10) : 0;

	if (columns > 0 && !*end)
		return (size_t)columns;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

void
case_cell(struct sm_buf *out, const char *s, size_t len, size_t columns)
{
	struct sm_buf safe = SM_BUF_INIT;
	size_t used = 0, fits;

	sm_safe(&safe, s ? s : "", s ? len : 0, SM_SAFE_TTY);
	if (columns == 0) {
		sm_buf_add(out, sm_buf_str(&safe), safe.len);
		sm_buf_release(&safe);
		return;
	}
	fits = sm_width_fit(sm_buf_str(&safe), safe.len, columns, &used);
	if (fits < safe.len) {
		fits = sm_width_fit(sm_buf_str(&safe), safe.len, columns - 1,
		    &used);
		sm_buf_add(out, sm_buf_str(&safe), fits);
		sm_buf_adds(out, "\xe2\x80\xa6");
		used++;
	} else {
		sm_buf_add(out, sm_buf_str(&safe), fits);
	}
	for (; used < columns; used++)
		sm_buf_addc(out, ' ');
	sm_buf_release(&safe);
}
