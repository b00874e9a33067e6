/*
 * The cursor's body, included once for each way of going through strings; SCAN
 * is the name of the function that is made.
 *
 * RUN_END(p, end, &high) is the first '"', '\\' or control at or behind p, or
 * end; high is not 0 if there were bytes outside ASCII, and UTF8_CHECK looks
 * at those.  SHORT_END(p, end) is the '"' that ends a short string of plain
 * ASCII, or NULL.
 */

static const char *SCAN_VALUE(struct sm_scan_state *, const char *, int,
    struct sm_value *);

/* The string whose opening quote is before p, whatever is in it. */
static const char *
SCAN_LONG(struct sm_scan_state *scan, const char *p, uint8_t *escaped)
{
	const char *end = scan->end, *start = p;
	uint32_t high = 0;

	for (;;) {
		p = RUN_END(p, end, &high);
		if (p == end)
			return fail(scan, p, "unterminated string");
		if (*p == '"')
			break;
		if (*p != '\\')
			return fail(scan, p, "control character in a string");
		*escaped = 1;
		p = escape(scan, p);
		if (!p)
			return NULL;
	}
	if (high && UTF8_CHECK(start, (size_t)(p - start)) <
	    (size_t)(p - start))
		return fail(scan, start, "not UTF-8");
	return p + 1;
}

/*
 * The same; behind it.  *escaped tells whether there is a backslash in it.
 * Most are short and plain.
 */
static inline const char *
SCAN_STRING(struct sm_scan_state *scan, const char *p, uint8_t *escaped)
{
	const char *quote = SHORT_END(p, scan->end);

	*escaped = 0;
	return quote ? quote + 1 : SCAN_LONG(scan, p, escaped);
}

/* A member's name, its opening quote before p; behind the closing one. */
static inline const char *
SCAN_NAME(struct sm_scan_state *scan, const char *p, size_t base,
    uint64_t *seen, struct sm_scan_name *name)
{
	const char *start = p;
	uint8_t escaped;

	p = SCAN_STRING(scan, p, &escaped);
	if (!p)
		return NULL;
	name->text = start;
	name->len = (uint32_t)(p - 1 - start);
	if (escaped && unescape_name(scan, name) == -1)
		return NULL;
	name->key = sm_paths_key(name->text, name->len,
	    escaped ? name->text + name->len : scan->end);
	if (add_name(scan, name, base, seen) == -1)
		return fail(scan, start, "a name stands twice");
	return p;
}

static const char *
SCAN_OBJECT(struct sm_scan_state *scan, const char *p, int node)
{
	size_t base = scan->name_count;
	uint64_t seen = 0;

	p = skip_space(p, scan->end);
	if (p < scan->end && *p == '}')
		return p + 1;
	for (;;) {
		struct sm_scan_name name;
		const char *quote = p;
		struct sm_value value, *to = NULL;
		int child = -1;

		if (p == scan->end || *p != '"')
			return fail(scan, p, "expected a name in quotes");
		p = SCAN_NAME(scan, p + 1, base, &seen, &name);
		if (!p)
			return NULL;
		p = skip_space(p, scan->end);
		if (p == scan->end || *p != ':')
			return fail(scan, p, "expected ':'");
		p = skip_space(p + 1, scan->end);
		if (node >= 0) {
			child = sm_paths_child(scan->paths, node, name.key,
			    name.text, name.len);
			child = child ? child : -1;
		}
		if (child >= 0 && scan->paths->nodes[child].slot >= 0) {
			int slot = scan->paths->nodes[child].slot;

			to = &scan->values[slot];
			if (node == 0)
				scan->from[slot] =
				    (uint32_t)(quote - scan->line);
		}
		p = SCAN_VALUE(scan, p, child, to ? to : &value);
		if (!p)
			return NULL;
		if (node == 0)
			scan->members++;
		p = skip_space(p, scan->end);
		if (p == scan->end)
			return fail(scan, p, "expected ',' or '}'");
		if (*p == '}')
			break;
		if (*p != ',')
			return fail(scan, p, "expected ',' or '}'");
		p = skip_space(p + 1, scan->end);
	}
	if (end_names(scan, base) == -1)
		return fail(scan, p, "a name stands twice");
	return p + 1;
}

static const char *
SCAN_ARRAY(struct sm_scan_state *scan, const char *p)
{
	p = skip_space(p, scan->end);
	if (p < scan->end && *p == ']')
		return p + 1;
	for (;;) {
		struct sm_value value;

		p = SCAN_VALUE(scan, p, -1, &value);
		if (!p)
			return NULL;
		p = skip_space(p, scan->end);
		if (p == scan->end)
			return fail(scan, p, "expected ',' or ']'");
		if (*p == ']')
			return p + 1;
		if (*p != ',')
			return fail(scan, p, "expected ',' or ']'");
		p = skip_space(p + 1, scan->end);
	}
}

static const char *
SCAN_VALUE(struct sm_scan_state *scan, const char *p, int node,
    struct sm_value *value)
{
	const char *start = p;

	value->escaped = 0;
	if (p == scan->end)
		return fail(scan, p, "expected a value");
	switch (*p) {
	case '"':
		value->type = SM_STRING;
		p = SCAN_STRING(scan, p + 1, &value->escaped);
		if (!p)
			return NULL;
		value->text = start + 1;
		value->len = (uint32_t)(p - start - 2);
		return p;
	case '{':
	case '[':
		if (scan->depth == SM_RECORD_DEPTH)
			return fail(scan, p, "nested too deeply (64 levels)");
		scan->depth++;
		if (*p == '{') {
			value->type = SM_OBJECT;
			p = SCAN_OBJECT(scan, p + 1, node);
		} else {
			value->type = SM_ARRAY;
			p = SCAN_ARRAY(scan, p + 1);
		}
		scan->depth--;
		break;
	case 't':
		value->type = SM_TRUE;
		p = word(scan, p, "true", 4);
		break;
	case 'f':
		value->type = SM_FALSE;
		p = word(scan, p, "false", 5);
		break;
	case 'n':
		value->type = SM_NULL;
		p = word(scan, p, "null", 4);
		break;
	default:
		value->type = SM_NUMBER;
		p = number(scan, p);
		break;
	}
	if (!p)
		return NULL;
	value->text = start;
	value->len = (uint32_t)(p - start);
	return p;
}

const char *
SCAN(struct sm_scan_state *scan, const char *line, size_t len)
{
	struct sm_value top;
	const char *p;

	scan->line = line;
	scan->end = line + len;
	scan->depth = 0;
	scan->name_count = 0;
	scan->members = 0;
	scan->error = NULL;
	sm_arena_reset(&scan->arena);
	p = skip_space(line, scan->end);
	if (p == scan->end)
		return fail(scan, p, "an empty line");
	if (*p != '{')
		return fail(scan, p, "expected an object");
	p = SCAN_VALUE(scan, p, 0, &top);
	if (!p)
		return NULL;
	scan->last_brace = (uint32_t)(p - 1 - line);
	p = skip_space(p, scan->end);
	if (p != scan->end)
		return fail(scan, p, "something behind the object");
	return p;
}

#undef SCAN
#undef SCAN_VALUE
#undef SCAN_LONG
#undef SCAN_STRING
#undef SCAN_NAME
#undef SCAN_OBJECT
#undef SCAN_ARRAY
#undef RUN_END
#undef SHORT_END
#undef UTF8_CHECK
