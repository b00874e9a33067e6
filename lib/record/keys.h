/*
 * The configuration that every program knows, in one table: from it come the
 * check of what is written, `sm config` and sm-config(5).  A connector adds a
 * table of its own keys of [source] and [account].
 */
#ifndef SM_RECORD_KEYS_H
#define SM_RECORD_KEYS_H

#include "record/conf.h"

/* [brand], [account], [source], [rules], [store], [score]. */
extern const struct sm_conf_key sm_keys_base[];

/*
 * Any key of [source] and [account], as text: for programs that read the
 * configuration without knowing the connectors, which check their own.
 */
extern const struct sm_conf_key sm_keys_any[];

/* base and any, ready for sm_conf_load. */
extern const struct sm_conf_key *const sm_keys_usual[];

#endif
