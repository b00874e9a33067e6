#include "text/charset.h"

#include <string.h>

#include "base/buf.h"
#include "tap.h"

static const struct {
	const char *name, *charset, *bytes;
	size_t len;
	const char *text;
	bool repaired;
} cases[] = {
	{ "UTF-8 stays", "utf-8", "za\xC5\xBC\xC3\xB3", 6,
	    "za\xC5\xBC\xC3\xB3", false },
	{ "a mark of UTF-8 goes", "", "\xEF\xBB\xBF" "a", 4, "a", false },
	{ "UTF-16 is told by its mark", "", "\xFF\xFE\x41\x00\x42\x01", 6,
	    "A\xC5\x82", false },
	{ "UTF-16 is told by its zero bytes", "", "\0<\0a", 4, "<a", false },
	{ "Latin 2 is decoded", "ISO-8859-2", "\xB3\xF3" "d\xBC", 4,
	    "\xC5\x82\xC3\xB3" "d\xC5\xBA", false },
	{ "Latin 1 is windows-1252", "iso-8859-1", "\x80\x93" "a\x94", 4,
	    "\xE2\x82\xAC\xE2\x80\x9C" "a\xE2\x80\x9D", false },
	{ "UTF-8 that is called Latin 1 is UTF-8", "iso-8859-1",
	    "caf\xC3\xA9", 5, "caf\xC3\xA9", false },
	{ "GB18030 is decoded", "gb18030", "\xC4\xFA\xBA\xC3", 4,
	    "\xE6\x82\xA8\xE5\xA5\xBD", false },
	{ "Shift_JIS is decoded", "Shift_JIS", "\x93\xFA", 2, "\xE6\x97\xA5",
	    false },
	{ "bytes that are no UTF-8 become windows-1252", "utf-8",
	    "caf\xE9 \x96 x", 8, "caf\xC3\xA9 \xE2\x80\x93 x", true },
	{ "an unknown charset is taken as UTF-8", "x-no-such", "\xC5\x82", 2,
	    "\xC5\x82", false },
	{ "an overlong form is no UTF-8", "utf-8", "\xC0\xAF", 2,
	    "\xC3\x80\xC2\xAF", true },
	{ "what the charset does not have is replaced", "windows-1250",
	    "a\x81z", 3, "a\xEF\xBF\xBDz", true },
	{ "a name in quotes is a name", "\"utf-8\"", "\xC5\x82", 2,
	    "\xC5\x82", false },
};

/* Cut at each place, text comes out the same. */
static void
test_pieces(const char *name, const char *charset, const char *bytes,
    size_t len)
{
	struct sm_buf whole = SM_BUF_INIT, pieces = SM_BUF_INIT;
	bool same = true;

	for (size_t cut = 0; cut <= len; cut++) {
		struct sm_charset *c = sm_charset_new(charset,
		    strlen(charset));

		sm_buf_clear(&whole);
		sm_charset_add(c, &whole, bytes, len, true);
		sm_charset_free(c);
		c = sm_charset_new(charset, strlen(charset));
		sm_buf_clear(&pieces);
		sm_charset_add(c, &pieces, bytes, cut, false);
		sm_charset_add(c, &pieces, bytes + cut, len - cut, true);
		sm_charset_free(c);
		if (strcmp(sm_buf_str(&whole), sm_buf_str(&pieces)) != 0)
			same = false;
	}
	ok(same, name);
	sm_buf_release(&whole);
	sm_buf_release(&pieces);
}

int
main(void)
{
	struct sm_buf out = SM_BUF_INIT;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool repaired;

		sm_buf_clear(&out);
		repaired = sm_charset_text(&out, cases[i].bytes, cases[i].len,
		    cases[i].charset, strlen(cases[i].charset));
		is_str(sm_buf_str(&out), cases[i].text, cases[i].name);
		is_int(repaired, cases[i].repaired, "... and says whether it "
		    "had to repair");
	}
	test_pieces("UTF-8 may be cut anywhere", "utf-8",
	    "\xF0\x9F\x98\x80 \xE2\x82\xAC \xFF \xC5\x82 \xE2\x28\xA1", 16);
	test_pieces("UTF-8 that is called Latin 1 may be cut anywhere",
	    "iso-8859-1", "a\xC3\xB3\xE2\x82\xACz\xC5\xBC", 9);
	test_pieces("GB18030 may be cut anywhere", "gb18030",
	    "\xC4\xFA\x81\x30\x81\x30\xBA\xC3", 8);
	test_pieces("UTF-16 may be cut anywhere", "utf-16le",
	    "\x3D\xD8\x00\xDE\x41\x00", 6);
	ok(!sm_charset_new("no/such", 7), "a name with a slash is none");
	ok(!sm_charset_new("utf-8//TRANSLIT", 15), "options are not passed");
	sm_buf_release(&out);
	return plan_done();
}
