/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wait and waitpid: how a parent learns of its children's ends.  make functions run in a learner's
 * process, the rest in the shell.
 */
#include "ipc/wait.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/types.h"
#include "ipc/facility.h"
#include "ipc/process.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* In strace's order; WUNTRACED is WSTOPPED to it. */
static const struct constant wait_constants[] = {
	{ "WNOHANG", WNOHANG, N_("never sleep: 0 if no child is ready") },
	{ "WSTOPPED", WSTOPPED, N_("WUNTRACED as strace writes it") },
	{ "WUNTRACED", WUNTRACED, N_("stopped children too") },
	{ "WCONTINUED", WCONTINUED, N_("children that SIGCONT has continued too") },
	{ "__WNOTHREAD", __WNOTHREAD, N_("children of this thread only") },
	{ "__WALL", __WALL, N_("all kinds of children") },
	{ "__WCLONE", (long)(unsigned)__WCLONE, N_("only clone's children") },
	{ NULL, 0, NULL },
};

/* strace's printstatus() */
static void format_status(struct str *out, const struct param *p, const struct call *c, int i,
			  bool done)
{
	const int *status = call_bytes(c, i, sizeof(*status));
	int s;

	if (!done || c->ret <= 0 || !status) {
		str_add(out, p->name);
		return;
	}
	s = *status;
	if (WIFEXITED(s))
		str_addf(out, _("[{WIFEXITED(s) && WEXITSTATUS(s) == %d}]"), WEXITSTATUS(s));
	else if (WIFSIGNALED(s))
		str_addf(out, _("[{WIFSIGNALED(s) && WTERMSIG(s) == %s%s}]"),
			 signo_name(WTERMSIG(s)), WCOREDUMP(s) ? _(" && WCOREDUMP(s)") : "");
	else if (WIFSTOPPED(s))
		str_addf(out, _("[{WIFSTOPPED(s) && WSTOPSIG(s) == %s}]"), signo_name(WSTOPSIG(s)));
	else if (WIFCONTINUED(s))
		str_add(out, "[{WIFCONTINUED(s)}]");
	else
		str_addf(out, "[%#x]", (unsigned)s);
}

static const struct argtype type_status = { .what = N_("filled by the kernel"),
					    .format = format_status };

enum { PID, STATUS, OPTIONS };

static bool is_wait(const struct call *c)
{
	return prim_nparams(prims[c->prim]) == 1;
}

static long asked(const struct call *c)
{
	return is_wait(c) ? -1 : c->arg[PID].num;
}

static long make(struct call *c, pid_t pid, int at, int options)
{
	int *status = call_out(c, at, sizeof(*status));
	pid_t got;

	if (!status)
		return -1;
	got = waitpid(pid, status, options);
	if (got > 0)
		call_got(c, at, sizeof(*status));
	return got;
}

long wait_got(const struct call *c, int *status)
{
	const int *got;

	if (c->ret <= 0 || !(prims[c->prim]->flags & PRIM_WAIT))
		return 0;
	got = call_bytes(c, is_wait(c) ? 0 : STATUS, sizeof(*got));
	if (!got)
		return 0;
	*status = *got;
	return c->ret;
}

static long wait_make(struct call *c)
{
	return make(c, -1, 0, 0);
}

static long waitpid_make(struct call *c)
{
	return make(c, (pid_t)c->arg[PID].num, STATUS, (int)c->arg[OPTIONS].num);
}

static void wait_result(struct str *out, const struct call *c)
{
	if (c->ret == 0)
		str_addc(out, '0'); /* WNOHANG: nobody, and no pid that could differ */
}

/* Parent and group of a process, from its stat: after the name, which may hold anything. */
static bool relatives(const struct world *w, pid_t pid, int *parent, int *group)
{
	char text[512], *at;

	if (sysv_read_proc(w, &(struct peer){ .pid = pid }, "stat", text, sizeof(text)) < 0)
		return false;
	at = strrchr(text, ')');
	return at && sscanf(at + 1, " %*c %d %d", parent, group) == 2;
}

struct children {
	const struct world *w;
	long pid;
	struct str *out;
	int n, total, own_group;
	bool all_stopped;
};

static bool wanted(const struct children *ch, const struct peer *p)
{
	int parent, group;

	if (!relatives(ch->w, p->pid, &parent, &group) || parent != ch->w->self.pid)
		return false;
	return ch->pid == -1 || ch->pid == p->pid || (ch->pid == 0 && group == ch->own_group) ||
	       (ch->pid < -1 && group == -ch->pid);
}

static bool count_child(void *arg, const struct peer *p)
{
	struct children *ch = arg;

	ch->total += wanted(ch, p);
	return true;
}

static bool add_child(void *arg, const struct peer *p)
{
	struct children *ch = arg;

	if (!wanted(ch, p))
		return true;
	if (++ch->n > 1)
		str_add(ch->out, ch->n == ch->total ? _(" and ") : _(", "));
	str_add(ch->out, p->name);
	ch->all_stopped &= p->stopped;
	return true;
}

