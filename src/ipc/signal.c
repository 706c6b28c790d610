/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sending signals: kill (and sh's way of typing it), raise, sigqueue.  make functions run in the
 * learner's process, all else in the shell.
 */
#include "ipc/signal.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/kin.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { PID, SIG, VALUE };

static struct peer peer_of(const struct world *w, long pid)
{
	return (struct peer){ .name = w->pid_name(w->ctx, (pid_t)pid), .pid = (pid_t)pid };
}

/* -- kill, as it is typed --------------------------------------------------------------------- */

static bool starts(const struct word *w, const char *s)
{
	return w->len >= strlen(s) && !memcmp(w->at, s, strlen(s));
}

/* A signal's name, "SIGTERM", "TERM", "SIGRTMIN+1": no number, which may be a process. */
static bool names_signal(const char *s, size_t len)
{
	return len && !(*s >= '0' && *s <= '9') && signo_parse(s, len) > 0;
}

/*
 * How many words are sh's signal option, "-9" or "-s TERM"; 0: this is kill(2)'s order, as it is where a
 * signal's name stands second, for then -1 is everybody and -10 a group.
 */
static int option_words(const struct words *words)
{
	if (!words->n || !starts(&words->w[0], "-"))
		return 0;
	if (words->n == 2 && names_signal(words->w[1].at, words->w[1].len) &&
	    !names_signal(words->w[0].at + 1, words->w[0].len - 1))
		return 0;
	return (word_is(&words->w[0], "-s") || word_is(&words->w[0], "-n")) && words->n > 1 ? 2 : 1;
}

int kill_targets(const struct words *words)
{
	const int option = option_words(words);

	return option && words->n > option ? words->n - option : 1;
}

void kill_target(const struct words *words, int k, struct words *one)
{
	const int option = option_words(words);

	words_init(one);
	for (int i = 0; i < words->n && i < WORDS_FIXED && (!option || i < option); i++)
		one->w[one->n++] = words->w[i];
	if (option && option + k < words->n)
		one->w[one->n++] = words->w[option + k];
}

static void word_of(struct parse *ps, const struct word *w, size_t skip)
{
	ps->at = w->at + skip;
	ps->len = w->len - skip;
	ps->column = w->column + (int)skip;
}

/* Is the word in ps a process's name? (Only of processes are there names that stand for no descriptor.) */
static bool names_process(const struct parse *ps)
{
	const struct resolver *r = ps->names;
	long n;

	for (size_t k = 0; k < ps->len; k++)
		if (!isalnum((unsigned char)ps->at[k]) && ps->at[k] != '_')
			return false;
	return r && r->name && ps->len && !isdigit((unsigned char)*ps->at) &&
	       r->name(r->ctx, ps->at, ps->len, KIND_PID, &n, NULL) > 0 &&
	       r->name(r->ctx, ps->at, ps->len, KIND_FD, &n, NULL) == 0;
}

/* kill SIGTERM A, kill 9 A: both are numbers, and other processes than was meant would get other signals. */
static int mixed_up(struct parse *ps, int i)
{
	const int n = (int)(ps->len < 32 ? ps->len : 32);

	if (i == PID && names_signal(ps->at, ps->len))
		return parse_fail(ps,
				  _("this is a signal, and the process stands first: kill A %.*s"),
				  n, ps->at);
	if (i == SIG && names_process(ps))
		return parse_fail(ps,
				  _("this is a process, and the signal stands second: kill %.*s "
				    "SIGTERM, or kill -9 %.*s"),
				  n, ps->at, n, ps->at);
	return 0;
}

static int parse_arg(struct parse *ps, struct call *c, int i, const struct word *w, size_t skip)
{
	const struct param *p = &ps->prim->param[i];

	word_of(ps, w, skip);
	if (c->arg[i].given)
		return parse_fail(ps, _("%s is given twice"), p->name);
	if (mixed_up(ps, i))
		return -1;
	if (p->type->parse(ps, p, c, i))
		return -1;
	c->arg[i].given = true;
	return 0;
}

/* kill -9 A, kill -TERM A, kill -s TERM A */
static int parse_as_sh(struct parse *ps, const struct words *words, int option, struct call *c)
{
	word_of(ps, &words->w[0], 0);
	if (word_is(&words->w[0], "-1") && words->n == 2 &&
	    signo_parse(words->w[1].at, words->w[1].len) > 0)
		return parse_fail(
			ps,
			_("this may be SIGHUP for process %.*s (kill %.*s SIGHUP), or signal "
			  "%.*s for everybody (kill pid=-1 %.*s)"),
			(int)words->w[1].len, words->w[1].at, (int)words->w[1].len, words->w[1].at,
			(int)words->w[1].len, words->w[1].at, (int)words->w[1].len, words->w[1].at);
	if (word_is(&words->w[0], "-l") || word_is(&words->w[0], "-L"))
		return parse_fail(ps,
				  _("this kill is the system call; for the list of names: command "
				    "kill -l"));
	if (option == 2 ? parse_arg(ps, c, SIG, &words->w[1], 0)
			: parse_arg(ps, c, SIG, &words->w[0], 1))
		return -1;
	if (words->n == option)
		return parse_fail(ps,
				  _("a signal, but for whom? kill %.*s A; a process group is "
				    "written kill pid=-10 SIGTERM"),
				  (int)(ps->len < 20 ? ps->len : 20) + 1,
				  option == 2 ? ps->at : ps->at - 1);
	if (words->n > option + 1) {
		word_of(ps, &words->w[option + 1], 0);
		return parse_fail(ps, _("one call of kill(2) signals one process"));
	}
	return parse_arg(ps, c, PID, &words->w[option], 0);
}

static int kill_parse(struct parse *ps, const struct words *words, struct call *c)
{
	static const struct word term = { "SIGTERM", 7, 0 };
	const int option = option_words(words);

	if (option)
		return parse_as_sh(ps, words, option, c);
	for (int k = 0; k < words->n; k++) {
		const struct word *w = &words->w[k];
		int r;

		if (starts(w, "pid="))
			r = parse_arg(ps, c, PID, w, 4);
		else if (starts(w, "sig="))
			r = parse_arg(ps, c, SIG, w, 4);
		else if (!c->arg[PID].given)
			r = parse_arg(ps, c, PID, w, 0);
		else if (!c->arg[SIG].given)
			r = parse_arg(ps, c, SIG, w, 0);
		else {
			word_of(ps, w, 0);
			r = parse_fail(ps,
				       _("kill takes a process and a signal: kill A SIGUSR1; for "
					 "several processes: kill -TERM A B"));
		}
		if (r)
			return -1;
	}
	if (!c->arg[PID].given)
		return fail(ps->cause, _("kill: whom? kill A SIGUSR1, or kill -9 A"));
	return c->arg[SIG].given ? 0 : parse_arg(ps, c, SIG, &term, 0);
}

/* -- why -------------------------------------------------------------------------------------- */

void why_no_signal(struct str *out, long signo)
{
	if (signo >= 32 && signo < SIGRTMIN)
		str_addf(out, _("the C library keeps signal %ld for its threads"), signo);
	else
		str_addf(out, _("%ld is no signal: they are 1 to %d"), signo, SIGRTMAX);
}

extern const struct prim prim_kill, prim_sigqueue;

static void why_nobody(struct str *out, const struct call *c)
{
	const long pid = c->arg[PID].num;

	if (pid > 0)
		str_addf(out, _("there is no process %ld (any more); a zombie would still answer"),
			 pid);
	else if (prims[c->prim] == &prim_sigqueue)
		str_addf(out, _("sigqueue takes one process, and no process has the number %ld"),
			 pid);
	else if (pid == INT_MIN)
		str_addf(out, _("%d has no positive counterpart, so it means no group"), INT_MIN);
	else if (pid == -1)
		str_add(out,
			_("-1 means everybody that may be signalled, and there is nobody else"));
	else
		str_addf(out, _("no process is in group %ld"), pid > -LONG_MAX ? -pid : LONG_MAX);
}

/* kill_ok_by_cred() and check_kill_permission(), kernel/signal.c */
static bool may_signal(const struct sigstate *from, const struct sigstate *to)
{
	return from->may_any || from->uid == to->saved || from->uid == to->real ||
	       from->real == to->saved || from->real == to->real;
}

/* Those whom kill(2) means by 0, -1 or -GROUP, and those among them who may not be signalled. */
struct group {
	const struct world *w;
	long pid;
	int sig;
	struct kin self;
	struct sigstate from;
	int n, denied;
	struct kin first; /* of the denied */
	struct sigstate its;
};

static bool add_member(void *arg, const struct kin *k)
{
	struct group *g = arg;
	const pid_t group = g->pid ? (pid_t)(0 - (unsigned long)g->pid) : g->self.group;
	struct sigstate to;

	if (g->pid == -1 ? k->pid == 1 || k->pid == g->self.pid : k->group != group)
		return true;
	if (sigstate_read(g->w, &(struct peer){ .pid = k->pid }, &to))
		return true;
	g->n++;
	if (k->pid == g->self.pid || may_signal(&g->from, &to) ||
	    (g->sig == SIGCONT && k->session == g->self.session))
		return true;
	if (!g->denied++) {
		g->first = *k;
		g->its = to;
	}
	return true;
}

static bool group_of(struct group *g, const struct call *c, const struct world *w)
{
	*g = (struct group){ .w = w, .pid = c->arg[PID].num, .sig = (int)c->arg[SIG].num };
	if (!kin_read(w, w->self.pid, &g->self) || sigstate_read(w, &w->self, &g->from))
		return false;
	kin_each(w, add_member, g);
	return true;
}

/* A group is refused only where no member may be signalled, and then every one is in the same case. */
static void why_group_denied(struct str *out, const struct call *c, const struct world *w)
{
	struct group g;

	if (!group_of(&g, c, w) || !g.denied)
		return;
	str_addf(out,
		 g.n == 1
			 ? _("%s, the only member, belongs to uid %u")
			 : _("none of the %3$d members may be signalled: %1$s belongs to uid %2$u"),
		 w->pid_name(w->ctx, g.first.pid), g.its.real, g.n);
	str_addf(out, _(", %s is uid %u"), w->self.name, g.from.uid);
}

static void why_denied(struct str *out, const struct call *c, const struct world *w)
{
	const long pid = c->arg[PID].num;
	struct sigstate his, mine;
	struct peer to;

	if (pid <= 0) {
		why_group_denied(out, c, w);
	} else {
		to = peer_of(w, pid);
		if (sigstate_read(w, &to, &his) == 0)
			str_addf(out, _("%s belongs to uid %u"), to.name, his.real);
		if (out->len && sigstate_read(w, &w->self, &mine) == 0)
			str_addf(out, _(", %s is uid %u"), w->self.name, mine.uid);
	}
	if (!out->len)
		return;
	str_add(out, _("; only the same user, or CAP_KILL, may signal it"));
	if (c->arg[SIG].num == SIGCONT)
		str_addf(out, _(", and SIGCONT who is in the same session: %s is in another"),
			 w->self.name);
}

/* The count is the user's, the limit the receiver's: __send_signal_locked(), kernel/signal.c. */
static void why_queue_full(struct str *out, const struct world *w, const struct peer *to)
{
	struct sigstate s;

	if (sigstate_read(w, to, &s) == 0)
		str_addf(
			out,
			_("%s's RLIMIT_SIGPENDING is %ld, and so many signals are queued for its user"),
			to->name, s.limit);
}

static void kill_why(struct str *out, const struct call *c, const struct world *w)
{
	struct peer to;

	switch (c->err) {
	case EINVAL:
		str_addf(out,
			 _("%ld is no signal: they are 1 to %d (0 only asks whether the process is "
			   "there)"),
			 c->arg[SIG].num, SIGRTMAX);
		break;
	case ESRCH:
		why_nobody(out, c);
		break;
	case EPERM:
		why_denied(out, c, w);
		break;
	case EAGAIN:
		to = peer_of(w, c->arg[PID].num);
		why_queue_full(out, w, &to);
		break;
	}
}

/* Success means that somebody was signalled; for -1, that there is somebody, whether or not he may be. */
static void note_group(struct str *out, const struct call *c, const struct world *w)
{
	struct group g;

	if (!group_of(&g, c, w) || !g.denied)
		return;
	str_addf(out, _("%s belongs to uid %u and has not got it"),
		 w->pid_name(w->ctx, g.first.pid), g.its.real);
	if (g.denied > 1)
		str_addf(out, _("; it is one of %d that may not be signalled"), g.denied);
}

/* The one signal that crosses users: check_kill_permission(), kernel/signal.c. */
static bool note_cont(struct str *out, const struct world *w, const struct peer *to,
		      const struct sigstate *its)
{
	struct sigstate mine;

	if (sigstate_read(w, &w->self, &mine) || may_signal(&mine, its))
		return false;
	str_addf(out, _("%s belongs to uid %u, but SIGCONT may go to anybody in the same session"),
		 to->name, its->real);
	return true;
}

static void kill_note(struct str *out, const struct call *c, const struct world *w)
{
	const long pid = c->arg[PID].num, sig = c->arg[SIG].num;
	struct sigstate s;
	struct peer to;

	if (pid <= 0) {
		note_group(out, c, w);
		return;
	}
	to = peer_of(w, pid);
	if (kin_thread_of(w, (pid_t)pid)) {
		str_addf(out, _("%ld is a thread of %s: to kill(2) that is its process"), pid,
			 w->pid_name(w->ctx, kin_thread_of(w, (pid_t)pid)));
		return;
	}
	if (sigstate_read(w, &to, &s) || (sig == SIGCONT && note_cont(out, w, &to, &s)))
		return;
	/* sig_task_ignored(), kernel/signal.c */
	if (pid == 1 && sig && !(s.caught >> (sig - 1) & 1))
		str_addf(
			out,
			_("the first process of a PID namespace gets no signal from inside that it has no "
			  "handler for, not even SIGKILL: %s is thrown away"),
			signo_name((int)sig));
	else if (s.state == 'Z' && sig == 0)
		str_addf(
			out,
			_("%s is a zombie: dead, but not waited for, so its number is still taken"),
			to.name);
	else if (sig == 0)
		str_addf(out, _("%s is there and may be signalled; signal 0 is not sent"), to.name);
	else if (s.state == 'T' && sig != SIGSTOP && (s.pending >> (sig - 1) & 1))
		str_addf(out, _("%s is stopped: %s waits for SIGCONT"), to.name,
			 signo_name((int)sig));
}

static long kill_make(struct call *c)
{
	return kill((pid_t)c->arg[PID].num, (int)c->arg[SIG].num);
}

const struct prim prim_kill = {
	.name = "kill",
	.topic = "signals",
	.summary = N_("sends a signal to a process or a group"),
	.help = N_("Typed as kill(2), kill A SIGUSR1 (nothing: SIGTERM), or as sh does, kill -9 A B.\n"
		"A signal's name in the second place makes it kill(2)'s order: kill -1 SIGTERM is for everybody,\n"
		"kill -A SIGTERM for the group of A. 0 sends nothing; pid=0 is the caller's group, pid=-10 group 10."),
	.proto = "int kill(pid_t pid, int sig);",
	.example = "spawn A\n"
		   "kill A SIGUSR1",
	.man = "kill(2)",
	.errors = "EINVAL EPERM ESRCH",
	.param = {
		{.name = "pid", .type = &type_pid},
		{.name = "sig", .type = &type_signo, .def = "SIGTERM", .flags = PARAM_OPTIONAL,
		 .table = signal_constants},
	},
	.flags = PRIM_SIGNALS,
	.make = kill_make,
	.parse = kill_parse,
	.why = kill_why,
	.note = kill_note,
};

/* -- raise ------------------------------------------------------------------------------------ */

static long raise_make(struct call *c)
{
	return raise((int)c->arg[0].num);
}

static void raise_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err == EINVAL)
		why_no_signal(out, c->arg[0].num);
	else if (c->err == EAGAIN)
		why_queue_full(out, w, &w->self);
}

