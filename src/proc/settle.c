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
 * How the shell waits between two looks, since falling asleep rings no bell.  It decides nothing: the looks do.
 * For a moment it looks again and again, where that has paid of late; then it sleeps for an eighth of what it
 * has waited for already, and whatever can be waited for (an answer, output, a death, Ctrl-C) wakes it.
 */
struct pace {
	uint64_t began;
	bool eager;
};

enum { EAGER_NS = 200000, NAP_LEAST_NS = 50000, NAP_MOST_NS = 1000000 };

static struct pace pace_begin(struct procs *ps)
{
	return (struct pace){ nanoseconds(), spin_pays(&ps->eager) };
}

static void pace_end(struct procs *ps, const struct pace *p)
{
	if (p->eager)
		spin_learn(&ps->eager, nanoseconds() - p->began < EAGER_NS);
}

static bool any_answer(const struct procs *ps)
{
	for (int i = 0; i < ps->n; i++)
		if ((ps->p[i]->act == ACT_BUSY || ps->p[i]->act == ACT_ASLEEP) &&
		    slot_done(&ps->arena->slot[ps->p[i]->slot]))
			return true;
	return false;
}

static void pace(struct procs *ps, const struct pace *p)
{
	struct pollfd any = { .fd = ps->epoll, .events = POLLIN };
	uint64_t waited = nanoseconds() - p->began, nap = waited / 8;

	if (p->eager && waited < EAGER_NS) {
		sched_yield();
		return;
	}
	nap = nap < NAP_LEAST_NS ? NAP_LEAST_NS : nap > NAP_MOST_NS ? NAP_MOST_NS : nap;
	atomic_store(&ps->arena->away, 1);
	if (!any_answer(ps)) /* which did not ring */
		ppoll(&any, 1, &(struct timespec){ 0, (long)nap }, NULL);
	atomic_store(&ps->arena->away, 0);
}

/* What is at an address that the learner typed is known from the call's maker alone (call_at()): the sleep is told by it. */
static void take_typed(struct procs *ps, struct process *p)
{
	for (int i = 0; p->op == OP_CALL && i < CALL_ARGS; i++) {
		if (!p->call.arg[i].null || !p->call.arg[i].num)
			continue;
		slot_take(&ps->arena->slot[p->slot], &p->call);
		return;
	}
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
			take_typed(ps, p);
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
 * How long to sleep for an answer before the next look. A short timer costs more than a call: it is worth that
 * only while sleepers are found.
 */
static long next_nap(long nap, bool asleep)
{
	enum { LEAST_NS = 50000, MOST_NS = 5000000 };

	return asleep || nap < LEAST_NS ? LEAST_NS : nap < MOST_NS / 2 ? 2 * nap : MOST_NS;
}

/*
 * The common case: nobody sleeps whom the call could move, and it can neither signal nor write.  Then
 * its answer is all there is to wait for, or that it is seen asleep.  False when it is neither, and
 * the long way has to be gone.
 */
static bool settled_at_once(struct procs *ps, struct process *actor)
{
	enum { SPINS = 4, TRIES = 16 };
	struct slot *s = &ps->arena->slot[actor->slot];
	bool spins;

	if (ps->nasleep || ps->programs || ps->nzombies || actor->op != OP_CALL ||
	    prims[actor->call.prim]->sleeps[0] == SYS_wait4 || /* one look is none: see look_at() */
	    prims[actor->call.prim]->flags & (PRIM_SIGNALS | PRIM_PIPE | PRIM_MEMORY | PRIM_FORK) ||
	    anybody_suspect(ps))
		return false;
	spins = spin_pays(&ps->spin);
	for (int i = 0; i < TRIES; i++) {
		bool came = spins ? slot_spin(s) : slot_await(s, ps->nap);
		/* one pass is proof where there is one to look at: had it answered meanwhile, the slot would tell */
		bool asleep = !came && pass_alone(ps, actor) == QUIET && !slot_done(s);

		if (!spins)
			ps->nap = next_nap(ps->nap, asleep);
		else if (came || asleep || i == SPINS - 1)
			spin_learn(&ps->spin, came || asleep);
		if (spins && i == SPINS / 2 - 1 && !came && !asleep)
			slot_step_aside(s);
		spins &= i < SPINS - 1;
		if (came)
			return drain_answer(ps, actor);
		if (!asleep)
			continue;
		if (drain(ps))
			return false;
		conclude(ps);
		return true;
	}
	return false;
}

static void heed_interrupt(struct procs *ps)
{
	if (!ps->interrupted || !*ps->interrupted || !ps->interrupt)
		return;
	*ps->interrupted = 0;
	ps->insisted++;
	if (ps->interrupt(ps->ctx))
		return;
	*ps->interrupted = 1;
	ps->insisted--;
}

void settle(struct procs *ps, struct process *actor)
{
	struct pace p;

	if (ps->async)
		settle_suspect(ps, -1);
	if (actor && settled_at_once(ps, actor))
		return;
	ps->insisted = 0;
	p = pace_begin(ps);
	for (;;) {
		heed_interrupt(ps);
		if (drain(ps))
			continue;
		if (pass(ps, true) != QUIET) {
			pace(ps, &p);
			continue;
		}
		if (drain(ps))
			continue;
		if (pass(ps, false) != QUIET || drain(ps)) {
			pace(ps, &p);
			continue;
		}
		break;
	}
	pace_end(ps, &p);
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
