/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a wait told of whom, and between wait.c (the records) and wait_why.c (what is said of them). */
#ifndef IPC_WAIT_H
#define IPC_WAIT_H

#include "ipc/facility.h"

/* The pid of whom the call has told, its status as wait(2) gives it in *status; 0: it told of nobody. */
long wait_got(const struct call *c, int *status);

/* Which children a call waits for, and for what, in waitid's terms: waitpid -7 is P_PGID 7, WEXITED. */
struct asked {
	int idtype;
	long id;
	unsigned options;
	bool no_zombies; /* the caller has SA_NOCLDWAIT for SIGCHLD (known where the call failed with ECHILD) */
};
void wait_asked(const struct call *c, struct asked *a);

extern const struct constant wait_constants[];

void wait_why(struct str *out, const struct call *c, const struct world *w);
void wait_asleep(struct str *out, const struct call *c, const struct world *w);
void wait_note(struct str *out, const struct call *c, const struct world *w);

#endif
