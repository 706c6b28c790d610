/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines that are no primitive and no command: programs, run by the current process, or aside of all
 * processes on the real terminal (`!`).
 */
#ifndef SHELL_EXTERNAL_H
#define SHELL_EXTERNAL_H

#include "shell/shell.h"

/* 0, or -1 with a cause: a mistake in the line, an unknown program. */
int external_line(struct shell *sh, const char *line, char **cause);
int external_aside(struct shell *sh, const char *line, char **cause);

/* Is there a program of that name? */
bool external_in_path(const char *name);

#endif
