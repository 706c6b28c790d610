/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The diff of texts that do not match: the cheapest edit script, which knows `...` too, and where a
 * pair learned before rules out a line, says so.
 */
#include "lesson/trial.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DIFF_CELLS   1000000
#define DIFF_SIDE    1000 /* lines of either side that are compared where that is too many cells */
#define DIFF_CONTEXT 2
#define DIFF_LINE    4096 /* bytes of a line that are shown */

struct op {
	char tag;
	int e, a; /* where both sides stood */
	struct run line;
	char *remark; /* owned */
};

struct script {
	struct op *op;
	int n, cap;
};

static void add_op(struct script *s, char tag, int e, int a, struct run line, char *remark)
{
	GROW(s->op, s->n, s->cap);
	s->op[s->n++] = (struct op){ tag, e, a, line, remark };
}

/*
 * The least number of -/+ lines for each pair of rests, in rows of na + 1.  Lines that only the map
 * tells apart count as alike here: walk() says what is wrong with them.
 */
static uint32_t *costs(size_t limit, const struct run *e, int ne, const struct run *a, int na)
{
	size_t row = (size_t)na + 1;
	uint32_t *cost = xcalloc(((size_t)ne + 1) * row, sizeof(*cost));
	struct match_map none = MATCH_MAP_INIT;
	struct trial shapes = { .map = &none, .dry = true, .limit = limit };

	for (int i = ne; i >= 0; i--) {
		bool dots = i < ne && run_dots(e[i]);

		for (int j = na; j >= 0; j--) {
			uint32_t *c = &cost[(size_t)i * row + (size_t)j];
			uint32_t down = i < ne ? c[row] + !dots : UINT32_MAX;
			uint32_t right = j < na ? c[1] + !dots : UINT32_MAX;

			*c = i == ne && j == na ? 0 : down < right ? down : right;
			if (i < ne && j < na && !dots && c[row + 1] < *c &&
			    trial_line(&shapes, e[i], a[j]))
				*c = c[row + 1];
		}
	}
	return cost;
}

static char *conflict_remark(const struct trial *t)
{
	const struct match_bind *b;

	if (t->conflict == TRIAL_NONE)
		return NULL;
	if (t->conflict == TRIAL_ITSELF)
		return xasprintf(" %.*s for %.*s: this line itself says otherwise before",
				 (int)t->refused.n, t->refused.s, (int)t->instead.n, t->instead.s);
	b = &t->map->bind[t->conflict];
	return xasprintf(" %.*s stood for %.*s before, here %.*s for %.*s", (int)b->expect.n,
			 b->expect.s, (int)b->actual.n, b->actual.s, (int)t->refused.n,
			 t->refused.s, (int)t->instead.n, t->instead.s);
}

/*
 * Walks the cheapest script from the front and learns on the way; a pair that only another pair
 * rules out is a difference, with a remark.
 */
static void walk(struct trial *t, struct script *s, const uint32_t *cost, const struct run *e,
		 int ne, const struct run *a, int na, int skipped)
{
	size_t row = (size_t)na + 1;
	int i = 0, j = 0;

	while (i < ne || j < na) {
		const uint32_t *c = &cost[(size_t)i * row + (size_t)j];
		bool dots = i < ne && run_dots(e[i]);

		if (dots) {
			add_op(s, ' ', skipped + i, skipped + j, e[i], NULL);
			i++;
			for (; *c != c[row]; c++)
				j++;
		} else if (i < ne && *c == c[row] + 1) {
			add_op(s, '-', skipped + i, skipped + j, e[i], NULL);
			i++;
		} else if (j < na && *c == c[1] + 1) {
			add_op(s, '+', skipped + i, skipped + j, a[j], NULL);
			j++;
		} else {
			bool ok = trial_line(t, e[i], a[j]);

			add_op(s, ok ? ' ' : '-', skipped + i, skipped + j, e[i], NULL);
			if (!ok)
				add_op(s, '+', skipped + i, skipped + j, a[j], conflict_remark(t));
			i++;
			j++;
		}
	}
}

static void add_line(struct str *out, char tag, struct run r)
{
	struct str plain = STR_INIT;
	size_t shown;

	str_unmark(&plain, r.s, r.n);
	shown = plain.len;
	if (shown > DIFF_LINE)
		for (shown = DIFF_LINE; (plain.s[shown] & 0xc0) == 0x80; shown--)
			;
	str_addc(out, tag);
	str_clean(out, str_text(&plain), shown);
	if (shown < plain.len)
		str_addf(out, "... (%zu bytes more)", plain.len - shown);
	str_addc(out, '\n');
	str_free(&plain);
}

static bool near_change(const struct script *s, int i)
{
	int from = i > DIFF_CONTEXT ? i - DIFF_CONTEXT : 0;

	for (int k = from; k < s->n && k <= i + DIFF_CONTEXT; k++)
		if (s->op[k].tag != ' ')
			return true;
	return false;
}

static void print_script(const struct script *s, struct str *out)
{
	bool skipping = false;

	for (int i = 0; i < s->n; i++) {
		const struct op *op = &s->op[i];

		if (!near_change(s, i)) {
			skipping = true;
			continue;
		}
		if (skipping)
			str_addf(out, "@@ -%d +%d @@\n", op->e + 1, op->a + 1);
		skipping = false;
		add_line(out, op->tag, op->line);
		if (op->remark)
			add_line(out, '#', (struct run){ op->remark, strlen(op->remark) });
	}
}

void match_diff(struct trial *t, const struct text *e, const struct text *a, struct str *out)
{
	int saved = t->map->n, same = 0, ne, na;
	struct script s = { 0 };
	uint32_t *cost;

	for (; same < e->n && same < a->n && !run_dots(e->line[same]); same++) {
		if (!trial_line(t, e->line[same], a->line[same]))
			break;
		add_op(&s, ' ', same, same, e->line[same], NULL);
	}
	ne = e->n - same;
	na = a->n - same;
	if ((size_t)(ne + 1) * (size_t)(na + 1) > DIFF_CELLS) {
		ne = ne < DIFF_SIDE ? ne : DIFF_SIDE - 1;
		na = na < DIFF_SIDE ? na : DIFF_SIDE - 1;
	}
	cost = costs(t->limit, e->line + same, ne, a->line + same, na);
	walk(t, &s, cost, e->line + same, ne, a->line + same, na, same);
	print_script(&s, out);
	if (same + ne < e->n || same + na < a->n)
		str_addf(out, "# the rest is not compared: %d lines quoted, %d seen\n",
			 e->n - same - ne, a->n - same - na);
	trial_undo(t->map, saved);
	for (int i = 0; i < s.n; i++)
		free(s.op[i].remark);
	free(s.op);
	free(cost);
}
