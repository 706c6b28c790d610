/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking at semaphore sets: which there are, what is in one, what would be undone.  Pending undo
 * comes from the session (counted), all else from semctl(2).  Runs in the shell and disturbs
 * nobody.
 */
#include "base/str.h"
#include "ipc/sem_object.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <stdlib.h>

static int stat_any(int index, void *ds)
{
	return semctl(index, 0, SEM_STAT_ANY, (union semun){ .buf = ds });
}

int sem_stat(long id, struct semid_ds *ds)
{
	union semun arg = { .buf = ds };
	int err;

	if (semctl((int)id, 0, IPC_STAT, arg) != -1)
		return 0;
	err = errno;
	if (err == EACCES && sysv_stat_any(id, stat_any, ds))
		return 0;
	errno = err;
	return -1;
}

unsigned short *sem_values(long id, int n)
{
	/* a new set has the same id only after 32768 others: n is right, or it is gone */
	union semun arg = { .array = xmalloc((size_t)n * sizeof(*arg.array) + 1) };

	if (semctl((int)id, 0, GETALL, arg) != -1)
		return arg.array;
	free(arg.array);
	return NULL;
}

void sem_limits(struct seminfo *info)
{
	union semun arg = { .info = info };

	if (semctl(0, 0, IPC_INFO, arg) == -1)
		*info = (struct seminfo){
			.semmsl = 32000, .semmni = 32000, .semopm = 500, .semvmx = 32767
		};
}

void sem_say(struct str *out, const struct world *w, long id, unsigned num)
{
	str_add(out, w->name(w->ctx, KIND_SEM, id));
	str_addf(out, "[%u]", num);
}

void sem_denied(struct str *out, const struct world *w, long id, int want, const char *todo)
{
	struct semid_ds ds;

	if (sem_stat(id, &ds) == 0)
		sysv_why_access(out, w->name(w->ctx, KIND_SEM, id), &ds.sem_perm, w, want, todo);
}

int sem_scan(bool (*fn)(void *arg, long id, const struct semid_ds *ds), void *arg)
{
	struct seminfo info;
	struct semid_ds ds;
	union semun u = { .info = &info };
	int last = semctl(0, 0, SEM_INFO, u), found = 0;

	if (last == -1)
		return -1;
	u.buf = &ds;
	for (int slot = 0; info.semusz > 0 && slot <= last; slot++) {
		int id = semctl(slot, 0, SEM_STAT_ANY, u);

		found += id != -1;
		if (id != -1 && !fn(arg, id, &ds))
			return 0;
	}
	if (info.semusz > 0 && !found) {
		errno = ENOSYS; /* SEM_STAT_ANY came with Linux 4.17 */
		return -1;
	}
	return 0;
}

struct ids {
	bool (*fn)(void *arg, long id);
	void *arg;
};

static bool pass_id(void *arg, long id, const struct semid_ds *ds)
{
	const struct ids *ids = arg;

	(void)ds;
	return ids->fn(ids->arg, id);
}

int sem_each(const struct world *w, bool (*fn)(void *arg, long id), void *arg)
{
	struct ids ids = { fn, arg };

	(void)w;
	return sem_scan(pass_id, &ids);
}

long sem_count(void)
{
	struct seminfo info;
	union semun u = { .info = &info };

	return semctl(0, 0, SEM_INFO, u) < 0 ? 0 : info.semusz;
}

void sem_fields(struct object *o, long id, const struct semid_ds *ds)
{
	o->kind = KIND_SEM;
	o->id = id;
	o->f[F_KEY] = ds->sem_perm.__key;
	o->f[F_UID] = ds->sem_perm.uid;
	o->f[F_GID] = ds->sem_perm.gid;
	o->f[F_MODE] = ds->sem_perm.mode & 0777;
	o->f[F_NSEMS] = (long)ds->sem_nsems;
	o->f[F_OTIME] = ds->sem_otime;
	o->f[F_CTIME] = ds->sem_ctime;
}

int sem_object(struct object *o, long id, const struct semid_ds *ds)
{
	sem_fields(o, id, ds);
	o->value = sem_values(id, (int)ds->sem_nsems);
	o->nvalues = o->value ? (int)ds->sem_nsems : 0;
	o->f[F_DENIED] = !o->value;
	return o->value || errno == EACCES ? 0 : -1;
}

int sem_look(const struct world *w, long id, struct object *o)
{
	struct semid_ds ds;

	(void)w;
	return sem_stat(id, &ds) ? -1 : sem_object(o, id, &ds);
}

/* -- pending undo: no kernel interface gives it ----------------------------------------------- */

struct undo {
	const struct world *w;
	long id;
	int num;
	struct str *out;
};

static bool add_undo(void *arg, const struct peer *p)
{
	struct undo *u = arg;
	long n = u->w->undo(u->w->ctx, p->pid, u->id, u->num);

	if (n)
		str_addf(u->out, "%s%s %+ld", u->out->len ? " " : "", p->name, n);
	return true;
}

void sem_list_undo(struct str *out, const struct world *w, long id, int num)
{
	struct undo u = { w, id, num, out };

	if (w->undo && w->peers)
		w->peers(w->ctx, add_undo, &u);
}
