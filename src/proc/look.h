/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One look at one thread of another process: is it asleep in the kernel, in which call, and has it
 * run since the last look?  Reads /proc/PID/{syscall,stat,schedstat} on descriptors kept open, and
 * disturbs nobody.  It knows nothing of primitives or slots.  Runs in the shell.
 */
#ifndef PROC_LOOK_H
#define PROC_LOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct look {
	int syscall, stat, sched; /* descriptors, -1: not open */
	bool by_status;           /* sched is `status`: no schedstat in this kernel */
};

enum { LOOK_RUNS = -2, LOOK_BLIND = -3 /* /proc/PID/syscall may not be read */ };

#define LOOK_NONE ((struct look){ -1, -1, -1, false })

struct seen {
	char state;  /* of stat: R S D T t Z X; 0: it is gone */
	bool dying;  /* exiting, dumping core, or a zombie */
	bool execed; /* it runs another program than the one that forked it */
	/* system call number; -1: in none (a stop, a fault); LOOK_RUNS; LOOK_BLIND */
	long nr;
	unsigned long arg[6];
	pid_t parent, group, session;
	unsigned long long turns; /* how often it was given a CPU */
	int exit_code;            /* wait(2)'s status, of a zombie */
};

/* Opens the three files of process pid, or of its thread tid (0: the process), below the
 * directory descriptor proc. 0, or -1 with errno (ENOENT, ESRCH: it is gone). */
int look_open(struct look *l, int proc, pid_t pid, pid_t tid);
void look_close(struct look *l);
/* Looks, in the order that the proof of sleep needs. False: it is gone (state 0). */
bool look_at(struct look *l, struct seen *s);

/*
 * The second look of a proof, at a thread that was at rest at the first (s): true if it has rested
 * since.  One that was woken may still show its call, and have had no turn yet: while it is on the way to
 * a run queue (TASK_WAKING, try_to_wake_up() in kernel/sched/core.c) only its state says so.  And one that
 * rests again has had a turn.  False: look_at() tells more, but of rest it proves nothing any more.
 */
bool look_same(struct look *l, const struct seen *s);
/* Call, state and flags only; false if it runs, or is gone. */
bool look_briefly(struct look *l, struct seen *s);

/* Does an external program's thread sleep where only another process can wake it, and no
 * clock? (timers of the process are the caller's to look at) */
bool look_waits(const struct seen *s);
/* Does it sleep in a call that only a clock ends? (sleep, a poll with a time-out) */
bool look_timed(const struct seen *s);

#endif
