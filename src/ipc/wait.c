/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wait, waitpid, waitid: how a parent learns of its children's ends; and pidfd_open, for one of the
 * ways to say which child.  make functions run in a learner's process, the rest in the shell; what
 * is said of sleep and refusals is in wait_why.c.
 */
#include "ipc/wait.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/kin.h"
#include "ipc/pipe.h"
#include "ipc/process.h"
#include "ipc/signal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* In strace's order; WUNTRACED is WSTOPPED to it. */
const struct constant wait_constants[] = {
	{ "WNOHANG", WNOHANG, N_("never sleep: 0 if no child is ready") },
	{ "WEXITED", WEXITED, N_("waitid: children that have ended") },
	{ "WSTOPPED", WSTOPPED, N_("stopped children too") },
	{ "WUNTRACED", WUNTRACED, N_("WSTOPPED, as waitpid calls it") },
	{ "WCONTINUED", WCONTINUED, N_("children that SIGCONT has continued too") },
	{ "WNOWAIT", WNOWAIT, N_("waitid: look only; the child can be waited for again") },
	{ "__WCLONE", (long)(unsigned)__WCLONE, N_("only clone's children") },
	{ "__WALL", __WALL, N_("all kinds of children") },
	{ "__WNOTHREAD", __WNOTHREAD, N_("children of this thread only") },
	{ NULL, 0, NULL },
};

static const struct constant idtypes[] = {
	{ "P_ALL", P_ALL, N_("any child; the id does not matter") },
	{ "P_PID", P_PID, N_("this child") },
	{ "P_PGID", P_PGID, N_("any child of this group; 0: of the caller's") },
	{ "P_PIDFD", P_PIDFD, N_("the child of this descriptor (pidfd_open)") },
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
					    .format = format_status,
					    .size = sizeof(int) };

/* wait: its one argument; waitpid: pid, status, options; waitid: idtype, id, info, options. */
static int out_of(const struct call *c)
{
	return prim_nparams(prims[c->prim]) / 2;
}

/*
 * SA_NOCLDWAIT is to be seen nowhere from outside: where there is no child, the call brings along whether
 * it is the reason, in the number of the argument that the kernel did not fill.
 */
static long no_zombies(struct call *c, long r)
{
	const int err = errno;
	struct sigaction act;

	if (r == -1 && err == ECHILD && !c->arg[out_of(c)].null && !sigaction(SIGCHLD, NULL, &act))
		c->arg[out_of(c)].num = !!(act.sa_flags & SA_NOCLDWAIT);
	errno = err;
	return r;
}

static long make(struct call *c, pid_t pid, int options)
{
	const int at = out_of(c);
	int *status = call_out(c, at, sizeof(*status));
	pid_t got;

	if (call_failed(c, at, status))
		return -1;
	got = (pid_t)syscall(SYS_wait4, pid, status, options, NULL);
	if (got > 0)
		call_got(c, at, sizeof(*status));
	return no_zombies(c, got);
}

static long wait_make(struct call *c)
{
	return make(c, -1, 0);
}

static long waitpid_make(struct call *c)
{
	return make(c, (pid_t)c->arg[0].num, (int)c->arg[2].num);
}

static void wait_result(struct str *out, const struct call *c)
{
	if (c->ret == 0)
		str_addc(out, '0'); /* WNOHANG: nobody, and no pid that could differ */
}

extern const struct prim prim_waitid;

/* -- waitid ----------------------------------------------------------------------------------- */

enum { IDTYPE, ID, INFO, OPTIONS };

static int parse_id(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_number(ps, p, c->arg[IDTYPE].num == P_PIDFD ? KIND_FD : KIND_PID,
			    &c->arg[i].num);
}

static void format_id(struct str *out, const struct param *p, const struct call *c, int i,
		      bool done)
{
	const long type = c->arg[IDTYPE].num;

	if (type == P_PID || type == P_PGID)
		type_pid_or_group.format(out, p, c, i, done);
	else
		str_num(out, (int)c->arg[i].num);
}

static const struct argtype type_id = {
	.what = N_("a process, a group or a descriptor"),
	.parse = parse_id,
	.format = format_id,
	.kind = KIND_PID,
	.number = true,
};

