/*
 * Definitions of connectors: a slip in one is told with file and pointer, and
 * ours are sound.
 */
#include "source/json/definition.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "record/conf.h"
#include "source/source.h"
#include "tap.h"

/* Everything that there is, once. */
static const char good[] =
    "{ \"name\": \"shop\", \"summary\": \"reviews\", \"doc\": [\"a\", \"b\"],"
    "  \"channel\": \"reviews\", \"host\": \"shop.example\","
    "  \"base\": \"https://shop.example/api\", \"where\": \"query\","
    "  \"account\": \"needed\", \"auth\": \"header X-Key\","
    "  \"limits\": \"retry-after\", \"pace\": \"1100ms\","
    "  \"headers\": { \"Accept\": \"application/json\" },"
    "  \"price\": { \"call\": \"0\", \"post\": \"0.005\", \"page\": 100 },"
    "  \"keys\": {"
    "    \"query\": { \"help\": \"words\", \"required\": true },"
    "    \"place\": { \"help\": \"where\", \"repeat\": true },"
    "    \"kind\": { \"help\": \"which\", \"choices\": [\"new\", \"all\"],"
    "      \"default\": \"new\", \"type\": \"text\" },"
    "    \"me\": { \"help\": \"we\", \"own\": true,"
    "      \"ask\": { \"url\": \"/me\", \"at\": \"/id\" } } },"
    "  \"own\": [\"${login}\"], \"default\": [\"reviews\"],"
    "  \"streams\": {"
    "    \"reviews\": { \"help\": \"all\", \"each\": \"place\","
    "      \"url\": \"/${place|path}/reviews\","
    "      \"query\": { \"since\": \"${since|rfc3339}\","
    "        \"page\": \"${page}\", \"x\": { \"if\": { \"not\":"
    "        \"${after}\" }, \"then\": \"1\" } },"
    "      \"order\": \"desc\","
    "      \"page\": { \"by\": \"number\", \"last\": \"/pages\" },"
    "      \"resume\": { \"by\": \"time\", \"at\": \"/when\","
    "        \"overlap\": \"2d\" },"
    "      \"take\": [ { \"items\": \"/reviews/*\","
    "        \"if\": { \"at\": \"/stars\", \"above\": 0 },"
    "        \"record\": \"review\" } ],"
    "      \"then\": { \"items\": \"/reviews/*\","
    "        \"changed\": \"${/id} ${/n}\", \"stream\": \"answers\" } },"
    "    \"answers\": { \"help\": \"answers\", \"url\": \"/answers\","
    "      \"json\": { \"id\": \"${@parent/id}\" },"
    "      \"take\": { \"items\": \"/a/*\", \"record\": \"review\" } } },"
    "  \"records\": { \"review\": {"
    "    \"let\": { \"what\": { \"find\": \"$/products\","
    "      \"where\": \"/id\", \"is\": \"/product\" },"
    "      \"who\": \"/by\" },"
    "    \"key\": \"/id\", \"type\": \"Review\", \"direction\": \"in\","
    "    \"visibility\": { \"map\": \"/open\", \"to\": { \"1\": \"public\" },"
    "      \"else\": \"direct\" },"
    "    \"name\": \"@what/title\", \"content\": [\"/text|html\", \"=none\"],"
    "    \"published\": \"/when\","
    "    \"rating\": { \"value\": \"/stars\", \"best\": 5 },"
    "    \"attributedTo\": { \"name\": \"@who/name\" },"
    "    \"flags\": { \"edited\": \"/edited\" },"
    "    \"attachment\": { \"each\": \"/files/*\", \"url\": \"/url\" },"
    "    \"tag\": { \"each\": \"/tags/*\", \"type\": \"Hashtag\","
    "      \"name\": \".\" },"
    "    \"replace\": { \"each\": \"/links/*\", \"from\": \"/a\","
    "      \"to\": \"/b\" },"
    "    \"tombstone\": { \"if\": \"/gone\", \"formerType\": \"Review\" },"
    "    \"ref\": { \"id\": \"/id\" } } },"
    "  \"ok\": \"/ok\", \"message\": \"/error\","
    "  \"errors\": [ { \"status\": 400, \"if\": { \"at\": \"/code\","
    "    \"is\": [\"5\", \"6\"] }, \"class\": \"auth\", \"why\": \"x\" } ] }";

