/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Waiting for signals: sigsuspend, pause, sigwaitinfo, sigtimedwait.  make functions run in the
 * learner's process, all else in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/fault.h"
#include "ipc/seconds.h"
#include "ipc/signal.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* -- sigsuspend, pause ------------------------------------------------------------------------ */

static long sigsuspend_make(struct call *c)
{
	return syscall(SYS_rt_sigsuspend, call_at(c, 0, KERNEL_SET), KERNEL_SET);
}

/* A stop alone ends neither of these two. */
static void say_handler(struct str *out, const struct world *w)
{
	if (w->self.handled)
		str_addf(out, _("the handler for %s ran"), signo_name(w->self.handled));
	else
		str_add(out, _("a handler ran"));
}

static void sigsuspend_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err != EINTR)
		return;
	say_handler(out, w);
	str_add(out, _("; sigsuspend always ends so, and the mask is again what it was"));
}

static void sigsuspend_asleep(struct str *out, const struct call *c, const struct world *w)
{
	const uint64_t set = signal_set(c, 0);

	(void)w;
	str_add(out, _("waits for any signal that is not ignored"));
	if (set) {
		str_add(out, _(", with the mask "));
		format_sigset(out, set);
	} else {
		str_add(out, _(", with none blocked"));
	}
}

const struct prim prim_sigsuspend = {
	.name = "sigsuspend",
	.topic = "signals",
	.summary = N_("sleeps with another mask until a handler has run"),
	.help = N_(
		"The mask is changed and the sleep begins in one step, so that no signal is missed in\n"
		"between; at the end the old mask is back. Nothing typed is {}: none blocked."),
	.proto = "int sigsuspend(const sigset_t *mask);",
	.example = "sigaction SIGUSR1 handler\n"
		   "spawn A\n"
		   "sigsuspend {SIGUSR2}\n"
		   "A> kill main SIGUSR1",
	.man = "sigsuspend(2)",
	.errors = "EFAULT EINTR",
	.param = { { .name = "mask",
		     .type = &type_sigset,
		     .def = "{}",
		     .table = signal_constants } },
	.flags = PRIM_SIGNALS | PRIM_SIGSTATE,
	.sleeps = { SYS_rt_sigsuspend },
	.traced = "rt_sigsuspend",
	.make = sigsuspend_make,
	.why = sigsuspend_why,
	.asleep = sigsuspend_asleep,
};

static long pause_make(struct call *c)
{
	(void)c;
	return pause();
}

static void pause_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err != EINTR)
		return;
	say_handler(out, w);
	str_add(out, _("; pause always ends so"));
}

static void pause_asleep(struct str *out, const struct call *c, const struct world *w)
{
	struct sigstate s;

	(void)c;
	str_add(out, _("waits for any signal that is not ignored or blocked"));
	if (sigstate_read(w, &w->self, &s) == 0 && (s.blocked & s.pending)) {
		str_add(out, "; ");
		say_signals(out, s.blocked & s.pending, _("and"));
		str_add(out, s.blocked & s.pending & ((s.blocked & s.pending) - 1)
				     ? _(" are pending, but blocked")
				     : _(" is pending, but blocked"));
	}
}

const struct prim prim_pause = {
	.name = "pause",
	.topic = "signals",
	.summary = N_("sleeps until a handler has run"),
	.help = N_(
		"Returns only with EINTR; a signal whose default is to end the process ends it."),
	.proto = "int pause(void);",
	.example = "sigaction SIGUSR1 handler\n"
		   "spawn A\n"
		   "pause\n"
		   "A> kill main SIGUSR1",
	.man = "pause(2)",
	.errors = "EINTR",
	.flags = PRIM_SIGSTATE,
	.sleeps = { SYS_pause },
	.make = pause_make,
	.why = pause_why,
	.asleep = pause_asleep,
};

/* -- sigwaitinfo, sigtimedwait ---------------------------------------------------------------- */

enum { WSET, WINFO, WTIMEOUT };

/* By its number: libc's function changes SI_TKILL to SI_USER, and the kernel's word is wanted. */
static long sigtimedwait_make(struct call *c)
{
	siginfo_t *info = call_out(c, WINFO, sizeof(*info));
	const bool timed = prims[c->prim]->param[WTIMEOUT].name;
	long r = syscall(SYS_rt_sigtimedwait, call_at(c, WSET, KERNEL_SET), info,
			 timed ? call_at(c, WTIMEOUT, sizeof(struct timespec)) : NULL, KERNEL_SET);

	if (r > 0)
		call_got(c, WINFO, sizeof(*info));
	return r;
}

static void wait_result(struct str *out, const struct call *c)
{
	if (c->ret > 0)
		str_addf(out, "%ld (%s)", c->ret, signo_name((int)c->ret));
}

