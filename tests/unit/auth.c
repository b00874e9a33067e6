/* Credentials: how they go with a request, where they may go, how they keep. */
#include "source/auth/auth.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "record/conf.h"
#include "record/keys.h"
#include "source/auth/auth_impl.h"
#include "source/auth/auth_renew.h"
#include "source/source.h"
#include "tap.h"

static char folder[] = "/tmp/sm-auth.XXXXXX";
static struct sm_conf *conf;

static const char text[] =
    "[account \"bearer\"]\n\ttoken = t0ken/1\n"
    "\turl = https://api.example\n"
    "[account \"basic\"]\n\tuser = me\n\tpassword = pass:w\n"
    "[account \"none\"]\n\turl = https://x.example\n"
    "[account \"half\"]\n\tpassword = pw\n"
    "[account \"kept\"]\n\ttoken_file = kept\n"
    "[account \"hand\"]\n\ttoken_file = hand\n"
    "[account \"client\"]\n\tclient_id = app\n"
    "[account \"sky\"]\n\tuser = a.example\n\tpassword = apppw\n"
    "\turl = https://sky.example\n";

static const char *
in_folder(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, const char *what, mode_t mode)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC, mode);

	if (fd == -1 || write(fd, what, strlen(what)) == -1 ||
	    fchmod(fd, mode) == -1)
		abort();
	(void)close(fd);
}

static void
is_header(const char *account, const char *kind, const char *want,
    const char *name)
{
	struct sm_buf line = SM_BUF_INIT;
	struct sm_auth *auth;
	struct sm_err err;

	auth = sm_auth_new(conf, account, kind, &err);
	if (auth)
		auth_header(auth, &line);
	is_str(auth ? sm_buf_str(&line) : err.text, want, name);
	sm_buf_release(&line);
	sm_auth_free(auth);
}

static void
test_kinds(void)
{
	is_header("bearer", NULL, "Authorization: Bearer t0ken/1",
	    "a token is a Bearer");
	is_header("basic", NULL, "Authorization: Basic bWU6cGFzczp3",
	    "a password is Basic");
	is_header("bearer", "header Api-Key", "Api-Key: t0ken/1",
	    "or a header of its own");
	is_header("bearer", "header Authorization Bot",
	    "Authorization: Bot t0ken/1", "with a word before it");
	is_header("bearer", "query key", "", "or no header at all");
	is_header("bearer", "url", "", "nor for one in the URL");
	is_header("half", NULL, "[account \"half\"] has a password and no "
	    "user: set user = ...", "a password wants a user");
	is_header("none", "bearer", "no 'token' for [account \"none\"]: set "
	    "token_cmd or token_file, or run 'sm auth none'",
	    "what is missing is named");
	is_header("client", NULL, "account 'client' has not logged in yet: "
	    "run 'sm auth client'", "a client has to log in first");
	write_file("kept", "{\"access_token\":\"a\"}\n", 0600);
	is_header("kept", "bearer", "Authorization: Bearer a",
	    "a token_file that sm auth keeps is not the token itself");
	write_file("kept", "{\"access_token\":\"a\",\"refresh_token\":\"b\","
	    "\"expires_at\":9999999999}\n", 0600);
	is_header("kept", "bearer", "Authorization: Bearer a",
	    "nor one that is renewed");
	write_file("hand", "h4nd\nsecond\n", 0600);
	is_header("hand", "bearer", "Authorization: Bearer h4nd",
	    "of one that was written by hand it is the first line");
	(void)unlink(in_folder("kept"));
	(void)unlink(in_folder("hand"));
	is_header("bearer", "header", "no kind of login 'header'",
	    "a header needs a name");
}