static void raise_note(struct str *out, const struct call *c, const struct world *w)
{
	(void)w;
	if (!c->arg[0].num)
		str_add(out, _("signal 0 is not sent"));
}

const struct prim prim_raise = {
	.name = "raise",
	.topic = "signals",
	.summary = N_("sends a signal to the caller itself"),
	.help = N_("A handler has run when it returns. To the kernel it is tgkill(2)."),
	.proto = "int raise(int sig);",
	.example = "sigaction SIGUSR1 handler\n"
		   "raise SIGUSR1",
	.man = "raise(3)",
	.errors = "EAGAIN EINVAL",
	.param = { { .name = "sig", .type = &type_signo, .table = signal_constants } },
	.flags = PRIM_SIGNALS | PRIM_SIGSTATE,
	.traced = "tgkill",
	.make = raise_make,
	.why = raise_why,
	.note = raise_note,
};

/* -- sigqueue --------------------------------------------------------------------------------- */

static union sigval value_of(long num)
{
	union sigval v = { 0 };

	if (num >= INT32_MIN && num <= INT32_MAX)
		v.sival_int = (int)num;
	else
		v.sival_ptr = (void *)num;
	return v;
}

static int parse_value(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_number(ps, p, KIND_INT, &c->arg[i].num);
}

static void format_value(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	union sigval v = value_of(c->arg[i].num);

	(void)p, (void)done;
	str_addf(out, "{sival_int=%d, sival_ptr=", v.sival_int);
	if (v.sival_ptr)
		str_addf(out, "%#lx}", (unsigned long)v.sival_ptr);
	else
		str_add(out, "NULL}");
}

