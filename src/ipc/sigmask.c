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
#include "ipc/fault.h"
#include "ipc/signal.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* -- sigprocmask, sigpending ------------------------------------------------------------------ */

enum { HOW, SET, OLDSET };

/* Without a set and without an address for it: the mask shall be told. */
static bool asks(const struct call *c)
{
	return c->arg[SET].null && !c->arg[SET].num && !c->arg[OLDSET].given;
}

static void format_oldset(struct str *out, const struct param *p, const struct call *c, int i,
			  bool done)
{
	if (asks(c) || c->arg[i].given)
		type_sigset.format(out, p, c, i, done);
	else
		str_add(out, "NULL");
}

static const struct argtype type_oldset = {
	.what = N_("the mask that was"),
	.format = format_oldset,
	.size = KERNEL_SET,
};

static const struct constant hows[] = {
	{ "SIG_BLOCK", SIG_BLOCK, N_("these too") },
	{ "SIG_UNBLOCK", SIG_UNBLOCK, N_("these no longer") },
	{ "SIG_SETMASK", SIG_SETMASK, N_("these and no others") },
	{ NULL, 0, NULL },
};

static long sigprocmask_make(struct call *c)
{
	const bool old = asks(c) || c->arg[OLDSET].given;
	void *to = old ? call_out(c, OLDSET, KERNEL_SET) : NULL;
	long r = syscall(SYS_rt_sigprocmask, (int)c->arg[HOW].num, call_at(c, SET, KERNEL_SET), to,
			 KERNEL_SET);

	if (old && r == 0)
		call_got(c, OLDSET, KERNEL_SET);
	return r;
}

static void sigprocmask_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err == EFAULT && why_fault(out, c, w) == OLDSET && !c->arg[SET].null)
		str_add(out, _("; the mask is changed all the same"));
	if (c->err == EINVAL)
		str_addf(out,
			 _("how is SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK; %ld is none of them"),
			 c->arg[HOW].num);
}

static void sigprocmask_note(struct str *out, const struct call *c, const struct world *w)
{
	const uint64_t fixed = signal_set(c, SET) & (1ULL << (SIGKILL - 1) | 1ULL << (SIGSTOP - 1));

	(void)w;
	if (c->arg[SET].null && !c->arg[SET].num && !constant_by_value(hows, c->arg[HOW].num))
		str_addf(out, _("without a set nothing is changed, and nobody looks at how, %ld"),
			 c->arg[HOW].num);
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
		{.name = "set", .type = &type_sigset, .def = "NULL",
		 .flags = PARAM_OPTIONAL | PARAM_NULL,
		 .table = signal_constants},
		{.name = "oldset", .type = &type_oldset, .flags = PARAM_OUT | PARAM_NULL},
	},
	.flags = PRIM_SIGNALS | PRIM_SIGSTATE, /* what was pending arrives at once */
	.traced = "rt_sigprocmask",
	.make = sigprocmask_make,
	.why = sigprocmask_why,
	.note = sigprocmask_note,
};

static long sigpending_make(struct call *c)
{
	long r = syscall(SYS_rt_sigpending, call_out(c, 0, KERNEL_SET), KERNEL_SET);

	if (r == 0)
		call_got(c, 0, KERNEL_SET);
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
