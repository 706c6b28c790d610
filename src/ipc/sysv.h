/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What System V mechanisms have in common: an IPC_SET given as a group (queues and segments),
 * owners and permissions and what they refuse, keys and times as text.  It knows none of the
 * calls.  Runs in the shell, but for struct sysv_set, which crosses to the learner's process.
 */
#ifndef IPC_SYSV_H
#define IPC_SYSV_H

#include "call/parse.h"
#include "ipc/facility.h"

#include <sys/ipc.h>
#include <time.h>

struct str;

/* The fields of an IPC_SET that were typed; the others keep what the kernel has. */
struct sysv_set {
	unsigned mask; /* enum sysv_field */
	unsigned uid, gid, mode;
	unsigned long qbytes;
};

enum sysv_field { SYSV_UID = 1, SYSV_GID = 2, SYSV_MODE = 4, SYSV_QBYTES = 8 };

/*
 * A control call's third argument, whose command is argument 1: for IPC_SET {qbytes=4096,mode=0600}
 * (qbytes only if allowed) becomes a struct sysv_set in data; for the other commands an address, to
 * show EFAULT. The default gives a buffer to the commands in `fills`, NULL to the rest.
 */
int sysv_parse_buf(struct parse *ps, const struct param *p, struct call *c, int i,
		   const struct constant *fills, bool qbytes);
/* What may stand for a key. */
extern const struct constant sysv_keys[];
/* The pointer that was typed, or the parameter's name for the shell's own buffer. */
void sysv_format_pointer(struct str *out, const struct param *p, const struct call *c, int i);
/* "msg_perm={uid=0, gid=0, mode=0600, key=0, cuid=0, cgid=0}"; for IPC_SET without the last three. */
void sysv_format_perm(struct str *out, const char *name, const struct ipc_perm *perm, bool set);
/* ", msg_stime=1700000000", the number marked as class (0: not). */
/* For struct argtype: what stands in the braces of IPC_SET. qbytes: of a queue. */
void sysv_offers_set(struct offers *of, long cmd, bool qbytes);
void sysv_format_field(struct str *out, const char *name, char class, unsigned long value);

/* "key IPC_PRIVATE", "key 0x6101d2f0" without the word key; marked. */
void sysv_key(struct str *out, key_t key);
/* A user's name, or "uid 1000". */
void sysv_owner(struct str *out, unsigned uid);
/* "12:30:05" (today) or with its date, marked; "never" for 0. */
void sysv_time(struct str *out, time_t t);
/* "1 message", "2 messages". noun is an N_() one; another language writes a count and its measure word. */
void sysv_count(struct str *out, long n, const char *noun);
/* The diff of a mode or owner: line(NAME, "mode rw------- (was rw-rw-rw-)"). */
void sysv_changed_mode(const char *name, long now, long was,
		       void (*line)(void *arg, const char *subject, const char *text), void *arg);
void sysv_changed_owner(const char *name, const char *what, long now, long was,
			void (*line)(void *arg, const char *subject, const char *text), void *arg);

/* What a listing has just read, so that looking at every object costs one system call each. */
struct sysv_at_hand {
	long id;
	const void *ds;
};

/*
 * What stands under an id, though it may not be read by IPC_STAT: stat reads an index (by *_STAT_ANY,
 * Linux 4.17) and returns the id there. An id is an index and a count of its uses; where the
 * one ends depends on ipcmni_extend (ipc/util.h of the kernel).
 */
bool sysv_stat_any(long id, int (*stat)(int index, void *ds), void *ds);
/*
 * A listing: calls fn for the id at every index up to `highest`, what *_INFO gave (below 0: -1
 * with its errno), until it returns false. used: how many there are; if none of them shows, -1 with ENOSYS.
 stat reads an index into ds and returns the id, or
 * below 0; what it read is in *at while fn runs.
 */
