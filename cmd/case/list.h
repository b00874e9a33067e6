/* Every verb of sm-case, as --help shows them.  See frame/verb.h. */
SM_VERB(add)
SM_VERB(list)
SM_VERB(posts)
SM_VERB(show)
SM_VERB(verify)
