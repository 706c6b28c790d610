/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of wait, waitpid and waitid: for whom they sleep, why nobody is there to wait for. All three are
 * one function in the kernel (do_wait() of kernel/exit.c).  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/fault.h"
#include "ipc/kin.h"
#include "ipc/pipe.h"
#include "ipc/sysv.h"
#include "ipc/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define KINDS ((unsigned)(__WNOTHREAD | __WALL | __WCLONE))

static const char *name_of(const struct world *w, long pid)
{
	return pid == w->self.pid ? w->self.name : w->pid_name(w->ctx, (pid_t)pid);
}

/* The process that a descriptor of the caller's means; 0: it is no pidfd. */
static pid_t pid_of_fd(const struct world *w, long fd)
{
	char file[32], text[512], *at;

	snprintf(file, sizeof(file), "fdinfo/%d", (int)fd);
	/* by the session's own pid, for then the pid that stands in it is the session's as well */
	if (sysv_read_proc(w, &(struct peer){ .pid = w->self.pid }, file, text, sizeof(text)) <= 0)
		return 0;
	at = strstr(text, "\nPid:");
	return at ? (pid_t)atol(at + 5) : 0;
}

/* The caller's children, as a call asks for them. */
struct children {
	const struct world *w;
	struct asked ask;
	pid_t group;         /* that is asked for, or 0 */
	int n, all;          /* those that are asked for; children at all */
	int members;         /* processes in the group, whosever */
	struct kin first;    /* a child that is asked for, */
	struct kin other;    /* and one that is not */
	struct kin left_out; /* that is asked for, but for the flags */
	struct str *names;
	int named;
	bool all_stopped;
};

/* Which kind of children: eligible_child() of the kernel. */
static bool is_kind(const struct children *ch, const struct kin *k)
{
	const unsigned options = ch->ask.options;

	return options & __WALL || (k->exit_signal != SIGCHLD) == !!(options & __WCLONE);
}

static bool count_child(void *arg, const struct kin *k)
{
	struct children *ch = arg;
	const bool wanted =
		ch->ask.idtype == P_ALL ||
		(ch->ask.idtype == P_PGID ? k->group == ch->group : k->pid == ch->ask.id);

	ch->members += k->group == ch->group;
	if (k->parent != ch->w->self.pid)
		return true;
	ch->all++;
	if (!wanted)
		ch->other = ch->other.pid ? ch->other : *k;
	else if (!is_kind(ch, k) || (k->state == 'Z' && !(ch->ask.options & WEXITED)))
		ch->left_out = ch->left_out.pid ? ch->left_out : *k;
	else if (!ch->n++)
		ch->first = *k;
	return true;
}

static void children_of(struct children *ch, const struct call *c, const struct world *w)
{
	struct kin self;

	*ch = (struct children){ .w = w, .all_stopped = true };
	wait_asked(c, &ch->ask);
	if (ch->ask.idtype == P_PIDFD)
		ch->ask.id = pid_of_fd(w, ch->ask.id);
	if (ch->ask.idtype == P_PGID) {
		ch->group = (pid_t)ch->ask.id;
		if (!ch->group && kin_read(w, w->self.pid, &self))
			ch->group = self.group;
	}
	kin_each(w, count_child, ch);
}

/* -- asleep ----------------------------------------------------------------------------------- */

static bool add_child(void *arg, const struct peer *p)
{
	struct children *ch = arg;
	struct kin k;

	if (!kin_read(ch->w, p->pid, &k) || k.parent != ch->w->self.pid || !is_kind(ch, &k) ||
	    (ch->ask.idtype == P_PGID && k.group != ch->group) ||
	    (ch->ask.idtype != P_PGID && ch->ask.idtype != P_ALL && k.pid != ch->ask.id))
		return true;
	if (++ch->named > 1)
		str_add(ch->names, ch->named == ch->n ? _(" and ") : _(", "));
	str_add(ch->names, p->name);
	ch->all_stopped &= p->stopped;
	return true;
}

