/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `state`: everything there is, or a part of it, as tables.
 */
#include "base/grid.h"
#include "base/lang.h"
#include "base/str.h"
#include "ipc/signal.h"
#include "proc/settle.h"
#include "session/report.h"
#include "session/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GRIDS = 16 };

static const struct grid_column process_columns[] = {
	{ N_("name"), 0 },  { N_("pid"), GRID_RIGHT },  { N_("parent"), GRID_RIGHT },
	{ N_("state"), 0 }, { N_("doing"), GRID_WRAP },
};

const char *session_activity(const struct process *p)
{
	if (p->stopped)
		return N_("stopped");
	switch (p->act) {
	case ACT_IDLE:
		return N_("ready");
	case ACT_BUSY:
		return N_("running");
	case ACT_ASLEEP:
		return p->clock ? N_("asleep until the clock") : N_("asleep");
	case ACT_PROGRAM:
		return N_("another program");
	case ACT_ZOMBIE:
		return N_("zombie");
	default:
		return N_("gone");
	}
}

static void doing(struct session *s, const struct process *p, struct str *out)
{
	if (p->other)
		str_addf(out, _("as nobody%s"), p->act == ACT_ASLEEP || p->alarm ? _("; ") : "");
	if (p->act == ACT_ASLEEP && p->op == OP_CALL) {
		str_add(out, prims[p->call.prim]->name);
		if (prims[p->call.prim]->asleep) {
			str_add(out, _(": "));
			world_self(s, p);
			prims[p->call.prim]->asleep(out, &p->call, &s->world);
		}
	} else if (p->act == ACT_ASLEEP) {
		external_sleep(s, p, out);
	} else if (p->alarm) {
		str_add(out, _("an alarm is set (counted)"));
	}
}

static void set_mark(struct grid *g, int row, int column, char mark, long n)
{
	struct str text = STR_INIT;

	str_mark_num(&text, mark, n);
	grid_set(g, row, column, str_text(&text));
	str_free(&text);
}

struct programs {
	struct session *s;
	struct grid *g;
};

static void program_row(void *arg, pid_t pid, const struct seen *seen)
{
	struct programs *ps = arg;
	int row;

	if (procs_by_pid(&ps->s->procs, pid))
		return;
	row = grid_row(ps->g, -1);
	grid_set(ps->g, row, 0, _("(program)"));
	set_mark(ps->g, row, 1, 'p', pid);
	set_mark(ps->g, row, 2, 'p', seen->parent);
	grid_set(ps->g, row, 3,
		 seen->state == 'Z'   ? _("zombie")
		 : seen->state == 'T' ? _("stopped")
				      : _("asleep"));
}

static struct grid *process_grid(struct session *s, const struct process *only)
{
	struct grid *g = grid_new(_("processes"), process_columns, ARRAY_LEN(process_columns));
	struct programs ps = { s, g };

	for (int i = 0; i < s->procs.n; i++) {
		const struct process *p = s->procs.p[i];
		struct str text = STR_INIT;
		int row;

		if (only && p != only)
			continue;
		row = grid_row(g, -1);
		str_add(&text, p->name);
		if (p == s->current)
			str_mark(&text, '*', " *");
		grid_set(g, row, 0, str_text(&text));
		str_reset(&text);
		set_mark(g, row, 1, 'p', p->pid);
		set_mark(g, row, 2, 'p', p->parent);
		grid_set(g, row, 3, _(session_activity(p)));
		doing(s, p, &text);
		grid_set(g, row, 4, str_text(&text));
		str_free(&text);
	}
	if (!only && s->procs.programs)
		settle_programs(&s->procs, program_row, &ps);
	return g;
}

struct collect {
	struct grid *grid[GRIDS];
	int n;
};

static void add_grid(struct collect *c, struct grid *g)
{
	if (g && c->n < GRIDS)
		c->grid[c->n++] = g;
	else
		grid_free(g);
}

static bool any_id(void *arg, long id)
{
	(void)id;
	*(bool *)arg = true;
	return false;
}

/* Objects of one kind; without `always`, nothing where there are none. */
static void add_facility(struct session *s, struct collect *c, const struct facility *f,
			 const long *only, bool always)
{
	bool any = false;

	if (!always && f->each && !f->each(&s->world, any_id, &any) && !any)
		return;
	add_grid(c, f->state(&s->world, only, only ? 1 : 0));
}

static bool is(const char *s, const char *word, size_t len)
{
	return !strncmp(s, word, len) && !s[len];
}

