/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pending undo of semaphores.  No kernel interface shows it, so the shell counts what it saw: every
 * semop with SEM_UNDO that succeeded, what clears it (SETVAL, SETALL, removal) and who died.
 */
#ifndef SESSION_UNDO_H
#define SESSION_UNDO_H

#include "call/call.h"

#include <sys/types.h>

struct undo {
	struct undo_entry {
		pid_t pid;
		long semid;
		int semnum;
		long adjust; /* what the kernel will add when pid ends */
	} * e;
	int n, cap;
};

void undo_release(struct undo *u);
/* A call of pid has succeeded: semop and semctl are counted, all else ignored. */
void undo_count(struct undo *u, pid_t pid, const struct call *c);
long undo_pending(const struct undo *u, pid_t pid, long semid, int semnum);
/* Calls fn for each adjustment that pid's end will make. */
void undo_each(const struct undo *u, pid_t pid, void (*fn)(void *arg, const struct undo_entry *e),
	       void *arg);
/* pid is dead: fn is called for each adjustment that the kernel has made, then they are dropped. */
void undo_died(struct undo *u, pid_t pid, void (*fn)(void *arg, const struct undo_entry *e),
	       void *arg);

#endif
