#include "score/script.h"

#include <string.h>

static const struct {
	enum sm_script script;
	const char *tag;
} by_script[] = {
	{ SM_SCRIPT_HANGUL, "ko" }, { SM_SCRIPT_ARABIC, "ar" },
	{ SM_SCRIPT_HEBREW, "he" }, { SM_SCRIPT_INDIC, "hi" },
	{ SM_SCRIPT_THAI, "th" }, { SM_SCRIPT_GREEK, "el" }
};

const char *
sm_script_lang(const struct sm_tokens *tokens, uint32_t *share)
{
	const uint32_t *letters = tokens->letters;
	/* A Han character says as much as some letters of a word. */
	uint32_t han = letters[SM_SCRIPT_HAN] * 3, all = han;

	for (int i = 0; i < SM_SCRIPTS; i++)
		if (i != SM_SCRIPT_HAN)
			all += letters[i];
	*share = 100;
	if (letters[SM_SCRIPT_KANA] * 8 > letters[SM_SCRIPT_HAN] &&
	    letters[SM_SCRIPT_KANA] * 4 > all)
		return "ja";
	if (han * 2 > all) {
		*share = han * 100 / all;
		return letters[SM_SCRIPT_KANA] * 4 > letters[SM_SCRIPT_HAN] ?
		    "ja" : "zh";
	}
	for (size_t i = 0; i < sizeof(by_script) / sizeof(*by_script); i++)
		if (letters[by_script[i].script] * 2 > all) {
			*share = letters[by_script[i].script] * 100 / all;
			return by_script[i].tag;
		}
	return NULL;
}

const char *
sm_script_cyrillic(const struct sm_tokens *tokens)
{
	static const char ukrainian[][3] = { "і", "ї", "є", "ґ" };

	for (size_t i = 0; i < 4; i++)
		if (memmem(tokens->fold, tokens->fold_len, ukrainian[i], 2))
			return "uk";
	return "ru";
}
