/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way into a session that runs, for a process that no session has made.  Runs in `ipcsh join`.
 */
#ifndef SESSION_ENTER_H
#define SESSION_ENTER_H

#include "session/sessions.h"

/*
 * The caller, which must be single-threaded, enters the session's namespaces (children it forks from
 * now on are in its PID namespace, the caller itself is not) and its working directory.  On the host
 * there is only the directory.  0, or -1 with a cause.
 */
int enter_session(const struct session_entry *r, char **cause);
/* In such a child, before its exec: it may no more than learners may. 0, or -1 with errno. */
int enter_drop(void);
/* Afterwards: has the sandbox ended? Its PID namespace takes nobody in once its init is going, which
 * cannot be seen to be dead before whoever joined it has been waited for (pid_namespaces(7)). */
bool enter_is_over(void);

#endif