static long waitid_make(struct call *c)
{
	siginfo_t *info = call_out(c, INFO, sizeof(*info));
	long r;

	if (call_failed(c, INFO, info))
		return -1;
	if (!c->arg[INFO].null)
		memset(info, 0, sizeof(*info)); /* the kernel fills in a few members */
	r = syscall(SYS_waitid, (int)c->arg[IDTYPE].num, (int)c->arg[ID].num, info,
		    (int)c->arg[OPTIONS].num, NULL);
	if (r == 0)
		call_got(c, INFO, sizeof(*info));
	return no_zombies(c, r);
}

/* Of whom the kernel has told, and how it ended as wait(2) writes it; 0: of nobody. */
static long told_by_info(const struct call *c, int *status)
{
	const void *bytes = c->ret == 0 ? call_bytes(c, INFO, sizeof(siginfo_t)) : NULL;
	siginfo_t info = { 0 };

	if (bytes)
		memcpy(&info, bytes, sizeof(info));
	*status = info.si_code == CLD_EXITED      ? W_EXITCODE(info.si_status & 0xff, 0)
		  : info.si_code == CLD_STOPPED   ? W_STOPCODE(info.si_status)
		  : info.si_code == CLD_CONTINUED ? 0xffff
						  : info.si_status & 0x7f;
	if (info.si_code == CLD_DUMPED)
		*status |= WCOREFLAG;
	return info.si_pid;
}

long wait_got(const struct call *c, int *status)
{
	const int *got;

	if (!(prims[c->prim]->flags & PRIM_WAIT))
		return 0;
	if (prims[c->prim] == &prim_waitid)
		return told_by_info(c, status);
	got = c->ret > 0 ? call_bytes(c, out_of(c), sizeof(*got)) : NULL;
	if (!got)
		return 0;
	*status = *got;
	return c->ret;
}

void wait_asked(const struct call *c, struct asked *a)
{
	const int n = prim_nparams(prims[c->prim]);

	*a = (struct asked){ .idtype = P_ALL, .options = WEXITED };
	a->no_zombies = c->err == ECHILD && !c->arg[out_of(c)].null && c->arg[out_of(c)].num;
	if (n == 4) {
		a->idtype = (int)c->arg[IDTYPE].num;
		a->id = c->arg[ID].num;
		a->options = (unsigned)c->arg[OPTIONS].num;
	} else if (n == 3) {
		const long pid = c->arg[0].num;

		a->idtype = pid == -1 ? P_ALL : pid > 0 ? P_PID : P_PGID;
		a->id = pid < 0 ? -pid : pid;
		a->options = (unsigned)c->arg[2].num | WEXITED;
	}
}

static bool wait_give(const struct call *c, int n, struct given *g)
{
	const int i = prims[c->prim]->param[0].flags & PARAM_OUT ? 0 : 1;
	const int *status = call_bytes(c, i, sizeof(*status));

	/* with WNOHANG, none may have been filled in */
	g->num[1] = status && c->ret > 0 ? *status : 0;
	return n == 1 || status;
}

const struct prim prim_wait = {
	.name = "wait",
	.topic = "processes",
	.summary = N_("wait for a child to end"),
	.help = N_(
		"Takes the zombie away and tells how it ended. `b status = wait` names the child and its status,\n"
		"in which status/256 is what it exited with, and status%128 the signal that killed it."),
	.proto = "pid_t wait(int *wstatus);",
	.example = "fork B\n"
		   "B> exit 3\n"
		   "wait",
	.man = "wait(2)",
	.errors = "ECHILD EFAULT EINTR",
	.param = { { "wstatus", &type_status, NULL, PARAM_OUT | PARAM_NULL, NULL, NULL } },
	.flags = PRIM_WAIT,
	.binds = KIND_PID,
	.two = "b status",
	.give = wait_give,
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
	.example = "fork B\n"
		   "waitpid B WNOHANG",
	.man = "wait(2)",
	.errors = "ECHILD EFAULT EINTR EINVAL ESRCH",
	.param = { { "pid", &type_pid_or_group, "-1", 0, NULL, NULL },
		   { "wstatus", &type_status, NULL, PARAM_OUT | PARAM_NULL, NULL, NULL },
		   { "options", &type_flags, "0", 0, wait_constants, NULL } },
	.flags = PRIM_WAIT,
	.binds = KIND_PID,
	.two = "b status",
	.give = wait_give,
	.sleeps = { SYS_wait4 },
	.traced = "wait4",
	.make = waitpid_make,
	.result = wait_result,
	.why = wait_why,
	.asleep = wait_asleep,
	.note = wait_note,
};

