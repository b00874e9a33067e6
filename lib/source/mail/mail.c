#include "source/mail/mail.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/sha256.h"
#include "source/emit.h"
#include "source/mail/mail_impl.h"
#include "source/seen.h"
#include "source/source.h"
#include "text/date.h"
#include "text/header.h"

#define DAY 86400

void
mail_release(struct mail *mail)
{
	struct sm_buf *bufs[] = { &mail->value, &mail->id, &mail->root,
	    &mail->parent, &mail->name, &mail->address, &mail->subject,
	    &mail->to, &mail->language, &mail->ref, &mail->native,
	    &mail->date };

	sm_mime_release(&mail->mime);
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		sm_buf_release(bufs[i]);
}

static struct sm_span
span(const struct sm_buf *buf)
{
	struct sm_span text = { .s = buf->len ? buf->data : NULL,
	    .len = buf->len };

	return text;
}

/* A delivery report belongs to the mail that it is about. */
static void
read_returned(struct mail *mail)
{
	const struct sm_buf *head = &mail->mime.returned;

	if (head->len == 0 || mail->parent.len > 0)
		return;
	mail_find_id(mail, head->data, head->len, "Message-ID", &mail->parent,
	    NULL);
	mail_find_id(mail, head->data, head->len, "References", &mail->root,
	    NULL);
}

static uint64_t
hash_of(const char *kind, const struct sm_buf *a, const struct sm_buf *b,
    const struct sm_buf *c)
{
	struct sm_buf all = SM_BUF_INIT;
	uint64_t hash;

	sm_buf_addf(&all, "%s %s\n", kind, sm_buf_str(a));
	sm_buf_addf(&all, "%s\n%s\n", b ? sm_buf_str(b) : "",
	    c ? sm_buf_str(c) : "");
	hash = sm_hash(all.data, all.len);
	sm_buf_release(&all);
	return hash;
}

/* This mail, as opposed to others with its Message-ID. */
static uint64_t
this_mail(const struct mail *mail)
{
	return hash_of("mail", &mail->native, &mail->date, &mail->address);
}

bool
mail_known(struct mail *mail, const char *head, size_t len)
{
	if (!mail->seen)
		return false;
	mail_find_id(mail, head, len, "Message-ID", &mail->native, NULL);
	if (mail->native.len == 0)
		return false;
	sm_header(head, len, "Date", &mail->date);
	mail_read_author(mail, head, len);
	return sm_seen_when(mail->seen, this_mail(mail)) > 0;
}

/* Ends of lines do not count: mailboxes write them in their own way. */
static void
name_by_bytes(struct mail *mail, const char *message, size_t len)
{
	unsigned char digest[SM_SHA256_SIZE];
	const char *s = message, *end = s + len;
	struct sm_sha256 sha;

	sm_sha256_init(&sha);
	while (s < end) {
		const char *stop = memchr(s, '\r', (size_t)(end - s));
		size_t n = (size_t)((stop ? stop : end) - s);

		sm_sha256_add(&sha, s, n);
		s += n + (stop != NULL);
	}
	sm_sha256_end(&sha, digest);
	sm_buf_adds(&mail->native, "sha256-");
	for (size_t i = 0; i < sizeof(digest); i++)
		sm_buf_addf(&mail->native, "%02x", digest[i]);
}

/* The native id; false: the mail has been seen. */
static bool
make_native(struct mail *mail, const char *message, size_t len)
{
	uint64_t this, id;

	sm_buf_clear(&mail->native);
	if (mail->id.len > 0)
		sm_buf_add(&mail->native, mail->id.data, mail->id.len);
	else
		name_by_bytes(mail, message, len);
	if (!mail->seen)
		return true;
	this = this_mail(mail);
	id = hash_of("id", &mail->native, NULL, NULL);
	if (sm_seen_meet(mail->seen, this, 0, NULL) != SM_SEEN_NEW)
		return false;
	if (sm_seen_meet(mail->seen, id, 0, NULL) != SM_SEEN_NEW)
		sm_buf_addf(&mail->native, "#%016llx",
		    (unsigned long long)this);
	return true;
}

/*
 * When our own server took it: it is the last that wrote a Received, which
 * stands on top.  Not far from the mailbox's own word, where there is one.
 */
static int64_t
received_at(struct mail *mail, const char *head, size_t len, int64_t arrived)
{
	const char *date;
	int64_t time;

	if (!sm_header(head, len, "Received", &mail->value))
		return arrived;
	date = strrchr(sm_buf_str(&mail->value), ';');
	if (!date || sm_date_parse(date + 1, strlen(date + 1), &time, NULL) ==
	    -1 || (arrived != SM_TIME_NONE && (time > arrived + DAY ||
	    time < arrived - DAY)))
		return arrived;
	return time;
}

