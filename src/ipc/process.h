/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about processes share. */
#ifndef IPC_PROCESS_H
#define IPC_PROCESS_H

#include "call/prim.h"

/* A process, 0 for the caller's own, -1 for any, -GROUP: only a real number differs from run to run. */
extern const struct argtype type_pid_or_group;

/*
 * Is the caller one for whom RLIMIT_NPROC does not count: the machine's root, or who has a capability outside of
 * all user namespaces? ipc/fork.c, after copy_process() of kernel/fork.c.
 */
bool nproc_unlimited(const struct world *w);
/* Why an exec or execvp failed. ipc/exec_why.c. */
void exec_why(struct str *out, const struct call *c, const struct world *w);

#endif
