#include "source/mail.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/sha256.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/source.h"
#include "text/date.h"
#include "text/header.h"

#define REFERENCES 40	/* the first and the last that are kept */

void
mail_release(struct mail *mail)
{
	struct sm_buf *bufs[] = { &mail->value, &mail->id, &mail->root,
	    &mail->parent, &mail->name, &mail->address, &mail->subject,
	    &mail->to, &mail->language, &mail->ref, &mail->native };

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

/* The first id of a field, or the last, without brackets. */
static void
find_id(struct mail *mail, const char *head, size_t len, const char *field,
    struct sm_buf *first, struct sm_buf *last)
{
	struct sm_buf id = SM_BUF_INIT;
	const char *at, *end;

	if (first)
		sm_buf_clear(first);
	if (last)
		sm_buf_clear(last);
	if (!sm_header(head, len, field, &mail->value))
		return;
	at = sm_buf_str(&mail->value);
	end = at + mail->value.len;
	while (sm_header_id(&at, end, &id)) {
		if (first && first->len == 0)
			sm_buf_add(first, sm_buf_str(&id), id.len);
		if (last) {
			sm_buf_clear(last);
			sm_buf_add(last, sm_buf_str(&id), id.len);
		}
	}
	sm_buf_release(&id);
}

static bool
field_is(struct mail *mail, const char *head, size_t len, const char *field,
    const char *const *values)
{
	if (!sm_header(head, len, field, &mail->value))
		return false;
	if (!values)
		return true;
	for (; *values; values++)
		if (strncasecmp(sm_buf_str(&mail->value), *values,
		    strlen(*values)) == 0)
			return true;
	return false;
}

/* Whether a machine wrote it: such mail is never answered by itself. */
static bool
is_auto(struct mail *mail, const char *head, size_t len)
{
	static const char *const bulk[] = { "bulk", "junk", "list",
	    "auto_reply", NULL };
	static const char *const no[] = { "no", NULL };
	static const char *const nobody[] = { "<>", NULL };
	static const char *const fields[] = { "List-Id", "X-Autoreply",
	    "X-Autorespond", "X-Auto-Response-Suppress" };
	static const char *const senders[] = { "mailer-daemon@",
	    "postmaster@", "noreply@", "no-reply@", "no_reply@",
	    "donotreply@", "do-not-reply@" };

	if (field_is(mail, head, len, "Auto-Submitted", NULL) &&
	    !field_is(mail, head, len, "Auto-Submitted", no))
		return true;
	if (field_is(mail, head, len, "Precedence", bulk) ||
	    field_is(mail, head, len, "Return-Path", nobody))
		return true;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (field_is(mail, head, len, fields[i], NULL))
			return true;
	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++)
		if (strncmp(sm_buf_str(&mail->address), senders[i],
		    strlen(senders[i])) == 0)
			return true;
	return mail->mime.report;
}

static void
add_bracketed(struct sm_buf *out, const char *name, const struct sm_buf *id)
{
	struct sm_buf text = SM_BUF_INIT;

	sm_buf_addf(&text, "<%s>", sm_buf_str(id));
	sm_json_str(out, name, text.data, text.len);
	sm_buf_release(&text);
}

static void
add_references(struct mail *mail, const char *head, size_t len)
{
	struct sm_buf id = SM_BUF_INIT;
	const char *at, *end;
	size_t count = 0, index = 0;

	sm_header(head, len, "References", &mail->value);
	at = sm_buf_str(&mail->value);
	end = at + mail->value.len;
	for (const char *p = at; sm_header_id(&p, end, &id);)
		count++;
	sm_json_open(&mail->ref, "references", '[');
	for (; sm_header_id(&at, end, &id); index++)
		if (index == 0 || index + REFERENCES > count)
			add_bracketed(&mail->ref, NULL, &id);
	sm_json_close(&mail->ref, ']');
	sm_buf_release(&id);
}

static void
add_addresses(struct mail *mail, const char *head, size_t len,
    const char *member, const char *field)
{
	struct sm_buf name = SM_BUF_INIT, address = SM_BUF_INIT;
	const char *at, *end;
	int count = 0;

	sm_header(head, len, field, &mail->value);
	at = sm_buf_str(&mail->value);
	end = at + mail->value.len;
	sm_json_open(&mail->ref, member, '[');
	while (count++ < 50 && sm_header_address(&at, end, &name, &address))
		if (address.len > 0)
			sm_json_str(&mail->ref, NULL, address.data,
			    address.len);
	sm_json_close(&mail->ref, ']');
	sm_buf_release(&name);
	sm_buf_release(&address);
}

