/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson/front.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MOST = 64 }; /* each is compared with those before it */

static int take_number(struct lesson *l, const char *value, int line, char **cause)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (!*value || *end || n < 0 || n > 9999)
		return fail(cause, "%s:%d: number: \"%s\" is not one from 0 to 9999", l->path, line,
			    value);
	l->number = (int)n;
	return 0;
}

static int take_field(struct lesson *l, struct span s, int line, int *cap, char **cause)
{
	const char *colon = memchr(s.s, ':', s.n);
	struct span key, value;
	struct front_matter *f;

	if (!s.n || *s.s == '#')
		return 0;
	key = span_strip((struct span){ s.s, colon ? (size_t)(colon - s.s) : 0 });
	if (!key.n)
		return fail(cause, "%s:%d: front matter is \"key: value\" lines", l->path, line);
	value = span_strip((struct span){ colon + 1, (size_t)(s.s + s.n - colon - 1) });
	if (value.n > 1 && *value.s == '"' && value.s[value.n - 1] == '"')
		value = (struct span){ value.s + 1, value.n - 2 };
	if (l->nfields == FIELDS_MOST)
		return fail(cause, "%s:%d: front matter has %d fields at most", l->path, line,
			    FIELDS_MOST);
	GROW(l->field, l->nfields, *cap);
	f = &l->field[l->nfields];
	*f = (struct front_matter){ xstrndup(key.s, key.n), xstrndup(value.s, value.n), line };
	if (lesson_field(l, f->key)) {
		l->nfields++;
		return fail(cause, "%s:%d: %s is given twice", l->path, line, f->key);
	}
	l->nfields++;
	return strcmp(f->key, "number") ? 0 : take_number(l, f->value, line, cause);
}

int front_matter(struct lesson *l, const struct source *src, char **cause)
{
	const char *slash = strrchr(l->path, '/'), *base = slash ? slash + 1 : l->path;
	size_t digits = strspn(base, "0123456789");
	int cap = 0;

	if (digits && digits <= 4 && base[digits] == '-')
		l->number = atoi(base);
	for (int i = 2; i < src->body; i++)
		if (take_field(l, span_strip(source_line(src, i)), i, &cap, cause))
			return -1;
	return 0;
}

const char *lesson_field(const struct lesson *l, const char *key)
{
	for (int i = 0; i < l->nfields; i++)
		if (!strcmp(l->field[i].key, key))
			return l->field[i].value;
	return NULL;
}
