/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Semaphore sets as they are in the kernel: listing, reading one, its part of the diff, its table in
 * `state`, removal.  Names of waiters and pending undo come from the session (counted), all else
 * from semctl(2).  Runs in the shell and disturbs nobody.
 */
#include "base/grid.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/sem.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { F_KEY, F_UID, F_GID, F_MODE, F_NSEMS, F_OTIME, F_CTIME, F_DENIED };

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

enum {
	VALUES_SHOWN = 16, /* of a new set */
	LINES = 6,         /* of a diff; the rest is counted */
	SETS_WHOLE = 256,  /* more than this are listed without waiters, last pids and times */
};

/* Calls fn for every set until it returns false; what the listing read is handed on. */
static int scan(bool (*fn)(void *arg, long id, const struct semid_ds *ds), void *arg)
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
	return scan(pass_id, &ids);
}

static int fill(struct object *o, long id, const struct semid_ds *ds)
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
	return sem_stat(id, &ds) ? -1 : fill(o, id, &ds);
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
	for (int k = 0; k < now->nvalues && k < VALUES_SHOWN; k++)
		str_addf(out, " %u", now->value[k]);
	if (now->nvalues > VALUES_SHOWN)
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

/* "B +1 C -2", or nothing. */
static void list_undo(struct str *out, const struct world *w, long id, int num)
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
	list_undo(&undo, w, now->id, k);
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

/* -- state ------------------------------------------------------------------------------------ */

enum {
	C_NAME,
	C_ID,
	C_KEY,
	C_OWNER,
	C_MODE,
	C_VALUE,
	C_MORE,
	C_ZERO,
	C_LAST,
	C_UNDO,
	C_OTIME,
	C_CTIME
};

static const struct grid_column columns[] = {
	[C_NAME] = { "set", GRID_TREE },
	[C_ID] = { "id", GRID_RIGHT },
	[C_KEY] = { "key", 0 },
	[C_OWNER] = { "owner", 0 },
	[C_MODE] = { "mode", 0 },
	[C_VALUE] = { "value", GRID_RIGHT },
	[C_MORE] = { "want more", GRID_WRAP },
	[C_ZERO] = { "want 0", GRID_WRAP },
	[C_LAST] = { "last", 0 },
	[C_UNDO] = { "undo (counted)", GRID_WRAP },
	[C_OTIME] = { "semop", 0 },
	[C_CTIME] = { "changed", 0 },
};

/* A process asleep in the set that is being listed, and the operation that it cannot do. */
struct waiter {
	const char *name;
	const struct call *call;
	long since;
	long set;
	int num; /* the semaphore, or -1 */
	bool zero;
};

struct listing {
	const struct world *w;
	struct grid *grid;
	struct waiter *waiter;
	int nwaiters, waitercap;
	bool whole;
};

static bool add_waiter(void *arg, const struct peer *p)
{
	struct listing *l = arg;

	if (p->call && !p->stopped && sem_sleeps(p->call)) {
		GROW(l->waiter, l->nwaiters, l->waitercap);
		l->waiter[l->nwaiters++] = (struct waiter){ p->name,  p->call,
							    p->since, p->call->arg[0].num,
							    -1,       false };
	}
	return true;
}

static int by_turn(const void *a, const void *b)
{
	const struct waiter *x = a, *y = b;

	return (x->since > y->since) - (x->since < y->since);
}

/* On which semaphore each of the set's waiters is held up. */
static void place_waiters(struct listing *l, const struct object *o)
{
	for (int k = 0; k < l->nwaiters; k++) {
		struct waiter *wt = &l->waiter[k];
		struct sem_trial t;
		const struct sembuf *op;
		size_t n;

		op = wt->set == o->id ? sem_ops(wt->call, &n) : NULL;
		wt->num = -1;
		if (!op || !o->value)
			continue;
		t = sem_try(op, n, o->value, o->nvalues);
		if (t.verdict == SEM_SHORT || t.verdict == SEM_FULL) {
			wt->num = op[t.at].sem_num;
			wt->zero = t.verdict == SEM_FULL;
		}
	}
}

/* "2: A B": the kernel's count, the session's names; nothing for 0. */
static void set_waiters(const struct listing *l, int row, int column, long id, int num, bool zero)
{
	int n = semctl((int)id, num, zero ? GETZCNT : GETNCNT);
	struct str text = STR_INIT;

	if (n > 0) {
		str_addf(&text, "%d:", n);
		for (int k = 0; k < l->nwaiters; k++)
			if (l->waiter[k].set == id && l->waiter[k].num == num &&
			    l->waiter[k].zero == zero) {
				str_addf(&text, " %s", l->waiter[k].name);
				n--;
			}
		if (n > 0)
			str_addf(&text, " +%d outside", n);
		grid_set(l->grid, row, column, str_text(&text));
	}
	str_free(&text);
}

