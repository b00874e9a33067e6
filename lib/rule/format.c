#include "rule/format.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "rule/lex.h"
#include "rule/origin.h"

#define COLUMNS 79
#define LEVEL 2		/* blanks */
#define BREAKS 256
#define HANGING 5	/* more of them where a line goes on: "when " */

struct format {
	struct sm_lexer lexer;
	struct sm_buf *out;
	struct sm_err *err;
	size_t indent;
	size_t line;		/* where the line in out begins */
	size_t hang;		/* blanks before what does not fit on it */
	size_t breaks[BREAKS];	/* blanks in it where it may be broken */
	size_t break_count;
	size_t last;		/* end of the token before, in the origin */
	bool fresh;		/* nothing stands on the line yet */
	bool glued;		/* no blank before the next token */
};

static void
add_blanks(struct format *format, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sm_buf_addc(format->out, ' ');
}

/* Characters from from to to. */
static size_t
width(const struct format *format, size_t from, size_t to)
{
	size_t count = 0;

	for (; from < to; from++)
		count += ((unsigned char)format->out->data[from] & 0xC0) !=
		    0x80;
	return count;
}

/* The line again, broken where that is allowed. */
static void
wrap(struct format *format)
{
	struct sm_buf *out = format->out, line = SM_BUF_INIT;
	size_t begin = format->line, hang = 0;

	if (width(format, begin, out->len) <= COLUMNS)
		format->break_count = 0;
	for (size_t i = 0; i < format->break_count; i++) {
		size_t end = i + 1 < format->break_count ?
		    format->breaks[i + 1] : out->len;

		if (hang + width(format, begin, end) <= COLUMNS)
			continue;
		sm_buf_add(&line, out->data + begin,
		    format->breaks[i] - begin);
		hang = format->hang;
		sm_buf_addf(&line, "\n%*s", (int)hang, "");
		begin = format->breaks[i] + 1;
	}
	if (line.len > 0) {
		sm_buf_add(&line, out->data + begin, out->len - begin);
		sm_buf_cut(out, format->line);
		sm_buf_add(out, line.data, line.len);
	}
	format->break_count = 0;
	sm_buf_release(&line);
}

static void
new_line(struct format *format)
{
	struct sm_buf *out = format->out;

	while (out->len > format->line && out->data[out->len - 1] == ' ')
		sm_buf_cut(out, out->len - 1);
	wrap(format);
	if (!format->fresh || out->len > format->line)
		sm_buf_addc(out, '\n');
	format->line = out->len;
	format->fresh = true;
}

static void
empty_line(struct format *format)
{
	struct sm_buf *out = format->out;

	new_line(format);
	if (out->len > 1 && (out->data[out->len - 2] != '\n'))
		sm_buf_addc(out, '\n');
	format->line = out->len;
}

/* A comment that begins at text; behind a token, or on a line of its own. */
static size_t
add_comment(struct format *format, const char *text, bool behind)
{
	size_t len = strcspn(text, "\n"), end = len;

	while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t' ||
	    text[end - 1] == '\r'))
		end--;
	if (behind && !format->fresh) {
		add_blanks(format, 2);
	} else {
		new_line(format);
		add_blanks(format, format->indent);
	}
	sm_buf_add(format->out, text, end);
	format->fresh = false;
	new_line(format);
	return len;
}

/* Comments and empty lines between two tokens. */
static void
add_gap(struct format *format, size_t from, size_t to)
{
	const char *text = format->lexer.origin->text;
	unsigned lines = 0;

	for (size_t at = from; at < to; at++) {
		if (text[at] == '\n')
			lines++;
		if (text[at] != '#')
			continue;
		if (lines > 1)
			empty_line(format);
		at += add_comment(format, text + at, lines == 0) - 1;
		lines = 0;
	}
	if (lines > 1 && format->fresh)
		empty_line(format);
}

/* A new statement: a comment behind the one before stays there. */
static void
next_line(struct format *format)
{
	const char *text = format->lexer.origin->text;
	size_t at = format->last;

	while (at < format->lexer.at && (text[at] == ' ' || text[at] == '\t'))
		at++;
	if (at < format->lexer.at && text[at] == '#')
		format->last = at + add_comment(format, text + at, true);
	new_line(format);
}

static bool
is_tight(const char *text, size_t len)
{
	return len == 1 && strchr(",;)", *text);
}

/* Whether the line may be broken before the token. */
static bool
is_loose(const struct format *format, const char *text, size_t len)
{
	const struct sm_buf *out = format->out;
	char before = out->len > 0 ? out->data[out->len - 1] : '\n';

	return before == ';' || before == ',' ||
	    (len == 3 && memcmp(text, "and", 3) == 0) ||
	    (len == 2 && memcmp(text, "or", 2) == 0);
}

/* The token as it stands in the origin. */
static void
put(struct format *format)
{
	const struct sm_lexer *lexer = &format->lexer;
	const char *text = lexer->origin->text + lexer->at;
	size_t len = lexer->end - lexer->at;
	bool call = *text == '(' && lexer->at == format->last;

	add_gap(format, format->last, lexer->at);
	if (format->fresh) {
		add_blanks(format, format->indent);
		format->hang = format->indent + HANGING;
	} else if (!format->glued && !is_tight(text, len) && !call) {
		if (is_loose(format, text, len) &&
		    format->break_count < BREAKS)
			format->breaks[format->break_count++] =
			    format->out->len;
		sm_buf_addc(format->out, ' ');
	}
	sm_buf_add(format->out, text, len);
	format->fresh = false;
	format->glued = len == 1 && strchr("(+-", *text);
	format->last = lexer->end;
}

