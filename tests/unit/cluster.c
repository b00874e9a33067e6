/*
 * Near-duplicates: copies with a few words changed find each other, posts that
 * only share words do not, and what is saved comes back.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "score/cluster.h"
#include "random.h"
#include "tap.h"

#define VOCABULARY 3000
#define T0 1793000000

static void
word(struct sm_buf *out, unsigned number)
{
	static const char *const parts[] = { "ka", "lo", "mi", "żu", "re",
	    "tan", "por", "sel", "vi", "dó", "gra", "non", "bek", "ul", "qi" };

	for (int i = 0; i < 3; i++, number /= 15)
		sm_buf_adds(out, parts[number % 15]);
}

static void
make_text(struct sm_buf *out, unsigned words)
{
	sm_buf_clear(out);
	for (unsigned i = 0; i < words; i++) {
		sm_buf_adds(out, i ? " " : "");
		word(out, random_below(VOCABULARY));
	}
}

/* The same with some words replaced, left out or added, and other marks. */
static void
edit_text(struct sm_buf *out, const char *text, unsigned edits)
{
	unsigned words = 1, number = 0, at[8];

	for (const char *c = text; *c; c++)
		words += *c == ' ';
	for (unsigned i = 0; i < edits; i++)
		at[i] = random_below(words);
	sm_buf_clear(out);
	while (*text) {
		size_t len = strcspn(text, " ");
		int how = -1;

		for (unsigned i = 0; i < edits; i++)
			if (at[i] == number)
				how = (int)random_below(3);
		if (how != 0) {
			sm_buf_adds(out, out->len ? number % 7 ? " " : ", " :
			    "");
			if (how == 1)
				word(out, random_below(VOCABULARY));
			else
				sm_buf_add(out, text, len);
			if (how == 2)
				sm_buf_adds(out, " extra");
		}
		text += len + (text[len] == ' ');
		number++;
	}
}

static uint64_t
add(struct sm_cluster *cluster, const char *key, const char *brand,
    const char *author, const char *text, int64_t time,
    struct sm_cluster_found *found)
{
	struct sm_cluster_post post = {
		.key = key, .key_len = strlen(key), .brand = brand,
		.brand_len = strlen(brand), .author = author,
		.author_len = strlen(author), .text = text,
		.text_len = strlen(text), .time = time
	};

	sm_cluster_add(cluster, &post, found);
	return found->id;
}

static void
test_basics(void)
{
	static const char text[] =
	    "the lift in the station has been broken since Monday morning";
	struct sm_cluster *cluster = sm_cluster_new(3600, 100);
	struct sm_cluster_found found;
	uint64_t id = add(cluster, "k:1", "b", "ann", text, T0, &found);

	is_int(found.size, 1, "a post alone is a cluster of one");
	ok(add(cluster, "k:2", "b", "bob", "The lift in the station has been "
	    "broken since monday morning!!! https://x.example/y", T0 + 10,
	    &found) == id, "case, marks and links do not matter");
	is_int(found.size, 2, "it grows");
	is_int(found.authors, 2, "by its authors as well");
	is_str(found.first, "k:1", "and knows its first post");
	is_int(found.began, T0, "and when that was");
	(void)add(cluster, "k:2", "b", "bob", text, T0 + 20, &found);
	is_int(found.size, 2, "the same key again changes nothing");
	(void)add(cluster, "k:3", "b", "ann", text, T0 + 30, &found);
	is_int(found.authors, 2, "nor does the same author");
	ok(add(cluster, "k:4", "other", "cy", text, T0 + 40, &found) != id,
	    "brands do not mix");
	ok(add(cluster, "k:5", "b", "dee", "the lift in the museum is new "
	    "and very quiet", T0 + 50, &found) != id,
	    "who says something else is elsewhere");
	id = add(cluster, "k:6", "b", "eve", "no signal", T0 + 60, &found);
	ok(add(cluster, "k:7", "b", "fay", "No signal!", T0 + 60, &found) ==
	    id, "short posts are alike where they are the same");
	ok(add(cluster, "k:8", "b", "fay", "no signals", T0 + 60, &found) !=
	    id, "and only there");
	id = add(cluster, "k:9", "b", "gu", "外卖等了两个小时还没到", T0, &found);
	ok(add(cluster, "k:10", "b", "hu", "外卖等了两个小时还没有到", T0,
	    &found) == id, "Han text has no spaces");
	id = add(cluster, "k:11", "b", "ann", text, T0 + 8000, &found);
	is_int(found.size, 1, "what lies too far back is forgotten");
	sm_cluster_free(cluster);
}

