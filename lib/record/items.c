/*
 * Going through what the cursor has found to be well-formed: so there is
 * nothing to check here, only to step over.
 */
#include <string.h>

#include "record/record.h"

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p))
		p++;
	return p;
}

/* Behind the string that begins at p, its opening quote. */
static const char *
skip_string(const char *p, uint8_t *escaped)
{
	*escaped = 0;
	for (p++; *p != '"'; p++)
		if (*p == '\\') {
			*escaped = 1;
			p++;
		}
	return p + 1;
}

static const char *
skip_nested(const char *p)
{
	int depth = 0;
	uint8_t escaped;

	do {
		switch (*p) {
		case '"':
			p = skip_string(p, &escaped);
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			depth--;
			break;
		default:
			break;
		}
		p++;
	} while (depth > 0);
	return p;
}

static const char *
take_value(const char *p, const char *end, struct sm_value *value)
{
	const char *start = p;

	value->escaped = 0;
	switch (*p) {
	case '"':
		value->type = SM_STRING;
		p = skip_string(p, &value->escaped);
		value->text = start + 1;
		value->len = (uint32_t)(p - start - 2);
		return p;
	case '{':
	case '[':
		value->type = *p == '{' ? SM_OBJECT : SM_ARRAY;
		p = skip_nested(p);
		break;
	default:
		value->type = *p == 't' ? SM_TRUE : *p == 'f' ? SM_FALSE :
		    *p == 'n' ? SM_NULL : SM_NUMBER;
		while (p < end && !strchr(",]} \t\r\n", *p))
			p++;
		break;
	}
	value->text = start;
	value->len = (uint32_t)(p - start);
	return p;
}

bool
sm_items_begin(struct sm_items *items, const struct sm_value *value)
{
	if (value->type != SM_ARRAY && value->type != SM_OBJECT)
		return false;
	*items = (struct sm_items){
		.at = value->text + 1,
		.end = value->text + value->len - 1,
		.object = value->type == SM_OBJECT,
	};
	return true;
}

bool
sm_items_next(struct sm_items *items, struct sm_value *item)
{
	const char *p = skip_space(items->at, items->end);

	if (p == items->end)
		return false;
	if (items->object) {
		p = take_value(p, items->end, &items->name);
		p = skip_space(p, items->end);
		p = skip_space(p + 1, items->end); /* the colon */
	}
	p = skip_space(take_value(p, items->end, item), items->end);
	if (p < items->end)
		p++; /* the comma */
	items->at = p;
	return true;
}
