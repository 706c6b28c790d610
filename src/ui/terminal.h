/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The interactive program: lines from the line editor to the shell, and whatever happens meanwhile
 * printed above the prompt.  It owns the terminal and the signals while it runs; the language, and
 * what events look like, are not its matter.  Runs in the shell.
 */
#ifndef UI_TERMINAL_H
#define UI_TERMINAL_H

#include "shell/shell.h"

#include <stdbool.h>

struct terminal_options {
	bool colour; /* of the prompt */
	bool split;  /* inside tmux: the live view above */
};

/*
 * Runs until somebody leaves: quit, Ctrl-D, a closed terminal, SIGTERM.  sh->session has been started
 * and its printer writes to stdout; sh's callbacks (ask, aside, ctx) are set here.  The session is
 * the caller's to end; sh->exit_status is what to exit with.  0; or -1 with a cause: stdin or stdout is
 * no terminal.
 */
int terminal_run(struct shell *sh, const struct terminal_options *options, char **cause);

#endif
