/*
 * The work of all connectors that are definitions (definition.h): what to ask
 * for, page by page, and what of the answers becomes a record.
 */
#ifndef SM_SOURCE_JSON_HTTP_JSON_H
#define SM_SOURCE_JSON_HTTP_JSON_H

struct sm_source;

/* Fills in what a definition's source does (not its name and keys). */
void http_json_source(struct sm_source *source);

#endif
