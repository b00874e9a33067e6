/* The header of a mail: who, when, in answer to what, and for an answer. */
#include <string.h>
#include <strings.h>

#include "record/json.h"
#include "source/mail/mail_impl.h"
#include "text/header.h"

#define REFERENCES 40	/* the first and the last that are kept */

void
mail_find_id(struct mail *mail, const char *head, size_t len,
    const char *field, struct sm_buf *first, struct sm_buf *last)
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

bool
mail_is_auto(struct mail *mail, const char *head, size_t len)
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

void
mail_make_ref(struct mail *mail, const char *head, size_t len)
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
	if (address.len > 0)
		sm_json_str(&mail->ref, "to", address.data, address.len);
	add_addresses(mail, head, len, "cc", "Cc");
	add_addresses(mail, head, len, "received_by", "To");
	add_addresses(mail, head, len, "delivered_to", "Delivered-To");
	if (mail->id.len > 0)
		add_bracketed(&mail->ref, "message_id", &mail->id);
	add_references(mail, head, len);
	sm_json_str(&mail->ref, "subject", sm_buf_str(&mail->subject),
	    mail->subject.len);
	if (mail->mime.report && sm_header(head, len, "Content-Type",
	    &mail->value) && sm_header_param(sm_buf_str(&mail->value),
	    mail->value.len, "report-type", &name))
		sm_json_str(&mail->ref, "report", sm_buf_str(&name),
		    name.len);
	sm_json_close(&mail->ref, '}');
	sm_buf_release(&name);
	sm_buf_release(&address);
}

void
mail_read_author(struct mail *mail, const char *head, size_t len)
{
	static const char *const fields[] = { "From", "Sender",
	    "Return-Path" };
	const char *at;

	sm_buf_clear(&mail->name);
	sm_buf_clear(&mail->address);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) &&
	    mail->address.len == 0; i++) {
		if (!sm_header(head, len, fields[i], &mail->value))
			continue;
		at = sm_buf_str(&mail->value);
		sm_header_address(&at, at + mail->value.len, &mail->name,
		    &mail->address);
	}
	sm_buf_clear(&mail->to);
	if (mail->address.len > 0)
		sm_buf_addf(&mail->to, "mailto:%s", mail->address.data);
}

void
mail_read_head(struct mail *mail, const char *head, size_t len)
{
	mail_find_id(mail, head, len, "Message-ID", &mail->id, NULL);
	mail_find_id(mail, head, len, "In-Reply-To", &mail->parent, NULL);
	mail_find_id(mail, head, len, "References", &mail->root, NULL);
	if (mail->parent.len == 0)
		mail_find_id(mail, head, len, "References", NULL,
		    &mail->parent);
	sm_buf_clear(&mail->subject);
	if (sm_header(head, len, "Subject", &mail->value))
		sm_header_decode(&mail->subject, mail->value.data,
		    mail->value.len);
	mail_read_author(mail, head, len);
	sm_header(head, len, "Date", &mail->date);
	sm_header(head, len, "Content-Language", &mail->language);
	if (mail->language.len > 0)
		sm_buf_cut(&mail->language,
		    strcspn(mail->language.data, ", ;"));
}

