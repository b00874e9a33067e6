/*
 * Connectors: the places to listen to.  One file (lib/source/NAME.c, ending in
 * a const struct sm_source_NAME) and one line in list.h each; no other file
 * names them.
 *
 * A connector does no input and output of its own: .request says what to ask
 * for next, .begin, .body and .response take the answer, and what it finds
 * goes to the struct sm_emit.  Whoever runs it (fetch.c) asks the network, a
 * file or a tape, many connectors in one thread.  Only those that read local
 * files in their own way (mbox, ndjson) have .next instead.
 */
#ifndef SM_SOURCE_SOURCE_H
#define SM_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "record/post.h"

struct sm_auth;
struct sm_conf;
struct sm_conf_key;
struct sm_emit;
struct sm_err;

#define SM_CURSOR_MAX 262144	/* bytes of a cursor's JSON text */
#define SM_REQUEST_HEADERS 16
#define SM_ERROR_BODY 65536	/* of an answer that is not 2xx */

/* What to listen to and how; lent to the connector until .close. */
struct sm_source_args {
	const char *name;	/* of the listening post */
	const char *type;	/* as typed: "feed", "discourse" */
	const char *where;	/* http(s) URL, "file:PATH", a path, "-"; or
				   NULL, see .anywhere */
	const char *base;	/* what "-" and files stand for, or NULL */
	const char *brand;
	const char *account;	/* or NULL */
	const char *language;	/* where a post names none, or NULL */
	const char *const *own;	/* our accounts, NULL-ended; or NULL */
	enum sm_direction direction;	/* SM_DIRECTION_ASK: as it comes */
	int64_t since;		/* drop what is older; SM_TIME_NONE */
	int64_t window;		/* where the sweep begins, see sm-record(5) */
	int64_t limit;		/* posts of this run, 0: any number */
	const char *cursor;	/* JSON text of the last run's, or NULL */
	const char *user;	/* with password: for the network, or NULL */
	const char *password;
	struct sm_auth *auth;	/* the account's, used by whoever asks the
				   network (auth.h); or NULL */
	bool follow;		/* stay: streams rather than pages */
	const char *cafile;	/* or NULL */
	bool allow_private;	/* may be at a private address */
	const char *mapping;	/* name or file of one (mapping.h), as given
				   by hand; or NULL */
	const struct sm_conf *conf;	/* for own keys of [source NAME]; or
					   NULL for a source named by hand */
};

/* What a connector asks for: a GET, where nothing else is said. */
struct sm_request {
	struct sm_buf url;
	struct sm_buf headers[SM_REQUEST_HEADERS];	/* "Name: value" */
	size_t nheaders;
	const char *method;	/* constant; NULL: GET, or POST with a body */
	struct sm_buf body;	/* to send */
	const char *content_type;	/* of it; constant */
	bool anonymous;		/* without the account's credentials, which
				   otherwise go to the account's own origin
				   and to no other */
	bool repeatable;	/* a POST that may be tried again */
	bool stream;		/* it lasts: no limit on time, only on silence
				   (timeout_s); its body comes as it is sent */
	int timeout_s;		/* of the transfer, 0: as the options say */
	int pause_ms;		/* to wait before asking */
	const char *limits;	/* the dialect of rate limits (limit.h), NULL:
				   Retry-After and the usual headers */
	size_t max_body;	/* decoded bytes, 0: SM_HTTP_BODY */
	const char *origin;	/* a URL of the network itself, not from its
				   answers: where the account's credentials
				   may go if it has no url; NULL: args->where;
				   lent */
};

void sm_request_init(struct sm_request *req);
void sm_request_release(struct sm_request *req);
void sm_request_header(struct sm_request *req, const char *name,
    const char *value);

/* An answer; all lent for the call. */
struct sm_response {
	int status;		/* as HTTP has it; 200 for files */
	const char *url;	/* where the answer came from in the end */
	const char *moved;	/* the same, where only permanent redirects
				   led there; else NULL */
	const char *headers;	/* "name: value" lines, a NUL behind each */
	size_t headers_len;
	const char *raw;	/* "sha256:..." of the body, or NULL */
	const char *body;	/* of an answer that is not 2xx: its first */
	size_t body_len;	/* SM_ERROR_BODY bytes; else NULL, 0 */
	const char *account;	/* whose credentials went with it, or NULL */
	int64_t until;		/* the server forbids to ask before; or 0 */
	bool cut;		/* it ended too early: err says why */
	const struct sm_err *err;
};