/* Our own addresses count with any +detail too. */
static bool
is_own(const struct mail *mail, const char *const *own)
{
	const char *address = sm_buf_str(&mail->address);
	const char *at = strrchr(address, '@'), *plus = strchr(address, '+');
	struct sm_buf bare = SM_BUF_INIT;
	bool is;

	sm_buf_adds(&bare, address);
	if (at && plus && plus < at && plus > address) {
		sm_buf_cut(&bare, (size_t)(plus - address));
		sm_buf_adds(&bare, at);
	}
	is = sm_post_is_own(own, span(&mail->address)) ||
	    sm_post_is_own(own, span(&bare)) || (mail->user && bare.len > 0 &&
	    strcasecmp(mail->user, bare.data) == 0);
	sm_buf_release(&bare);
	return is;
}

static bool
is_forwarded(const struct mail *mail)
{
	static const char *const marks[] = { "Fwd:", "Fw:", "PD:", "WG:",
	    "RV:", "TR:", "Doorst:", "I:", "转发:", "转发：" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strncasecmp(sm_buf_str(&mail->subject), marks[i],
		    strlen(marks[i])) == 0)
			return true;
	return false;
}

/* The text without what is quoted around it, and whether there was such. */
static void
fill_content(struct mail *mail, struct sm_post *post)
{
	const char *text = sm_buf_str(&mail->mime.text);
	size_t len = mail->mime.text.len, from;
	bool quoted;
	size_t kept = sm_mime_unquoted(text, len, is_forwarded(mail), &from,
	    &quoted);

	post->content.s = text + from;
	post->content.len = kept;
	if (quoted)
		post->flags |= SM_FLAG_QUOTED;
	if (mail->mime.repaired)
		post->flags |= SM_FLAG_REPAIRED_UTF8;
	if (mail->mime.cut || mail->cut)
		post->flags |= SM_FLAG_TRUNCATED;
}

static void
fill_files(struct mail *mail, struct sm_post *post)
{
	static const struct sm_span none = { .s = NULL, .len = 0 };
	const char *s = sm_buf_str(&mail->mime.files);

	for (size_t i = 0; i < mail->mime.nfiles; i++) {
		struct sm_span type = sm_span(s), name;

		name = sm_span(s + type.len + 1);
		s += type.len + name.len + 2;
		sm_post_file(post, type, none, name);
	}
}

static void
fill_post(struct mail *mail, struct sm_post *post, const char *head,
    size_t len, int64_t arrived)
{
	post->type = "Message";
	post->channel = sm_span("email");
	post->native = span(&mail->native);
	post->id = span(mail->id.len ? &mail->id : &mail->native);
	post->name = span(&mail->subject);
	post->author.id = span(&mail->to);
	post->author.username = span(&mail->address);
	post->author.name = span(&mail->name);
	post->indexed = received_at(mail, head, len, arrived);
	if (sm_date_parse(sm_buf_str(&mail->date), mail->date.len,
	    &post->published, NULL) == -1)
		post->published = post->indexed;
	post->language = span(&mail->language);
	post->reply_to = span(&mail->parent);
	post->context = span(mail->root.len ? &mail->root : mail->parent.len ?
	    &mail->parent : mail->id.len ? &mail->id : &mail->native);
	post->usual = SM_DIRECTION_IN;
	post->visibility = SM_DIRECT;
	post->ref = span(&mail->ref);
}

int
mail_emit(struct mail *mail, const char *message, size_t len,
    int64_t arrived, struct sm_emit *emit, struct sm_err *err)
{
	size_t head = sm_mime_head(message, len);
	struct sm_post post;

	sm_post_init(&post);
	mail_read_head(mail, message, head);
	if (!make_native(mail, message, len))
		return 0;
	sm_mime_read(&mail->mime, message, len);
	read_returned(mail);
	mail_make_ref(mail, message, head);
	fill_post(mail, &post, message, head, arrived);
	post.host = sm_span(emit->args->account);
	fill_content(mail, &post);
	fill_files(mail, &post);
	if (is_own(mail, emit->args->own))
		post.direction = SM_DIRECTION_OUT;
	if (mail_is_auto(mail, message, head))
		post.flags |= SM_FLAG_AUTO;
	return sm_emit_post(emit, &post, err);
}
