/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One fence of the source: where it opens and closes, its kind by the info string, and the
 * transcript in it as entries.  It reads lines and knows nothing of cmark.  For lesson.c only.
 */
#ifndef LESSON_FENCE_H
#define LESSON_FENCE_H

#include "lesson/lesson.h"
#include "lesson/source.h"

/* The line that opens a fence. */
struct opening {
	char c; /* ` or ~; 0: the line opens none */
	size_t n, indent;
	struct span info; /* stripped, as it stands */
};

/* Looks at a line from a byte column (from 0) on. */
struct opening fence_opening(struct span line, size_t column);
/* Does the line close it?  Marks of lists and quotations may stand before. */
bool fence_closes(const struct opening *o, struct span line);
/* Is the info string one of a transcript? */
bool fence_is_console(struct span info);
/* And of one with a goal? */
bool fence_is_goal(struct span info);
/*
 * Fills *f with the fence that opens in line `first` and closes in line `last`. -1 with a cause
 * that names the line. Release in either case.
 */
int fence_read(struct fence *f, const struct source *src, int first, int last, char **cause);
void fence_release(struct fence *f);

#endif
