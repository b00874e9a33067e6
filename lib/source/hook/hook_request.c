#include "source/hook/hook_request.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

void
sm_hook_request_init(struct sm_hook_request *req, size_t max_body)
{
	memset(req, 0, sizeof(*req));
	req->max_body = max_body ? max_body : SM_HOOK_BODY;
}

void
sm_hook_request_release(struct sm_hook_request *req)
{
	sm_buf_release(&req->method);
	sm_buf_release(&req->path);
	sm_buf_release(&req->query);
	sm_buf_release(&req->headers);
	sm_buf_release(&req->body);
	sm_buf_release(&req->head);
}

/* RFC 9110, 5.6.2. */
static bool
is_token(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) &&
		    (!s[i] || !strchr("!#$%&'*+-.^_`|~", s[i])))
			return false;
	return len > 0;
}

static bool
is_clean(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)s[i] < ' ' && s[i] != '\t') ||
		    s[i] == 0x7f)
			return false;
	return true;
}

static int
add_header(struct sm_hook_request *req, const char *name, size_t name_len,
    const char *value, size_t len)
{
	while (len > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		len--;
	}
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		len--;
	if (!is_token(name, name_len) || !is_clean(value, len))
		return 400;
	if (++req->nheaders > SM_HOOK_HEADERS ||
	    req->headers.len + name_len + len > SM_HOOK_HEAD)
		return 431;
	for (size_t i = 0; i < name_len; i++)
		sm_buf_addc(&req->headers,
		    (char)tolower((unsigned char)name[i]));
	sm_buf_adds(&req->headers, ": ");
	sm_buf_add(&req->headers, value, len);
	sm_buf_addc(&req->headers, '\0');
	return 0;
}

const char *
sm_hook_request_header(const struct sm_hook_request *req, const char *name,
    bool *twice)
{
	const char *s = sm_buf_str(&req->headers), *end = s + req->headers.len;
	const char *found = NULL;
	size_t n = strlen(name), count = 0;

	for (; s < end; s += strlen(s) + 1)
		if (strncmp(s, name, n) == 0 && s[n] == ':' && count++ == 0)
			found = s + n + 2;
	if (twice)
		*twice = count > 1;
	return count == 1 ? found : NULL;
}

/* "/a/b?c" or "http://host/a/b?c" to path and query. */
static int
take_target(struct sm_hook_request *req, const char *s, size_t len)
{
	const char *mark, *slash;

	if (len > 7 && strncasecmp(s, "http://", 7) == 0) {
		slash = memchr(s + 7, '/', len - 7);
		if (!slash)
			return 400;
		len -= (size_t)(slash - s);
		s = slash;
	}
	if (len == 0 || *s != '/' || memchr(s, '#', len))
		return 400;
	mark = memchr(s, '?', len);
	sm_buf_add(&req->path, s, mark ? (size_t)(mark - s) : len);
	if (mark)
		sm_buf_add(&req->query, mark + 1,
		    len - (size_t)(mark - s) - 1);
	return 0;
}

static int
take_first_line(struct sm_hook_request *req, const char *s, size_t len)
{
	const char *end = s + len;
	const char *one = memchr(s, ' ', len);
	const char *two = one ? memchr(one + 1, ' ', (size_t)(end - one) - 1) :
	    NULL;

	if (!two || !is_clean(s, len) || memchr(s, '\t', len) ||
	    !is_token(s, (size_t)(one - s)) || one - s > 16)
		return 400;
	if (end - two < 6 || memcmp(two + 1, "HTTP/", 5) != 0)
		return 400;
	if (end - two != 9 || memcmp(two + 1, "HTTP/1.", 7) != 0 ||
	    (two[8] != '0' && two[8] != '1'))
		return 505;
	sm_buf_add(&req->method, s, (size_t)(one - s));
	return take_target(req, one + 1, (size_t)(two - one) - 1);
}

/* Digits only: "+5", "5,5" and the like mean different things to others. */
static int
take_length(struct sm_hook_request *req, const char *text)
{
	size_t value = 0;

	if (!*text)
		return 400;
	for (; *text; text++) {
		if (!isdigit((unsigned char)*text))
			return 400;
		if (value > (SIZE_MAX - 9) / 10)
			return 413;
		value = value * 10 + (size_t)(*text - '0');
	}
	req->want = value;
	return value > req->max_body ? 413 : 0;
}

static int
end_of_head(struct sm_hook_request *req)
{
	const char *text;
	bool twice;

	req->has_head = true;
	if (sm_hook_request_header(req, "transfer-encoding", &twice) || twice)
		return 501;
	text = sm_hook_request_header(req, "content-length", &twice);
	if (twice)
		return 400;
	if (!text && strcmp(sm_buf_str(&req->method), "POST") == 0)
		return 411;
	if (text && take_length(req, text) != 0)
		return take_length(req, text);
	text = sm_hook_request_header(req, "expect", NULL);
	req->waits = text && strcasecmp(text, "100-continue") == 0;
	return 0;
}

static int
take_line(struct sm_hook_request *req, const char *s, size_t len)
{
	const char *colon = memchr(s, ':', len);

	if (!colon)
		return 400;
	return add_header(req, s, (size_t)(colon - s), colon + 1,
	    len - (size_t)(colon - s) - 1);
}

/* The lines of req->head, which ends with an empty one. */
static int
take_head(struct sm_hook_request *req)
{
	const char *s = req->head.data, *end = s + req->head.len;
	bool first = true;
	int status = 0;

	while (status == 0) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		size_t len = (size_t)(stop - s);

		if (len > 0 && s[len - 1] == '\r')
			len--;
		if (len == 0)
			break;
		status = first ? take_first_line(req, s, len) :
		    take_line(req, s, len);
		first = false;
		s = stop + 1;
	}
	if (status == 0 && first)
		status = 400;
	return status ? status : end_of_head(req);
}

