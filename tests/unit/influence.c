/* Influence: the worked values of its formula, and what must always hold. */
#include <stdbool.h>
#include <stdlib.h>

#include "score/fixed.h"
#include "score/influence.h"
#include "tap.h"

static struct sm_influence_input
person(int64_t f, int64_t g, int64_t e, int64_t n, int64_t s, int64_t l,
    int64_t q, int v, int64_t b)
{
	struct sm_influence_input in = { .followers = f, .following = g,
	    .engagement = e, .posts = n, .shares = s, .listed = l,
	    .peers = q, .verified = v, .bot = b };

	return in;
}

static void
worked(void)
{
	static const struct {
		int64_t f, g, e, n, s, l, q, b;
		int v, want;
	} list[] = {
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 },
		{ 150, 300, 500, 20, 50, 0, 0, 0, 0, 17 },
		{ 1000, 500, 3000, 30, 300, 5, 50, 0, 0, 28 },
		{ 50000, 800, 80000, 40, 10000, 200, 200, 0, 0, 57 },
		{ 1000000, 500, 5000000, 50, 800000, 5000, 500, 0, 1, 95 },
		{ 20000, 21000, 200, 50, 0, 0, 0, 800, 0, 15 }
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		struct sm_influence_input in = person(list[i].f, list[i].g,
		    list[i].e, list[i].n, list[i].s, list[i].l, list[i].q,
		    list[i].v, list[i].b);
		struct sm_influence got;

		ok(sm_influence_find(&got, &in), "all is known");
		is_int(got.points, list[i].want, "a worked value");
		is_int(got.confidence, 100, "and the formula is complete");
	}
}

static void
always(void)
{
	struct sm_influence got, more;
	struct sm_influence_input in;
	bool sums = true, range = true, rises = true;
	uint64_t x = 1;

	for (int i = 0; i < 20000; i++) {
		int32_t sum = 0;

		x = x * UINT64_C(6364136223846793005) + 1442695040888963407u;
		in = person((int64_t)(x >> 40) - 1, (int64_t)(x >> 44 & 0xffff)
		    - 1, (int64_t)(x >> 20 & 0xfffff) - 1,
		    (int64_t)(x >> 10 & 63), (int64_t)(x >> 30 & 0xffff) - 1,
		    (int64_t)(x >> 50 & 1023) - 1, (int64_t)(x >> 33 & 1023)
		    - 1, (int)(x >> 60 & 1), (int64_t)(x >> 25 & 1023));
		if (!sm_influence_find(&got, &in))
			continue;
		for (int k = 0; k < SM_INFLUENCE_PARTS; k++)
			sum += got.part[k];
		sums = sums && sum == got.points;
		range = range && got.points >= 0 && got.points <= 100;
		if (in.followers < 0)
			continue;
		in.followers *= 2;
		rises = rises && sm_influence_find(&more, &in) &&
		    more.points >= got.points;
	}
	ok(sums, "the parts always sum to the points");
	ok(range, "which lie within 0..100");
	ok(rises, "more followers never lower them");
	in = person(-1, -1, -1, 0, -1, -1, -1, -1, 0);
	ok(!sm_influence_find(&got, &in), "of nothing nothing is computed");
	in = person(1000, 500, -1, 0, -1, -1, -1, -1, 0);
	ok(sm_influence_find(&got, &in), "of followers alone something is");
	is_int(got.confidence, 50, "with how much of the formula was known");
	in = person(INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX,
	    INT64_MAX, INT64_MAX, 1, INT64_MAX);
	ok(sm_influence_find(&got, &in) && got.points <= 100,
	    "absurd numbers do no harm");
}

static void
arithmetic(void)
{
	int64_t part[3] = { 1, 1, 1 };
	int32_t points[3];
	bool roots = true;

	is_int(sm_log2(1024), 10 << 16, "log2(1024) is 10");
	is_int(sm_log10(1000) / 655, 300, "log10(1000) is 3");
	ok(sm_log10(1000) == 196608 && sm_log10(1000001) == 393215,
	    "the formula of influence knows these two by heart");
	for (uint64_t i = 0; i < 100000; i += 7) {
		uint64_t root = sm_sqrt(i);

		roots = roots && root * root <= i &&
		    (root + 1) * (root + 1) > i;
	}
	ok(roots, "square roots are exact");
	is_int(sm_sqrt(UINT64_C(1) << 62), INT64_C(1) << 31, "large ones too");
	sm_largest_remainder(part, points, 3, 3, 100);
	ok(points[0] == 34 && points[1] == 33 && points[2] == 33,
	    "what is left over goes to the first of equals");
	part[0] = -5;
	part[1] = 3;
	part[2] = 0;
	sm_largest_remainder(part, points, 3, -2, -7);
	is_int(points[0] + points[1] + points[2], -7, "signs may be mixed");
	sm_largest_remainder(part, points, 3, 0, 2);
	is_int(points[0] + points[1] + points[2], 2, "even without a sum");
}

int
main(void)
{
	worked();
	always();
	arithmetic();
	return plan_done();
}
