#include "source/sweep/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/sweep/ledger_line.h"

/* What an account has spent, as far as the file has been read. */
struct sum {
	char *name;
	struct sm_amount day, month;
};

struct sm_ledger {
	char *folder;
	int lock;		/* of the folder; -1: not yet opened */
	struct ledger_reader *reader;
	char day[12];		/* to which the sums of a day belong */
	int64_t offset;		/* read so far, of that day's month */
	struct sum *sums;
	size_t count, room;
};

struct sm_ledger *
sm_ledger_open(const char *folder)
{
	struct sm_ledger *ledger = sm_xcalloc(1, sizeof(*ledger));

	ledger->folder = sm_xstrdup(folder);
	ledger->lock = -1;
	ledger->reader = ledger_reader_new();
	return ledger;
}

static void
forget(struct sm_ledger *ledger)
{
	for (size_t i = 0; i < ledger->count; i++)
		free(ledger->sums[i].name);
	ledger->count = 0;
	ledger->offset = 0;
}

void
sm_ledger_close(struct sm_ledger *ledger)
{
	if (!ledger)
		return;
	forget(ledger);
	if (ledger->lock != -1)
		close(ledger->lock);
	ledger_reader_free(ledger->reader);
	free(ledger->sums);
	free(ledger->folder);
	free(ledger);
}

static struct sum *
find_sum(struct sm_ledger *ledger, const char *name)
{
	struct sum *sum;

	for (size_t i = 0; i < ledger->count; i++)
		if (strcmp(ledger->sums[i].name, name) == 0)
			return &ledger->sums[i];
	ledger->sums = sm_xgrow(ledger->sums, &ledger->room,
	    ledger->count + 1, sizeof(*ledger->sums));
	sum = &ledger->sums[ledger->count++];
	memset(sum, 0, sizeof(*sum));
	sum->name = sm_xstrdup(name);
	return sum;
}

static void
add_row(void *arg, const struct sm_ledger_row *row)
{
	struct sm_ledger *ledger = arg;
	struct sum *sum;

	if (!row->account[0])
		return;
	sum = find_sum(ledger, row->account);
	sm_amount_add(&sum->month, &row->amount);
	if (strcmp(row->day, ledger->day) == 0)
		sm_amount_add(&sum->day, &row->amount);
}

/* "2026-11-22" of a time. */
static void
day_of(int64_t time, char day[12])
{
	char text[SM_TIME_TEXT];

	sm_time_format(time, text);
	memcpy(day, text, 10);
	day[10] = '\0';
}

static char *
file_of(const struct sm_ledger *ledger, const char *day)
{
	return sm_xasprintf("%s/%.7s.ndjson", ledger->folder, day);
}

/* The sums of the entry's day and month, what others wrote included. */
static int
catch_up(struct sm_ledger *ledger, const char *day, struct sm_err *err)
{
	char *path = file_of(ledger, day);
	int ret;

	if (strcmp(ledger->day, day) != 0) {
		forget(ledger);
		memcpy(ledger->day, day, sizeof(ledger->day));
	}
	ret = ledger_reader_file(ledger->reader, path, &ledger->offset,
	    add_row, ledger, NULL, err);
	free(path);
	return ret;
}

static int
lock(struct sm_ledger *ledger, struct sm_err *err)
{
	char *path = sm_xasprintf("%s/lock", ledger->folder);
	int ret = 0;

	if (ledger->lock == -1) {
		ret = sm_path_make_parent(path, err);
		if (ret == 0)
			ledger->lock = open(path, O_RDWR | O_CREAT |
			    O_CLOEXEC | O_NOFOLLOW, 0600);
	}
	if (ret == 0 && ledger->lock == -1)
		ret = sm_err_errno(err, SM_EXIT_CANTCREAT,
		    "cannot create '%s'", path);
	else if (ret == 0 && flock(ledger->lock, LOCK_EX) == -1)
		ret = sm_err_errno(err, SM_EXIT_OS, "cannot lock '%s'", path);
	free(path);
	return ret;
}

static void
unlock(struct sm_ledger *ledger)
{
	(void)flock(ledger->lock, LOCK_UN);
}