/* One slip each: what stands there instead, where, and what is said. */
static const struct {
	const char *from, *to, *pointer, *words;
} slips[] = {
	{ "\"name\": \"shop\"", "\"nane\": \"shop\"", "/nane",
	    "did you mean 'name'" },
	{ "\"summary\"", "\"sumary\"", "/sumary", "did you mean 'summary'" },
	{ "\"name\": \"shop\"", "\"name\": \"Shop!\"", "/name",
	    "small letters" },
	{ "\"channel\": \"reviews\"", "\"channel\": 3", "/channel", "a text" },
	{ "\"where\": \"query\"", "\"where\": \"qurey\"", "/where",
	    "did you mean 'query'" },
	{ "\"account\": \"needed\"", "\"account\": \"neded\"", "/account",
	    "did you mean 'needed'" },
	{ "header X-Key", "heder X-Key", "/auth", "did you mean" },
	{ "\"limits\": \"retry-after\"", "\"limits\": \"retry_after\"",
	    "/limits", "did you mean 'retry-after'" },
	{ "1100ms", "1100", "/pace", "a pause" },
	{ "1100ms", "2h", "/pace", "one minute at most" },
	{ "\"0.005\"", "\"cheap\"", "/price/post", "US dollars" },
	{ "\"call\": \"0\"", "\"cal\": \"0\"", "/price/cal",
	    "did you mean 'call'" },
	{ "\"required\": true", "\"requird\": true", "/keys/query/requird",
	    "did you mean 'required'" },
	{ "\"required\": true", "\"required\": 1", "/keys/query/required",
	    "true or false" },
	{ "\"place\": { \"help\"", "\"since\": { \"help\"", "/keys/since",
	    "taken" },
	{ "\"place\": { \"help\"", "\"account\": { \"help\"",
	    "/keys/account", "taken" },
	{ "\"place\": { \"help\": \"where\"", "\"place\": { \"hlep\": \"x\"",
	    "/keys/place/hlep", "did you mean 'help'" },
	{ "\"type\": \"text\"", "\"type\": \"string\"", "/keys/kind/type",
	    "no type of key 'string'" },
	{ "\"ask\": { \"url\"", "\"ask\": { \"uri\"", "/keys/me/ask/uri",
	    "did you mean 'url'" },
	{ "[\"${login}\"]", "[\"${logn}\"]", "/own/0",
	    "did you mean 'login'" },
	{ "\"default\": [\"reviews\"]", "\"default\": [\"review\"]",
	    "/default/0", "did you mean 'reviews'" },
	{ "\"default\": [\"reviews\"]", "\"default\": [\"answers\"]",
	    "/default", "only follows" },
	{ "\"each\": \"place\"", "\"each\": \"palce\"",
	    "/streams/reviews/each", "did you mean 'place'" },
	{ "${place|path}", "${plaec|path}", "/streams/reviews/url",
	    "did you mean 'place'" },
	{ "${place|path}", "${place|paht}", "/streams/reviews/url",
	    "did you mean 'path'" },
	{ "${place|path}", "${place|path x}", "/streams/reviews/url",
	    "takes no argument" },
	{ "${place|path}", "${place", "/streams/reviews/url", "'}'" },
	{ "${since|rfc3339}", "${since|rfc3399}",
	    "/streams/reviews/query/since", "did you mean 'rfc3339'" },
	{ "${since|rfc3339}", "${since|plus one}",
	    "/streams/reviews/query/since", "whole number" },
	{ "\"not\":", "\"nor\":", "/streams/reviews/query/x/if/nor",
	    "did you mean 'not'" },
	{ "\"then\": \"1\"", "\"than\": \"1\"",
	    "/streams/reviews/query/x/than", "did you mean 'then'" },
	{ "\"order\": \"desc\"", "\"order\": \"descending\"",
	    "/streams/reviews/order", "no order" },
	{ "\"by\": \"number\"", "\"by\": \"numbr\"",
	    "/streams/reviews/page/by", "did you mean 'number'" },
	{ "\"by\": \"number\"", "\"by\": \"token\"",
	    "/streams/reviews/page", "'at' is missing" },
	{ "\"by\": \"number\"", "\"by\": \"below\"",
	    "/streams/reviews/page", "'id' is missing" },
	{ "\"by\": \"number\"", "\"by\": \"above\"",
	    "/streams/reviews", "resume by 'id'" },
	{ "\"last\": \"/pages\"", "\"lats\": \"/pages\"",
	    "/streams/reviews/page/lats", "did you mean 'last'" },
	{ "\"last\": \"/pages\"", "\"last\": \"pages\"",
	    "/streams/reviews/page/last", "expected a pointer" },
	{ "\"by\": \"time\"", "\"by\": \"tiem\"",
	    "/streams/reviews/resume/by", "did you mean 'time'" },
	{ "\"at\": \"/when\"", "\"at\": \"/when~2\"",
	    "/streams/reviews/resume/at", "behind '~'" },
	{ "\"overlap\": \"2d\"", "\"overlap\": \"2days\"",
	    "/streams/reviews/resume/overlap", "a duration" },
	{ "\"items\": \"/reviews/*\",        \"if\"",
	    "\"item\": \"/reviews/*\", \"if\"",
	    "/streams/reviews/take/0/item", "did you mean 'items'" },
	{ "\"above\": 0", "\"abvoe\": 0", "/streams/reviews/take/0/if/abvoe",
	    "did you mean 'above'" },
	{ "\"record\": \"review\" } ]", "\"record\": \"reviw\" } ]",
	    "/streams/reviews/take/0/record", "did you mean 'review'" },
	{ "\"stream\": \"answers\"", "\"stream\": \"answer\"",
	    "/streams/reviews/then/stream", "did you mean 'answers'" },
	{ "\"${@parent/id}\"", "\"${@parnet/id}\"", "/streams/answers/json/id",
	    "did you mean 'parent'" },
	{ "\"json\": {", "\"form\": {}, \"json\": {", "/streams/answers",
	    "both 'json' and 'form'" },
	{ "\"help\": \"answers\", ", "", "/streams/answers",
	    "'help' is missing" },
	{ "\"let\": {", "\"lte\": {", "/records/review/", "did you mean" },
	{ "\"find\": \"$/products\"", "\"find\": \"$/products|html\"",
	    "/records/review/let/what/find", "pointer to a list" },
	{ "\"is\": \"/product\" }", "\"iz\": \"/product\" }",
	    "/records/review/let/what/iz", "no such member 'iz'" },
	{ "\"key\": \"/id\", \"type\": \"Review\"",
	    "\"kye\": \"/id\", \"type\": \"Review\"", "/records/review/kye",
	    "did you mean 'key'" },
	{ "\"type\": \"Review\", \"dir", "\"type\": \"Reviw\", \"dir",
	    "/records/review/type", "did you mean 'Review'" },
	{ "\"direction\": \"in\"", "\"direction\": \"abuot\"",
	    "/records/review/direction", "did you mean 'about'" },
	{ "\"1\": \"public\"", "\"1\": \"pubic\"",
	    "/records/review/visibility", "did you mean 'public'" },
	{ "@what/title", "@waht/title", "/records/review/name",
	    "did you mean 'what'" },
	{ "/text|html", "/text|htlm", "/records/review/content/0",
	    "did you mean 'html'" },
	{ "\"=none\"", "\"none\"", "/records/review/content/1",
	    "a constant" },
	{ "\"best\": 5", "\"bets\": 5", "/records/review/rating/bets",
	    "did you mean 'best'" },
	{ "{ \"name\": \"@who/name\" }", "{ \"nmae\": \"@who/name\" }",
	    "/records/review/attributedTo/nmae", "did you mean 'name'" },
	{ "\"edited\": \"/edited\"", "\"editid\": \"/edited\"",
	    "/records/review/flags/editid", "did you mean 'edited'" },
	{ "\"each\": \"/files/*\", \"url\"", "\"each\": \"/files/*\", \"href\"",
	    "/records/review/attachment/href", "no such member" },
	{ "\"type\": \"Hashtag\"", "\"type\": \"Hastag\"",
	    "/records/review/tag/type", "did you mean 'Hashtag'" },
	{ "\"from\": \"/a\"", "\"form\": \"/a\"",
	    "/records/review/replace/form", "did you mean 'from'" },
	{ "\"formerType\": \"Review\"", "\"formerType\": \"Rveiew\"",
	    "/records/review/tombstone/formerType", "did you mean" },
	{ "\"ref\": { \"id\": \"/id\" }", "\"ref\": { \"id\": \"id\" }",
	    "/records/review/ref/id", "expected a pointer" },
	{ "\"status\": 400", "\"status\": 4000", "/errors/0/status",
	    "a status of HTTP" },
	{ "\"class\": \"auth\"", "\"class\": \"atuh\"", "/errors/0/class",
	    "did you mean 'auth'" },
	{ "\"status\": 400, \"if\": { \"at\": \"/code\",    \"is\": [\"5\", "
	    "\"6\"] }, ", "", "/errors/0", "'status', 'if'" },
	{ "\"streams\":", "\"stream\":", "/stream",
	    "did you mean 'streams'" },
	{ "\"ok\": \"/ok\"", "\"ok\": null", "/ok", "expected" },
};

