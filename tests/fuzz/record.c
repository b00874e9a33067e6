/*
 * The record: no line crashes it, and both cursors judge alike.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "record/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sm_record *rec;
static int slots[4];

static void
begin(void)
{
	struct sm_paths *paths = sm_paths_new();

	slots[0] = sm_paths_add(paths, "a");
	slots[1] = sm_paths_add(paths, "score");
	slots[2] = sm_paths_add(paths, "a.b");
	slots[3] = sm_paths_add(paths, "content");
	rec = sm_record_new(paths);
}

static int
look(const char *line, size_t size, enum sm_scan scan, struct sm_buf *out)
{
	struct sm_err err;
	struct sm_items items;
	struct sm_value item;
	int64_t number;

	sm_record_scanner(scan);
	if (sm_record_parse(rec, line, size, &err) == -1)
		return -1;
	for (int i = 0; i < 4; i++) {
		const struct sm_value *value = sm_record_value(rec, slots[i]);

		sm_record_str(rec, slots[i], NULL);
		sm_record_int(rec, slots[i], &number);
		sm_record_micro(rec, slots[i], &number);
		if (sm_items_begin(&items, value))
			while (sm_items_next(&items, &item))
				sm_value_str(rec, &item, NULL);
	}
	sm_record_set(rec, slots[1], "{}", 2);
	sm_record_remove(rec, slots[0]);
	sm_record_write(rec, out);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_buf one = SM_BUF_INIT, two = SM_BUF_INIT;
	char *line = malloc(size + 1);

	if (!rec)
		begin();
	memcpy(line, data, size);
	if (look(line, size, SM_SCAN_SCALAR, &one) !=
	    look(line, size, SM_SCAN_SSE2, &two) ||
	    one.len != two.len ||
	    (one.len && memcmp(one.data, two.data, one.len) != 0))
		abort();
	/* What we write we can read again. */
	if (one.len && sm_record_parse(rec, one.data, one.len, NULL) == -1)
		abort();
	sm_buf_release(&one);
	sm_buf_release(&two);
	free(line);
	return 0;
}
