/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table itself: for ends.c (descriptors) and ends_name.c (names) alone. */
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
};

#endif