/* The value of a header, or NULL; lent. */
const char *sm_response_header(const struct sm_response *res,
    const char *name);

/*
 * 0 for 2xx and 304.  Else -1 and err by what the status means: NOPERM for
 * 401 and 403, TEMP for what may pass, else REFUSED.  The text has what the
 * network itself says in a JSON body, made safe and short, until when it is
 * to be left alone, and what to do about a login.
 */
int sm_response_check(const struct sm_response *res, struct sm_err *err);

/*
 * The same for who expects JSON: a page of HTML in its place, whatever its
 * status, is TEMP, "blocked by a gateway" (a captive portal, a proxy, a
 * firewall of the network's).  To be called in .begin as well, so that no
 * page is parsed.
 */
int sm_response_check_json(const struct sm_response *res,
    struct sm_err *err);

/* What asking costs, in millionths of a US dollar. */
struct sm_price {
	int64_t call, post;
	int page;		/* posts of one call at most */
};

struct sm_source {
	const char *name;	/* as typed: sm-fetch NAME WHERE */
	const char *summary;	/* for sm-fetch -l, no full stop */
	const struct sm_conf_key *keys;	/* own keys of [source]; or NULL */
	const char *auth;	/* how its accounts log in (auth.h); NULL:
				   password as Basic, token as Bearer */
	bool anywhere;		/* needs neither url nor path: it knows where
				   its network is */

	/* Begin behind args->cursor.  The state, or NULL and err. */
	void *(*open)(const struct sm_source_args *args, struct sm_err *err);

	/* What to ask next: 1 and req filled in, 0: all is asked, -1. */
	int (*request)(void *state, struct sm_request *req,
	    struct sm_err *err);
	/* The head of a 2xx answer (may be NULL), and its body as it comes. */
	int (*begin)(void *state, const struct sm_response *res,
	    struct sm_err *err);
	int (*body)(void *state, const char *data, size_t len,
	    struct sm_emit *emit, struct sm_err *err);
	/* The end of an answer of any status. */
	int (*response)(void *state, const struct sm_response *res,
	    struct sm_emit *emit, struct sm_err *err);

	/*
	 * Instead of .begin, .body, .response: a dialogue over a connection
	 * (IMAP).  .request gives its URL once; .talk gets what came (first:
	 * nothing) and adds what is to be sent to out.  1: go on, 0: the
	 * end, -1: err.  A connection that was lost is .response with .cut.
	 * Where the request is a .stream, nothing comes again after each
	 * timeout_s of silence.
	 */
	int (*talk)(void *state, const char *data, size_t len,
	    struct sm_buf *out, struct sm_emit *emit, struct sm_err *err);

	/* Instead: read on, emit something.  1 more, 0 the end, -1. */
	int (*next)(void *state, struct sm_emit *emit, struct sm_err *err);
	/*
	 * With .next, where others may go on while this one waits (a pipe):
	 * the descriptor that is readable when .next has something to do, and
	 * in *ms (-1 before) how long to wait for it at most; .next is called
	 * then, and must not wait itself.  NULL: .next is called to its end.
	 */
	int (*wait)(const void *state, int *ms);

	/*
	 * Adds the JSON text of what to hand to .open next time, so that what
	 * was emitted so far does not come again; called from within an emit
	 * too, when it covers that post.  Adds nothing where there is nothing
	 * to keep, or where it cannot be told now.  May be NULL: what is read
	 * is read again, and the key makes that harmless.
	 */
	void (*cursor)(const void *state, struct sm_buf *out);
	/* What the network takes for what .request asked; NULL: nothing. */
	void (*price)(const void *state, struct sm_price *price);
	/*
	 * For sm-fetch --explain, may be NULL: adds lines for people, an LF
	 * behind each, on how answers become records.
	 */
	void (*explain)(const void *state, struct sm_buf *out);
	bool streams;		/* following it, it listens to one answer that
				   lasts; others are asked again and again */
	void (*close)(void *state);
};

/* The connector of that name, or NULL. */
const struct sm_source *sm_source_find(const char *name);
/* All of them in order; NULL past the last. */
const struct sm_source *sm_source_nth(size_t index);
/* Those that are C alone, so that no definition has to be read. */
const struct sm_source *sm_source_built_in(size_t index);

#endif
