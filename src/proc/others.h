/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * External programs and their descendants: all processes of the session that are not learner's
 * processes.  Finding them and looking at their threads, for pass.c.  Runs in the shell.
 */
#ifndef PROC_OTHERS_H
#define PROC_OTHERS_H

#include "proc/process.h"

enum others_verdict {
	OTHERS_QUIET,
	OTHERS_MOVING,
	OTHERS_DIED, /* one is seen dead for the first time: a barrier is due */
};

/* One pass over all threads; the second checks what the first saw. Clears ps->programs when there
 * are none left. Groups in ps->loose (started with &) are not waited for. */
enum others_verdict others_pass(struct procs *ps, bool first);
/* The init or guardian is dead: nobody will answer. */
bool others_init_died(const struct procs *ps);
/*
 * If p was told to start a pipeline with & and has come so far that there is a group: from now on nobody
 * waits for that. It need not have answered: it may have been killed, or stopped, while it started it.
 */
void others_let_run(struct procs *ps, struct process *p);
/* The shell waits for the dead ones that are its own children: those of a killed guardian's. */
void others_reap(struct procs *ps);
/* Is any of those that nobody waits for alive? As of the last pass. */
bool others_any_loose(const struct procs *ps);
/* From now on nobody waits for those that are moving, nor for what they start. */
void others_let_go(struct procs *ps);

#endif
