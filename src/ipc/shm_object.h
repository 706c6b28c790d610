/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between shm_look.c (reading segments), shm_grid.c (`state`) and shm_state.c (the facility). */
#ifndef IPC_SHM_OBJECT_H
#define IPC_SHM_OBJECT_H

#include "ipc/shm.h"

/* object.f. The creator's group is left out: the permission check alone would want it. */
enum {
	F_KEY,
	F_UID,
	F_GID,
	F_CUID,
	F_MODE,
	F_SIZE,
	F_NATTCH,
	F_DEST,
	F_LOCKED,
	F_CPID,
	F_LPID,
	F_ATIME,
	F_DTIME,
	F_CTIME,
};

/* struct facility's each, look and state. */
int shm_each(const struct world *w, bool (*fn)(void *arg, long id), void *arg);
/* How many there are; 0 if the kernel does not tell. */
long shm_count(void);
int shm_object(const struct world *w, long id, struct object *o);
struct grid *shm_grid(const struct world *w, const long *only, int nonly);

#endif
