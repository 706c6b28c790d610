/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/pass.h"
#include "call/prim.h"
#include "ipc/seconds.h"
#include "proc/others.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Whoever dies does so inside a section of the kernel that holds tasklist_lock for writing
 * (exit_notify in kernel/exit.c): undo, closed ends and the parent's wake-up are done when this
 * call, which takes the lock for reading, returns.
 */
static void barrier(void)
{
	siginfo_t none;

	waitid(P_ALL, 0, &none, WEXITED | WNOHANG | WNOWAIT);
}

bool pass_watches(const struct process *p)
{
	return p->act == ACT_BUSY || p->act == ACT_ASLEEP || p->act == ACT_PROGRAM || p->suspect ||
	       (p->stopped && p->act == ACT_IDLE);
}

/* PIDFD_GET_INFO (linux/pidfd.h, 6.13): the exit status of one that is reaped already. */
struct pidfd_info_v0 {
	uint64_t mask, cgroup;
	uint32_t ids[11];
	int32_t exit_code;
};

/* -1: the kernel does not tell (before 6.15). */
static int status_of_reaped(int pidfd)
{
	enum { TRIES = 1000 };
	struct pidfd_info_v0 info = { .mask = 1 << 3 }; /* PIDFD_INFO_EXIT */
	int r;

	/* ESRCH also while it is being taken out of the table (pidfd_info() in fs/pidfs.c) */
	for (int i = 0; (r = ioctl(pidfd, _IOWR(0xFF, 11, struct pidfd_info_v0), &info)) &&
			errno == ESRCH && i < TRIES;
	     i++)
		sched_yield();
	return r || !(info.mask & 1 << 3) ? -1 : info.exit_code;
}

bool pass_died(const struct process *p)
{
	struct pollfd dead = { .fd = p->pidfd, .events = POLLIN };

	return poll(&dead, 1, 0) > 0;
}

void pass_death(struct procs *ps, struct process *p)
{
	struct process *parent = procs_by_pid(ps, p->parent);
	bool in_exec =
		p->act == ACT_BUSY && p->op == OP_CALL && prims[p->call.prim]->flags & PRIM_EXEC;

	barrier();
	if (p->act == ACT_ASLEEP || p->stopped)
		ps->nasleep--;
	p->stopped = p->clock = p->suspect = false;
	p->act = look_at(&p->look, &p->seen) && p->seen.state == 'Z' ? ACT_ZOMBIE : ACT_GONE;
	p->status = p->act == ACT_ZOMBIE ? p->seen.exit_code : status_of_reaped(p->pidfd);
	p->moved |= MOVED_DIED;
	/* a program that ends before anybody has looked has been started all the same */
	if (in_exec && (p->act == ACT_GONE || p->seen.execed))
		p->moved |= MOVED_EXECED;
	ps->nzombies++;
	epoll_ctl(ps->epoll, EPOLL_CTL_DEL, p->pidfd, NULL);
	/* its children are init's now, its parent got SIGCHLD */
	for (int i = 0; i < ps->n; i++) {
		if (ps->p[i]->parent == p->pid && ps->p[i]->act < ACT_ZOMBIE) {
			ps->p[i]->parent = ps->adopter && look_at(&ps->p[i]->look, &ps->p[i]->seen)
						   ? ps->p[i]->seen.parent
						   : ps->init;
			ps->p[i]->moved |= MOVED_ORPHANED;
		}
	}
	if (parent && parent->act == ACT_IDLE)
		parent->suspect = true;
}

/* Has the child's program been replaced? The kernel remembers of each fork whether it has not. */
static bool has_execed(const struct process *p)
{
	return p->op == OP_CALL && prims[p->call.prim]->flags & PRIM_EXEC && p->act == ACT_BUSY &&
	       p->seen.execed;
}

/*
 * Somebody has written over the arena: it waits for a request, and the shell for its answer. The request
 * is still there (then its wake-up was lost), or what was in the word is lost, and counts as the answer.
 */
static enum verdict mend_slot(struct procs *ps, struct process *p)
{
	struct slot *s = &ps->arena->slot[p->slot];
	uint32_t word = atomic_load(&s->word);

	if ((p->act != ACT_BUSY && p->act != ACT_ASLEEP) || p->seen.state != 'S' ||
	    p->seen.nr != SYS_futex || p->seen.arg[0] != (unsigned long)&s->word ||
	    (word & WORD_STATE) == WORD_DONE)
		return MOVING;
	if (word == WORD_REQUEST) {
		slot_nudge(s);
		return MOVING;
	}
	s->call.ret = -1;
	s->call.err = EFAULT;
	atomic_store(&s->word, WORD_DONE);
	return NEWS;
}

/* Was it asked to sleep for a limited time, and for how long? poll's is in milliseconds. */
static bool is_limited(const struct call *c, struct timespec *t)
{
	const struct prim *prim = prims[c->prim];

	for (int i = 0; prim->flags & PRIM_CLOCK && i < prim_nparams(prim); i++) {
		if (prim->param[i].type == &type_seconds && seconds_arg(c, i, t))
			return true;
		if (prim->param[i].type == &type_seconds ||
		    strcmp(prim->param[i].name, "timeout") || c->arg[i].num < 0)
			continue;
		*t = (struct timespec){ c->arg[i].num / 1000, c->arg[i].num % 1000 * 1000000 };
		return true;
	}
	return false;
}

/*
 * A time-out of 0 is no sleep, though the kernel may make it one of some microseconds.  Nor is one that is over before
 * anything else could be typed: whether it was seen asleep would be chance.
 */
