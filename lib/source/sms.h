/*
 * The parts of the sms-gammu connector.  gammu-smsd (FILES backend) writes a
 * text message to its inbox as one file a part:
 *
 *	IN<YYYYMMDD>_<HHMMSS>_<serial>_<sender>_<part>.txt
 *
 * Time is local and each part's own; serial and sender are those of all parts.
 * A sender may be a name, with anything in it.
 */
#ifndef SM_SOURCE_SMS_H
#define SM_SOURCE_SMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_err;

#define SMS_FILES 100000	/* of a folder */
#define SMS_PARTS 255
#define SMS_APART 600		/* seconds between parts of a message */

struct sms_file {
	char *name;
	int64_t sent;		/* by its name */
	int64_t arrived;	/* when it was written */
	const char *sender;	/* in name */
	size_t sender_len;
	int serial, part;
	int head;		/* index of the part it follows, or -1 */
};

/* A folder's messages: the files, by time, sender and part. */
struct sms_folder {
	struct sms_file *files;
	size_t count;
};

/*
 * Reads the folder and finds which parts belong together: each file with
 * .head -1 begins a message, which may be a part whose first is missing.
 */
int sms_folder_read(struct sms_folder *folder, int fd, const char *path,
    struct sm_err *err);
void sms_folder_release(struct sms_folder *folder);

/* The next file of head's message behind after (-1: head itself); -1. */
int sms_next_part(const struct sms_folder *folder, int head, int after);

/* Takes a name apart; false: it is no text message's. */
bool sms_name(struct sms_file *file);

/*
 * The sender as "+48600100200", with the country's number for one that has
 * none; false: it is a name, or a short number that nobody can answer.
 */
bool sms_number(const struct sms_file *file, const char *country, char *out,
    size_t size);

#endif
