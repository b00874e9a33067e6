#include "source/emit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "record/json.h"
#include "source/source.h"

#define FAILED_MAX 20	/* texts that are kept; the rest is counted */

void
sm_emit_release(struct sm_emit *emit)
{
	sm_buf_release(&emit->gaps);
	sm_buf_release(&emit->errors);
	sm_buf_release(&emit->made);
	sm_again_release(&emit->again);
}

bool
sm_emit_full(const struct sm_emit *emit)
{
	return emit->args->limit > 0 &&
	    emit->posts >= (uint64_t)emit->args->limit;
}

void
sm_emit_fill(const struct sm_emit *emit, struct sm_post *post)
{
	const struct sm_source_args *args = emit->args;

	post->source = sm_span(args->name);
	post->brand = sm_span(args->brand);
	if (!post->account.s)
		post->account = sm_span(args->account);
	if (!post->language.s)
		post->language = sm_span(args->language);
	if (args->direction != SM_DIRECTION_ASK)
		post->usual = args->direction;
	post->own = args->own;
	post->fetched = emit->fetched;
	post->window = args->window;
	post->raw = sm_span(emit->raw);
}

static uint64_t
hash_span(uint64_t hash, struct sm_span span)
{
	for (size_t i = 0; span.s && i < span.len; i++)
		hash = sm_hash_byte(hash, (unsigned char)span.s[i]);
	return sm_hash_byte(hash, 0xFF);	/* which no text has */
}

/* Whether the same revision of the post went out in this run. */
static bool
is_there(struct sm_emit *emit, const struct sm_post *post)
{
	uint64_t hash = hash_span(SM_HASH_START, post->native);

	hash = hash_span(hash_span(hash, post->host), post->channel);
	hash = hash_span(hash_span(hash, post->rev), sm_span(post->type));
	if (post->rev.len == 0) {
		hash = hash_span(hash_span(hash, post->content), post->name);
		hash = sm_hash_byte(hash_span(hash, post->summary),
		    (unsigned char)post->updated);
	}
	return sm_again_meet(&emit->again, sm_hash_mix(hash));
}

int
sm_emit_post(struct sm_emit *emit, struct sm_post *post, struct sm_err *err)
{
	struct sm_err why;

	if (emit->args->since != SM_TIME_NONE &&
	    post->published != SM_TIME_NONE &&
	    post->published < emit->args->since) {
		emit->old++;
		return 0;
	}
	if (is_there(emit, post)) {
		emit->twice++;
		return 0;
	}
	sm_emit_fill(emit, post);
	if (sm_post_write(post, &emit->made, &why) == -1) {
		sm_emit_failed(emit, "%s", why.text);
		return 0;
	}
	return sm_emit_line(emit, emit->made.data, emit->made.len, err);
}

int
sm_emit_line(struct sm_emit *emit, const char *line, size_t len,
    struct sm_err *err)
{
	emit->posts++;
	return emit->line(emit->arg, line, len, err);
}

void
sm_emit_paid(struct sm_emit *emit, int64_t posts)
{
	emit->paid += posts > 0 ? posts : 0;
	emit->counted = true;
}

void
sm_emit_gap(struct sm_emit *emit, int64_t since, int64_t until,
    const char *why)
{
	struct sm_buf *out = &emit->gaps;

	emit->gap = true;
	emit->ngaps++;
	sm_buf_adds(&emit->errors, "something may be missing: ");
	sm_buf_add(&emit->errors, why, strlen(why) + 1);
	if (!emit->want_gaps)
		return;
	sm_json_open(out, NULL, '{');
	sm_json_strz(out, "type", "sm:Gap");
	sm_json_strz(out, "source", emit->args->name);
	if (since != SM_TIME_NONE)
		sm_json_time(out, "since", since);
	if (until != SM_TIME_NONE)
		sm_json_time(out, "until", until);
	sm_json_strz(out, "why", why);
	sm_buf_adds(out, "}\n");
}

void
sm_emit_failed(struct sm_emit *emit, const char *format, ...)
{
	char text[SM_ERR_MAX];
	va_list ap;

	if (emit->failed++ >= FAILED_MAX)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	sm_buf_add(&emit->errors, text, strlen(text) + 1);
}

void
sm_emit_say(struct sm_emit *emit, const char *text)
{
	sm_buf_add(&emit->errors, text, strlen(text) + 1);
}

int
sm_emit_idle(struct sm_emit *emit, struct sm_err *err)
{
	return emit->idle ? emit->idle(emit->arg, err) : 0;
}