static void set_semaphore(const struct listing *l, int parent, const struct object *o, int num)
{
	struct str text = STR_INIT;
	int row = grid_row(l->grid, parent), pid;

	sem_say(&text, l->w, o->id, (unsigned)num);
	grid_set(l->grid, row, C_NAME, str_text(&text));
	grid_setf(l->grid, row, C_VALUE, "%u", o->value[num]);
	set_waiters(l, row, C_MORE, o->id, num, false);
	set_waiters(l, row, C_ZERO, o->id, num, true);
	pid = semctl((int)o->id, num, GETPID);
	if (pid > 0)
		grid_set(l->grid, row, C_LAST, sysv_who(l->w, pid));
	str_reset(&text);
	list_undo(&text, l->w, o->id, num);
	if (text.len)
		grid_set(l->grid, row, C_UNDO, str_text(&text));
	str_free(&text);
}

/* Sets a cell to what add() adds. */
#define CELL(g, row, column, text, add)                                                            \
	do {                                                                                       \
		str_reset(text);                                                                   \
		add;                                                                               \
		grid_set(g, row, column, str_text(text));                                          \
	} while (0)

static void set_set(struct listing *l, const struct object *o)
{
	struct str text = STR_INIT;
	struct grid *g = l->grid;
	int row = grid_row(g, -1);

	grid_set(g, row, C_NAME, l->w->name(l->w->ctx, KIND_SEM, o->id));
	CELL(g, row, C_ID, &text, str_mark_num(&text, kind_mark(KIND_SEM), o->id));
	CELL(g, row, C_KEY, &text, sysv_key(&text, (key_t)o->f[F_KEY]));
	CELL(g, row, C_OWNER, &text, sysv_owner(&text, (unsigned)o->f[F_UID]));
	CELL(g, row, C_MODE, &text, format_mode(&text, (unsigned)o->f[F_MODE]));
	if (l->whole) { /* the calendar would cost more than all the rest */
		CELL(g, row, C_OTIME, &text, sysv_time(&text, o->f[F_OTIME]));
		CELL(g, row, C_CTIME, &text, sysv_time(&text, o->f[F_CTIME]));
	}
	if (!o->value) {
		CELL(g, row, C_VALUE, &text, sysv_count(&text, o->f[F_NSEMS], "semaphore"));
		grid_note(g, "? %s: no permission to read its values",
			  l->w->name(l->w->ctx, KIND_SEM, o->id));
	} else if (l->whole) {
		place_waiters(l, o);
		for (int k = 0; k < o->nvalues; k++)
			set_semaphore(l, row, o, k);
	} else {
		str_reset(&text);
		for (int k = 0; k < o->nvalues && k < VALUES_SHOWN; k++) {
			if (k)
				str_addc(&text, ' ');
			str_num(&text, o->value[k]);
		}
		if (o->nvalues > VALUES_SHOWN)
			str_add(&text, " ...");
		grid_set(g, row, C_VALUE, str_text(&text));
	}
	str_free(&text);
}

static bool list(void *arg, long id, const struct semid_ds *ds)
{
	struct object o = { 0 };

	if (fill(&o, id, ds) == 0)
		set_set(arg, &o);
	free(o.value);
	return true;
}

static bool few_sets(void)
{
	struct seminfo info;
	union semun u = { .info = &info };

	return semctl(0, 0, SEM_INFO, u) != -1 && info.semusz <= SETS_WHOLE;
}

static struct grid *sem_state(const struct world *w, const long *only, int nonly)
{
	struct listing l = { .w = w,
			     .grid = grid_new("semaphore sets", columns, ARRAY_LEN(columns)) };
	struct semid_ds ds;

	l.whole = nonly || few_sets();
	if (w->peers && l.whole)
		w->peers(w->ctx, add_waiter, &l);
	if (l.nwaiters) /* as they are queued: equal ones are served in this order */
		qsort(l.waiter, (size_t)l.nwaiters, sizeof(*l.waiter), by_turn);
	if (!nonly && scan(list, &l))
		grid_note(l.grid, "the kernel does not list semaphore sets: %s", strerror(errno));
	for (int k = 0; k < nonly; k++)
		if (sem_stat(only[k], &ds) == 0)
			list(&l, only[k], &ds);
	if (!l.whole)
		grid_note(
			l.grid,
			"more than %d sets: name one (state NAME) to see who waits in it, and when it changed",
			SETS_WHOLE);
	free(l.waiter);
	return l.grid;
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
	.state = sem_state,
	.remove = sem_remove,
};
