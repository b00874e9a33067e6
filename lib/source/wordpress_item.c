/* One comment or review: from the answer to the record. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/seen.h"
#include "source/social/social.h"
#include "source/source.h"
#include "source/wordpress.h"
#include "text/date.h"
#include "text/url.h"

#define GONE UINT64_C(0xdead)	/* the revision of what is gone */

/* "posts" in ".../wp/v2/posts/17", also where '/' is "%2F". */
static const char *
base_of(const json_t *json)
{
	const json_t *up = json_object_get(json_object_get(json, "_links"),
	    "up");
	const char *href = json_string_value(json_object_get(
	    json_array_get(up, 0), "href"));
	const char *at = href ? strstr(href, "wp/v2/") : NULL;

	if (!at && href)
		at = strcasestr(href, "wp%2Fv2%2F");
	if (!at)
		return "posts";
	return at + (at[2] == '/' ? 6 : 10);
}

static int64_t
date_of(const json_t *json, const char *member)
{
	const char *text = social_text(json, member);
	int64_t date;

	/* There is no zone in it: it is UTC. */
	return sm_date_parse(text, strlen(text), &date, NULL) == 0 ? date :
	    SM_TIME_NONE;
}

bool
wp_comment(const json_t *json, struct wp_item *item)
{
	memset(item, 0, sizeof(*item));
	item->id = social_count(json, "id");
	item->post = social_count(json, "post");
	item->parent = social_count(json, "parent");
	item->author = social_count(json, "author");
	item->date = date_of(json, "date_gmt");
	item->name = social_text(json, "author_name");
	item->site = social_text(json, "author_url");
	item->email = social_text(json, "author_email");
	item->html = social_text(json, "content.rendered");
	item->link = social_text(json, "link");
	item->status = social_text(json, "status");
	item->base = base_of(json);
	return item->id > 0;
}

bool
wp_review(const json_t *json, struct wp_item *item)
{
	memset(item, 0, sizeof(*item));
	item->id = social_count(json, "id");
	item->post = social_count(json, "product_id");
	item->date = date_of(json, "date_created_gmt");
	item->name = social_text(json, "reviewer");
	item->site = "";
	item->email = social_text(json, "reviewer_email");
	item->html = social_text(json, "review");
	item->link = social_text(json, "product_permalink");
	item->status = social_text(json, "status");
	item->base = "product";
	item->title = social_text(json, "product_name");
	item->rating = social_count(json, "rating");
	item->review = true;
	return item->id > 0;
}

/* Behind "comment-page-2/" or "cpage=2&" at s; s itself where it is none. */
static const char *
past_page(const char *s)
{
	static const char *const marks[] = { "comment-page-", "cpage=" };

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(marks[i]);

		if (strncmp(s, marks[i], n) != 0)
			continue;
		n += strspn(s + n, "0123456789");
		return s + n + (s[n] == '/' || s[n] == '&');
	}
	return s;
}

void
wp_stable(struct sm_buf *out, const char *link)
{
	while (*link) {
		const char *next = past_page(link);

		if (next == link) {
			sm_buf_addc(out, *link++);
			continue;
		}
		link = next;
		/* "?p=1&" has lost what came behind the '&'. */
		if (*link == '#' && out->len > 0 &&
		    (out->data[out->len - 1] == '&' ||
		    out->data[out->len - 1] == '?'))
			sm_buf_cut(out, out->len - 1);
	}
}

/* The ids of the comment, its parent and its thread, from its link. */
static void
make_ids(struct wordpress *wp, const struct wp_item *item)
{
	const char *hash;

	sm_buf_clear(&wp->id);
	sm_buf_clear(&wp->context);
	sm_buf_clear(&wp->reply);
	sm_buf_clear(&wp->native);
	sm_buf_addf(&wp->native, "%" PRId64, item->id);
	if (sm_url_is_web(item->link, strlen(item->link)))
		wp_stable(&wp->context, item->link);
	else
		sm_buf_addf(&wp->context, "%s?p=%" PRId64, wp->args->where,
		    item->post);
	hash = strchr(wp->context.data, '#');
	if (hash)
		sm_buf_cut(&wp->context, (size_t)(hash - wp->context.data));
	sm_buf_addf(&wp->id, "%s#comment-%" PRId64, wp->context.data,
	    item->id);
	sm_buf_adds(&wp->reply, wp->context.data);
	if (item->parent > 0)
		sm_buf_addf(&wp->reply, "#comment-%" PRId64, item->parent);
}

static struct sm_span
span(const struct sm_buf *buf)
{
	struct sm_span text = { .s = buf->len ? buf->data : NULL,
	    .len = buf->len };

	return text;
}