static void
test_query(void)
{
	struct sm_buf url = SM_BUF_INIT;
	struct sm_err err;
	struct sm_auth *auth = sm_auth_new(conf, "bearer", "query key", &err);

	sm_buf_adds(&url, "https://api.example/x?a=1");
	auth_query(auth, &url);
	is_str(url.data, "https://api.example/x?a=1&key=t0ken%2F1",
	    "a token in the query is encoded");
	sm_auth_hide(auth, &url);
	is_str(url.data, "https://api.example/x?a=1&key=***",
	    "and hidden like that");
	sm_buf_clear(&url);
	sm_buf_adds(&url, "t0ken/1 and t0ken/1.");
	sm_auth_hide(auth, &url);
	is_str(url.data, "*** and ***.", "wherever it stands");
	ok(!sm_auth_token(auth), "a connector does not get it");
	sm_auth_free(auth);
	auth = sm_auth_new(conf, "basic", NULL, &err);
	sm_buf_clear(&url);
	sm_buf_adds(&url, "nope: Basic bWU6cGFzczp3, pass:w");
	sm_auth_hide(auth, &url);
	is_str(url.data, "nope: Basic ***, ***",
	    "a password is hidden as it went out, too");
	sm_auth_free(auth);
	auth = sm_auth_new(conf, "bearer", "url", &err);
	is_str(sm_auth_token(auth), "t0ken/1",
	    "but where it has to write it into the URL");
	sm_auth_free(auth);
	sm_buf_release(&url);
}

static void
test_origin(void)
{
	static const struct {
		const char *url;
		int own;
	} cases[] = {
		{ "https://api.example/x", 1 },
		{ "https://API.example:443/x?y", 1 },
		{ "http://api.example/x", 0 },
		{ "https://api.example:8443/x", 0 },
		{ "https://api.example.evil.example/", 0 },
		{ "https://evil.example/https://api.example/", 0 },
		{ "https://api.example@evil.example/", 0 },
		{ "https://xapi.example/", 0 },
		{ "https://home.example/", 0 }
	};
	struct sm_err err;
	struct sm_auth *auth = sm_auth_new(conf, "bearer", NULL, &err);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_int(auth_is_for(auth, cases[i].url, "https://home.example/"),
		    cases[i].own, cases[i].url);
	sm_auth_free(auth);
	auth = sm_auth_new(conf, "basic", NULL, &err);
	ok(auth_is_for(auth, "https://home.example/y", "https://home.example"),
	    "without a url of the account the source's counts");
	ok(!auth_is_for(auth, "https://x.example/y", NULL),
	    "without either nothing goes anywhere");
	sm_auth_free(auth);
	ok(!auth_is_for(NULL, "https://x.example/", "https://x.example/"),
	    "nor without credentials");
}

static void
test_shared(void)
{
	struct sm_err err;
	struct sm_auth *one = sm_auth_new(conf, "bearer", NULL, &err);
	struct sm_auth *two = sm_auth_new(conf, "bearer", NULL, &err);

	ok(one == two, "sources of an account share it");
	sm_auth_free(one);
	is_str(sm_auth_user(two), NULL, "until the last has done");
	sm_auth_free(two);
}

static void
test_token_file(void)
{
	struct sm_auth_token token = { .access = NULL }, again = token;
	const char *path = in_folder("t.json");
	struct sm_err err;
	struct stat st;
	int fd;

	sm_auth_token_release(&token);
	sm_auth_token_release(&again);
	is_int(sm_auth_token_read(path, &token, &err), 0,
	    "a file that is not there is none");
	auth_set(&token.access, "a \"quoted\" \\ token");
	auth_set(&token.refresh, "r");
	token.expires = 1787659200;
	is_int(sm_auth_token_write(path, &token, &err), 0, "it is written");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600,
	    "for its owner only");
	is_int(sm_auth_token_read(path, &again, &err), 1, "and read");
	is_str(again.access, token.access, "as it was");
	ok(sm_auth_token_is_kept(path), "and known as such");
	is_int(again.expires, token.expires, "with its end");
	ok(!again.id && again.saved == SM_TIME_NONE,
	    "and nothing that was not there");
	(void)chmod(path, 0640);
	is_int(sm_auth_token_read(path, &again, &err), -1,
	    "one that others can read is refused");
	is_int(err.code, SM_EXIT_NOPERM, "as a matter of rights");
	write_file("t.json", "{\"access_token\":", 0600);
	is_int(sm_auth_token_read(path, &again, &err), -1,
	    "half a file is refused");
	write_file("t.json", "t0ken\n", 0600);
	ok(!sm_auth_token_is_kept(path), "a token alone is none of these");
	write_file("t.json", "{\"access_token\":7,\"x\":[]}", 0600);
	is_int(sm_auth_token_read(path, &again, &err), 1,
	    "what is of another type is passed over");
	ok(!again.access, "all of it");
	fd = sm_auth_token_lock(path, &err);
	ok(fd >= 0, "one takes the lock");
	is_int(sm_auth_token_lock(path, &err), -2, "the other does not");
	(void)close(fd);
	(void)unlink(path);
	(void)unlink(in_folder("t.json.lock"));
	sm_auth_token_release(&token);
	sm_auth_token_release(&again);
}

