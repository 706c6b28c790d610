/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Segments as they are in the kernel: listing, one look, the diff, removal.  Their table in `state` is
 * shm_grid.c's matter.  Runs in the shell and attaches nothing.
 */
#include "base/str.h"
#include "call/format.h"
#include "ipc/shm_object.h"
#include "ipc/sysv.h"

static const struct field fields[] = {
	[F_KEY] = { "key", FIELD_KEY },
	[F_UID] = { "uid", 0 },
	[F_GID] = { "gid", 0 },
	[F_CUID] = { "cuid", 0 },
	[F_MODE] = { "mode", FIELD_MODE },
	[F_SIZE] = { "size", 0 },
	[F_NATTCH] = { "nattch", 0 },
	[F_DEST] = { "dest", 0 },
	[F_LOCKED] = { "locked", 0 },
	[F_CPID] = { "cpid", FIELD_QUIET | FIELD_PID },
	[F_LPID] = { "lpid", FIELD_QUIET | FIELD_PID },
	[F_ATIME] = { "atime", FIELD_QUIET | FIELD_TIME },
	[F_DTIME] = { "dtime", FIELD_QUIET | FIELD_TIME },
	[F_CTIME] = { "ctime", FIELD_QUIET | FIELD_TIME },
	{ NULL, 0 },
};

static struct sysv_at_hand at_hand;

static int stat_any(int index, void *ds)
{
	return shmctl(index, SHM_STAT_ANY, ds);
}

int shm_each(const struct world *w, bool (*fn)(void *arg, long id), void *arg)
{
	struct shm_info info;
	struct shmid_ds ds;
	int highest = shmctl(0, SHM_INFO, (struct shmid_ds *)&info);

	(void)w;
	return sysv_each(&at_hand, highest, stat_any, &ds, fn, arg);
}

int shm_object(const struct world *w, long id, struct object *o)
{
	const struct shmid_ds *ds = at_hand.id == id ? at_hand.ds : NULL;
	struct shmid_ds own;

	(void)w;
	if (!ds) {
		if (shm_stat(id, &own))
			return -1;
		ds = &own;
	}
	o->kind = KIND_SHM;
	o->id = id;
	o->f[F_KEY] = (unsigned)ds->shm_perm.__key;
	o->f[F_UID] = ds->shm_perm.uid;
	o->f[F_GID] = ds->shm_perm.gid;
	o->f[F_CUID] = ds->shm_perm.cuid;
	o->f[F_MODE] = ds->shm_perm.mode & 0777;
	o->f[F_SIZE] = (long)ds->shm_segsz;
	o->f[F_NATTCH] = (long)ds->shm_nattch;
	o->f[F_DEST] = (ds->shm_perm.mode & SHM_DEST) != 0;
	o->f[F_LOCKED] = (ds->shm_perm.mode & SHM_LOCKED) != 0;
	o->f[F_CPID] = ds->shm_cpid;
	o->f[F_LPID] = ds->shm_lpid;
	o->f[F_ATIME] = ds->shm_atime;
	o->f[F_DTIME] = ds->shm_dtime;
	o->f[F_CTIME] = ds->shm_ctime;
	return 0;
}

static void created(struct str *out, const struct object *now, const struct world *w)
{
	(void)w;
	sysv_count(out, now->f[F_SIZE], "byte");
	str_add(out, "  ");
	format_mode(out, (unsigned)now->f[F_MODE]);
	str_add(out, "  key ");
	sysv_key(out, (key_t)now->f[F_KEY]);
}

static void changed_attached(struct str *text, const struct object *now, const struct object *was,
			     const struct world *w)
{
	struct shm_attaches list = { 0 };

	str_add(text, "attached ");
	sysv_count(text, now->f[F_NATTCH], "time");
	str_addf(text, " (was %ld)", was->f[F_NATTCH]);
	if (now->f[F_NATTCH]) {
		shm_attaches_read(&list, w, now->id, false);
		if (list.n) {
			str_add(text, ": ");
			shm_add_holders(text, &list, now->id);
		}
		shm_attaches_release(&list);
	}
}

static void changed(const struct object *now, const struct object *was, const struct world *w,
		    void (*line)(void *arg, const char *subject, const char *text), void *arg)
{
	const char *name = w->name(w->ctx, KIND_SHM, now->id);
	struct str text = STR_INIT;

	if (now->f[F_NATTCH] != was->f[F_NATTCH]) {
		changed_attached(&text, now, was, w);
		line(arg, name, str_text(&text));
		str_reset(&text);
	}
	if (now->f[F_DEST] != was->f[F_DEST]) {
		str_add(&text, "dest: goes with its last detach");
		if (was->f[F_KEY] != now->f[F_KEY]) {
			str_add(&text, "; key IPC_PRIVATE (was ");
			sysv_key(&text, (key_t)was->f[F_KEY]);
			str_addc(&text, ')');
		}
		line(arg, name, str_text(&text));
	}
	if (now->f[F_LOCKED] != was->f[F_LOCKED])
		line(arg, name, now->f[F_LOCKED] ? "locked in memory" : "unlocked");
	str_free(&text);
	sysv_changed_mode(name, now->f[F_MODE], was->f[F_MODE], line, arg);
	sysv_changed_owner(name, "owner uid", now->f[F_UID], was->f[F_UID], line, arg);
	sysv_changed_owner(name, "group gid", now->f[F_GID], was->f[F_GID], line, arg);
}

static int remove_segment(long id)
{
	return shmctl((int)id, IPC_RMID, NULL);
}

const struct facility facility_shm = {
	.kind = KIND_SHM,
	.title = "shared memory",
	.field = fields,
	.each = shm_each,
	.look = shm_object,
	.created = created,
	.changed = changed,
	.state = shm_grid,
	.remove = remove_segment,
};
