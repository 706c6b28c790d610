/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between fcntl.c (the record) and fcntl_why.c (refusals, and whose lock is waited for). */
#ifndef IPC_FCNTL_H
#define IPC_FCNTL_H

#include "ipc/facility.h"

#include <fcntl.h>

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
/* "B holds a write lock on bytes 0 to 9; ...": whoever holds what the call wants, by name. False: nobody
 * that can be seen. */
bool locks_in_the_way(struct str *out, const struct call *c, const struct world *w);
/* EDEADLK: who of them waits for the caller. */
bool locks_circle(struct str *out, const struct call *c, const struct world *w);

void fcntl_why(struct str *out, const struct call *c, const struct world *w);
void fcntl_asleep(struct str *out, const struct call *c, const struct world *w);
void fcntl_note(struct str *out, const struct call *c, const struct world *w);

#endif
