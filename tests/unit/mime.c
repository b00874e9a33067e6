#include "text/mime.h"

#include <string.h>

#include "tap.h"
#include "text/header.h"
#include "text/transfer.h"

static const struct { const char *name, *in, *out; } words[] = {
	{ "plain text stays", "Order 40-7120", "Order 40-7120" },
	{ "Q words are decoded", "=?ISO-8859-2?Q?Zam=F3wienie_61=2D3302?=",
	    "Zam\xC3\xB3wienie 61-3302" },
	{ "B words are decoded", "=?UTF-8?B?xbzDs8WCxIc=?=",
	    "\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87" },
	{ "blanks between words do not count", "=?utf-8?q?a?= =?utf-8?q?b?= c",
	    "ab c" },
	{ "a character cut between words is whole",
	    "=?utf-8?b?xb==?= =?utf-8?b?vA==?=", "\xC5\xBC" },
	{ "words in two charsets are two", "=?iso-8859-1?q?=E9?= =?utf-8?q?x?=",
	    "\xC3\xA9x" },
	{ "a language in a word is passed over", "=?utf-8*en?q?x?=", "x" },
	{ "a word that is none stays", "=?utf-8?x?a?= =?utf-8?q?a",
	    "=?utf-8?x?a?= =?utf-8?q?a" },
	{ "raw bytes are taken as they are meant", "caf\xE9", "caf\xC3\xA9" },
};

static const struct { const char *name, *value, *param, *out; } params[] = {
	{ "a parameter is found", "text/plain; charset=utf-8", "charset",
	    "utf-8" },
	{ "quotes are undone", "x; name=\"a\\\"b; c\"", "name", "a\"b; c" },
	{ "a name in several parts is one",
	    "x; filename*0=long; filename*1=name.pdf", "filename",
	    "longname.pdf" },
	{ "a name with a charset is decoded",
	    "x; filename*=iso-8859-2''za%BF%F3%B3%E6", "filename",
	    "za\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87" },
	{ "encoded words in a name are decoded", "x; name=\"=?utf-8?q?a_b?=\"",
	    "name", "a b" },
	{ "a longer name is another", "x; filename2=y", "filename", "" },
};

static void
test_headers(void)
{
	static const char head[] = "Subject: one\r\n two\r\nTo: a@x.example\n"
	    "TO : b@x.example\nX-Empty:\n";
	struct sm_buf out = SM_BUF_INIT, name = SM_BUF_INIT;
	const char *at;

	sm_header(head, strlen(head), "subject", &out);
	is_str(sm_buf_str(&out), "one two", "a folded field is one line");
	sm_header_nth(head, strlen(head), "To", 1, &out);
	is_str(sm_buf_str(&out), "b@x.example", "the second field is found");
	ok(!sm_header(head, strlen(head), "Sub", &out),
	    "the beginning of a name is no name");
	ok(sm_header(head, strlen(head), "X-Empty", &out) && out.len == 0,
	    "an empty field is there");
	at = "\"Kowalski, Jan\" <JAN@X.example>, ola@x.example (Ola), "
	    "Team: a@x.example;";
	sm_header_address(&at, at + strlen(at), &name, &out);
	is_str(sm_buf_str(&name), "Kowalski, Jan", "a quoted name is whole");
	is_str(sm_buf_str(&out), "jan@x.example",
	    "addresses are in lower case");
	sm_header_address(&at, at + strlen(at), &name, &out);
	is_str(sm_buf_str(&out), "ola@x.example", "comments are left out");
	sm_header_address(&at, at + strlen(at), &name, &out);
	is_str(sm_buf_str(&out), "a@x.example", "a group's name is left out");
	ok(!sm_header_address(&at, at + strlen(at), &name, &out),
	    "a list ends");
	sm_buf_release(&out);
	sm_buf_release(&name);
}

