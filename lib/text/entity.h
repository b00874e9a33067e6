/*
 * Character references of HTML: &amp; &#243; &#xF3; &oacute; and so on.
 */
#ifndef SM_TEXT_ENTITY_H
#define SM_TEXT_ENTITY_H

#include <stddef.h>
#include <stdint.h>

#define SM_ENTITY_MAX 32	/* bytes of a reference, & and ; included */

/*
 * The character that the reference at s stands for, where s[0] is '&'; *used
 * is how many bytes it takes.  0 where there is no reference that we know.
 * Where it names no character (&#0; &#xD800;) the answer is U+FFFD, and
 * &#128; to &#159; mean windows-1252, as browsers have it.  Old names
 * (&nbsp &eacute) need no ';' unless a letter, a digit or '=' follows.
 */
uint32_t sm_entity(const char *s, const char *end, size_t *used);

#endif
