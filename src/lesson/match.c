/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole texts.  `...` cuts the quoted lines into groups.  A look from the end, which learns
 * nothing, finds the last place where each group can stand; then the groups are placed from the
 * front, each as early as it goes, and where pairs learned early rule out a later group, that
 * search goes back.
 */
#include "lesson/trial.h"

#include <stdlib.h>
#include <string.h>

#define WORK_LEAST 400000 /* some tens of milliseconds */

struct group {
	int first, n; /* quoted lines */
	int last;     /* no later than here among the seen lines */
	int at;       /* where it was placed */
	int learned;  /* the map's size before that */
};

static struct run trimmed(const char *s)
{
	size_t n = strlen(s);

	while (n && strchr(" \t\r", s[n - 1]))
		n--;
	return (struct run){ s, n };
}

static size_t text_init(struct text *x, char *const *line, int n)
{
	size_t bytes = 0;

	x->line = xcalloc((size_t)n, sizeof(*x->line));
	for (x->n = 0; x->n < n; x->n++) {
		x->line[x->n] = trimmed(line[x->n]);
		bytes += x->line[x->n].n;
	}
	while (x->n && !x->line[x->n - 1].n)
		x->n--;
	return bytes + (size_t)n;
}

bool match_dots(const char *expect)
{
	return run_dots(trimmed(expect));
}

bool match_line(struct match_map *map, const char *expect, const char *actual)
{
	struct run e = trimmed(expect), a = trimmed(actual);
	struct trial t = { .map = map, .limit = WORK_LEAST + e.n + a.n };

	return trial_line(&t, e, a);
}

/* Neighbouring `...` are one. The first and the last group may be empty, the others are not. */
static struct group *cut(const struct text *e, int *ng)
{
	struct group *g = NULL;
	int n = 0, cap = 0, from = 0;

	for (int i = 0; i <= e->n; i++) {
		if (i < e->n && !run_dots(e->line[i]))
			continue;
		if (i > from || i == e->n || !n) {
			GROW(g, n, cap);
			g[n] = (struct group){ .first = from, .n = i - from };
			n++;
		}
		from = i + 1;
	}
	*ng = n;
	return g;
}

static bool stands(struct trial *t, const struct group *g, const struct text *e,
		   const struct text *a, int at)
{
	int saved = t->map->n;

	if (at < 0 || at + g->n > a->n)
		return false;
	for (int i = 0; i < g->n; i++) {
		if (!trial_line(t, e->line[g->first + i], a->line[at + i])) {
			trial_undo(t->map, saved);
			return false;
		}
	}
	return true;
}

/* Finds each group's last place. False if some group has none: then nothing can match. */
static bool place_last(struct trial *t, struct group *g, int ng, const struct text *e,
		       const struct text *a)
{
	int stop = a->n;

	t->dry = true;
	for (int i = ng - 1; i >= 0; i--) {
		int at = i ? stop - g[i].n : 0;

		if (i && i < ng - 1) {
			while (at >= 0 && t->work < t->limit && !stands(t, &g[i], e, a, at))
				at--;
		} else if (!stands(t, &g[i], e, a, at)) {
			return false;
		}
		if (at < 0 || at + g[i].n > stop || (ng == 1 && g[i].n != stop))
			return false;
		g[i].last = stop = at;
	}
	t->dry = false;
	return t->work < t->limit;
}

static bool place_all(struct trial *t, struct group *g, int ng, const struct text *e,
		      const struct text *a)
{
	int i = 0, at = 0;

	while (i < ng && t->work < t->limit) {
		if (i == ng - 1 && at <= g[i].last)
			at = g[i].last;
		g[i].learned = t->map->n;
		while (at <= g[i].last && t->work < t->limit && !stands(t, &g[i], e, a, at))
			at++;
		if (at <= g[i].last && t->work < t->limit) {
			g[i].at = at;
			at += g[i++].n;
		} else if (i-- == 0) {
			break;
		} else {
			trial_undo(t->map, g[i].learned);
			at = g[i].at + 1;
		}
	}
	return i == ng;
}

int match_lines(struct match_map *map, char *const *expect, int nexpect, char *const *actual,
		int nactual, struct str *diff)
{
	struct trial t = { .map = map, .limit = WORK_LEAST };
	struct group *g;
	struct text e, a;
	int saved = map->n, ng;
	bool ok;

	t.limit += 16 * text_init(&e, expect, nexpect);
	t.limit += 16 * text_init(&a, actual, nactual);
	g = cut(&e, &ng);
	ok = place_last(&t, g, ng, &e, &a) && place_all(&t, g, ng, &e, &a);
	if (!ok) {
		bool gave_up = t.work >= t.limit;

		trial_undo(map, saved);
		if (diff) {
			t.work = 0;
			t.dry = false;
			match_diff(&t, &e, &a, diff);
			if (gave_up)
				str_add(diff, "# gave up: `...` leaves too many ways to match\n");
		}
	}
	free(g);
	free(e.line);
	free(a.line);
	return ok ? 0 : -1;
}