static struct sm_definition *
read_text(const char *text, struct sm_err *err)
{
	return sm_definition_new("shop.json", text, strlen(text), err);
}

static void
check_good(void)
{
	struct sm_err err = { .text = "" };
	struct sm_definition *def = read_text(good, &err);
	struct sm_buf told = SM_BUF_INIT;

	ok(def != NULL, "what is right is taken");
	is_str(err.text, "", "and nothing is said of it");
	if (def)
		sm_definition_explain(def, &told);
	ok(strstr(sm_buf_str(&told), "/${place|path}/reviews") != NULL,
	    "it is explained");
	sm_buf_release(&told);
	sm_definition_free(def);
}

static void
check_slip(size_t i)
{
	const char *at = strstr(good, slips[i].from);
	struct sm_buf text = SM_BUF_INIT, where = SM_BUF_INIT,
	    name = SM_BUF_INIT;
	struct sm_definition *def;
	struct sm_err err = { .text = "" };

	sm_buf_addf(&name, "%s -> %s", slips[i].from, slips[i].to);
	sm_buf_addf(&where, "shop.json: %s", slips[i].pointer);
	if (!at) {
		ok(0, name.data);
	} else {
		sm_buf_add(&text, good, (size_t)(at - good));
		sm_buf_adds(&text, slips[i].to);
		sm_buf_adds(&text, at + strlen(slips[i].from));
		def = read_text(text.data, &err);
		if (!ok(!def && err.code == SM_EXIT_CONFIG &&
		    strncmp(err.text, where.data, where.len) == 0 &&
		    strstr(err.text, slips[i].words), name.data))
			printf("#   got:  %s\n#   want: %s ... %s\n", err.text,
			    where.data, slips[i].words);
		sm_definition_free(def);
	}
	sm_buf_release(&name);
	sm_buf_release(&where);
	sm_buf_release(&text);
}

