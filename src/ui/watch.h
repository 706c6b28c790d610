/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `ipcsh join watch`: the live view of `state`, on the whole terminal.  It asks the session (ui/guests.h)
 * and paints what it is told.  No clock is in it.  Runs in a process of its own.
 */
#ifndef UI_WATCH_H
#define UI_WATCH_H

#include <sys/types.h>

/*
 * Of what `about` names (words as state takes them, ends with NULL), or all. Until q, Ctrl-C, the end of the session or of the terminal; then the screen is as it was. fd is
 * connected to the session of that pid, non-blocking, and stays the caller's. 0; -1 with a cause.
 */
int watch(int fd, pid_t session, char *const *about, char **cause);

#endif
