#include "rule/field.h"

#include <stdio.h>
#include <string.h>

#define NUM .type = SM_FIELD_NUMBER
#define TXT .type = SM_FIELD_TEXT
#define SET .type = SM_FIELD_SET
#define TIM .type = SM_FIELD_TIME
#define DUR .type = SM_FIELD_DURATION
#define TRU .type = SM_FIELD_TRUTH
#define OTH .type = SM_FIELD_OTHER
#define PERCENT .type = SM_FIELD_NUMBER, .least = 0, .most = 100
#define BALANCE .type = SM_FIELD_NUMBER, .least = -100, .most = 100

#define INTENTS "complaint question praise churn outage billing delivery " \
	"account defect suggestion recommendation answer spam bot crisis other"
#define URGENT "self_harm safety legal press outage churn money deadline"
#define STATUS "new open waiting solved closed ignored merged"
#define TYPES "Note Article Review Question Video Audio Message Tombstone"

const struct sm_field sm_fields[] = {
	{ "v", NULL, NUM, .help = "major version of the record" },
	{ "key", NULL, TXT, .help = "channel:host:native-id" },
	{ "type", NULL, TXT, .help = "kind of post", .values = TYPES },
	{ "channel", NULL, TXT, .help = "kind of place: mastodon, feed, ..." },
	{ "source", NULL, TXT, .help = "listening post" },
	{ "account", NULL, TXT, .help = "our own account there" },
	{ "rev", NULL, TXT, .help = "revision of the source" },
	{ "brand", NULL, TXT, .help = "whom it is about" },
	{ "id", NULL, TXT, .help = "the network's own id" },
	{ "url", NULL, TXT, .help = "where it can be looked at" },
	{ "content", "text", TXT, .help = "the text itself" },
	{ "name", "title", TXT, .help = "title" },
	{ "summary", NULL, TXT, .help = "content warning" },
	{ "attributedTo", "author", TXT, .flags = SM_FIELD_AUTHOR,
	    .help = "the author: id or handle, whichever fits" },
	{ "attributedTo.id", "author.id", TXT, .help = "the author's id" },
	{ "attributedTo.preferredUsername", "handle", TXT,
	    .help = "the author's handle" },
	{ "attributedTo.name", "author.name", TXT,
	    .help = "the author's name as shown" },
	{ "attributedTo.type", "author.type", TXT, .help = "kind of author",
	    .values = "Person Organization Service Group Application" },
	{ "attributedTo.url", "author.url", TXT, .help = "the author's page" },
	{ "attributedTo.published", "author.published", TIM,
	    .help = "since when the author's account exists" },
	{ "attributedTo.followers", "followers", NUM,
	    .flags = SM_FIELD_INFLUENCE, .help = "how many follow the author" },
	{ "attributedTo.following", "following", NUM,
	    .help = "how many the author follows" },
	{ "attributedTo.posts", "author.posts", NUM,
	    .help = "how many posts the author wrote" },
	{ "attributedTo.verified", "author.verified", TRU,
	    .help = "the network vouches for the author" },
	{ "attributedTo.bot", "author.bot", TRU,
	    .help = "the author says that it is a machine" },
	{ "published", NULL, TIM, .help = "when, says the author" },
	{ "updated", NULL, TIM, .help = "when last changed" },
	{ "indexed", NULL, TIM, .help = "when, says the server" },
	{ "fetched", NULL, TIM, .help = "when we saw it" },
	{ "start", NULL, TIM, .help = "when the clocks start" },
	{ "age", NULL, DUR, .flags = SM_FIELD_AGE, .since = "start",
	    .help = "from start to fetched, or to --now" },
	{ "language", NULL, TXT, .help = "language, says the platform" },
	{ "inReplyTo", "parent", TXT, .help = "id of the post it answers" },
	{ "context", "thread", TXT, .help = "id of its thread" },
	{ "direction", NULL, TXT, .help = "to us, about us, between "
	    "customers, ours", .values = "in about peer out" },
	{ "visibility", NULL, TXT, .help = "who can see it",
	    .values = "public unlisted followers direct" },
	{ "tag", NULL, SET, .item = "name",
	    .help = "names of hashtags and mentions" },
	{ "attachment", NULL, SET, .item = "mediaType",
	    .help = "media types of pictures and files" },
	{ "metrics", NULL, OTH, .help = "numbers as seen at fetched" },
	{ "metrics.likes", "likes", NUM, .help = "likes" },
	{ "metrics.shares", "shares", NUM, .help = "shares" },
	{ "metrics.replies", "replies", NUM, .help = "answers" },
	{ "metrics.views", "views", NUM, .help = "views" },
	{ "rating.value", "rating", NUM, .help = "stars of a review" },
	{ "rating.best", NULL, NUM, .help = "the best there is" },
	{ "ref", NULL, OTH, .help = "what the connector needs to answer" },
	{ "flags", NULL, SET, .help = "what was odd",
	    .values = "clock-skew truncated edited quoted auto repaired-utf8 "
	    "repaired-xml" },
	{ "raw", NULL, TXT, .help = "digest of what was received" },
	{ "deleted", NULL, TIM, .help = "when it was deleted" },
	{ "formerType", NULL, TXT, .help = "type before it was deleted",
	    .values = TYPES },
	{ "known", NULL, OTH, .help = "what the store knows" },
	{ "known.customer", NULL, TXT, .help = "the customer's id" },
	{ "known.value", NULL, PERCENT, .help = "value of the customer" },
	{ "known.tier", NULL, TXT, .help = "tier of the customer" },
	{ "known.loyalty", NULL, PERCENT, .help = "loyalty" },
	{ "known.promoter", NULL, BALANCE, .help = "tells others off or on" },
	{ "known.consent", NULL, TXT, .help = "basis for influence" },
	{ "known.language", NULL, TXT, .help = "language of earlier posts" },
	{ "known.posts_7d", NULL, NUM, .help = "posts in the last 7 days" },
	{ "known.cases_90d", NULL, NUM, .help = "cases in the last 90 days" },
	{ "known.first_seen", NULL, TIM,
	    .help = "when the author's first post began" },
	{ "known.open_case", NULL, TXT, .help = "the author's open case" },
	{ "known.case", NULL, TXT, .help = "the thread's case" },
	{ "known.load", NULL, OTH, .help = "open cases by owner" },
	{ "cluster", NULL, OTH, .help = "posts that say the same" },
	{ "cluster.id", NULL, TXT, .help = "the cluster" },
	{ "cluster.size", NULL, NUM, .help = "posts in it" },
	{ "cluster.authors", NULL, NUM, .help = "authors in it" },
	{ "cluster.first", NULL, TXT, .help = "its first post" },
	{ "score", NULL, OTH, .help = "what sm-score found" },
	{ "score.by", NULL, TXT, .help = "program and lexicon" },
	{ "score.lang", "lang", TXT, .help = "language of the text" },
	{ "score.lang_confidence", "lang_confidence", PERCENT,
	    .help = "how sure that is" },
	{ "score.sentiment", "sentiment", BALANCE,
	    .flags = SM_FIELD_SENTIMENT, .help = "how it sounds" },
	{ "score.polarity", "polarity", TXT, .flags = SM_FIELD_SENTIMENT,
	    .help = "the class of that", .values = "negative neutral "
	    "positive" },
	{ "score.confidence", "confidence", PERCENT,
	    .flags = SM_FIELD_SENTIMENT, .help = "how sure that is" },
	{ "score.emotion", "emotion", TXT, .flags = SM_FIELD_SENTIMENT,
	    .help = "strongest emotion", .values = "praise satisfied neutral "
	    "dissatisfied disappointed angry" },
	{ "score.intent", "intent", SET, .values = INTENTS,
	    .help = "what the author wants" },
	{ "score.topic", "topic", SET, .help = "what it is about" },
	{ "score.ladder", "ladder", NUM, .least = 0, .most = 7,
	    .help = "step of dissatisfaction" },
	{ "score.urgency", "urgency", PERCENT, .help = "how urgent" },
	{ "score.urgent", "urgent", SET, .values = URGENT,
	    .help = "why it is urgent" },
	{ "score.emergency", "emergency", PERCENT,
	    .help = "danger to life or health" },
	{ "score.influence", "influence", PERCENT,
	    .flags = SM_FIELD_INFLUENCE, .help = "influence of the author" },
	{ "score.influence_basis", NULL, TXT, .flags = SM_FIELD_INFLUENCE,
	    .help = "why influence may be computed",
	    .values = "public-default registered unregistered opted-out "
	    "off" },
	{ "score.value", "value", PERCENT, .help = "value of the customer" },
	{ "score.loyalty", "loyalty", PERCENT, .help = "loyalty" },
	{ "score.promoter", "promoter", BALANCE,
	    .help = "tells others off or on" },
	{ "score.spam", "spam", PERCENT, .help = "how much like spam" },
	{ "score.priority", "priority", PERCENT, .flags = SM_FIELD_INFLUENCE,
	    .help = "priority before the rules" },
	{ "score.why", NULL, OTH, .help = "score.why.NAME: its terms" },
	{ "route", NULL, OTH, .help = "an earlier decision" },
	{ "route.by", NULL, TXT, .help = "rules that decided" },
	{ "route.decision", "decision", TXT, .help = "what was decided",
	    .values = "react ignore defer" },
	{ "route.rule", "rule", TXT, .help = "the rule that decided" },
	{ "route.reason", "reason", TXT, .help = "its reason" },
	{ "route.queue", "queue", TXT, .help = "queue",
	    .contexts = SM_IN_POST | SM_IN_OUTBOUND },
	{ "route.priority", NULL, PERCENT, .flags = SM_FIELD_INFLUENCE,
	    .help = "priority after the rules" },
	{ "route.why", NULL, OTH, .help = "route.why.NAME: its terms" },
	{ "route.labels", "labels", SET, .help = "labels",
	    .contexts = SM_IN_POST | SM_IN_OUTBOUND },
	{ "route.department", "department", SET, .help = "departments" },
	{ "case", NULL, OTH, .help = "what sm-case found" },
	{ "case.id", NULL, TXT, .help = "the case" },
	{ "case.event", "event", TXT, .contexts = SM_IN_CASE,
	    .help = "what happened to it" },
	{ "case.status", "status", TXT, .contexts = SM_IN_CASE,
	    .help = "its status: " STATUS },
	{ "case.reason", "status.reason", TXT, .contexts = SM_IN_CASE,
	    .help = "why it waits or is ignored" },
	{ "case.queue", "queue", TXT, .contexts = SM_IN_CASE,
	    .help = "the queue it waits in" },
	{ "case.owner", "owner", TXT, .contexts = SM_IN_CASE,
	    .help = "who has it" },
	{ "case.priority", "case_priority", NUM, .contexts = SM_IN_CASE,
	    .help = "its priority now" },
	{ "case.labels", "labels", SET, .contexts = SM_IN_CASE,
	    .help = "its labels" },
	{ "case.incident", "incident", TXT, .contexts = SM_IN_CASE,
	    .help = "what it is part of" },
	{ "case.class", "class", TXT, .contexts = SM_IN_CASE,
	    .help = "what kind of matter it was" },
	{ "case.posts", "posts", NUM, .contexts = SM_IN_CASE,
	    .help = "how many posts it has" },
	{ "case.reopened", "reopened", NUM, .contexts = SM_IN_CASE,
	    .help = "how often it came back" },
	{ "case.opened", "opened", TIM, .contexts = SM_IN_CASE,
	    .help = "when it began" },
	{ "case.due", "due", TIM, .contexts = SM_IN_CASE,
	    .help = "when the nearest clock is over" },
	{ "case.clock", "clock", TXT, .contexts = SM_IN_CASE,
	    .help = "which clock that is", .values = "first-response "
	    "next-response resolution update first-touch platform-window" },
	{ "case.fired", "fired", TXT, .contexts = SM_IN_TIME,
	    .help = "what the clock says",
	    .values = "warn breach waiting snooze" },
	{ "case.at", NULL, TIM, .help = "when this is how it stands" },
	{ "waiting", NULL, DUR, .flags = SM_FIELD_AGE,
	    .since = "case.waiting_since", .contexts = SM_IN_CASE,
	    .help = "how long the customer has waited for a word" },
	{ "idle", NULL, DUR, .flags = SM_FIELD_AGE, .since = "case.last",
	    .contexts = SM_IN_CASE,
	    .help = "how long nothing has happened to it" },
	{ "reply", NULL, OTH, .help = "what sm-reply found" },
	{ "reply.by", "draft.by", TXT, .flags = SM_FIELD_BY,
	    .contexts = SM_IN_OUTBOUND, .help = "who wrote it; draft.by "
	    "has role \"NAME\" asks for a role" },
	{ "reply.roles", "draft.roles", SET, .contexts = SM_IN_OUTBOUND,
	    .help = "the writer's roles" },
	{ "reply.content", "draft.text", TXT, .contexts = SM_IN_OUTBOUND,
	    .help = "what is to be sent" },
	{ "reply.language", "draft.language", TXT,
	    .contexts = SM_IN_OUTBOUND, .help = "its language" },
	{ "reply.visibility", "draft.visibility", TXT,
	    .contexts = SM_IN_OUTBOUND, .help = "who will see it",
	    .values = "public unlisted followers direct" },
	{ "reply.account", "draft.account", TXT,
	    .contexts = SM_IN_OUTBOUND, .help = "our account that sends" },
	{ "reply.template", "draft.template", TXT,
	    .contexts = SM_IN_OUTBOUND, .help = "what it was made from" },
	{ "now", NULL, TIM, .flags = SM_FIELD_NOW,
	    .help = "fetched, or what --now says; of a case: case.at" },
	{ NULL, NULL, NUM, .help = NULL }
};

