/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Semaphore sets as they are in the kernel: listing, reading one, its part of the diff, removal.
 * Their table in `state` is sem_grid.c's matter.  Pending undo comes from the session (counted), all
 * else from semctl(2).  Runs in the shell and disturbs nobody.
 */
#include "base/str.h"
#include "call/format.h"
#include "ipc/sem_object.h"
#include "ipc/sysv.h"

#include <errno.h>

static const struct field fields[] = {
	[F_KEY] = { "key", FIELD_KEY },
	[F_UID] = { "uid", 0 },
	[F_GID] = { "gid", 0 },
	[F_MODE] = { "mode", FIELD_MODE },
	[F_NSEMS] = { "nsems", 0 },
	[F_OTIME] = { "otime", FIELD_TIME | FIELD_QUIET },
	[F_CTIME] = { "ctime", FIELD_TIME | FIELD_QUIET },
	[F_DENIED] = { "unreadable", FIELD_QUIET }, /* 1: the values may not be read */
	{ NULL, 0 },
};

enum { LINES = 6 }; /* of a diff; the rest is counted */

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

static int sem_each(const struct world *w, bool (*fn)(void *arg, long id), void *arg)
{
	struct ids ids = { fn, arg };

	(void)w;
	return sem_scan(pass_id, &ids);
}

int sem_object(struct object *o, long id, const struct semid_ds *ds)
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
	o->value = sem_values(id, (int)ds->sem_nsems);
	o->nvalues = o->value ? (int)ds->sem_nsems : 0;
	o->f[F_DENIED] = !o->value;
	return o->value || errno == EACCES ? 0 : -1;
}

static int sem_look(const struct world *w, long id, struct object *o)
{
	struct semid_ds ds;

	(void)w;
	return sem_stat(id, &ds) ? -1 : sem_object(o, id, &ds);
}

static void sem_created(struct str *out, const struct object *now, const struct world *w)
{
	(void)w;
	sysv_count(out, now->f[F_NSEMS], "semaphore");
	str_add(out, "  ");
	format_mode(out, (unsigned)now->f[F_MODE]);
	if (!now->value) {
		str_add(out, "  values may not be read");
		return;
	}
	str_add(out, now->nvalues == 1 ? "  value" : "  values");
	for (int k = 0; k < now->nvalues && k < SEM_VALUES_SHOWN; k++)
		str_addf(out, " %u", now->value[k]);
	if (now->nvalues > SEM_VALUES_SHOWN)
		str_add(out, " ...");
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

static void value_line(struct str *text, const struct object *now, const struct object *was,
		       const struct world *w, int k)
{
	struct str undo = STR_INIT;

	str_addf(text, "%u (was %u)", now->value[k], was->value[k]);
	sem_list_undo(&undo, w, now->id, k);
	if (undo.len)
		str_addf(text, "   undo: %s (counted)", str_text(&undo));
	str_free(&undo);
}

static void sem_changed(const struct object *now, const struct object *was, const struct world *w,
			void (*line)(void *arg, const char *subject, const char *text), void *arg)
{
	struct str name = STR_INIT, subject = STR_INIT, text = STR_INIT;
	long more = 0;
	int lines = 0;

	str_add(&name, w->name(w->ctx, KIND_SEM, now->id));
	for (int k = 0; k < now->nvalues && k < was->nvalues; k++) {
		if (now->value[k] == was->value[k])
			continue;
		if (lines++ >= LINES) {
			more++;
			continue;
		}
		str_reset(&subject);
		str_addf(&subject, "%s[%d]", str_text(&name), k);
		str_reset(&text);
		value_line(&text, now, was, w, k);
		line(arg, str_text(&subject), str_text(&text));
	}
	if (more) {
		str_reset(&text);
		str_add(&text, "the values of ");
		sysv_count(&text, more, "more semaphore");
		line(arg, str_text(&name), str_text(&text));
	}
	sysv_changed_mode(str_text(&name), now->f[F_MODE], was->f[F_MODE], line, arg);
	sysv_changed_owner(str_text(&name), "uid", now->f[F_UID], was->f[F_UID], line, arg);
	sysv_changed_owner(str_text(&name), "gid", now->f[F_GID], was->f[F_GID], line, arg);
	str_free(&name);
	str_free(&subject);
	str_free(&text);
}

static int sem_remove(long id)
{
	return semctl((int)id, 0, IPC_RMID) == -1 ? -1 : 0;
}

const struct facility facility_sem = {
	.kind = KIND_SEM,
	.title = "semaphore sets",
	.field = fields,
	.each = sem_each,
	.look = sem_look,
	.created = sem_created,
	.changed = sem_changed,
	.state = sem_grid,
	.remove = sem_remove,
};
