/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mask and what it keeps back: sigprocmask, sigpending.  make functions run in the learner's
 * process, all else in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/signal.h"

#include <errno.h>
#include <string.h>

static void put_set(struct call *c, int i, const sigset_t *set)
{
	void *to = call_out(c, i, KERNEL_SET);

	if (to) {
		memcpy(to, set, KERNEL_SET);
		call_got(c, i, KERNEL_SET);
	}
}

/* -- sigprocmask, sigpending ------------------------------------------------------------------ */

enum { HOW, SET, OLDSET };

static int parse_set(struct parse *ps, const struct param *p, struct call *c, int i)
{
	if (ps->len == 4 && !memcmp(ps->at, "NULL", 4)) {
		c->arg[i].null = true;
		return 0;
	}
	return type_sigset.parse(ps, p, c, i);
}

static void format_set(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	type_sigset.format(out, p, c, i, done);
}

static const struct argtype type_newset = {
	.what = N_("a set of signals: {SIGUSR1,SIGUSR2} or ~{SIGINT}"),
	.parse = parse_set,
	.format = format_set,
};

/* A buffer where the mask is asked for, else NULL. */
static void format_oldset(struct str *out, const struct param *p, const struct call *c, int i,
			  bool done)
{
	if (c->arg[SET].null)
		type_sigset.format(out, p, c, i, done);
	else
		str_add(out, "NULL");
}

static const struct argtype type_oldset = {
	.what = N_("the mask that was"),
	.parse = parse_set, /* never: PARAM_OUT */
	.format = format_oldset,
};

static const struct constant hows[] = {
	{ "SIG_BLOCK", SIG_BLOCK, N_("these too") },
	{ "SIG_UNBLOCK", SIG_UNBLOCK, N_("these no longer") },
	{ "SIG_SETMASK", SIG_SETMASK, N_("these and no others") },
	{ NULL, 0, NULL },
};

static long sigprocmask_make(struct call *c)
{
	const bool ask = c->arg[SET].null;
	sigset_t set = signal_libc_set(c, SET), old;
	int r = sigprocmask((int)c->arg[HOW].num, ask ? NULL : &set, ask ? &old : NULL);

	if (ask && r == 0)
		put_set(c, OLDSET, &old);
	return r;
}

static void sigprocmask_why(struct str *out, const struct call *c, const struct world *w)
{
	(void)w;
	if (c->err == EINVAL)
		str_addf(out,
			 _("how is SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK; %ld is none of them"),
			 c->arg[HOW].num);
}

static void sigprocmask_note(struct str *out, const struct call *c, const struct world *w)
{
	const uint64_t fixed = signal_set(c, SET) & (1ULL << (SIGKILL - 1) | 1ULL << (SIGSTOP - 1));

	(void)w;
	if (c->arg[SET].null || c->arg[HOW].num == SIG_UNBLOCK || !fixed)
		return;
	say_signals(out, fixed, _("and"));
	str_add(out, _(" cannot be blocked: the kernel leaves that out and says nothing"));
}

const struct prim prim_sigprocmask = {
	.name = "sigprocmask",
	.topic = "signals",
	.summary = N_("changes which signals are blocked, or asks"),
	.help = N_("A blocked signal stays pending until it is unblocked or taken by sigwaitinfo.\n"
		"sigprocmask alone shows the mask."),
	.proto = "int sigprocmask(int how, const sigset_t *set, sigset_t *oldset);",
	.example = "sigprocmask SIG_BLOCK {SIGUSR1,SIGUSR2}",
	.man = "sigprocmask(2)",
	.errors = "EFAULT EINVAL",
	.param = {
		{.name = "how", .type = &type_cmd, .def = "SIG_BLOCK", .flags = PARAM_OPTIONAL,
		 .table = hows},
		{.name = "set", .type = &type_newset, .def = "NULL", .flags = PARAM_OPTIONAL,
		 .table = signal_constants},
		{.name = "oldset", .type = &type_oldset, .flags = PARAM_OUT},
	},
	.flags = PRIM_SIGNALS | PRIM_SIGSTATE, /* what was pending arrives at once */
	.traced = "rt_sigprocmask",
	.make = sigprocmask_make,
	.why = sigprocmask_why,
	.note = sigprocmask_note,
};

static long sigpending_make(struct call *c)
{
	sigset_t set;
	int r = sigpending(&set);

	if (r == 0)
		put_set(c, 0, &set);
	return r;
}

const struct prim prim_sigpending = {
	.name = "sigpending",
	.topic = "signals",
	.summary = N_("which blocked signals have arrived"),
	.help = N_(
		"A signal is in it once, however often it was sent; real-time ones are queued all the "
		"same."),
	.proto = "int sigpending(sigset_t *set);",
	.example = "sigpending",
	.man = "sigpending(2)",
	.errors = "EFAULT",
	.param = { { .name = "set", .type = &type_sigset, .flags = PARAM_OUT } },
	.traced = "rt_sigpending",
	.make = sigpending_make,
};
