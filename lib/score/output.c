#include <endian.h>
#include <string.h>

#include "score/label.h"
#include "score/weight.h"
#include "score/work.h"

/*
 * Written into room that is there, with the lengths of all names known before:
 * this runs for every post, and calls of a general writer cost as much as
 * finding the words.
 */
struct writer {
	char *at;
	const char *end;
};

#define SHORT 64		/* bytes: more than what is put without a
				   look at its length takes */

static inline void
put_bytes(struct writer *w, const char *s, size_t len)
{
	if ((size_t)(w->end - w->at) < len)
		return;
	memcpy(w->at, s, len);
	w->at += len;
}

#define PUT(w, literal) put_bytes(w, literal, sizeof(literal) - 1)

/* len bytes, at most 48, in two or three pieces that overlap. */
static inline void
copy_short(char *to, const char *s, size_t len)
{
	if (len >= 16) {
		memcpy(to, s, 16);
		if (len > 32)
			memcpy(to + 16, s + 16, 16);
		memcpy(to + len - 16, s + len - 16, 16);
	} else if (len >= 8) {
		memcpy(to, s, 8);
		memcpy(to + len - 8, s + len - 8, 8);
	} else if (len >= 4) {
		memcpy(to, s, 4);
		memcpy(to + len - 4, s + len - 4, 4);
	} else if (len) {
		to[0] = s[0];
		to[len / 2] = s[len / 2];
		to[len - 1] = s[len - 1];
	}
}

static inline void
put_short(struct writer *w, const char *s, size_t len)
{
	if (w->end - w->at < SHORT || len > 48) {
		put_bytes(w, s, len);
		return;
	}
	copy_short(w->at, s, len);
	w->at += len;
}

static inline void
put_name(struct writer *w, const char *name)
{
	put_short(w, name, strlen(name));
}

/* All of its bytes, since their number is the same each time. */
static inline void
put_label(struct writer *w, const struct sm_label *label)
{
	if (w->end - w->at < SHORT)
		return;
	memcpy(w->at, label->text, sizeof(label->text));
	w->at += label->len;
}

/* The list's element i: a comma where it is not the first. */
static inline void
put_item(struct writer *w, uint32_t i, const struct sm_label *label)
{
	if (w->end - w->at < SHORT)
		return;
	*w->at = ',';
	w->at += i != 0;
	*w->at++ = '"';
	put_label(w, label);
	PUT(w, "\"");
}

static void
put_long(struct writer *w, uint32_t left)
{
	char digits[12];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + left % 10);
	while (left /= 10);
	put_bytes(w, digits + at, sizeof(digits) - at);
}

static inline void
put_int(struct writer *w, int32_t value)
{
	uint32_t left = value < 0 ? 0 - (uint32_t)value : (uint32_t)value;
	uint32_t digits, less;

	if (w->end - w->at < SHORT)
		return;
	*w->at = '-';
	w->at += value < 0;
	if (left > 999) {
		put_long(w, left);
		return;
	}
	/* Three digits, and those away that are not needed. */
	digits = htole32((left / 100 + left / 10 % 10 * 256 +
	    left % 10 * 65536) + 0x303030);
	less = (left < 100) + (left < 10);
	digits = htole32(le32toh(digits) >> 8 * less);
	memcpy(w->at, &digits, sizeof(digits));
	w->at += 3 - less;
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

/* A bit for each of eight bytes that cannot stand in JSON as it is. */
static inline uint64_t
special(uint64_t x)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t tops = ones << 7;
	uint64_t quote = x ^ ones * '"', slash = x ^ ones * '\\';

	return ((x - ones * ' ') | (quote - ones) | (slash - ones)) & ~x &
	    tops;
}

/*
 * A quotation, which hardly ever has something to escape.  Where that seems
 * to be so (borrows run into the next byte) it is written once more.
 */
static inline void
put_quoted(struct writer *w, const char *s, size_t len)
{
	uint64_t found = 0, x;
	size_t i = 0;

	if (w->end - w->at < SHORT || len > SM_EVIDENCE_TEXT) {
		put_escaped(w, s, len);
		return;
	}
	copy_short(w->at, s, len);
	for (; i + 8 <= len; i += 8) {
		memcpy(&x, w->at + i, 8);
		found |= special(x);
	}
	memset(w->at + len, ' ', 8);
	memcpy(&x, w->at + i, 8);
	if (found | special(x))
		put_escaped(w, s, len);
	else
		w->at += len;
}

static void
put_evidence(struct writer *w, const struct sm_label *name,
    const struct sm_evidence *list, uint32_t count)
{
	if (!count || w->end - w->at < SHORT)
		return;
	*w->at = ',';
	w->at += w->at[-1] != '{';
	*w->at++ = '"';
	put_label(w, name);
	PUT(w, "\":[");
	for (uint32_t i = 0; i < count; i++) {
		PUT(w, "[\"");
		put_quoted(w, list[i].text, list[i].len);
		PUT(w, "\",");
		put_int(w, list[i].points);
		PUT(w, "],");
	}
	w->at[-1] = ']';
}

