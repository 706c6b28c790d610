/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of a session's processes: starting them, asking them for calls, and what is known of
 * each.  settle.h moves it from one quiet moment to the next.  It knows of names only that each
 * process has one; it prints nothing.  Runs in the shell.
 */
#ifndef PROC_PROCESS_H
#define PROC_PROCESS_H

#include "base/str.h"
#include "proc/channel.h"
#include "proc/child.h"
#include "proc/look.h"

#include <signal.h>
#include <time.h>

enum activity {
	ACT_IDLE,    /* waits for a command */
	ACT_BUSY,    /* was asked, has not answered, is not known to sleep */
	ACT_ASLEEP,  /* proved: sleeps in what it was asked for */
	ACT_PROGRAM, /* runs another program since exec */
	ACT_ZOMBIE,  /* dead, its parent has not waited for it */
	ACT_GONE,    /* dead and reaped: procs_bury() takes it off the table */
};

/* What happened to a process since somebody last took notice (and cleared them). */
enum moved {
	MOVED_ANSWERED = 1, /* its call is complete */
	MOVED_ASLEEP = 2,   /* it fell asleep in it */
	MOVED_DIED = 4,
	MOVED_REAPED = 8,
	MOVED_STOPPED = 16,
	MOVED_CONTINUED = 32,
	MOVED_CAUGHT = 64, /* handlers ran: caught_seen .. slot->caught */
	MOVED_OUTPUT = 128,
	MOVED_EXECED = 256,
	MOVED_ORPHANED = 512,
};

struct process {
	char *name;
	int slot;
	pid_t pid, outer; /* as the session sees it; as the shell's namespace does */
	pid_t parent;
	int pidfd;
	int stream[2];      /* read ends of what it prints; -1: none */
	struct str text[2]; /* what it printed and nobody has taken yet */
	bool plumbed;       /* its pipeline's programs and pipes have been told */
	bool midline[2];    /* of which a part has been told that does not end a line */
	enum activity act;
	enum slot_op op;  /* what it was asked for */
	struct call call; /* the request, then the result */
	char *program;    /* text of the pipeline, or of what it became by exec; or NULL */
	bool other;       /* it is the second user's */
	bool background;
	bool let_run; /* and nobody waits for its group any more */
	bool stopped;
	uint64_t blocked;  /* its mask before it waited for signals; the asker's note */
	bool clock;        /* asleep, but a clock will end that */
	int alarm;         /* enum alarm: counted, the kernel shows it nowhere */
	uint64_t restarts; /* signals whose handlers have SA_RESTART: likewise */
	bool suspect;      /* idle, but may have been signalled: to be looked at */
	int status;        /* of the dead, as wait(2) gives it; -1 if nobody knows */
	unsigned moved;
	uint32_t caught_seen;
	uint32_t caught_before; /* how many it had caught when its call began */
	bool own_told;          /* of the signals caught since, those that its own call brought */
	long since;             /* order of falling asleep */
	struct timespec asked;
	/* The asker's notes: names for the result, the event that said it sleeps. */
	char *bind;
	unsigned long waiting;
	struct look look;
	struct seen seen, before;
};

struct other; /* an external program's thread (others.c) */

struct procs {
	struct arena *arena;
	int hello, bell;           /* the shell's ends; -1 before procs_start */
	unsigned long descriptors; /* how many the shell might have before it raised its limit */
	int hello_far;             /* the processes' end */
	int epoll;                 /* pidfds, streams and the bell, for an event loop */
	int proc;   /* directory descriptor of the /proc in which pids are the session's */
	pid_t init; /* as the session sees it */
	int init_pidfd;
	bool host;
	bool init_dead; /* somebody has killed it */
	bool unseen; /* somebody who sleeps or runs a program has died, and no pass has looked since */
	pid_t adopter; /* on the host: whose children those of a killed guardian are, the shell; or 0 */
	int ordered;        /* the slot of a process that the init was told to fork */
	struct process **p; /* in order of name */
	int n, cap;
	int nasleep; /* ACT_ASLEEP or stopped */
	int nzombies;
	struct spin spin, eager; /* for an answer; with looks, for all to settle */
	long nap;                /* how long to sleep for an answer before a look, ns; 0: shortly */
	bool many;     /* there was more than one process, or one that could make others */
	bool programs; /* external programs may be about: look for them */
	bool async; /* somebody asked for signals about files: any call may send one to anybody */
	struct other *other;
	int nothers, others_cap;
	pid_t *loose; /* groups of background pipelines: nobody waits for them */
	int nloose, loose_cap;
	bool letting_go; /* whoever is found to be moving is let go as well */
	long clock;      /* counts sleepers, for `since` */
	bool used[SLOTS];
	struct process *by_slot[SLOTS];
	volatile sig_atomic_t *interrupted;
	int insisted; /* how often Ctrl-C has come during this settling */
	/* Ctrl-C came while something was awaited. False: somebody cannot be told of it yet, ask again. */
	bool (*interrupt)(void *ctx);
	/* Much has been printed (1 MiB): take p->text now. */
	void (*flush)(void *ctx, struct process *p);
	/* p has answered a call, before anything else is looked at. Nobody may be asked for anything. */
	void (*answered)(void *ctx, struct process *p);
	void *ctx;
};

