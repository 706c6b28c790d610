/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `state` of message queues: a row each, and below it what is inside, who sleeps there, who sent
 * and who took last.  Contents are copied (MSG_COPY), never taken.  Runs in the shell.
 */
#include "base/grid.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/fold.h"
#include "ipc/msg_object.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

enum { C_NAME, C_ID, C_MESSAGES, C_BYTES, C_KEY, C_OWNER, C_MODE, C_MAX, C_DETAILS, COLUMNS };

/* A queue's key, owner, mode and limit stand in its details, in words: 80 columns must do. */
static const struct grid_column columns[COLUMNS] = {
	[C_NAME] = { N_("queue"), GRID_TREE },
	[C_ID] = { N_("id"), GRID_RIGHT },
	[C_MESSAGES] = { N_("messages"), GRID_RIGHT },
	[C_BYTES] = { N_("bytes"), GRID_RIGHT },
	[C_KEY] = { N_("key"), GRID_DATA },
	[C_OWNER] = { N_("owner"), GRID_DATA },
	[C_MODE] = { N_("mode"), GRID_DATA },
	[C_MAX] = { N_("max"), GRID_RIGHT | GRID_DATA },
	[C_DETAILS] = { N_("details"), GRID_WRAP },
};

enum { SHOWN_MESSAGES = 100, SHOWN_BYTES = 36 };

struct sleeper {
	char *name;
	pid_t pid;
	long since;
	bool sends;
	long id, type, size;
	int flags;
};

struct table {
	const struct world *w;
	const long *only;
	int nonly;
	struct grid *g;
	struct str cell;
	struct sleeper *sleeper;
	int nsleepers, cap;
	int refused; /* errno of a look inside, or 0 */
	struct fold fold;
};

static bool add_sleeper(void *arg, const struct peer *p)
{
	struct table *t = arg;
	const struct prim *prim = p->call && p->asleep ? prims[p->call->prim] : NULL;
	bool sends = prim && prim->sleeps[0] == SYS_msgsnd,
	     takes = prim && prim->sleeps[0] == SYS_msgrcv;
	struct sleeper *s;

	if (!sends && !takes)
		return true;
	GROW(t->sleeper, t->nsleepers, t->cap);
	s = &t->sleeper[t->nsleepers++];
	*s = (struct sleeper){ xstrdup(p->name),
			       p->pid,
			       p->since,
			       sends,
			       p->call->arg[0].num,
			       p->call->arg[sends ? SND_TYPE : RCV_TYPE].num,
			       p->call->arg[sends ? SND_SIZE : RCV_SIZE].num,
			       (int)p->call->arg[sends ? SND_FLAGS : RCV_FLAGS].num };
	return true;
}

static int by_since(const void *a, const void *b)
{
	const struct sleeper *x = a, *y = b;

	return (x->since > y->since) - (x->since < y->since);
}

/* Moves the cell's text into the table. */
static void put(struct table *t, int row, int column)
{
	grid_set(t->g, row, column, str_text(&t->cell));
	str_reset(&t->cell);
}

static void put_num(struct table *t, int row, int column, long n)
{
	str_num(&t->cell, n);
	put(t, row, column);
}

static void add_messages(struct table *t, int row, const struct object *o)
{
	struct msg_seen seen = { 0 };
	int sub;

	for (; seen.ordinal < SHOWN_MESSAGES && seen.ordinal < o->f[F_QNUM]; seen.ordinal++) {
		if (msg_look(o->id, &seen)) {
			t->refused = errno == ENOMSG || errno == EINVAL || errno == EIDRM
					     ? t->refused
					     : errno;
			return;
		}
		sub = grid_row(t->g, row);
		str_addf(&t->cell, "[%ld]", seen.ordinal);
		put(t, sub, C_NAME);
		str_addf(&t->cell, _("type %ld"), seen.type);
		put(t, sub, C_MESSAGES);
		put_num(t, sub, C_BYTES, (long)seen.size);
		str_quote(&t->cell, seen.text, seen.size, SHOWN_BYTES);
		put(t, sub, C_DETAILS);
	}
	if (o->f[F_QNUM] > SHOWN_MESSAGES) {
		sub = grid_row(t->g, row);
		grid_set(t->g, sub, C_NAME, "...");
		str_addf(&t->cell, _("%ld more"), o->f[F_QNUM] - SHOWN_MESSAGES);
		put(t, sub, C_MESSAGES);
	}
}

