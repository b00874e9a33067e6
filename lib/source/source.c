#include "source/source.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"

#define SM_SOURCE(name) extern const struct sm_source sm_source_##name;
#include "source/list.h"
#undef SM_SOURCE

static const struct sm_source *const sources[] = {
#define SM_SOURCE(name) &sm_source_##name,
#include "source/list.h"
#undef SM_SOURCE
	NULL
};

const struct sm_source *
sm_source_find(const char *name)
{
	for (size_t i = 0; sources[i]; i++)
		if (strcmp(sources[i]->name, name) == 0)
			return sources[i];
	return NULL;
}

const struct sm_source *
sm_source_nth(size_t index)
{
	for (size_t i = 0; sources[i]; i++)
		if (i == index)
			return sources[i];
	return NULL;
}

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

int
sm_response_check(const struct sm_response *res, struct sm_err *err)
{
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
		{ 410, SM_EXIT_REFUSED, "it is gone for good: take the "
		    "source out of the configuration" },
		{ 425, SM_EXIT_TEMP, "the server says: too early" },
		{ 429, SM_EXIT_TEMP, "asked too often" }
	};

	if (res->status == 200 || res->status == 304)
		return 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].status == res->status)
			return sm_err_set(err, known[i].code, "status %d: %s",
			    res->status, known[i].text);
	return sm_err_set(err, res->status >= 500 ? SM_EXIT_TEMP :
	    SM_EXIT_REFUSED, "status %d", res->status);
}
