/* The file on how sources are, and what is computed from it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "source/sweep/health_file.h"
#include "source/sweep/volume.h"

#define NOW INT64_C(1795262400)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
use(struct sm_health_file *file)
{
	const struct sm_health *health;
	struct sm_health_view view;
	struct sm_volume volume;
	struct sm_health *own;

	for (size_t i = 0; (health = sm_health_file_nth(file, i)); i++) {
		sm_health_look(health, &view);
		own = sm_health_file_get(file, health->source);
		/* Not through all hours since 1970, each time. */
		if (own->learnt < NOW / 3600 - 1000)
			own->learnt = NOW / 3600 - 1000;
		sm_volume_init(&volume, NOW);
		sm_volume_add(&volume, NOW - 5000);
		sm_health_answered(own, &volume, NOW);
		sm_health_failed(own, SM_EXIT_TEMP, "no", NOW + 5);
		sm_health_look(own, &view);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[64];
	struct sm_health_file *file;
	struct sm_err err;
	FILE *f;

	if (!path[0])
		(void)snprintf(path, sizeof(path), "/tmp/sm-fuzz-health.%ld",
		    (long)getpid());
	f = fopen(path, "w");
	if (!f)
		abort();
	(void)fwrite(data, 1, size, f);
	(void)fclose(f);
	file = sm_health_file_open(path, &err);
	(void)unlink(path);
	if (file)
		use(file);
	sm_health_file_close(file);
	return 0;
}
