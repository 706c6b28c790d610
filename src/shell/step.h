/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --step: lines that nobody typed, one at a time.  On a terminal with a line editor each is offered at
 * the prompt, Enter executes it, and anything else may be typed meanwhile: struct steps.  Elsewhere
 * (output goes to a file, JSON) each is shown and waits for Enter on the terminal: step_ready().
 */
#ifndef SHELL_STEP_H
#define SHELL_STEP_H

#include "shell/shell.h"

struct steps;

/*
 * Reads the lines of -c (may be NULL), of scripts and lessons, all before the first is executed; with
 * neither those that fd gives. NULL with a cause: one cannot be read. steps_free() it.
 */
struct steps *steps_read(struct shell *sh, const char *text, char *const *file, int n, int fd,
			 char **cause);
void steps_free(struct steps *st); /* NULL allowed */
/* The line that Enter would execute; NULL: there is none left. */
const char *steps_next(const struct steps *st);
/* Shows what stands before it and does nothing: comments, blank lines. */
void steps_pass(struct shell *sh);
/* Executes it. A mistake has been told; with -e a failed call has set sh->quit and its exit status. */
void steps_run(struct shell *sh);

/*
 * Waits for Enter before a line that will do something: what is empty or a comment goes by.  A line that
 * is typed instead is executed before.  False: the line is not to be executed, since the terminal was
 * closed, or a signal came (sh->quit is set).  Without --step, or without a terminal, nothing waits.
 */
bool step_ready(struct shell *sh, const char *line);

#endif
