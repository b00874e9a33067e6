/*
 * Limits of use: any answer to any dialect.  The first byte chooses the
 * dialect, the second the status; then headers up to an empty line, and the
 * body.  No wait is longer than a day, none is negative.
 */
#include "source/http/limit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/source.h"

#define NOW INT64_C(1787659200000)
#define MOST (NOW + SM_LIMIT_MAX_S * INT64_C(1000))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
dialect_of(uint8_t choice)
{
	size_t n = 0;

	while (sm_limit_nth(n))
		n++;
	return sm_limit_nth(choice % n);
}

/* Lines become strings; gives back where the body begins. */
static size_t
split(char *text, size_t len)
{
	size_t i = 0;

	for (; i < len; i++) {
		if (text[i] != '\n')
			continue;
		text[i] = '\0';
		if (i == 0 || text[i - 1] == '\0')
			return i + 1;
	}
	return len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 400, 403, 429, 503 };
	struct sm_response res = { .url = "https://a.example/" };
	struct sm_limit limit;
	size_t body;
	char *text;

	if (size < 2 || size > 65536)
		return 0;
	text = malloc(size);
	if (!text)
		return 0;
	memcpy(text, data + 2, size - 2);
	text[size - 2] = '\0';
	body = split(text, size - 2);
	res.status = statuses[data[1] % 5];
	res.headers = text;
	res.headers_len = body;
	sm_limit_read(sm_limit_find(dialect_of(data[0])), &res, text + body,
	    size - 2 - body, NOW, &limit);
	if (limit.until_ms > MOST || limit.gap_until_ms > MOST ||
	    limit.until_ms < 0 || limit.gap_ms < 0 ||
	    (limit.until_ms && limit.until_ms < NOW))
		abort();
	free(text);
	return 0;
}
