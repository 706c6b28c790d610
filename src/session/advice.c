/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The next line to type where a process cannot be told anything now: it is stopped, or it sleeps.  What is advised
 * works: a clock is awaited, and of the signals it is one that will end this sleep.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/signal.h"
#include "session/report.h"
#include "session/world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#define BIT(sig) (1ULL << ((sig)-1))

/* Who can be told something, and may signal others: "A> ", or "spawn A, then A> " where there is none. */
static char *another(struct session *s)
{
	char name[] = "A";

	for (int i = 0; i < s->procs.n; i++)
		if (s->procs.p[i]->act == ACT_IDLE && !s->procs.p[i]->stopped &&
		    !s->procs.p[i]->other)
			return xasprintf("%s> ", s->procs.p[i]->name);
	while (*name < 'Z' && procs_find(&s->procs, name, 1))
		(*name)++;
	return xasprintf(_("spawn %s, then %s> "), name, name);
}

/* Does the kernel go on with the call where a handler with SA_RESTART has run? signal(7) */
static bool restarts(const struct call *c)
{
	static const short calls[] = { PRIM_NR_READ, SYS_write, SYS_openat, SYS_wait4,
				       SYS_waitid,   SYS_fcntl, SYS_flock,  SYS_tee };

	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (prims[c->prim]->sleeps[0] == calls[i])
			return true;
	return false;
}

/* Those that the sleeper takes, or whose handlers end its sleep. */
static uint64_t useful(const struct process *p, const struct sigstate *now)
{
	const uint64_t handled = now->caught & ~now->blocked;
	/* the set is argument 0 of all three */
	const uint64_t wanted = signal_set(&p->call, 0) & (now->blocked | now->caught);

	if (signal_waits(&p->call) && wanted)
		return wanted;
	if (!strcmp(prims[p->call.prim]->name, "sigwait")) /* libc goes on with it */
		return 0;
	return restarts(&p->call) ? handled & ~p->restarts : handled;
}

static int signal_for(struct session *s, const struct process *p)
{
	struct sigstate now;
	uint64_t set;

	world_self(s, p);
	if (sigstate_read(&s->world, &s->world.self, &now))
		return SIGKILL;
	set = useful(p, &now);
	if (!set)
		return SIGKILL;
	return set & BIT(SIGINT) ? SIGINT : __builtin_ctzll(set) + 1;
}

/* Will its clock end the sleep? An alarm's signal must come to it. */
static bool ends_by_clock(struct session *s, const struct process *p)
{
	struct sigstate now;

	if (p->clock || !p->alarm || p->op != OP_CALL)
		return p->clock;
	world_self(s, p);
	if (sigstate_read(&s->world, &s->world.self, &now))
		return false;
	return useful(p, &now) & BIT(SIGALRM) ||
	       !((now.blocked | now.ignored | now.caught) & BIT(SIGALRM));
}

/* What another process types to wake it, and who: NULL is anybody. Nothing: it is not known. */
static const struct process *wake_of(struct session *s, const struct process *p, struct str *out)
{
	const struct process *by;
	pid_t pid = 0;

	if (p->op == OP_PIPELINE) {
		external_wake(s, p, out);
	} else if (prims[p->call.prim]->wake) {
		world_self(s, p);
		pid = prims[p->call.prim]->wake(out, &p->call, &s->world);
	}
	by = pid ? procs_by_pid(&s->procs, pid) : NULL;
	if (!pid || (by && by->act == ACT_IDLE && !by->stopped))
		return by;
	str_reset(out); /* it takes no commands now */
	return NULL;
}

void session_advise(struct session *s, const struct process *p, struct str *out)
{
	struct str wake = STR_INIT;
	const struct process *by = NULL;
	char *other;

	if (!p->stopped && ends_by_clock(s, p)) {
		str_addf(out, "await %s", p->name);
		return;
	}
	if (!p->stopped)
		by = wake_of(s, p, &wake);
	other = by ? xasprintf("%s> ", by->name) : another(s);
	if (p->stopped)
		str_addf(&wake, "kill %s SIGCONT", p->name);
	else if (!wake.len && p->op == OP_PIPELINE)
		external_end(s, p, &wake);
	else if (!wake.len)
		str_addf(&wake, "kill %s %s", p->name, signo_name(signal_for(s, p)));
	str_addf(out, "%s%s", other, str_text(&wake));
	free(other);
	str_free(&wake);
}
