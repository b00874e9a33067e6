#include "text/html.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tap.h"

static const struct { const char *name, *html, *text; } cases[] = {
	{ "text stays", "Just text.", "Just text." },
	{ "white space collapses", "  a \n\t b  ", "a b" },
	{ "blocks are paragraphs", "<p>One.</p><p>Two.</p>", "One.\n\nTwo." },
	{ "a break is a newline", "a<br>b<BR/>c", "a\nb\nc" },
	{ "more than a blank line is one", "a<br><br><br><br>b", "a\n\nb" },
	{ "divs are lines", "<div>a</div><div>b</div>", "a\nb" },
	{ "inline markup leaves no trace", "<b>w</b><i>or</i><span>d</span>",
	    "word" },
	{ "references are decoded", "&lt;&amp;&gt;&quot;&eacute;&#322;&#x142;",
	    "<&>\"\xC3\xA9\xC5\x82\xC5\x82" },
	{ "numbers of windows-1252 mean what they meant", "&#128;&#150;",
	    "\xE2\x82\xAC\xE2\x80\x93" },
	{ "a reference that is none stays", "AT&T &nosuch; a&b",
	    "AT&T &nosuch; a&b" },
	{ "an old name needs no semicolon", "&copy 2026 &nbsp x",
	    "\xC2\xA9 2026 x" },
	{ "a parameter is no reference", "?a=1&copy=2", "?a=1&copy=2" },
	{ "NUL and surrogates are replaced", "&#0;&#xD800;",
	    "\xEF\xBF\xBD\xEF\xBF\xBD" },
	{ "a no-break space is a space", "a&nbsp;b\xC2\xA0" "c", "a b c" },
	{ "soft hyphens go", "hy&shy;phen\xC2\xAD" "ated", "hyphenated" },
	{ "a lone < is text", "1 < 2 and 3 <4 <", "1 < 2 and 3 <4 <" },
	{ "an unfinished tag is text", "a <b", "a <b" },
	{ "scripts go", "a<script>if (x<y) z()</script>b", "ab" },
	{ "a script that never ends hides the rest", "a<script>b", "a" },
	{ "a form that never ends hides nothing", "a<form>b", "ab" },
	{ "nested skipped elements end with the outer one",
	    "a<svg><svg>x</svg>y</svg>b", "ab" },
	{ "comments go", "a<!-- <p>x</p> -->b", "ab" },
	{ "a comment that never ends hides the rest", "a<!-- b", "a" },
	{ "lists have marks", "<ul><li>a<li>b</ul>c", "- a\n- b\n\nc" },
	{ "lists nest", "<ul><li>a<ul><li>b</ul><li>c</ul>",
	    "- a\n  - b\n- c" },
	{ "ordered lists count", "<ol start=3><li>a<li value=7>b<li>c</ol>",
	    "3. a\n7. b\n8. c" },
	{ "ordered lists can count down",
	    "<ol start=2 reversed><li>a<li>b</ol>",
	    "2. a\n1. b" },
	{ "a paragraph in an item stays on its line",
	    "<ul><li><p>a</p></li><li><p>b</p></ul>", "- a\n\n- b" },
	{ "quotes are marked", "<blockquote><p>a</p><p>b</p></blockquote>c",
	    "> a\n>\n> b\n\nc" },
	{ "pre keeps its lines", "<pre>\n a\n\n  b</pre>c",
	    " a\n\n  b\n\nc" },
	{ "cells are apart", "<table><tr><td>a<td>b</tr><tr><td>c</table>",
	    "a  b\nc" },
	{ "a rule is a rule", "a<hr>b", "a\n---\nb" },
	{ "a picture says what it shows", "<img src=x alt='a cat'>",
	    "[a cat]" },
	{ "an emoji picture is the emoji",
	    "<img class=\"emoji\" alt=\"\xF0\x9F\x98\x80\">",
	    "\xF0\x9F\x98\x80" },
	{ "links show where they lead", "<a href='https://x.example/p'>see</a>",
	    "see <https://x.example/p>" },
	{ "a link that shows its address does not repeat it",
	    "<a href='https://www.x.example/p/'>x.example/p</a>",
	    "x.example/p" },
	{ "a shortened address counts as shown",
	    "<a href='https://x.example/long/path'>"
	    "x.example/lo\xE2\x80\xA6</a>",
	    "x.example/lo\xE2\x80\xA6" },
	{ "an address in disguise is shown",
	    "<a href='https://evil.example/'>bank.example</a>",
	    "bank.example <https://evil.example/>" },
	{ "relative links are resolved", "<a href='../b?x=1&amp;y=2'>b</a>",
	    "b <https://base.example/b?x=1&y=2>" },
	{ "scripts in links are nothing", "<a href='javascript:x()'>a</a>",
	    "a" },
	{ "mentions stay short",
	    "<a class=\"u-url mention\" href=\"https://m.example/@u\">@u</a>",
	    "@u" },
	{ "hidden parts of an address are shown",
	    "<a href=\"https://m.example/abc\"><span class=\"invisible\">"
	    "https://</span><span class=\"ellipsis\">m.exa</span></a>.",
	    "https://m.example/abc." },
	{ "struck text is marked", "<s>old</s> new", "~old~ new" },
	{ "powers are marked", "m<sup>2</sup> 1<sup>st</sup>", "m^2 1st" },
	{ "quoted '>' does not end a tag", "<a title='a>b'>x</a>", "x" },
	{ "tag soup gives its text", "<b><i>a</b></i><p>b</div></ul></p>c",
	    "a\n\nb\n\nc" },
};

