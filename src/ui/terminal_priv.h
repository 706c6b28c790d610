/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What terminal.c, terminal_signal.c and banner.c share; nobody else includes it.
 */
#ifndef UI_TERMINAL_PRIV_H
#define UI_TERMINAL_PRIV_H

#include "shell/shell.h"

#include <signal.h>

struct terminal {
	struct sink sink; /* first: it hears of events before the printer does */
	struct shell *sh;
	bool colour;
	int watched; /* the session's epoll, as the loop knows it; a reset makes another */
	volatile sig_atomic_t *interrupted;
	volatile sig_atomic_t running; /* a line, on a terminal in its ordinary mode */
	volatile sig_atomic_t echoed;  /* the terminal has shown a ^C */
};

extern struct terminal terminal; /* one, since there is one terminal */

/* terminal.c */
void terminal_prompt(void); /* the current process's name, if it changed */
void terminal_width(void);  /* the printer's tables fit the terminal */
void terminal_end_echo(void);

/* terminal_signal.c */
void terminal_signals(void); /* from loop_start() to loop_stop() */
void terminal_aside(void *ctx, bool begin);

/* banner.c: the first three lines */
void banner(const struct sandbox *box, int width);

#endif
