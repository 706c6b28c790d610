/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Processes are steered: started, given one call or one pipeline, or refused it with what to type
 * instead.  What must be known before the call, so that the diff is true after it, is looked at
 * here.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "proc/settle.h"
#include "session/init.h"
#include "session/report.h"
#include "session/world.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

int session_name_ok(struct session *s, const char *name, size_t len, const char *what, char **cause)
{
	int n = (int)(len < 40 ? len : 40);

	if (len == 0 || len > 32 || !(isalpha((unsigned char)name[0]) || name[0] == '_'))
		return fail(
			cause,
			_("%.*s is no name for a %s: a letter, then letters, digits and _, 32 at most"),
			n, name, _(what));
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_')
			return fail(cause,
				    _("%.*s is no name for a %s: letters, digits and _ only"), n,
				    name, _(what));
	if (prim_constant(name, len) || signo_parse(name, len) > 0)
		return fail(cause, _("%.*s is a constant of the kernel's: choose another name"), n,
			    name);
	if (prim_find(name, len) >= 0)
		return fail(cause, _("%.*s is a primitive: choose another name"), n, name);
	if (procs_find(&s->procs, name, len))
		return fail(cause, _("%.*s is a process: choose another name"), n, name);
	/* a value may have another one, but who would know which is meant: the queue q, or the process? */
	if (!strcmp(what, "process") &&
	    names_find(&s->names, name, len, s->current ? s->current->pid : 0))
		return fail(cause, _("%.*s is the name of something else: choose another name"), n,
			    name);
	return 0;
}

static void ignore_streams(struct session *s, const struct process *p)
{
	struct stat st;

	for (int i = 0; i < 2; i++)
		if (p->stream[i] >= 0 && !fstat(p->stream[i], &st))
			ends_ignore(s->ends, st.st_ino);
}

int session_ready(struct session *s, char **cause)
{
	struct process *p = procs_deliver(&s->procs, "main", cause);

	if (!p)
		return -1;
	ignore_streams(s, p);
	s->current = p;
	s->blind = !look_at(&p->look, &p->seen) || p->seen.nr == LOOK_BLIND;
	return 0;
}

int session_spawn(struct session *s, const char *name, bool other, char **cause)
{
	struct process *p = procs_spawn(&s->procs, name, other, cause);
	const char *whose;
	struct event e = { .type = EV_PROCESS, .change = PROCESS_STARTED };

	if (!p && s->procs.init_dead && s->box.host && !s->unguarded) {
		session_mend(s);
		p = procs_spawn(&s->procs, name, other, cause);
	}
	if (!p)
		return -1;
	p->other = other;
	ignore_streams(s, p);
	for (int v = s->current ? session_voice(s, 0) : 0; v; v = session_voice(s, v)) {
		whose = _("user nobody");
		e.note = &whose;
		e.nnotes = other;
		session_emit(s, p, &e);
	}
	return 0;
}

/* What it sleeps in, or that it is stopped, and the exact next thing to type. */
static int refuse(struct session *s, const struct process *p, char **cause)
{
	struct str what = STR_INIT, advice = STR_INIT;

	if (p->stopped)
		str_addf(&what, _("%s is stopped"), p->name);
	else
		session_sleeper(s, p, &what);
	session_advise(s, p, &advice);
	fail(cause, "%s" CAUSE_TRY "%s", str_text(&what), str_text(&advice));
	str_free(&what);
	str_free(&advice);
	return -1;
}

int session_free_to(struct session *s, struct process *p, char **cause)
{
	switch (p->act) {
	case ACT_IDLE:
		if (!p->stopped)
			return 0;
		break;
	case ACT_ZOMBIE:
	case ACT_GONE:
		return fail(cause, _("%s is dead"), p->name);
	case ACT_PROGRAM:
		return fail(
			cause,
			_("%s runs another program since exec and takes no commands; end it: kill %s"),
			p->name, p->name);
	default:
		break;
	}
	return refuse(s, p, cause);
}

static void mark_suspects(struct session *s, struct process *p)
{
	const struct prim *prim = prims[p->call.prim];
	bool named = false;

	if (!(prim->flags & PRIM_SIGNALS))
		return;
	for (int i = 0; i < prim_nparams(prim); i++) {
		if (prim->param[i].type->kind != KIND_PID)
			continue;
		named = true;
		settle_suspect(&s->procs, (pid_t)p->call.arg[i].num);
	}
	if (!named)
		settle_suspect(&s->procs, p->pid);
}

/* O_ASYNC, leases, directory notification (fcntl(2)): from then on a write here is a SIGIO there. */
static bool asks_for_signals(const struct process *p)
{
	long command = p->call.arg[1].num;

	return !strcmp(prims[p->call.prim]->name, "fcntl") &&
	       (command == F_SETOWN || command == F_SETOWN_EX || command == F_SETSIG ||
		command == F_SETLEASE || command == F_NOTIFY ||
		(command == F_SETFL && p->call.arg[2].num & O_ASYNC));
}

