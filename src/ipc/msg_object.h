/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between msg_look.c (reading queues), msg_grid.c (`state`) and msg_state.c (the facility). */
#ifndef IPC_MSG_OBJECT_H
#define IPC_MSG_OBJECT_H

#include "ipc/msg.h"

/* object.f. */
enum {
	F_KEY,
	F_UID,
	F_GID,
	F_CUID,
	F_CGID,
	F_MODE,
	F_QNUM,
	F_CBYTES,
	F_QBYTES,
	F_LSPID,
	F_LRPID,
	F_STIME,
	F_RTIME,
	F_CTIME,
};

/* struct facility's each, look and state. */
int msg_each(const struct world *w, bool (*fn)(void *arg, long id), void *arg);
/* How many there are; 0 if the kernel does not tell. */
long msg_count(void);
int msg_object(const struct world *w, long id, struct object *o);
struct grid *msg_grid(const struct world *w, const long *only, int nonly);

#endif