static void
test_take(void)
{
	static const struct {
		const char *body;
		int ret;
		const char *access, *refresh;
		int life;
	} cases[] = {
		{ "{\"access_token\":\"a\",\"expires_in\":60}", 0, "a", "old",
		    60 },
		{ "{\"access_token\":\"a\",\"refresh_token\":\"new\"}", 0, "a",
		    "new", 0 },
		{ "{\"access_token\":\"a\",\"expires_in\":\"3600\"}", 0, "a",
		    "old", 3600 },
		{ "{\"access_token\":\"a\",\"expires_in\":-5}", 0, "a", "old",
		    0 },
		{ "{\"access_token\":\"a\",\"expires_in\":1e300}", 0, "a",
		    "old", 0 },
		{ "{\"error\":\"invalid_grant\"}", -1, NULL, "old", 0 },
		{ "{\"access_token\":\"a\\r\\nX: y\"}", -1, NULL, "old", 0 },
		{ "{\"access_token\":\"\"}", -1, NULL, "old", 0 },
		{ "access_token=a", -1, NULL, "old", 0 },
		{ "", -1, NULL, "old", 0 }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sm_auth_token token = { .access = NULL };
		int64_t life;

		sm_auth_token_release(&token);
		auth_set(&token.refresh, "old");
		is_int(auth_oauth_take(&token, cases[i].body,
		    strlen(cases[i].body)), cases[i].ret, cases[i].body);
		is_str(token.access, cases[i].access, "the access token");
		is_str(token.refresh, cases[i].refresh, "the refresh token");
		life = token.expires == SM_TIME_NONE ? 0 :
		    token.expires - time(NULL);
		ok(life >= cases[i].life - 1 && life <= cases[i].life,
		    "how long it lasts");
		sm_auth_token_release(&token);
	}
}

static void
test_fresh(void)
{
	struct sm_auth auth = { .kind = AUTH_OAUTH2 };

	ok(!auth_is_fresh(&auth, 1000), "no token is not fresh");
	auth_set(&auth.token.access, "a");
	auth.token.expires = SM_TIME_NONE;
	auth.token.saved = SM_TIME_NONE;
	ok(auth_is_fresh(&auth, 1000), "one without an end is");
	auth.token.expires = 2000;
	ok(auth_is_fresh(&auth, 1900), "one that lasts is");
	ok(!auth_is_fresh(&auth, 1950), "one that ends soon is not");
	auth.token.saved = 1999;
	ok(auth_is_fresh(&auth, 1999), "but for one that is short anyway");
	ok(!auth_is_fresh(&auth, 2000), "until it ends");
	auth_refused(&auth, "a");
	auth.token.expires = SM_TIME_NONE;
	ok(!auth_is_fresh(&auth, 1000), "nor is one that was refused");
	auth_refused(&auth, "b");
	ok(auth_is_fresh(&auth, 1000), "another that was is no matter");
	auth_set(&auth.token.trouble, "x");
	ok(!auth_is_fresh(&auth, 1000), "with trouble none is");
	sm_auth_token_release(&auth.token);
	auth_set(&auth.refused, NULL);
}

static int
refuses(struct sm_auth *auth, int status, const char *body)
{
	struct sm_response res = {
		.status = status,
		.body = body,
		.body_len = body ? strlen(body) : 0,
	};

	return auth_is_refusal(auth, &res);
}

static void
test_refusal(void)
{
	struct sm_auth auth = { .kind = AUTH_OAUTH2 };
	static const char expired[] = "{\"error\":\"ExpiredToken\"}";

	ok(refuses(&auth, 401, NULL), "401 is a refusal");
	ok(!refuses(&auth, 403, NULL), "403 is not");
	ok(!refuses(&auth, 400, expired), "nor is 400");
	auth.kind = AUTH_BLUESKY;
	ok(refuses(&auth, 400, expired), "but Bluesky's ExpiredToken");
	ok(!refuses(&auth, 400, "{\"error\":\"InvalidRequest\"}"),
	    "and no other");
}

/* One step of the Bluesky session, with this answer to it. */
static enum auth_step
step(struct sm_auth *auth, int status, const char *body, struct sm_err *err)
{
	struct sm_response res = {
		.status = status,
		.headers = "Content-Type: application/json",
		.headers_len = 31,
		.body = status / 100 == 2 ? NULL : body,
		.body_len = status / 100 == 2 ? 0 : strlen(body),
	};

	return auth_answer(auth, &res, body, strlen(body), err);
}

