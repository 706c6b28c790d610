/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Goals: what must be true for a task to be solved, or for a prediction's choice to be right, as an
 * expression over the kernel's state and what has happened (`help goals`).  A goal is parsed once
 * and asked as often as one likes; asking disturbs nobody.  It knows nothing of lines that are
 * typed.  Runs in the shell.
 */
#ifndef LESSON_GOAL_H
#define LESSON_GOAL_H

#include "lesson/journal.h"
#include "lesson/lesson.h"
#include "session/session.h"

struct goal;

/*
 * Parses one expression. NULL with a cause that names the column, counted from 1: a mistake of
 * spelling, an unknown function, too many or too few arguments, a word that cannot stand there.
 */
struct goal *goal_parse(const char *text, char **cause);
/* The same of several, parted by `;`, or of one; the caller frees each and the array. */
struct goal **goal_parse_all(const char *text, int *n, char **cause);
void goal_free(struct goal *g); /* NULL allowed */
/* Can all goals and keys of a lesson be parsed? 0, or -1 with a cause that names FILE:LINE. */
int goal_check(const struct lesson *l, char **cause);
/*
 * Calls fn for each name, path or field in the goals and keys of a lesson that no command up to there has
 * made, and that nothing else explains: it is misspelt. (goal_strays.c)
 */
void goal_strays(const struct lesson *l,
		 void (*fn)(void *ctx, const struct fence *f, const char *what), void *ctx);

/* Is it true now? The journal is what has happened since the task was set. */
bool goal_met(const struct goal *g, struct session *s, const struct journal *j);
/*
 * Adds a line for each part of it (what `and` joins) that is not true, as its author wrote it, and what
 * a comparison's left side is instead: "q.qnum == 2 (it is 1)"; or in words for a learner, as far as there are any.
 */
void goal_lacks(const struct goal *g, struct session *s, const struct journal *j, bool words,
		struct str *out);

#endif