static bool timed(const struct call *c, struct timespec *t)
{
	return prims[c->prim]->param[WTIMEOUT].name && seconds_arg(c, WTIMEOUT, t);
}

static void wait_why(struct str *out, const struct call *c, const struct world *w)
{
	struct timespec t = { 0 };

	switch (c->err) {
	case EINTR:
		say_woken(out, w);
		str_addf(out, _("; %s is never restarted"), prims[c->prim]->name);
		break;
	case EAGAIN:
		if (!signal_set(c, WSET)) {
			str_add(out, _("the set is empty: there is no signal that it could take"));
			break;
		}
		if (timed(c, &t) && !t.tv_sec && !t.tv_nsec) {
			say_signals(out, signal_set(c, WSET), _("or"));
			str_add(out, _(" was not pending; a time of 0 says not to sleep"));
			break;
		}
		seconds_say(out, &t);
		str_add(out, _(" passed and "));
		say_signals(out, signal_set(c, WSET), _("or"));
		str_add(out, _(" did not come"));
		break;
	case EFAULT: /* the siginfo is what is done last */
		if (why_fault(out, c, w) == WINFO)
			str_add(out, _("; the signal has been taken all the same, and is lost"));
		break;
	case EINVAL:
		timed(c, &t);
		seconds_why(out, &t, _("the time-out is less than 0"));
		break;
	}
}

#define BIT(sig) (1ULL << ((sig)-1))
static const uint64_t never_waited = BIT(SIGKILL) | BIT(SIGSTOP);
/* The rest ends the process where nothing else was said; a stop can be waited for. */
static const uint64_t thrown_by_default = BIT(SIGCHLD) | BIT(SIGURG) | BIT(SIGWINCH) | BIT(SIGCONT);
static const uint64_t stops_by_default = BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU);

static void say_some(struct str *out, uint64_t set, const char *one, const char *many)
{
	const int n = __builtin_popcountll(set);

	if (!n)
		return;
	str_add(out, "; ");
	if (n > 3)
		str_addf(out, _("%d of them"), n);
	else
		say_signals(out, set, _("and"));
	str_add(out, n == 1 ? one : many);
}

/*
 * Which of them will not be taken: one that is not blocked is taken only if it has a handler (which then does
 * not run). complete_signal() and sig_ignored(), kernel/signal.c.
 */
static void say_not_taken(struct str *out, uint64_t set, const struct world *w)
{
	struct sigstate s;
	uint64_t open, thrown;

	say_some(out, set & never_waited, _(" cannot be waited for"), _(" cannot be waited for"));
	if (sigstate_read(w, &w->self, &s))
		return;
	open = set & ~never_waited & ~s.blocked & ~s.caught;
	thrown = open & (s.ignored | thrown_by_default);
	say_some(out, open & ~thrown & ~stops_by_default,
		 _(" is not blocked: it would end the process, and not be taken"),
		 _(" are not blocked: they would end the process, and not be taken"));
	say_some(out, thrown, _(" is ignored and not blocked: it would be thrown away"),
		 _(" are ignored and not blocked: they would be thrown away"));
}

static void wait_asleep(struct str *out, const struct call *c, const struct world *w)
{
	struct timespec t;

	if (w->self.stopped) {
		str_add(out, _("stopped: EINTR when SIGCONT comes"));
		return;
	}
	if (signal_set(c, WSET)) {
		str_add(out, _("waits for "));
		say_signals(out, signal_set(c, WSET), _("or"));
		str_add(out, _(" to be pending"));
	} else {
		str_add(out, _("the set is empty: there is no signal that it could take"));
	}
	if (timed(c, &t)) {
		str_add(out, _(", for "));
		seconds_say(out, &t);
		str_add(out, _(" at most"));
	}
	say_not_taken(out, signal_set(c, WSET), w);
}

#define WAIT_HELP                                                                                     \
	N_("Block them before: one that is not ends the process, or is thrown away, if that is its\n" \
	   "action. The lowest number comes first, then the order in which they were sent.")

const struct prim prim_sigwaitinfo = {
	.name = "sigwaitinfo",
	.topic = "signals",
	.summary = N_("sleeps until a signal of a set is pending, and takes it"),
	.help = WAIT_HELP,
	.proto = "int sigwaitinfo(const sigset_t *set, siginfo_t *info);",
	.example = "sigprocmask SIG_BLOCK {SIGUSR1,SIGRTMIN}\n"
		   "raise SIGUSR1\n"
		   "sigwaitinfo {SIGUSR1,SIGRTMIN}",
	.man = "sigwaitinfo(2)",
	.errors = "EAGAIN EFAULT EINTR EINVAL",
	.param = {
		{.name = "set", .type = &type_sigset, .table = signal_constants},
		{.name = "info", .type = &type_siginfo, .flags = PARAM_OUT | PARAM_NULL},
	},
	.flags = PRIM_SIGSTATE,
	.binds = KIND_INT,
	.sleeps = {SYS_rt_sigtimedwait},
	.traced = "rt_sigtimedwait",
	.make = sigtimedwait_make,
	.result = wait_result,
	.why = wait_why,
	.asleep = wait_asleep,
};