static const struct sm_field why_score = {
	.name = "score.why.NAME", .type = SM_FIELD_NUMBER,
	.help = "a term of the score", .flags = SM_FIELD_INFLUENCE
};
static const struct sm_field why_route = {
	.name = "route.why.NAME", .type = SM_FIELD_NUMBER,
	.help = "a term of the rules", .flags = SM_FIELD_INFLUENCE
};

static const char *const types[] = {
	[SM_FIELD_NUMBER] = "number",
	[SM_FIELD_TEXT] = "text",
	[SM_FIELD_SET] = "set",
	[SM_FIELD_TIME] = "time",
	[SM_FIELD_DURATION] = "duration",
	[SM_FIELD_TRUTH] = "truth",
	[SM_FIELD_OTHER] = "object"
};

static bool
below(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(name, prefix, len) == 0 && name[len] &&
	    !strchr(name + len, '.');
}

static const char *const contexts[] = {
	[SM_CONTEXT_POST] = "post",
	[SM_CONTEXT_UPDATE] = "update",
	[SM_CONTEXT_TIME] = "time",
	[SM_CONTEXT_OUTBOUND] = "outbound"
};

const char *
sm_context_name(enum sm_context context)
{
	return contexts[context];
}

int
sm_context_find(const char *name)
{
	for (int i = 0; i < SM_CONTEXTS; i++)
		if (strcmp(contexts[i], name) == 0)
			return i;
	return -1;
}