static const struct argtype type_value = {
	.what = N_("a number that goes with the signal"),
	.parse = parse_value,
	.format = format_value,
	.kind = KIND_INT,
};

static long sigqueue_make(struct call *c)
{
	return sigqueue((pid_t)c->arg[PID].num, (int)c->arg[SIG].num, value_of(c->arg[VALUE].num));
}

const struct prim prim_sigqueue = {
	.name = "sigqueue",
	.topic = "signals",
	.summary = N_("sends a signal with a value"),
	.help = N_("The receiver sees the value in siginfo. Real-time signals (SIGRTMIN and above)\n"
		"queue: five sent are five received."),
	.proto = "int sigqueue(pid_t pid, int sig, const union sigval value);",
	.example = "spawn A\n"
		   "A> sigaction SIGRTMIN handler\n"
		   "sigqueue A SIGRTMIN 42",
	.man = "sigqueue(3)",
	.errors = "EAGAIN EINVAL EPERM ESRCH",
	.param = {
		{.name = "pid", .type = &type_pid},
		{.name = "sig", .type = &type_signo, .table = signal_constants},
		{.name = "value", .type = &type_value, .def = "0", .flags = PARAM_OPTIONAL},
	},
	.flags = PRIM_SIGNALS,
	.traced = "rt_sigqueueinfo",
	.make = sigqueue_make,
	.why = kill_why,
	.note = kill_note,
};
