/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `ipcsh --split`: the live view above, the prompt below, by tmux(1).  Outside tmux it starts one, with
 * a server of its own, in which the program runs again; inside it splits the window.
 */
#ifndef UI_SPLIT_H
#define UI_SPLIT_H

#include <stdbool.h>

/* Are we in a tmux already, so that split_above() is to be called? */
bool split_inside(void);
/* Outside: runs this program by tmux, with the same arguments, until it ends. Returns an exit status. */
int split_main(char **argv);
/* In the shell, once its session can be joined: the live view in the upper part of the window. -1
 * with a cause. */
int split_above(char **cause);

#endif
