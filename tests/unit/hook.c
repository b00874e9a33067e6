/* Webhooks: every way of signing, and everything that is not quite it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "record/keys.h"
#include "source/hook/hook.h"
#include "source/hook/hook_request.h"
#include "tap.h"

#define NOW INT64_C(1795262400)
#define SECRET "kanarek"
#define BODY "{\"text\":\"Gdzie jest moja paczka? \xf0\x9f\x98\xa1\"}"

static const char configuration[] =
	"[hook \"facebook\"]\nkind = facebook\nsecret = " SECRET "\n"
	"verify_token = tok\n"
	"[hook \"github\"]\nkind = github\nsecret = " SECRET "\n"
	"[hook \"line\"]\nkind = line\nsecret = " SECRET "\n"
	"[hook \"linkedin\"]\nkind = linkedin\nsecret = " SECRET "\n"
	"[hook \"slack\"]\nkind = slack\nsecret = " SECRET "\n"
	"[hook \"stripe\"]\nkind = stripe\nsecret = " SECRET "\n"
	"[hook \"telegram\"]\nkind = telegram\nsecret = " SECRET "\n"
	"[hook \"twilio\"]\nkind = twilio\nsecret = 12345\n"
	"url = https://mycompany.com/myapp.php\n"
	"[hook \"viber\"]\nkind = viber\nsecret = " SECRET "\n"
	"[hook \"websub\"]\nkind = websub\nsecret = " SECRET "\n"
	"topic = https://blog.example/feed\n"
	"[hook \"x\"]\nkind = x\nsecret = " SECRET "\n"
	"[hook \"hmac\"]\nkind = hmac\nsecret = " SECRET "\n"
	"header = X-Sign\nprefix = \"v=\"\ndigest = sha1\ncoding = base64\n"
	"[hook \"token\"]\nkind = token\nsecret = " SECRET "\n"
	"header = X-Token\n";

static struct sm_conf *conf;

/* HMAC of the parts (NULL-ended) as text, behind a prefix; caller frees. */
static char *
sign(const char *prefix, enum sm_digest digest, enum sm_hook_coding coding,
    const char *const *parts)
{
	struct sm_buf out = SM_BUF_INIT;
	unsigned char mac[SM_HMAC_MAX];
	struct sm_hmac hmac;
	size_t n;

	sm_buf_adds(&out, prefix);
	sm_hmac_init(&hmac, digest, SECRET, strlen(SECRET));
	for (; *parts; parts++)
		sm_hmac_add(&hmac, *parts, strlen(*parts));
	n = sm_hmac_end(&hmac, mac);
	if (coding == SM_HOOK_BASE64)
		sm_base64_add(&out, mac, n);
	else
		sm_hex_add(&out, mac, n);
	return sm_buf_take(&out);
}

/* A request as it comes over a socket, in pieces of that size. */
static int
request_of(struct sm_hook_request *req, const char *head, const char *body,
    size_t piece)
{
	char *text = sm_xasprintf("%sContent-Length: %zu\r\n\r\n%s", head,
	    strlen(body), body);
	size_t len = strlen(text);
	int status = 0;

	sm_hook_request_init(req, 0);
	for (size_t at = 0; at < len && status == 0; at += piece)
		status = sm_hook_request_take(req, text + at,
		    len - at < piece ? len - at : piece);
	free(text);
	return status;
}

/* What a hook answers to it; body may be NULL. */
static int
judged(const char *name, const char *head, const char *body,
    struct sm_buf *answer_body)
{
	struct sm_hook_answer answer = { .status = 0 };
	struct sm_hook_request req;
	struct sm_err err;
	struct sm_hook *hook = sm_hook_new(conf, name, &err);
	int status = request_of(&req, head, body ? body : "", 7);

	if (!hook) {
		printf("# %s\n", err.text);
		status = -1;
	} else if (status == 1) {
		sm_hook_judge(hook, &req, NOW, &answer);
		status = answer.status == 200 && answer.keep ? 1 :
		    answer.status;
	}
	if (answer_body) {
		sm_buf_clear(answer_body);
		sm_buf_adds(answer_body, sm_buf_str(&answer.body));
	}
	sm_buf_release(&answer.body);
	sm_hook_request_release(&req);
	sm_hook_free(hook);
	return status;
}