static void add_waiting(struct table *t, int row, long id)
{
	for (int i = 0; i < t->nsleepers; i++) {
		const struct sleeper *s = &t->sleeper[i];
		int sub;

		if (s->id != id)
			continue;
		sub = grid_row(t->g, row);
		str_clean(&t->cell, s->name, strlen(s->name));
		put(t, sub, C_NAME);
		if (s->sends) {
			str_addf(&t->cell, _("sleeps in msgsnd: type %ld, "), s->type);
			sysv_count(&t->cell, s->size, N_("byte"));
		} else {
			str_add(&t->cell, _("sleeps in msgrcv: wants "));
			msg_add_wanted(&t->cell, s->type, s->flags);
		}
		put(t, sub, C_DETAILS);
	}
}

static void add_last(struct table *t, int row, const struct object *o, bool taken)
{
	time_t when = o->f[taken ? F_RTIME : F_STIME];
	pid_t pid = (pid_t)o->f[taken ? F_LRPID : F_LSPID];
	int sub;

	if (!when)
		return;
	sub = grid_row(t->g, row);
	grid_set(t->g, sub, C_NAME, taken ? _("taken") : _("sent"));
	str_addf(&t->cell, _("by %s at "), sysv_who(t->w, pid, KIND_MSG, o->id, taken));
	sysv_time(&t->cell, when);
	put(t, sub, C_DETAILS);
}

static void add_details(struct table *t, int row, const struct object *o)
{
	sysv_key(&t->cell, (key_t)o->f[F_KEY]);
	put(t, row, C_KEY);
	sysv_owner(&t->cell, (unsigned)o->f[F_UID]);
	put(t, row, C_OWNER);
	format_mode(&t->cell, (unsigned)o->f[F_MODE] & 0777);
	put(t, row, C_MODE);
	put_num(t, row, C_MAX, o->f[F_QBYTES]);
	str_addf(&t->cell, _("max %ld  "), o->f[F_QBYTES]);
	format_mode(&t->cell, (unsigned)o->f[F_MODE] & 0777);
	str_add(&t->cell, "  ");
	sysv_owner(&t->cell, (unsigned)o->f[F_UID]);
	str_add(&t->cell, _("  key "));
	sysv_key(&t->cell, (key_t)o->f[F_KEY]);
	put(t, row, C_DETAILS);
}

static bool add_queue(void *arg, long id)
{
	struct table *t = arg;
	struct object o = { 0 };
	int row;

	if (!state_wants(t->only, t->nonly, id) || msg_object(t->w, id, &o))
		return true;
	if (!o.f[F_QNUM] && !t->nsleepers && fold_in(&t->fold, &o))
		return true;
	fold_row(&t->fold, t->g, C_NAME, C_DETAILS);
	row = grid_row(t->g, -1);
	grid_set(t->g, row, C_NAME, t->w->name(t->w->ctx, KIND_MSG, id));
	str_mark_num(&t->cell, 'q', id);
	put(t, row, C_ID);
	put_num(t, row, C_MESSAGES, o.f[F_QNUM]);
	put_num(t, row, C_BYTES, o.f[F_CBYTES]);
	add_details(t, row, &o);
	add_messages(t, row, &o);
	add_waiting(t, row, id);
	add_last(t, row, &o, false);
	add_last(t, row, &o, true);
	return true;
}

struct grid *msg_grid(const struct world *w, const long *only, int nonly)
{
	struct table t = { .w = w, .only = only, .nonly = nonly };

	t.fold = (struct fold){ .w = w, .kind = KIND_MSG, .nfields = F_CTIME, .all = msg_count() };
	t.g = grid_new(_("message queues"), columns, COLUMNS);
	if (w->peers)
		w->peers(w->ctx, add_sleeper, &t);
	if (t.nsleepers)
		qsort(t.sleeper, (size_t)t.nsleepers, sizeof(*t.sleeper), by_since);
	if (nonly == 1)
		add_queue(&t, only[0]);
	else if (msg_each(w, add_queue, &t))
		grid_note(t.g, _("the kernel does not list the queues: %s"), strerror(errno));
	fold_row(&t.fold, t.g, C_NAME, C_DETAILS);
	if (t.refused == ENOSYS)
		grid_note(t.g, _("messages cannot be shown: this kernel has no MSG_COPY "
				 "(CONFIG_CHECKPOINT_RESTORE)"));
	else if (t.refused)
		grid_note(t.g,
			  _("some messages cannot be shown: %s (reading them takes the queue's r)"),
			  strerror(t.refused));
	for (int i = 0; i < t.nsleepers; i++)
		free(t.sleeper[i].name);
	free(t.sleeper);
	str_free(&t.cell);
	return t.g;
}
