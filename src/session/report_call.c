/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A call or a pipeline, told: why it failed, what it sleeps for, what is worth telling besides.  Runs in
 * the shell.
 */
#include "session/report.h"

#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/fault.h"
#include "ipc/shm.h"
#include "ipc/sysv.h"
#include "session/init.h"
#include "session/world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static double elapsed(const struct timespec *from)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - from->tv_sec) + (double)(now.tv_nsec - from->tv_nsec) / 1e9;
}

static struct semnet net; /* reused; of the report that is under way */
static const struct process *the_actor;

/* When its parent has waited for the stop already, only the command tells which signal it was. */
int report_stopped_by(const struct process *p)
{
	const struct call *c = the_actor ? &the_actor->call : &p->call;
	int sig = WSTOPSIG(p->status), i = prim_param(prims[c->prim], "sig", 3);

	return sig ? sig : i >= 0 && c->arg[i].num > 0 ? (int)c->arg[i].num : SIGSTOP;
}

/* The signal whose handler ran last in the call that has returned; 0: none did. */
static int handled(const struct session *s, const struct process *p)
{
	const struct slot *slot = &s->procs.arena->slot[p->slot];
	const uint32_t n = atomic_load(&slot->returned);

	return n != p->caught_before ? slot->ring[(n - 1) % SIGNAL_RING].signo : 0;
}

static void explain_failure(struct str *out, const struct call *c, const struct world *w)
{
	if (prims[c->prim]->why)
		prims[c->prim]->why(out, c, w);
	if (c->err == EFAULT && !out->len)
		why_fault(out, c, w);
}

/* The line under a call: why it failed, what it sleeps for, what is worth telling. */
static void explain(struct session *s, const struct process *p, const struct event *e,
		    struct str *out)
{
	const struct call *c = e->call;
	const struct prim *prim = prims[c->prim];

	world_self(s, p);
	world_actor(s, the_actor != p ? the_actor : NULL);
	s->world.self.handled = handled(s, p);
	if (e->stopped)
		str_addf(out, _("stopped by %s, until SIGCONT comes"),
			 signo_name(report_stopped_by(p)));
	else if (e->status == CALL_WAITING && prim->asleep)
		prim->asleep(out, c, &s->world);
	else if (e->status == CALL_FAILED)
		explain_failure(out, c, &s->world);
	else if (e->status == CALL_RETURNED && prim->note)
		prim->note(out, c, &s->world);
	if (e->type == EV_RESUMED && e->status == CALL_RETURNED && !out->len)
		semnet_note(s, &net, the_actor, p, out);
}

void report_call(struct session *s, struct process *p, struct event *e)
{
	static struct str why; /* reused: this runs for every line of a replay */

	e->call = &p->call;
	e->ret = p->call.ret;
	e->status = p->act == ACT_ASLEEP                               ? CALL_WAITING
		    : p->call.ret == -1 && p->call.err && !e->noreturn ? CALL_FAILED
								       : CALL_RETURNED;
	e->stopped = e->status == CALL_WAITING && p->stopped;
	if (e->type == EV_RESUMED)
		e->waited = elapsed(&p->asked);
	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) {
		str_reset(&why);
		if (!e->noreturn)
			explain(s, p, e, &why);
		if (p->clock)
			str_add(&why, why.len ? _(" (until the clock)") : _("until the clock"));
		e->why = why.len ? why.s : NULL;
		session_emit(s, p, e);
	}
	if (e->status == CALL_FAILED)
		s->failed = true;
	if (e->status == CALL_WAITING)
		p->waiting = e->seq;
}

/* What it touched itself: peek's and poke's first argument, or an address that was typed, best where libc stores something. */
static unsigned long touched(const struct call *c)
{
	int at = 0;

	for (int i = c->nargs - 1; i >= 0; i--)
		if (c->arg[i].null &&
		    (!c->arg[at].null || !(prims[c->prim]->param[at].flags & PARAM_OUT)))
			at = i;
	return (unsigned long)c->arg[at].num;
}

