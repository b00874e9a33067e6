/*
 * mbox - mail from a file in mbox form (mboxrd), or a single mail or mbox on
 * standard input, so that it can stand in a .forward.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/local.h"
#include "source/mail/mail.h"
#include "source/source.h"
#include "text/date.h"

#define PIECE 65536		/* bytes read at once */

struct mbox {
	const struct sm_source_args *args;
	const char *path;
	int fd;
	bool regular, end;
	int64_t inode;
	int64_t offset;		/* behind the last mail that was given out */
	int64_t position;	/* of the next byte in piece */
	char *piece;
	size_t at, filled;
	struct sm_buf line;	/* the next line, its LF included */
	struct sm_buf from;	/* the From line of the mail being read */
	struct sm_buf message;
	bool pending;		/* line is a From line not yet used */
	bool open;		/* there is a mail being read */
	struct mail mail;
};

static void
mbox_close(void *arg)
{
	struct mbox *mbox = arg;

	if (mbox->fd > STDIN_FILENO)
		close(mbox->fd);
	mail_release(&mbox->mail);
	sm_buf_release(&mbox->line);
	sm_buf_release(&mbox->from);
	sm_buf_release(&mbox->message);
	free(mbox->piece);
	free(mbox);
}

/* Nobody may be delivering while we read. */
static int
lock(struct mbox *mbox, struct sm_err *err)
{
	struct flock region = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	if (fcntl(mbox->fd, F_SETLK, &region) == -1 &&
	    (errno == EACCES || errno == EAGAIN))
		return sm_err_set(err, SM_EXIT_TEMP, "'%s' is locked: mail is "
		    "being delivered", mbox->path);
	return 0;
}

