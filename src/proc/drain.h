/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes to the shell by itself: answers in the slots, output in the streams, deaths of those
 * whom no pass looks at.  Taking it blocks nobody.  Runs in the shell.
 */
#ifndef PROC_DRAIN_H
#define PROC_DRAIN_H

#include "proc/process.h"

/* Takes all there is; was there anything? */
bool drain(struct procs *ps);
/* Takes p's answer, if it is there. */
bool drain_answer(struct procs *ps, struct process *p);

#endif
