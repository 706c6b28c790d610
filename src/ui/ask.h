/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A yes or no by one key.  The line editor must not be using the terminal meanwhile.
 */
#ifndef UI_ASK_H
#define UI_ASK_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Shows the question and waits for a key: true for y or Y, false for n, N, Enter, Escape, Ctrl-C,
 * Ctrl-D, a lost terminal and where in is none.  Keys typed before the question are thrown away.
 */
bool ask(FILE *in, FILE *out, const char *question);

#endif
