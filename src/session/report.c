/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/report.h"

#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/child.h"
#include "ipc/kin.h"
#include "ipc/signal.h"
#include "ipc/sysv.h"
#include "ipc/wait.h"
#include "proc/others.h"
#include "session/init.h"
#include "session/world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void tell_output(struct session *s, struct process *p)
{
	static const char *const stream[] = { "stdout", "stderr" };

	for (int i = 0; i < 2; i++) {
		struct event e = { .type = EV_OUTPUT, .stream = stream[i] };

		if (!p->text[i].len)
			continue;
		e.text = p->text[i].s;
		e.len = p->text[i].len;
		e.goes_on = p->midline[i];
		p->midline[i] = false;
		if (p->op == OP_PIPELINE && i == 0)
			made_printed(s, p, str_text(&p->text[i]));
		session_emit(s, p, &e);
		str_reset(&p->text[i]);
	}
	p->moved &= ~(unsigned)MOVED_OUTPUT;
}

static const char *sender(struct session *s, const struct caught *c)
{
	/* the kernel had no room to note it: sigdiff.c says so */
	if (!c->pid && c->signo >= SIGRTMIN)
		return _("nobody knows whom");
	return c->pid && c->pid != s->procs.init ? s->world.pid_name(s, c->pid) : _("the shell");
}

static void tell_one_caught(struct session *s, struct process *p, const struct caught *c)
{
	struct event e = { .type = EV_SIGNAL, .signo = c->signo, .code = c->code };

	e.action = SIGNAL_HANDLED;
	if (c->signo == SIGALRM && p->alarm == ALARM_ONCE)
		p->alarm = ALARM_OFF;
	e.value = c->value;
	e.value_known = c->code == SI_QUEUE;
	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) {
		if (c->code == SI_USER || c->code == SI_QUEUE || c->code == SI_TKILL ||
		    c->signo == SIGCHLD)
			e.from = sender(s, c);
		e.why = c->how & CAUGHT_NESTED ? _("it interrupts the handler that is told next")
			: c->how & CAUGHT_ON_STACK ? _("on the alternate stack")
						   : NULL;
		session_emit(s, p, &e);
	}
}

/*
 * Did the handler run because of the very call that p has made, so that it ran before the call returned? Then p
 * sent the signal itself, or the call unblocked it. What others send in return, as SIGCHLD of a child that was
 * killed, comes before or after as it happens: it is told after.
 */
static bool is_own(const struct process *p, const struct caught *c)
{
	const unsigned both = PRIM_SIGNALS | PRIM_SIGSTATE;

	return (prims[p->call.prim]->flags & both) == both ||
	       (c->code <= 0 && c->code != SI_TIMER && c->pid == p->pid);
}

/* Its handler ran, and yet it sleeps in the same call. */
static void tell_restarted(struct session *s, struct process *p)
{
	const struct prim *prim = prims[p->call.prim];
	struct event e = { .type = EV_PROCESS, .change = PROCESS_CHANGED, .nnotes = 1 };

	if (p->act != ACT_ASLEEP || p->op != OP_CALL || p->moved & (MOVED_ASLEEP | MOVED_ANSWERED))
		return;
	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) {
		char *note = xasprintf(signal_waits(&p->call)
					       ? _("sleeps on: %s begins again")
					       : _("sleeps on: SA_RESTART begins %s again"),
				       prim->name);

		e.note = (const char *const *)&note;
		session_emit(s, p, &e);
		free(note);
	}
}

/* before: those whose handlers ran before p's call returned, and else all that have not been told. */
static void tell_caught(struct session *s, struct process *p, bool before)
{
	struct slot *slot = &s->procs.arena->slot[p->slot];
	const bool called = p->moved & MOVED_ANSWERED && p->op == OP_CALL;
	const uint32_t n = atomic_load(&slot->caught), returned = atomic_load(&slot->returned);
	uint32_t i = n - p->caught_seen > SIGNAL_RING ? n - SIGNAL_RING : p->caught_seen;

	for (; i != n; i++) {
		struct caught c = slot->ring[i % SIGNAL_RING];
		const bool own = (int32_t)(i - returned) < 0 && is_own(p, &c);

		if (before ? called && own : !p->own_told || !own)
			tell_one_caught(s, p, &c);
	}
	p->own_told = before && called;
	if (before)
		return;
	if (p->caught_seen != n)
		tell_restarted(s, p);
	p->caught_seen = n;
	p->moved &= ~(unsigned)MOVED_CAUGHT;
}

/* Who has inherited it: there is an init only in a PID namespace of its own. */
static const char *heir(struct session *s, const struct process *p)
{
	if (s->procs.adopter && p->parent == s->procs.adopter)
		return _("the shell");
	return s->box.host ? _("the guardian") : _("init");
}

