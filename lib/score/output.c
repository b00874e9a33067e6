#include <string.h>

#include "score/weight.h"
#include "score/work.h"

/*
 * Written into room that is there, with the lengths of all names known when
 * compiling: this runs for every post, and calls of a general writer cost as
 * much as finding the words.
 */
struct writer {
	char *at;
	const char *end;
};

static inline void
put_bytes(struct writer *w, const char *s, size_t len)
{
	if ((size_t)(w->end - w->at) < len)
		return;
	memcpy(w->at, s, len);
	w->at += len;
}

#define PUT(w, literal) put_bytes(w, literal, sizeof(literal) - 1)

static void
put_int(struct writer *w, int32_t value)
{
	char digits[12];
	size_t at = sizeof(digits);
	uint32_t left = value < 0 ? 0 - (uint32_t)value : (uint32_t)value;

	do
		digits[--at] = (char)('0' + left % 10);
	while (left /= 10);
	if (value < 0)
		digits[--at] = '-';
	put_bytes(w, digits + at, sizeof(digits) - at);
}

static void
put_name(struct writer *w, const char *name)
{
	put_bytes(w, name, strlen(name));
}

static void
put_escaped(struct writer *w, const char *s, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t plain = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		char code[] = { '\\', 'u', '0', '0', hex[c >> 4],
		    hex[c & 15] };

		if (c >= ' ' && c != '"' && c != '\\')
			continue;
		put_bytes(w, s + plain, i - plain);
		plain = i + 1;
		if (c < ' ')
			put_bytes(w, code, sizeof(code));
		else {
			PUT(w, "\\");
			put_bytes(w, s + i, 1);
		}
	}
	put_bytes(w, s + plain, len - plain);
}

static void
put_evidence(struct writer *w, const char *name,
    const struct sm_evidence *list, uint32_t count)
{
	if (!count)
		return;
	put_name(w, w->at[-1] == '{' ? "\"" : ",\"");
	put_name(w, name);
	PUT(w, "\":[");
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			PUT(w, ",");
		PUT(w, "[\"");
		put_escaped(w, list[i].text, list[i].len);
		PUT(w, "\",");
		put_int(w, list[i].points);
		PUT(w, "]");
	}
	PUT(w, "]");
}

/* Likely labels, the likeliest first; gives back how many. */
static uint32_t
likely(const int32_t *value, uint32_t count, uint8_t *list)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = found;

		if (value[i] < SM_LIKELY)
			continue;
		for (; at > 0 && value[list[at - 1]] < value[i]; at--)
			list[at] = list[at - 1];
		list[at] = (uint8_t)i;
		found++;
	}
	return found;
}

static void
put_intents(struct writer *w, const struct sm_meaning *meaning)
{
	uint8_t list[SM_INTENTS];
	uint32_t count = likely(meaning->intent, SM_INTENTS, list);

	PUT(w, ",\"intent\":[");
	if (!count)
		PUT(w, "\"other\"");
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			PUT(w, ",");
		PUT(w, "\"");
		put_name(w, sm_intent_names[list[i]]);
		PUT(w, "\"");
	}
	PUT(w, "]");
}

static void
put_topics(struct writer *w, const struct sm_scorer_work *work)
{
	uint8_t list[SM_LEX_TOPICS];
	uint32_t count = likely(work->meaning.topic,
	    work->lex->header->topic_count, list);

	PUT(w, ",\"topic\":[");
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			PUT(w, ",");
		PUT(w, "\"");
		put_name(w, sm_lexicon_topic(work->lex, list[i]));
		PUT(w, "\"");
	}
	PUT(w, "]");
}

static void
put_urgency(struct writer *w, const struct sm_urgency *urgency)
{
	PUT(w, ",\"urgency\":");
	put_int(w, urgency->points);
	PUT(w, ",\"urgent\":[");
	for (uint32_t i = 0; i < urgency->count; i++) {
		if (i)
			PUT(w, ",");
		PUT(w, "\"");
		put_name(w, sm_urgent_names[urgency->list[i]]);
		PUT(w, "\"");
	}
	PUT(w, "],\"emergency\":");
	put_int(w, urgency->emergency);
}

static const char *const basis_names[] = {
	[SM_BASIS_NONE] = "", [SM_BASIS_PUBLIC] = "public-default",
	[SM_BASIS_REGISTERED] = "registered",
	[SM_BASIS_UNREGISTERED] = "unregistered",
	[SM_BASIS_OPTED_OUT] = "opted-out", [SM_BASIS_OFF] = "off"
};