static void
repeat(char *to, size_t room, const char *unit)
{
	size_t n = strlen(unit);

	for (size_t at = 0; at + n < room; at += n)
		memcpy(to + at, unit, n + 1);
}

/* Time and memory are bounded whatever comes. */
static void
test_hostile(void)
{
	static const char *const units[] = { "<div>", "<a href=\"", "<!--",
	    "<blockquote>", "<ul><li>", "<svg>", "<form>", "<a href='x'>",
	    "&#x", "<![CDATA[", "<x y=\"", "</", "<pre>\n", "<table><td>",
	    "&", "<script", "<a href=y><span class=invisible>" };
	size_t room = 400000;
	char *text = malloc(room), name[100];
	struct sm_html html = SM_HTML_INIT;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		clock_t start = clock();

		repeat(text, room, units[i]);
		sm_html_text(&html, text, strlen(text), NULL);
		snprintf(name, sizeof(name), "400 kB of '%.*s' are quick",
		    (int)strcspn(units[i], "\n"), units[i]);
		ok((clock() - start) < 2 * CLOCKS_PER_SEC, name);
	}
	memset(text, 'a', room - 1);
	sm_html_text(&html, text, room - 1, NULL);
	ok(html.text.len == room - 1 && !html.cut, "long text stays whole");
	sm_html_release(&html);
	free(text);
}

int
main(void)
{
	struct sm_html html = SM_HTML_INIT;
	char *large;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sm_html_text(&html, cases[i].html, strlen(cases[i].html),
		    "https://base.example/a/b");
		is_str(sm_buf_str(&html.text), cases[i].text, cases[i].name);
	}
	sm_html_text(&html, "<a href='https://a.example/'>x</a>"
	    "<a href='mailto:x@y.example'>y</a><a href='https://b.example/'>",
	    97, NULL);
	is_int((int)html.nlinks, 2, "web links are collected, others not");
	is_str(sm_buf_str(&html.links), "https://a.example/",
	    "the first link is the first");
	large = malloc(SM_HTML_MAX + 10);
	memset(large, 'x', SM_HTML_MAX + 10);
	sm_html_text(&html, large, SM_HTML_MAX + 10, NULL);
	ok(html.cut, "what is too long is cut, and said to be");
	free(large);
	sm_html_release(&html);
	test_hostile();
	return plan_done();
}
