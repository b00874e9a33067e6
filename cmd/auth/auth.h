/* The parts of sm-auth. */
#ifndef SM_AUTH_AUTH_H
#define SM_AUTH_AUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "source/auth/auth_token.h"
#include "source/source.h"

struct sm_conf;
struct sm_err;

enum auth_flow {
	AUTH_FLOW_CODE,		/* a browser comes back to us on loopback */
	AUTH_FLOW_PASTE,	/* a person pastes the code or the address */
	AUTH_FLOW_DEVICE,	/* RFC 8628 */
	AUTH_FLOW_PASSWORD,	/* an app password */
	AUTH_FLOW_TOKEN		/* a token that was made by hand */
};

/* A network, as far as logging in goes; what is NULL is configured. */
struct auth_provider {
	const char *name;
	enum auth_flow flow;
	const char *auth_url, *token_url, *device_url;	/* "/x": of url */
	const char *register_url;	/* applications register themselves */
	const char *scope;
	const char *more;	/* parameters of auth_url */
	bool post;		/* the client's secret goes into the form */
	const char *check_url;	/* gives "id", "username" for the token */
};

/* All that one login needs; lent but for the token. */
struct auth_login {
	const struct sm_conf *conf;
	const char *account;
	const struct auth_provider *provider;
	enum auth_flow flow;
	char *url;		/* of the account's server, or NULL */
	char *auth_url, *token_url, *device_url, *scope;
	const char *redirect;	/* as registered, or NULL */
	char *cafile;
	bool allow_private;
	char *client_id, *client_secret;
	struct sm_auth_token token;	/* what comes of it */
};

/* provider.c: for a kind of network, "" or NULL; never NULL. */
const struct auth_provider *auth_provider_find(const char *type);
/* The flow of that name: 0, or -1. */
int auth_flow_find(const char *name, enum auth_flow *flow);

/* login.c: what the configuration says.  0, or -1 and err. */
int auth_login_init(struct auth_login *login, const struct sm_conf *conf,
    const char *account, const char *flow, struct sm_err *err);
void auth_login_release(struct auth_login *login);
/* Walks through the flow; the token is in login->token. */
int auth_login_walk(struct auth_login *login, struct sm_err *err);
/* Puts it into its file. */
int auth_login_keep(const struct auth_login *login, struct sm_err *err);

/* code.c, device.c */
int auth_walk_code(struct auth_login *login, struct sm_err *err);
int auth_walk_device(struct auth_login *login, struct sm_err *err);

/* loopback.c: a socket on 127.0.0.1, *port or (0) any; -1 and errno. */
int auth_loopback_listen(int *port);
/*
 * One request of a browser: 1 and *code, which the caller frees; 0: this was
 * not it, by its state; -1: access was refused.
 */
int auth_loopback_visit(int listener, const char *state, char **code,
    struct sm_err *err);
/* The same for an address, or the first line of a request. */
int auth_loopback_take(const char *text, const char *state, char **code,
    struct sm_err *err);

/* ask.c: one request.  body (NUL behind it) is to be freed; -1 and err. */
int auth_ask_http(const struct auth_login *login, struct sm_request *req,
    int *status, char **body, size_t *len, struct sm_err *err);
/* A form to the token endpoint, with the client's id and secret. */
int auth_ask_token(const struct auth_login *login, struct sm_request *req,
    int *status, char **body, size_t *len, struct sm_err *err);
/* What an endpoint's JSON error says, else the status; for err. */
int auth_ask_failed(const char *what, int status, const char *body,
    size_t len, struct sm_err *err);
/* A string member of JSON text, copied, or NULL. */
char *auth_ask_text(const char *body, size_t len, const char *name);

/* prompt.c: a line typed by a person, without echo where it is hidden. */
char *auth_prompt(const char *question, bool hidden, struct sm_err *err);

/* list.c: the state of all accounts, on standard output. */
int auth_list(const struct sm_conf *conf);

#endif