static void
put_person(struct writer *w, const struct sm_facts *facts)
{
	if (facts->has_influence) {
		PUT(w, ",\"influence\":");
		put_int(w, facts->influence.points);
	}
	if (facts->basis != SM_BASIS_NONE) {
		PUT(w, ",\"influence_basis\":\"");
		put_name(w, basis_names[facts->basis]);
		PUT(w, "\"");
	}
	if (facts->value != SM_UNKNOWN) {
		PUT(w, ",\"value\":");
		put_int(w, facts->value);
	}
	if (facts->loyalty != SM_UNKNOWN) {
		PUT(w, ",\"loyalty\":");
		put_int(w, facts->loyalty);
	}
	if (facts->promoter != SM_UNKNOWN) {
		PUT(w, ",\"promoter\":");
		put_int(w, facts->promoter);
	}
}

static void
put_why(struct writer *w, const struct sm_why *why)
{
	PUT(w, ",\"priority\":");
	put_int(w, why->sum);
	/* Never empty, so that jq's add always gives a number. */
	PUT(w, ",\"why\":{");
	if (!why->count)
		PUT(w, "\"urgency\":0");
	for (uint32_t i = 0; i < why->count; i++) {
		if (i)
			PUT(w, ",");
		PUT(w, "\"");
		put_name(w, why->list[i].name);
		PUT(w, "\":");
		put_int(w, why->list[i].points);
	}
	PUT(w, "}");
}

static void
put_feeling(struct writer *w, const struct sm_scorer_work *work)
{
	static const char *const polarity[] = {
		[SM_NEGATIVE] = "negative", [SM_NEUTRAL] = "neutral",
		[SM_POSITIVE] = "positive"
	};

	PUT(w, ",\"sentiment\":");
	put_int(w, work->feeling.points);
	PUT(w, ",\"polarity\":\"");
	put_name(w, polarity[work->feeling.polarity]);
	PUT(w, "\",\"confidence\":");
	put_int(w, work->feeling.confidence);
	PUT(w, ",\"emotion\":\"");
	put_name(w, sm_emotion_names[work->meaning.emotion]);
	PUT(w, "\"");
}

/* Parts with a name each, those without points left out. */
static uint32_t
named(const char *const *names, const int32_t *part, uint32_t count,
    struct sm_evidence *list)
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < count && used < SM_EVIDENCE_MAX; i++) {
		if (!part[i])
			continue;
		list[used].text = names[i];
		list[used].len = (uint32_t)strlen(names[i]);
		list[used++].points = part[i];
	}
	return used;
}

static void
put_all_evidence(struct writer *w, const struct sm_scorer_work *work)
{
	struct sm_evidence list[SM_EVIDENCE_MAX];

	PUT(w, ",\"evidence\":{");
	put_evidence(w, "sentiment", list, sm_evidence_feeling(work, list));
	if (work->urgency.points)
		put_evidence(w, "urgency", list,
		    sm_evidence_urgency(work, list));
	if (work->facts.has_influence && work->facts.influence.points)
		put_evidence(w, "influence", list, named(sm_influence_names,
		    work->facts.influence.part, SM_INFLUENCE_PARTS, list));
	if (work->spam.points)
		put_evidence(w, "spam", list, named(sm_spam_names,
		    work->spam.part, SM_SPAM_SIGNS, list));
	PUT(w, "}");
}

void
sm_score_output(struct sm_scorer_work *work)
{
	struct writer writer = { work->out, work->out + sizeof(work->out) };
	struct writer *w = &writer;

	PUT(w, "{\"by\":\"sm-score " SM_VERSION " ");
	put_name(w, work->lang->tag);
	PUT(w, "@");
	put_name(w, work->lang->digest);
	PUT(w, "\",\"lang\":\"");
	put_name(w, work->detected.tag);
	PUT(w, "\",\"lang_confidence\":");
	put_int(w, work->detected.confidence);
	put_feeling(w, work);
	put_intents(w, &work->meaning);
	put_topics(w, work);
	PUT(w, ",\"ladder\":");
	put_int(w, work->meaning.ladder);
	put_urgency(w, &work->urgency);
	put_person(w, &work->facts);
	PUT(w, ",\"spam\":");
	put_int(w, work->spam.points);
	put_why(w, &work->why);
	put_all_evidence(w, work);
	PUT(w, "}");
	work->out_len = (size_t)(writer.at - work->out);
}
