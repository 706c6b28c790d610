/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settling: going on until every process is idle, gone, or asleep in the kernel, and proving it.
 *
 * One look is not enough: a sleeper that was looked at may be woken by one looked at later, which
 * then sleeps itself.  So there are two passes over the same threads with nothing in between, and
 * each thread's count of turns on a CPU must be the same in both: then each slept without a
 * break across the moment between the passes, so all slept at once, so none can move but by a clock
 * or by somebody outside.  Where there is one to look at, one pass will do.  No time decides anything: where a program runs long, the shell
 * looks less often, and what it sees is still what counts.
 */
#ifndef PROC_SETTLE_H
#define PROC_SETTLE_H

#include "proc/process.h"

/*
 * Settles. actor: who was just asked for something (NULL: nobody). What happened stands in each
 * process's `moved`.  Returns at once when the actor has answered, nobody sleeps, and nobody is
 * suspect.
 */
void settle(struct procs *ps, struct process *actor);
/* Somebody may have been signalled: pid as in kill(2); 0 or negative: anybody. */
void settle_suspect(struct procs *ps, pid_t pid);
/* Calls fn for each external program (not a learner's process, not a thread). */
void settle_programs(const struct procs *ps, void (*fn)(void *arg, pid_t pid, const struct seen *s),
		     void *arg);
void settle_release(struct procs *ps);

#endif