static void
make_line(const struct sm_ledger_entry *entry, const char *day, bool settle,
    struct sm_buf *line)
{
	static const char *const names[SM_UNITS] = { "micro_usd", "calls",
	    "posts" };

	sm_json_open(line, NULL, '{');
	sm_json_int(line, "v", 1);
	sm_json_time(line, "time", settle ? sm_clock_now() : entry->time);
	sm_json_strz(line, "day", day);
	sm_json_strz(line, "event", settle ? "settle" : "call");
	if (entry->account)
		sm_json_strz(line, "account", entry->account);
	sm_json_strz(line, "source", entry->source);
	if (entry->sweep)
		sm_json_strz(line, "sweep", entry->sweep);
	for (int unit = 0; unit < SM_UNITS; unit++)
		if (entry->amount.of[unit] != 0)
			sm_json_int(line, names[unit], settle ?
			    -entry->amount.of[unit] : entry->amount.of[unit]);
	sm_json_close(line, '}');
	sm_buf_addc(line, '\n');
}

/* Behind half a line, as a full disk leaves it, a new one begins. */
static int
end_half_line(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char last;

	if (size <= 0)
		return size == 0 ? 0 : -1;
	if (pread(fd, &last, 1, size - 1) != 1)
		return -1;
	return last == '\n' ? 0 : sm_write_all(fd, "\n", 1);
}

static int
append(struct sm_ledger *ledger, const char *day, const struct sm_buf *line,
    bool to_disk, struct sm_err *err)
{
	char *path = file_of(ledger, day);
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	int ret = 0;

	if (fd == -1)
		ret = sm_err_errno(err, SM_EXIT_CANTCREAT,
		    "cannot create '%s'", path);
	else if (end_half_line(fd) == -1 ||
	    sm_write_all(fd, line->data, line->len) == -1 ||
	    (to_disk && fsync(fd) == -1))
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot write '%s'", path);
	if (fd != -1)
		close(fd);
	free(path);
	return ret;
}

static int
check(const struct sm_budget *budget, const struct sm_amount *used,
    const struct sm_ledger_entry *entry, const char *period,
    struct sm_err *err)
{
	enum sm_unit unit = budget ? sm_budget_over(budget, used,
	    &entry->amount) : SM_UNITS;
	struct sm_buf text = SM_BUF_INIT;

	if (unit == SM_UNITS)
		return 0;
	sm_amount_text(&text, unit, budget->limit.of[unit]);
	sm_buf_adds(&text, " are used up but for ");
	sm_amount_text(&text, unit, budget->limit.of[unit] - used->of[unit]);
	sm_err_set(err, SM_EXIT_TEMP, "account '%s' has reached its budget of "
	    "the %s: %s", entry->account, period, sm_buf_str(&text));
	sm_buf_release(&text);
	return -1;
}

int
sm_ledger_enter(struct sm_ledger *ledger, const struct sm_ledger_entry *entry,
    const struct sm_budget *day_budget, const struct sm_budget *month_budget,
    struct sm_err *err)
{
	struct sm_buf line = SM_BUF_INIT;
	const struct sum *sum;
	char day[12];
	int ret = lock(ledger, err);

	if (ret == -1)
		return -1;
	day_of(entry->time, day);
	if (entry->account && (day_budget || month_budget)) {
		ret = catch_up(ledger, day, err);
		sum = find_sum(ledger, entry->account);
		if (ret == 0)
			ret = check(day_budget, &sum->day, entry, "day", err);
		if (ret == 0)
			ret = check(month_budget, &sum->month, entry, "month",
			    err);
	}
	if (ret == 0) {
		make_line(entry, day, false, &line);
		ret = append(ledger, day, &line, true, err);
	}
	unlock(ledger);
	sm_buf_release(&line);
	return ret;
}

int
sm_ledger_settle(struct sm_ledger *ledger, const struct sm_ledger_entry *entry,
    struct sm_err *err)
{
	struct sm_buf line = SM_BUF_INIT;
	char day[12];
	int ret = lock(ledger, err);

	if (ret == -1)
		return -1;
	day_of(entry->time, day);
	make_line(entry, day, true, &line);
	ret = append(ledger, day, &line, false, err);
	unlock(ledger);
	sm_buf_release(&line);
	return ret;
}
