/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a mechanism has in the kernel: its objects.  One struct facility a mechanism lists them,
 * reads one, tells what is new or different about it, and removes it; state, the diff and the
 * clean-up are derived from it.  All of it runs in the shell and disturbs nobody.
 *
 * struct world is the little that a mechanism may ask of the session: names, and which processes
 * there are and what they sleep in.  An object that vanished between two looks is a normal event.
 */
#ifndef IPC_FACILITY_H
#define IPC_FACILITY_H

#include "call/prim.h"

#include <stdint.h>

struct str;
struct grid;
struct ends;

enum { OBJECT_FIELDS = 14 };

/* One look at one object. Plain data, compared field by field. */
struct object {
	enum kind kind;
	long id;               /* inode for pipes and FIFOs */
	long f[OBJECT_FIELDS]; /* what each is: struct facility's field[] */
	unsigned short *value; /* semaphores: their values; else NULL; owned */
	int nvalues;
	char *text; /* FIFO: its path; pipe: NULL; owned */
};

void object_release(struct object *o);

enum field_flag {
	FIELD_QUIET = 1, /* not part of a diff: times, last pids */
	FIELD_TIME = 2,
	FIELD_MODE = 4,
	FIELD_KEY = 8,
	FIELD_PID = 16,    /* as the shell's pid namespace has it: world's pid_name() */
	FIELD_COUNTED = 32 /* counted by the shell: no kernel interface gives it */
};

struct field {
	const char *name; /* JSON's name */
	unsigned flags;
};

/* A learner's process as a mechanism sees it. */
struct peer {
	const char *name;
	pid_t pid;   /* the session's */
	pid_t outer; /* the shell's, for pidfd_open, process_vm_readv */
	bool asleep; /* in `call` */
	bool stopped;
	bool dead;     /* in this call: of its descriptors only what is remembered is known */
	bool external; /* runs a program (exec), or is a program that a process started */
	const struct call *call; /* what it sleeps in, or NULL */
	uint64_t blocked;        /* its mask before this call, if that is a wait for signals */
	long since;              /* order in which sleepers fell asleep */
	int handled; /* self, after EINTR: the signal whose handler ran in the call; 0: none did, it was stopped */
};

struct world {
	void *ctx;
	struct peer self; /* who makes the call that is being explained */
	/* Who has made the call of the line, where that is another than self and was no program; NULL: nobody. */
	struct peer actor;
	const struct call *actor_call;
	bool root;            /* the shell may read physical frames */
	bool fold;            /* long listings need not be whole (ipc/fold.h) */
	const char *writable; /* where the session may write at all; NULL: wherever its user may */
	int proc;             /* descriptor of the /proc in which peers' pids are valid */
	/* The object's name ("q"), or "msg:3"; static storage, of several turns. Marks inside. */
	const char *(*name)(void *ctx, enum kind kind, long id);
	/* Has it a name of its own? */
	bool (*named)(void *ctx, enum kind kind, long id);
	/* Was it there before the call that is being explained? */
	bool (*known)(void *ctx, enum kind kind, long id);
	/* Was it seen to go, of late? */
	bool (*removed)(void *ctx, enum kind kind, long id);
	/* A process's name by the session's pid, "process 7" if it has none. Several turns. */
	const char *(*pid_name)(void *ctx, pid_t pid);
	/* The session's pid of one as the shell's namespace has it; 0 if unknown. */
	pid_t (*pid_in)(void *ctx, pid_t outer);
	/* Every process of the session; stop when fn returns false. */
	void (*peers)(void *ctx, bool (*fn)(void *arg, const struct peer *p), void *arg);
	/* Pending undo of process pid for one semaphore (counted), 0 if none. */
	long (*undo)(void *ctx, pid_t pid, long semid, int semnum);
	/* The segment that process pid has attached at addr or nearest below it, and from where on, as its calls have
	 * told (counted); false: none. NULL: unknown. */
	bool (*attached)(void *ctx, pid_t pid, unsigned long addr, long *id, unsigned long *from);
	struct ends *ends; /* who holds which end of which pipe (ipc/ends.h); NULL: unknown */
	/* Has a reading made by the session's init: pids in it are the session's. NULL: nobody can. */
	void (*inside)(void *ctx, struct call *c);
};

struct facility {
	enum kind kind;
	const char *title;         /* "message queues" */
	const struct field *field; /* ends with a NULL name */
	/* Calls fn for every object there is; -1 with errno if the kernel will not list them. */
	int (*each)(const struct world *w, bool (*fn)(void *arg, long id), void *arg);
	/* Reads object id into o (which is empty). 0, or -1 if there is none (or no permission). */
	int (*look)(const struct world *w, long id, struct object *o);
	/* What stands after the name in "+ NAME  ...". */
	void (*created)(struct str *out, const struct object *now, const struct world *w);
	/* Calls line() with the subject ("s[0]") and text ("3 (was 0)") of each difference. */
	void (*changed)(const struct object *now, const struct object *was, const struct world *w,
			void (*line)(void *arg, const char *subject, const char *text), void *arg);
	/* `state`: fills the table, one row an object (more where it has contents). */
	struct grid *(*state)(const struct world *w, const long *only, int nonly);
	int (*remove)(long id); /* 0, or -1 with errno */
};

/* For state(): is the object one of the only ones? Where none is named, all are. */
static inline bool state_wants(const long *only, int nonly, long id)
{
	for (int i = 0; i < nonly; i++)
		if (only[i] == id)
			return true;
	return !nonly;
}

/* "the handler for SIGUSR1 ran", "it was stopped and continued": the cause of world's self's EINTR. */
void say_woken(struct str *out, const struct world *w);

extern const struct facility *const facilities[]; /* ends with NULL; in ipc/prims.c */
const struct facility *facility_of(enum kind kind);

#endif
