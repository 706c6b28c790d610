/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hand-over between the shell and the processes: one arena of shared memory, one slot a
 * process, one word a slot.  The shell puts a request in the slot and waits for the word to change;
 * a process waits likewise: it spins for some microseconds where that has paid of late, then sleeps in
 * futex(2) until the other side wakes it.  There are no descriptors in it, so signals, fork and full tables
 * cannot break it.
 *
 * What a process writes into the arena is untrusted: the shell copies and checks it
 * (slot_take), and believes a slot's contents only for display.
 */
#ifndef PROC_CHANNEL_H
#define PROC_CHANNEL_H

#include "call/call.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	SLOTS = 1280,
	SLOT_INIT = 0, /* the session's init or guardian */
	SIGNAL_RING = 128,
	/* Private descriptors of every process; a learner's own begin at 3. */
	FD_PRIVATE = 1000,
	FD_HELLO = FD_PRIVATE,
	FD_BELL,
	FD_OUT,
	FD_ERR,
	FD_PRIVATE_END,
};

enum slot_op {
	OP_NONE,
	OP_CALL,     /* make slot.call */
	OP_PIPELINE, /* run the packed pipeline in data (call/pipepack.h) */
	/* init only */
	OP_SPAWN, /* fork a process for slot call.arg[0], arg[1]: of the second user */
	OP_REAP,  /* wait for every dead child: struct reaped in data */
	OP_KILL,  /* kill(arg[0], arg[1]) */
	OP_PIDFD, /* pidfd_open(arg[0]), sent on FD_HELLO */
};

/* The word: the state in its low bits, DONE until the next request; the watch bit is ORed in when the shell has died. */
enum { WORD_IDLE = 0, WORD_REQUEST = 1, WORD_DONE = 2, WORD_STATE = 3, WORD_WATCH = 4 };

/* A caught signal, as the handler saw it. */
struct caught {
	int signo, code, pid, uid, status;
	unsigned how; /* enum caught_how */
	long value;
};

struct reaped {
	pid_t pid;
	int status;
};

struct slot {
	_Atomic uint32_t word;
	_Atomic uint32_t asleep;  /* its process is in futex(2), or about to be */
	_Atomic uint32_t awaited; /* the shell is, until it has answered */
	_Atomic uint32_t cpu;     /* where it was when it answered last */
	int op;
	pid_t pid; /* as the process sees itself */
	struct call call;
	_Atomic uint32_t running;  /* data holds a struct running (child.h) */
	_Atomic uint32_t born;     /* its process said hello, or could not (a learner's limits) */
	_Atomic uint32_t caught;   /* how many signals were caught; the ring holds the last ones */
	_Atomic uint32_t returned; /* how many of them when its last call returned */
	struct caught ring[SIGNAL_RING];
	unsigned char data[CALL_DATA] __attribute__((aligned(64)));
};

struct arena {
	_Atomic uint32_t away;  /* the shell sleeps in poll(2): ring the bell after a reply */
	_Atomic uint32_t asked; /* the slot that has had the last request */
	struct slot slot[SLOTS] __attribute__((aligned(4096)));
};

/* A new arena, or NULL with errno. */
struct arena *arena_new(void);
void arena_free(struct arena *a);

/* Shell: puts a request into a slot whose process is idle, and wakes it. */
void slot_post(struct arena *a, int slot, enum slot_op op, const struct call *c);
/*
 * Shell: wakes it without a request: it spins for a while, for one is about to come; or the slot
 * has been written over, and the wake-up lost.
 */
void slot_nudge(struct slot *s);
/* Shell: has the reply come? */
static inline bool slot_done(struct slot *s)
{
	return (atomic_load_explicit(&s->word, memory_order_acquire) & WORD_STATE) == WORD_DONE;
}
/*
 * Now, on a clock that never jumps (vDSO: the processor's own counter, calibrated by the kernel, or what the
 * kernel takes where that counter is none).
 */
uint64_t nanoseconds(void);

/*
 * Whether to spin. It pays where both sides have a processor each, and takes one away where they have
 * not; which of the two it is, only trying tells: after two tries in vain the next 2 are left out, then 6, 14 ...
 */
struct spin {
	unsigned vain, left_out;
};
bool spin_pays(struct spin *spin);
void spin_learn(struct spin *spin, bool paid);

/* Shell: spins for the reply, some microseconds; true if it came. */
bool slot_spin(struct slot *s);
/*
 * Shell: has spun in vain; if its process answers on the very processor that the shell is on, the shell goes to
 * another. Where many sessions share few processors that is what counts: on two processors both sides go through
 * thousands of lines in one time slice, on one they have to wake each other at each line.
 */
void slot_step_aside(const struct slot *s);
/* Shell: sleeps until the reply comes, a signal does, or so many nanoseconds have gone; true if it came. */
bool slot_await(struct slot *s, long ns);
/* Shell: copies result and data of a reply into c (its prim stays), checked; the word stays as it is. */
void slot_take(struct slot *s, struct call *c);

/* Process: waits for a request. False when WORD_WATCH is set, and called() agrees; NULL: nobody does. */
bool slot_wait(struct arena *a, struct slot *s, bool (*called)(void));
/* Process: wakes a shell that sleeps in poll(2). Async-signal-safe, keeps errno. */
void slot_ring(struct arena *a);
/* Process: the reply is in the slot. */
void slot_reply(struct arena *a, struct slot *s);

#endif
