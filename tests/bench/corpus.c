/*
 * corpus COUNT [SEED] - posts for measuring: about 838 bytes each with a
 * text of about 224 bytes, in eight languages, with nested authors, escapes,
 * emoji and links.  The same seed gives the same bytes everywhere.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static unsigned
below(unsigned n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)((state * UINT64_C(0x2545f4914f6cdd1d)) >> 32) % n;
}

static const struct {
	const char *tag;
	bool spaced;
	const char *words[32];
} languages[] = {
	{ "en", true, { "the", "parcel", "is", "late", "again", "terrible",
	    "service", "why", "do", "you", "never", "answer", "great", "shop",
	    "thanks", "for", "my", "refund", "still", "waiting", "since",
	    "Monday", "love", "this", "phone", "but", "battery", "died",
	    "help", "please", "not", "good" } },
	{ "pl", true, { "paczka", "znowu", "nie", "dotarła", "skandal",
	    "czekam", "na", "zwrot", "już", "tydzień", "obsługa", "jest",
	    "świetna", "dziękuję", "za", "pomoc", "ale", "telefon", "ciągle",
	    "się", "psuje", "proszę", "o", "kontakt", "infolinia", "milczy",
	    "bardzo", "polecam", "sklep", "gdzie", "moje", "zamówienie" } },
	{ "es", true, { "el", "pedido", "no", "ha", "llegado", "todavía",
	    "qué", "vergüenza", "de", "servicio", "gracias", "por", "la",
	    "ayuda", "muy", "buena", "tienda", "pero", "mi", "móvil",
	    "está", "roto", "quiero", "un", "reembolso", "nadie", "contesta",
	    "fatal", "excelente", "atención", "mañana", "señal" } },
	{ "zh", false, { "快递", "一直", "没到", "客服", "态度", "很差", "非常",
	    "失望", "手机", "不错", "退款", "还没", "收到", "谢谢", "你们", "物流",
	    "太慢", "了", "推荐", "购买", "质量", "很好", "但是", "包装", "破损",
	    "投诉", "无效", "怎么", "办", "打电话", "没人", "接" } },
	{ "de", true, { "das", "Paket", "ist", "immer", "noch", "nicht", "da",
	    "sehr", "ärgerlich", "der", "Service", "antwortet", "nie",
	    "danke", "für", "die", "schnelle", "Hilfe", "aber", "mein",
	    "Handy", "kaputt", "ich", "warte", "seit", "Tagen", "auf",
	    "Geld", "zurück", "gut", "schön", "Laden" } },
	{ "fr", true, { "le", "colis", "est", "encore", "en", "retard",
	    "service", "nul", "merci", "pour", "votre", "aide", "très",
	    "déçu", "je", "veux", "un", "remboursement", "personne", "ne",
	    "répond", "mais", "la", "boutique", "était", "super", "où",
	    "commande", "téléphone", "cassé", "toujours", "rien" } },
	{ "it", true, { "il", "pacco", "non", "arriva", "mai", "servizio",
	    "pessimo", "grazie", "per", "aiuto", "ottimo", "negozio", "ma",
	    "telefono", "rotto", "voglio", "rimborso", "nessuno", "risponde",
	    "sono", "molto", "deluso", "dopo", "due", "settimane", "ancora",
	    "niente", "bella", "esperienza", "perché", "così", "lento" } },
	{ "pt", true, { "a", "encomenda", "não", "chegou", "ainda", "péssimo",
	    "atendimento", "obrigado", "pela", "ajuda", "loja", "muito",
	    "boa", "mas", "celular", "quebrado", "quero", "reembolso",
	    "ninguém", "responde", "estou", "esperando", "há", "dias",
	    "ótimo", "serviço", "demora", "sempre", "por", "favor", "já",
	    "cancelar" } },
};
#define LANGUAGES (sizeof(languages) / sizeof(*languages))

static const char *const extras[] = {
	" 😡", " 👍🏽", " !!!", " @acme", " #fail", " https://t.example/x9Kd2",
	"\\n", " \\\"ok\\\"", " 🙏", "?"
};

static void
text(size_t language, size_t want)
{
	size_t len = 0;

	while (len < want) {
		const char *word = languages[language].words[below(32)];

		if (languages[language].spaced && len)
			len += (size_t)printf(" ");
		len += (size_t)printf("%s", word);
		if (below(9) == 0) {
			word = extras[below(sizeof(extras) /
			    sizeof(*extras))];
			len += (size_t)printf("%s", word);
		}
	}
}

static void
post(uint64_t number)
{
	size_t language = below(LANGUAGES);
	unsigned author = below(50000), minute = below(60), second = below(60);

	printf("{\"v\":1,\"key\":\"mastodon:social.example:%" PRIu64 "\","
	    "\"type\":\"Note\",\"channel\":\"mastodon\",\"source\":\"mentions"
	    "\",\"brand\":\"acme\",\"id\":\"https://social.example/posts/%"
	    PRIu64 "\",\"url\":\"https://social.example/@u%u/%" PRIu64 "\",",
	    number, number, author, number);
	printf("\"content\":\"");
	text(language, 236 + below(44));
	printf("\",\"attributedTo\":{\"type\":\"Person\",\"id\":\"https://"
	    "social.example/users/u%u\",\"preferredUsername\":\"u%u\",\"name\""
	    ":\"User %u\",\"followers\":%u,\"following\":%u,\"posts\":%u},",
	    author, author, author, below(100000), below(2000), below(9000));
	printf("\"published\":\"2026-11-20T09:%02u:%02uZ\",\"fetched\":"
	    "\"2026-11-20T10:00:00Z\",\"start\":\"2026-11-20T09:%02u:%02uZ\","
	    "\"language\":\"%s\",", minute, second, minute, second,
	    languages[language].tag);
	printf("\"direction\":\"%s\",\"visibility\":\"public\",\"metrics\":{"
	    "\"likes\":%u,\"shares\":%u}}\n", below(2) ? "in" : "about",
	    below(50), below(10));
}

int
main(int argc, char *argv[])
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	for (uint64_t i = 1; i <= count; i++)
		post(i);
	return fflush(stdout) == EOF;
}