#define POST "POST /h HTTP/1.1\r\nHost: h\r\n"

static int
posted(const char *name, const char *header, const char *value)
{
	char *head = sm_xasprintf(POST "%s: %s\r\n", header, value);
	int status = judged(name, head, BODY, NULL);

	free(head);
	return status;
}

/* Each byte of a good signature changed, left out, doubled: all refused. */
static int
all_refused(const char *name, const char *header, const char *good)
{
	size_t len = strlen(good);
	int refused = 0;

	for (size_t i = 0; i < len; i++) {
		char *other = sm_xstrdup(good);

		other[i] = other[i] == 'x' ? 'y' : 'x';
		refused += posted(name, header, other) == 403;
		memmove(other + i, other + i + 1, len - i);
		refused += posted(name, header, other) == 403;
		free(other);
		other = sm_xasprintf("%.*s%c%s", (int)i + 1, good, good[i],
		    good + i + 1);
		refused += posted(name, header, other) == 403;
		free(other);
	}
	return refused == 3 * (int)len;
}

static const struct {
	const char *name, *header, *prefix;
	enum sm_digest digest;
	enum sm_hook_coding coding;
	const char *parts[4];
} schemes[] = {
	{ "facebook", "X-Hub-Signature-256", "sha256=", SM_DIGEST_SHA256,
	    SM_HOOK_HEX, { BODY, NULL } },
	{ "github", "X-Hub-Signature-256", "sha256=", SM_DIGEST_SHA256,
	    SM_HOOK_HEX, { BODY, NULL } },
	{ "line", "X-Line-Signature", "", SM_DIGEST_SHA256, SM_HOOK_BASE64,
	    { BODY, NULL } },
	{ "viber", "X-Viber-Content-Signature", "", SM_DIGEST_SHA256,
	    SM_HOOK_HEX, { BODY, NULL } },
	{ "websub", "X-Hub-Signature", "sha256=", SM_DIGEST_SHA256,
	    SM_HOOK_HEX, { BODY, NULL } },
	{ "websub", "X-Hub-Signature", "sha1=", SM_DIGEST_SHA1,
	    SM_HOOK_HEX, { BODY, NULL } },
	{ "x", "X-Twitter-Webhooks-Signature", "sha256=", SM_DIGEST_SHA256,
	    SM_HOOK_BASE64, { BODY, NULL } },
	{ "hmac", "x-sign", "v=", SM_DIGEST_SHA1, SM_HOOK_BASE64,
	    { BODY, NULL } }
};

static void
test_schemes(void)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		const char *name = schemes[i].name, *h = schemes[i].header;
		char *good = sign(schemes[i].prefix, schemes[i].digest,
		    schemes[i].coding, schemes[i].parts);
		char *twice = sm_xasprintf("%s\r\n%s: %s", good, h, good);
		char *joined = sm_xasprintf("%s, %s", good, good);

		printf("# %s by %s\n", name, h);
		is_int(posted(name, h, good), 1, "what is signed is kept");
		ok(all_refused(name, h, good), "no byte of it may differ");
		is_int(posted(name, h, twice), 403, "it stands once");
		is_int(posted(name, h, joined), 403, "and alone");
		is_int(posted(name, h, ""), 403, "it is not empty");
		is_int(posted(name, "X-Other", good), 403,
		    "and in its own header");
		free(good);
		free(twice);
		free(joined);
	}
}

static int
slack(int64_t time, const char *said)
{
	char text[32], *good, *head;
	const char *parts[] = { "v0:", text, ":", BODY, NULL };
	int status;

	snprintf(text, sizeof(text), "%lld", (long long)time);
	good = sign("v0=", SM_DIGEST_SHA256, SM_HOOK_HEX, parts);
	head = sm_xasprintf(POST "X-Slack-Request-Timestamp: %s\r\n"
	    "X-Slack-Signature: %s\r\n", said ? said : text, good);
	status = judged("slack", head, BODY, NULL);
	free(head);
	free(good);
	return status;
}

