/* What is asked, what is answered, and how that is told to people. */
#include <ctype.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/safe.h"
#include "source/source.h"

#define SAID_MAX 200	/* bytes of the network's own words */

void
sm_request_init(struct sm_request *req)
{
	memset(req, 0, sizeof(*req));
}

void
sm_request_release(struct sm_request *req)
{
	sm_buf_release(&req->url);
	for (size_t i = 0; i < SM_REQUEST_HEADERS; i++)
		sm_buf_release(&req->headers[i]);
	sm_buf_release(&req->body);
	memset(req, 0, sizeof(*req));
}

/* What a server said may not end our line and begin another. */
static bool
is_clean(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value < ' ' && *value != '\t')
			return false;
	return true;
}

void
sm_request_header(struct sm_request *req, const char *name,
    const char *value)
{
	struct sm_buf *line;

	if (req->nheaders == SM_REQUEST_HEADERS || !is_clean(value))
		return;
	line = &req->headers[req->nheaders++];
	sm_buf_clear(line);
	sm_buf_adds(line, name);
	sm_buf_adds(line, ": ");
	sm_buf_adds(line, value);
}

const char *
sm_response_header(const struct sm_response *res, const char *name)
{
	const char *s = res->headers, *end = s + res->headers_len;
	size_t n = strlen(name);

	for (; s && s < end; s += strlen(s) + 1) {
		if (strncasecmp(s, name, n) != 0 || s[n] != ':')
			continue;
		s += n + 1;
		return s + strspn(s, " \t");
	}
	return NULL;
}

/*
 * Where networks put their words: {"error":{"message"}} (Google, Meta,
 * GitHub's {"message"}), {"error","error_description"} (OAuth, Mastodon),
 * {"error":"Code","message"} (Bluesky), {"errors":[{"message"|"detail"}]}
 * (X, Discourse), {"description"} (Telegram), {"error":{"error_msg"}} (VK).
 */
static const char *const words[] = { "message", "error_description",
	"description", "detail", "error_message", "error_msg", "title",
	"error_name", "reason", "error" };

static const char *
find_words(const json_t *json, int depth)
{
	const char *text;

	if (json_is_string(json))
		return json_string_value(json);
	if (json_is_array(json) && depth > 0)
		return find_words(json_array_get(json, 0), depth - 1);
	for (size_t i = 0; json_is_object(json) && i < sizeof(words) /
	    sizeof(words[0]); i++) {
		const json_t *value = json_object_get(json, words[i]);

		text = depth > 0 ? find_words(value, depth - 1) :
		    json_string_value(value);
		if (text && *text)
			return text;
	}
	if (json_is_object(json) && depth > 0)
		return find_words(json_object_get(json, "errors"), depth - 1);
	return NULL;
}

/* An error's code that the words alone do not say: "ExpiredToken". */
static const char *
find_code(const json_t *json, const char *said)
{
	const char *code = json_string_value(json_object_get(json, "error"));

	return code && *code && (!said || strcmp(code, said) != 0) ? code :
	    NULL;
}

/* Without the isolates round right-to-left text: who shows it adds them. */
static void
add_plain(struct sm_buf *out, const struct sm_buf *safe)
{
	static const char isolates[] = "\xe2\x81\xa8\xe2\x81\xa9";

	for (size_t i = 0; i < safe->len; i++) {
		const char *s = safe->data + i;

		if (safe->len - i >= 3 && (memcmp(s, isolates, 3) == 0 ||
		    memcmp(s, isolates + 3, 3) == 0))
			i += 2;
		else
			sm_buf_addc(out, *s);
	}
}

static void
add_safe(struct sm_buf *out, const char *text)
{
	struct sm_buf safe = SM_BUF_INIT;
	size_t len = strlen(text), from = out->len;

	if (len > SAID_MAX) {
		len = SAID_MAX;
		while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
			len--;
	}
	sm_safe(&safe, text, len, SM_SAFE_TTY);
	add_plain(out, &safe);
	while (out->len > from && strchr(". ", out->data[out->len - 1]))
		sm_buf_cut(out, out->len - 1);
	if (text[len])
		sm_buf_adds(out, "...");
	sm_buf_release(&safe);
}

