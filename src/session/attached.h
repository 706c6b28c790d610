/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which process has which segment attached where, as its shmat and shmdt calls told: so that a
 * death, a fork or an exec is known to touch those segments.  `state` reads the kernel's maps.
 */
#ifndef SESSION_ATTACHED_H
#define SESSION_ATTACHED_H

#include "call/call.h"

#include <sys/types.h>

struct attached {
	struct attachment {
		pid_t pid;
		long shmid;
		unsigned long addr;
		bool rdonly;
	} * a;
	int n, cap;
};

void attached_release(struct attached *at);
/* A shmat or shmdt of pid has succeeded. Returns the segment, or -1. */
long attached_count(struct attached *at, pid_t pid, const struct call *c);
/* Calls fn for each segment of pid. */
void attached_each(const struct attached *at, pid_t pid, void (*fn)(void *arg, long shmid),
		   void *arg);
/* pid's attachment at addr or nearest below it, or NULL. */
const struct attachment *attached_below(const struct attached *at, pid_t pid, unsigned long addr);
void attached_inherit(struct attached *at, pid_t from, pid_t to);
/* pid is dead, or runs another program. */
void attached_drop(struct attached *at, pid_t pid);

#endif