/* What it is that they have not done yet. */
static void say_what(struct str *out, const struct children *ch, const char *names)
{
	const unsigned what = ch->ask.options & (WEXITED | WSTOPPED | WCONTINUED);
	const bool one = ch->named == 1;

	if (ch->all_stopped && what != WCONTINUED)
		str_addf(out,
			 one ? _("child %s is stopped: SIGCONT lets it run on")
			     : _("children %s are stopped: SIGCONT lets them run on"),
			 names);
	else if (what & WEXITED)
		str_addf(out, one ? _("child %s still runs") : _("children %s still run"), names);
	else if (what == WSTOPPED)
		str_addf(out, _("no stop of %s has come yet"), names);
	else if (what == WCONTINUED)
		str_addf(out, _("nobody has continued %s yet"), names);
	else
		str_addf(out, _("%s has neither been stopped nor continued"), names);
}

void wait_asleep(struct str *out, const struct call *c, const struct world *w)
{
	struct str names = STR_INIT;
	struct children ch;

	children_of(&ch, c, w);
	ch.names = &names;
	w->peers(w->ctx, add_child, &ch);
	if (ch.named)
		say_what(out, &ch, str_text(&names));
	else
		str_add(out, _("its child still runs"));
	str_free(&names);
}

/* -- why -------------------------------------------------------------------------------------- */

/* With SIGCHLD ignored a child leaves no zombie: nothing will ever be there to wait for. */
static bool ignores_sigchld(const struct world *w)
{
	char text[4096], *at;

	if (sysv_read_proc(w, &w->self, "status", text, sizeof(text)) < 0)
		return false;
	at = strstr(text, "SigIgn:");
	return at && strtoull(at + 7, NULL, 16) >> (SIGCHLD - 1) & 1;
}

static void why_none(struct str *out, const struct children *ch)
{
	const struct world *w = ch->w;
	struct kin it;

	if (ch->ask.idtype == P_ALL)
		str_addf(out, _("%s has no child left to wait for"), w->self.name);
	else if (ch->ask.idtype != P_PGID && ch->ask.id == w->self.pid) {
		str_addf(out, _("%s cannot wait for itself: only its parent can"), w->self.name);
		return;
	} else if (ch->ask.idtype != P_PGID && kin_thread_of(w, (pid_t)ch->ask.id)) {
		str_addf(out, _("%ld is a thread of %s, and only processes are waited for"),
			 ch->ask.id, name_of(w, kin_thread_of(w, (pid_t)ch->ask.id)));
		return;
	} else if (ch->ask.idtype != P_PGID && kin_read(w, (pid_t)ch->ask.id, &it)) {
		str_addf(out, _("%s is no child of %s: only its parent can wait for it"),
			 name_of(w, ch->ask.id), w->self.name);
		return;
	} else if (ch->ask.idtype == P_PIDFD)
		str_add(out,
			_("the process that the descriptor means has been waited for already"));
	else if (ch->ask.idtype == P_PID)
		str_addf(out, _("there is no process %ld (any more)"), ch->ask.id);
	else if (!ch->members)
		str_addf(out, _("no process is in group %d"), ch->group);
	else {
		str_addf(out,
			 ch->ask.id ? _("no child of %s is in group %d")
				    : _("no child of %s is in its own group, %d"),
			 w->self.name, ch->group);
		if (ch->other.pid)
			str_addf(out, _(": %s is in %d"), name_of(w, ch->other.pid),
				 ch->other.group);
	}
	if (ch->ask.no_zombies)
		str_addf(
			out,
			_("; %s has SA_NOCLDWAIT for SIGCHLD, so its children leave no status behind"),
			w->self.name);
	else if (ignores_sigchld(w))
		str_addf(out, _("; %s ignores SIGCHLD, so its children leave no status behind"),
			 w->self.name);
}

/* ECHILD: nobody who could ever do what is waited for. */
static void why_nobody(struct str *out, const struct call *c, const struct world *w)
{
	struct children ch;
	const char *who;

	children_of(&ch, c, w);
	if (!ch.left_out.pid) {
		why_none(out, &ch);
		return;
	}
	who = name_of(w, ch.left_out.pid);
	if (is_kind(&ch, &ch.left_out))
		str_addf(out, _("%s is dead already; only with WEXITED would it be waited for"),
			 who);
	else if (ch.ask.options & __WCLONE)
		str_addf(out,
			 _("__WCLONE leaves %s out: it waits only for children that send another "
			   "signal than SIGCHLD, or none, when they end"),
			 who);
	else
		str_addf(out, _("%s does not send SIGCHLD when it ends: __WALL would wait for it"),
			 who);
}

