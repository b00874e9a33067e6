/* Telling languages apart with what share/lang teaches. */
#include "lab.h"
#include "tap.h"

static const char *
lang(struct lab *lab, const char *text, const char *hint)
{
	sm_tokens_clear(lab->tokens);
	sm_tokens_add(lab->tokens, text, strlen(text));
	return sm_detect(lab->lex, lab->tokens, hint, hint ? strlen(hint) : 0,
	    NULL, 0).tag;
}

static void
texts(struct lab *lab)
{
	static const struct {
		const char *tag, *text;
	} list[] = {
		{ "en", "Where is my parcel? It was due yesterday." },
		{ "pl", "Gdzie jest moja paczka? Miała być wczoraj." },
		{ "pl", "nie dziala mi internet od wczoraj, co z tym" },
		{ "es", "¿Dónde está mi paquete? Tenía que llegar ayer." },
		{ "zh", "我的快递到哪里了？" },
		{ "zh", "我用iPhone的app打不开" },
		{ "de", "Wo ist mein Paket? Es sollte gestern ankommen." },
		{ "fr", "Où est mon colis ? Il devait arriver hier." },
		{ "it", "Dove è il mio pacco? Doveva arrivare ieri." },
		{ "pt", "Onde está a minha encomenda? Devia chegar ontem." },
		{ "ja", "荷物はどこですか。昨日届くはずでした。" },
		{ "ko", "제 소포는 어디에 있나요?" },
		{ "ar", "أين الطرد الخاص بي؟" },
		{ "el", "Πού είναι το δέμα μου;" },
		{ "he", "איפה החבילה שלי?" },
		{ "uk", "Де моя посилка? Вона мала бути вчора." },
		{ "ru", "Где моя посылка? Она должна была прийти вчера." }
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		char *name = sm_xasprintf("%s: %.40s", list[i].tag,
		    list[i].text);

		is_str(lang(lab, list[i].text, NULL), list[i].tag, name);
		free(name);
	}
}

int
main(void)
{
	struct lab lab;
	struct sm_lexicon *lex;

	lab_begin(&lab);
	if (sm_lex_compile("share", &lab.file, &lab.report, &lab.err) == -1) {
		printf("# %s\n", lab.err.text);
		lab_end(&lab);
		return 1;
	}
	lex = lab.lex = sm_lexicon_new(lab.file.data, lab.file.len, &lab.err);
	ok(lex, "the shipped lexicons compile");
	texts(&lab);
	is_str(lang(&lab, "", "pl-PL"), "pl",
	    "without words the platform is believed");
	is_str(lang(&lab, "haha xD 😂", "es"), "es",
	    "laughter tells no language");
	is_str(lang(&lab, "12345", NULL), "und", "and without it nobody knows");
	is_str(lang(&lab, "Where is my parcel? It was due yesterday.", "pl"),
	    "en", "the platform may be wrong");
	is_str(lang(&lab, "ok", "pl"), "pl", "but it decides in doubt");
	lab_end(&lab);
	return plan_done();
}
