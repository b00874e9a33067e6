#include "run.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "record/conf.h"
#include "source/sweep/health_file.h"
#include "source/sweep/ledger.h"
#include "source/sweep/lock.h"
#include "source/sweep/state.h"
#include "store/store.h"

/* What needs a person comes before what passes. */
static int
weight(enum sm_exit code)
{
	static const enum sm_exit order[] = { SM_EXIT_OK, SM_EXIT_SOME,
	    SM_EXIT_TEMP, SM_EXIT_DATA, SM_EXIT_REFUSED, SM_EXIT_NOINPUT,
	    SM_EXIT_NOPERM, SM_EXIT_CONFIG };
	size_t n = sizeof(order) / sizeof(order[0]);

	for (size_t i = 0; i < n; i++)
		if (order[i] == code)
			return (int)i;
	return (int)n;
}

void
fetch_worsen(struct fetch_run *run, enum sm_exit code)
{
	if (weight(code) > weight(run->status))
		run->status = code;
}

const char *
fetch_place(struct fetch_run *run)
{
	if (!run->place)
		run->place = run->state_path ? sm_xstrdup(run->state_path) :
		    sm_store_path(run->conf, NULL);
	return run->place;
}

void
fetch_run_release(struct fetch_run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		sm_fetch_task_release(&run->tasks[i]);
		fetch_hold_release(&run->holds[i]);
	}
	sm_health_file_close(run->health);
	sm_ledger_close(run->ledger);
	sm_lock_close(run->lock);
	sm_state_free(run->state);
	sm_conf_free(run->conf);
	free(run->tasks);
	free(run->holds);
	free(run->place);
}
