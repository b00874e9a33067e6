#include <stdlib.h>

#include "base/buf.h"
#include "base/safe.h"
#include "record/record.h"
#include "score/work.h"

/* "-1.25" */
static void
add_milli(struct sm_buf *out, int32_t value)
{
	sm_buf_addf(out, "%s%d.%02d", value < 0 ? "-" : "+",
	    abs(value) / 1000, abs(value) % 1000 / 10);
}

/* The word of feeling that begins at token index, or NULL. */
static const struct sm_feel *
word_at(const struct sm_feeling *feeling, uint32_t index)
{
	for (uint32_t i = 0; i < feeling->words.count; i++)
		if (feeling->words.list[i].first == index)
			return &feeling->words.list[i];
	return NULL;
}

/*
 * The tokens with what stood between them, words of feeling in brackets with
 * their value, "not" marking the negated ones.
 */
static void
add_text(const struct sm_scorer_work *work, struct sm_buf *out)
{
	const struct sm_tokens *tokens = work->tokens;
	const char *at = NULL;

	sm_buf_adds(out, "  ");
	for (uint32_t i = 0; i < tokens->count; i++) {
		const struct sm_token *token = &tokens->list[i], *last = token;
		const struct sm_feel *word = word_at(&work->feeling, i);

		if (token->kind == SM_TOKEN_HASHTAG)
			continue;
		if (at && (token->at < at || token->at > at + 8))
			sm_buf_adds(out, " / ");
		else if (at && token->at > at)
			sm_safe(out, at, (size_t)(token->at - at),
			    SM_SAFE_TTY);
		if (word) {
			i = word->last;
			last = &tokens->list[i];
			sm_buf_addc(out, '[');
		}
		if (last->at >= token->at)
			sm_safe(out, token->at, (size_t)(last->at -
			    token->at) + last->len, SM_SAFE_TTY);
		if (word) {
			sm_buf_adds(out, word->flags & SM_FEEL_NEGATED ?
			    " not " : " ");
			add_milli(out, word->value);
			sm_buf_addc(out, ']');
		}
		at = last->at + last->len;
	}
	sm_buf_addc(out, '\n');
}

static void
add_list(struct sm_buf *out, const char *name, int32_t points,
    const struct sm_evidence *list, uint32_t count)
{
	sm_buf_addf(out, "  %-10s %d", name, points);
	for (uint32_t i = 0; i < count; i++) {
		sm_buf_adds(out, i ? ", " : " = ");
		sm_safe(out, list[i].text, list[i].len, SM_SAFE_TTY);
		sm_buf_addf(out, " %+d", list[i].points);
	}
	sm_buf_addc(out, '\n');
}

static void
add_intents(const struct sm_scorer_work *work, struct sm_buf *out)
{
	sm_buf_adds(out, "  intent    ");
	for (int i = 0; i < SM_INTENTS; i++)
		if (work->meaning.intent[i] >= 100)
			sm_buf_addf(out, " %s %d %%", sm_intent_names[i],
			    work->meaning.intent[i] / 10);
	for (uint32_t i = 0; i < work->lex->header->topic_count; i++)
		if (work->meaning.topic[i] >= SM_LIKELY)
			sm_buf_addf(out, " about %s",
			    sm_lexicon_topic(work->lex, i));
	sm_buf_addf(out, "; ladder %d\n", work->meaning.ladder);
}

static void
add_influence(const struct sm_scorer_work *work, struct sm_buf *out)
{
	const struct sm_influence *influence = &work->facts.influence;

	if (!work->facts.has_influence)
		return;
	sm_buf_addf(out, "  influence  %d", influence->points);
	for (int i = 0; i < SM_INFLUENCE_PARTS; i++)
		if (influence->part[i])
			sm_buf_addf(out, " %s %+d", sm_influence_names[i],
			    influence->part[i]);
	sm_buf_addf(out, "; %d %% of the formula is known\n",
	    influence->confidence);
}

static void
add_priority(const struct sm_why *why, struct sm_buf *out)
{
	sm_buf_addf(out, "  priority   %d", why->sum);
	for (uint32_t i = 0; i < why->count; i++)
		sm_buf_addf(out, "%s%s %+d", i ? ", " : " = ",
		    why->list[i].name, why->list[i].points);
	sm_buf_addc(out, '\n');
}

void
sm_scorer_explain(const struct sm_scorer_work *work, struct sm_record *rec,
    struct sm_buf *out)
{
	struct sm_evidence list[SM_EVIDENCE_MAX];
	size_t len = 0;
	const char *key = sm_record_str(rec, work->slots->key, &len);

	sm_safe(out, key ? key : "", len, SM_SAFE_TTY);
	if (sm_record_is(rec, work->slots->type, "Tombstone")) {
		sm_buf_adds(out, ": gone, nothing to score\n\n");
		return;
	}
	sm_buf_addf(out, ": %s %d %%, %s@%s\n", work->detected.tag,
	    work->detected.confidence, work->lang->tag, work->lang->digest);
	add_text(work, out);
	add_list(out, "sentiment", work->feeling.points, list,
	    sm_evidence_feeling(work, list));
	sm_buf_addf(out, "  emotion    %s%s\n",
	    sm_emotion_names[work->meaning.emotion],
	    work->feeling.ironic ? ", said with irony" : "");
	add_intents(work, out);
	add_list(out, "urgency", work->urgency.points, list,
	    sm_evidence_urgency(work, list));
	add_influence(work, out);
	if (work->spam.points)
		sm_buf_addf(out, "  spam       %d\n", work->spam.points);
	add_priority(&work->why, out);
	sm_buf_addc(out, '\n');
}
