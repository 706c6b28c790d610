/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The map and one line: literal stretches, marked runs and `[..]`.  See trial.h for the contract
 * and match.h for the rules.
 */
#include "lesson/trial.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- the map ---- */

static unsigned bucket(char class, struct run r)
{
	uint32_t h = 2166136261u ^ (unsigned char)class;

	for (size_t i = 0; i < r.n; i++)
		h = (h ^ (unsigned char)r.s[i]) * 16777619u;
	return (h ^ h >> 16) % MATCH_BUCKETS;
}

bool run_same(struct run a, struct run b)
{
	return a.n == b.n && (!a.n || !memcmp(a.s, b.s, a.n));
}

bool run_dots(struct run r)
{
	return run_same(r, (struct run){ "...", 3 });
}

void trial_undo(struct match_map *map, int n)
{
	while (map->n > n) {
		struct match_bind *b = &map->bind[--map->n];

		map->by_expect[bucket(b->class, b->expect)] = b->next_expect;
		map->by_actual[bucket(b->class, b->actual)] = b->next_actual;
		free((char *)b->expect.s);
	}
}

void match_map_free(struct match_map *map)
{
	trial_undo(map, 0);
	free(map->bind);
	*map = MATCH_MAP_INIT;
}

static void push(struct match_map *map, char class, struct run e, struct run a)
{
	unsigned be = bucket(class, e), ba = bucket(class, a);
	char *s = xmalloc(e.n + a.n);

	memcpy(s, e.s, e.n);
	memcpy(s + e.n, a.s, a.n);
	GROW(map->bind, map->n, map->cap);
	map->bind[map->n++] = (struct match_bind){
		class, { s, e.n }, { s + e.n, a.n }, map->by_expect[be], map->by_actual[ba]
	};
	map->by_expect[be] = map->by_actual[ba] = map->n;
}

/* May e stand for a?  Learns it if nothing was known of either. */
static bool learn(struct trial *t, char class, struct run e, struct run a)
{
	struct match_map *map = t->map;
	struct match_bind *b;
	int i;

	for (i = map->by_expect[bucket(class, e)]; i; i = b->next_expect) {
		b = &map->bind[i - 1];
		if (b->class == class && run_same(b->expect, e))
			break;
	}
	if (!i) {
		for (i = map->by_actual[bucket(class, a)]; i; i = b->next_actual) {
			b = &map->bind[i - 1];
			if (b->class == class && run_same(b->actual, a))
				break;
		}
	}
	if (i) {
		if (run_same(b->expect, e) && run_same(b->actual, a))
			return true;
		t->conflict = i - 1;
		t->refused = e;
		t->instead = a;
		return false;
	}
	if (!t->dry)
		push(map, class, e, a);
	return true;
}

static void add_quoted(const struct match_map *map, struct str *out, char class, struct run seen)
{
	size_t prefix = seen.n > 2 && !strncmp(seen.s, "0x", 2) ? 2 : 0;
	struct run digits = { seen.s + prefix, seen.n - prefix };

	for (int i = 0; i < map->n; i++) {
		const struct match_bind *b = &map->bind[i];

		if (b->class == class && run_same(b->actual, digits)) {
			str_addn(out, seen.s, prefix);
			seen = b->expect;
			break;
		}
	}
	str_addn(out, seen.s, seen.n);
}

void match_as_quoted(const struct match_map *map, struct str *out, const char *actual)
{
	const char *close;

	for (const char *s = actual; *s; s = close + 1) {
		size_t n = (size_t)(strchrnul(s, MARK_OPEN) - s);

		str_addn(out, s, n);
		s += n;
		close = *s ? strchr(s + 1, MARK_CLOSE) : NULL;
		if (!close)
			break;
		if (close > s + 1)
			add_quoted(map, out, s[1], (struct run){ s + 2, (size_t)(close - s - 2) });
	}
}

/* ---- one line ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t span(const char *s, size_t n, bool (*is)(char))
{
	size_t i = 0;

	while (i < n && is(s[i]))
		i++;
	return i;
}

/* 12:34:56, 0.003s, 2024-05-21T23:29: ends like a word, so a sentence's full stop stays out. */
static long time_run(const char *s, size_t n)
{
	size_t i = 0, end = 0;
	bool digit = false;

	for (; i < n && (is_word(s[i]) || (i && strchr(":.,+-_/", s[i]))); i++) {
		if (is_word(s[i]))
			end = i + 1;
		digit |= is_digit(s[i]);
	}
	return digit ? (long)end : -1;
}

static struct run no_zeros(struct run r)
{
	while (r.n > 1 && *r.s == '0')
		r = (struct run){ r.s + 1, r.n - 1 };
	return r;
}

/*
 * Matches the seen run a with the start of the quoted text; returns how much of that it took, or
 * -1.
 */
