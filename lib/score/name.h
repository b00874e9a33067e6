/*
 * The names that lexicons, records and rules share, and their numbers.
 */
#ifndef SM_SCORE_NAME_H
#define SM_SCORE_NAME_H

#include <stddef.h>

enum sm_intent {
	SM_INTENT_COMPLAINT,
	SM_INTENT_QUESTION,
	SM_INTENT_PRAISE,
	SM_INTENT_CHURN,
	SM_INTENT_OUTAGE,
	SM_INTENT_BILLING,
	SM_INTENT_DELIVERY,
	SM_INTENT_ACCOUNT,
	SM_INTENT_DEFECT,
	SM_INTENT_SUGGESTION,
	SM_INTENT_RECOMMENDATION,
	SM_INTENT_ANSWER,
	SM_INTENT_SPAM,
	SM_INTENT_BOT,
	SM_INTENT_CRISIS,
	SM_INTENT_OTHER,
	SM_INTENTS
};

enum sm_emotion {
	SM_EMOTION_PRAISE,
	SM_EMOTION_SATISFIED,
	SM_EMOTION_NEUTRAL,
	SM_EMOTION_DISSATISFIED,
	SM_EMOTION_DISAPPOINTED,
	SM_EMOTION_ANGRY,
	SM_EMOTIONS
};

/* In the order of their floors. */
enum sm_urgent {
	SM_URGENT_SELF_HARM,
	SM_URGENT_SAFETY,
	SM_URGENT_LEGAL,
	SM_URGENT_PRESS,
	SM_URGENT_OUTAGE,
	SM_URGENT_CHURN,
	SM_URGENT_MONEY,
	SM_URGENT_DEADLINE,
	SM_URGENTS
};

extern const char *const sm_intent_names[SM_INTENTS];
extern const char *const sm_emotion_names[SM_EMOTIONS];
extern const char *const sm_urgent_names[SM_URGENTS];

/* The letters of the kinds in a lexicon: "snibgxeqttul". */
extern const char sm_lex_kinds[];

/* The index of a name among count, or -1. */
int sm_name_find(const char *const *names, int count, const char *name,
    size_t len);

#endif
