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

/* It interrupted another handler before that had done anything; it runs on the alternate stack. */
enum caught_how { CAUGHT_NESTED = 1, CAUGHT_ON_STACK = 2 };

struct child_ops {
	/* fork(2); the child takes the given slot, enters its own loop and never returns here. */
	pid_t (*fork)(int slot);
	/* A handler ran: report it. how: enum caught_how.
	 * Async-signal-safe, keeps errno. */
	void (*caught)(int signo, const siginfo_t *info, unsigned how);
};

extern const struct child_ops *child_ops;

/* Installs the shell's own handler (signal.c) for signo with these sa_flags and sa_mask. */
int child_handler(int signo, int flags, const sigset_t *mask);

#endif
