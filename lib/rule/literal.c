#include "rule/literal.h"

#include <stdlib.h>
#include <string.h>

#define LARGE 16	/* a count from which on a repeat is called open */
#define LEVELS 32	/* of groups */

struct scan {
	const char *at, *end;
	bool caseless;
	bool lost;	/* something that we do not follow */
};

/* A letter that stands for itself and, folded, for nothing beyond ASCII. */
static bool
plain(const struct scan *scan, char c)
{
	if (!scan->caseless)
		return true;
	return (unsigned char)c < 0x80 && !strchr("kKsS", c);
}

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Behind "[...]". */
static void
skip_class(struct scan *scan)
{
	scan->at++;
	if (scan->at < scan->end && *scan->at == '^')
		scan->at++;
	if (scan->at < scan->end && *scan->at == ']')
		scan->at++;
	for (; scan->at < scan->end && *scan->at != ']'; scan->at++) {
		if (*scan->at == '\\')
			scan->at++;
		else if (*scan->at == '[' && scan->at + 1 < scan->end &&
		    strchr(":.=", scan->at[1]))
			scan->lost = true;
	}
	if (scan->at < scan->end)
		scan->at++;
	else
		scan->lost = true;
}

/* "{n}", "{n,}", "{n,m}" at; false where the brace stands for itself. */
static bool
count_at(const char *at, const char *end, const char **behind, long *least,
    long *most)
{
	char *rest;

	if (at + 1 >= end || *at != '{' || at[1] < '0' || at[1] > '9')
		return false;
	*least = *most = strtol(at + 1, &rest, 10);
	if (*rest == ',') {
		rest++;
		*most = *rest == '}' ? LARGE + 1 : strtol(rest, &rest, 10);
	}
	*behind = rest + 1;
	return rest < end && *rest == '}';
}

/*
 * A quantifier at: how often at least (1 where there is none) and at most;
 * moves behind it and its '?' or '+'.
 */
static void
quantifier(struct scan *scan, long *least, long *most)
{
	const char *behind = scan->at;

	*least = *most = 1;
	if (scan->at >= scan->end)
		return;
	if (*scan->at == '*' || *scan->at == '?')
		*least = 0;
	else if (*scan->at != '+' &&
	    !count_at(scan->at, scan->end, &behind, least, most))
		return;
	if (*scan->at == '{')
		scan->at = behind;
	else if (*scan->at++ != '?')
		*most = LARGE + 1;
	if (scan->at < scan->end && (*scan->at == '?' || *scan->at == '+'))
		scan->at++;
}

/* The letter of an escape, 0 for a class, -1 for what has no width. */
static int
escaped(struct scan *scan)
{
	char c = '\0';

	scan->at++;
	if (scan->at < scan->end)
		c = *scan->at++;
	if (strchr("bBAzZG", c) && c)
		return -1;
	if (strchr("dDwWsShHvVRX", c) && c)
		return 0;
	if (strchr("nrtfea", c) && c)
		return 0;
	if ((c == 'p' || c == 'P') && scan->at < scan->end) {
		if (*scan->at++ != '{')
			return 0;
		while (scan->at < scan->end && *scan->at++ != '}')
			;
		return 0;
	}
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '\0') {
		scan->lost = true;
		return 0;
	}
	return (unsigned char)c;
}

/* The run of letters that is being read, and the best find of a branch. */
struct run {
	size_t len;
	char text[SM_LITERAL_LEN];
	struct sm_literals best;
};

static size_t
shortest(const struct sm_literals *found)
{
	size_t len = found->count ? SM_LITERAL_LEN : 0;

	for (int i = 0; i < found->count; i++)
		if (found->word[i].len < len)
			len = found->word[i].len;
	return len;
}

static void
offer(struct run *run, const struct sm_literals *found)
{
	if (shortest(found) > shortest(&run->best))
		run->best = *found;
}

static void
flush(struct run *run)
{
	struct sm_literals found;

	if (run->len >= 2) {
		found.count = 1;
		found.word[0].len = (unsigned char)run->len;
		memcpy(found.word[0].text, run->text, run->len);
		offer(run, &found);
	}
	run->len = 0;
}

static void alternatives(struct scan *scan, int level,
    struct sm_literals *out);

/* A group: its letters count where it must occur. */
static void
group(struct scan *scan, int level, struct run *run)
{
	struct sm_literals inner;
	long least, most;

	flush(run);
	scan->at++;
	if (scan->at < scan->end && *scan->at == '*') {
		scan->lost = true;
		return;
	}
	if (scan->at + 1 < scan->end && *scan->at == '?') {
		if (scan->at[1] != ':' && scan->at[1] != '>') {
			scan->lost = true;
			return;
		}
		scan->at += 2;
	}
	alternatives(scan, level + 1, &inner);
	if (scan->at >= scan->end || *scan->at != ')') {
		scan->lost = true;
		return;
	}
	scan->at++;
	quantifier(scan, &least, &most);
	if (least > 0)
		offer(run, &inner);
}

