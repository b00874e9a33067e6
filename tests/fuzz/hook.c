/* Webhooks: any bytes as a request, in pieces, judged by every kind of hook. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/hook/hook.h"
#include "source/hook/hook_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char url[] = "https://h.example/h", topic[] = "t", header[] = "x-sign";
static char prefix[] = "v=", name[] = "h";

/* Nobody can sign here: whatever is kept had no secret to know. */
static void
judge(const struct sm_hook_kind *kind, const struct sm_hook_request *req)
{
	struct sm_hook hook = { .name = name, .kind = kind, .url = url,
	    .topic = topic, .max_age = 300, .max_body = 65536,
	    .header = kind->free ? header : NULL,
	    .prefix = kind->free ? prefix : NULL,
	    .digest = kind->digest, .coding = kind->coding };
	struct sm_hook_answer answer = { .status = 0 };
	char copy[32];

	if (kind->prefix) {
		memcpy(copy, kind->prefix, strlen(kind->prefix) + 1);
		hook.prefix = copy;
	}
	sm_buf_adds(&hook.secret, "a secret that nobody knows");
	sm_buf_adds(&hook.verify_token, "nor this one");
	sm_hook_judge(&hook, req, INT64_C(1795262400), &answer);
	if (answer.status < 200 || answer.status > 599 || answer.keep)
		abort();
	sm_buf_release(&answer.body);
	sm_buf_release(&hook.secret);
	sm_buf_release(&hook.verify_token);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = size > 0 ? 1 + data[size - 1] : 1;
	const struct sm_hook_kind *kind;
	struct sm_hook_request req;
	int status = 0;

	sm_hook_request_init(&req, 65536);
	for (size_t at = 0; at < size && status == 0; at += piece)
		status = sm_hook_request_take(&req, (const char *)data + at,
		    size - at < piece ? size - at : piece);
	if (req.body.len > req.max_body || req.head.len > SM_HOOK_HEAD)
		abort();
	for (size_t i = 0; status == 1 && (kind = sm_hook_kind_nth(i)); i++)
		judge(kind, &req);
	sm_hook_request_release(&req);
	return 0;
}
