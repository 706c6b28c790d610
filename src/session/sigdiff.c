/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dispositions, masks and pending signals before and after a command that may change them; and what
 * became of a signal that changed nothing: ignored, or one with a pending one.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/signal.h"
#include "session/report.h"
#include "session/world.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct sigdiff {
	pid_t caller;
	int signo; /* what the call sends, or 0 */
	int n, cap;
	struct before {
		pid_t pid;
		bool target;  /* signo was sent to it */
		int unread;   /* errno: it could not be looked at */
		int children; /* that are alive */
		struct sigstate state;
	} * p;
};

/* 0, or an errno; ESRCH: there is nobody to look at. */
static int read_state(struct session *s, const struct process *p, struct sigstate *st)
{
	struct peer peer = { .name = p->name, .pid = p->pid, .outer = p->outer };

	if (p->act == ACT_ASLEEP && p->op == OP_CALL) {
		peer.call = &p->call;
		peer.blocked = p->blocked;
	}
	return p->act > ACT_PROGRAM ? ESRCH : sigstate_read(&s->world, &peer, st);
}

static pid_t group_of(struct process *p)
{
	struct seen seen;

	return look_at(&p->look, &seen) ? seen.group : 0;
}

/* The signal that the call sends; 0: none, or it is no call that does. */
static int signal_of(const struct process *caller)
{
	int i = prim_param(prims[caller->call.prim], "sig", 3);
	long signo = i < 0 ? 0 : caller->call.arg[i].num;

	return signo > 0 && signo <= SIGRTMAX ? (int)signo : 0;
}

/* Is p one of those whom the call signals? kill(2)'s pid; without one it is the caller (raise). */
static bool is_target(struct process *caller, struct process *p)
{
	const struct prim *prim = prims[caller->call.prim];
	long pid = caller->pid;

	if (!(prim->flags & PRIM_SIGNALS))
		return false;
	for (int i = 0; i < prim_nparams(prim); i++)
		if (prim->param[i].type->kind == KIND_PID)
			pid = caller->call.arg[i].num;
	if (pid > 0)
		return pid == p->pid;
	if (pid == -1)
		return p != caller;
	return group_of(p) == (pid ? (pid_t)(0 - (unsigned long)pid) : group_of(caller));
}

static bool has_target_child(struct session *s, struct process *caller, const struct process *p)
{
	for (int i = 0; i < s->procs.n; i++)
		if (s->procs.p[i]->parent == p->pid && is_target(caller, s->procs.p[i]))
			return true;
	return false;
}

/* How many children of a process are alive. */
static int children_of(struct session *s, pid_t pid)
{
	int n = 0;

	for (int i = 0; i < s->procs.n; i++)
		n += s->procs.p[i]->parent == pid && s->procs.p[i]->act < ACT_ZOMBIE;
	return n;
}

/* Before a wait for signals: while it lasts the kernel shows another mask. */
static void note_mask(struct session *s, struct process *caller)
{
	struct sigstate st;

	if (signal_waits(&caller->call) && !read_state(s, caller, &st))
		caller->blocked = st.blocked;
}

struct sigdiff *sigdiff_before(struct session *s, struct process *caller)
{
	struct sigdiff *d;

