/* The tokeniser and folding. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "random.h"
#include "tap.h"
#include "text/token.h"

static struct sm_tokens *tokens;

/* The tokens as "kind:folded" words. */
static const char *
scan(const char *text)
{
	static struct sm_buf out;
	static const char kind[] = "wHn*.#@/m$";

	sm_buf_clear(&out);
	sm_tokens_clear(tokens);
	sm_tokens_add(tokens, text, strlen(text));
	for (uint32_t i = 0; i < tokens->count; i++) {
		const struct sm_token *token = &tokens->list[i];

		sm_buf_addf(&out, "%s%c:%.*s", i ? " " : "",
		    kind[token->kind], token->fold_len,
		    sm_token_fold(tokens, token));
	}
	return sm_buf_str(&out);
}

static unsigned
flags(const char *text, uint32_t index)
{
	scan(text);
	return index < tokens->count ? tokens->list[index].flags : 0;
}

static void
kinds(void)
{
	is_str(scan("Hello, World 42 3.5"), "w:hello .:, w:world n:42 n:3",
	    "words, punctuation and numbers");
	is_str(scan("don\xe2\x80\x99t l'eau 'so'"),
	    "w:don't w:l'eau .:' w:so .:'",
	    "an apostrophe inside a word belongs to it");
	is_str(scan("e-mail"), "w:e w:mail", "a hyphen joins two words");
	is_str(scan("@bob_1 a@b.example"), "@: w:a m:",
	    "names and addresses are not words");
	is_str(scan("see https://x.example/a?b. Or x.example/y."),
	    "w:see /: .:. w:or /: .:.", "links end before the full stop");
	is_str(scan("good.Bad"), "w:good .:. w:bad",
	    "a missing space makes no link");
	is_str(scan("#WorstAirline2024 #fail"),
	    "#:worstairline2024 w:worst w:airline n:2024 w:fail",
	    "a hashtag is read as a whole and in its parts");
	is_str(scan("\xe5\xa4\xaa\xe5\xb7\xae"),
	    "H:\xe5\xa4\xaa H:\xe5\xb7\xae",
	    "each Han character is a token");
	is_str(scan("&lt;3 &amp; <3"), ".:< n:3 .:& .:< n:3",
	    "character references are characters");
}

static void
folding(void)
{
	is_str(scan("\xc5\xbb\xc3\x93\xc5\x81\xc4\x86"),
	    "w:\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87", "Polish letters fold");
	is_str(scan("\xd0\x9f\xd0\xa0\xd0\x98"), "w:\xd0\xbf\xd1\x80\xd0\xb8",
	    "Cyrillic letters fold");
	is_str(scan("\xef\xbd\x88\xef\xbd\x89"), "w:hi",
	    "full-width letters are letters");
	is_str(scan("cafe\xcc\x81"), "w:caf\xc3\xa9",
	    "combining marks are composed");
	is_str(scan("soooo gooood"), "w:soo w:good",
	    "a letter three times or more is two");
	is_int(sm_fold_bare(0x142), 'l', "l with stroke has a base letter");
	is_int(sm_fold_bare(0x1eb7), 'a', "two marks are taken away");
	is_int(sm_fold_bare(0x431), 0x431, "Cyrillic has none to take away");
	is_int(sm_fold('Z'), 'z', "Z folds to z");
	is_int(sm_fold('['), '[', "what is behind Z does not");
	scan("za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87 zazolc");
	ok(tokens->list[0].bare == tokens->list[1].hash,
	    "without its marks a word has the hash of the bare one");
	ok(tokens->list[0].flags & SM_TOKEN_MARKS, "and says that it has some");
}

static void
marks(void)
{
	ok(flags("I am VERY sad", 2) & SM_TOKEN_UPPER, "capitals are seen");
	ok(!(flags("USA ok", 1) & SM_TOKEN_UPPER), "small letters are not");
	ok(tokens->mixed, "and there is lower case");
	ok(flags("waaait", 0) & SM_TOKEN_ELONG, "stretched words are marked");
	ok(flags("a \"great\" day", 1) & SM_TOKEN_QUOTED,
	    "what is quoted is marked");
	ok(!(flags("a \"great day", 1) & SM_TOKEN_QUOTED),
	    "an open quotation marks nothing");
	scan("one. two! three");
	is_int(tokens->sentences, 3, "sentences are counted");
	is_int(tokens->exclaims, 1, "and exclamation marks");
	scan("not good, bad");
	ok(tokens->list[1].clause != tokens->list[3].clause,
	    "a comma ends a clause");
	scan("!!!! \xf0\x9f\x98\xa1\xf0\x9f\x98\xa1");
	is_int(tokens->list[0].reps, 4, "the same mark again only counts");
	is_int(tokens->list[1].reps, 2, "and so does the same emoji");
	scan("\xe2\x9d\xa4\xef\xb8\x8f \xe2\x9d\xa4");
	ok(tokens->list[0].hash == tokens->list[1].hash,
	    "an emoji's selector does not matter");
	scan("RT @bob: hello");
	ok(tokens->retweet && tokens->list[1].flags & SM_TOKEN_FIRST,
	    "a repost's head is passed over");
}