/* Who waited for it: its parent, or its heir when the parent is dead. */
static const char *reaper(struct session *s, const struct process *p)
{
	const struct process *parent = procs_by_pid(&s->procs, p->parent);

	return parent && parent->act < ACT_ZOMBIE ? parent->name : heir(s, p);
}

/*
 * A group of orphans with a stopped one among them gets SIGHUP and SIGCONT, unless a member's parent is in the same
 * session: has_stopped_jobs() and will_become_orphaned_pgrp(), kernel/exit.c.
 */
static const char *no_hangup(struct session *s, const struct process *p)
{
	struct kin self, parent;

	return p->stopped && kin_read(&s->world, p->pid, &self) &&
			       kin_read(&s->world, p->parent, &parent) &&
			       self.session == parent.session
		       ? _("of the same session, so its group is not orphaned: no SIGHUP, no SIGCONT")
		       : NULL;
}

static void tell_process(struct session *s, struct process *p, enum process_change change,
			 const char *note)
{
	struct event e = { .type = EV_PROCESS, .change = change };
	bool killed = change == PROCESS_KILLED || change == PROCESS_ZOMBIE;

	if (change == PROCESS_STOPPED)
		e.signo = report_stopped_by(p);
	else if (killed && p->status >= 0 && WIFSIGNALED(p->status))
		e.signo = WTERMSIG(p->status);
	else if (change == PROCESS_ZOMBIE || change == PROCESS_EXITED)
		e.value_known = p->status >= 0;
	if (change == PROCESS_ORPHANED)
		e.value = p->parent, e.value_known = 1;
	if (change == PROCESS_EXECED)
		e.text = p->program;
	e.core = change == PROCESS_KILLED && WCOREDUMP(p->status);
	if ((change == PROCESS_EXITED || change == PROCESS_ZOMBIE) && p->status >= 0)
		e.exit_status = WEXITSTATUS(p->status);
	e.note = &note;
	e.nnotes = note && *note;
	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) {
		if (change == PROCESS_REAPED)
			e.from = reaper(s, p);
		if (change == PROCESS_ORPHANED) {
			e.from = heir(s, p);
			note = no_hangup(s, p);
			e.nnotes = note != NULL;
		}
		session_emit(s, p, &e);
	}
}

/* Reaped before the shell has looked: where the kernel does not tell how it ended, its parent knows. */
static void learn_end(const struct session *s, struct process *p)
{
	int status;

	for (int i = 0; p->status < 0 && i < s->procs.n; i++) {
		const struct process *q = s->procs.p[i];

		if (q->pid == p->parent && q->act == ACT_IDLE && q->op == OP_CALL &&
		    wait_got(&q->call, &status) == p->pid &&
		    (WIFEXITED(status) || WIFSIGNALED(status)))
			p->status = status;
	}
}

/* exit(256) is told as exit(0). */
static void note_status(const struct process *p, struct str *note)
{
	const long asked = p->call.arg[0].num;

	if (p->op != OP_CALL || !(prims[p->call.prim]->flags & PRIM_EXIT) || p->status < 0 ||
	    !WIFEXITED(p->status) || (asked & 0xff) == asked)
		return;
	sysv_note_next(note);
	str_addf(note, _("of %ld only the low 8 bits count"), asked);
}

static void tell_death(struct session *s, struct process *p)
{
	struct str note = STR_INIT;
	bool waited_for = procs_by_pid(&s->procs, p->parent) != NULL;

	learn_end(s, p);

	tell_caught(s, p, false);
	tell_output(s, p);
	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) {
		str_reset(&note);
		account_giving(s, p, &note);
		report_fault(s, p, &note);
		note_status(p, &note);
		tell_process(s, p,
			     p->act == ACT_ZOMBIE && waited_for         ? PROCESS_ZOMBIE
			     : p->status >= 0 && WIFSIGNALED(p->status) ? PROCESS_KILLED
									: PROCESS_EXITED,
			     str_text(&note));
	}
	account_death(s, p);
	str_free(&note);
}

/* What an exec made of it: the last part of the path, as ps shows it. */
static void name_program(struct process *p)
{
	for (int i = 0; i < prim_nparams(prims[p->call.prim]); i++) {
		const char *path = call_bytes(&p->call, i, 1);
		size_t len = call_length(&p->call, i);
		const char *slash;

		if (!prims[p->call.prim]->param[i].type->file || !path || path[len - 1])
			continue;
		slash = strrchr(path, '/');
		free(p->program);
		p->program = xstrdup(slash ? slash + 1 : path);
	}
}

/* SIGPIPE kills on the way out of a call that has returned EPIPE already, as strace shows. */
static bool returned_dying(const struct process *p)
{
	const char *errors = prims[p->call.prim]->errors;

	return p->status >= 0 && WIFSIGNALED(p->status) && WTERMSIG(p->status) == SIGPIPE &&
	       errors && strstr(errors, "EPIPE");
}

