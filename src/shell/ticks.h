/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The learner's progress, for the list of lessons: which file it is in, and what a lesson is called
 * there.  What cannot be read or kept is told once in a session.
 */
#ifndef SHELL_TICKS_H
#define SHELL_TICKS_H

#include "shell/shell.h"

struct progress;

/* NULL where nothing can be read; that has been told. Free with progress_free(). */
struct progress *ticks_load(struct shell *sh);
/* What a lesson's file is called in it. The caller frees. */
char *ticks_key(const struct shell *sh, const char *path);
/* lesson reset. 0, or -1 with a cause. */
int ticks_forget(struct shell *sh, const char *lesson, char **cause);

#endif
