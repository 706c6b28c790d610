/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Following a lesson at the prompt.  Its place is in the shell's `lesson`; lines are executed by
 * shell/line.c as any other, and told here.
 */
#ifndef SHELL_FOLLOW_H
#define SHELL_FOLLOW_H

#include "shell/shell.h"

/*
 * Begins to follow the lesson of a file, in a session that begins anew. 0, or -1 with a cause; where
 * no new session can be made the shell has to end.
 */
int lesson_follow(struct shell *sh, const char *path, char **cause);
/* What Enter on an empty line types now, or NULL; valid until the next line is executed. */
const char *lesson_next_input(struct shell *sh);
/* A line was executed: if it was the lesson's, what comes next is shown. */
void lesson_typed(struct shell *sh, const char *line);
/* Ends it, silently. Harmless if none is followed. */
void lesson_leave(struct shell *sh);
/* Shows where one is: the step's title, what stands above the command, and the command. */
void lesson_where(struct shell *sh);
/* Columns that a lesson's text may take. */
int lesson_width(void);

#endif
