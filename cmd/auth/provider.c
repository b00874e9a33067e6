/*
 * How one logs in to the networks that many use.  Everything here can be said
 * in [account] as well, and is overruled by it.
 */
#include "auth.h"

#include <string.h>

#define GRAPH "https://graph.facebook.com/v25.0"
#define GOOGLE_AUTH "https://accounts.google.com/o/oauth2/v2/auth"
#define GOOGLE_TOKEN "https://oauth2.googleapis.com/token"
#define GOOGLE_MORE "access_type=offline&prompt=consent"
#define GOOGLE_SCOPE "https://www.googleapis.com/auth/"

static const struct auth_provider providers[] = {
	{ .name = "", .flow = AUTH_FLOW_CODE },
	{ .name = "bluesky", .flow = AUTH_FLOW_PASSWORD },
	{ .name = "discord", .flow = AUTH_FLOW_TOKEN },
	{ .name = "discourse", .flow = AUTH_FLOW_TOKEN },
	{ .name = "email", .flow = AUTH_FLOW_PASSWORD },
	{ .name = "facebook", .flow = AUTH_FLOW_PASTE,
	    .auth_url = "https://www.facebook.com/v25.0/dialog/oauth",
	    .token_url = GRAPH "/oauth/access_token", .post = true,
	    .scope = "pages_show_list,pages_read_engagement,"
	    "pages_read_user_content,pages_manage_engagement,"
	    "pages_messaging" },
	{ .name = "github", .flow = AUTH_FLOW_DEVICE,
	    .auth_url = "https://github.com/login/oauth/authorize",
	    .token_url = "https://github.com/login/oauth/access_token",
	    .device_url = "https://github.com/login/device/code",
	    .scope = "notifications public_repo", .post = true },
	{ .name = "google", .flow = AUTH_FLOW_CODE,
	    .auth_url = GOOGLE_AUTH, .token_url = GOOGLE_TOKEN,
	    .device_url = "https://oauth2.googleapis.com/device/code",
	    .more = GOOGLE_MORE, .post = true },
	{ .name = "google-business", .flow = AUTH_FLOW_CODE,
	    .auth_url = GOOGLE_AUTH, .token_url = GOOGLE_TOKEN,
	    .scope = GOOGLE_SCOPE "business.manage",
	    .more = GOOGLE_MORE, .post = true },
	{ .name = "google-play", .flow = AUTH_FLOW_CODE,
	    .auth_url = GOOGLE_AUTH, .token_url = GOOGLE_TOKEN,
	    .scope = GOOGLE_SCOPE "androidpublisher",
	    .more = GOOGLE_MORE, .post = true },
	{ .name = "instagram", .flow = AUTH_FLOW_PASTE,
	    .auth_url = "https://www.facebook.com/v25.0/dialog/oauth",
	    .token_url = GRAPH "/oauth/access_token", .post = true,
	    .scope = "instagram_basic,instagram_manage_comments,"
	    "instagram_manage_messages,pages_show_list,"
	    "pages_read_engagement" },
	{ .name = "linkedin", .flow = AUTH_FLOW_CODE,
	    .auth_url = "https://www.linkedin.com/oauth/v2/authorization",
	    .token_url = "https://www.linkedin.com/oauth/v2/accessToken",
	    .scope = "r_organization_social w_organization_social",
	    .post = true },
	{ .name = "mastodon", .flow = AUTH_FLOW_PASTE,
	    .auth_url = "/oauth/authorize", .token_url = "/oauth/token",
	    .register_url = "/api/v1/apps", .post = true,
	    .scope = "read:accounts read:statuses read:notifications "
	    "read:search write:statuses write:favourites",
	    .check_url = "/api/v1/accounts/verify_credentials" },
	{ .name = "matrix", .flow = AUTH_FLOW_TOKEN },
	{ .name = "reddit", .flow = AUTH_FLOW_CODE,
	    .auth_url = "https://www.reddit.com/api/v1/authorize",
	    .token_url = "https://www.reddit.com/api/v1/access_token",
	    .scope = "identity read history privatemessages submit",
	    .more = "duration=permanent" },
	{ .name = "telegram", .flow = AUTH_FLOW_TOKEN },
	{ .name = "threads", .flow = AUTH_FLOW_PASTE,
	    .auth_url = "https://threads.net/oauth/authorize",
	    .token_url = "https://graph.threads.net/oauth/access_token",
	    .scope = "threads_basic,threads_read_replies,"
	    "threads_manage_replies,threads_manage_mentions",
	    .post = true },
	{ .name = "twilio", .flow = AUTH_FLOW_PASSWORD },
	{ .name = "wordpress", .flow = AUTH_FLOW_PASSWORD },
	{ .name = "x", .flow = AUTH_FLOW_CODE,
	    .auth_url = "https://x.com/i/oauth2/authorize",
	    .token_url = "https://api.x.com/2/oauth2/token",
	    .scope = "tweet.read users.read dm.read offline.access" },
	{ .name = "youtube", .flow = AUTH_FLOW_CODE,
	    .auth_url = GOOGLE_AUTH, .token_url = GOOGLE_TOKEN,
	    .scope = GOOGLE_SCOPE "youtube.force-ssl",
	    .more = GOOGLE_MORE, .post = true }
};

const struct auth_provider *
auth_provider_find(const char *type)
{
	size_t n = sizeof(providers) / sizeof(providers[0]);

	for (size_t i = 1; type && i < n; i++)
		if (strcmp(providers[i].name, type) == 0)
			return &providers[i];
	return &providers[0];
}

int
auth_flow_find(const char *name, enum auth_flow *flow)
{
	static const char *const names[] = { "code", "paste", "device",
	    "password", "token" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0) {
			*flow = (enum auth_flow)i;
			return 0;
		}
	}
	return -1;
}
