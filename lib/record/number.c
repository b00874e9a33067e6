#include "record/number.h"

/* Digits beyond these cannot change an int64 but by being there. */
#define DIGITS 19
#define EXPONENT_MAX 100000

/* What a spelling says: sign, up to 19 digits, and where the point is. */
struct decimal {
	uint64_t digits;
	int count;
	int64_t exponent;	/* value = digits * 10^exponent */
	bool negative;
	bool lost;		/* digits other than 0 did not fit */
};

static void
add_digit(struct decimal *d, char c, bool fraction)
{
	if (d->count < DIGITS) {
		d->digits = d->digits * 10 + (uint64_t)(c - '0');
		d->count += d->digits > 0;
		d->exponent -= fraction;
		return;
	}
	d->lost |= c != '0';
	d->exponent += !fraction;
}

static int64_t
exponent(const char *p, const char *end)
{
	bool negative = false;
	int64_t value = 0;

	if (*p == '+' || *p == '-')
		negative = *p++ == '-';
	for (; p < end; p++)
		if (value < EXPONENT_MAX)
			value = value * 10 + (*p - '0');
	return negative ? -value : value;
}

static struct decimal
parse(const char *p, const char *end)
{
	struct decimal d = { .digits = 0 };
	bool fraction = false;

	if (p < end && *p == '-') {
		d.negative = true;
		p++;
	}
	for (; p < end && *p != 'e' && *p != 'E'; p++) {
		if (*p == '.')
			fraction = true;
		else
			add_digit(&d, *p, fraction);
	}
	if (p < end)
		d.exponent += exponent(p + 1, end);
	return d;
}

int64_t
sm_number_scaled(const char *text, size_t len, int scale, bool *exact)
{
	struct decimal d = parse(text, text + len);
	uint64_t limit = (uint64_t)INT64_MAX + d.negative;

	*exact = !d.lost;
	d.exponent += scale;
	for (; d.exponent < 0 && d.digits; d.exponent++) {
		if (d.digits % 10)
			*exact = false;
		d.digits /= 10;
	}
	for (; d.exponent > 0 && d.digits; d.exponent--) {
		if (d.digits > limit / 10) {
			*exact = false;
			d.digits = limit;
			break;
		}
		d.digits *= 10;
	}
	if (d.digits > limit) {
		*exact = false;
		d.digits = limit;
	}
	if (!d.negative)
		return (int64_t)d.digits;
	return d.digits > (uint64_t)INT64_MAX ? INT64_MIN :
	    -(int64_t)d.digits;
}
