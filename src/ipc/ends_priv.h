/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table itself: for ends.c (descriptors), ends_name.c (names) and ends_memory.c alone. */
#ifndef IPC_ENDS_PRIV_H
#define IPC_ENDS_PRIV_H

#include "ipc/ends.h"

struct ends {
	struct holder {
		pid_t pid;
		bool denied;
		struct end *end; /* by descriptor */
		int n, cap;
	} * holder; /* by pid */
	int n, cap;
	struct fifo_name *name; /* by path */
	int nnames, capnames;
	unsigned long *ignored;
	int nignored, capignored;
	struct inode_text {
		unsigned long inode;
		char *text;
	} * label, *gone; /* pipes' names; FIFOs' last paths; the oldest first */
	int nlabels, caplabels, ngone, capgone;
	struct inode_bytes {
		unsigned long inode;
		long bytes;
		unsigned asked; /* a bit a language */
	} bytes[64];            /* the last few */
	int nbytes;
	struct wait {
		pid_t pid;
		long since;
		unsigned long inode;
	} * waits; /* an open that sleeps, a process each */
	int nwaits, capwaits;
};

void ends_memory_release(struct ends *e);
/* A FIFO's name was removed: path is e's from here on. It has a name again. */
void ends_gone_set(struct ends *e, unsigned long inode, char *path);
void ends_gone_drop(struct ends *e, unsigned long inode);
void ends_awaited_drop(struct ends *e, pid_t pid);
/* The last name of a FIFO that has none now, or NULL. */
const char *ends_gone(const struct ends *e, unsigned long inode);

#endif
