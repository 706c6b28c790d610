/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the program says on stderr that stands outside any event: a wrong option, a session that
 * could not begin.  File names in it may hold anything; nothing of that reaches the terminal.
 */
#ifndef VIEW_COMPLAIN_H
#define VIEW_COMPLAIN_H

/* Prints "ipcsh: CAUSE" and a newline to stderr, escaped. Frees the cause. */
void complain(char *cause);

#endif