static void why_waitpid_invalid(struct str *out, unsigned options)
{
	format_flags(out, wait_constants, options & ~(WNOHANG | WUNTRACED | WCONTINUED | KINDS));
	str_add(out,
		_(" is no option of waitpid's, which has WNOHANG, WUNTRACED and WCONTINUED; of ends it "
		  "always tells"));
}

/* In the kernel's order: kernel_waitid_prepare(). */
static void why_waitid_invalid(struct str *out, const struct asked *a)
{
	const unsigned what = WEXITED | WSTOPPED | WCONTINUED;
	const unsigned unknown = a->options & ~(what | WNOHANG | WNOWAIT | KINDS);

	if (unknown)
		str_addf(out, _("waitid has no option %#x"), unknown);
	else if (!(a->options & what))
		str_add(out,
			_("wait for what? One of WEXITED, WSTOPPED and WCONTINUED must be there"));
	else if (a->idtype < P_ALL || a->idtype > P_PIDFD)
		str_addf(out, _("%d is none of P_ALL, P_PID, P_PGID and P_PIDFD"), a->idtype);
	else if (a->idtype == P_PID)
		str_addf(out,
			 _("P_PID takes the number of a process, which is greater than 0, not %d"),
			 (int)a->id);
	else if (a->idtype == P_PGID)
		str_addf(out, _("P_PGID takes the number of a group, not negative: not %d"),
			 (int)a->id);
	else
		str_addf(out, _("P_PIDFD takes a descriptor, which is not negative: not %d"),
			 (int)a->id);
}

static void why_not_pidfd(struct str *out, const struct world *w, long fd)
{
	why_ebadf(out, w, fd, 0);
	if (!out->len)
		str_addf(out, _("%d does not mean a process: pidfd_open gives one that does"),
			 (int)fd);
}

void wait_why(struct str *out, const struct call *c, const struct world *w)
{
	struct asked a;

	wait_asked(c, &a);
	switch (c->err) {
	case ECHILD:
		why_nobody(out, c, w);
		break;
	case EINTR:
		say_woken(out, w);
		str_add(out, a.options == WEXITED ? _(" before a child had ended")
						  : _(" before a child had changed"));
		break;
	case EAGAIN:
		str_addf(out, _("%s has not changed; PIDFD_NONBLOCK says not to sleep"),
			 name_of(w, pid_of_fd(w, a.id)));
		break;
	case EBADF:
		why_not_pidfd(out, w, a.id);
		break;
	case EINVAL:
		if (prim_nparams(prims[c->prim]) == 4)
			why_waitid_invalid(out, &a);
		else
			why_waitpid_invalid(out, (unsigned)c->arg[2].num);
		break;
	case EFAULT: /* wait4(), waitid() of kernel/exit.c: all is done before anything is told */
		why_fault(out, c, w);
		if (!(a.options & WNOWAIT))
			str_add(out,
				_("; the child that was ready has been waited for all the same, "
				  "and what became of it is lost"));
		break;
	case ESRCH: /* kernel_wait4() */
		str_addf(out, _("%d has no positive counterpart, so it means no group"), INT_MIN);
		break;
	}
}

/* 0 without anybody, which WNOHANG allows. */
void wait_note(struct str *out, const struct call *c, const struct world *w)
{
	struct asked a;
	struct kin it;
	int status;

	wait_asked(c, &a);
	if (wait_got(c, &status) && a.options & WNOWAIT)
		str_addf(out, _("WNOWAIT only looks: %s can be waited for again"),
			 name_of(w, wait_got(c, &status)));
	if (c->ret != 0 || wait_got(c, &status))
		return;
	if (a.idtype == P_PIDFD)
		a.id = pid_of_fd(w, a.id);
	if (a.idtype != P_PID && a.idtype != P_PIDFD)
		str_add(out, _("no child has changed"));
	else if (!(a.options & WSTOPPED) && kin_read(w, (pid_t)a.id, &it) && it.state == 'T')
		str_addf(out,
			 _("%s has not ended; that it is stopped only WSTOPPED (WUNTRACED) tells"),
			 name_of(w, a.id));
	else
		str_addf(out, _("%s has not changed"), name_of(w, a.id));
	str_add(out, _("; WNOHANG says not to sleep"));
}
