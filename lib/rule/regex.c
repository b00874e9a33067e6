#include "rule/regex.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "rule/literal.h"

#define GRAMS 6			/* pairs looked at in a literal */
#define STACK_MIN 32768		/* bytes of PCRE2's own stack */
#define STACK_MAX 524288
#define HEAP_KIB 16384		/* where there is no JIT */

struct gram_word {
	uint16_t gram[GRAMS];
	int count;
};

struct sm_regex {
	char *pattern;
	size_t len;
	char *flags;
	uint32_t options;
	pcre2_code *fast;	/* made when the pattern is read */
	pcre2_code *counted;	/* made when first needed */
	atomic_bool ready_fast, ready_counted;	/* and JIT compiled */
	pthread_mutex_t lock;
	int repeats;
	size_t fast_max;	/* bytes of text */
	struct gram_word words[SM_LITERALS];
	int count;
};

struct sm_regex_state {
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	long left;		/* of the budget */
	size_t last;		/* where the callout before was */
};

static unsigned
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static unsigned
gram_of(unsigned a, unsigned b)
{
	return ((a * 0x9E5u) ^ (b * 0x1B3u)) >> 2 & 4095;
}

void
sm_grams_fill(struct sm_grams *grams, const char *text, size_t len)
{
	unsigned before;

	memset(grams, 0, sizeof(*grams));
	if (len == 0)
		return;
	before = lower(text[0]);
	for (size_t i = 1; i < len; i++) {
		unsigned c = lower(text[i]), gram = gram_of(before, c);

		grams->bits[gram >> 6] |= UINT64_C(1) << (gram & 63);
		before = c;
	}
}

static void
take_grams(struct sm_regex *regex)
{
	struct sm_literals found;

	sm_literal_find(regex->pattern, regex->len,
	    regex->options & PCRE2_CASELESS, &found);
	for (int i = 0; i < found.count; i++) {
		struct gram_word *word = &regex->words[i];
		const char *text = found.word[i].text;

		for (int j = 1; j < found.word[i].len && j <= GRAMS; j++)
			word->gram[word->count++] =
			    (uint16_t)gram_of(lower(text[j - 1]),
			    lower(text[j]));
	}
	regex->count = found.count;
}

static bool
may_contain(const struct sm_regex *regex, const struct sm_grams *grams)
{
	for (int i = 0; i < regex->count; i++) {
		const struct gram_word *word = &regex->words[i];
		int j = 0;

		while (j < word->count && grams->bits[word->gram[j] >> 6] >>
		    (word->gram[j] & 63) & 1)
			j++;
		if (j == word->count)
			return true;
	}
	return regex->count == 0;
}

static int
take_flags(struct sm_regex *regex, struct sm_err *err)
{
	regex->options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;
	for (const char *flag = regex->flags; *flag; flag++) {
		switch (*flag) {
		case 'i': regex->options |= PCRE2_CASELESS; break;
		case 'm': regex->options |= PCRE2_MULTILINE; break;
		case 's': regex->options |= PCRE2_DOTALL; break;
		default:
			return sm_err_set(err, SM_EXIT_CONFIG,
			    "a pattern has the flags i, m and s, not '%c'",
			    *flag);
		}
	}
	return 0;
}

static int
compile(struct sm_regex *regex, size_t *at, struct sm_err *err)
{
	uint32_t references;
	char text[160];
	int code;

	if (take_flags(regex, err) == -1)
		return -1;
	regex->fast = pcre2_compile((PCRE2_SPTR)regex->pattern, regex->len,
	    regex->options, &code, at, NULL);
	if (!regex->fast) {
		if (pcre2_get_error_message(code, (PCRE2_UCHAR *)text,
		    sizeof(text)) < 0)
			text[0] = '\0';
		return sm_err_set(err, SM_EXIT_CONFIG,
		    "this is no regular expression: %s", text);
	}
	*at = 0;
	if (pcre2_pattern_info(regex->fast, PCRE2_INFO_BACKREFMAX,
	    &references) == 0 && references > 0)
		return sm_err_set(err, SM_EXIT_CONFIG, "a pattern may not "
		    "refer back to its groups (\\1): it would be slow");
	return 0;
}

/* How long a text may be for the fast form; see the header. */
static size_t
fast_max(int repeats)
{
	static const size_t most[] = { SIZE_MAX, 4096, 320 };

	if (repeats < 0)
		return 0;
	return repeats < 3 ? most[repeats] : 64;
}

struct sm_regex *
sm_regex_new(const char *pattern, size_t len, const char *flags, size_t *at,
    struct sm_err *err)
{
	struct sm_regex *regex = sm_xcalloc(1, sizeof(*regex));

