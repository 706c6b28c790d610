/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files that a command line names, one after the other: scripts and lessons are played, lessons
 * checked and blessed.  What playing means is script.c's, play.c's and bless.c's matter.
 */
#ifndef SHELL_BATCH_H
#define SHELL_BATCH_H

#include "shell/shell.h"

/* Is a file of that name a lesson? Else it is a script. */
bool batch_is_lesson(const char *path);
/* Plays them in one session until one ends it, or makes a mistake: that has been told. */
void batch_play(struct shell *sh, char *const *file, int n);
/*
 * Checks (TAP on stdout) or blesses lessons, each in a session of its own; the first gets the one
 * that stands. Sets sh->exit_status.
 */
void batch_check(struct shell *sh, char *const *file, int n);
void batch_bless(struct shell *sh, char *const *file, int n);
/* Prints what is wrong with the files of lessons; no session is needed. The exit status. */
int batch_lint(char *const *file, int n);

#endif
