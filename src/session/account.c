/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a command may have changed: names that are bound, counts that the shell keeps, and the
 * objects that the diff has to look at again.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/signal.h"
#include "proc/settle.h"
#include "session/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_sysv(enum kind kind)
{
	return kind == KIND_MSG || kind == KIND_SHM || kind == KIND_SEM;
}

static void touch_pipe(struct session *s, const struct end *end)
{
	if (end)
		objects_touch(&s->objects, end->fifo ? KIND_FIFO : KIND_PIPE, (long)end->inode);
}

struct touching {
	struct session *s;
	pid_t pid;
};

static bool touch_end(void *arg, pid_t pid, const struct end *end)
{
	struct touching *t = arg;

	if (pid == t->pid)
		touch_pipe(t->s, end);
	return true;
}

/* The pipes that pid holds ends of: those it held and those it holds now. */
static void touch_ends(struct session *s, pid_t pid, bool gone)
{
	struct touching t = { s, pid };

	ends_each(s->ends, 0, touch_end, &t);
	if (gone)
		ends_drop(s->ends, pid);
	else if (!ends_refresh(s->ends, s->procs.proc, pid))
		ends_each(s->ends, 0, touch_end, &t);
}

static void touch_arguments(struct session *s, const struct process *p)
{
	const struct prim *prim = prims[p->call.prim];

	for (int i = 0; i < prim_nparams(prim); i++) {
		enum kind kind = prim->param[i].type->kind;

		if (is_sysv(kind))
			objects_touch(&s->objects, kind, p->call.arg[i].num);
		else if (kind == KIND_FD && prim->flags & PRIM_PIPE)
			touch_pipe(s, ends_find(s->ends, p->pid, (int)p->call.arg[i].num));
	}
}

static void touch_segment(void *arg, long shmid)
{
	objects_touch(&((struct session *)arg)->objects, KIND_SHM, shmid);
}

/* Binds "q" to the result, or "r w", "t text" to what came with it. */
static void bind(struct session *s, struct process *p)
{
	const struct prim *prim = prims[p->call.prim];
	struct given g = { { p->call.ret }, { prim->binds, KIND_INT }, NULL, 0 };
	char *save = NULL, *name[2] = { p->bind ? strtok_r(p->bind, " ", &save) : NULL };
	int n;

	if (!name[0])
		return;
	name[1] = strtok_r(NULL, " ", &save);
	n = name[1] ? 2 : 1;
	if (prim->give && !prim->give(&p->call, n, &g))
		return;
	for (int i = 0; i < n; i++) {
		if (g.text && i == n - 1)
			names_bind_text(&s->names, name[i], p->pid, g.text, g.len);
		else
			names_bind(&s->names, name[i], g.kind[i], p->pid, g.num[i]);
	}
}

static void tell_child(struct session *s, const struct process *parent, struct process *child)
{
	struct event e = { .type = EV_PROCESS, .change = PROCESS_STARTED, .nnotes = 1 };

	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) {
		char *note = xasprintf(_("child of %s"), parent->name);

		e.note = (const char *const *)&note;
		session_emit(s, child, &e);
		free(note);
	}
}

static void adopt(struct session *s, struct process *p)
{
	int slot = -1;
	char *cause = NULL, *name = p->bind;
	struct process *child;

	for (int i = 0; i < prim_nparams(prims[p->call.prim]); i++)
		if (prims[p->call.prim]->param[i].flags & PARAM_SILENT)
			slot = (int)p->call.arg[i].num;
	if (p->call.ret < 0) {
		procs_slot_free(&s->procs, slot);
		return;
	}
	child = procs_adopt(&s->procs, name ? name : "child", slot, (pid_t)p->call.ret, p->pid,
			    &cause);
	if (!child) {
		session_error(s, NULL, cause, NULL);
		free(cause);
		return;
	}
	for (int i = 0; i < 2; i++) {
		struct stat st;

		if (child->stream[i] >= 0 && !fstat(child->stream[i], &st))
			ends_ignore(s->ends, st.st_ino);
	}
	child->other = p->other;
	child->restarts = p->restarts;
	tell_child(s, p, child);
	names_inherit(&s->names, p->pid, child->pid);
	attached_inherit(&s->attached, p->pid, child->pid);
	attached_each(&s->attached, child->pid, touch_segment, s);
	touch_ends(s, child->pid, false);
}

static void forget_descriptor(struct session *s, const struct process *p)
{
	if (!strcmp(prims[p->call.prim]->name, "close"))
		names_forget(&s->names, KIND_FD, p->pid, p->call.arg[0].num);
}

static void account_files(struct session *s, const struct process *p)
{
	const struct prim *prim = prims[p->call.prim];

	for (int i = 0; i < prim_nparams(prim); i++) {
		const char *path = call_bytes(&p->call, i, 1);
		size_t len = call_length(&p->call, i);

		if (!prim->param[i].type->file || !path || path[len - 1])
			continue;
		ends_name(s->ends, s->procs.proc, p->pid, path);
		objects_touch_all(&s->objects, KIND_FIFO, &s->world);
	}
}