static int
stripe(int64_t time, const char *format)
{
	char text[32], *good, *value;
	const char *parts[] = { text, ".", BODY, NULL };
	int status;

	snprintf(text, sizeof(text), "%lld", (long long)time);
	good = sign("", SM_DIGEST_SHA256, SM_HOOK_HEX, parts);
	value = sm_xasprintf("t=%s,%s%s", text, format, good);
	status = posted("stripe", "Stripe-Signature", value);
	free(value);
	free(good);
	return status;
}

static void
test_times(void)
{
	is_int(slack(NOW, NULL), 1, "Slack's signature with its time");
	is_int(slack(NOW - 300, NULL), 1, "five minutes late will do");
	is_int(slack(NOW - 301, NULL), 403, "but no second more");
	is_int(slack(NOW + 301, NULL), 403, "nor one from the future");
	is_int(slack(NOW - 301, "1795262400"), 403,
	    "a new time does not make an old signature good");
	is_int(slack(NOW, "1795262400x"), 403, "a time is a number");
	is_int(slack(NOW, ""), 403, "and is there");
	is_int(slack(NOW, "99999999999999999999"), 403, "and not too long");
	is_int(stripe(NOW, "v1="), 1, "Stripe's signature with its time");
	is_int(stripe(NOW, "v0=00,v1=ff,v1="), 1, "one of several will do");
	is_int(stripe(NOW, "v0="), 403, "but not of another kind");
	is_int(stripe(NOW - 301, "v1="), 403, "nor an old one");
	is_int(stripe(NOW, "t=1795262399,v1="), 403, "there is one time");
}

/* The example of the manual: "Validating requests". */
static void
test_twilio(void)
{
	static const char form[] = "CallSid=CA1234567890ABCDE&"
	    "Caller=%2B14158675309&Digits=1234&From=%2B14158675309&"
	    "To=%2B18005551212";
	static const char head[] =
	    "POST /h?foo=1&bar=2 HTTP/1.1\r\nHost: h\r\n"
	    "X-Twilio-Signature: RSOYDt4T1cUTdK1PDd93/VVr8B8=\r\n";
	static const char type[] =
	    "Content-Type: application/x-www-form-urlencoded\r\n";
	char *all = sm_xasprintf("%s%s", head, type);
	char *twice = sm_xasprintf("%s&Digits=1234", form);
	char *more = sm_xasprintf("%s&Digits=12345", form);
	char *many = sm_xcalloc(1, 5000);

	is_int(judged("twilio", all, form, NULL), 1,
	    "Twilio's own example is taken");
	is_int(judged("twilio", all, twice, NULL), 1,
	    "what stands twice alike is signed once");
	is_int(judged("twilio", all, more, NULL), 403,
	    "one parameter more is refused");
	is_int(judged("twilio", head, form, NULL), 403,
	    "a form that does not say so is refused");
	for (size_t i = 0; i < 2400; i += 2)
		memcpy(many + i, "a&", 2);
	is_int(judged("twilio", all, many, NULL), 403,
	    "so is one without an end");
	free(all);
	free(twice);
	free(more);
	free(many);
}

static void
test_tokens(void)
{
	static const char header[] = "X-Telegram-Bot-Api-Secret-Token";
	const char *parts[] = { "hmacsha256=", BODY, NULL };
	char *good = sign("", SM_DIGEST_SHA256, SM_HOOK_HEX, parts);
	char *prefixed = sm_xasprintf("hmacsha256=%s", good);

	is_int(posted("telegram", header, SECRET), 1, "a token is known");
	is_int(posted("telegram", header, SECRET "x"), 403, "not a longer one");
	is_int(posted("telegram", header, "kanare"), 403, "nor a shorter one");
	is_int(posted("token", "x-token", SECRET), 1,
	    "so is one in any header");
	is_int(posted("linkedin", "X-LI-Signature", good), 1,
	    "LinkedIn signs a prefix too");
	is_int(posted("linkedin", "X-LI-Signature", prefixed), 1,
	    "which may stand in the header");
	free(good);
	free(prefixed);
}

