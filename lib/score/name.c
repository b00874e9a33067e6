#include "score/name.h"

#include <string.h>

const char *const sm_intent_names[SM_INTENTS] = {
	[SM_INTENT_COMPLAINT] = "complaint",
	[SM_INTENT_QUESTION] = "question",
	[SM_INTENT_PRAISE] = "praise",
	[SM_INTENT_CHURN] = "churn",
	[SM_INTENT_OUTAGE] = "outage",
	[SM_INTENT_BILLING] = "billing",
	[SM_INTENT_DELIVERY] = "delivery",
	[SM_INTENT_ACCOUNT] = "account",
	[SM_INTENT_DEFECT] = "defect",
	[SM_INTENT_SUGGESTION] = "suggestion",
	[SM_INTENT_RECOMMENDATION] = "recommendation",
	[SM_INTENT_ANSWER] = "answer",
	[SM_INTENT_SPAM] = "spam",
	[SM_INTENT_BOT] = "bot",
	[SM_INTENT_CRISIS] = "crisis",
	[SM_INTENT_OTHER] = "other"
};

const char *const sm_emotion_names[SM_EMOTIONS] = {
	[SM_EMOTION_PRAISE] = "praise",
	[SM_EMOTION_SATISFIED] = "satisfied",
	[SM_EMOTION_NEUTRAL] = "neutral",
	[SM_EMOTION_DISSATISFIED] = "dissatisfied",
	[SM_EMOTION_DISAPPOINTED] = "disappointed",
	[SM_EMOTION_ANGRY] = "angry"
};

const char *const sm_urgent_names[SM_URGENTS] = {
	[SM_URGENT_SELF_HARM] = "self_harm",
	[SM_URGENT_SAFETY] = "safety",
	[SM_URGENT_LEGAL] = "legal",
	[SM_URGENT_PRESS] = "press",
	[SM_URGENT_OUTAGE] = "outage",
	[SM_URGENT_CHURN] = "churn",
	[SM_URGENT_MONEY] = "money",
	[SM_URGENT_DEADLINE] = "deadline"
};

const char sm_lex_kinds[] = "snibgxeqttul";

int
sm_name_find(const char *const *names, int count, const char *name,
    size_t len)
{
	for (int i = 0; i < count; i++)
		if (strlen(names[i]) == len &&
		    memcmp(names[i], name, len) == 0)
			return i;
	return -1;
}
