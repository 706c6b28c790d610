/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a session on the machine's own IPC leaves when shell and guardian are both killed: each
 * such session keeps a file, mode 0600, in the user's state directory, which says who its shell and
 * its guardians are, and has a copy of the list of what was made.  Whoever ends the session removes
 * it; the next start finds it, and cleans up if the user says so.  Of an earlier boot of the machine,
 * only FIFOs can be left.
 */
#ifndef SESSION_LEFT_H
#define SESSION_LEFT_H

#include "session/guardian.h"

/*
 * Says who they are; called in each guardian, and by the shell, which can tell when it fails. past:
 * guardians that were killed. 0, or -1 with a cause.
 */
int left_begin(pid_t shell, pid_t guardian, const struct guardian_past *past, int n_past,
	       char **cause);
/* In the shell: where the list is copied to (guardian_save()). 0, or -1 with a cause. */
int left_list(pid_t shell, int *fd, off_t *at, char **cause);
/* The session has ended properly: the file goes. */
void left_end(pid_t shell);

/*
 * Is anything left by sessions that nobody ends any more? Adds what to out ("2 queues and 3
 * processes"), or removes it and adds what was removed. Lets a stopped guardian go on.
 * False: nothing is, or was.
 */
struct str;
bool left_look(struct str *out);
bool left_remove(struct str *out);

#endif
