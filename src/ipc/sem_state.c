/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Semaphore sets as objects: what is told of a new one, the diff, removal.  They are read by
 * sem_look.c, and their table in `state` is sem_grid.c's matter.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/sem_object.h"
#include "ipc/sysv.h"

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

static void sem_created(struct str *out, const struct object *now, const struct world *w)
{
	(void)w;
	sysv_count(out, now->f[F_NSEMS], N_("semaphore"));
	str_add(out, "  ");
	format_mode(out, (unsigned)now->f[F_MODE]);
	if (!now->value) {
		str_add(out, _("  values may not be read"));
		return;
	}
	str_add(out, now->nvalues == 1 ? _("  value") : _("  values"));
	for (int k = 0; k < now->nvalues && k < SEM_VALUES_SHOWN; k++)
		str_addf(out, " %u", now->value[k]);
	if (now->nvalues > SEM_VALUES_SHOWN)
		str_add(out, " ...");
}

static void value_line(struct str *text, const struct object *now, const struct object *was,
		       const struct world *w, int k)
{
	struct str undo = STR_INIT;

	str_addf(text, _("%u (was %u)"), now->value[k], was->value[k]);
	sem_list_undo(&undo, w, now->id, k);
	if (undo.len)
		str_addf(text, _("   undo: %s (counted)"), str_text(&undo));
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
		str_add(&text, _("the values of "));
		sysv_count(&text, more, N_("more semaphore"));
		line(arg, str_text(&name), str_text(&text));
	}
	sysv_changed_mode(str_text(&name), now->f[F_MODE], was->f[F_MODE], line, arg);
	sysv_changed_owner(str_text(&name), _("uid"), now->f[F_UID], was->f[F_UID], line, arg);
	sysv_changed_owner(str_text(&name), _("gid"), now->f[F_GID], was->f[F_GID], line, arg);
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
	.title = N_("semaphore sets"),
	.field = fields,
	.each = sem_each,
	.look = sem_look,
	.created = sem_created,
	.changed = sem_changed,
	.state = sem_grid,
	.remove = sem_remove,
};