/* len bytes of one letter with its quantifier; 0 for what may be any. */
static void
letter(struct scan *scan, const char *text, size_t len, struct run *run)
{
	long least, most;

	quantifier(scan, &least, &most);
	if (len == 0 || !plain(scan, *text) || least == 0) {
		flush(run);
		return;
	}
	if (run->len + len > SM_LITERAL_LEN)
		flush(run);
	for (size_t i = 0; i < len; i++)
		run->text[run->len++] = lower(text[i]);
	if (least != 1 || most != 1)
		flush(run);
}

/* Bytes of the character at. */
static size_t
size_of(const struct scan *scan, const char *at)
{
	size_t len = 1;

	while (at + len < scan->end && ((unsigned char)at[len] & 0xC0) == 0x80)
		len++;
	return len;
}

static void
escaped_letter(struct scan *scan, struct run *run)
{
	const char *text = scan->at + 1;
	int c = escaped(scan);

	if (c >= 0x80)
		scan->at = text + size_of(scan, text);
	letter(scan, text, c > 0 ? (size_t)(scan->at - text) : 0, run);
}

static void
plain_letter(struct scan *scan, struct run *run)
{
	const char *text = scan->at;
	size_t len = size_of(scan, text);

	scan->at += len;
	letter(scan, text, strchr(".^$", *text) ? 0 : len, run);
}

static void
branch(struct scan *scan, int level, struct sm_literals *out)
{
	struct run run = { .len = 0, .best = { .count = 0 } };

	while (scan->at < scan->end && !scan->lost && *scan->at != '|' &&
	    *scan->at != ')') {
		char c = *scan->at;

		if (c == '(') {
			group(scan, level, &run);
		} else if (c == '[') {
			skip_class(scan);
			letter(scan, "", 0, &run);
		} else if (c == '\\') {
			escaped_letter(scan, &run);
		} else {
			plain_letter(scan, &run);
		}
	}
	flush(&run);
	*out = run.best;
}

static void
alternatives(struct scan *scan, int level, struct sm_literals *out)
{
	bool all = true;

	out->count = 0;
	if (level > LEVELS) {
		scan->lost = true;
		return;
	}
	for (;;) {
		struct sm_literals one;

		branch(scan, level, &one);
		if (!one.count || out->count + one.count > SM_LITERALS)
			all = false;
		for (int i = 0; all && i < one.count; i++)
			out->word[out->count++] = one.word[i];
		if (scan->lost || scan->at >= scan->end || *scan->at != '|')
			break;
		scan->at++;
	}
	if (!all)
		out->count = 0;
}

void
sm_literal_find(const char *pattern, size_t len, bool caseless,
    struct sm_literals *out)
{
	struct scan scan = {
		.at = pattern, .end = pattern + len, .caseless = caseless
	};

	alternatives(&scan, 0, out);
	if (scan.lost || scan.at != scan.end)
		out->count = 0;
}

/* A group that is about to end: how dear it is with its quantifier. */
static int
close_group(struct scan *scan, int inner, bool *nested)
{
	long least, most;

	scan->at++;
	quantifier(scan, &least, &most);
	if (most > 1)
		*nested = true;
	return inner + (least == 0);
}

int
sm_literal_repeats(const char *pattern, size_t len)
{
	struct scan scan = { .at = pattern, .end = pattern + len };
	bool nested = false;
	int count = 0;

	while (scan.at < scan.end && !nested) {
		long least = 1, most = 1;

		if (*scan.at == '(') {
			scan.at++;
			if (scan.at + 1 < scan.end && *scan.at == '?' &&
			    strchr("R&P(0123456789+-|C", scan.at[1]))
				nested = true;
			if (scan.at < scan.end && *scan.at == '*')
				nested = true;
			if (scan.at < scan.end && *scan.at == '?')
				scan.at++;
			continue;
		}
		if (*scan.at == ')') {
			count = close_group(&scan, count, &nested);
			continue;
		}
		if (*scan.at == '[')
			skip_class(&scan);
		else if (*scan.at == '\\')
			(void)escaped(&scan);
		else
			scan.at += size_of(&scan, scan.at);
		quantifier(&scan, &least, &most);
		count += most > LARGE || least == 0;
	}
	return nested || scan.lost ? -1 : count;
}