static void
fill_author(struct wordpress *wp, struct sm_post *post,
    const struct wp_item *item)
{
	sm_buf_clear(&wp->author_id);
	if (item->author > 0)
		sm_buf_addf(&wp->author_id, "%s#user-%" PRId64,
		    wp->args->where, item->author);
	else if (*item->email)
		sm_buf_addf(&wp->author_id, "mailto:%s", item->email);
	post->author.id = span(&wp->author_id);
	if (*item->email)
		post->author.username = sm_span(item->email);
	/* WordPress keeps it as HTML. */
	sm_html_text(&wp->who, item->name, strlen(item->name), NULL);
	post->author.name = span(&wp->who.text);
	if (sm_url_is_web(item->site, strlen(item->site)))
		post->author.url = sm_span(item->site);
	if (wp->me > 0 && item->author == wp->me)
		post->direction = SM_DIRECTION_OUT;
}

static void
make_ref(struct wordpress *wp, const struct wp_item *item)
{
	sm_buf_clear(&wp->ref);
	sm_json_open(&wp->ref, NULL, '{');
	sm_json_int(&wp->ref, "post", item->post);
	sm_json_int(&wp->ref, "parent", item->id);
	if (*item->status)
		sm_json_strz(&wp->ref, "status", item->status);
	if (wp->root.len > 0)
		sm_json_str(&wp->ref, "root", wp->root.data, wp->root.len);
	sm_json_close(&wp->ref, '}');
}

static void
fill_post(struct wordpress *wp, struct sm_post *post,
    const struct wp_item *item)
{
	struct sm_url url;

	sm_url_split(wp->args->where, strlen(wp->args->where), &url);
	post->channel = sm_span("wordpress");
	post->host.s = url.host;
	post->host.len = url.host_len;
	post->native = span(&wp->native);
	post->id = span(&wp->id);
	post->rev = span(&wp->rev);
	post->context = span(&wp->context);
	post->reply_to = span(&wp->reply);
	post->published = item->date;
	post->usual = SM_DIRECTION_IN;
	post->url = sm_url_is_web(item->link, strlen(item->link)) &&
	    strchr(item->link, '#') ? sm_span(item->link) : post->id;
}

static uint64_t
thing(int64_t id, bool review)
{
	char text[32];

	snprintf(text, sizeof(text), "%c%" PRId64, review ? 'r' : 'c', id);
	return sm_hash(text, strlen(text));
}

/* Its text, and the revision by it. */
static uint64_t
read_text(struct wordpress *wp, const struct wp_item *item)
{
	uint64_t rev;

	sm_html_text(&wp->html, item->html, strlen(item->html),
	    wp->args->where);
	rev = sm_hash(sm_buf_str(&wp->html.text), wp->html.text.len);
	sm_buf_clear(&wp->rev);
	sm_buf_addf(&wp->rev, "%016" PRIx64, rev);
	return rev;
}

bool
wp_is_new(struct wordpress *wp, const struct wp_item *item)
{
	uint64_t rev = read_text(wp, item);

	return sm_seen_look(wp->seen, thing(item->id, item->review), rev) !=
	    SM_SEEN_SAME;
}

int
wp_emit(struct wordpress *wp, const struct wp_item *item,
    struct sm_emit *emit, struct sm_err *err)
{
	const char *title = item->title ? item->title : wp_title(wp, item);
	enum sm_seen_answer answer = sm_seen_meet(wp->seen, thing(item->id,
	    item->review), read_text(wp, item), NULL);
	struct sm_post post;

	make_ids(wp, item);
	wp_remember(wp, item, wp->id.data);
	if (item->date != SM_TIME_NONE && (wp->newest == SM_TIME_NONE ||
	    item->date > wp->newest))
		wp->newest = item->date;
	if (answer == SM_SEEN_SAME)
		return 0;
	sm_post_init(&post);
	fill_post(wp, &post, item);
	fill_author(wp, &post, item);
	make_ref(wp, item);
	post.ref = span(&wp->ref);
	post.content = span(&wp->html.text);
	if (title) {
		sm_html_text(&wp->heading, title, strlen(title), NULL);
		post.name = span(&wp->heading.text);
	}
	if (item->review) {
		post.type = "Review";
		post.rating = item->rating > 0 ? item->rating : 0;
		post.best = item->rating > 0 ? 5 : 0;
	}
	if (answer == SM_SEEN_CHANGED)
		post.flags |= SM_FLAG_EDITED;
	if (wp->html.cut)
		post.flags |= SM_FLAG_TRUNCATED;
	return sm_emit_post(emit, &post, err);
}

int
wp_emit_gone(struct wordpress *wp, const struct wp_recent *recent,
    struct sm_emit *emit, struct sm_err *err)
{
	struct wp_item item = { .id = recent->id, .review = recent->review,
	    .link = recent->url, .date = recent->date };
	struct sm_post post;

	sm_seen_meet(wp->seen, thing(recent->id, recent->review), GONE, NULL);
	make_ids(wp, &item);
	sm_buf_clear(&wp->rev);
	sm_buf_adds(&wp->rev, "gone");
	sm_post_init(&post);
	fill_post(wp, &post, &item);
	post.type = "Tombstone";
	post.former = recent->review ? "Review" : "Note";
	post.deleted = emit->fetched;
	return sm_emit_post(emit, &post, err);
}
