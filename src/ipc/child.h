/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What primitives ask of the loop that makes them (proc/child.c fills it in): runs in learner's
 * processes only.
 */
#ifndef IPC_CHILD_H
#define IPC_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct child_ops {
	/* fork(2); the child takes the given slot, enters its own loop and never returns here. */
	pid_t (*fork)(int slot);
	/* A handler ran: report it. nested: it interrupted another one before that had done anything.
	 * Async-signal-safe, keeps errno. */
	void (*caught)(int signo, const siginfo_t *info, bool nested);
};

extern const struct child_ops *child_ops;

/* Installs the shell's own handler (signal.c) for signo with these sa_flags and sa_mask. */
int child_handler(int signo, int flags, const sigset_t *mask);

#endif
