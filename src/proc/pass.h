/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One pass of settling (settle.h): a look at everybody who could still be on the way, and what it
 * means: asleep as asked, on the way, dead, stopped, become another program.  Runs in the shell.
 */
#ifndef PROC_PASS_H
#define PROC_PASS_H

#include "proc/process.h"

enum verdict { QUIET, MOVING, NEWS }; /* NEWS: something was found out; start again */

/* first: of two passes; in the second nobody may have had a turn since. */
enum verdict pass(struct procs *ps, bool first);

/* The same for one, who is the only one that could be on the way: less is read, nothing is noted. */
enum verdict pass_alone(struct procs *ps, struct process *p);

/* Has p to be looked at, or is it idle, and nobody has signalled it? */
bool pass_watches(const struct process *p);
/* Was p, who runs a pipeline, not seen to wait for it yet, nor stopped? */
bool pass_starts(const struct process *p);
/* Will a clock end what p sleeps in, as the last pass saw it? */
bool pass_clocked(const struct process *p);
/* Is it dead? Then pass_death() takes note of that, when all that the death does is done. */
bool pass_died(const struct process *p);
void pass_death(struct procs *ps, struct process *p);

#endif
