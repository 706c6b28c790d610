/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/drain.h"
#include "proc/others.h"
#include "proc/pass.h"

#include <sys/epoll.h>
#include <unistd.h>

enum { FLUSH_AT = 1 << 20 };

static bool drain_stream(struct procs *ps, struct process *p, int i)
{
	char buf[16384];
	bool any = false;
	ssize_t n = -1;

	/* a flood has no end: between two portions Ctrl-C is heeded */
	for (size_t all = 0; all < FLUSH_AT && p->stream[i] >= 0 &&
			     (n = read(p->stream[i], buf, sizeof(buf))) > 0;) {
		str_addn(&p->text[i], buf, (size_t)n);
		all += (size_t)n;
		any = true;
		if (p->text[i].len >= FLUSH_AT && ps->flush)
			ps->flush(ps->ctx, p);
	}
	if (n == 0) { /* nobody can write to it any more: it would stay readable for ever */
		close(p->stream[i]);
		p->stream[i] = -1;
	}
	if (any)
		p->moved |= MOVED_OUTPUT;
	return any;
}

bool drain_answer(struct procs *ps, struct process *p)
{
	struct slot *s = &ps->arena->slot[p->slot];

	if ((p->act != ACT_BUSY && p->act != ACT_ASLEEP) || !slot_done(s))
		return false;
	if (p->act == ACT_ASLEEP && !p->stopped)
		ps->nasleep--;
	slot_take(s, &p->call);
	p->act = ACT_IDLE;
	p->clock = false;
	p->moved |= MOVED_ANSWERED;
	others_let_run(ps, p);
	if (p->op == OP_CALL && ps->answered)
		ps->answered(ps->ctx, p);
	return true;
}

/* What one process has that can be waited for: output, its death. */
static bool drain_process(struct procs *ps, struct process *p)
{
	bool out = drain_stream(ps, p, 0), err = drain_stream(ps, p, 1), died = false;

	if (p->act < ACT_ZOMBIE && pass_died(p)) {
		/* whom a pass looks at it finds dead, but for that there has to be one */
		died = !pass_watches(p);
		if (died)
			pass_death(ps, p);
		else
			ps->unseen = true;
	}
	return out || err || died;
}

/* It stays readable for ever: once is enough. */
static bool note_init(struct procs *ps)
{
	bool news = !ps->init_dead;

	epoll_ctl(ps->epoll, EPOLL_CTL_DEL, ps->init_pidfd, NULL);
	ps->init_dead = true;
	return news;
}

bool drain(struct procs *ps)
{
	struct epoll_event ready[64];
	uint64_t rung;
	bool any = false;
	int n = epoll_wait(ps->epoll, ready, ARRAY_LEN(ready), 0);

	for (int i = 0; i < n; i++) {
		uint32_t slot = ready[i].data.u32;

		if (slot == SLOT_INIT && others_init_died(ps))
			any |= note_init(ps);
		if (slot == SLOT_INIT)
			any |= read(ps->bell, &rung, sizeof(rung)) > 0;
		else if (ps->by_slot[slot])
			any |= drain_process(ps, ps->by_slot[slot]);
	}
	for (int i = 0; i < ps->n; i++) {
		struct process *p = ps->p[i];

		any |= drain_answer(ps, p);
		if (p->caught_seen != atomic_load(&ps->arena->slot[p->slot].caught) &&
		    !(p->moved & MOVED_CAUGHT)) {
			p->moved |= MOVED_CAUGHT;
			any = true;
		}
	}
	return any;
}
