/* What of a mail its writer wrote now: without quoted mail and signature. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "text/mime.h"

#include <stdlib.h>

#define LINES 100000	/* of a mail that are looked at */
#define SIGNATURE 15	/* lines of one at most */

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
	{ "Em ", "escreveu" }, { "Il ", "ha scritto" }, { "Op ", "schreef" },
	{ "", "a écrit :" }, { "", "写道：" }, { "", "写道:" },
	{ "", "寫道：" }, { "", "wrote on " }
};

static const char *const separators[] = { "-----Original Message-----",
    "----- Original Message -----", "-----Wiadomość oryginalna-----",
    "-----Oryginalna wiadomość-----", "-----Mensaje original-----",
    "-----Ursprüngliche Nachricht-----", "-----Message d'origine-----",
    "-------- Original Message --------", "------------------ 原始邮件" };

/*
 * A quoted header: its first field, and one that follows soon.  Those that
 * people write as well (From: Leeds, Date: 5 May) need a subject besides.
 */
static const struct { const char *from, *sent; bool weak; } headers[] = {
	{ "From:", "Sent:", false }, { "From:", "Date:", true },
	{ "Od:", "Wysłano:", false }, { "Od:", "Data:", true },
	{ "De:", "Enviado", false }, { "De:", "Fecha:", true },
	{ "Von:", "Gesendet:", false }, { "De :", "Envoyé", false },
	{ "发件人:", "发送时间:", false },
	{ "发件人：", "发送时间：", false }, { "发件人:", "日期:", true }
};

static const char *const subjects[] = { "Subject:", "Temat:", "Asunto:",
    "Betreff:", "Objet", "主题:", "主题：" };

/* What stands above a mail that is passed on. */
static const char *const forwards[] = { "orwarded message",
    "orwarded Message", "Przekazana wiadomość", "przekazywanej wiadomości",
    "Mensaje reenviado", "mensaje reenviado", "Weitergeleitete Nachricht",
    "Message transféré", "转发的邮件", "转发邮件" };

/* Lines that telephones and programs add. */
static const char *const mobiles[] = { "Sent from my ", "Sent from Outlook",
    "Sent from Mail for ", "Sent from Yahoo", "Sent via ", "Sent with ",
    "Get Outlook for ", "Wysłane z ", "Wysłano z ", "Pobierz aplikację ",
    "Pobierz program Outlook", "Enviado desde mi ", "Enviado desde Outlook",
    "Obtener Outlook para ", "Von meinem ", "Gesendet von ",
    "Envoyé de mon ", "Envoyé depuis ", "Verzonden vanaf ",
    "Inviato da ", "发自我的", "发自", "来自我的", "从我的" };

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

static bool
is_quote(const struct line *line)
{
	return line->len > 0 && line->s[0] == '>';
}

/* A date, most likely. */
static bool
has_digit(const struct line *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (isdigit((unsigned char)line->s[i]))
			return true;
	return false;
}

/* One line that introduces, or the second of two. */
static bool
is_introduction(const struct line *line, const struct line *before)
{
	for (size_t i = 0; i < sizeof(introductions) /
	    sizeof(introductions[0]); i++) {
		if (!holds(line, introductions[i].last))
			continue;
		if (!before && begins(line, introductions[i].first))
			return true;
		if (before && *introductions[i].first &&
		    begins(before, introductions[i].first) &&
		    has_digit(before))
			return true;
	}
	return false;
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
	if (at > 1 && is_introduction(last, last - 1))
		return at - 2;
	if (is_introduction(last, NULL))
		return at - 1;
	return at;
}

/* Above a block of '>' lines at the end, and what introduces it. */
static size_t
above_quote(const struct lines *lines, size_t count)
{
	size_t at = count, quoted = 0;

	while (at > 0 && (is_quote(&lines->line[at - 1]) ||
	    is_blank(&lines->line[at - 1])))
		quoted += is_quote(&lines->line[--at]);
	return quoted > 0 ? above_introduction(lines, at) : count;
}

