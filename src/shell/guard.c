/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/guard.h"
#include "base/str.h"
#include "call/format.h"
#include "view/term.h"

#include <sys/ipc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void guard_fold(struct shell *sh, bool begin)
{
	if (!sh->term)
		return;
	if (begin)
		term_fold_begin(sh->term);
	else
		term_fold_end(sh->term);
}

static int decide(struct shell *sh, const char *what, char **cause)
{
	char *question;
	bool yes;

	if (!sh->ask)
		return fail(cause, "%s; --any-pid allows it", what);
	question = xasprintf("%s. Go on?", what);
	yes = sh->ask(sh->ctx, question);
	free(question);
	return yes ? 0 : fail(cause, "not done");
}

/* The parent of a pid, 0 when there is none. */
static pid_t parent_of(const struct session *s, pid_t pid)
{
	struct look look;
	struct seen seen = {0};

	if (look_open(&look, s->procs.proc, pid, 0))
		return 0;
	look_at(&look, &seen);
	look_close(&look);
	return seen.parent;
}

static bool is_ours(const struct session *s, long pid)
{
	if (pid < 0) {
		/* a group: its members' session decides; the leader is one of ours or not */
		pid = -pid;
	}
	for (int depth = 0; pid > 1 && depth < 64; depth++) {
		if (procs_by_pid(&s->procs, (pid_t)pid))
			return true;
		pid = parent_of(s, (pid_t)pid);
	}
	return false;
}

static int guard_kill(struct shell *sh, const struct call *c, char **cause)
{
	const struct prim *prim = prims[c->prim];

	for (int i = 0; i < prim_nparams(prim); i++) {
		long pid = c->arg[i].num;
		char what[160];

		if (prim->param[i].type->kind != KIND_PID || pid == 0 || !(prim->flags & PRIM_SIGNALS) ||
		    (pid != -1 && is_ours(sh->session, pid)))
			continue;
		if (parent_of(sh->session, (pid_t)(pid < 0 ? -pid : pid)) == 0 && pid > 0)
			continue; /* nobody: the kernel says ESRCH */
		snprintf(what, sizeof(what), pid == -1 ? "kill(-1) would signal every process of yours on this machine"
						       : pid < 0 ? "%ld is not a process group of this session"
								 : "process %ld is not one of this session's", pid);
		return decide(sh, what, cause);
	}
	return 0;
}

static int guard_removal(struct shell *sh, const struct call *c, char **cause)
{
	const struct prim *prim = prims[c->prim];
	const char *name = prim->name;
	int command = !strcmp(name, "semctl") ? 2 : 1;
	enum kind kind = prim->param[0].type->kind;
	char what[160];

	if (strcmp(name + 3, "ctl") || c->arg[command].num != IPC_RMID)
		return 0;
	if (guardian_made(sh->session->made, (enum guardian_kind)(kind - KIND_MSG + GUARDIAN_MSG), (int)c->arg[0].num))
		return 0;
	if (!objects_find(&sh->session->objects, kind, c->arg[0].num)) {
		objects_know(&sh->session->objects, kind, c->arg[0].num, &sh->session->world);
		if (!objects_find(&sh->session->objects, kind, c->arg[0].num))
			return 0; /* there is none: the kernel says EINVAL */
	}
	snprintf(what, sizeof(what), "%s:%ld was not made by this session", kind_name(kind), c->arg[0].num);
	return decide(sh, what, cause);
}

int guard_call(struct shell *sh, const struct call *c, char **cause)
{
	return guard_kill(sh, c, cause) || guard_removal(sh, c, cause) ? -1 : 0;
}
