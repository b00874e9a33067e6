#include "source/sweep/budget.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"

#define MICRO 1000000

/* In the order of enum sm_unit. */
static const char *const names[SM_UNITS] = { "usd", "calls", "posts" };

/* Digits to *value times scale; where they end, or NULL. */
static const char *
parse_whole(const char *s, int64_t *value)
{
	const char *start = s;

	*value = 0;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (*value > SM_BUDGET_MAX / 10)
			return NULL;
		*value = *value * 10 + (*s - '0');
	}
	return s == start ? NULL : s;
}

/* The digits behind the point as millionths; more than six are no price. */
static const char *
parse_fraction(const char *s, int64_t *micro)
{
	int64_t scale = MICRO;

	*micro = 0;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (scale == 1)
			return NULL;
		scale /= 10;
		*micro += (*s - '0') * scale;
	}
	return scale == MICRO ? NULL : s;
}

int
sm_money_parse(const char *text, int64_t *micro, struct sm_err *err)
{
	int64_t whole, part = 0;
	const char *s = parse_whole(text, &whole);

	if (s && *s == '.')
		s = parse_fraction(s + 1, &part);
	if (!s || whole > SM_BUDGET_MAX / MICRO ||
	    (*s && strcasecmp(s + strspn(s, " "), names[SM_UNIT_USD]) != 0))
		return sm_err_set(err, SM_EXIT_CONFIG, "'%s': expected US "
		    "dollars such as 0.005usd", text);
	*micro = whole * MICRO + part;
	return 0;
}

static enum sm_unit
unit_of(const char *text)
{
	const char *s = text + strspn(text, "0123456789. ");
	size_t len = strlen(s);

	for (int unit = 0; unit < SM_UNITS; unit++)
		if (strcasecmp(s, names[unit]) == 0 ||
		    (len > 0 && strlen(names[unit]) == len + 1 &&
		    strncasecmp(s, names[unit], len) == 0))
			return (enum sm_unit)unit;
	return SM_UNITS;
}

int
sm_budget_add(struct sm_budget *budget, const char *text, struct sm_err *err)
{
	enum sm_unit unit = unit_of(text);
	const char *end;
	int64_t value = 0;

	if (unit == SM_UNIT_USD) {
		if (sm_money_parse(text, &value, err) == -1)
			return -1;
	} else {
		end = parse_whole(text, &value);
		if (unit == SM_UNITS || !end || value > SM_BUDGET_MAX ||
		    *end == '.')
			return sm_err_set(err, SM_EXIT_CONFIG, "'%s': expected "
			    "a budget such as 2.00usd, 500calls or 1000posts",
			    text);
	}
	if (!budget->limited[unit] || value < budget->limit.of[unit])
		budget->limit.of[unit] = value;
	budget->limited[unit] = true;
	return 0;
}

bool
sm_budget_is_limited(const struct sm_budget *budget)
{
	for (int unit = 0; unit < SM_UNITS; unit++)
		if (budget->limited[unit])
			return true;
	return false;
}

enum sm_unit
sm_budget_over(const struct sm_budget *budget, const struct sm_amount *used,
    const struct sm_amount *more)
{
	for (int unit = 0; unit < SM_UNITS; unit++)
		if (budget->limited[unit] && more->of[unit] > 0 &&
		    more->of[unit] > budget->limit.of[unit] - used->of[unit])
			return (enum sm_unit)unit;
	return SM_UNITS;
}

void
sm_amount_add(struct sm_amount *to, const struct sm_amount *more)
{
	for (int unit = 0; unit < SM_UNITS; unit++)
		to->of[unit] += more->of[unit];
}

void
sm_amount_take(struct sm_amount *from, const struct sm_amount *less)
{
	for (int unit = 0; unit < SM_UNITS; unit++)
		from->of[unit] -= less->of[unit];
}

void
sm_amount_text(struct sm_buf *out, enum sm_unit unit, int64_t value)
{
	int64_t part = value % MICRO;
	int digits = 6;

	if (unit != SM_UNIT_USD) {
		sm_buf_addf(out, "%lld%s", (long long)value, names[unit]);
		return;
	}
	if (value < 0)
		sm_buf_addc(out, '-');
	part = part < 0 ? -part : part;
	value = value < 0 ? -value : value;
	while (digits > 2 && part % 10 == 0) {
		part /= 10;
		digits--;
	}
	sm_buf_addf(out, "%lld.%0*lldusd", (long long)(value / MICRO), digits,
	    (long long)part);
}