/* The likely of count labels, the likeliest first; gives back how many. */
static uint32_t
likely(const int32_t *value, uint32_t count, uint8_t *list)
{
	uint64_t set = sm_likely(value, count);
	uint32_t found = 0;

	for (; set; set &= set - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(set), at = found;

		for (; at > 0 && value[list[at - 1]] < value[i]; at--)
			list[at] = list[at - 1];
		list[at] = (uint8_t)i;
		found++;
	}
	return found;
}

static void
put_intents(struct writer *w, const struct sm_scorer_work *work)
{
	uint8_t list[SM_INTENTS];
	uint32_t count = likely(work->meaning.intent, SM_INTENTS, list);

	PUT(w, ",\"intent\":[");
	if (!count)
		PUT(w, "\"other\"");
	for (uint32_t i = 0; i < count; i++)
		put_item(w, i, &work->labels->intent[list[i]]);
	PUT(w, "]");
}

static void
put_topics(struct writer *w, const struct sm_scorer_work *work)
{
	uint8_t list[SM_LEX_TOPICS];
	uint32_t count = likely(work->meaning.topic,
	    work->lex->header->topic_count, list);

	PUT(w, ",\"topic\":[");
	for (uint32_t i = 0; i < count; i++)
		put_item(w, i, &work->labels->topic[list[i]]);
	PUT(w, "]");
}

static void
put_urgency(struct writer *w, const struct sm_scorer_work *work)
{
	const struct sm_urgency *urgency = &work->urgency;

	PUT(w, ",\"urgency\":");
	put_int(w, urgency->points);
	PUT(w, ",\"urgent\":[");
	for (uint32_t i = 0; i < urgency->count; i++)
		put_item(w, i, &work->labels->urgent[urgency->list[i]]);
	PUT(w, "],\"emergency\":");
	put_int(w, urgency->emergency);
}

static void
put_person(struct writer *w, const struct sm_scorer_work *work)
{
	const struct sm_facts *facts = &work->facts;

	if (facts->has_influence) {
		PUT(w, ",\"influence\":");
		put_int(w, facts->influence.points);
	}
	if (facts->basis != SM_BASIS_NONE) {
		PUT(w, ",\"influence_basis\":\"");
		put_label(w, &work->labels->basis[facts->basis]);
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
		PUT(w, "\"");
		put_short(w, why->list[i].name, why->list[i].len);
		PUT(w, "\":");
		put_int(w, why->list[i].points);
		PUT(w, ",");
	}
	w->at -= why->count != 0;
	PUT(w, "}");
}

static void
put_feeling(struct writer *w, const struct sm_scorer_work *work)
{
	const struct sm_labels *labels = work->labels;

	PUT(w, ",\"sentiment\":");
	put_int(w, work->feeling.points);
	PUT(w, ",\"polarity\":\"");
	put_label(w, &labels->polarity[work->feeling.polarity]);
	PUT(w, "\",\"confidence\":");
	put_int(w, work->feeling.confidence);
	PUT(w, ",\"emotion\":\"");
	put_label(w, &labels->emotion[work->meaning.emotion]);
	PUT(w, "\"");
}

/* Parts with a name each, those without points left out. */
static uint32_t
named(const struct sm_label *names, const int32_t *part, uint32_t count,
    struct sm_evidence *list)
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < count && used < SM_EVIDENCE_MAX; i++) {
		if (!part[i])
			continue;
		list[used].text = names[i].text;
		list[used].len = names[i].len;
		list[used++].points = part[i];
	}
	return used;
}

static void
put_all_evidence(struct writer *w, const struct sm_scorer_work *work)
{
	const struct sm_labels *labels = work->labels;
	struct sm_evidence list[SM_EVIDENCE_MAX];

	PUT(w, ",\"evidence\":{");
	put_evidence(w, &labels->sentiment, list,
	    sm_evidence_feeling(work, list));
	if (work->urgency.points)
		put_evidence(w, &labels->urgency, list,
		    sm_evidence_urgency(work, list));
	if (work->facts.has_influence && work->facts.influence.points)
		put_evidence(w, &labels->reach, list, named(labels->influence,
		    work->facts.influence.part, SM_INFLUENCE_PARTS, list));
	if (work->spam.points)
		put_evidence(w, &labels->advert, list, named(labels->spam,
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
	put_intents(w, work);
	put_topics(w, work);
	PUT(w, ",\"ladder\":");
	put_int(w, work->meaning.ladder);
	put_urgency(w, work);
	put_person(w, work);
	PUT(w, ",\"spam\":");
	put_int(w, work->spam.points);
	put_why(w, &work->why);
	put_all_evidence(w, work);
	PUT(w, "}");
	work->out_len = (size_t)(writer.at - work->out);
}