	*at = 0;
	regex->pattern = sm_xstrndup(pattern, len);
	regex->len = len;
	regex->flags = sm_xstrdup(flags);
	pthread_mutex_init(&regex->lock, NULL);
	if (compile(regex, at, err) == -1) {
		sm_regex_free(regex);
		return NULL;
	}
	take_grams(regex);
	regex->repeats = sm_literal_repeats(regex->pattern, len);
	regex->fast_max = fast_max(regex->repeats);
	return regex;
}

void
sm_regex_free(struct sm_regex *regex)
{
	if (!regex)
		return;
	pcre2_code_free(regex->fast);
	pcre2_code_free(regex->counted);
	pthread_mutex_destroy(&regex->lock);
	free(regex->pattern);
	free(regex->flags);
	free(regex);
}

const char *
sm_regex_pattern(const struct sm_regex *regex)
{
	return regex->pattern;
}

const char *
sm_regex_flags(const struct sm_regex *regex)
{
	return regex->flags;
}

const char *
sm_regex_risk(const struct sm_regex *regex)
{
	if (regex->repeats < 0)
		return "a group is repeated as a whole";
	if (regex->repeats > 2)
		return "more than two repeats without an end";
	return NULL;
}

/* Counts the characters passed since the callout before, and itself. */
static int
callout(pcre2_callout_block *block, void *arg)
{
	struct sm_regex_state *state = arg;
	size_t at = block->current_position;

	state->left -= 1 + (long)(at > state->last ? at - state->last : 0);
	state->last = at;
	return state->left < 0 ? PCRE2_ERROR_MATCHLIMIT : 0;
}

struct sm_regex_state *
sm_regex_state_new(void)
{
	struct sm_regex_state *state = sm_xcalloc(1, sizeof(*state));

	state->context = pcre2_match_context_create(NULL);
	state->data = pcre2_match_data_create(1, NULL);
	if (!state->context || !state->data)
		(void)sm_xmalloc(SIZE_MAX / 2); /* says so and ends */
	pcre2_set_match_limit(state->context, SM_REGEX_MATCHES);
	pcre2_set_depth_limit(state->context, SM_REGEX_MATCHES);
	pcre2_set_heap_limit(state->context, HEAP_KIB);
	pcre2_set_callout(state->context, callout, state);
	return state;
}

void
sm_regex_state_free(struct sm_regex_state *state)
{
	if (!state)
		return;
	pcre2_match_data_free(state->data);
	pcre2_match_context_free(state->context);
	pcre2_jit_stack_free(state->stack);
	free(state);
}

/*
 * The compiled form, made ready by whoever needs it first: most patterns of a
 * run never get past the prefilter.  Where JIT is refused, PCRE2 interprets.
 */
static const pcre2_code *
ready(const struct sm_regex *lent, bool fast)
{
	struct sm_regex *regex = (struct sm_regex *)(uintptr_t)lent;
	atomic_bool *done = fast ? &regex->ready_fast : &regex->ready_counted;
	pcre2_code **code = fast ? &regex->fast : &regex->counted;
	PCRE2_SIZE at;
	int error;

	if (atomic_load_explicit(done, memory_order_acquire))
		return *code;
	pthread_mutex_lock(&regex->lock);
	if (!atomic_load_explicit(done, memory_order_relaxed)) {
		if (!fast)
			*code = pcre2_compile((PCRE2_SPTR)regex->pattern,
			    regex->len, regex->options | PCRE2_AUTO_CALLOUT |
			    PCRE2_NO_AUTO_POSSESS, &error, &at, NULL);
		if (*code)
			(void)pcre2_jit_compile(*code, PCRE2_JIT_COMPLETE);
		atomic_store_explicit(done, true, memory_order_release);
	}
	pthread_mutex_unlock(&regex->lock);
	return *code;
}

enum sm_regex_result
sm_regex_search(const struct sm_regex *regex, struct sm_regex_state *state,
    const struct sm_grams *grams, const char *text, size_t len)
{
	const pcre2_code *code;
	int found;

	if (!may_contain(regex, grams))
		return SM_REGEX_NO;
	if (!state->stack) {
		state->stack = pcre2_jit_stack_create(STACK_MIN, STACK_MAX,
		    NULL);
		pcre2_jit_stack_assign(state->context, NULL, state->stack);
	}
	code = ready(regex, len <= regex->fast_max);
	state->left = SM_REGEX_BUDGET;
	state->last = 0;
	if (!code)
		return SM_REGEX_LIMIT;
	found = pcre2_match(code, (PCRE2_SPTR)text, len, 0,
	    PCRE2_NO_UTF_CHECK, state->data, state->context);
	if (found >= 0)
		return SM_REGEX_YES;
	return found == PCRE2_ERROR_NOMATCH ? SM_REGEX_NO : SM_REGEX_LIMIT;
}