const struct prim prim_sigtimedwait = {
	.name = "sigtimedwait",
	.topic = "signals",
	.summary = N_("sigwaitinfo that sleeps for a limited time"),
	.help = WAIT_HELP,
	.proto = "int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout);",
	.example = "sigprocmask SIG_BLOCK {SIGUSR1}\n"
		   "raise SIGUSR1\n"
		   "sigtimedwait {SIGUSR1} 0.5",
	.man = "sigwaitinfo(2)",
	.errors = "EAGAIN EFAULT EINTR EINVAL",
	.param = {
		{.name = "set", .type = &type_sigset, .table = signal_constants},
		{.name = "info", .type = &type_siginfo, .flags = PARAM_OUT | PARAM_NULL},
		{.name = "timeout", .type = &type_seconds, .def = "NULL",
		 .flags = PARAM_OPTIONAL | PARAM_NULL},
	},
	.flags = PRIM_SIGSTATE | PRIM_CLOCK,
	.binds = KIND_INT,
	.sleeps = {SYS_rt_sigtimedwait},
	.traced = "rt_sigtimedwait",
	.make = sigtimedwait_make,
	.result = wait_result,
	.why = wait_why,
	.asleep = wait_asleep,
};

/* -- sigwait ---------------------------------------------------------------------------------- */

/* The number is stored by libc, not by the kernel: a bad address is the end of the process. */
__attribute__((no_sanitize("undefined", "address"))) static void store(int *sig, int signo)
{
	*(volatile int *)sig = signo;
}

/* sigwait(3): goes on where a handler has run, returns its errors. By number, as above. */
static long sigwait_make(struct call *c)
{
	int *sig = call_out(c, WINFO, sizeof(*sig));
	long r;

	if (call_failed(c, WINFO, sig))
		return -1;
	do
		r = syscall(SYS_rt_sigtimedwait, call_at(c, WSET, KERNEL_SET), NULL, NULL,
			    KERNEL_SET);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return errno;
	store(sig, (int)r);
	call_got(c, WINFO, sizeof(*sig));
	return 0;
}

static void format_got(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	const int *sig = done && c->ret == 0 ? call_bytes(c, i, sizeof(*sig)) : NULL;

	if (sig)
		str_addf(out, "[%s]", signo_name(*sig));
	else
		str_add(out, p->name);
}

static const struct argtype type_got = { .what = N_("the signal that came"),
					 .format = format_got,
					 .size = sizeof(int) };

static void sigwait_result(struct str *out, const struct call *c)
{
	if (c->ret > 0)
		str_addf(out, "%ld (%s)", c->ret, errno_name((int)c->ret));
}

static void sigwait_note(struct str *out, const struct call *c, const struct world *w)
{
	if (c->ret == EFAULT)
		why_fault_at(out, c, WSET, false, w);
}

const struct prim prim_sigwait = {
	.name = "sigwait",
	.topic = "signals",
	.summary = N_("sleeps until a signal of a set is pending, and takes it"),
	.help = N_("sigwaitinfo that tells the signal's number only, and that sleeps on where a handler has\n"
		"run: never EINTR. Block them before, as for sigwaitinfo."),
	.proto = "int sigwait(const sigset_t *set, int *sig);",
	.example = "sigprocmask SIG_BLOCK {SIGUSR1,SIGRTMIN}\n"
		   "raise SIGUSR1\n"
		   "sigwait {SIGUSR1,SIGRTMIN}",
	.man = "sigwait(3)",
	.errors = "EFAULT EINVAL",
	.param = {
		{.name = "set", .type = &type_sigset, .table = signal_constants},
		{.name = "sig", .type = &type_got, .flags = PARAM_OUT},
	},
	.flags = PRIM_SIGSTATE | PRIM_MEMORY,
	.sleeps = {SYS_rt_sigtimedwait},
	.traced = "rt_sigtimedwait",
	.make = sigwait_make,
	.result = sigwait_result,
	.note = sigwait_note,
	.asleep = wait_asleep,
};

bool signal_waits(const struct call *c)
{
	return prims[c->prim]->sleeps[0] == SYS_rt_sigtimedwait;
}

int signal_taken(const struct call *c)
{
	const int *sig;

	if (!signal_waits(c))
		return 0;
	if (prims[c->prim] != &prim_sigwait)
		return c->ret > 0 ? (int)c->ret : 0;
	sig = c->ret == 0 ? call_bytes(c, WINFO, sizeof(*sig)) : NULL;
	return sig ? *sig : 0;
}
