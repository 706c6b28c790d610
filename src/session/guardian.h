/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clean-up in host mode: what the session made on the machine is listed in shared memory, and
 * the guardian, which outlives the shell however that ends, ends the session's processes and
 * removes exactly what is listed, not kept, and still the same object.  The list is written by
 * the shell alone, read by the guardian, and untrusted, since learners can poke into it.  It
 * knows nothing of names or of how objects come to be.
 */
#ifndef SESSION_GUARDIAN_H
#define SESSION_GUARDIAN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum guardian_kind {
	GUARDIAN_MSG = 1,
	GUARDIAN_SHM,
	GUARDIAN_SEM,
	GUARDIAN_FIFO, /* only for guardian_count() */
	GUARDIAN_KINDS,
};

#define GUARDIAN_ITEMS (1u << 17) /* hash slots; a power of two */
#define GUARDIAN_FIFOS 128
#define GUARDIAN_PATH  1000
#define GUARDIAN_PAST  16

/* What an object had at its creation and cannot change, and the time it was made. */
struct guardian_item {
	uint8_t kind; /* 0: a free slot; written last */
	uint8_t keep;
	int32_t id;
	int32_t key;
	uint64_t size; /* bytes of a segment, semaphores of a set */
	int64_t ctime; /* it can only grow: IPC_SET and SETVAL renew it */
};

struct guardian_fifo {
	uint8_t used, keep;
	uint32_t major, minor;
	uint64_t ino;
	int64_t born_s, born_ns; /* 0 where the file system does not say */
	char path[GUARDIAN_PATH];
};

/*
 * What is being made right now: the shell, or who was asked, may be killed when the kernel has made it, and
 * before it is listed. The answer is in the slot of who was asked, unless that was killed.
 */
struct guardian_asked {
	uint8_t kind; /* 0: nothing; written last */
	int32_t slot, pid;
	int32_t key; /* 0: IPC_PRIVATE, or the call makes none */
	int64_t older; /* whom the key named before: that one is not ours. A FIFO's path: 1: something */
	int64_t since; /* in seconds of the clock that ctime has */
	char path[GUARDIAN_PATH];
};

/* All zero is an empty list. Of 4 MB only pages that are written to become memory. */
struct guardian_list {
	uint32_t n_items, n_fifos;
	struct guardian_item item[GUARDIAN_ITEMS];
	struct guardian_fifo fifo[GUARDIAN_FIFOS];
	struct guardian_asked asked;
};

/*
 * Lists an object that the session has just made. 0, or -1 with a cause: it is gone already, or the
 * list is full. Listing one twice is harmless.
 */
int guardian_add(struct guardian_list *l, enum guardian_kind kind, int id, char **cause);
/* It has been removed: nothing is left to do for it. Unknown ids are ignored. */
void guardian_gone(struct guardian_list *l, enum guardian_kind kind, int id);
/* Is it listed, that is, did the session make it? */
bool guardian_made(struct guardian_list *l, enum guardian_kind kind, int id);
/* Exempts it from removal, or no longer. False if it is not listed. */
bool guardian_keep(struct guardian_list *l, enum guardian_kind kind, int id, bool keep);

/* The same for FIFOs, by absolute path (of less than GUARDIAN_PATH bytes). */
int guardian_add_fifo(struct guardian_list *l, const char *path, char **cause);
void guardian_gone_fifo(struct guardian_list *l, const char *path);
bool guardian_made_fifo(struct guardian_list *l, const char *path);
bool guardian_keep_fifo(struct guardian_list *l, const char *path, bool keep);

/* From now on the list is stored to fd, too, from byte `at` on, as it changes; -1: no longer. */
void guardian_save(int fd, off_t at);
/* How many of what is listed and not kept are still the same objects; needs n_items not. */
void guardian_count(struct guardian_list *l, unsigned n[GUARDIAN_KINDS]);
/*
 * Removes what is listed, not kept and verified, and empties the list but for what is kept.
 * Call guardian_end_processes() first, or learners make more. Returns how many were removed.
 */
unsigned guardian_remove(struct guardian_list *l);
/*
 * Kills and reaps all of the caller's children, and their orphans where it is a subreaper, until
 * none is left. Returns how many could not be ended: another user's, as by a set-user-ID program.
 */
unsigned guardian_end_processes(void);

/*
 * A guardian leads a session (setsid(2)) that all its descendants are in, but for those that made one
 * of their own. While one of them lives the kernel gives its pid to nobody else (kernel/pid.c), so
 * the pid tells who they are when it is dead.
 */
struct guardian_past {
	pid_t pid;
	unsigned long long start; /* in clock ticks since boot, proc_pid_stat(5) */
};
/* When a process was started, also a zombie; 0: there is none. */
unsigned long long guardian_started(pid_t pid);
/* Is it the same process still, and no zombie? */
bool guardian_lives(const struct guardian_past *who);
/*
 * The processes that dead guardians left, and their descendants: ends them and waits until they are
 * dead, or only counts them. Returns how many.
 */
unsigned guardian_sweep(const struct guardian_past *past, int n, bool end);

/*
 * In the guardian, before it forks: when the shell dies, or SIGTERM comes, bit is set in *word and
 * its futex waiters are woken. Sets PDEATHSIG and covers a shell that died before. Processes that
 * are forked from the guardian inherit the handler, which then acts as SIG_DFL.
 */
void guardian_watch(_Atomic uint32_t *word, uint32_t bit, pid_t shell);
/* Has the signal come? Kept in the guardian's own memory, where no learner can poke. */
bool guardian_called(void);

#endif
