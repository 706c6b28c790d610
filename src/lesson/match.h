/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The matcher: is what a lesson quotes what was seen?  Quoted lines are plain text; seen lines
 * carry the marks of base/str.h around the digits that another run may print differently, and
 * such a run stands for any run of its shape, one to one for the whole lesson.  `...` alone on a
 * quoted line stands for any number of lines, `[..]` within one for any text.  It knows nothing
 * of Markdown, calls or sessions.  Runs in the shell.
 */
#ifndef LESSON_MATCH_H
#define LESSON_MATCH_H

#include "base/str.h"

#include <stdbool.h>

#define MATCH_BUCKETS 256

struct match_bind;

/* Which quoted run stands for which seen one; one map lives across all fences of a lesson. */
struct match_map {
	struct match_bind *bind; /* a stack: what is undone was pushed last */
	int n, cap;
	int by_expect[MATCH_BUCKETS], by_actual[MATCH_BUCKETS]; /* index + 1; 0: none */
};

#define MATCH_MAP_INIT ((struct match_map){ 0 })

void match_map_free(struct match_map *map); /* leaves an empty, usable map */

/*
 * Does one quoted line match one seen line?  Blanks at a line's end do not count.  What was
 * learned stays in the map if it does; otherwise the map is as before.  `[..]` takes the
 * shortest text that lets what follows it match.
 *
 * Runs: digits stand for digits, 0x and hexadecimal digits for the same, a time (class 't') for
 * anything without blanks that has a digit and begins and ends like a word or number.  Times are
 * not mapped: two may be equal in one run and differ in the next.  Nor are the values that mean
 * "none" (0 of a pid, key, address or inode, and -1): they match themselves only.
 */
bool match_line(struct match_map *map, const char *expect, const char *actual);

/* Is a quoted line `...`? */
bool match_dots(const char *expect);
/*
 * Adds a seen line as the lesson would quote it: without marks, each run as it was quoted where the
 * map knows it, as it was seen where not.
 */
void match_as_quoted(const struct match_map *map, struct str *out, const char *actual);

/*
 * Compares whole texts; `...` takes the fewest lines that let the rest match.  Blank lines at
 * a text's end do not count.  0 if they match; otherwise -1 with a diff added to *diff (if not
 * NULL): lines of "-" quoted, "+" seen, " " alike, "@@" where alike lines were left out and "#"
 * for a remark; marks are gone, foreign bytes cleaned.  On -1 the map is as before.
 *
 * The work is bounded: a text in which thousands of `...` and unmapped runs leave too many ways
 * open does not match, and the diff's remark says that this is why.
 */
int match_lines(struct match_map *map, char *const *expect, int nexpect, char *const *actual,
		int nactual, struct str *diff);

#endif