static bool
has_subject(const struct lines *lines, size_t at, size_t count)
{
	for (size_t j = at + 1; j < count && j < at + 7; j++)
		for (size_t i = 0; i < sizeof(subjects) /
		    sizeof(subjects[0]); i++)
			if (begins(&lines->line[j], subjects[i]))
				return true;
	return false;
}

static bool
is_forward(const struct lines *lines, size_t at)
{
	while (at > 0 && is_blank(&lines->line[at - 1]))
		at--;
	for (size_t i = 0; at > 0 && i < sizeof(forwards) /
	    sizeof(forwards[0]); i++)
		if (holds(&lines->line[at - 1], forwards[i]))
			return true;
	return false;
}

static bool
is_header(const struct lines *lines, size_t at, size_t count)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		if (!begins(&lines->line[at], headers[i].from) ||
		    (headers[i].weak && !has_subject(lines, at, count)))
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
		if (is_header(lines, at, count) && !is_forward(lines, at))
			return at > 0 && begins(&lines->line[at - 1], "_____")
			    ? at - 1 : at;
	}
	return count;
}

static bool
is_mobile(const struct line *line)
{
	if (line->len > 120)
		return false;
	for (size_t i = 0; i < sizeof(mobiles) / sizeof(mobiles[0]); i++)
		if (begins(line, mobiles[i]))
			return true;
	return false;
}

static size_t
above_blanks(const struct lines *lines, size_t count)
{
	while (count > 0 && is_blank(&lines->line[count - 1]))
		count--;
	return count;
}

static size_t
above_signature(const struct lines *lines, size_t count)
{
	size_t last = above_blanks(lines, count);

	for (size_t at = count; at > 0 && count - at < SIGNATURE; at--) {
		const struct line *line = &lines->line[at - 1];

		if (begins(line, "--") && (line->len == 2 ||
		    (line->len == 3 && line->s[2] == ' ')))
			return at - 1;
	}
	if (last > 1 && is_mobile(&lines->line[last - 1]))
		return last - 1;
	return count;
}

/* Behind a block of '>' lines at the beginning and what introduces it. */
static size_t
below_quote(const struct lines *lines, size_t count)
{
	size_t at = 0, quoted = 0;

	while (at < count && is_blank(&lines->line[at]))
		at++;
	if (at + 1 < count && is_introduction(&lines->line[at + 1],
	    &lines->line[at]))
		at += 2;
	else if (at < count && is_introduction(&lines->line[at], NULL))
		at++;
	for (; at < count && (is_quote(&lines->line[at]) ||
	    is_blank(&lines->line[at])); at++)
		quoted += is_quote(&lines->line[at]);
	return quoted > 0 ? at : 0;
}

/* Both may stand above the other. */
static size_t
above_all(const struct lines *lines, bool forwarded, bool *quoted)
{
	size_t count = lines->count, before, at;

	if (!forwarded)
		count = above_separator(lines, count);
	*quoted = count < lines->count;
	do {
		before = count;
		count = above_blanks(lines, above_signature(lines, count));
		at = above_quote(lines, count);
		*quoted = *quoted || at < count;
		count = above_blanks(lines, at);
	} while (count < before);
	return count;
}

size_t
sm_mime_unquoted(const char *text, size_t len, bool forwarded, size_t *from,
    bool *quoted)
{
	struct lines lines = { .line = NULL };
	size_t count, first, kept = 0;

	*from = 0;
	split(text, len, &lines);
	count = above_all(&lines, forwarded, quoted);
	first = below_quote(&lines, count);
	*quoted = *quoted || first > 0;
	if (count > first) {
		*from = (size_t)(lines.line[first].s - text);
		kept = (size_t)(lines.line[count - 1].s - text) +
		    lines.line[count - 1].len - *from;
	}
	if (kept == 0 || lines.count == LINES) {
		*from = 0;
		*quoted = false;
		kept = len;
	}
	free(lines.line);
	return kept;
}
