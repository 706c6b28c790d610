/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line: what is asked of the program, and what it exits with.
 */
#ifndef UI_OPTIONS_H
#define UI_OPTIONS_H

#include "shell/shell.h"

#include <stdbool.h>

#ifndef IPCSH_VERSION
#define IPCSH_VERSION "0.1"
#endif

struct options {
	enum sandbox_want want;
	struct sandbox_wish wish; /* its directories live as long as the program */
	char *text;               /* every -c, a line each; the caller frees it */
	bool json, check, bless, lint, step, stop_on_failure, any_pid, no_diff, split;
	const char *lessons; /* a folder, or NULL */
	char **file;         /* borrowed from argv */
	int nfiles;
	bool interactive; /* lines are typed, and shown, on a terminal */
};

/*
 * Reads the command line. 0: go on; -1: exit with *status, all that is to be said has been (--help and
 * --version on stdout, what is wrong on stderr).
 */
int options_parse(int argc, char **argv, struct options *o, int *status);

#endif
