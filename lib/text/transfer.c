#include "text/transfer.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

static int
digit64(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

void
sm_base64_decode(struct sm_buf *out, const char *s, size_t len)
{
	uint32_t bits = 0;
	int count = 0;

	for (size_t i = 0; i < len; i++) {
		int digit = digit64((unsigned char)s[i]);

		if (digit == -1) {
			/* Another run of it may follow the padding. */
			if (s[i] == '=')
				count = 0;
			continue;
		}
		bits = bits << 6 | (uint32_t)digit;
		if ((count += 6) >= 8) {
			count -= 8;
			sm_buf_addc(out, (char)(bits >> count & 0xFF));
		}
	}
}

static int
digit16(unsigned char c)
{
	return isdigit(c) ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

/* The blanks and the end of the line behind a soft break; 0: it is none. */
static size_t
soft_break(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && (s[n] == ' ' || s[n] == '\t'))
		n++;
	if (n < len && s[n] == '\r')
		n++;
	return n < len && s[n] == '\n' ? n + 1 : 0;
}

void
sm_qp_decode(struct sm_buf *out, const char *s, size_t len, bool word)
{
	for (size_t i = 0; i < len; i++) {
		int high, low;
		size_t skip;

		if (s[i] == '_' && word) {
			sm_buf_addc(out, ' ');
			continue;
		}
		if (s[i] != '=') {
			sm_buf_addc(out, s[i]);
			continue;
		}
		skip = soft_break(s + i + 1, len - i - 1);
		if (skip > 0 && !word) {
			i += skip;
			continue;
		}
		high = len - i > 2 ? digit16((unsigned char)s[i + 1]) : -1;
		low = len - i > 2 ? digit16((unsigned char)s[i + 2]) : -1;
		if (high == -1 || low == -1) {
			if (i + 1 < len)	/* at the very end: a break */
				sm_buf_addc(out, '=');
			continue;
		}
		sm_buf_addc(out, (char)(high << 4 | low));
		i += 2;
	}
}

void
sm_transfer_decode(struct sm_buf *out, const char *s, size_t len,
    const char *encoding)
{
	if (strcasecmp(encoding, "base64") == 0)
		sm_base64_decode(out, s, len);
	else if (strcasecmp(encoding, "quoted-printable") == 0)
		sm_qp_decode(out, s, len, false);
	else
		sm_buf_add(out, s, len);
}
