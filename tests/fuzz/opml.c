/* Lists of feeds: any bytes; what comes out is http(s) and one line each. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "source/feed/opml.h"
#include "text/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
check(void *arg, const struct sm_opml_feed *feed, struct sm_err *err)
{
	(void)arg;
	(void)err;
	if (!sm_url_is_web(feed->url, strlen(feed->url)) ||
	    strpbrk(feed->text, "\r\n\x1b") ||
	    strpbrk(feed->folder, "\r\n\x1b"))
		abort();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_err err;
	size_t passed;

	sm_opml_read((const char *)data, size, check, NULL, &passed, &err);
	return 0;
}