	note_mask(s, caller);
	if (!s->diff || !(prims[caller->call.prim]->flags & (PRIM_SIGNALS | PRIM_SIGSTATE)))
		return NULL;
	d = xcalloc(1, sizeof(*d));
	d->caller = caller->pid;
	d->signo = signal_of(caller);
	for (int i = 0; i < s->procs.n; i++) {
		struct process *p = s->procs.p[i];
		struct before b = { .pid = p->pid, .target = is_target(caller, p) };

		/* a parent may get SIGCHLD */
		if (p != caller && !b.target && !has_target_child(s, caller, p))
			continue;
		b.children = children_of(s, p->pid);
		if (p->act == ACT_ZOMBIE)
			b.state.state = 'Z';
		else
			b.unread = read_state(s, p, &b.state);
		if (b.unread == ESRCH)
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
	struct event e = { .type = EV_PROCESS, .change = PROCESS_CHANGED, .nnotes = 1 };

	(void)subject;
	e.note = &text;
	session_emit(t->s, t->p, &e);
}

/* Why the signal is thrown away by a process in this state, or NULL if it is not. "": SIG_IGN. */
static const char *ignored_why(const struct sigstate *was, int signo)
{
	const uint64_t bit = 1ULL << (signo - 1);

	if (was->state == 'Z')
		return _("it is a zombie, dead already");
	if (was->blocked & bit || was->state == 'T')
		return NULL;
	if (was->ignored & bit)
		return "";
	if (was->caught & bit)
		return NULL;
	if (signo == SIGCHLD || signo == SIGURG || signo == SIGWINCH)
		return _("that is its default action");
	return signo == SIGCONT ? _("it is not stopped") : NULL;
}

/* A terminal's stop signal has no effect where nobody could continue the process: get_signal(), kernel/signal.c. */
static bool stops_nobody(const struct sigstate *was, const struct sigstate *now, int signo)
{
	const uint64_t bit = 1ULL << (signo - 1);

	return (signo == SIGTSTP || signo == SIGTTIN || signo == SIGTTOU) && was->state != 'T' &&
	       now->state != 'T' && !((was->caught | now->pending) & bit);
}

/* The signal arrived, and yet nothing is different. */
static void tell_no_effect(struct telling *t, const struct sigdiff *d, const struct before *b,
			   const struct sigstate *now)
{
	const uint64_t bit = 1ULL << (d->signo - 1);
	const char *why = ignored_why(&b->state, d->signo);
	struct event e = { .type = EV_SIGNAL, .signo = d->signo, .action = SIGNAL_IGNORED };
	/* kill(2) does not fail then, as sigqueue does: __send_signal_locked() */
	const bool full = d->signo >= SIGRTMIN && b->state.queued >= b->state.limit;
	struct str text = STR_INIT;

	if (!why && stops_nobody(&b->state, now, d->signo))
		why = _("its group is orphaned, so that nobody would let it go on");
	if (why) {
		e.from = t->s->world.pid_name(t->s, d->caller);
		e.why = *why ? why : NULL;
		session_emit(t->s, t->p, &e);
	} else if (b->state.pending & now->pending & bit) {
		str_addf(&text,
			 d->signo < SIGRTMIN ? _("%s was pending already: this one is lost")
			 : full ? _("%s was pending already, and as many signals are queued as "
				    "RLIMIT_SIGPENDING allows: this one is lost")
				: _("one more %s is queued"),
			 signo_name(d->signo));
		tell(t, t->p->name, str_text(&text));
	} else if (full) {
		str_addf(
			&text,
			_("as many signals are queued as RLIMIT_SIGPENDING allows: %s comes, but not "
			  "who sent it"),
			signo_name(d->signo));
		tell(t, t->p->name, str_text(&text));
	}
	str_free(&text);
}

/* SIGCHLD is one bit, however many children have died. */
static void tell_lost_child(struct telling *t, const struct before *b, const struct sigstate *now)
{
	const uint64_t bit = 1ULL << (SIGCHLD - 1);

	if (b->state.pending & now->pending & bit && children_of(t->s, t->p->pid) < b->children)
		tell(t, t->p->name,
		     _("SIGCHLD was pending already: the one for this death is lost"));
}

static void tell_unread(struct telling *t, int errnum)
{
	struct str text = STR_INIT;

	if (errnum == ESRCH)
		return;
	str_addf(&text, _("its signals could not be looked at: %s"), strerror(errnum));
	tell(t, t->p->name, str_text(&text));
	str_free(&text);
}

/* Is a call of the caller's that has sent the signal; then its targets show an effect, or why there is none. */
static bool was_sent(struct session *s, const struct sigdiff *d)
{
	const struct process *caller = procs_by_pid(&s->procs, d->caller);

	return caller && d->signo && caller->call.ret == 0;
}

static void tell_one(struct telling *t, const struct sigdiff *d, const struct before *b,
		     const struct sigstate *now, int unread)
{
	if (unread) {
		tell_unread(t, unread);
		return;
	}
	if (b->target && was_sent(t->s, d))
		tell_no_effect(t, d, b, now);
	tell_lost_child(t, b, now);
	sigstate_changes(t->p->name, now, &b->state, tell, t);
}

void sigdiff_after(struct session *s, struct sigdiff *d)
{
	for (int i = 0; d && i < d->n; i++) {
		struct telling t = { s, procs_by_pid(&s->procs, d->p[i].pid) };
		struct sigstate now = d->p[i].state;
		int unread = d->p[i].unread;

		if (t.p && !unread && now.state != 'Z')
			unread = read_state(s, t.p, &now);
		for (int v = t.p ? session_voice(s, 0) : 0; v; v = session_voice(s, v))
			tell_one(&t, d, &d->p[i], &now, unread);
	}
	if (d)
		free(d->p);
	free(d);
}
