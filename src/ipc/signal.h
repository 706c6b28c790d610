/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals: what the files about them share, and what a process's dispositions, mask and pending
 * signals are (/proc/PID/status), for `state` and the diff.  Runs in the shell, but for siginfo's
 * and the action's bytes, which cross.
 */
#ifndef IPC_SIGNAL_H
#define IPC_SIGNAL_H

#include "ipc/facility.h"

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

struct words;

/* A process's signals at one moment. Bit n - 1 is signal n. */
struct sigstate {
	uid_t real, uid, saved; /* uid: the effective one */
	bool may_any;           /* it has CAP_KILL */
	char state;             /* 'T' stopped, 'Z' zombie ... */
	long queued, limit;     /* SigQ: of this user, and RLIMIT_SIGPENDING */
	uint64_t pending;       /* of the process and of its only thread together */
	uint64_t blocked, ignored, caught;
};

/* 0, or an errno: ESRCH if there is no such process (any more), else why it could not be looked at. */
int sigstate_read(const struct world *w, const struct peer *p, struct sigstate *out);
/* A signal is on its way to it that nothing can keep from ending it. */
bool sigstate_doomed(const struct sigstate *s);
/* One row a process of the session. The caller frees. */
struct grid *sigstate_grid(const struct world *w);
/* Each difference as line(NAME, "blocks SIGUSR1"), "SIGUSR1 → handler (was default)". */
void sigstate_changes(const char *name, const struct sigstate *now, const struct sigstate *was,
		      void (*line)(void *arg, const char *subject, const char *text), void *arg);

enum { KERNEL_SET = 8 }; /* bytes of a signal set that the kernel knows, and that cross */
/* Argument i, a set (call/types.h's type_sigset); empty if there is none. In both processes. */
uint64_t signal_set(const struct call *c, int i);

/* As strace writes it: {si_signo=SIGUSR1, si_code=SI_USER, si_pid=3, si_uid=0}; the pid marked. */
void format_siginfo(struct str *out, const siginfo_t *info);
/* A siginfo_t that the kernel fills: the parameter's name until the call has succeeded. */
extern const struct argtype type_siginfo;
/* Is it a wait for signals of a set: sigwaitinfo, sigtimedwait, sigwait? */
bool signal_waits(const struct call *c);
/* Why the C library takes no number for a signal: it is none, or the library's own. */
void why_no_signal(struct str *out, long signo);
/* The signal that a call waited for and took: sigwaitinfo, sigtimedwait, sigwait; 0: none. */
int signal_taken(const struct call *c);
/* "SIGUSR1, SIGUSR2 or SIGALRM" (last: "or"); "no signal" for none. */
void say_signals(struct str *out, uint64_t set, const char *last);

/*
 * sh's kill names several targets, kill(2) one. How many calls the line is (its words follow
 * `kill`): 1 but for `kill -9 A B`. Its k-th call's words go to *one, which is initialised here and
 * released by the caller; they point into the line.
 */
int kill_targets(const struct words *words);
void kill_target(const struct words *words, int k, struct words *one);

/* A process's clock of real time (alarm's is setitimer's): off, to ring once, or again and again. */
enum alarm { ALARM_OFF, ALARM_ONCE, ALARM_REPEATED };
/* What it is after a call. */
int alarm_after(const struct call *c, int was);

/* Which handlers have SA_RESTART after a call. Bit n - 1 is signal n. */
uint64_t restarts_after(const struct call *c, uint64_t was);

enum { ACTION_DFL, ACTION_IGN, ACTION_HANDLER };

#endif
