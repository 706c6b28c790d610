/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Following a lesson at the prompt.  What a step says is shown, and what is to be done under it;
 * whoever types it, or Enter, goes on; whoever types something else may.  Its place is in the shell's
 * `lesson`; lines are executed by shell/line.c as any other, and told here.
 */
#ifndef SHELL_FOLLOW_H
#define SHELL_FOLLOW_H

#include "shell/shell.h"

/*
 * Begins to follow the lesson of a file, in a session that begins anew, at the step where it was left.
 * 0, or -1 with a cause; where no new session can be made the shell has to end.
 */
int lesson_follow(struct shell *sh, const char *path, char **cause);
/* What Enter on an empty line types now, or NULL; valid until the next line is executed. */
const char *lesson_next_input(struct shell *sh);
/* Is the line an answer to a question of the lesson's? Then it has been dealt with. */
bool lesson_takes(struct shell *sh, const char *line);
/* A line was executed, or not understood: if it did what the lesson wanted, what comes next is shown. */
void lesson_typed(struct shell *sh, const char *line, bool understood);
/* Ends it, silently. Harmless if none is followed. */
void lesson_leave(struct shell *sh);
/* Shows where one is: the step's title, what stands above, what is to be done, what is missing. */
void lesson_where(struct shell *sh);
/* The next hint; the last one is the solution. */
void lesson_hint(struct shell *sh);
/*
 * Does what is to be done; a task that has become impossible where one is, from its beginning. True: and it did
 * what the lesson wants.
 */
bool lesson_skip(struct shell *sh);
/*
 * To the step `by` further on (0: this one again), in a session that begins anew and has all before
 * it done. -1 with a cause: there is none, or no session could be made.
 */
int lesson_go(struct shell *sh, int by, char **cause);
/* The learner wants to see what changed, or not; false: no lesson is followed. */
bool lesson_diff(struct shell *sh, bool on);
/* Does the learner see it? Also where no lesson is followed. */
bool lesson_shows_diff(const struct shell *sh);
/* Each lesson's name and title, for completion. (cmd_lesson.c) */
void lesson_names(const struct shell *sh,
		  void (*fn)(void *ctx, const char *name, const char *title), void *ctx);
/* Columns that a lesson's text may take. */
int lesson_width(void);

/* For a check, in silence: as lesson_follow(), to before that fence. */
int lesson_enter(struct shell *sh, const char *path, int step, int fence, char **cause);
/* The number of the lesson that is followed. */
int lesson_number(const struct shell *sh);
/* For a check: the place of what is to be done, from 0; -1: no lesson is followed. */
void lesson_at(const struct shell *sh, int *step, int *fence);
/* For a check: has the goal of the task that is to be done been reached? */
bool lesson_solved(struct shell *sh);

#endif
