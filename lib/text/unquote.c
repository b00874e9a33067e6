/* Where the quoted mail and the signature at the end of a mail begin. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "text/mime.h"

#include <stdlib.h>

#define LINES 100000	/* of a mail that are looked at */

struct line {
	const char *s;
	size_t len;
};

struct lines {
	struct line *line;
	size_t count, room;
};

/* What introduces a quotation: all words of a row, in one or two lines. */
static const struct { const char *first, *last; } introductions[] = {
	{ "On ", "wrote" }, { "W dniu ", "pisze" }, { "W dniu ", "napisa" },
	{ "Dnia ", "napisa" }, { "Dnia ", "pisze" }, { "El ", "escribi" },
	{ "Am ", "schrieb" }, { "Le ", "crit" }, { "", "wrote:" },
	{ "", "pisze:" }, { "", "napisał(a):" }, { "", "napisał:" },
	{ "", "napisała:" }, { "", "escribió:" }, { "", "schrieb:" },
	{ "", "写道：" }, { "", "写道:" }
};

static const char *const separators[] = { "-----Original Message-----",
    "----- Original Message -----", "-----Wiadomość oryginalna-----",
    "-----Oryginalna wiadomość-----", "-----Mensaje original-----",
    "-----Ursprüngliche Nachricht-----", "-----Message d'origine-----",
    "-------- Original Message --------", "------------------ 原始邮件" };

/* A quoted header: its first field, and one that follows soon. */
static const struct { const char *from, *sent; } headers[] = {
	{ "From:", "Sent:" }, { "From:", "Date:" }, { "Od:", "Wysłano:" },
	{ "Od:", "Data:" }, { "De:", "Enviado" }, { "De:", "Fecha:" },
	{ "Von:", "Gesendet:" }, { "De :", "Envoyé" },
	{ "发件人:", "发送时间:" }, { "发件人：", "发送时间：" }
};

static void
split(const char *text, size_t len, struct lines *lines)
{
	const char *s = text, *end = text + len;

	while (s < end && lines->count < LINES) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		size_t n = (size_t)((stop ? stop : end) - s);

		lines->line = sm_xgrow(lines->line, &lines->room,
		    lines->count + 1, sizeof(*lines->line));
		while (n > 0 && s[n - 1] == '\r')
			n--;
		lines->line[lines->count].s = s;
		lines->line[lines->count++].len = n;
		s = stop ? stop + 1 : end;
	}
}

static bool
is_blank(const struct line *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (!isspace((unsigned char)line->s[i]))
			return false;
	return true;
}

static bool
begins(const struct line *line, const char *what)
{
	size_t n = strlen(what);

	return line->len >= n && memcmp(line->s, what, n) == 0;
}

static bool
holds(const struct line *line, const char *what)
{
	return memmem(line->s, line->len, what, strlen(what)) != NULL;
}

/* Whether the line above at (or the two above) introduces what follows. */
static size_t
above_introduction(const struct lines *lines, size_t at)
{
	const struct line *last;

	while (at > 0 && is_blank(&lines->line[at - 1]))
		at--;
	if (at == 0)
		return at;
	last = &lines->line[at - 1];
	for (size_t i = 0; i < sizeof(introductions) /
	    sizeof(introductions[0]); i++) {
		if (!holds(last, introductions[i].last))
			continue;
		if (begins(last, introductions[i].first))
			return at - 1;
		if (at > 1 && begins(last - 1, introductions[i].first))
			return at - 2;
	}
	return at;
}

/* Above a block of '>' lines at the end, and what introduces it. */
static size_t
above_quote(const struct lines *lines, size_t count)
{
	size_t at = count, quoted = 0;

	while (at > 0 && (lines->line[at - 1].s[0] == '>' ||
	    is_blank(&lines->line[at - 1]))) {
		quoted += lines->line[at - 1].len > 0 &&
		    lines->line[at - 1].s[0] == '>';
		at--;
	}
	return quoted > 0 ? above_introduction(lines, at) : count;
}

static bool
is_header(const struct lines *lines, size_t at, size_t count)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		if (!begins(&lines->line[at], headers[i].from))
			continue;
		for (size_t j = at + 1; j < count && j < at + 5; j++)
			if (begins(&lines->line[j], headers[i].sent))
				return true;
	}
	return false;
}

/* Above the first line from which on all is another mail. */
static size_t
above_separator(const struct lines *lines, size_t count)
{
	for (size_t at = 0; at < count; at++) {
		for (size_t i = 0; i < sizeof(separators) /
		    sizeof(separators[0]); i++)
			if (begins(&lines->line[at], separators[i]))
				return at;
		if (is_header(lines, at, count))
			return at > 0 && begins(&lines->line[at - 1], "_____")
			    ? at - 1 : at;
	}
	return count;
}

static size_t
above_signature(const struct lines *lines, size_t count)
{
	for (size_t at = count; at > 0 && count - at < 15; at--)
		if (begins(&lines->line[at - 1], "-- ") &&
		    lines->line[at - 1].len == 3)
			return at - 1;
	return count;
}

size_t
sm_mime_unquoted(const char *text, size_t len)
{
	struct lines lines = { .line = NULL };
	size_t count, kept = 0;

	split(text, len, &lines);
	count = above_separator(&lines, lines.count);
	count = above_quote(&lines, count);
	count = above_signature(&lines, count);
	while (count > 0 && is_blank(&lines.line[count - 1]))
		count--;
	if (count > 0)
		kept = (size_t)(lines.line[count - 1].s - text) +
		    lines.line[count - 1].len;
	free(lines.line);
	return kept > 0 && lines.count < LINES ? kept : len;
}