const struct prim prim_waitid = {
	.name = "waitid",
	.topic = "processes",
	.summary = N_("wait for a child, and say for what"),
	.help = N_(
		"waitid P_PID B WEXITED|WNOWAIT looks at the zombie and leaves it. Returns 0: what became of\n"
		"whom is in the siginfo; with WNOHANG this is empty if no child is ready."),
	.proto = "int waitid(idtype_t idtype, id_t id, siginfo_t *infop, int options);",
	.example = "fork B\n"
		   "B> exit 3\n"
		   "waitid P_PID B WEXITED|WNOWAIT",
	.man = "wait(2)",
	.errors = "EAGAIN EBADF ECHILD EFAULT EINTR EINVAL",
	.param = { { "idtype", &type_cmd, "P_ALL", 0, idtypes, NULL },
		   { "id", &type_id, "0", 0, NULL, NULL },
		   { "infop", &type_siginfo, NULL, PARAM_OUT | PARAM_NULL, NULL, NULL },
		   { "options", &type_flags, "WEXITED", 0, wait_constants, NULL } },
	.flags = PRIM_WAIT,
	.sleeps = { SYS_waitid },
	.make = waitid_make,
	.why = wait_why,
	.asleep = wait_asleep,
	.note = wait_note,
};

/* -- pidfd_open ------------------------------------------------------------------------------- */

static const struct constant pidfd_constants[] = {
	{ "PIDFD_NONBLOCK", O_NONBLOCK, N_("waitid fails with EAGAIN rather than sleep") },
	{ "PIDFD_THREAD", O_EXCL, N_("the number may be a thread's") },
	{ NULL, 0, NULL },
};

static long pidfd_open_make(struct call *c)
{
	return syscall(SYS_pidfd_open, (pid_t)c->arg[0].num, (unsigned)c->arg[1].num);
}

static void pidfd_open_why(struct str *out, const struct call *c, const struct world *w)
{
	const unsigned flags = (unsigned)c->arg[1].num;
	const unsigned unknown = flags & ~(unsigned)(O_NONBLOCK | O_EXCL);
	const pid_t process = kin_thread_of(w, (pid_t)c->arg[0].num);

	switch (c->err) {
	case EINVAL: /* of a thread until Linux 6.14 */
	case ENOENT:
		if (unknown)
			str_addf(out, _("pidfd_open does not know the flag %#x"), unknown);
		else if (c->arg[0].num <= 0)
			str_add(out, _("a process's number is greater than 0"));
		else if (flags & O_EXCL)
			str_add(out, _("this kernel does not know PIDFD_THREAD (Linux 6.9 does)"));
		else if (process)
			str_addf(out, _("%ld is a thread of %s: that needs PIDFD_THREAD"),
				 c->arg[0].num, w->pid_name(w->ctx, process));
		else
			str_add(out,
				_("this kernel does not know PIDFD_NONBLOCK (Linux 5.10 does)"));
		break;
	case ESRCH:
		str_addf(out, _("there is no process %ld"), c->arg[0].num);
		break;
	case EMFILE:
	case ENFILE:
		why_emfile(out, w, c->err);
		break;
	}
}

const struct prim prim_pidfd_open = {
	.name = "pidfd_open",
	.topic = "processes",
	.summary = N_("a descriptor that means a process"),
	.help = N_(
		"Unlike a number it can never mean another process later. poll finds it ready when the\n"
		"process has ended, and waitid takes it with P_PIDFD."),
	.proto = "int pidfd_open(pid_t pid, unsigned int flags);",
	.example = "fork B\n"
		   "p = pidfd_open B",
	.man = "pidfd_open(2)",
	.errors = "EINVAL EMFILE ENFILE ENODEV ENOENT ENOMEM ESRCH",
	.param = { { "pid", &type_pid, NULL, 0, NULL, NULL },
		   { "flags", &type_flags, "0", 0, pidfd_constants, NULL } },
	.flags = PRIM_FDS,
	.binds = KIND_FD,
	.make = pidfd_open_make,
	.why = pidfd_open_why,
};
