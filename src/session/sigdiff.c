/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dispositions, masks and pending signals before and after a command that may change them.
 */
#include "ipc/signal.h"
#include "session/report.h"
#include "session/world.h"

#include <stdlib.h>
#include <string.h>

struct sigdiff {
	int n, cap;
	struct before {
		pid_t pid;
		struct sigstate state;
	} *p;
};

static bool read_state(struct session *s, const struct process *p, struct sigstate *st)
{
	struct peer peer = {.name = p->name, .pid = p->pid, .outer = p->outer};

	return p->act < ACT_PROGRAM && !sigstate_read(&s->world, &peer, st);
}

/* Whom the call is about: the caller, and whoever it names; a group or everybody: all. */
static bool concerns(const struct process *caller, const struct process *p)
{
	const struct prim *prim = prims[caller->call.prim];

	if (p == caller)
		return true;
	if (!(prim->flags & PRIM_SIGNALS))
		return false;
	for (int i = 0; i < prim_nparams(prim); i++) {
		long pid = caller->call.arg[i].num;

		if (prim->param[i].type->kind == KIND_PID && (pid == p->pid || pid <= 0))
			return true;
	}
	return false;
}

struct sigdiff *sigdiff_before(struct session *s, const struct process *caller)
{
	struct sigdiff *d;

	if (!s->diff || !(prims[caller->call.prim]->flags & (PRIM_SIGNALS | PRIM_SIGSTATE)))
		return NULL;
	d = xcalloc(1, sizeof(*d));
	for (int i = 0; i < s->procs.n; i++) {
		struct process *p = s->procs.p[i];
		struct before b = {.pid = p->pid};

		if (!concerns(caller, p) || !read_state(s, p, &b.state))
			continue;
		GROW(d->p, d->n, d->cap);
		d->p[d->n++] = b;
	}
	return d;
}

struct telling {
	struct session *s;
	struct process *p;
};

static void tell(void *arg, const char *subject, const char *text)
{
	struct telling *t = arg;
	struct event e = {.type = EV_PROCESS, .change = PROCESS_CHANGED, .nnotes = 1};

	(void)subject;
	e.note = &text;
	session_emit(t->s, t->p, &e);
}

void sigdiff_after(struct session *s, struct sigdiff *d)
{
	if (!d)
		return;
	for (int i = 0; i < d->n; i++) {
		struct telling t = {s, procs_by_pid(&s->procs, d->p[i].pid)};
		struct sigstate now;

		if (t.p && read_state(s, t.p, &now))
			sigstate_changes(t.p->name, &now, &d->p[i].state, tell, &t);
	}
	free(d->p);
	free(d);
}
