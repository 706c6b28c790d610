/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * On the machine's own IPC a slip could hit others: a typed kill of a process that is not the
 * session's, or the removal of an object that it did not make, is asked about first, and in a
 * script refused unless --any-pid was given.
 */
#ifndef SHELL_GUARD_H
#define SHELL_GUARD_H

#include "shell/shell.h"

/* May p make p->call? 0: go on; -1 with a cause: no. */
int guard_call(struct shell *sh, const struct process *p, char **cause);
/* Alike lines of a repeat are folded between begin and end. */
void guard_fold(struct shell *sh, bool begin);

#endif
