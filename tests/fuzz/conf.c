/*
 * The reader of configuration on any bytes: no crash, no leak; what it accepts
 * has only values of their types.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "record/conf_impl.h"
#include "record/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int
check(const char *section, const char *name, const char *key,
    const char *value, const char *origin, void *arg)
{
	const struct sm_conf *conf = arg;
	const struct conf_value *last = conf_value_find(conf, section, name,
	    key);

	if (!last || strlen(value) > SM_CONF_VALUE_MAX || !*origin ||
	    conf_value_check(last->key->type, value))
		abort();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1);
	struct sm_conf *conf;
	struct sm_err err;
	int64_t seconds;

	if (!text)
		return 0;
	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\0';
	conf = conf_new(sm_keys_usual);
	/* At this depth nothing is included: no files are touched. */
	if (conf_read_text(conf, "fuzz", 0600, text, len, CONF_DEPTH,
	    &err) == 0)
		(void)sm_conf_each(conf, check, conf);
	sm_conf_free(conf);
	if (sm_duration_parse(text, len, &seconds) == 0 && seconds < 0)
		abort();
	free(conf_words(text));
	free(text);
	return 0;
}