static void
check_json(void)
{
	struct sm_err err;

	ok(!read_text("{ \"name\": \"x\",, }", &err) &&
	    strstr(err.text, "shop.json:1:"), "bad JSON is told with its line");
	ok(!read_text("{ \"name\": \"x\", \"name\": \"y\" }", &err) &&
	    strstr(err.text, "duplicate"), "a member twice is no definition");
	ok(!read_text("[]", &err), "nor is an array");
	ok(!read_text("", &err), "nor is nothing");
}

/* The configuration has one type for a key, whoever's it is. */
static void
check_keys(const struct sm_source *source)
{
	const struct sm_source *other;
	size_t wrong = 0;

	for (size_t i = 0; (other = sm_source_nth(i)); i++)
		for (const struct sm_conf_key *x = source->keys; x->section;
		    x++)
			for (const struct sm_conf_key *y = other->keys;
			    y && y->section; y++)
				if (strcmp(x->name, y->name) == 0 &&
				    (x->type != y->type ||
				    x->repeat != y->repeat)) {
					printf("#   %s of %s and of %s\n",
					    x->name, source->name,
					    other->name);
					wrong++;
				}
	is_int(wrong, 0, "its keys mean the same everywhere");
}

static void
check_ours(void)
{
	const struct sm_source *source;
	struct sm_buf told = SM_BUF_INIT;
	size_t count = 0;

	for (; (source = sm_definition_nth(count)); count++) {
		const struct sm_definition *def = sm_definition_of(source);

		if (!ok(def && !sm_definition_broken(def), source->name))
			printf("#   %s\n", sm_definition_broken(def));
		sm_buf_clear(&told);
		sm_definition_explain(def, &told);
		check_keys(source);
	}
	ok(count >= 15, "our definitions are found");
	ok(sm_definition_find("hackernews") != NULL, "also by name");
	ok(!sm_definition_find("../x"), "a name is no path");
	ok(!sm_definition_find("nosuch"), "what is not there is not found");
	sm_buf_release(&told);
}

int
main(void)
{
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	setenv("SM_SHARE", "share", 1);
	check_good();
	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++)
		check_slip(i);
	check_json();
	check_ours();
	return plan_done();
}
