#include "score/fixed.h"

/* log2(1 + i / 64) in 1/65536. */
static const uint32_t log_table[65] = {
	0, 1466, 2909, 4331, 5732, 7112, 8473, 9814,
	11136, 12440, 13727, 14996, 16248, 17484, 18704, 19909,
	21098, 22272, 23433, 24579, 25711, 26830, 27936, 29029,
	30109, 31178, 32234, 33279, 34312, 35334, 36346, 37346,
	38336, 39316, 40286, 41246, 42196, 43137, 44068, 44990,
	45904, 46809, 47705, 48593, 49472, 50344, 51207, 52063,
	52911, 53751, 54584, 55410, 56229, 57040, 57845, 58643,
	59434, 60219, 60997, 61769, 62534, 63294, 64047, 64794,
	65536
};

uint32_t
sm_log2(uint64_t x)
{
	uint32_t exponent, step, part;
	uint64_t mantissa;

	if (x < 2)
		return 0;
	exponent = 63 - (uint32_t)__builtin_clzll(x);
	mantissa = x << (63 - exponent) << 1; /* what is behind the point */
	step = (uint32_t)(mantissa >> 58);
	part = (uint32_t)(mantissa >> 42) & 0xffff;
	return exponent << 16 | (log_table[step] + (uint32_t)(((uint64_t)
	    (log_table[step + 1] - log_table[step]) * part) >> 16));
}

uint32_t
sm_log10(uint64_t x)
{
	/* log10(2) = 19728.302 / 65536 */
	return (uint32_t)(((uint64_t)sm_log2(x) * 1292913986u) >> 32);
}

uint32_t
sm_sqrt(uint64_t x)
{
	uint64_t root, next;

	if (x < 2)
		return (uint32_t)x;
	/* Above the root to begin with; from there Newton only falls. */
	next = UINT64_C(1) << ((65 - (uint32_t)__builtin_clzll(x)) / 2);
	do {
		root = next;
		next = (root + x / root) / 2;
	} while (next < root);
	return (uint32_t)root;
}

/* The first of the largest, or with a sign of -1 of the smallest. */
static size_t
largest(const int64_t *rest, size_t count, int32_t sign)
{
	int64_t most = rest[0] * sign;
	size_t best = 0;

	for (size_t i = 1; i < count; i++) {
		int64_t own = rest[i] * sign;

		best = own > most ? i : best;
		most = own > most ? own : most;
	}
	return best;
}

void
sm_largest_remainder(const int64_t *part, int32_t *points, size_t count,
    int64_t of, int32_t total)
{
	int64_t rest[SM_PARTS_MAX];
	int32_t sum = 0, step;

	if (of == total || !of) {
		/* They are whole as they are; most often none is there. */
		for (size_t i = 0; i < count; i++)
			points[i] = of ? (int32_t)part[i] : 0;
		if (of || !total)
			return;
	}
	for (size_t i = 0; i < count; i++) {
		int64_t scaled = of ? part[i] * total : 0;

		points[i] = of ? (int32_t)(scaled / of) : 0;
		rest[i] = of ? scaled % of : 0;
		if (of < 0)
			rest[i] = -rest[i];
		sum += points[i];
	}
	step = sum < total ? 1 : -1;
	for (; sum != total && count; sum += step) {
		size_t best = largest(rest, count, step);

		points[best] += step;
		rest[best] = step * (INT64_MIN / 2);
	}
}
