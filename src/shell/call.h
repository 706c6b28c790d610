/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line that is a system call, and the names that its result is given: msgsnd q 1 "text",
 * r w = pipe, fork B, x = y+1.  Which line is one is line.c's matter.
 */
#ifndef SHELL_CALL_H
#define SHELL_CALL_H

#include "call/words.h"
#include "shell/shell.h"

/* How many bytes at s could be a name. */
size_t call_name_length(const char *s);
/* Names and the "=" of "r w = pipe": how many names, 0 if it is no binding. */
int call_names(const struct words *ws);
/*
 * Makes the call in the process that the line is for, with the words as its arguments; kill with
 * several targets makes several. bind: the names for the result, nbind of them, borrowed.
 * 0, or -1 with a cause.
 */
int call_line(struct shell *sh, int prim, struct words *ws, const struct word *bind, int nbind,
	      char **cause);
/* The whole of "r w = pipe" or "x = y+1", whose first nbind words are names. 0, or -1 with a cause. */
int call_bound(struct shell *sh, struct words *ws, int nbind, char **cause);

#endif
