/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * EFAULT: which of the pointers that were typed is no good, and for what.  Any pointer of any primitive may be
 * (NAME=ADDRESS, call/parse.h).  What the kernel had done before it saw that is for the primitive's
 * own why() to add.  Runs in the shell.
 */
#ifndef IPC_FAULT_H
#define IPC_FAULT_H

#include "ipc/facility.h"

/* May the kernel not read, or write, what argument i points to? False: no address was typed. */
bool is_fault(const struct call *c, int i, bool written, const struct world *w);
/* "buf = NULL: main has no memory there; the kernel had to write to it"; nothing if no address was typed. */
void why_fault_at(struct str *out, const struct call *c, int i, bool written,
		  const struct world *w);
/*
 * The same of the first bad one: what the kernel reads comes before what it fills, each in the order of the
 * arguments. Its index; -1: there is none.
 */
int why_fault(struct str *out, const struct call *c, const struct world *w);

#endif