/*
 * On the host, the object of that key, or with the id that is touched, may be older than the session: it
 * is known, not new.
 */
static void know_older(struct session *s, const struct process *p)
{
	const struct prim *prim = prims[p->call.prim];
	long key = p->call.arg[0].num, id = -1;

	s->older = -1;
	if (!s->box.host)
		return;
	for (int i = 0; i < prim_nparams(prim); i++) {
		enum kind kind = prim->param[i].type->kind;

		if (kind >= KIND_MSG && kind <= KIND_SEM)
			objects_know(&s->objects, kind, p->call.arg[i].num, &s->world);
	}
	if (key == IPC_PRIVATE)
		return;
	if (prim->binds == KIND_MSG)
		id = msgget((key_t)key, 0);
	else if (prim->binds == KIND_SHM)
		id = shmget((key_t)key, 0, 0);
	else if (prim->binds == KIND_SEM)
		id = semget((key_t)key, 0, 0);
	if (id >= 0)
		objects_know(&s->objects, prim->binds, id, &s->world);
	s->older = id;
}

/*
 * A program's new objects are told, so whatever older ones are in sight must not look new: on the
 * host anybody's, and the FIFOs of the current directory.
 */
static void know_all(struct session *s)
{
	if (s->current && s->current->act < ACT_ZOMBIE)
		ends_names(s->ends, s->procs.proc, s->current->pid);
	objects_know_all(&s->objects, KIND_FIFO, &s->world);
	for (enum kind kind = KIND_MSG; s->box.host && kind <= KIND_SEM; kind++)
		objects_know_all(&s->objects, kind, &s->world);
}

static void prepare(struct session *s, struct process *p, const struct word *bind, int nbind)
{
	const struct prim *prim = prims[p->call.prim];
	struct str names = STR_INIT;

	for (int i = 0; i < nbind; i++) {
		if (i)
			str_addc(&names, ' ');
		str_addn(&names, bind[i].at, bind[i].len);
	}
	free(p->bind);
	p->bind = nbind ? str_take(&names) : NULL;
	free(p->program);
	p->program = NULL;
	p->background = false;
	for (int i = 0; prim->flags & PRIM_FORK && i < prim_nparams(prim); i++)
		if (prim->param[i].flags & PARAM_SILENT)
			p->call.arg[i].num = procs_slot(&s->procs);
	know_older(s, p);
	if (prim->before) {
		world_self(s, p);
		prim->before(&p->call, &s->world);
	}
	made_asked(s, p);
	s->procs.async |= asks_for_signals(p);
}

void session_call(struct session *s, struct process *p, const struct word *bind, int nbind)
{
	struct sigdiff *signals;

	prepare(s, p, bind, nbind);
	signals = sigdiff_before(s, p);
	mark_suspects(s, p);
	clock_gettime(CLOCK_MONOTONIC, &p->asked);
	p->caught_before = atomic_load(&s->procs.arena->slot[p->slot].caught);
	procs_ask(&s->procs, p, OP_CALL);
	settle(&s->procs, p);
	made_unanswered(s, p);
	report(s, p);
	made_told(s);
	sigdiff_after(s, signals);
}

int session_pipeline(struct session *s, struct process *p, const struct pipeline *pl, char **cause)
{
	unsigned char *buf = xmalloc(CALL_DATA);
	ssize_t n = pipeline_pack(pl, buf, CALL_DATA);

	if (n < 0) {
		free(buf);
		return fail(cause, _("the command is too long: %d bytes are the most"), CALL_DATA);
	}
	call_reset(&p->call, 0);
	call_put(&p->call, 0, buf, (size_t)n);
	p->call.arg[0].bytes = false;
	free(buf);
	free(p->bind);
	p->bind = NULL;
	free(p->program);
	p->program = xstrdup(pl->text ? pl->text : _("a program"));
	p->background = pl->background;
	settle_suspect(&s->procs, -1);
	know_all(s);
	clock_gettime(CLOCK_MONOTONIC, &p->asked);
	p->plumbed = false;
	procs_ask(&s->procs, p, OP_PIPELINE);
	settle(&s->procs, p);
	if (p->let_run) {
		if (!s->inexact)
			session_words(
				s,
				N_("   started with &: nobody waits for it, and what is printed next may differ in "
				   "another run\n"));
		s->inexact = true;
	}
	account_anything(s);
	report(s, p);
	made_told(s);
	return 0;
}

const struct resolver *session_resolver(struct session *s, struct process *p)
{
	s->resolving = p;
	return &s->resolver;
}