static bool ends_at_once(const struct call *c)
{
	enum { SHORT_NS = 1000000 };
	struct timespec t;

	return is_limited(c, &t) && !t.tv_sec && t.tv_nsec >= 0 && t.tv_nsec <= SHORT_NS;
}

/* Will a clock end its sleep? After SIGCONT the kernel's call is restart_syscall, which does not tell. */
bool pass_clocked(const struct process *p)
{
	struct timespec t;

	if ((p->act != ACT_BUSY && p->act != ACT_ASLEEP) || p->op != OP_CALL ||
	    !look_timed(&p->seen))
		return false;
	return p->seen.nr == SYS_restart_syscall ? is_limited(&p->call, &t)
						 : (prims[p->call.prim]->flags & PRIM_CLOCK) != 0;
}

/* Is the call that it sleeps in one of those that its primitive may have? */
static bool sleeps_as_asked(const struct process *p)
{
	const struct seen *s = &p->seen;
	long nr = s->nr == 0 ? PRIM_NR_READ : s->nr;

	if (s->state != 'S' || (p->op == OP_CALL && ends_at_once(&p->call)))
		return false;
	if (p->op == OP_PIPELINE)
		return nr == SYS_wait4 || nr == SYS_waitid;
	if (nr == SYS_restart_syscall)
		return true;
	for (int i = 0; i < 4 && prims[p->call.prim]->sleeps[i]; i++)
		if (prims[p->call.prim]->sleeps[i] == nr)
			return true;
	return false;
}

static bool is_at_rest(struct procs *ps, struct process *p)
{
	const struct seen *s = &p->seen;

	if (s->state == 'T') /* its parent is told before it leaves the CPU (do_signal_stop) */
		return s->nr != -2;
	/* inexact, and labelled so: it sleeps, and it had been asked, or had said that it is idle */
	if (s->nr == LOOK_BLIND && p->act != ACT_PROGRAM)
		return s->state == 'S' &&
		       (p->act != ACT_IDLE || atomic_load(&ps->arena->slot[p->slot].asleep));
	switch (p->act) {
	case ACT_BUSY:
	case ACT_ASLEEP:
		return sleeps_as_asked(p);
	case ACT_PROGRAM:
		return look_waits(s);
	default:
		return s->state == 'S' && s->nr == SYS_futex &&
		       s->arg[0] == (unsigned long)&ps->arena->slot[p->slot].word;
	}
}

bool pass_starts(const struct process *p)
{
	const struct seen *s = &p->seen;

	return s->state != 'T' && !(s->state == 'S' && s->nr == LOOK_BLIND) && !sleeps_as_asked(p);
}

/* The signal that stopped it (the last field of stat), 0 once its parent has waited for that. */
static int stop_signal(const struct process *p)
{
	char buf[512], *last;
	ssize_t n = pread(p->look.stat, buf, sizeof(buf) - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	last = strrchr(buf, ' ');
	return last ? atoi(last) : 0;
}

/* It rests: was it stopped or continued before? Then its parent may have work to do. */
static bool note_stop(struct procs *ps, struct process *p)
{
	bool stopped = p->seen.state == 'T';
	bool counted = p->act == ACT_ASLEEP || p->stopped;
	struct process *parent = procs_by_pid(ps, p->parent);

	if (stopped == p->stopped)
		return false;
	p->stopped = stopped;
	p->status = stopped ? W_STOPCODE(stop_signal(p)) : -1;
	p->moved |= stopped ? MOVED_STOPPED : MOVED_CONTINUED;
	ps->nasleep += (p->act == ACT_ASLEEP || p->stopped) - counted;
	if (parent && parent->act == ACT_IDLE)
		parent->suspect = true; /* SIGCHLD */
	return true;
}

/* Looks at one process. first: of the two passes. */
static enum verdict pass_one(struct procs *ps, struct process *p, bool first)
{
	if (!first && look_same(&p->look, &p->seen))
		return QUIET;
	look_at(&p->look, &p->seen);
	if (p->seen.dying) {
		if (!pass_died(p))
			return MOVING;
		pass_death(ps, p);
		return NEWS;
	}
	if (first && has_execed(p) && !slot_done(&ps->arena->slot[p->slot])) {
		p->act = ACT_PROGRAM;
		p->moved |= MOVED_EXECED;
		ps->programs = true;
		look_close(&p->look); /* syscall is checked against who opened it, before exec */
		look_open(&p->look, ps->proc, p->pid, 0);
		return NEWS;
	}
	if (!is_at_rest(ps, p))
		return mend_slot(ps, p);
	if (note_stop(ps, p))
		return NEWS;
	return first ? QUIET : MOVING;
}

enum verdict pass_alone(struct procs *ps, struct process *p)
{
	if (!look_briefly(&p->look, &p->seen) || p->seen.nr == LOOK_BLIND || p->seen.dying ||
	    p->seen.state != 'S' || !is_at_rest(ps, p))
		return MOVING;
	return QUIET;
}

enum verdict pass(struct procs *ps, bool first)
{
	enum verdict all = QUIET;

	for (int i = 0; i < ps->n; i++) {
		if (!pass_watches(ps->p[i]))
			continue;
		all = pass_one(ps, ps->p[i], first);
		if (all != QUIET)
			return all;
	}
	if (!ps->programs)
		return QUIET;
	for (int i = 0; i < ps->n; i++)
		others_let_run(ps, ps->p[i]);
	switch (others_pass(ps, first)) {
	case OTHERS_QUIET:
		return QUIET;
	case OTHERS_DIED:
		barrier();
		return NEWS;
	default:
		return MOVING;
	}
}
