/* The device flow (RFC 8628): a person types a short code on another device. */
#include "auth.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "source/auth/auth_renew.h"

#define DEVICE "urn:ietf:params:oauth:grant-type:device_code"
#define LIFE_MAX 3600		/* seconds */

struct device {
	struct auth_login *login;
	char *code, *user_code, *url, *whole_url;
	int64_t interval_s, life_s;
};

static int64_t
number(const json_t *json, const char *name, int64_t usual, int64_t most)
{
	const json_t *value = json_object_get(json, name);
	json_int_t n = json_integer_value(value);

	return !json_is_integer(value) || n < 1 ? usual : n > most ? most : n;
}

static void
take_codes(struct device *device, const char *body, size_t len)
{
	json_error_t why;
	json_t *json = json_loadb(body, len, 0, &why);

	device->code = auth_text(json, "device_code");
	device->user_code = auth_text(json, "user_code");
	device->url = auth_text(json, "verification_uri");
	if (!device->url)
		device->url = auth_text(json, "verification_url");
	device->whole_url = auth_text(json, "verification_uri_complete");
	device->interval_s = number(json, "interval", 5, 300);
	device->life_s = number(json, "expires_in", 900, LIFE_MAX);
	json_decref(json);
}

static int
ask_codes(struct device *device, struct sm_err *err)
{
	struct auth_login *login = device->login;
	struct sm_request req;
	char *body = NULL;
	size_t len = 0;
	int status = 0, ret;

	sm_request_init(&req);
	sm_buf_adds(&req.url, login->device_url);
	req.content_type = "application/x-www-form-urlencoded";
	sm_request_header(&req, "Accept", "application/json");
	if (login->scope)
		auth_form_add(&req.body, "scope", login->scope);
	auth_client(&req, login->client_id, login->client_secret,
	    !login->provider->post);
	if (!login->provider->post && login->client_secret)
		auth_form_add(&req.body, "client_id", login->client_id);
	ret = auth_ask_http(login, &req, &status, &body, &len, err);
	if (ret == 0)
		take_codes(device, body, len);
	if (ret == 0 && (!device->code || !device->user_code || !device->url))
		ret = auth_ask_failed("the network gives no code for a device",
		    status, body, len, err);
	free(body);
	sm_request_release(&req);
	return ret;
}

/* 1: there is a token, 0: not yet, -1. */
static int
look(struct device *device, struct sm_err *err)
{
	struct auth_login *login = device->login;
	struct sm_request req;
	char *body = NULL, *error = NULL;
	int status = 0, ret = -1;
	size_t len = 0;

	sm_request_init(&req);
	auth_form_add(&req.body, "grant_type", DEVICE);
	auth_form_add(&req.body, "device_code", device->code);
	if (!login->provider->post && login->client_secret)
		auth_form_add(&req.body, "client_id", login->client_id);
	if (auth_ask_token(login, &req, &status, &body, &len, err) == 0) {
		error = auth_ask_text(body, len, "error");
		if (!error && status / 100 == 2 &&
		    auth_oauth_take(&login->token, body, len) == 0)
			ret = 1;
		else if (error && strcmp(error, "authorization_pending") == 0)
			ret = 0;
		else if (error && strcmp(error, "slow_down") == 0) {
			device->interval_s += 5;
			ret = 0;
		} else if (error && strcmp(error, "access_denied") == 0)
			sm_err_set(err, SM_EXIT_NOPERM, "access was not "
			    "allowed");
		else
			auth_ask_failed("the device gets no token", status,
			    body, len, err);
	}
	if (body)
		explicit_bzero(body, len);
	free(body);
	free(error);
	sm_request_release(&req);
	return ret;
}

static int
wait_for_token(struct device *device, struct sm_err *err)
{
	time_t until = time(NULL) + (time_t)device->life_s;
	int ret = 0;

	while (ret == 0 && time(NULL) < until) {
		struct timespec pause = {
			.tv_sec = (time_t)device->interval_s,
		};

		(void)nanosleep(&pause, NULL);
		ret = look(device, err);
	}
	return ret != 0 ? ret : sm_err_set(err, SM_EXIT_TEMP, "the code was "
	    "not typed in time");
}

int
auth_walk_device(struct auth_login *login, struct sm_err *err)
{
	struct device device = { .login = login };
	int ret;

	if (!login->device_url || !login->client_id)
		return sm_err_set(err, SM_EXIT_CONFIG, "[account \"%s\"] needs "
		    "client_id and device_url, or another way to log in",
		    login->account);
	ret = ask_codes(&device, err);
	if (ret == 0) {
		(void)printf("Open this address on any device and type the "
		    "code there:\n\n  %s\n\n  %s\n\n", device.url,
		    device.user_code);
		if (device.whole_url)
			(void)printf("Or, with the code in it:\n\n  %s\n\n",
			    device.whole_url);
		(void)fflush(stdout);
		ret = wait_for_token(&device, err) == 1 ? 0 : -1;
	}
	free(device.code);
	free(device.user_code);
	free(device.url);
	free(device.whole_url);
	return ret;
}
