/* Every verb of sm, as --help shows them.  See frame/verb.h. */
SM_VERB(sweep)
SM_VERB(status)
SM_VERB(config)
SM_VERB(help)
