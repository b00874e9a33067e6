/* Text messages: any name of a file; what is taken from it lies in it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/sms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sms_file file = { .head = -1 };
	char number[32];

	file.name = malloc(size + 1);
	memcpy(file.name, data, size);
	file.name[size] = '\0';
	if (sms_name(&file)) {
		if (file.sender < file.name || file.sender +
		    file.sender_len > file.name + strlen(file.name) ||
		    file.part < 0 || file.part >= SMS_PARTS)
			abort();
		if (sms_number(&file, size % 2 ? "+48" : NULL, number,
		    sizeof(number)) && strlen(number) > 24)
			abort();
	}
	free(file.name);
	return 0;
}
