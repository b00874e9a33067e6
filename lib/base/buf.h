/*
 * A run of bytes that grows.  There is always a NUL behind the last byte,
 * which len does not count, once something has been added.
 */
#ifndef SM_BASE_BUF_H
#define SM_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct sm_buf {
	char *data;	/* NULL until the first byte */
	size_t len;
	size_t room;
};

#define SM_BUF_INIT { .data = NULL, .len = 0, .room = 0 }

void sm_buf_init(struct sm_buf *buf);
void sm_buf_release(struct sm_buf *buf);

/* Forget the bytes, keep the room. */
void sm_buf_clear(struct sm_buf *buf);

/* Cut to len bytes, which must not be more than there are. */
void sm_buf_cut(struct sm_buf *buf, size_t len);

/* Room for more bytes; gives back where they would begin. */
char *sm_buf_reserve(struct sm_buf *buf, size_t more);

void sm_buf_add(struct sm_buf *buf, const void *data, size_t len);
void sm_buf_adds(struct sm_buf *buf, const char *s);
void sm_buf_addc(struct sm_buf *buf, char c);
void sm_buf_addf(struct sm_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sm_buf_addi(struct sm_buf *buf, int64_t value);

/* The bytes as a string ("" where there are none); lent. */
const char *sm_buf_str(const struct sm_buf *buf);

/* Gives the bytes away: the caller frees.  buf is empty afterwards. */
char *sm_buf_take(struct sm_buf *buf);

/*
 * The rest of fd, at most max bytes.  0; -1 and errno on failure, EFBIG where
 * there is more than max.
 */
int sm_buf_read(struct sm_buf *buf, int fd, size_t max);

/* All len bytes to fd, however often it takes.  0, or -1 and errno. */
int sm_write_all(int fd, const char *data, size_t len);

#endif