static const struct { const char *name, *message, *text; } mails[] = {
	{ "a plain mail", "Subject: x\n\nHello\n", "Hello\n" },
	{ "quoted-printable", "Content-Transfer-Encoding: quoted-printable\n"
	    "Content-Type: text/plain; charset=iso-8859-1\n\ncaf=E9 =\nau =X",
	    "caf\xC3\xA9 au =X" },
	{ "base64 with garbage in it", "Content-Transfer-Encoding: base64\n\n"
	    "SGV*sbG8h\n", "Hello!" },
	{ "of two forms the plain one", "Content-Type: multipart/alternative;"
	    " boundary=b\n\nx\n--b\nContent-Type: text/html\n\n<p>h</p>\n"
	    "--b\n\nplain\n--b--\n", "plain\n" },
	{ "HTML where there is nothing else", "Content-Type: text/html\n\n"
	    "<p>Hi</p><p>there</p>", "Hi\n\nthere" },
	{ "HTML where the plain part is empty", "Content-Type: multipart/"
	    "alternative; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n"
	    "\n \n--b\nContent-Type: text/html\n\n<b>h</b>\n--b--\n", "h" },
	{ "a boundary that never ends", "Content-Type: multipart/mixed; "
	    "boundary=b\n\n--b\n\nHello\n", "Hello\n" },
	{ "a boundary that never comes", "Content-Type: multipart/mixed; "
	    "boundary=b\n\nHello\n", "" },
	{ "flowed lines are joined", "Content-Type: text/plain; "
	    "format=flowed\n\na \nb\n c\n>q \n>r\n-- \nsig\n",
	    "a b\nc\n> q r\n-- \nsig\n" },
	{ "flowed lines of Chinese are joined without a blank",
	    "Content-Type: text/plain; format=flowed; delsp=yes\n\na \nb\n",
	    "ab\n" },
	{ "text behind a picture is read too", "Content-Type: multipart/mixed;"
	    " boundary=b\n\n--b\n\none\n--b\nContent-Type: image/png\n\n"
	    "x\n--b\n\ntwo\n--b--\n", "one\n\ntwo\n" },
	{ "HTML with a list's footer is read whole", "Content-Type: multipart/"
	    "mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>h</p>\n"
	    "--b\n\nfooter\n--b--\n", "h\nfooter\n" },
	{ "an attached text is not read", "Content-Type: multipart/mixed; "
	    "boundary=b\n\n--b\n\none\n--b\nContent-Disposition: inline; "
	    "filename=log.txt\n\ntwo\n--b--\n", "one\n" },
	{ "what is encrypted says so", "Content-Type: multipart/encrypted; "
	    "boundary=b\n\n--b\n\none\n--b--\n", SM_MIME_OPENPGP },
	{ "S/MIME says so", "Content-Type: application/pkcs7-mime; "
	    "smime-type=enveloped-data\n\nxx\n", SM_MIME_SMIME },
	{ "armour is taken off", "Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE"
	    "-----\nHash: SHA256\n\nHi\n- -- \nJan\n-----BEGIN PGP SIGNATURE"
	    "-----\n\nxx\n-----END PGP SIGNATURE-----\n", "Hi\n-- \nJan\n" },
	{ "armour that is closed says so", "Subject: x\n\nHi\n-----BEGIN PGP "
	    "MESSAGE-----\nxx\n-----END PGP MESSAGE-----\n",
	    "Hi\n" SM_MIME_OPENPGP "\n" },
	{ "CRLF is a newline", "Subject: x\r\n\r\na\r\nb\r\n", "a\nb\n" },
};