/* All that an answer needs. */
static void
make_ref(struct mail *mail, const char *head, size_t len)
{
	struct sm_buf name = SM_BUF_INIT, address = SM_BUF_INIT;
	const char *at;

	sm_buf_clear(&mail->ref);
	if (sm_header(head, len, "Reply-To", &mail->value)) {
		at = sm_buf_str(&mail->value);
		sm_header_address(&at, at + mail->value.len, &name, &address);
	}
	if (!address.data || !memchr(address.data, '@', address.len)) {
		sm_buf_clear(&address);
		sm_buf_add(&address, sm_buf_str(&mail->address),
		    mail->address.len);
	}
	sm_json_open(&mail->ref, NULL, '{');
	sm_json_str(&mail->ref, "to", sm_buf_str(&address), address.len);
	add_addresses(mail, head, len, "cc", "Cc");
	add_addresses(mail, head, len, "received_by", "To");
	if (mail->id.len > 0)
		add_bracketed(&mail->ref, "message_id", &mail->id);
	add_references(mail, head, len);
	sm_json_str(&mail->ref, "subject", sm_buf_str(&mail->subject),
	    mail->subject.len);
	sm_json_close(&mail->ref, '}');
	sm_buf_release(&name);
	sm_buf_release(&address);
}

static void
read_head(struct mail *mail, const char *head, size_t len)
{
	const char *at;

	find_id(mail, head, len, "Message-ID", &mail->id, NULL);
	find_id(mail, head, len, "In-Reply-To", &mail->parent, NULL);
	find_id(mail, head, len, "References", &mail->root, NULL);
	if (mail->parent.len == 0)
		find_id(mail, head, len, "References", NULL, &mail->parent);
	sm_buf_clear(&mail->subject);
	if (sm_header(head, len, "Subject", &mail->value))
		sm_header_decode(&mail->subject, mail->value.data,
		    mail->value.len);
	sm_buf_clear(&mail->name);
	sm_buf_clear(&mail->address);
	if (sm_header(head, len, "From", &mail->value)) {
		at = sm_buf_str(&mail->value);
		sm_header_address(&at, at + mail->value.len, &mail->name,
		    &mail->address);
	}
	sm_header(head, len, "Content-Language", &mail->language);
	if (mail->language.len > 0)
		sm_buf_cut(&mail->language,
		    strcspn(mail->language.data, ", ;"));
	sm_buf_clear(&mail->to);
	if (mail->address.len > 0)
		sm_buf_addf(&mail->to, "mailto:%s", mail->address.data);
}

/* Its Message-ID; a mail without one is named by its bytes. */
static void
make_native(struct mail *mail, const char *message, size_t len)
{
	char hex[SM_SHA256_HEX];

	sm_buf_clear(&mail->native);
	if (mail->id.len > 0) {
		sm_buf_add(&mail->native, mail->id.data, mail->id.len);
		return;
	}
	sm_sha256_hex(message, len, hex);
	sm_buf_addf(&mail->native, "sha256-%s", hex);
}

static int64_t
date_of(struct mail *mail, const char *head, size_t len, int64_t arrived)
{
	int64_t time;

	if (sm_header(head, len, "Date", &mail->value) &&
	    sm_date_parse(mail->value.data, mail->value.len, &time, NULL) ==
	    0)
		return time;
	return arrived;
}

/* The text without what is quoted in it, and whether there was such. */
static void
fill_content(struct mail *mail, struct sm_post *post)
{
	const char *text = sm_buf_str(&mail->mime.text);
	size_t len = mail->mime.text.len;
	size_t kept = sm_mime_unquoted(text, len);

	post->content = span(&mail->mime.text);
	post->content.len = kept;
	for (size_t i = kept; i < len; i++)
		if (!isspace((unsigned char)text[i]))
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

int
mail_emit(struct mail *mail, const char *message, size_t len,
    int64_t arrived, struct sm_emit *emit, struct sm_err *err)
{
	size_t head = sm_mime_head(message, len);
	struct sm_post post;

	sm_post_init(&post);
	read_head(mail, message, head);
	sm_mime_read(&mail->mime, message, len);
	make_native(mail, message, len);
	make_ref(mail, message, head);
	post.type = "Message";
	post.channel = sm_span("email");
	post.host = sm_span(emit->args->account);
	post.native = span(&mail->native);
	post.id = post.native;
	post.name = span(&mail->subject);
	post.author.id = span(&mail->to);
	post.author.username = span(&mail->address);
	post.author.name = span(&mail->name);
	post.published = date_of(mail, message, head, arrived);
	post.language = span(&mail->language);
	post.reply_to = span(&mail->parent);
	post.context = span(mail->root.len ? &mail->root : mail->parent.len ?
	    &mail->parent : &mail->native);
	post.usual = SM_DIRECTION_IN;
	post.visibility = SM_DIRECT;
	post.ref = span(&mail->ref);
	fill_content(mail, &post);
	fill_files(mail, &post);
	if (is_auto(mail, message, head))
		post.flags |= SM_FLAG_AUTO;
	return sm_emit_post(emit, &post, err);
}
