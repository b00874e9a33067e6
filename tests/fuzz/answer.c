/*
 * Answers of networks to a login and to anything else: what is said of them to
 * people is short and harmless, what is taken as a token fits in a header.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/safe.h"
#include "source/auth/auth_renew.h"
#include "source/auth/auth_token.h"
#include "source/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Harmless but for the isolates that who shows it puts round it. */
static void
check_text(const char *text)
{
	struct sm_buf safe = SM_BUF_INIT;
	size_t len = strlen(text);

	sm_safe(&safe, text, len, SM_SAFE_LINES);
	if (len >= SM_ERR_MAX || safe.len < len ||
	    (safe.len != len && safe.len != len + 6) ||
	    memcmp(safe.data + (safe.len - len) / 2, text, len) != 0)
		abort();
	sm_buf_release(&safe);
}

static void
check_token(const char *text)
{
	for (; text && *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7F)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char type[] = "Content-Type: application/json";
	struct sm_auth_token token = { .access = NULL };
	struct sm_response res = {
		.headers = type,
		.headers_len = sizeof(type),
	};
	struct sm_err err;

	if (size < 1 || size > SM_ERROR_BODY)
		return 0;
	res.status = 400 + data[0];
	res.body = (const char *)data + 1;
	res.body_len = size - 1;
	err.text[0] = '\0';
	if (sm_response_check_json(&res, &err) == 0)
		abort();
	check_text(err.text);
	sm_auth_token_release(&token);
	(void)auth_oauth_take(&token, res.body, res.body_len);
	check_token(token.access);
	check_token(token.refresh);
	sm_auth_token_release(&token);
	return 0;
}