void account(struct session *s, struct process *p)
{
	const struct call *c = &p->call;
	const struct prim *prim = prims[c->prim];
	bool ok = c->ret != -1 || !c->err;

	touch_arguments(s, p);
	p->alarm = alarm_after(c, p->alarm);
	p->restarts = restarts_after(c, p->restarts);
	if (prim->flags & PRIM_FORK)
		adopt(s, p);
	if (ok) {
		made_called(s, p);
		if (is_sysv(prim->binds))
			objects_touch(&s->objects, prim->binds, c->ret);
		if (prim->flags & PRIM_UNDO)
			undo_count(&s->undo, p->pid, c);
		if (prim->flags & PRIM_ATTACH) {
			long id = attached_count(&s->attached, p->pid, c);

			if (id >= 0)
				objects_touch(&s->objects, KIND_SHM, id);
		}
		if (prim->flags & PRIM_FDS)
			forget_descriptor(s, p);
		if (prim->flags & PRIM_FILES)
			account_files(s, p);
		if (!(prim->flags & PRIM_FORK))
			bind(s, p);
	}
	if (prim->flags & (PRIM_FDS | PRIM_FORK))
		touch_ends(s, p->pid, false);
	free(p->bind);
	p->bind = NULL;
}

struct giving {
	struct session *s;
	struct str *note;
};

/* The kernel keeps the value within 0 and SEMVMX (exit_sem): was is what it was, -1 if unknown. */
static void give_back(void *arg, const struct undo_entry *e)
{
	struct giving *g = arg;
	const char *name = g->s->world.name(g->s, KIND_SEM, e->semid);
	const struct object *o = objects_find(&g->s->objects, KIND_SEM, e->semid);
	long was = o && e->semnum < o->nvalues ? o->value[e->semnum] : -1;

	str_add(g->note, g->note->len ? _(", ") : _("its undo "));
	if (e->adjust > 0)
		str_addf(g->note, _("gave %s[%d] %ld back"), name, e->semnum, e->adjust);
	else if (was < 0 || was + e->adjust >= 0)
		str_addf(g->note, _("took %ld from %s[%d]"), -e->adjust, name, e->semnum);
	else
		str_addf(g->note, _("took %ld from %s[%d], not %ld: it never goes below 0"), was,
			 name, e->semnum, -e->adjust);
	if (was >= 0 && was + e->adjust > 32767)
		str_addf(g->note, _(", but 32767 (SEMVMX) is the most that it can be"));
}

static void touch_set(void *arg, const struct undo_entry *e)
{
	objects_touch(&((struct session *)arg)->objects, KIND_SEM, e->semid);
}

void account_giving(struct session *s, const struct process *p, struct str *note)
{
	struct giving g = { s, note };

	undo_each(&s->undo, p->pid, give_back, &g);
}

void account_death(struct session *s, struct process *p)
{
	undo_died(&s->undo, p->pid, touch_set, s);
	attached_each(&s->attached, p->pid, touch_segment, s);
	attached_drop(&s->attached, p->pid);
	touch_ends(s, p->pid, true);
	names_forget_owner(&s->names, p->pid);
}

void account_exec(struct session *s, struct process *p)
{
	attached_each(&s->attached, p->pid, touch_segment, s);
	attached_drop(&s->attached, p->pid);
	touch_ends(s, p->pid, false);
	names_forget_owner(&s->names, p->pid);
}

/* A pipeline's own pipes are no objects: how they are plugged was told when it began. */
static bool touch_known(void *arg, pid_t pid, const struct end *end)
{
	struct touching *t = arg;

	if (pid == t->pid &&
	    (end->fifo || objects_find(&t->s->objects, KIND_PIPE, (long)end->inode)))
		touch_pipe(t->s, end);
	return true;
}

static void look_program(void *arg, pid_t pid, const struct seen *seen)
{
	struct session *s = arg;
	struct touching t = { s, pid };

	if (seen->dying || procs_by_pid(&s->procs, pid) ||
	    ends_refresh(s->ends, s->procs.proc, pid))
		return;
	ends_each(s->ends, 0, touch_known, &t);
	GROW(s->holder, s->nholders, s->holders_cap);
	s->holder[s->nholders++] = pid;
}

void account_programs(struct session *s)
{
	for (int i = 0; i < s->nholders; i++) {
		struct touching t = { s, s->holder[i] };

		ends_each(s->ends, 0, touch_known, &t);
		ends_drop(s->ends, s->holder[i]);
	}
	s->nholders = 0;
	settle_programs(&s->procs, look_program, s);
}

void account_anything(struct session *s)
{
	static const enum kind kinds[] = { KIND_MSG, KIND_SHM, KIND_SEM, KIND_PIPE, KIND_FIFO };

	for (int i = 0; i < s->procs.n; i++)
		if (s->procs.p[i]->act < ACT_ZOMBIE)
			ends_refresh(s->ends, s->procs.proc, s->procs.p[i]->pid);
	if (s->current && s->current->act < ACT_ZOMBIE)
		ends_names(s->ends, s->procs.proc, s->current->pid);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		objects_touch_all(&s->objects, kinds[i], &s->world);
}

void session_look_around(struct session *s)
{
	account_anything(s);
	report_objects(s);
}
