/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/settle.h"
#include "call/prim.h"
#include "proc/drain.h"
#include "proc/others.h"
#include "proc/pass.h"

#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Between two rounds in which somebody was still moving. At first by yielding; when a program runs
 * long, by waiting for what can be waited for (output, a death, the bell, Ctrl-C), for a
 * millisecond at most, since falling asleep rings no bell. It decides nothing: the next round does.
 */
static void pace(struct procs *ps, int *round)
{
	enum { PATIENCE = 5000 };
	struct pollfd any = { .fd = ps->epoll, .events = POLLIN };

	if (++*round < PATIENCE) {
		sched_yield();
		return;
	}
	atomic_store(&ps->arena->away, 1);
	poll(&any, 1, 1);
	atomic_store(&ps->arena->away, 0);
}

/* Everybody rests: who was busy is asleep; who was suspect is cleared. */
static void conclude(struct procs *ps)
{
	for (int i = 0; i < ps->n; i++) {
		struct process *p = ps->p[i];

		if (!pass_watches(p))
			continue;
		p->suspect = false;
		p->clock = pass_clocked(p);
		if (p->act == ACT_BUSY) {
			p->act = ACT_ASLEEP;
			p->since = ++ps->clock;
			p->moved |= MOVED_ASLEEP;
			if (!p->stopped)
				ps->nasleep++;
		}
	}
}

/* The shell's own children: those of a guardian that was killed. */
static void reap_own(struct procs *ps)
{
	siginfo_t how;

	for (int i = 0; i < ps->n; i++)
		if (ps->p[i]->act == ACT_ZOMBIE)
			waitid(P_PID, (id_t)ps->p[i]->pid, &how, WEXITED | WNOHANG);
	others_reap(ps);
}

/* Lets the init wait for the dead that are its children, and notices who has been waited for. */
static void reap(struct procs *ps)
{
	struct call c = { 0 };

	if (!ps->nzombies && !ps->programs)
		return;
	procs_ask_init(ps, OP_REAP, &c);
	call_release(&c);
	if (ps->adopter)
		reap_own(ps);
	for (int i = 0; i < ps->n; i++) {
		struct process *p = ps->p[i];

		if (p->act == ACT_ZOMBIE && !look_at(&p->look, &p->seen)) {
			p->act = ACT_GONE;
			p->moved |= MOVED_REAPED;
		}
	}
	for (int i = ps->nzombies = 0; i < ps->n; i++)
		ps->nzombies += ps->p[i]->act == ACT_ZOMBIE;
}

static bool anybody_suspect(const struct procs *ps)
{
	for (int i = 0; i < ps->n; i++)
		if (ps->p[i]->suspect)
			return true;
	return false;
}

/*
 * The common case: nobody sleeps whom the call could move, and it can neither signal nor write.  Then
 * its answer is all there is to wait for, or that it is seen asleep.  False when it is neither, and
 * the long way has to be gone.
 */
static bool settled_at_once(struct procs *ps, struct process *actor)
{
	enum { TRIES = 50 };
	struct slot *s = &ps->arena->slot[actor->slot];

	if (ps->nasleep || ps->programs || ps->nzombies || actor->op != OP_CALL ||
	    prims[actor->call.prim]->sleeps[0] == SYS_wait4 || /* one look is none: see look_at() */
	    prims[actor->call.prim]->flags & (PRIM_SIGNALS | PRIM_PIPE | PRIM_MEMORY | PRIM_FORK) ||
	    anybody_suspect(ps))
		return false;
	for (int i = 0; i < TRIES; i++) {
		if (slot_spin(s, SPINS))
			return drain_answer(ps, actor);
		/* one pass is proof where there is one to look at: had it answered meanwhile, the slot would tell */
		if (pass_alone(ps, actor) == QUIET && !slot_done(s)) {
			if (drain(ps))
				return false;
			conclude(ps);
			return true;
		}
		sched_yield();
	}
	return false;
}

static void heed_interrupt(struct procs *ps)
{
	if (!ps->interrupted || !*ps->interrupted || !ps->interrupt)
		return;
	*ps->interrupted = 0;
	ps->insisted++;
	ps->interrupt(ps->ctx);
}

void settle(struct procs *ps, struct process *actor)
{
	int round = 0;

	if (ps->async)
		settle_suspect(ps, -1);
	if (actor && settled_at_once(ps, actor))
		return;
	ps->insisted = 0;
	for (;;) {
		heed_interrupt(ps);
		if (drain(ps))
			continue;
		if (pass(ps, true) != QUIET) {
			pace(ps, &round);
			continue;
		}
		if (drain(ps))
			continue;
		if (pass(ps, false) != QUIET || drain(ps)) {
			pace(ps, &round);
			continue;
		}
		break;
	}
	conclude(ps);
	reap(ps);
	ps->unseen = false;
}

void settle_suspect(struct procs *ps, pid_t pid)
{
	for (int i = 0; i < ps->n; i++)
		if (ps->p[i]->act == ACT_IDLE && (pid <= 0 || ps->p[i]->pid == pid))
			ps->p[i]->suspect = true;
}
