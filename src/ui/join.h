/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `ipcsh join`: a second terminal.  It finds the session, and opens a shell or runs a command in it,
 * or hands over to the live view.  Runs in a process of its own; the session only hears of it.
 */
#ifndef UI_JOIN_H
#define UI_JOIN_H

/* argv[0] is "join". Returns the exit status: the command's; 2 for a mistake, or where there is no
 * session. */
int join_main(int argc, char **argv);

#endif
