/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens when a signal arrives: sigaction, signal, and the one handler that there is to
 * install, the shell's own.  The handler and the make functions run in the learner's process and
 * are async-signal-safe where they must be; all else runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/child.h"
#include "ipc/fault.h"
#include "ipc/signal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define SA_RESTORER 0x04000000 /* libc's, on every action */
#ifndef SA_EXPOSE_TAGBITS
#define SA_EXPOSE_TAGBITS 0x00000800
#endif

/* Which signals' actions were asked for with SA_SIGINFO: our handler always needs it. */
static bool asked_siginfo[_NSIG];

static void handler(int signo, siginfo_t *info, void *context);

/*
 * Does what was interrupted stand at the handler's first instruction? Of several signals that can be delivered at
 * once the kernel makes a frame upon the other for each, and the last one runs first.
 */
static bool at_handler(const void *context)
{
#if defined(__x86_64__)
	return ((const ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] == (greg_t)handler;
#elif defined(__aarch64__)
	return ((const ucontext_t *)context)->uc_mcontext.pc == (uintptr_t)handler;
#else
	(void)context;
	return false;
#endif
}

/* The stack as it was set when the signal came (SS_AUTODISARM takes it away while the handler runs). */
static bool on_other_stack(const void *context)
{
	const stack_t *s = &((const ucontext_t *)context)->uc_stack;
	const uintptr_t here = (uintptr_t)__builtin_frame_address(0), sp = (uintptr_t)s->ss_sp;

	return s->ss_size && here >= sp && here - sp < s->ss_size;
}

static void handler(int signo, siginfo_t *info, void *context)
{
	int saved = errno;

	if (child_ops && child_ops->caught)
		child_ops->caught(signo, info,
				  (at_handler(context) ? CAUGHT_NESTED : 0) |
					  (on_other_stack(context) ? CAUGHT_ON_STACK : 0));
	errno = saved;
}

int child_handler(int signo, int flags, const sigset_t *mask)
{
	struct sigaction act = { .sa_sigaction = handler, .sa_flags = flags | SA_SIGINFO };

	if (mask)
		act.sa_mask = *mask;
	if (sigaction(signo, &act, NULL))
		return -1;
	asked_siginfo[signo] = flags & SA_SIGINFO;
	return 0;
}

/* -- an action, as it crosses ----------------------------------------------------------------- */

struct action {
	long handler; /* ACTION_*, or an address that is not ours */
	uint64_t mask;
	uint32_t flags;
};

#define ACTIONS                                                                                    \
	{ "SIG_DFL", ACTION_DFL, N_("what the kernel does by default") },                          \
		{ "SIG_IGN", ACTION_IGN, N_("the signal is thrown away") },                        \
	{                                                                                          \
		"handler", ACTION_HANDLER, N_("the shell's own, which reports what it caught")     \
	}

static const struct constant actions[] = { ACTIONS, { NULL, 0, NULL } };

/* The words of sigaction: an action, then flags in strace's order. */
static const struct constant act_words[] = {
	ACTIONS,
	{ "SA_RESTORER", 0x04000000, N_("libc's own: how a handler returns") },
	{ "SA_ONSTACK", SA_ONSTACK, N_("on the alternate stack") },
	{ "SA_RESTART", SA_RESTART, N_("interrupted calls go on, those that can") },
	{ "SA_INTERRUPT", SA_INTERRUPT, N_("means nothing to Linux") },
	{ "SA_NODEFER", SA_NODEFER, N_("it may interrupt its own handler") },
	{ "SA_RESETHAND", (long)(unsigned)SA_RESETHAND, N_("once, then the default again") },
	{ "SA_SIGINFO", SA_SIGINFO, N_("the handler takes siginfo") },
	{ "SA_NOCLDSTOP", SA_NOCLDSTOP, N_("SIGCHLD: not when a child stops") },
	{ "SA_NOCLDWAIT", SA_NOCLDWAIT, N_("SIGCHLD: no zombies") },
	{ NULL, 0, NULL },
};
static const struct constant *const act_flags = &act_words[ARRAY_LEN(actions) - 1];

static void add_action(struct str *out, long action)
{
	const struct constant *k = constant_by_value(actions, action);
	char hex[24];

	if (k) {
		str_add(out, k->name);
		return;
	}
	snprintf(hex, sizeof(hex), "0x%lx", (unsigned long)action);
	str_mark(out, kind_mark(KIND_ADDR), hex);
}

static bool get_action(const struct call *c, int i, struct action *a)
{
	const void *bytes = c->arg[i].null ? NULL : call_bytes(c, i, sizeof(*a));

	if (bytes)
		memcpy(a, bytes, sizeof(*a));
	return bytes;
}

/* -- sigaction -------------------------------------------------------------------------------- */

enum { SIGNUM, ACT, OLDACT };

/* mask={SIGUSR2}, after which the word is the group */
static bool skip_name(struct parse *ps, const char *name)
{
	const size_t n = strlen(name);

	if (ps->len <= n || memcmp(ps->at, name, n))
		return false;
	ps->at += n;
	ps->len -= n;
	ps->column += (int)n;
	return true;
}

static int parse_mask(struct parse *ps, const struct param *p, struct action *a)
{
	struct call set = { 0 };
	const void *bytes;
	int r = type_sigset.parse(ps, p, &set, 0);

	bytes = r == 0 ? call_bytes(&set, 0, sizeof(a->mask)) : NULL;
	if (bytes)
		memcpy(&a->mask, bytes, sizeof(a->mask));
	call_release(&set);
	return r;
}

/* A word of the rest: the action, then flags and mask=. */
static int parse_act(struct parse *ps, const struct param *p, struct call *c, int i)
{
	const struct constant *k;
	struct action a = { 0 };
	long flags;

	if (!c->arg[i].given) {
		k = constant_by_name(actions, ps->at, ps->len);
		if (!k)
			return parse_fail(ps,
					  _("the action is SIG_DFL, SIG_IGN or handler; flags and "
					    "mask={...} stand after it"));
		a.handler = k->value;
	} else if (!get_action(c, i, &a)) {
		return parse_fail(
			ps, c->arg[i].num
				    ? _("an address stands for all of it; nothing stands after it")
				    : _("NULL asks what the action is; nothing stands after it"));
	} else if (skip_name(ps, "mask=") || skip_name(ps, "sa_mask=")) {
		if (parse_mask(ps, p, &a))
			return -1;
	} else {
		if (!skip_name(ps, "flags="))
			skip_name(ps, "sa_flags=");
		if (parse_number(ps, p, KIND_INT, &flags))
			return -1;
		if (flags < INT_MIN || flags > UINT_MAX)
			return parse_fail(ps, _("it does not fit into an int"));
		a.flags |= (uint32_t)flags;
	}
	return call_put(c, i, &a, sizeof(a)) ? 0 : parse_fail(ps, _("there is no room for it"));
}

static void format_action(struct str *out, const struct action *a)
{
	str_add(out, "{sa_handler=");
	add_action(out, a->handler);
	str_add(out, ", sa_mask=");
	format_sigset(out, a->mask);
	str_add(out, ", sa_flags=");
	format_flags(out, act_flags, a->flags);
	str_addc(out, '}');
}

/* Without an action and without an address for it: the one that is shall be told. */
static bool asks(const struct call *c)
{
	return c->arg[ACT].null && !c->arg[ACT].num && !c->arg[OLDACT].given;
}

static void format_act(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	struct action a;

	if (get_action(c, i, &a))
		format_action(out, &a);
	else if (i == OLDACT && asks(c) && !(done && c->ret == 0))
		str_add(out, p->name); /* a buffer, with nothing in it */
	else
		str_add(out, "NULL");
}

/* As rt_sigaction(2) has it; libc's functions would look into it themselves. */
struct kernel_action {
	void *handler;
	unsigned long flags;
	void *restorer;
	uint64_t mask;
};

static const struct argtype type_act = {
	.what = N_("an action: handler SA_RESTART mask={SIGUSR2}"),
	.parse = parse_act,
	.format = format_act,
	.points = POINTS,
	.size = sizeof(struct kernel_action),
};

static const struct argtype type_oldact = {
	.what = N_("the action that was"),
	.format = format_act,
	.size = sizeof(struct kernel_action),
};

static sigset_t mask_of(uint64_t bits)
{
	sigset_t set;

	sigemptyset(&set);
	memcpy(&set, &bits, sizeof(bits));
	return set;
}

static long query(struct call *c)
{
	const int signo = (int)c->arg[SIGNUM].num;
	struct action *a = call_out(c, OLDACT, sizeof(*a));
	struct sigaction old;

	if (!a || sigaction(signo, NULL, &old))
		return -1;
	a->handler = (long)old.sa_sigaction;
	a->flags = (uint32_t)old.sa_flags & ~(uint32_t)SA_RESTORER;
	memcpy(&a->mask, &old.sa_mask, sizeof(a->mask));
	if (old.sa_sigaction == handler)
		a->handler = ACTION_HANDLER;
	if (!asked_siginfo[signo]) /* SA_RESETHAND takes the handler away and leaves the flags */
		a->flags &= ~(uint32_t)SA_SIGINFO;
	call_got(c, OLDACT, sizeof(*a));
	return 0;
}

/* Where there is no alternate stack is to be seen nowhere from outside: the call brings it along. */
static void note_no_stack(struct call *c, unsigned flags)
{
	stack_t now;

	if (!c->arg[OLDACT].null)
		c->arg[OLDACT].num =
			flags & SA_ONSTACK && !sigaltstack(NULL, &now) && now.ss_flags & SS_DISABLE;
}

static long install(struct call *c, const struct action *a)
{
	struct sigaction act = { 0 };
	sigset_t mask = mask_of(a->mask);

	note_no_stack(c, a->flags);
	if (a->handler == ACTION_HANDLER)
		return child_handler((int)c->arg[SIGNUM].num, (int)a->flags, &mask);
	act.sa_handler = a->handler == ACTION_IGN ? SIG_IGN : SIG_DFL;
	act.sa_flags = (int)a->flags;
	act.sa_mask = mask;
	if (sigaction((int)c->arg[SIGNUM].num, &act, NULL))
		return -1;
	asked_siginfo[c->arg[SIGNUM].num] = a->flags & SA_SIGINFO;
	return 0;
}

static long rt_sigaction(const struct call *c, const void *act, void *old)
{
	return syscall(SYS_rt_sigaction, (int)c->arg[SIGNUM].num, act, old, KERNEL_SET);
}

/* With addresses that were typed: what libc makes of the action is had from the kernel, and put in anew with them. */
static long raw_sigaction(struct call *c, const struct action *a)
{
	struct kernel_action was, now;
	void *old = (void *)c->arg[OLDACT].num;

	if (c->arg[ACT].null)
		return rt_sigaction(c, (void *)c->arg[ACT].num, old);
	if (rt_sigaction(c, NULL, &was) || install(c, a) || rt_sigaction(c, NULL, &now) ||
	    rt_sigaction(c, &was, NULL))
		return -1;
	return rt_sigaction(c, &now, old);
}

static long sigaction_make(struct call *c)
{
	struct action a = { 0 };

	if (asks(c))
		return query(c);
	get_action(c, ACT, &a);
	return c->arg[ACT].null || c->arg[OLDACT].given ? raw_sigaction(c, &a) : install(c, &a);
}

static void action_why(struct str *out, const struct call *c, const struct world *w)
{
	const long signo = c->arg[SIGNUM].num;

	if (c->err == EFAULT && why_fault(out, c, w) == OLDACT && !c->arg[ACT].null)
		str_add(out, _("; the action is set all the same"));
	if (c->err != EINVAL)
		return;
	if (signo == SIGKILL || signo == SIGSTOP)
		str_addf(out, _("%s can be neither caught nor ignored: it must always work"),
			 signo_name((int)signo));
	else
		why_no_signal(out, signo);
}

/* What the kernel takes and makes nothing of: do_sigaction(), kernel/signal.c. */
static void sigaction_note(struct str *out, const struct call *c, const struct world *w)
{
	const uint32_t children = SA_NOCLDSTOP | SA_NOCLDWAIT;
	const uint32_t known = children | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER |
			       SA_RESETHAND | SA_EXPOSE_TAGBITS | SA_RESTORER;
	uint64_t fixed;
	struct action a;

	(void)w;
	if (!get_action(c, ACT, &a))
		return;
	fixed = a.mask & (1ULL << (SIGKILL - 1) | 1ULL << (SIGSTOP - 1));
	if (a.flags & ~known)
		str_addf(out,
			 _("the kernel knows no flag %#x: it leaves that out and says nothing"),
			 a.flags & ~known);
	else if (a.flags & children && c->arg[SIGNUM].num != SIGCHLD)
		str_addf(out, _("%s means something only for SIGCHLD"),
			 a.flags & SA_NOCLDSTOP ? "SA_NOCLDSTOP" : "SA_NOCLDWAIT");
	else if (c->arg[OLDACT].num)
		str_add(out,
			_("there is no alternate stack (sigaltstack): the handler would run on the ordinary one"));
	else if (fixed) {
		say_signals(out, fixed, _("and"));
		str_add(out, _(" cannot be blocked: the kernel leaves that out and says nothing"));
	}
}

const struct prim prim_sigaction = {
	.name = "sigaction",
	.topic = "signals",
	.summary = N_("says what happens when a signal arrives, or asks"),
	.help = N_("sigaction SIGUSR1 handler SA_RESTART mask={SIGUSR2}: the shell's handler, which reports "
		"what it\ncaught; mask is blocked while it runs. sigaction SIGUSR1 alone asks."),
	.proto = "int sigaction(int signum, const struct sigaction *act, struct sigaction *oldact);",
	.example = "sigaction SIGUSR1 handler SA_RESTART",
	.man = "sigaction(2)",
	.errors = "EFAULT EINVAL",
	.param = {
		{.name = "signum", .type = &type_signo, .table = signal_constants},
		{.name = "act", .type = &type_act, .def = "NULL",
		 .flags = PARAM_OPTIONAL | PARAM_REST | PARAM_NULL,
		 .table = act_words},
		{.name = "oldact", .type = &type_oldact, .flags = PARAM_OUT | PARAM_NULL},
	},
	.flags = PRIM_SIGSTATE,
	.traced = "rt_sigaction",
	.make = sigaction_make,
	.why = action_why,
	.note = sigaction_note,
};

/* -- signal ----------------------------------------------------------------------------------- */

/* signal(2) as libc has it: BSD's, that is SA_RESTART and the signal itself in sa_mask. */
static long signal_make(struct call *c)
{
	const int signo = (int)c->arg[SIGNUM].num;
	struct sigaction old;
	sigset_t mask;

	if (sigaction(signo, NULL, &old))
		return -1;
	if (c->arg[ACT].num == ACTION_HANDLER) {
		sigemptyset(&mask);
		sigaddset(&mask, signo);
		if (child_handler(signo, SA_RESTART, &mask))
			return -1;
	} else {
		if (signal(signo, c->arg[ACT].num == ACTION_IGN ? SIG_IGN : SIG_DFL) == SIG_ERR)
			return -1;
		asked_siginfo[signo] = false;
	}
	return old.sa_sigaction == handler ? ACTION_HANDLER : (long)old.sa_sigaction;
}

static void signal_result(struct str *out, const struct call *c)
{
	if (c->ret != -1)
		add_action(out, c->ret);
}

static int parse_disposition(struct parse *ps, const struct param *p, struct call *c, int i)
{
	const struct constant *k = constant_by_name(p->table, ps->at, ps->len);

	if (!k)
		return parse_fail(ps, _("the action is SIG_DFL, SIG_IGN or handler"));
	c->arg[i].num = k->value;
	return 0;
}

static void format_disposition(struct str *out, const struct param *p, const struct call *c, int i,
			       bool done)
{
	(void)p, (void)done;
	add_action(out, c->arg[i].num);
}

static const struct argtype type_disposition = {
	.what = N_("SIG_DFL, SIG_IGN or handler"),
	.parse = parse_disposition,
	.format = format_disposition,
};

const struct prim prim_signal = {
	.name = "signal",
	.topic = "signals",
	.summary = N_("says what happens when a signal arrives, the old way"),
	.help = N_("libc's is BSD's: sigaction with SA_RESTART. Returns the action that was."),
	.proto = "sighandler_t signal(int signum, sighandler_t handler);",
	.example = "signal SIGINT SIG_IGN",
	.man = "signal(2)",
	.errors = "EINVAL",
	.param = {
		{.name = "signum", .type = &type_signo, .table = signal_constants},
		{.name = "handler", .type = &type_disposition, .table = actions},
	},
	.flags = PRIM_SIGSTATE,
	.traced = "rt_sigaction",
	.make = signal_make,
	.result = signal_result,
	.why = action_why,
};

uint64_t restarts_after(const struct call *c, uint64_t was)
{
	const long signo = c->arg[SIGNUM].num;
	const uint64_t bit = signo > 0 && signo <= SIGRTMAX ? 1ULL << (signo - 1) : 0;
	struct action a;

	/* where only the old action could not be told the new one is set */
	if (c->ret == -1 && c->err && c->err != EFAULT)
		return was;
	if (prims[c->prim] == &prim_signal)
		return was | bit;
	if (prims[c->prim] != &prim_sigaction || !get_action(c, ACT, &a))
		return was;
	return a.flags & SA_RESTART ? was | bit : was & ~bit;
}
