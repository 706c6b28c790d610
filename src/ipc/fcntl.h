/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between fcntl.c (the record) and fcntl_why.c (refusals, and whose lock is waited for). */
#ifndef IPC_FCNTL_H
#define IPC_FCNTL_H

#include "ipc/facility.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { FCNTL_FD, FCNTL_CMD, FCNTL_ARG };

extern const struct constant fcntl_constants[];
extern const struct constant lease_constants[];               /* F_RDLCK ... */
extern const struct constant whence_constants[];              /* SEEK_SET ... */
extern const struct constant owner_constants[];               /* F_OWNER_PID ... */
extern const struct constant lock_members[], owner_members[]; /* for parse_member() */

/* For parse_group: arg is a struct flock, a struct f_owner_ex. */
int lock_field(struct parse *ps, void *arg, int index, const char *s, size_t len);
int owner_field(struct parse *ps, void *arg, int index, const char *s, size_t len);

/* The bytes that a lock is asked for, from the file's start on; to -1: the end. False: no lock. */
struct held_range {
	long from, to;
};
bool lock_range(const struct call *c, const struct world *w, struct held_range *r);
extern const struct prim prim_flock;
/* "B holds a write lock on bytes 0 to 9; ...": whoever holds what fcntl or flock wants, by name; of what belongs to an
 * open file, who has that now. False: nobody that can be seen. */
bool locks_in_the_way(struct str *out, const struct call *c, const struct world *w);
/* What the first of them types to let go; for struct prim's wake. */
pid_t locks_wake(struct str *out, const struct call *c, const struct world *w);
/* Whose open file the lock is that F_GETLK has told; false: it is not to be found. */
bool locks_owner(struct str *out, const struct call *c, const struct world *w);
/* How many locks of the process's own (fcntl) the caller has on that file. */
int locks_own(const struct world *w, const struct stat *st);
/* LOCK_SH or LOCK_EX: what the open file behind the caller's fd has; 0: none. */
int flock_held(const struct world *w, long fd);
/* EDEADLK: who of them waits for the caller. */
bool locks_circle(struct str *out, const struct call *c, const struct world *w);

void fcntl_why(struct str *out, const struct call *c, const struct world *w);
void fcntl_asleep(struct str *out, const struct call *c, const struct world *w);
void fcntl_note(struct str *out, const struct call *c, const struct world *w);

#endif
