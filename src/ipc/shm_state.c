/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Segments as objects: what is told of a new one, the diff, removal.  They are read by shm_look.c,
 * and their table in `state` is shm_grid.c's matter.  Runs in the shell.
 */
#include "base/lang.h"
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

static void created(struct str *out, const struct object *now, const struct world *w)
{
	(void)w;
	sysv_count(out, now->f[F_SIZE], N_("byte"));
	str_add(out, "  ");
	format_mode(out, (unsigned)now->f[F_MODE]);
	str_add(out, _("  key "));
	sysv_key(out, (key_t)now->f[F_KEY]);
}

static void changed_attached(struct str *text, const struct object *now, const struct object *was,
			     const struct world *w)
{
	struct shm_attaches list = { 0 };

	str_add(text, _("attached "));
	sysv_count(text, now->f[F_NATTCH], N_("time"));
	str_addf(text, _(" (was %ld)"), was->f[F_NATTCH]);
	if (now->f[F_NATTCH]) {
		shm_attaches_read(&list, w, now->id, false);
		if (list.n) {
			str_add(text, _(": "));
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
		str_add(&text, _("dest: goes with its last detach"));
		if (was->f[F_KEY] != now->f[F_KEY]) {
			str_add(&text, _("; key IPC_PRIVATE (was "));
			sysv_key(&text, (key_t)was->f[F_KEY]);
			str_addc(&text, ')');
		}
		line(arg, name, str_text(&text));
	}
	if (now->f[F_LOCKED] != was->f[F_LOCKED])
		line(arg, name, now->f[F_LOCKED] ? _("locked in memory") : _("unlocked"));
	str_free(&text);
	sysv_changed_mode(name, now->f[F_MODE], was->f[F_MODE], line, arg);
	sysv_changed_owner(name, _("owner uid"), now->f[F_UID], was->f[F_UID], line, arg);
	sysv_changed_owner(name, _("group gid"), now->f[F_GID], was->f[F_GID], line, arg);
}

static int remove_segment(long id)
{
	return shmctl((int)id, IPC_RMID, NULL);
}

const struct facility facility_shm = {
	.kind = KIND_SHM,
	.title = N_("shared memory"),
	.field = fields,
	.each = shm_each,
	.look = shm_object,
	.created = created,
	.changed = changed,
	.state = shm_grid,
	.remove = remove_segment,
};
