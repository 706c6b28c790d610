/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --step: a line that nobody typed is shown, and Enter on the terminal executes it.  It knows
 * nothing of where the line comes from, a script or a lesson.
 */
#ifndef SHELL_STEP_H
#define SHELL_STEP_H

#include "shell/shell.h"

/*
 * Waits for Enter before a line that will do something: what is empty or a comment goes by.  False:
 * the line is not to be executed, since the terminal was closed, or a signal came (sh->quit is set).
 * Without --step, or without a terminal, nothing waits.
 */
bool step_ready(struct shell *sh, const char *line);

#endif
