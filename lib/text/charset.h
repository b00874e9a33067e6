/*
 * Bytes in, valid UTF-8 out.  A declared charset is decoded by iconv; what is
 * said to be UTF-8, or nothing, is taken as UTF-8, and each byte in it that is
 * not becomes the character it is in windows-1252, since that is what it
 * nearly always was.  iso-8859-1 and us-ascii mean windows-1252, as browsers
 * have it, unless the first piece with more than ASCII in it is valid UTF-8.
 */
#ifndef SM_TEXT_CHARSET_H
#define SM_TEXT_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

struct sm_buf;

#define SM_CHARSET_NAME 48	/* bytes of a name, NUL included */

struct sm_charset;

/*
 * A decoder for text that comes in pieces.  name may be "" (unknown); NULL
 * where there is no such charset.
 */
struct sm_charset *sm_charset_new(const char *name, size_t len);
void sm_charset_free(struct sm_charset *charset);

/*
 * Adds the text of the bytes to out.  A character cut at the end waits for the
 * next call, or is given up where end is true.
 */
void sm_charset_add(struct sm_charset *charset, struct sm_buf *out,
    const char *bytes, size_t len, bool end);

/* Whether any byte so far was not what the charset allows. */
bool sm_charset_repaired(const struct sm_charset *charset);

/*
 * The name of the charset by which the first bytes of a text say what they
 * are: a byte order mark (*skip: its length), or zero bytes where UTF-16 and
 * UTF-32 have them.  NULL where they do not say.
 */
const char *sm_charset_detect(const char *bytes, size_t len, size_t *skip);

/*
 * What the XML declaration at the beginning of a text says: *name, lent, and
 * *n.  False where it says nothing, or what cannot be: that it is UTF-16, when
 * it could be read.
 */
bool sm_charset_xml(const char *text, size_t len, const char **name,
    size_t *n);

/*
 * All of it at once: by its mark, else as name says, else UTF-8 if it is that,
 * else windows-1252.  True where bytes had to be repaired.
 */
bool sm_charset_text(struct sm_buf *out, const char *bytes, size_t len,
    const char *name, size_t name_len);

#endif