/* Behind what was read before, if the same file still goes on there. */
static int
seek(struct mbox *mbox, struct sm_err *err)
{
	const char *text = mbox->args->cursor;
	json_t *cursor = text ? json_loads(text, 0, NULL) : NULL;
	int64_t inode, offset;
	char start[5];
	struct stat st;
	ssize_t n;

	inode = json_integer_value(json_object_get(cursor, "inode"));
	offset = json_integer_value(json_object_get(cursor, "offset"));
	json_decref(cursor);
	if (fstat(mbox->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return 0;
	mbox->regular = true;
	mbox->inode = (int64_t)st.st_ino;
	if (inode != mbox->inode || offset <= 0 || offset > st.st_size)
		return 0;
	n = pread(mbox->fd, start, sizeof(start), (off_t)offset);
	if (n != 0 && (n != 5 || memcmp(start, "From ", 5) != 0))
		return 0;
	if (lseek(mbox->fd, (off_t)offset, SEEK_SET) == -1)
		return sm_err_errno(err, SM_EXIT_IO, "cannot seek in '%s'",
		    mbox->path);
	mbox->offset = mbox->position = offset;
	return 0;
}

static void *
mbox_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct mbox *mbox = sm_xcalloc(1, sizeof(*mbox));
	bool input = strcmp(args->where, "-") == 0;

	mbox->args = args;
	mbox->path = input ? "standard input" : local_path(args->where);
	mbox->piece = sm_xmalloc(PIECE);
	mbox->fd = input ? STDIN_FILENO : open(mbox->path,
	    O_RDONLY | O_CLOEXEC);
	if (mbox->fd == -1)
		sm_err_errno(err, SM_EXIT_NOINPUT, "cannot open '%s'",
		    mbox->path);
	else if (input || (lock(mbox, err) == 0 && seek(mbox, err) == 0))
		return mbox;
	mbox_close(mbox);
	return NULL;
}

static int
fill(struct mbox *mbox, struct sm_err *err)
{
	ssize_t n;

	do
		n = read(mbox->fd, mbox->piece, PIECE);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return sm_err_errno(err, SM_EXIT_IO, "cannot read '%s'",
		    mbox->path);
	mbox->at = 0;
	mbox->filled = (size_t)n;
	mbox->end = n == 0;
	return 0;
}

/*
 * The next line, or a long one's next part, in mbox->line: 1, 0 at the end,
 * -1.
 */
static int
next_line(struct mbox *mbox, struct sm_err *err)
{
	sm_buf_clear(&mbox->line);
	while (mbox->line.len < PIECE) {
		const char *s, *stop;
		size_t n;

		if (mbox->at == mbox->filled) {
			if (!mbox->end && fill(mbox, err) == -1)
				return -1;
			if (mbox->end)
				return mbox->line.len > 0;
		}
		s = mbox->piece + mbox->at;
		n = mbox->filled - mbox->at;
		stop = memchr(s, '\n', n);
		if (stop)
			n = (size_t)(stop - s) + 1;
		sm_buf_add(&mbox->line, s, n);
		mbox->at += n;
		mbox->position += (int64_t)n;
		if (stop)
			break;
	}
	return 1;
}

static bool
begins(const struct sm_buf *line, const char *what)
{
	size_t n = strlen(what);

	return line->len >= n && memcmp(line->data, what, n) == 0;
}

static bool
is_blank(const struct sm_buf *line)
{
	return line->len == 0 || line->data[0] == '\n' ||
	    (line->len == 2 && line->data[0] == '\r');
}

/* One '>' less in front of a line that looked like a From line. */
static void
add_line(struct mbox *mbox)
{
	const char *s = mbox->line.data;
	size_t len = mbox->line.len, quotes = 0;

	while (quotes < len && s[quotes] == '>')
		quotes++;
	if (quotes > 0 && len - quotes >= 5 &&
	    memcmp(s + quotes, "From ", 5) == 0) {
		s++;
		len--;
	}
	if (mbox->message.len + len <= MAIL_MAX)
		sm_buf_add(&mbox->message, s, len);
	else
		mbox->mail.cut = true;
}

/* When the From line says that the mail came. */
static int64_t
arrival(const struct mbox *mbox)
{
	const char *s = sm_buf_str(&mbox->from), *date;
	int64_t time;

	if (strncmp(s, "From ", 5) != 0)
		return SM_TIME_NONE;
	date = strchr(s + 5, ' ');
	if (!date || sm_date_parse(date, strlen(date), &time, NULL) == -1)
		return SM_TIME_NONE;
	return time;
}

static int
give_out(struct mbox *mbox, int64_t behind, struct sm_emit *emit,
    struct sm_err *err)
{
	mbox->open = false;
	mbox->offset = behind;
	if (mbox->message.len == 0)
		return 0;
	return mail_emit(&mbox->mail, mbox->message.data, mbox->message.len,
	    arrival(mbox), emit, err);
}

static void
open_mail(struct mbox *mbox)
{
	mbox->open = true;
	mbox->mail.cut = false;
	sm_buf_clear(&mbox->message);
	sm_buf_clear(&mbox->from);
	if (begins(&mbox->line, "From "))
		sm_buf_add(&mbox->from, mbox->line.data, mbox->line.len);
	else if (!is_blank(&mbox->line))
		add_line(mbox);	/* a mail alone, without a From line */
	else
		mbox->open = false;
}

static int
mbox_next(void *arg, struct sm_emit *emit, struct sm_err *err)
{
	struct mbox *mbox = arg;
	bool blank = false;
	int ret;

	if (mbox->pending)
		open_mail(mbox);
	mbox->pending = false;
	if (mbox->at == mbox->filled && sm_emit_idle(emit, err) == -1)
		return -1;
	while ((ret = next_line(mbox, err)) == 1) {
		if (!mbox->open)
			open_mail(mbox);
		else if (blank && begins(&mbox->line, "From ")) {
			mbox->pending = true;
			return give_out(mbox, mbox->position -
			    (int64_t)mbox->line.len, emit, err) == -1 ? -1 : 1;
		} else
			add_line(mbox);
		blank = is_blank(&mbox->line);
	}
	if (ret == 0 && mbox->open)
		ret = give_out(mbox, mbox->position, emit, err);
	return ret;
}

static void
mbox_cursor(const void *arg, struct sm_buf *out)
{
	const struct mbox *mbox = arg;

	if (!mbox->regular)
		return;
	sm_json_open(out, NULL, '{');
	sm_json_int(out, "inode", mbox->inode);
	sm_json_int(out, "offset", mbox->offset);
	sm_json_close(out, '}');
}

const struct sm_source sm_source_mbox = {
	.name = "mbox",
	.summary = "mail in a file in mbox form, or - for mail on input",
	.open = mbox_open,
	.next = mbox_next,
	.cursor = mbox_cursor,
	.close = mbox_close,
};
