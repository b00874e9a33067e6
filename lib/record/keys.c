#include "record/keys.h"

#define BRAND(key, kind, many, text) { .section = "brand", .name = key, \
	.type = kind, .repeat = many, .named = true, .help = text }
#define ACCOUNT(key, kind, many, text) { .section = "account", .name = key, \
	.type = kind, .repeat = many, .named = true, .help = text }
#define SOURCE(key, kind, many, text) { .section = "source", .name = key, \
	.type = kind, .repeat = many, .named = true, .help = text }
#define ALONE(part, key, kind, many, text) { .section = part, .name = key, \
	.type = kind, .repeat = many, .named = false, .help = text }

const struct sm_conf_key sm_keys_base[] = {
	BRAND("name", SM_CONF_TEXT, true, "a name people use for it"),
	BRAND("own", SM_CONF_TEXT, true,
	    "an account of ours: its handle, id or URL"),
	BRAND("language", SM_CONF_TEXT, false,
	    "language of answers where the customer's is unknown"),

	ACCOUNT("type", SM_CONF_TEXT, false, "kind of network"),
	ACCOUNT("url", SM_CONF_URL, false, "the server"),
	ACCOUNT("user", SM_CONF_TEXT, false, "login or handle"),
	ACCOUNT("brand", SM_CONF_TEXT, false, "the brand it speaks for"),
	ACCOUNT("token", SM_CONF_TEXT, false,
	    "secret; rather token_cmd or token_file"),
	ACCOUNT("token_cmd", SM_CONF_CMD, false,
	    "command whose first line of output is the token"),
	ACCOUNT("token_file", SM_CONF_PATH, false,
	    "file of mode 0600 with the token"),
	ACCOUNT("password", SM_CONF_TEXT, false,
	    "secret; rather password_cmd or password_file"),
	ACCOUNT("password_cmd", SM_CONF_CMD, false,
	    "command whose first line of output is the password"),
	ACCOUNT("password_file", SM_CONF_PATH, false,
	    "file of mode 0600 with the password"),
	ACCOUNT("cafile", SM_CONF_PATH, false,
	    "certificates to trust instead of the system's"),
	ACCOUNT("allow_private", SM_CONF_BOOL, false,
	    "may be at a private or loopback address"),

	SOURCE("type", SM_CONF_TEXT, false, "kind of place, see sm-fetch -l"),
	SOURCE("url", SM_CONF_URL, false, "where to listen"),
	SOURCE("path", SM_CONF_PATH, false, "file or folder to listen to"),
	SOURCE("brand", SM_CONF_TEXT, false,
	    "the brand its posts are about (default)"),
	SOURCE("account", SM_CONF_TEXT, false,
	    "the [account] through which to listen"),
	SOURCE("every", SM_CONF_DURATION, false,
	    "how often a sweep asks it"),
	SOURCE("limit", SM_CONF_INT, false, "posts of one sweep at most"),
	SOURCE("since", SM_CONF_DURATION, false,
	    "how far the first sweep looks back"),
	SOURCE("language", SM_CONF_TEXT, false,
	    "language of its posts where it names none"),
	SOURCE("direction", SM_CONF_TEXT, false,
	    "in (to us) or about (about us)"),
	SOURCE("allow_private", SM_CONF_BOOL, false,
	    "may be at a private or loopback address"),
	SOURCE("enabled", SM_CONF_BOOL, false, "no: sweeps pass it over"),

	ALONE("rules", "path", SM_CONF_PATH, false,
	    "the file of rules that decides"),
	ALONE("store", "path", SM_CONF_PATH, false, "the store's file"),
	ALONE("store", "wait", SM_CONF_DURATION, false,
	    "how long to wait for other writers (10s)"),
	ALONE("score", "influence", SM_CONF_TEXT, false,
	    "public-default, registered or off"),
	ALONE("score", "languages", SM_CONF_TEXT, false,
	    "languages of the posts, most frequent first"),
	{ .section = NULL }
};

const struct sm_conf_key sm_keys_any[] = {
	SOURCE("*", SM_CONF_TEXT, true, "what its connector knows"),
	ACCOUNT("*", SM_CONF_TEXT, true, "what its connector knows"),
	{ .section = NULL }
};

const struct sm_conf_key *const sm_keys_usual[] = {
	sm_keys_base, sm_keys_any, NULL
};
