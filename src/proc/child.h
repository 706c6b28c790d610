/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loop of every process of a session: wait for a request in the slot, do it, reply.  It runs in
 * learner's processes and in the init; it never touches stdio, readline or malloc's state that
 * a handler could break, and it leaves only by _exit(2).
 */
#ifndef PROC_CHILD_H
#define PROC_CHILD_H

#include "proc/channel.h"

/* What a process inherits from the shell: set before the init is started. */
struct child_setup {
	struct arena *arena;
	int hello;                 /* datagram socket to the shell: FD_HELLO's source */
	unsigned long descriptors; /* the soft limit that the shell had found, for its children */
	int bell;                  /* eventfd: FD_BELL's source */
	void (*orphaned)(void);    /* init: the shell died (host mode cleans up), NULL: nothing */
	/* init: sets bit in word when the shell dies (guardian.h); NULL: the kernel kills it */
	void (*watch)(_Atomic uint32_t *word, uint32_t bit, pid_t shell);
	bool (*called)(void); /* init: has the shell really died? NULL where the kernel kills it */
	/* in what the init spawns: it keeps no right of the init's; other: becomes the second user */
	int (*lower)(bool other);
	pid_t shell;
};

/*
 * What crosses FD_HELLO, with descriptors as SCM_RIGHTS: a new process sends the streams that it has of
 * its own, {stdout, stderr} or none; the init, for SLOT_INIT, the pidfd of whom it was asked for.
 */
struct hello {
	int slot;
	pid_t pid, parent;
	int nfds;
};

/* The init's main function: for sandbox_start(). arg is a struct child_setup. */
int child_init(void *arg);

/* A program of a pipeline that runs, or has run. */
struct started {
	pid_t pid;
	int status; /* as wait(2) gives it, once `ended` */
	int ended;
	unsigned long in, out; /* inodes of the pipes that are its stdin and stdout, or 0 */
	char name[40];
};

/* What run_pipeline keeps in the slot's data, while it runs: the shell reads along. */
struct running {
	_Atomic uint32_t n;
	pid_t group; /* 0: none has been started */
	struct started program[];
};

/*
 * Runs the packed pipeline (call/pipepack.h) in the slot's data as sh would: each program a child
 * of this process, all in one background process group, stdin /dev/null unless redirected. Waits for
 * them unless it is for the background. The call's ret is the last one's exit status, or -1 with
 * err when none could be started. proc/run.c.
 */
void run_pipeline(struct slot *s);

#endif