static long match_run(struct trial *t, char class, struct run a, const char *e, size_t n)
{
	bool minus = a.n > 1 && *a.s == '-', hex;
	struct run x = minus ? (struct run){ a.s + 1, a.n - 1 } : a, y;

	if (class == 't')
		return time_run(e, n);
	hex = x.n > 2 && x.s[0] == '0' && x.s[1] == 'x' &&
	      span(x.s + 2, x.n - 2, is_hex) == x.n - 2;
	if (!hex && (!x.n || span(x.s, x.n, class == 'a' ? is_hex : is_digit) < x.n))
		return n >= a.n && (!a.n || !memcmp(e, a.s, a.n)) ? (long)a.n : -1;
	y = (struct run){ e, n };
	if (minus || hex) {
		size_t skip = (size_t)minus + (hex ? 2 : 0);

		if (n < skip || memcmp(e, a.s, skip))
			return -1;
		y = (struct run){ e + skip, n - skip };
	}
	if (hex)
		x = (struct run){ x.s + 2, x.n - 2 };
	y.n = span(y.s, y.n, hex || class == 'a' ? is_hex : is_digit);
	if (!y.n)
		return -1;
	n = (size_t)(y.s + y.n - e);
	x = no_zeros(x);
	y = no_zeros(y);
	if ((minus &&
	     (run_same(x, (struct run){ "1", 1 }) || run_same(y, (struct run){ "1", 1 }))) ||
	    (strchr("pkan", class) && (*x.s == '0' || *y.s == '0')))
		return run_same(x, y) ? (long)n : -1;
	return learn(t, class, y, x) ? (long)n : -1;
}

static bool is_mark(char c)
{
	return c == MARK_OPEN || c == MARK_CLOSE;
}

/*
 * Steps over the next piece of a seen line: a literal stretch (class 0) or a marked run.  Marks
 * without a partner are dropped as str_unmark drops them.  False at the end.
 */
static bool piece(const char **pp, const char *end, struct run *r, char *class)
{
	const char *p = *pp, *q;

	while (p < end && is_mark(*p)) {
		if (*p == MARK_OPEN && p + 1 < end) {
			for (q = p + 2; q < end && !is_mark(*q); q++)
				;
			if (q < end && *q == MARK_CLOSE) {
				*class = p[1];
				*r = (struct run){ p + 2, (size_t)(q - p - 2) };
				*pp = q + 1;
				return true;
			}
			p++;
		}
		p++;
	}
	for (q = p; q < end && !is_mark(*q); q++)
		;
	*class = 0;
	*r = (struct run){ p, (size_t)(q - p) };
	*pp = q;
	return q > p;
}

static bool at_end(const char *p, const char *end)
{
	struct run r;
	char class;

	while (piece(&p, end, &r, &class))
		if (r.n)
			return false;
	return true;
}

/* Matches all of e (no `[..]` in it) where *pp stands and moves *pp behind it. */
static bool match_here(struct trial *t, const char *e, size_t n, const char **pp, const char *end)
{
	const char *p = *pp;

	while (n) {
		size_t k = 0;
		struct run r;
		char class;
		long took;

		while (k < n && p + k < end && p[k] == e[k] && !is_mark(p[k]))
			k++;
		t->work += 1 + k / 64;
		p += k;
		e += k;
		n -= k;
		if (!n)
			break;
		if (p == end || !is_mark(*p) || !piece(&p, end, &r, &class))
			return false;
		if (!class) {
			p = r.s;
			continue;
		}
		took = match_run(t, class, r, e, n);
		if (took < 0)
			return false;
		e += took;
		n -= (size_t)took;
	}
	*pp = p;
	return true;
}

/* find_here() where no marks are: linear. */
static bool find_plain(struct trial *t, const char *e, size_t n, const char **pp, const char *end,
		       bool to_end)
{
	size_t left = (size_t)(end - *pp);
	const char *p = NULL;

	if (n <= left)
		p = to_end ? end - n : memmem(*pp, left, e, n);
	t->work += 1 + (p && !to_end ? (size_t)(p - *pp) : left) / 64;
	if (!p || memcmp(p, e, n))
		return false;
	*pp = p + n;
	return true;
}

/* Finds e at or after *pp, the first place; with to_end, only where the line ends with it. */
static bool find_here(struct trial *t, const char *e, size_t n, const char **pp, const char *end,
		      bool to_end)
{
	int saved = t->map->n;
	const char *p = *pp;

	while (p < end && t->work < t->limit) {
		const char *q = p;
		struct run r;
		char class;

		if (match_here(t, e, n, &q, end) && (!to_end || at_end(q, end))) {
			*pp = q;
			return true;
		}
		trial_undo(t->map, saved);
		q = p;
		if (!is_mark(*p))
			p++;
		else if (piece(&q, end, &r, &class))
			p = class ? q : r.s;
		else
			break;
	}
	return false;
}

static bool match_text(struct trial *t, const char *e, size_t n, const char *p, const char *end)
{
	const char *stop = e + n, *wild = memmem(e, n, "[..]", 4);
	bool plain = !memchr(p, MARK_OPEN, (size_t)(end - p)) &&
		     !memchr(p, MARK_CLOSE, (size_t)(end - p));

	if (!match_here(t, e, wild ? (size_t)(wild - e) : n, &p, end))
		return false;
	if (!wild)
		return at_end(p, end);
	do {
		e = wild + 4;
		wild = memmem(e, (size_t)(stop - e), "[..]", 4);
		n = (size_t)((wild ? wild : stop) - e);
		if (n && !(plain ? find_plain : find_here)(t, e, n, &p, end, !wild))
			return false;
	} while (wild);
	return true;
}

/* The allowance is looked at here and in find_here(); all else is linear in the line. */
bool trial_line(struct trial *t, struct run expect, struct run actual)
{
	int saved = t->map->n;

	t->work += 1 + expect.n / 64;
	t->conflict = TRIAL_NONE;
	if (t->work < t->limit && match_text(t, expect.s, expect.n, actual.s, actual.s + actual.n))
		return true;
	trial_undo(t->map, saved);
	if (t->conflict >= saved)
		t->conflict = TRIAL_ITSELF;
	return false;
}
