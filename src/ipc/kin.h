/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parents, groups and sessions of all processes in sight, the dead that nobody has waited for among
 * them, as /proc/PID/stat has them.  Runs in the shell and disturbs nobody.
 */
#ifndef IPC_KIN_H
#define IPC_KIN_H

#include "ipc/facility.h"

struct kin {
	pid_t pid, parent, group, session;
	char state;      /* 'Z': dead, and not waited for */
	int exit_signal; /* what its parent gets when it ends: SIGCHLD, or what clone(2) was told */
	bool execed;
	dev_t terminal;   /* that controls it; 0: none */
	pid_t foreground; /* the terminal's group */
	bool dying;       /* on its way out, or dead */
	int status;       /* of the dead, as wait(2) gives it; 0 of who may not be asked */
};

/* False: there is no such process (any more), or it may not be looked at. */
bool kin_read(const struct world *w, pid_t pid, struct kin *out);
/* The process whose thread, and not itself, pid is; 0: it is a process, or none. */
pid_t kin_thread_of(const struct world *w, pid_t pid);
/* Each process of w's /proc, in the order of pids; stop when fn returns false. */
void kin_each(const struct world *w, bool (*fn)(void *arg, const struct kin *k), void *arg);

#endif