/* The network's own words, in out; nothing where it gave none. */
static void
add_said(const struct sm_response *res, struct sm_buf *out)
{
	const char *said, *code;
	json_error_t why;
	json_t *json;

	if (!res->body || res->body_len == 0)
		return;
	json = json_loadb(res->body, res->body_len, JSON_DISABLE_EOF_CHECK,
	    &why);
	said = find_words(json, 3);
	code = find_code(json, said);
	if (said || code)
		sm_buf_adds(out, ", the network says '");
	if (code) {
		add_safe(out, code);
		sm_buf_adds(out, said ? ": " : "");
	}
	if (said)
		add_safe(out, said);
	if (said || code)
		sm_buf_addc(out, '\'');
	json_decref(json);
}

static bool
is_page(const struct sm_response *res)
{
	const char *type = sm_response_header(res, "content-type");

	return type && (strncasecmp(type, "text/html", 9) == 0 ||
	    strncasecmp(type, "application/xhtml", 17) == 0);
}

static const struct {
	int status;
	enum sm_exit code;
	const char *text;
} known[] = {
	{ 400, SM_EXIT_REFUSED, "the server did not understand" },
	{ 401, SM_EXIT_NOPERM, "the server wants a login" },
	{ 403, SM_EXIT_NOPERM, "the server forbids it" },
	{ 404, SM_EXIT_REFUSED, "there is nothing at this address" },
	{ 408, SM_EXIT_TEMP, "the server did not wait for us" },
	{ 410, SM_EXIT_REFUSED, "it is gone for good: take the source out of "
	    "the configuration" },
	{ 425, SM_EXIT_TEMP, "the server says: too early" },
	{ 429, SM_EXIT_TEMP, "asked too often" },
	{ 451, SM_EXIT_REFUSED, "withheld for legal reasons" },
	{ 502, SM_EXIT_TEMP, "the server behind the gateway is down" },
	{ 503, SM_EXIT_TEMP, "the server is busy or being worked on" },
	{ 511, SM_EXIT_TEMP, "the network here wants a login (a captive "
	    "portal)" }
};

static enum sm_exit
describe(const struct sm_response *res, struct sm_buf *text)
{
	size_t n = sizeof(known) / sizeof(known[0]);

	sm_buf_addf(text, "status %d", res->status);
	for (size_t i = 0; i < n; i++) {
		if (known[i].status != res->status)
			continue;
		sm_buf_addf(text, ": %s", known[i].text);
		return known[i].code;
	}
	return res->status >= 500 ? SM_EXIT_TEMP : SM_EXIT_REFUSED;
}

int
sm_response_check(const struct sm_response *res, struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT;
	char until[SM_TIME_TEXT];
	enum sm_exit code;

	if (res->status / 100 == 2 || res->status == 304)
		return 0;
	code = describe(res, &text);
	add_said(res, &text);
	if (res->status == 401 && res->account)
		sm_buf_addf(&text, "; check account '%s', or run 'sm auth "
		    "%s'", res->account, res->account);
	if (res->status == 403 && res->account)
		sm_buf_addf(&text, "; account '%s' may lack a right",
		    res->account);
	if (res->until > 0) {
		sm_time_format(res->until, until);
		sm_buf_addf(&text, "; to be asked again from %s on", until);
		code = SM_EXIT_TEMP;
	}
	sm_err_set(err, code, "%s", text.data);
	sm_buf_release(&text);
	return -1;
}

int
sm_response_check_json(const struct sm_response *res, struct sm_err *err)
{
	if (is_page(res) && res->status != 401 && res->status != 404 &&
	    res->status != 410)
		return sm_err_set(err, SM_EXIT_TEMP, "status %d: blocked by a "
		    "gateway: a web page came where JSON is expected (a "
		    "captive portal, a proxy, or a firewall of the network's)",
		    res->status);
	if (res->status == 204 || res->status == 205)
		return sm_err_set(err, SM_EXIT_REFUSED, "status %d: an empty "
		    "answer came where JSON is expected", res->status);
	return sm_response_check(res, err);
}
