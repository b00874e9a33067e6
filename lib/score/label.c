#include "score/label.h"

#include <string.h>

#include "score/lexicon.h"

static const char *const basis_names[] = {
	[SM_BASIS_NONE] = "", [SM_BASIS_PUBLIC] = "public-default",
	[SM_BASIS_REGISTERED] = "registered",
	[SM_BASIS_UNREGISTERED] = "unregistered",
	[SM_BASIS_OPTED_OUT] = "opted-out", [SM_BASIS_OFF] = "off"
};

static const char *const polarity_names[] = {
	[SM_NEGATIVE] = "negative", [SM_NEUTRAL] = "neutral",
	[SM_POSITIVE] = "positive"
};

static void
set(struct sm_label *label, const char *name)
{
	size_t len = strlen(name), most = sizeof(label->text);

	label->len = (uint32_t)(len < most ? len : most);
	memcpy(label->text, name, label->len);
}

static void
set_all(struct sm_label *label, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		set(&label[i], names[i]);
}

void
sm_labels_init(struct sm_labels *labels, const struct sm_lexicon *lex)
{
	memset(labels, 0, sizeof(*labels));
	set_all(labels->intent, sm_intent_names, SM_INTENTS);
	for (unsigned i = 0; i < SM_LEX_TOPICS; i++)
		set(&labels->topic[i], sm_lexicon_topic(lex, i));
	set_all(labels->urgent, sm_urgent_names, SM_URGENTS);
	set_all(labels->emotion, sm_emotion_names, SM_EMOTIONS);
	set_all(labels->influence, sm_influence_names, SM_INFLUENCE_PARTS);
	set_all(labels->spam, sm_spam_names, SM_SPAM_SIGNS);
	set_all(labels->basis, basis_names, SM_BASIS_OFF + 1);
	set_all(labels->polarity, polarity_names, SM_POSITIVE + 1);
	set(&labels->sentiment, "sentiment");
	set(&labels->urgency, "urgency");
	set(&labels->reach, "influence");
	set(&labels->advert, "spam");
}