/* Originals, then an edited copy of each: how many find their original. */
static unsigned
recall(unsigned originals, unsigned edits, unsigned *wrong)
{
	struct sm_cluster *cluster = sm_cluster_new(3600, 200000);
	struct sm_buf *texts = calloc(originals, sizeof(*texts));
	struct sm_buf copy = SM_BUF_INIT;
	uint64_t *ids = calloc(originals, sizeof(*ids));
	struct sm_cluster_found found;
	unsigned hits = 0;
	char key[32];

	*wrong = 0;
	for (unsigned i = 0; i < originals; i++) {
		make_text(&texts[i], 14 + random_below(16));
		(void)snprintf(key, sizeof(key), "k:o%u", i);
		ids[i] = add(cluster, key, "b", key, sm_buf_str(&texts[i]),
		    T0, &found);
		*wrong += found.size > 1;
	}
	for (unsigned i = 0; i < originals; i++) {
		edit_text(&copy, sm_buf_str(&texts[i]), edits);
		(void)snprintf(key, sizeof(key), "k:c%u", i);
		hits += add(cluster, key, "b", key, sm_buf_str(&copy), T0,
		    &found) == ids[i];
	}
	for (unsigned i = 0; i < originals; i++)
		sm_buf_release(&texts[i]);
	sm_buf_release(&copy);
	free(texts);
	free(ids);
	sm_cluster_free(cluster);
	return hits;
}

static void
test_recall(void)
{
	unsigned count = random_trials(2000), wrong, hits;

	hits = recall(count, 2, &wrong);
	printf("# two words of 14 to 29 changed: %u of %u found, %u false\n",
	    hits, count, wrong);
	ok(hits >= count * 98 / 100, "98 of 100 copies are found");
	ok(wrong * 10000 <= count, "and hardly any that is none");
}

static void
test_save(void)
{
	struct sm_cluster *one = sm_cluster_new(3600, 1000);
	struct sm_cluster *two = sm_cluster_new(3600, 1000);
	struct sm_buf text = SM_BUF_INIT, saved = SM_BUF_INIT;
	struct sm_cluster_found a, b;
	unsigned different = 0, accepted = 0;
	struct sm_err err;
	char key[32];

	for (unsigned i = 0; i < 500; i++) {
		if (i % 3 == 0)
			make_text(&text, 3 + random_below(20));
		(void)snprintf(key, sizeof(key), "k:%u", i);
		(void)add(one, key, "b", key, sm_buf_str(&text), T0 + 10 * i,
		    &a);
	}
	sm_cluster_save(one, &saved);
	is_int(sm_cluster_load(two, saved.data, saved.len, &err), 0,
	    "what was saved is read");
	for (unsigned i = 400; i < 700; i++) {
		if (i % 3 == 0)
			make_text(&text, 3 + random_below(20));
		(void)snprintf(key, sizeof(key), "k:%u", i);
		(void)add(one, key, "b", key, sm_buf_str(&text), T0 + 10 * i,
		    &a);
		(void)add(two, key, "b", key, sm_buf_str(&text), T0 + 10 * i,
		    &b);
		different += a.id != b.id || a.size != b.size ||
		    a.authors != b.authors;
	}
	is_int(different, 0, "and goes on as if it had never stopped");
	sm_cluster_free(two);
	for (size_t len = 0; len < saved.len; len += 1 + saved.len / 300) {
		two = sm_cluster_new(3600, 1000);
		accepted += sm_cluster_load(two, saved.data, len, &err) == 0;
		sm_cluster_free(two);
	}
	is_int(accepted, 0, "what was cut short is refused");
	sm_buf_release(&text);
	sm_buf_release(&saved);
	sm_cluster_free(one);
}

int
main(void)
{
	test_basics();
	test_recall();
	test_save();
	return plan_done();
}
