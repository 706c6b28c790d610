/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/guard.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "proc/settle.h"
#include "view/term.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <unistd.h>

void guard_fold(struct shell *sh, bool begin)
{
	struct term *const heard[] = { sh->term, sh->ear };

	for (size_t i = 0; i < ARRAY_LEN(heard); i++) {
		bool local = lang_is_local();

		if (local && i) /* the ear compares */
			lang_local(false);
		if (heard[i])
			(begin ? term_fold_begin : term_fold_end)(heard[i]);
		if (local && i)
			lang_local(true);
	}
}

static int decide(struct shell *sh, const char *what, char **cause)
{
	char *question;
	bool yes;

	if (!sh->ask)
		return fail(cause, _("%s; --any-pid allows it"), what);
	question = xasprintf(_("%s. Go on?"), what);
	yes = sh->ask(sh->ctx, question);
	free(question);
	return yes ? 0 : fail(cause, _("not done"));
}

/* What /proc says of a pid; false: there is none. */
static bool look_once(const struct session *s, pid_t pid, struct seen *seen)
{
	struct look look;
	bool is_there;

	if (look_open(&look, s->procs.proc, pid, 0))
		return false;
	is_there = look_at(&look, seen);
	look_close(&look);
	return is_there;
}

/* A learner's process, or a descendant of one, or an orphan that the guardian has taken in. */
static bool is_ours(const struct session *s, pid_t pid)
{
	struct seen seen;
	bool is_child = false;

	if (s->box.host && pid == s->procs.init)
		return false;
	for (int depth = 0; pid > 1 && depth < 64; depth++, is_child = true) {
		if (procs_by_pid(&s->procs, pid) ||
		    (is_child && (pid == s->procs.init || pid == s->procs.adopter)))
			return true;
		if (!look_once(s, pid, &seen))
			return false;
		pid = seen.parent;
	}
	return false;
}

struct group {
	const struct session *s;
	pid_t group;
	bool ours;
};

static void is_member(void *arg, pid_t pid, const struct seen *seen)
{
	struct group *g = arg;

	(void)pid;
	g->ours |= seen->group == g->group && !seen->dying;
}

/* A group that a process of ours is in, and neither the shell nor the guardian. */
static bool is_our_group(const struct session *s, pid_t group)
{
	struct group g = { s, group, false };
	struct seen seen;

	if (group == getpgrp() || getpgid(s->procs.init) == group)
		return false;
	for (int i = 0; i < s->procs.n && !g.ours; i++)
		if (look_once(s, s->procs.p[i]->pid, &seen))
			is_member(&g, s->procs.p[i]->pid, &seen);
	settle_programs(&s->procs, is_member, &g);
	return g.ours;
}

/* Whom a pid of kill(2) means, as far as it is foreign: into what. False: nobody foreign. */
static bool is_foreign(const struct session *s, const struct process *p, long pid, char *what,
		       size_t size)
{
	pid_t group = pid == 0 ? getpgid(p->pid) : pid < -1 ? (pid_t)-pid : 0;
	struct seen seen;

	if (pid == -1) {
		snprintf(what, size,
			 _("kill(-1) would signal every process of yours on this machine"));
		return true;
	}
	if (group) {
		snprintf(what, size, _("%d is not a process group of this session"), group);
		return !is_our_group(s, group) && !kill(-group, 0);
	}
	snprintf(what, size, _("process %ld is not one of this session's"), pid);
	return !is_ours(s, (pid_t)pid) && look_once(s, (pid_t)pid, &seen);
}

static int guard_kill(struct shell *sh, const struct process *p, char **cause)
{
	const struct prim *prim = prims[p->call.prim];
	char what[160];

	for (int i = 0; prim->flags & PRIM_SIGNALS && i < prim_nparams(prim); i++)
		if (prim->param[i].type->kind == KIND_PID &&
		    is_foreign(sh->session, p, p->call.arg[i].num, what, sizeof(what)))
			return decide(sh, what, cause);
	return 0;
}

static int guard_removal(struct shell *sh, const struct call *c, char **cause)
{
	const struct prim *prim = prims[c->prim];
	const char *name = prim->name;
	int command = !strcmp(name, "semctl") ? 2 : 1;
	enum kind kind;
	char what[160];

	if ((strcmp(name, "msgctl") && strcmp(name, "shmctl") && strcmp(name, "semctl")) ||
	    c->arg[command].num != IPC_RMID)
		return 0;
	kind = prim->param[0].type->kind;
	if (guardian_made(sh->session->made, (enum guardian_kind)(kind - KIND_MSG + GUARDIAN_MSG),
			  (int)c->arg[0].num))
		return 0;
	if (!objects_find(&sh->session->objects, kind, c->arg[0].num)) {
		objects_know(&sh->session->objects, kind, c->arg[0].num, &sh->session->world);
		if (!objects_find(&sh->session->objects, kind, c->arg[0].num))
			return 0; /* there is none: the kernel says EINVAL */
	}
	snprintf(what, sizeof(what), _("%s:%ld was not made by this session"), kind_name(kind),
		 c->arg[0].num);
	return decide(sh, what, cause);
}

int guard_call(struct shell *sh, const struct process *p, char **cause)
{
	return guard_kill(sh, p, cause) || guard_removal(sh, &p->call, cause) ? -1 : 0;
}