static void
test_handshakes(void)
{
	static const char get[] = "GET /h?%s HTTP/1.1\r\n";
	static const struct {
		const char *name, *query;
		int status;
		const char *body;
	} asked[] = {
		{ "facebook", "hub.mode=subscribe&hub.challenge=11%2B2&"
		    "hub.verify_token=tok", 200, "11+2" },
		{ "facebook", "hub.mode=subscribe&hub.challenge=1&"
		    "hub.verify_token=tok2", 403, "" },
		{ "facebook", "hub.mode=unsubscribe&hub.challenge=1&"
		    "hub.verify_token=tok", 403, "" },
		{ "facebook", "hub.mode=subscribe&hub.challenge=1", 400, "" },
		{ "facebook", "hub.mode=subscribe&hub.challenge=&"
		    "hub.verify_token=tok", 400, "" },
		{ "facebook", "", 400, "" },
		{ "websub", "hub.mode=subscribe&hub.challenge=z&hub.topic="
		    "https%3A%2F%2Fblog.example%2Ffeed", 200, "z" },
		{ "websub", "hub.mode=subscribe&hub.challenge=z&hub.topic=x",
		    403, "" },
		{ "x", "crc_token=", 400, "" },
		{ "telegram", "a=1", 405, "" },
		{ "linkedin", "challengeCode=a&challengeCode=b", 400, "" }
	};
	struct sm_buf body = SM_BUF_INIT;

	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		char *head = sm_xasprintf(get, asked[i].query);

		is_int(judged(asked[i].name, head, NULL, &body),
		    asked[i].status, asked[i].query);
		is_str(sm_buf_str(&body), asked[i].body, "and its answer");
		free(head);
	}
	sm_buf_release(&body);
}

static void
test_requests(void)
{
	static const struct {
		const char *text;
		int status;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n\r\n", 1 },
		{ "GET / HTTP/1.0\n\n", 1 },
		{ "GET http://h/a?b HTTP/1.1\r\n\r\n", 1 },
		{ "GET /a#b HTTP/1.1\r\n\r\n", 400 },
		{ "GET  / HTTP/1.1\r\n\r\n", 400 },
		{ "GET /\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\rX: y\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nX : y\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n: y\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nX: a\x01\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\na", 400 },
		{ "GET / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\na", 400 },
		{ "GET / HTTP/1.1\r\nContent-Length: \r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nContent-Length: "
		    "99999999999999999999999\r\n\r\n", 413 },
		{ "GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n", 0 },
		{ "ABCDEFGHIJKLMNOPQRST / HTTP/1.1\r\n\r\n", 400 },
		{ "", 0 }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int same = 1;

		for (size_t piece = 1; piece < 12; piece++) {
			struct sm_hook_request req;
			size_t len = strlen(cases[i].text);
			int status = 0;

			sm_hook_request_init(&req, 100);
			for (size_t at = 0; at < len && status == 0;
			    at += piece)
				status = sm_hook_request_take(&req,
				    cases[i].text + at, len - at < piece ?
				    len - at : piece);
			same &= status == cases[i].status;
			sm_hook_request_release(&req);
		}
		ok(same, "a request in pieces of any size is the same");
	}
}

int
main(void)
{
	char path[] = "/tmp/sm-hook.XXXXXX";
	int fd = mkstemp(path);
	struct sm_err err;
	FILE *file = fd == -1 ? NULL : fdopen(fd, "w");

	if (!file || fputs(configuration, file) == EOF || fclose(file) != 0)
		return 1;
	conf = sm_conf_load(sm_keys_usual, path, &err);
	(void)unlink(path);
	if (!conf) {
		printf("Bail out! %s\n", err.text);
		return 1;
	}
	test_schemes();
	test_times();
	test_twilio();
	test_tokens();
	test_handshakes();
	test_requests();
	sm_conf_free(conf);
	return plan_done();
}