static bool
same(const char *a, const char *b)
{
	return *a == *b && strcmp(a, b) == 0;
}

/* A path is known everywhere, what is short or computed where it is so. */
static bool
is_named(const struct sm_field *field, const char *name,
    enum sm_context context)
{
	bool here = !field->contexts || field->contexts & 1U << context;

	if (same(field->name, name))
		return here || !(field->flags & SM_FIELD_AGE);
	return here && field->alias && same(field->alias, name);
}

const struct sm_field *
sm_field_find(const char *name, enum sm_context context)
{
	static const char author[] = "author.", path[] = "attributedTo.";
	const char *of_author = NULL;

	if (strncmp(name, author, sizeof(author) - 1) == 0)
		of_author = name + sizeof(author) - 1;
	for (const struct sm_field *field = sm_fields; field->name; field++) {
		if (is_named(field, name, context))
			return field;
		if (of_author && strncmp(field->name, path,
		    sizeof(path) - 1) == 0 &&
		    same(field->name + sizeof(path) - 1, of_author))
			return field;
	}
	if (below(name, "score.why."))
		return &why_score;
	if (below(name, "route.why."))
		return &why_route;
	return NULL;
}

const char *
sm_field_path(const char *name, enum sm_context context, char *out,
    size_t size)
{
	const struct sm_field *field = sm_field_find(name, context);

	if (field && field != &why_score && field != &why_route)
		name = field->name;
	(void)snprintf(out, size, "%s", name);
	return out;
}

const char *
sm_field_type_name(enum sm_field_type type)
{
	return types[type];
}

int
sm_field_type_find(const char *name)
{
	for (int i = 0; i < SM_FIELD_OTHER; i++)
		if (strcmp(types[i], name) == 0)
			return i;
	return -1;
}

bool
sm_field_allows(const struct sm_field *field, const char *value)
{
	size_t len = strlen(value);

	if (!field->values)
		return true;
	for (const char *at = field->values; *at; ) {
		size_t word = strcspn(at, " ");

		if (word == len && memcmp(at, value, len) == 0)
			return true;
		at += word + (at[word] == ' ');
	}
	return false;
}