static const struct facility *facility_named(const char *word, size_t len)
{
	static const char *const also[KIND_COUNT] = {
		[KIND_MSG] = "queues",
		[KIND_SHM] = "segments",
		[KIND_SEM] = "semaphores",
	};

	for (int i = 0; facilities[i]; i++) {
		const char *kind = kind_name(facilities[i]->kind);

		if (is(kind, word, len) || is(facilities[i]->title, word, len) ||
		    (also[facilities[i]->kind] && is(also[facilities[i]->kind], word, len)) ||
		    (len == strlen(kind) + 1 && word[len - 1] == 's' &&
		     !strncmp(kind, word, len - 1)))
			return facilities[i];
	}
	return NULL;
}

void session_refresh_ends(struct session *s)
{
	for (int i = 0; i < s->procs.n; i++)
		if (s->procs.p[i]->act < ACT_ZOMBIE)
			ends_refresh(s->ends, s->procs.proc, s->procs.p[i]->pid);
}

/* Only the rows that are about this process. */
static struct grid *only_process(struct grid *g, const char *name)
{
	int kept = 0;

	for (int i = 0; g && i < g->nrows; i++) {
		struct grid_row row = g->row[i];

		if (!row.cell[0] || !strcmp(row.cell[0], name))
			g->row[kept++] = row;
	}
	if (g)
		g->nrows = kept;
	return g;
}

static int add_named(struct session *s, struct collect *c, const char *word, size_t len,
		     char **cause)
{
	const struct process *p = procs_find(&s->procs, word, len);
	const struct facility *f = facility_named(word, len);
	const struct bound *b;
	long id;
	char kind[8];

	if (p) {
		add_grid(c, process_grid(s, p));
		world_self(s, p);
		add_grid(c, only_process(sigstate_grid(&s->world), p->name));
		return 0;
	}
	if (f) {
		add_facility(s, c, f, NULL, true);
		return 0;
	}
	if (is("signals", word, len)) {
		add_grid(c, sigstate_grid(&s->world));
		return 0;
	}
	if (is("processes", word, len)) {
		add_grid(c, process_grid(s, NULL));
		return 0;
	}
	b = names_find(&s->names, word, len, s->current ? s->current->pid : 0);
	if (b && facility_of(b->kind)) {
		add_facility(s, c, facility_of(b->kind), &b->value, true);
		return 0;
	}
	if (len < 40 && sscanf(word, "%7[a-z]:%ld", kind, &id) == 2 &&
	    facility_named(kind, strlen(kind))) {
		add_facility(s, c, facility_named(kind, strlen(kind)), &id, true);
		return 0;
	}
	return fail(cause,
		    _("%.*s: no such process, object or kind; try state, state msg, state main"),
		    (int)(len < 40 ? len : 40), word);
}

static void add_all(struct session *s, struct collect *c)
{
	add_grid(c, process_grid(s, NULL));
	for (int i = 0; facilities[i]; i++)
		add_facility(s, c, facilities[i], NULL, false);
	add_grid(c, sigstate_grid(&s->world));
}

/* The tables of word, or all. Who has collected frees them. */
static int collect(struct session *s, struct collect *c, const char *word, size_t len, char **cause)
{
	*c = (struct collect){ 0 };
	world_self(s, s->current);
	if (len)
		return add_named(s, c, word, len, cause);
	add_all(s, c);
	return 0;
}

static void drop(struct collect *c)
{
	for (int i = 0; i < c->n; i++)
		grid_free(c->grid[i]);
}

int session_state_for(struct session *s, const char *word, size_t len, struct sink *sink,
		      char **cause)
{
	struct collect c;
	struct event e = { .type = EV_STATE };
	bool local = lang_local(lang_is_local() && !sink->english);
	int r;

	session_refresh_ends(s);
	r = collect(s, &c, word, len, cause);
	e.grid = c.grid;
	e.ngrids = c.n;
	if (r == 0)
		sink->emit(sink, &e);
	drop(&c);
	lang_local(local);
	return r;
}

int session_state(struct session *s, const char *word, size_t len, char **cause)
{
	struct event e = { .type = EV_STATE };
	int r = 0;

	session_refresh_ends(s);
	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) {
		struct collect c;

		r = collect(s, &c, word, len, cause);
		e.grid = c.grid;
		e.ngrids = c.n;
		if (r == 0)
			session_emit(s, NULL, &e);
		drop(&c);
	}
	return r;
}
