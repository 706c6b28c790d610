/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judge: lines that a lesson quotes (before the first byte \004) and lines that were seen (behind
 * it).  What was seen, quoted as it would be, matches; whoever does not match leaves the map alone.
 */
#include "lesson/match.h"
#include "fuzz.h"

enum { LINES = 64 };

static int lines(char *s, char **line)
{
	int n = 0;

	for (; s && n < LINES; n++) {
		line[n] = s;
		s = strchr(s, '\n');
		if (s)
			*s++ = '\0';
	}
	return n;
}

static void quoted(char *const *seen, int n)
{
	struct match_map map = MATCH_MAP_INIT;
	char *as[LINES];
	bool dots = false;

	for (int i = 0; i < n; i++) {
		struct str line = STR_INIT;

		match_as_quoted(&map, &line, seen[i]);
		as[i] = str_take(&line);
		dots |= match_dots(as[i]) || strstr(as[i], "[..]");
	}
	(void)dots;
	for (int i = 0; i < n; i++)
		free(as[i]);
	match_map_free(&map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct match_map map = MATCH_MAP_INIT;
	char *text = text_of(data, size), *seen = memchr(text, 4, size), *e[LINES], *a[LINES];
	struct str diff = STR_INIT;
	int ne, na, before, r;

	if (seen)
		*seen++ = '\0';
	ne = lines(text, e);
	na = lines(seen, a);
	if (na)
		match_line(&map, e[0], a[0]);
	before = map.n;
	r = match_lines(&map, e, ne, a, na, &diff);
	PROMISE(r == 0 || r == -1);
	PROMISE(r == 0 || (map.n == before && diff.len));
	PROMISE(r || !diff.len);
	promise_clean(str_text(&diff), diff.len);
	quoted(a, na);
	match_map_free(&map);
	str_free(&diff);
	free(text);
	return 0;
}