static const struct { const char *name, *text, *kept; } quotes[] = {
	{ "a mail without quotes stays", "Hello\n\nBye\n", "Hello\n\nBye" },
	{ "a quote with its introduction goes",
	    "New.\n\nOn 1 Oct, A wrote:\n> old\n> older\n", "New." },
	{ "an introduction of two lines goes",
	    "New.\n\nOn 1 Oct 2026 at 10:00\nA <a@x.example> wrote:\n> old\n",
	    "New." },
	{ "Polish quotes go", "Nowe.\n\nW dniu 1.10 A pisze:\n> stare\n",
	    "Nowe." },
	{ "Spanish quotes go", "Nuevo.\n\nEl 1 oct, A escribi\xC3\xB3:\n> x\n",
	    "Nuevo." },
	{ "German quotes go", "Neu.\n\nAm 1.10. schrieb A:\n> alt\n", "Neu." },
	{ "a quote above the answer goes",
	    "> question\nAnswer\n", "Answer" },
	{ "a quote above the answer goes with its introduction",
	    "On 1 Oct, A wrote:\n\n> question\n> more\n\nAnswer\n-- \nJan\n",
	    "Answer" },
	{ "what is quoted between the lines of an answer stays",
	    "Hi,\n> one?\nYes.\n> two?\nNo.\n", "Hi,\n> one?\nYes.\n"
	    "> two?\nNo." },
	{ "what a telephone adds goes",
	    "Late again.\n\nSent from my iPhone\n", "Late again." },
	{ "what a telephone adds above a quote goes",
	    "Znowu.\n\nWys\xC5\x82" "ane z iPhone'a\n\nW dniu 1.10 A pisze:\n"
	    "> x\n", "Znowu." },
	{ "Gmail's Polish introduction is known", "Nowe.\n\npt., 20 lis 2026 o "
	    "10:00 A <a@x.example> napisa\xC5\x82(a):\n\n> stare\n", "Nowe." },
	{ "Gmail's Chinese introduction is known", "\xE6\x96\xB0\n\nA "
	    "<a@x.example> 10:00\xE5\x86\x99\xE9\x81\x93\xEF\xBC\x9A\n\n"
	    "> x\n", "\xE6\x96\xB0" },
	{ "a route that a person wrote down is no header", "Lost:\n"
	    "From: Leeds\nDate: 5 May\nIt was late.\n", "Lost:\n"
	    "From: Leeds\nDate: 5 May\nIt was late." },
	{ "what is passed on stays", "FYI\n\n---------- Forwarded message "
	    "---------\nFrom: A <a@x.example>\nDate: Fri\nSubject: late\n\n"
	    "Where is it?\n", "FYI\n\n---------- Forwarded message "
	    "---------\nFrom: A <a@x.example>\nDate: Fri\nSubject: late\n\n"
	    "Where is it?" },
	{ "an original message goes",
	    "New.\n\n-----Original Message-----\nFrom: x\nold\n", "New." },
	{ "a quoted header goes",
	    "Nowe.\n\nOd: A\nWys\xC5\x82" "ano: wt\nDo: B\n\nstare\n",
	    "Nowe." },
	{ "a signature goes", "Text.\n-- \nJan Kowalski\ntel 1\n", "Text." },
	{ "what is nothing but a quote stays", "> only\n> this\n",
	    "> only\n> this\n" },
	{ "'From:' alone is text", "From: Leeds\nTo: York\nLate again.\n",
	    "From: Leeds\nTo: York\nLate again." },
};

int
main(void)
{
	struct sm_mime mime = SM_MIME_INIT;
	struct sm_buf out = SM_BUF_INIT;
	char deep[8192] = "";

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		sm_buf_clear(&out);
		sm_header_decode(&out, words[i].in, strlen(words[i].in));
		is_str(sm_buf_str(&out), words[i].out, words[i].name);
	}
	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
		sm_header_param(params[i].value, strlen(params[i].value),
		    params[i].param, &out);
		is_str(sm_buf_str(&out), params[i].out, params[i].name);
	}
	test_headers();
	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		sm_mime_read(&mime, mails[i].message,
		    strlen(mails[i].message));
		is_str(sm_buf_str(&mime.text), mails[i].text, mails[i].name);
	}
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		bool quoted;
		size_t from, kept = sm_mime_unquoted(quotes[i].text,
		    strlen(quotes[i].text), false, &from, &quoted);

		sm_buf_clear(&out);
		sm_buf_add(&out, quotes[i].text + from, kept);
		is_str(sm_buf_str(&out), quotes[i].kept, quotes[i].name);
	}
	for (int i = 0; i < 60; i++)
		snprintf(deep + strlen(deep), sizeof(deep) - strlen(deep),
		    "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n",
		    i, i);
	sm_mime_read(&mime, deep, strlen(deep));
	ok(mime.cut, "a mail nested too deeply is cut");
	sm_mime_read(&mime, "Content-Type: application/pdf; name=\"a.pdf\"\n"
	    "Content-Disposition: attachment\n\nx", 78);
	is_int((int)mime.nfiles, 1, "an attachment is named");
	is_str(sm_buf_str(&mime.files), "application/pdf",
	    "... with its media type");
	sm_mime_release(&mime);
	sm_buf_release(&out);
	return plan_done();
}