int sysv_each(struct sysv_at_hand *at, int highest, int used, int (*stat)(int index, void *ds),
	      void *ds, bool (*fn)(void *arg, long id), void *arg);

/*
 * A process's name by a pid as the shell sees it: "main"; "nobody" for 0.  A program that is gone has
 * its number: it is asked for inside, as number num of the object's pids (a semaphore's number; of a
 * queue the sender's, then the receiver's; of a segment the maker's, then the last one's).
 */
const char *sysv_who(const struct world *w, pid_t outer, enum kind kind, long id, int num);
/* /proc/PID/file of a peer, whole or up to size - 1 bytes, NUL-terminated; its length or -1. */
long sysv_read_proc(const struct world *w, const struct peer *p, const char *file, char *buf,
		    size_t size);
/* The caller's soft limit by its name in /proc/PID/limits ("Max open files"); -1: none, or unknown. */
long sysv_rlimit(const struct world *w, const char *name);
/* /proc/sys/<name> as a number, or -1 if it cannot be read. */
long sysv_limit(const char *name);

/* As much of the caller's memory; false: it is not to be read. */
bool sysv_read_memory(const struct world *w, long addr, void *buf, size_t size);
/* EINVAL: there is no object with that id. other: who has its place now, or below 0. */
void sysv_why_id(struct str *out, enum kind kind, const char *noun, long id, long other,
		 const struct world *w);
/*
 * EEXIST, ENOENT and EACCES of msgget, semget, shmget, whose key is argument 0 and whose flags are argument i.
 * id: who has the key, with perm; or below 0.
 */
void sysv_why_key(struct str *out, const struct call *c, int i, enum kind kind, const char *noun,
		  long id, const struct ipc_perm *perm, const struct world *w);
/* ENOSPC: there are n of them, and the limit of that name, which is in /proc/sys/kernel/ at `where`. */
void sysv_why_many(struct str *out, long n, const char *noun, const char *limit, long most,
		   const char *where);
/*
 * EINVAL of a control call because of its command, argument i, or of the index that this takes
 * (by_index; highest: in use, or below 0). True if that was it.
 */
bool sysv_why_command(struct str *out, const struct call *c, int i, const char *noun, bool by_index,
		      int highest);
/* EACCES: who is asked for what (want: 4 read, 2 write, or 6; to do what) and what they have. */
void sysv_why_access(struct str *out, const char *name, const struct ipc_perm *perm,
		     const struct world *w, int want, const char *todo);
/* Is the caller owner or creator, or has it that capability? */
bool sysv_is_owner(const struct ipc_perm *perm, const struct world *w, int capability);
/* EINVAL of IPC_SET whose users mean nobody: argument i's group, or what stands at its address. */
void sysv_why_ids(struct str *out, const struct call *c, int i, const struct world *w);
/* EPERM of IPC_SET, IPC_RMID and SHM_LOCK: what to do, and the capability that would allow it to anybody. */
void sysv_why_owner(struct str *out, const char *name, const struct ipc_perm *perm,
		    const struct world *w, const char *todo, const char *capability);
/* Remarks on what succeeded (sysv_note.c). "; " between two. */
void sysv_note_next(struct str *out);
/* Bits that mean nothing to the call, by their names where they have some; what was meant, or NULL. */
void sysv_note_bits(struct str *out, const struct call *c, unsigned bits,
		    const struct constant *names, const char *instead);
/* A mode whose digits were meant to be octal. */
void sysv_note_mode(struct str *out, unsigned mode);
/*
 * Of msgget, semget, shmget, whose flags are argument i: an old object where a new one was wanted, a mode
 * of 000. perm: of what it returned. True if that was there before.
 */
bool sysv_note_get(struct str *out, const struct call *c, int i, enum kind kind,
		   const struct ipc_perm *perm, const struct world *w);
/* What a time of 0 means, if one of them is. */
void sysv_note_never(struct str *out, time_t a, time_t b);

#endif