static void wait_asleep(struct str *out, const struct call *c, const struct world *w)
{
	struct str names = STR_INIT;
	struct children ch = { .w = w, .pid = asked(c), .out = &names, .all_stopped = true };
	int parent;

	relatives(w, w->self.pid, &parent, &ch.own_group);
	w->peers(w->ctx, count_child, &ch);
	w->peers(w->ctx, add_child, &ch);
	if (ch.n == 0)
		str_add(out, _("its child still runs"));
	else if (ch.all_stopped)
		str_addf(out, _("%s %s %s stopped: SIGCONT lets it run on"),
			 ch.n == 1 ? _("child") : _("children"), str_text(&names),
			 ch.n == 1 ? _("is") : _("are"));
	else
		str_addf(out, _("%s %s still run%s"), ch.n == 1 ? _("child") : _("children"),
			 str_text(&names), ch.n == 1 ? "s" : "");
	str_free(&names);
}

/* A process of this session that is somebody else's child. */
struct stranger {
	long pid;
	const char *name;
};

static bool find_stranger(void *arg, const struct peer *p)
{
	struct stranger *s = arg;

	if (p->pid == s->pid)
		s->name = p->name;
	return !s->name;
}

/* With SIGCHLD ignored a child leaves no zombie: nothing will ever be there to wait for. */
static bool ignores_sigchld(const struct world *w)
{
	char text[4096], *at;

	if (sysv_read_proc(w, &w->self, "status", text, sizeof(text)) < 0)
		return false;
	at = strstr(text, "SigIgn:");
	return at && strtoull(at + 7, NULL, 16) >> (SIGCHLD - 1) & 1;
}

static void wait_why(struct str *out, const struct call *c, const struct world *w)
{
	struct stranger s = { asked(c), NULL };

	switch (c->err) {
	case ECHILD:
		if (s.pid > 0)
			w->peers(w->ctx, find_stranger, &s);
		if (s.name)
			str_addf(out, _("%s is no child of %s: only its parent can wait for it"),
				 s.name, w->self.name);
		else if (s.pid == -1)
			str_addf(out, _("%s has no child left to wait for"), w->self.name);
		else
			str_addf(out, _("%s has no such child, or has waited for it already"),
				 w->self.name);
		if (ignores_sigchld(w))
			str_add(out,
				_("; it ignores SIGCHLD, so its children leave no status behind"));
		break;
	case EINTR:
		say_woken(out, w);
		str_add(out, _(" before a child had ended"));
		break;
	case EINVAL:
		str_add(out, _("waitpid knows WNOHANG, WUNTRACED and WCONTINUED"));
		break;
	case ESRCH:
		str_add(out, _("there is no process group of that number"));
		break;
	}
}

static void wait_note(struct str *out, const struct call *c, const struct world *w)
{
	if (c->ret != 0)
		return;
	if (asked(c) > 0)
		str_addf(out, _("%s has not changed"), w->pid_name(w->ctx, (pid_t)asked(c)));
	else
		str_add(out, _("no child has changed"));
	str_add(out, _("; WNOHANG says not to sleep"));
}

const struct prim prim_wait = {
	.name = "wait",
	.topic = "processes",
	.summary = N_("wait for a child to end"),
	.help = N_("Takes the zombie away and tells how it ended."),
	.proto = "pid_t wait(int *wstatus);",
	.example = "wait",
	.man = "wait(2)",
	.errors = "ECHILD EINTR",
	.param = { { "wstatus", &type_status, NULL, PARAM_OUT, NULL, NULL } },
	.flags = PRIM_WAIT,
	.binds = KIND_PID,
	.sleeps = { SYS_wait4 },
	.traced = "wait4",
	.make = wait_make,
	.result = wait_result,
	.why = wait_why,
	.asleep = wait_asleep,
};

const struct prim prim_waitpid = {
	.name = "waitpid",
	.topic = "processes",
	.summary = N_("wait for one child, or for any, to end, stop or go on"),
	.help = N_("-1: any child; 0: any of the caller's group; -GROUP: any of that group."),
	.proto = "pid_t waitpid(pid_t pid, int *wstatus, int options);",
	.example = "waitpid B WNOHANG",
	.man = "wait(2)",
	.errors = "ECHILD EINTR EINVAL ESRCH",
	.param = { { "pid", &type_pid_or_group, "-1", 0, NULL, NULL },
		   { "wstatus", &type_status, NULL, PARAM_OUT, NULL, NULL },
		   { "options", &type_flags, "0", 0, wait_constants, NULL } },
	.flags = PRIM_WAIT,
	.binds = KIND_PID,
	.sleeps = { SYS_wait4 },
	.traced = "wait4",
	.make = waitpid_make,
	.result = wait_result,
	.why = wait_why,
	.asleep = wait_asleep,
	.note = wait_note,
};