static const char *
asked(struct sm_auth *auth, struct sm_request *req, struct sm_err *err)
{
	sm_request_release(req);
	return auth_ask(auth, NULL, req, err) == -1 ? NULL :
	    sm_buf_str(&req->url);
}

/* exp 4102444800 in the payload */
#define JWT "e30.eyJleHAiOjQxMDI0NDQ4MDB9.x"

static void
test_bluesky(void)
{
	static const char session[] = "{\"accessJwt\":\"" JWT "\","
	    "\"refreshJwt\":\"r1\",\"did\":\"did:plc:a\",\"didDoc\":{"
	    "\"service\":[{\"id\":\"#other\",\"serviceEndpoint\":"
	    "\"https://x.example\"},{\"id\":\"#atproto_pds\","
	    "\"serviceEndpoint\":\"https://pds.example\"}]}}";
	struct sm_request req;
	struct sm_err err;
	struct sm_auth *auth = sm_auth_new(conf, "sky", "bluesky", &err);

	sm_request_init(&req);
	is_int(auth_begin(auth, &err), AUTH_ASK, "there is no session yet");
	is_str(asked(auth, &req, &err), "https://sky.example/xrpc/"
	    "com.atproto.server.createSession", "so one is made");
	is_str(sm_buf_str(&req.body), "{\"identifier\":\"a.example\","
	    "\"password\":\"apppw\"}", "by the password");
	is_int(step(auth, 200, session, &err), AUTH_FRESH, "and kept");
	auth_end(auth);
	is_str(sm_auth_id(auth), "did:plc:a", "it says who we are");
	is_str(sm_auth_base(auth), "https://pds.example", "and where");
	ok(auth_is_for(auth, "https://pds.example/xrpc/x", NULL),
	    "the token goes there too");
	is_int(auth->token.expires, 4102444800, "and when it ends");
	auth_refused(auth, JWT);
	is_int(auth_begin(auth, &err), AUTH_ASK, "when it is refused");
	is_str(asked(auth, &req, &err), "https://pds.example/xrpc/"
	    "com.atproto.server.refreshSession", "it is refreshed");
	is_str(sm_buf_str(&req.headers[0]), "Authorization: Bearer r1",
	    "by the other token");
	ok(req.body.len == 0, "without a body");
	is_int(step(auth, 400, "{\"error\":\"ExpiredToken\"}", &err),
	    AUTH_ASK, "a session that has ended");
	is_str(asked(auth, &req, &err), "https://sky.example/xrpc/"
	    "com.atproto.server.createSession", "is made anew");
	is_int(step(auth, 401, "{\"error\":\"AuthenticationRequired\","
	    "\"message\":\"Invalid identifier or password\"}", &err),
	    AUTH_FAILED, "a wrong password is an error");
	is_int(err.code, SM_EXIT_NOPERM, "for a person");
	auth_end(auth);
	sm_auth_free(auth);
	auth = sm_auth_new(conf, "sky", "bluesky", &err);
	ok(auth && auth_begin(auth, &err) == AUTH_ASK, "the next process");
	ok(!asked(auth, &req, &err), "does not try it again");
	auth_end(auth);
	sm_auth_free(auth);
	sm_request_release(&req);
}

int
main(void)
{
	struct sm_err err;

	if (!mkdtemp(folder))
		return 1;
	(void)setenv("XDG_STATE_HOME", folder, 1);
	(void)unsetenv("CREDENTIALS_DIRECTORY");
	write_file("conf", text, 0600);
	conf = sm_conf_load(sm_keys_usual, in_folder("conf"), &err);
	if (!conf) {
		printf("Bail out! %s\n", err.text);
		return 1;
	}
	test_kinds();
	test_query();
	test_origin();
	test_shared();
	test_token_file();
	test_take();
	test_fresh();
	test_refusal();
	test_bluesky();
	sm_conf_free(conf);
	(void)unlink(in_folder("conf"));
	(void)unlink(in_folder("sm/auth/sky.json"));
	(void)unlink(in_folder("sm/auth/sky.json.lock"));
	(void)rmdir(in_folder("sm/auth"));
	(void)rmdir(in_folder("sm"));
	(void)rmdir(folder);
	return plan_done();
}