/* The length of what is in head up to its empty line, or 0. */
static size_t
head_length(const struct sm_buf *head, size_t from)
{
	const char *s = head->data;

	for (size_t i = from; i < head->len; i++) {
		if (s[i] != '\n')
			continue;
		if (i == 0 || s[i - 1] == '\n' || (s[i - 1] == '\r' &&
		    (i == 1 || s[i - 2] == '\n')))
			return i + 1;
	}
	return 0;
}

int
sm_hook_request_take(struct sm_hook_request *req, const char *data,
    size_t len)
{
	size_t before = req->head.len, end, used = 0;
	int status;

	if (!req->has_head) {
		used = len < SM_HOOK_HEAD - before ? len :
		    SM_HOOK_HEAD - before;
		sm_buf_add(&req->head, data, used);
		end = head_length(&req->head, before);
		if (end == 0)
			return req->head.len >= SM_HOOK_HEAD ? 431 : 0;
		sm_buf_cut(&req->head, end);
		used = end - before;
		status = take_head(req);
		if (status)
			return status;
	}
	data += used;
	len -= used;
	if (len > req->want - req->body.len)
		len = req->want - req->body.len;
	if (len > 0)
		sm_buf_add(&req->body, data, len);
	return req->body.len == req->want;
}

/* X_HUB_SIGNATURE_256 and its value to a header. */
static int
take_variable(struct sm_hook_request *req, const char *name, size_t len,
    const char *value)
{
	char header[256];

	if (len == 0 || len >= sizeof(header))
		return 431;
	for (size_t i = 0; i < len; i++)
		header[i] = name[i] == '_' ? '-' : name[i];
	return add_header(req, header, len, value, strlen(value));
}

static bool
is_name(const char *entry, size_t len, const char *name)
{
	return len == strlen(name) && memcmp(entry, name, len) == 0;
}

/* The web server has read the body: what was said about its form is over. */
static bool
is_of_body(const char *entry, size_t len)
{
	return is_name(entry, len, "HTTP_CONTENT_LENGTH") ||
	    is_name(entry, len, "HTTP_CONTENT_TYPE") ||
	    is_name(entry, len, "HTTP_TRANSFER_ENCODING") ||
	    is_name(entry, len, "HTTP_EXPECT");
}

static int
take_entry(struct sm_hook_request *req, const char *entry)
{
	const char *value = strchr(entry, '=');
	size_t len = value ? (size_t)(value++ - entry) : 0;

	if (is_name(entry, len, "REQUEST_METHOD"))
		sm_buf_adds(&req->method, value);
	else if (is_name(entry, len, "QUERY_STRING"))
		sm_buf_adds(&req->query, value);
	else if (is_name(entry, len, "PATH_INFO"))
		sm_buf_adds(&req->path, value);
	else if (is_name(entry, len, "CONTENT_TYPE") ||
	    is_name(entry, len, "CONTENT_LENGTH"))
		return *value ? take_variable(req, entry, len, value) : 0;
	else if (len > 5 && memcmp(entry, "HTTP_", 5) == 0 &&
	    !is_of_body(entry, len))
		return take_variable(req, entry + 5, len - 5, value);
	return 0;
}

int
sm_hook_request_cgi(struct sm_hook_request *req, char *const environment[])
{
	int status = 0;

	for (size_t i = 0; environment[i] && status == 0; i++)
		status = take_entry(req, environment[i]);
	if (status)
		return status;
	if (req->query.len > SM_HOOK_HEAD || req->path.len > SM_HOOK_HEAD ||
	    req->method.len > 16)
		return 414;
	return end_of_head(req);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
decode(const char *s, size_t len, struct sm_buf *out)
{
	sm_buf_clear(out);
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '%' && len - i > 2 && hex_digit(s[i + 1]) >= 0 &&
		    hex_digit(s[i + 2]) >= 0) {
			sm_buf_addc(out, (char)(hex_digit(s[i + 1]) << 4 |
			    hex_digit(s[i + 2])));
			i += 2;
		} else
			sm_buf_addc(out, s[i] == '+' ? ' ' : s[i]);
	}
}

int
sm_hook_request_pair(const struct sm_buf *text, size_t *at,
    struct sm_buf *name, struct sm_buf *value)
{
	const char *s, *stop, *equals;
	size_t len;

	while (*at < text->len && text->data[*at] == '&')
		++*at;
	if (*at >= text->len)
		return 0;
	s = text->data + *at;
	stop = memchr(s, '&', text->len - *at);
	len = stop ? (size_t)(stop - s) : text->len - *at;
	*at += len;
	equals = memchr(s, '=', len);
	decode(s, equals ? (size_t)(equals - s) : len, name);
	decode(equals ? equals + 1 : "", equals ? len -
	    (size_t)(equals - s) - 1 : 0, value);
	return 1;
}

int
sm_hook_request_param(const struct sm_buf *text, const char *name,
    struct sm_buf *out)
{
	struct sm_buf key = SM_BUF_INIT, value = SM_BUF_INIT;
	size_t at = 0, count = 0;

	sm_buf_clear(out);
	while (sm_hook_request_pair(text, &at, &key, &value) == 1) {
		if (key.len != strlen(name) ||
		    memcmp(sm_buf_str(&key), name, key.len) != 0)
			continue;
		if (count++ == 0)
			sm_buf_add(out, sm_buf_str(&value), value.len);
	}
	sm_buf_release(&key);
	sm_buf_release(&value);
	return count > 1 ? -1 : (int)count;
}
