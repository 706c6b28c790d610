/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parser of external command lines: sh's quoting, variables, globs, | < > >> 2> 2>&1 and a
 * last &.  What it does not know of sh it refuses, naming sh -c '...'; it never guesses.  It runs
 * nothing and expands no glob (that is the process's, in its own directory).  Runs in the shell.
 */
#ifndef SHELL_PIPELINE_H
#define SHELL_PIPELINE_H

#include "base/str.h"
#include "call/pipepack.h"

struct pipeline_env {
	void *ctx;
	int column; /* where line stands in what was typed, 0-based: causes count from it */
	/*
	 * Adds the value of NAME or A.x to *out: 1; 0: there is none (empty, as in sh); -1: *cause
	 * is set. For $A.txt it is asked for "A.txt" first and, on 0, for "A": ".txt" is text then.
	 * HOME is asked for a ~. NULL: nothing is set.
	 */
	int (*var)(void *ctx, const char *name, struct str *out, char **cause);
};

/*
 * Parses line into *p, which is overwritten and then the caller's to release. Done here: comments
 * (# or // at a word's start), '...', "...", backslashes, ~ and ~/ at a word's start, $NAME,
 * ${NAME}, $A.x, ${A.x}; what came of them outside quotes is split at blanks and may glob. A
 * redirection's path is one word whatever is in it, and no glob. 0; or -1 with a cause (what,
 * which column, what to type instead), *p empty: an empty line, too, is an error.
 */
int pipeline_parse(const char *line, const struct pipeline_env *env, struct pipeline *p,
		   char **cause);

#endif