/*
 * A word of less than 16 bytes is read in one step where 16 bytes are there,
 * else letter by letter: both give the same.
 */
static void
two_ways(void)
{
	static const char *const words[] = {
		"a", "The", "GREAT", "waaait", "b2b", "3g", "x1",
		"abcdefghijklmn", "Abcdefghijklmno", "don't", "o'", "end.",
		"no!", "na\xc3\xafve",
		"caf\xc3\xa9", "i\xc5\xbc", "tt", "ttt", "AAb", "zz9"
	};
	char padded[64];
	bool same = true;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct sm_token alone;

		scan(words[i]);
		alone = tokens->list[0];
		(void)snprintf(padded, sizeof(padded), "%s%32s", words[i], "");
		scan(padded);
		if (alone.hash == tokens->list[0].hash &&
		    alone.bare == tokens->list[0].bare &&
		    alone.len == tokens->list[0].len &&
		    alone.kind == tokens->list[0].kind &&
		    alone.flags == tokens->list[0].flags)
			continue;
		printf("# '%s' differs\n", words[i]);
		same = false;
	}
	ok(same, "words are the same at the end of a text and inside it");
}

/* All that the tokeniser said of a text, as one number. */
static uint64_t
digest(void)
{
	uint64_t sum = tokens->fold_len;

	for (uint32_t i = 0; i < tokens->count; i++) {
		const struct sm_token *t = &tokens->list[i];
		uint64_t fields[] = { (uintptr_t)t->at, t->len, t->fold,
		    t->hash, t->bare, t->c, t->clause, t->nth, t->reps,
		    t->flags, t->start, t->fold_len, t->kind };

		for (size_t k = 0; k < sizeof(fields) / sizeof(*fields); k++)
			sum = sum * 31 + fields[k];
	}
	sum = sum * 31 + sm_hash(tokens->fold, tokens->fold_len);
	for (int i = 0; i < SM_SCRIPTS; i++)
		sum = sum * 31 + tokens->letters[i];
	return sum * 31 + tokens->words + tokens->nth + tokens->uppers * 7 +
	    tokens->sentences * 11 + tokens->mixed * 13;
}

/* Words that are read in one step, and what is only like them. */
static const char *const pieces[] = {
	"a", "the", "Monday", "GREAT", "abcdefghijklmno", "b2b", "2nd",
	"12.5", "ttt", "AAa", "sooo", "don't", "dogs'", "http", "www.a.pl",
	"x.com", "e.g.", "h:", " ", " ", " ", "  ", "!", "...", ",", "-",
	"\"", "&amp;", "@bob", "#NotGood", "\n", "_",
	"\xc3\xa9", "\xc3\x89", "\xc3\xa9\xc3\xa9\xc3\x89", "\xc3\x97",
	"\xc5\xbb\xc3\x93\xc5\x81\xc4\x86", "stra\xc3\x9f" "e", "\xc4\xb0x",
	"\xc5\xbf", "\xc6\x81", "\xc8\xba", "\xc9\x90", "\xc2\xaa",
	"e\xcc\x81", "\xd0\x96", "\xce\xb1", "\xe4\xb8\x80", "\xe9\xbf\xbf",
	"\xe4\xb7\xbf", "\xe3\x80\x82", "\xe2\x80\x99s", "\xf0\x9f\x98\xa1",
	"\xc3", "\xe4\xb8", "\x80", "\xff"
};

/*
 * Many bytes at once or one after the other: all of it is the same, also at
 * the end of the text, which is at the end of its memory here.
 */
