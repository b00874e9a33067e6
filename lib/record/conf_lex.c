#include "record/conf_lex.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "record/conf.h"

int
conf_complain(const struct conf_source *src, struct sm_err *err,
    const char *format, ...)
{
	char text[SM_ERR_MAX];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return sm_err_set(err, SM_EXIT_CONFIG, "%s:%lu: %s", src->path,
	    src->line, text);
}

int
conf_peek(const struct conf_source *src)
{
	if (src->at == src->end)
		return EOF;
	if (src->at[0] == '\r' && src->at + 1 < src->end && src->at[1] == '\n')
		return '\n';
	return (unsigned char)*src->at;
}

void
conf_step(struct conf_source *src)
{
	if (conf_peek(src) == '\n') {
		src->line++;
		src->at += *src->at == '\r';
	}
	src->at++;
}

void
conf_skip_blanks(struct conf_source *src)
{
	while (conf_peek(src) == ' ' || conf_peek(src) == '\t')
		conf_step(src);
}

void
conf_skip_line(struct conf_source *src)
{
	while (conf_peek(src) != EOF && conf_peek(src) != '\n')
		conf_step(src);
}

int
conf_take_word(struct conf_source *src, char word[CONF_NAME_MAX],
    struct sm_err *err)
{
	size_t len = 0;
	int c;

	while ((c = conf_peek(src)) != EOF &&
	    (isalnum(c) || c == '-' || c == '_')) {
		if (len + 1 == CONF_NAME_MAX)
			return conf_complain(src, err, "a name of more than %d "
			    "bytes", CONF_NAME_MAX - 1);
		word[len++] = (char)tolower(c);
		conf_step(src);
	}
	word[len] = '\0';
	return 0;
}

int
conf_take_name(struct conf_source *src, char name[CONF_NAME_MAX],
    struct sm_err *err)
{
	size_t len = 0;
	int c;

	conf_step(src);
	for (; (c = conf_peek(src)) != '"'; conf_step(src)) {
		if (c == '\\') {
			conf_step(src);
			c = conf_peek(src);
		}
		if (c == EOF || c < ' ' || c == 0x7f)
			return conf_complain(src, err,
			    "expected '\"' behind the "
			    "section's name");
		if (len + 1 == CONF_NAME_MAX)
			return conf_complain(src, err, "a name of more than %d "
			    "bytes", CONF_NAME_MAX - 1);
		name[len++] = (char)c;
	}
	conf_step(src);
	name[len] = '\0';
	if (len == 0)
		return conf_complain(src, err,
		    "a section's name may not be empty");
	return 0;
}

/* The character that a backslash stands before; 0 where there is none such. */
static char
unescape(int c)
{
	static const char from[] = "ntb\\\"", to[] = "\n\t\b\\\"";
	const char *at = c > 0 ? strchr(from, c) : NULL;

	return at ? to[at - from] : '\0';
}

/* keep: how much may not be trimmed, being quoted or no blank. */
int
conf_take_value(struct conf_source *src, struct sm_buf *value,
    struct sm_err *err)
{
	size_t keep = 0;
	bool quoted = false;
	int before = '\0', c;

	conf_skip_blanks(src);
	for (; (c = conf_peek(src)) != EOF && c != '\n'; conf_step(src)) {
		char plain = (char)c;

		if (!quoted && (c == '#' || c == ';')) {
			if (keep == value->len && before != '"')
				return conf_complain(src, err, "'%c' begins a "
				    "comment here; write the value in quotes "
				    "to have it in", c);
			conf_skip_line(src);
			break;
		}
		before = c;
		if (c == '"') {
			quoted = !quoted;
			keep = value->len;
			continue;
		}
		if (c == '\\') {
			conf_step(src);
			c = conf_peek(src);
			if (c == '\n')
				continue;
			plain = unescape(c);
			if (!plain)
				return conf_complain(src, err,
				    "no escape '\\%c': "
				    "\\\\ \\\" \\n \\t \\b are known",
				    c > ' ' && c < 0x7f ? c : '?');
		} else if (c < ' ' && c != '\t') {
			return conf_complain(src, err,
			    "a control character; write "
			    "it as an escape");
		}
		if (value->len == SM_CONF_VALUE_MAX)
			return conf_complain(src, err,
			    "a value of more than %d "
			    "bytes", SM_CONF_VALUE_MAX);
		sm_buf_addc(value, plain);
		if (quoted || c != plain || (c != ' ' && c != '\t'))
			keep = value->len;
	}
	if (quoted)
		return conf_complain(src, err,
		    "expected '\"' before the end of "
		    "the line");
	sm_buf_cut(value, keep);
	return 0;
}