void report_fault(struct session *s, const struct process *p, struct str *out)
{
	const unsigned long addr = touched(&p->call);
	const struct attachment *a = attached_below(&s->attached, p->pid, addr);
	struct shmid_ds ds;
	char hex[24];

	if (p != the_actor || p->op != OP_CALL || !(prims[p->call.prim]->flags & PRIM_MEMORY) ||
	    p->status < 0 || !WIFSIGNALED(p->status) || WTERMSIG(p->status) != SIGSEGV)
		return;
	sysv_note_next(out);
	if (a && shm_stat(a->shmid, &ds) == 0 && addr < a->addr + shm_pages(ds.shm_segsz)) {
		str_addf(out,
			 a->rdonly ? _("%s is attached there for reading only (SHM_RDONLY)")
				   : _("it went past the last page of %s"),
			 s->world.name(s, KIND_SHM, a->shmid));
		return;
	}
	str_add(out, _("it has no segment attached at "));
	snprintf(hex, sizeof(hex), "0x%lx", addr);
	str_mark(out, 'a', hex);
}

/* A program of a pipeline, and what it is plugged to. */
static void tell_started(struct session *s, const struct process *p, const struct started *st)
{
	struct str note = STR_INIT;
	char name[sizeof(st->name)];
	const char *text;
	struct event e = { .type = EV_PROCESS, .change = PROCESS_STARTED, .nnotes = 1 };

	memcpy(name, st->name, sizeof(name));
	name[sizeof(name) - 1] = '\0';
	if (st->in)
		str_addf(&note, _("0 from pipe:[%cn%lu%c]"), MARK_OPEN, st->in, MARK_CLOSE);
	if (st->out)
		str_addf(&note, _("%s1 to pipe:[%cn%lu%c]"), note.len ? ", " : "", MARK_OPEN,
			 st->out, MARK_CLOSE);
	if (p->background)
		str_addf(&note, _("%sin the background"), note.len ? ", " : "");
	text = str_text(&note);
	e.note = &text;
	e.proc = name;
	e.pid = st->pid;
	session_emit(s, NULL, &e);
	str_free(&note);
}

void report_plumbing(struct session *s, struct process *p)
{
	uint32_t n;
	const struct running *run = procs_running(&s->procs, p, &n);

	if (p->plumbed)
		return;
	p->plumbed = true;
	for (uint32_t i = 0; run && i < n && p->background; i++)
		background_started(s, &run->program[i]);
	for (uint32_t i = 0; run && i < n && (n > 1 || p->background); i++)
		for (int v = session_voice(s, 0); v; v = session_voice(s, v))
			tell_started(s, p, &run->program[i]);
}

/*
 * Those that were killed. But for the last one SIGPIPE is how they learn that nobody reads, or they end before:
 * that depends on time.
 */
static bool say_killed(struct session *s, const struct process *p, struct str *out)
{
	const size_t before = out->len;
	uint32_t n;
	const struct running *run = procs_running(&s->procs, p, &n);

	for (uint32_t i = 0; run && i < n; i++) {
		const struct started st = run->program[i];

		if (!st.ended || !WIFSIGNALED(st.status) ||
		    (WTERMSIG(st.status) == SIGPIPE && i + 1 < n))
			continue;
		if (out->len > before)
			str_add(out, "; ");
		str_clean(out, st.name, strnlen(st.name, sizeof(st.name)));
		str_addf(out, _(" was killed by %s%s"), signo_name(WTERMSIG(st.status)),
			 WCOREDUMP(st.status) ? _(" (core dumped)") : "");
	}
	return out->len > before;
}

/* Why the programs sleep, or how they ended. */
static void explain_pipeline(struct session *s, struct process *p, const struct event *e,
			     struct str *out)
{
	if (e->status == CALL_WAITING)
		external_sleep(s, p, out);
	else if (e->ret < 0)
		str_addf(out, _("no program could be started: %s"), strerror(p->call.err));
	else if (e->status == CALL_RETURNED && !say_killed(s, p, out))
		external_remark(p, out);
}

void report_pipeline(struct session *s, struct process *p, enum event_type type)
{
	struct str why = STR_INIT;
	struct event e = { .type = type, .text = p->program, .ref = p->waiting };

	e.len = p->program ? strlen(p->program) : 0;
	if (p->act == ACT_ASLEEP) {
		e.status = CALL_WAITING;
	} else {
		e.ret = p->call.ret;
		e.status = e.ret < 0 ? CALL_FAILED : CALL_RETURNED;
		s->last_status = (int)e.ret;
		if (type == EV_RESUMED)
			e.waited = elapsed(&p->asked);
	}
	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) {
		str_reset(&why);
		explain_pipeline(s, p, &e, &why);
		e.why = why.len ? why.s : NULL;
		session_emit(s, p, &e);
	}
	if (e.status == CALL_WAITING)
		p->waiting = e.seq;
	str_free(&why);
}

void report_begins(struct session *s, const struct process *actor)
{
	semnet_gather(&net, s);
	the_actor = actor;
}
