/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of the matcher: one trial to match one quoted line with one seen line.  A trial may
 * learn pairs; if it fails it takes back what it learned, so the map only ever holds what a match
 * proved.  All trials of one comparison share an allowance of work, because matching with
 * one-to-one variables is exponential at worst.  For match.c and match_diff.c only.
 */
#ifndef LESSON_TRIAL_H
#define LESSON_TRIAL_H

#include "lesson/match.h"

struct run {
	const char *s;
	size_t n;
};

struct text {
	struct run *line; /* the blanks at their ends cut */
	int n;
};

struct match_bind {
	char class;
	struct run expect, actual; /* one allocation, at expect.s */
	int next_expect, next_actual;
};

struct trial {
	struct match_map *map;
	bool dry;           /* respect the map, learn nothing */
	size_t work, limit; /* once work reaches limit, nothing matches any more */
	int conflict;       /* the pair that the last line contradicted: its index in the map, or */
#define TRIAL_NONE   -1
#define TRIAL_ITSELF -2     /* one that the same line began with */
	struct run refused; /* the quoted and */
	struct run instead; /* the seen run that contradicted it; valid as long as the lines */
};

bool run_same(struct run a, struct run b);
bool run_dots(struct run r); /* is it `...`? */
/* Forgets the pairs after the first n. */
void trial_undo(struct match_map *map, int n);
/* As match_line(), with the blanks at the ends already cut. */
bool trial_line(struct trial *t, struct run expect, struct run actual);
/* Adds the diff that match_lines() gives; the map is then as before. (match_diff.c) */
void match_diff(struct trial *t, const struct text *e, const struct text *a, struct str *out);

#endif
