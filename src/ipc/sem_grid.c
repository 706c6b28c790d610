/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `state` of semaphore sets: a row a set, and below it one a semaphore, with its value, who waits
 * for what, who changed it last and what would be undone.  Names of waiters and pending undo come
 * from the session (counted), all else from semctl(2).  Runs in the shell and disturbs nobody.
 */
#include "base/grid.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/fold.h"
#include "ipc/sem_object.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SETS_WHOLE = 256 }; /* more than this are listed without waiters, last pids and times */

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
	[C_NAME] = { N_("set"), GRID_TREE },
	[C_ID] = { N_("id"), GRID_RIGHT },
	[C_KEY] = { N_("key"), 0 },
	[C_OWNER] = { N_("owner"), 0 },
	[C_MODE] = { N_("mode"), 0 },
	[C_VALUE] = { N_("value"), GRID_RIGHT },
	[C_MORE] = { N_("want more"), GRID_WRAP },
	[C_ZERO] = { N_("want 0"), GRID_WRAP },
	[C_LAST] = { N_("last"), 0 },
	[C_UNDO] = { N_("undo (counted)"), GRID_WRAP },
	[C_OTIME] = { N_("semop"), 0 },
	[C_CTIME] = { N_("changed"), 0 },
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
	struct fold fold;
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
			str_addf(&text, _(" +%d outside"), n);
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
		grid_set(l->grid, row, C_LAST, sysv_who(l->w, pid, KIND_SEM, o->id, num));
	str_reset(&text);
	sem_list_undo(&text, l->w, o->id, num);
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
		str_reset(&text);
		sysv_count(&text, o->f[F_NSEMS], N_("semaphore"));
		grid_setf(g, row, C_VALUE, _("? %s: may not be read"), str_text(&text));
	} else if (l->whole) {
		place_waiters(l, o);
		for (int k = 0; k < o->nvalues; k++)
			set_semaphore(l, row, o, k);
	} else {
		str_reset(&text);
		for (int k = 0; k < o->nvalues && k < SEM_VALUES_SHOWN; k++) {
			if (k)
				str_addc(&text, ' ');
			str_num(&text, o->value[k]);
		}
		if (o->nvalues > SEM_VALUES_SHOWN)
			str_add(&text, " ...");
		grid_set(g, row, C_VALUE, str_text(&text));
	}
	str_free(&text);
}

static bool list(void *arg, long id, const struct semid_ds *ds)
{
	struct listing *l = arg;
	struct object o = { 0 };

	sem_fields(&o, id, ds); /* without the values: they would take a call each */
	if (!l->whole && fold_in(&l->fold, &o))
		return true;
	fold_row(&l->fold, l->grid, C_NAME, C_MORE);
	if (sem_object(&o, id, ds) == 0)
		set_set(arg, &o);
	free(o.value);
	return true;
}

struct grid *sem_grid(const struct world *w, const long *only, int nonly)
{
	struct listing l = { .w = w,
			     .grid = grid_new(_("semaphore sets"), columns, ARRAY_LEN(columns)) };
	struct semid_ds ds;

	l.fold = (struct fold){ .w = w, .kind = KIND_SEM, .nfields = F_CTIME, .all = sem_count() };
	l.whole = nonly || l.fold.all <= SETS_WHOLE;
	if (w->peers && l.whole)
		w->peers(w->ctx, add_waiter, &l);
	if (l.nwaiters) /* as they are queued: equal ones are served in this order */
		qsort(l.waiter, (size_t)l.nwaiters, sizeof(*l.waiter), by_turn);
	if (!nonly && sem_scan(list, &l))
		grid_note(l.grid, _("the kernel does not list semaphore sets: %s"),
			  strerror(errno));
	for (int k = 0; k < nonly; k++)
		if (sem_stat(only[k], &ds) == 0)
			list(&l, only[k], &ds);
	fold_row(&l.fold, l.grid, C_NAME, C_MORE);
	if (!l.whole)
		grid_note(
			l.grid,
			_("more than %d sets: name one (state NAME) to see who waits in it, and when it "
			  "changed; of those left out the values were not read"),
			SETS_WHOLE);
	free(l.waiter);
	return l.grid;
}
