/* HTML to text: whatever comes, text comes out, bounded. */
#include <stdint.h>
#include <stdlib.h>

#include "text/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_html html = SM_HTML_INIT;

	sm_html_text(&html, (const char *)data, size,
	    "https://base.example/a/b");
	/* Addresses aside, which can be longer than what names them. */
	if (html.nlinks == 0 && html.text.len > 64 + size * 64)
		abort();
	sm_html_release(&html);
	return 0;
}