static int
next(struct format *format)
{
	return sm_lex_next(&format->lexer, format->err);
}

static int
take(struct format *format)
{
	put(format);
	return next(format);
}

static bool
is_word(const struct format *format, const char *word)
{
	return sm_lex_word(&format->lexer, word);
}

static bool
is_sign(const struct format *format, const char *sign)
{
	return sm_lex_sign(&format->lexer, sign);
}

/* The token; behind =~ and !~ a pattern in slashes is one as well. */
static int
take_any(struct format *format)
{
	bool match = is_sign(format, "=~") || is_sign(format, "!~");
	char flags[8];
	size_t at;

	if (take(format) == -1)
		return -1;
	at = format->lexer.at;
	if (!match || format->lexer.origin->text[at] != '/')
		return 0;
	if (sm_lex_pattern(&format->lexer, flags, sizeof(flags),
	    format->err) == -1)
		return -1;
	format->lexer.at = at;
	format->lexer.end = format->lexer.pos;
	return take(format);
}

static bool
at_end(const struct format *format)
{
	return format->lexer.kind == SM_TOKEN_END;
}

/* count tokens, commas with what follows them not counted. */
static int
take_some(struct format *format, int count)
{
	for (; count > 0 && !at_end(format); count--) {
		if (take(format) == -1)
			return -1;
		while (is_sign(format, ","))
			if (take(format) == -1 || take(format) == -1)
				return -1;
	}
	return 0;
}

/* test DECISION [queue "NAME"] { ... } */
static int
take_test(struct format *format)
{
	size_t at;

	next_line(format);
	while (!is_sign(format, "{") && !at_end(format))
		if (take(format) == -1)
			return -1;
	at = format->lexer.at;
	if (at_end(format) || sm_lex_object(&format->lexer, format->err) == -1)
		return -1;
	format->lexer.at = at;
	format->lexer.end = format->lexer.pos;
	return take(format);
}

/* A label may be called as what else ends them. */
static bool
ends_actions(const struct format *format)
{
	if (format->glued)
		return at_end(format);
	return at_end(format) || is_sign(format, "}") ||
	    is_word(format, "test") || is_word(format, "rule") ||
	    is_word(format, "include");
}

static int
take_rule(struct format *format)
{
	int ret = 0;

	next_line(format);
	while (ret == 0 && !is_word(format, "when") && !at_end(format))
		ret = take(format);
	next_line(format);
	format->indent += LEVEL;
	while (ret == 0 && !is_word(format, "then") && !at_end(format))
		ret = take_any(format);
	next_line(format);
	/* "then" itself is none of the words that end actions. */
	while (ret == 0 && !ends_actions(format))
		ret = take_any(format);
	while (ret == 0 && is_word(format, "test"))
		ret = take_test(format);
	format->indent -= LEVEL;
	next_line(format);
	return ret;
}

/* { lines }, each by the function; '{' is the current token. */
static int
take_block(struct format *format, int (*line)(struct format *format))
{
	int ret = take(format);

	format->indent += LEVEL;
	next_line(format);
	while (ret == 0 && !is_sign(format, "}") && !at_end(format))
		ret = line(format);
	next_line(format);
	if (ret == 0)	/* comments before the bracket belong inside */
		add_gap(format, format->last, format->lexer.at);
	format->last = format->lexer.at;
	format->indent -= LEVEL;
	return ret == 0 ? take(format) : -1;
}

static int
take_rule_line(struct format *format)
{
	if (is_word(format, "rule"))
		return take_rule(format);
	next_line(format);
	return take_some(format, 2);
}

/* METRIC DURATION [warn DURATION], pause on waiting X, human-only */
static int
take_sla_line(struct format *format)
{
	int count = is_word(format, "pause") ? 4 :
	    is_word(format, "human-only") ? 1 : 2;

	next_line(format);
	if (take_some(format, count) == -1)
		return -1;
	return is_word(format, "warn") ? take_some(format, 2) : 0;
}

static int
take_statement(struct format *format)
{
	static const struct {
		const char *word;
		int count;	/* tokens up to the end or the block */
		int (*line)(struct format *format);
	} known[] = {
		{ "list", 4, NULL }, { "calendar", 4, NULL },
		{ "people", 3, NULL }, { "queue", 2, NULL },
		{ "member", 3, NULL }, { "include", 2, NULL },
		{ "sla", 4, take_sla_line }, { "stage", 2, take_rule_line }
	};

	next_line(format);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!is_word(format, known[i].word))
			continue;
		if (take_some(format, known[i].count) == -1)
			return -1;
		return known[i].line ? take_block(format, known[i].line) : 0;
	}
	if (is_word(format, "rule"))	/* a file that a stage includes */
		return take_rule(format);
	while (!at_end(format))		/* otherwise */
		if (take_any(format) == -1)
			return -1;
	return 0;
}

int
sm_rules_format(const struct sm_origin *origin, struct sm_buf *out,
    struct sm_err *err)
{
	struct format format = {
		.out = out, .err = err, .line = out->len, .fresh = true
	};
	int ret;

	sm_lexer_init(&format.lexer, origin);
	ret = next(&format);
	while (ret == 0 && !at_end(&format))
		ret = take_statement(&format);
	if (ret == 0) {
		add_gap(&format, format.last, origin->len);
		new_line(&format);
	}
	sm_lexer_release(&format.lexer);
	return ret;
}
