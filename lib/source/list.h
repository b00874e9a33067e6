/* Every connector, sorted.  See source/source.h. */
SM_SOURCE(feed)
SM_SOURCE(mbox)
SM_SOURCE(ndjson)
