/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between sem_look.c (reading sets), sem_grid.c (`state`) and sem_state.c (the facility). */
#ifndef IPC_SEM_OBJECT_H
#define IPC_SEM_OBJECT_H

#include "ipc/sem.h"

/* object.f; F_DENIED: 1 where the values may not be read. */
enum { F_KEY, F_UID, F_GID, F_MODE, F_NSEMS, F_OTIME, F_CTIME, F_DENIED };

enum { SEM_VALUES_SHOWN = 16 }; /* in one line */

/* Calls fn for every set until it returns false; what the listing read is handed on. -1 with errno:
 * the kernel will not list them. */
int sem_scan(bool (*fn)(void *arg, long id, const struct semid_ds *ds), void *arg);
/* struct facility's each and look. */
int sem_each(const struct world *w, bool (*fn)(void *arg, long id), void *arg);
int sem_look(const struct world *w, long id, struct object *o);
/* How many sets there are; 0 if the kernel does not tell. */
long sem_count(void);
/* What of a set a listing reads: all but the values. */
void sem_fields(struct object *o, long id, const struct semid_ds *ds);
/* As look, by what was read already. */
int sem_object(struct object *o, long id, const struct semid_ds *ds);
/* Pending undo for one semaphore, "B +1 C -2" (counted), or nothing. */
void sem_list_undo(struct str *out, const struct world *w, long id, int num);
/* struct facility's state. */
struct grid *sem_grid(const struct world *w, const long *only, int nonly);

#endif
