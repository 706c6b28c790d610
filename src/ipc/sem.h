/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files about semaphores share: reading a set without disturbing it, and the kernel's
 * rule of which operation of a semop makes it sleep.  Runs in the shell.
 */
#ifndef IPC_SEM_H
#define IPC_SEM_H

#include "ipc/facility.h"

#include <sys/sem.h>

/* semctl(2): the caller has to define it. */
union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
	struct seminfo *info;
};

extern const struct facility facility_sem;
extern const struct constant sem_flag_constants[]; /* SEM_UNDO, IPC_NOWAIT */

extern const struct constant semctl_commands[];
/* Is the command about one semaphore? Only then does semnum mean something. */
bool semctl_of_one(long cmd);

/* The arguments of semop and semtimedop, and those of semctl. */
enum { SOP_SET, SOP_OPS, SOP_N, SOP_TIMEOUT };
enum { CTL_SET, CTL_NUM, CTL_CMD, CTL_ARG };

/* IPC_STAT, or SEM_STAT_ANY where the set may not be read. 0, or -1 with errno. */
int sem_stat(long id, struct semid_ds *ds);
/* The set's values: n of them, as sem_stat said; the caller frees. NULL with errno. */
unsigned short *sem_values(long id, int n);
void sem_limits(struct seminfo *info);

/* The operations of a semop or semtimedop as they crossed; *n of them. NULL if there are none. */
const struct sembuf *sem_ops(const struct call *c, size_t *n);
/* Is c one of the calls that sleep in a set? */
bool sem_sleeps(const struct call *c);

enum sem_verdict {
	SEM_GOES,  /* all of them can be done */
	SEM_SHORT, /* ops[at] finds too little */
	SEM_FULL,  /* ops[at] waits for 0 */
	SEM_OVER,  /* ops[at] would go over SEMVMX */
	SEM_NONE,  /* ops[at] names a semaphore that the set has not */
};

struct sem_trial {
	enum sem_verdict verdict;
	size_t at;
	long have;  /* what ops[at] finds, after the operations before it */
	long was;   /* what the semaphore really has */
	bool moved; /* those changed it: the semaphore itself has another value */
};

/* The number of the semaphore that holds c up, as the set is now; -1: none, or it may not be read. */
int sem_held_up(const struct call *c);

/* What the kernel would do (all or nothing, in the array's order: perform_atomic_semop). */
struct sem_trial sem_try(const struct sembuf *ops, size_t n, const unsigned short *value,
			 int nvalues);

/* "s[1]" */
void sem_say(struct str *out, const struct world *w, long id, unsigned num);
/* EACCES: the set's mode and owner, and who asks. want: 4 read, 2 write; to do what. */
void sem_denied(struct str *out, const struct world *w, long id, int want, const char *todo);

/* struct prim's why, asleep and note. */
void semop_why(struct str *out, const struct call *c, const struct world *w);
void semop_asleep(struct str *out, const struct call *c, const struct world *w);
void semop_note(struct str *out, const struct call *c, const struct world *w);
pid_t semop_wake(struct str *out, const struct call *c, const struct world *w);
void semctl_why(struct str *out, const struct call *c, const struct world *w);

#endif