/* Prepares arena, socket and bell. 0, or -1 with a cause. procs_release on any path. */
int procs_init(struct procs *ps, char **cause);
void procs_release(struct procs *ps);
/* For sandbox_start(): what the init needs. */
void procs_setup(const struct procs *ps, struct child_setup *setup);
/* The init runs: its pid (session's), its pidfd and the /proc descriptor, all borrowed. */
void procs_started(struct procs *ps, pid_t init, int init_pidfd, int proc);

/* The same for another guardian, after the first was killed; init 0: there is none. */
void procs_renewed(struct procs *ps, pid_t init, int init_pidfd, int proc);

/* Whatever becomes readable tells by its slot whom to look at; fd may be -1. */
void procs_watch(struct procs *ps, int fd, int slot);

/* Starts a fresh process, other: of the second user; NULL with a cause. birth.c. */
struct process *procs_spawn(struct procs *ps, const char *name, bool other, char **cause);
/*
 * The same in two steps, between which the init forks: it is ordered, even before there is an init,
 * and delivered.  Nothing else may be asked of the init in between.
 */
int procs_order(struct procs *ps, bool other, char **cause);
struct process *procs_deliver(struct procs *ps, const char *name, char **cause);
/* A free slot for a fork to come, or -1. procs_adopt takes the child in; or give it back. */
int procs_slot(struct procs *ps);
void procs_slot_free(struct procs *ps, int slot);
struct process *procs_adopt(struct procs *ps, const char *name, int slot, pid_t pid, pid_t parent,
			    char **cause);

struct process *procs_find(const struct procs *ps, const char *name, size_t len);
struct process *procs_by_pid(const struct procs *ps, pid_t pid);

/* Asks p, which must be idle, to make p->call, or to run a packed pipeline (p->call's data). */
void procs_ask(struct procs *ps, struct process *p, enum slot_op op);
/* What the programs of p's pipeline are, while they run or after; NULL if none. Borrowed. */
const struct running *procs_running(const struct procs *ps, const struct process *p, uint32_t *n);

/* Sends a signal from inside the session, by the init: pid as kill(2) takes it. 0, or errno. */
int procs_kill(struct procs *ps, pid_t pid, int signo);
/* SIGKILL for all in the table, from the shell itself: at the end, when nothing is shown any more. */
void procs_kill_all(struct procs *ps);
/*
 * Ctrl-C for p: a signal for its foreground pipeline's group, or for itself. False: it is about to start one, and
 * not before it was seen to wait for it, all of it would be struck.
 */
bool procs_interrupt(struct procs *ps, struct process *p, int signo);
/* Asks the init for op and waits for its answer, which needs no other process. */
void procs_ask_init(struct procs *ps, enum slot_op op, struct call *c);
/* The second half: waits for the answer to what is in the init's slot. c->err is ESRCH if it is dead. */
void procs_await_init(struct procs *ps, struct call *c);
/* Two numbers for the init; what it returned, with errno. */
long procs_ask_number(struct procs *ps, enum slot_op op, long a, long b);
/* Lets the init make a call (readings whose pids shall be the session's). c as in procs_ask. */
void procs_init_call(struct procs *ps, struct call *c);
/* Takes the dead and reaped off the table and frees them. */
void procs_bury(struct procs *ps);

#endif
