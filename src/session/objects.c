/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/objects.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { REMOVED = -1 };

void objects_release(struct objects *os)
{
	for (int i = 0; i < os->n; i++) {
		object_release(&os->t[i]->last);
		free(os->t[i]);
	}
	free(os->t);
	free(os->slot);
	free(os->touched);
	*os = (struct objects){ 0 };
}

static unsigned hash(enum kind kind, long id)
{
	unsigned long h =
		(unsigned long)id * 0x9e3779b97f4a7c15UL + (unsigned long)kind * 0x85ebca6bUL;

	return (unsigned)(h >> 32);
}

static int find(const struct objects *os, enum kind kind, long id, unsigned *where)
{
	unsigned at = hash(kind, id);

	if (!os->nslots)
		return -1;
	for (int i; (i = os->slot[at % (unsigned)os->nslots]); at++) {
		if (i == REMOVED)
			continue;
		if (os->t[i - 1]->last.kind == kind && os->t[i - 1]->last.id == id) {
			*where = at % (unsigned)os->nslots;
			return i - 1;
		}
	}
	return -1;
}

static void put(struct objects *os, int index)
{
	unsigned at = hash(os->t[index]->last.kind, os->t[index]->last.id);

	while (os->slot[at % (unsigned)os->nslots] > 0)
		at++;
	if (!os->slot[at % (unsigned)os->nslots])
		os->nused++;
	os->slot[at % (unsigned)os->nslots] = index + 1;
}

static struct tracked *track(struct objects *os, enum kind kind, long id)
{
	struct tracked *t = xcalloc(1, sizeof(*t));

	t->last.kind = kind;
	t->last.id = id;
	GROW(os->t, os->n, os->cap);
	os->t[os->n++] = t;
	if (os->nused * 2 + 64 > os->nslots) {
		os->nslots = os->n * 4 > 256 ? os->n * 4 : 256;
		free(os->slot);
		os->slot = xcalloc((size_t)os->nslots, sizeof(*os->slot));
		os->nused = 0;
		for (int i = 0; i < os->n; i++)
			put(os, i);
	} else {
		put(os, os->n - 1);
	}
	return t;
}

/* The last one takes its place, so indices stay dense. */
static void untrack(struct objects *os, int index)
{
	struct tracked *gone = os->t[index];
	unsigned where;

	find(os, gone->last.kind, gone->last.id, &where);
	os->slot[where] = REMOVED;
	if (index != os->n - 1) {
		struct tracked *last = os->t[os->n - 1];

		find(os, last->last.kind, last->last.id, &where);
		os->slot[where] = index + 1;
		os->t[index] = last;
	}
	os->n--;
	object_release(&gone->last);
	free(gone);
}

const struct object *objects_find(const struct objects *os, enum kind kind, long id)
{
	unsigned where;
	int i = find(os, kind, id, &where);

	return i < 0 || os->t[i]->touched ? NULL : &os->t[i]->last;
}

/* A touched object that is new has no f[] yet: its `seen` says so until the diff. */
void objects_touch(struct objects *os, enum kind kind, long id)
{
	unsigned where;
	int i = find(os, kind, id, &where);
	bool is_new = i < 0;

	if (is_new) {
		track(os, kind, id);
		i = os->n - 1;
		os->t[i]->last.nvalues = -1;
	}
	if (os->t[i]->touched)
		return;
	os->t[i]->touched = true;
	GROW(os->touched, os->ntouched, os->touched_cap);
	os->touched[os->ntouched++] = i;
}

static bool touch_one(void *arg, long id)
{
	struct {
		struct objects *os;
		enum kind kind;
	} *all = arg;

	objects_touch(all->os, all->kind, id);
	return true;
}

void objects_touch_all(struct objects *os, enum kind kind, const struct world *w)
{
	const struct facility *f = facility_of(kind);
	struct {
		struct objects *os;
		enum kind kind;
	} all = { os, kind };

	for (int i = 0; i < os->n; i++)
		if (os->t[i]->last.kind == kind)
			objects_touch(os, kind, os->t[i]->last.id);
	if (f && f->each)
		f->each(w, touch_one, &all);
}

void objects_know(struct objects *os, enum kind kind, long id, const struct world *w)
{
	const struct facility *f = facility_of(kind);
	struct object now = { .kind = kind, .id = id };
	unsigned where;

	if (find(os, kind, id, &where) >= 0 || !f || f->look(w, id, &now))
		return;
	track(os, kind, id)->last = now;
}

struct knowing {
	struct objects *os;
	enum kind kind;
	const struct world *w;
};

static bool know_one(void *arg, long id)
{
	struct knowing *k = arg;

	objects_know(k->os, k->kind, id, k->w);
	return true;
}

void objects_know_all(struct objects *os, enum kind kind, const struct world *w)
{
	struct knowing all = { os, kind, w };
	const struct facility *f = facility_of(kind);

	if (f && f->each)
		f->each(w, know_one, &all);
}

bool objects_is_known(const struct objects *os, enum kind kind, long id)
{
	unsigned where;
	int i = find(os, kind, id, &where);

	return i >= 0 && os->t[i]->last.nvalues >= 0;
}

bool objects_was_removed(const struct objects *os, enum kind kind, long id)
{
	for (unsigned i = 0; i < os->ngone && i < OBJECTS_GONE; i++)
		if (os->gone[i].kind == kind && os->gone[i].id == id)
			return true;
	return false;
}

static bool same(const struct object *a, const struct object *b)
{
	return !memcmp(a->f, b->f, sizeof(a->f)) && a->nvalues == b->nvalues &&
	       (a->nvalues <= 0 ||
		!memcmp(a->value, b->value, (size_t)a->nvalues * sizeof(*a->value))) &&
	       !strcmp(a->text ? a->text : "", b->text ? b->text : "");
}

/* Looks at touched object t; true if it is gone (or never was). */
static bool look_again(struct objects *os, struct tracked *t, const struct world *w,
		       objects_told *tell, void *arg)
{
	const struct facility *f = facility_of(t->last.kind);
	struct object now = { .kind = t->last.kind, .id = t->last.id };
	bool is_new = t->last.nvalues < 0;

	t->touched = false;
	if (!f || f->look(w, t->last.id, &now)) {
		object_release(&now);
		if (!is_new) {
			os->gone[os->ngone % OBJECTS_GONE].kind = t->last.kind;
			os->gone[os->ngone++ % OBJECTS_GONE].id = t->last.id;
			tell(arg, f, NULL, &t->last);
		}
		return true;
	}
	if (is_new)
		tell(arg, f, &now, NULL);
	else if (!same(&now, &t->last))
		tell(arg, f, &now, &t->last);
	object_release(&t->last);
	t->last = now;
	return false;
}

void objects_diff(struct objects *os, const struct world *w, objects_told *tell, void *arg)
{
	struct tracked **gone = NULL;
	int ngone = 0, cap = 0;

	for (int i = 0; i < os->ntouched; i++) {
		struct tracked *t = os->t[os->touched[i]];

		if (look_again(os, t, w, tell, arg)) {
			GROW(gone, ngone, cap);
			gone[ngone++] = t;
		}
	}
	os->ntouched = 0;
	for (int i = 0; i < ngone; i++) {
		unsigned where;

		untrack(os, find(os, gone[i]->last.kind, gone[i]->last.id, &where));
	}
	free(gone);
}