static void
wide_and_narrow(void)
{
	unsigned trials = random_trials(20000), wrong = 0;

	for (unsigned i = 0; i < trials; i++) {
		struct sm_buf text = SM_BUF_INIT;
		uint32_t count = random_below(20);
		uint64_t wide;
		char *alone;

		while (count--)
			sm_buf_adds(&text, pieces[random_below(
			    sizeof(pieces) / sizeof(*pieces))]);
		alone = malloc(text.len + !text.len);
		if (text.len)
			memcpy(alone, text.data, text.len);
		tokens->wide = true;
		sm_tokens_clear(tokens);
		sm_tokens_add(tokens, alone, text.len);
		wide = tokens->composed_count ? 0 : digest();
		tokens->wide = false;
		sm_tokens_clear(tokens);
		sm_tokens_add(tokens, alone, text.len);
		if (wide != (tokens->composed_count ? 0 : digest())) {
			wrong++;
			printf("# '%.*s' differs\n", (int)text.len,
			    sm_buf_str(&text));
		}
		free(alone);
		sm_buf_release(&text);
	}
	tokens->wide = true;
	is_int(wrong, 0, "words read at once are as if read by letters");
}

/* Whatever comes, tokens lie inside the text and in order. */
static void
bounds(void)
{
	static const char *const odd[] = {
		"", "\xff\xfe\xc3", "&", "&am", "@", "#", "$", "#_", "# #",
		"http://", "www.", "a.", "a..b", ".", "\xcc\x81", "RT @",
		"\"\"\"", "'", "-", "a-", "\xf0\x9f", "x.example"
	};
	size_t len = 400000;
	char *text = malloc(len);
	bool good = true;

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		const char *from = odd[i], *end = from + strlen(from);

		scan(odd[i]);
		for (uint32_t k = 0; k < tokens->count; k++) {
			const struct sm_token *token = &tokens->list[k];

			good = good && token->at >= from &&
			    token->at + token->len <= end;
			from = token->at;
		}
	}
	ok(good, "odd texts give tokens inside them");
	for (size_t i = 0; i < len; i++)
		text[i] = i % 3 ? 'x' : ' ';
	sm_tokens_clear(tokens);
	sm_tokens_add(tokens, text, len);
	is_int(tokens->count, SM_TOKENS_MAX, "a long text is cut");
	ok(tokens->full, "and that is said");
	memset(text, 'x', len);
	sm_tokens_clear(tokens);
	sm_tokens_add(tokens, text, len);
	is_int(tokens->list[0].fold_len, 2, "a long stretch is short");
	for (size_t i = 0; i < len; i++)
		text[i] = (char)('a' + i % 26);
	sm_tokens_clear(tokens);
	sm_tokens_add(tokens, text, len);
	ok(tokens->list[0].fold_len <= SM_TOKEN_FOLD_MAX,
	    "a long word is cut");
	free(text);
}

/* Every letter inside a word folds to valid text, as sm_fold has it. */
static void
every_letter(void)
{
	unsigned wrong = 0;

	for (uint32_t c = 0xc0; c < 0x2000; c++) {
		char text[8] = "a", want[16] = "a";
		size_t len = 1 + sm_utf8_put(text + 1, c), had = 1;

		if (sm_char_class(sm_fold(c)) != SM_CHAR_LETTER)
			continue;
		text[len] = 'b';
		had += sm_utf8_put(want + had, sm_fold(c));
		want[had++] = 'b';
		sm_tokens_clear(tokens);
		sm_tokens_add(tokens, text, len + 1);
		wrong += tokens->count != 1 ||
		    tokens->list[0].fold_len != had ||
		    memcmp(sm_token_fold(tokens, &tokens->list[0]), want,
		    had) != 0;
	}
	is_int(wrong, 0, "every letter is folded as it should");
}

/* A title and a text: no token of the one reaches into the other. */
static void
two_texts(void)
{
	static const char title[] = "bob @", text[] = "RT @@ RT @a.example";
	bool inside = true;

	sm_tokens_clear(tokens);
	sm_tokens_add(tokens, title, strlen(title));
	sm_tokens_add(tokens, text, strlen(text));
	for (uint32_t i = 0; i < tokens->count; i++) {
		const char *at = tokens->list[i].at;
		const char *end = at + tokens->list[i].len;

		inside = inside && ((at >= title && end <= title + 5) ||
		    (at >= text && end <= text + strlen(text)));
	}
	ok(inside, "a retweet behind a title does not reach back");
}

int
main(void)
{
	tokens = sm_tokens_new();
	two_texts();
	kinds();
	every_letter();
	folding();
	marks();
	two_ways();
	wide_and_narrow();
	bounds();
	sm_tokens_free(tokens);
	return plan_done();
}