/* The actor: what it was asked for has ended, sleeps, or was its end. */
static void tell_actor(struct session *s, struct process *p)
{
	struct event e = { .type = EV_CALL };

	if (p->op == OP_PIPELINE) {
		report_plumbing(s, p);
		tell_output(s, p);
		if (p->moved & (MOVED_ANSWERED | MOVED_ASLEEP))
			report_pipeline(s, p, EV_CALL);
	} else if (p->moved & (MOVED_ANSWERED | MOVED_ASLEEP)) {
		if (p->moved & MOVED_CAUGHT)
			tell_caught(s, p, true);
		report_call(s, p, &e);
		if (p->moved & MOVED_ANSWERED)
			account(s, p);
	} else if (p->moved & (MOVED_DIED | MOVED_EXECED)) {
		e.noreturn = !returned_dying(p);
		if (p->moved & MOVED_EXECED)
			e.noreturn = false, p->call.ret = 0, p->call.err = 0;
		else if (!e.noreturn)
			p->call.ret = -1, p->call.err = EPIPE;
		report_call(s, p, &e);
	}
	if (p->moved & MOVED_EXECED) {
		name_program(p);
		account_exec(s, p);
	}
	p->moved &= ~(unsigned)(MOVED_ANSWERED | MOVED_ASLEEP);
}

static void tell_resumed(struct session *s, struct process *p)
{
	struct event e = { .type = EV_RESUMED, .ref = p->waiting };

	if (p->op == OP_PIPELINE) {
		tell_output(s, p);
		report_pipeline(s, p, EV_RESUMED);
		account_anything(s);
	} else {
		report_call(s, p, &e);
		account(s, p);
	}
	p->moved &= ~(unsigned)MOVED_ANSWERED;
}

static void tell_states(struct session *s, struct process *p)
{
	if (p->moved & MOVED_STOPPED)
		tell_process(s, p, PROCESS_STOPPED, NULL);
	if (p->moved & MOVED_CONTINUED)
		tell_process(s, p, PROCESS_CONTINUED, NULL);
	if (p->moved & MOVED_EXECED)
		tell_process(s, p, PROCESS_EXECED, NULL);
	if (p->moved & MOVED_DIED)
		tell_death(s, p);
	if (p->moved & MOVED_ORPHANED && p->act < ACT_ZOMBIE)
		tell_process(s, p, PROCESS_ORPHANED, NULL);
}

static void choose_current(struct session *s)
{
	if (s->current && s->current->act < ACT_ZOMBIE && s->current->act != ACT_PROGRAM)
		return;
	if (s->current && s->current->act == ACT_PROGRAM)
		return; /* it sleeps or runs as another program; commands for it are refused */
	s->current = procs_find(&s->procs, "main", 4);
}

/* There is always a main. */
static void keep_main(struct session *s)
{
	struct process *p = procs_find(&s->procs, "main", 4);
	char *cause = NULL;

	if (p && p->act < ACT_ZOMBIE)
		return;
	if (p) { /* a zombie keeps its place in the table, not the name */
		free(p->name);
		p->name = xasprintf("main:%d", p->pid);
	}
	if (s->procs.init_dead && !s->box.host)
		session_error(
			s, NULL,
			_("the session's first process has been killed, and everybody with it"),
			"reset");
	else if (session_spawn(s, "main", false, &cause))
		session_error(s, NULL, cause, "reset");
	free(cause);
}

void report(struct session *s, struct process *actor)
{
	struct procs *ps = &s->procs;
	bool any_died = false;

	session_mend(s);
	report_begins(s, actor);
	if (s->procs.programs || s->nholders)
		account_programs(s);
	if (actor)
		tell_actor(s, actor);
	for (int i = 0; i < ps->n; i++)
		if (ps->p[i]->moved & MOVED_CAUGHT)
			tell_caught(s, ps->p[i], false);
	for (int i = 0; i < ps->n; i++)
		tell_states(s, ps->p[i]);
	for (int i = 0; i < ps->n; i++)
		if (ps->p[i]->moved & MOVED_ANSWERED)
			tell_resumed(s, ps->p[i]);
	for (int i = 0; i < ps->n; i++) {
		struct process *p = ps->p[i];

		if (p->moved & MOVED_OUTPUT)
			tell_output(s, p);
		/* dead and waited for at once: its end has been told, and that says it */
		if (p->moved & MOVED_REAPED && !(p->moved & MOVED_DIED))
			tell_process(s, p, PROCESS_REAPED, NULL);
		any_died |= p->act >= ACT_ZOMBIE;
		p->moved = 0;
	}
	background_ended(s);
	/* with the diff off, only so that what is touched does not grow without end */
	if (s->objects.ntouched && (s->diff || s->objects.ntouched >= 1024))
		report_objects(s);
	if (!any_died)
		return;
	keep_main(s);
	choose_current(s);
	procs_bury(ps);
}
