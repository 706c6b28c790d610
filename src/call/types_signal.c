/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals and sets of them as arguments, printed as strace does, and their table of names.  Runs in
 * the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"

#include <signal.h>
#include <string.h>

static int parse_signo(struct parse *ps, const struct param *p, struct call *c, int i)
{
	int signo = signo_parse(ps->at, ps->len);

	if (signo < 0)
		return type_int.parse(ps, p, c, i);
	c->arg[i].num = signo;
	return 0;
}

static void format_signo(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	long n = c->arg[i].num;

	(void)p, (void)done;
	/*
	 * strace: a number that is no signal stands as it is. So does 32 here: strace calls it SIGRTMIN, which
	 * libc's is not
	 */
	if (n > 0 && n <= SIGRTMAX && n != 32)
		str_add(out, signo_name((int)n));
	else
		str_num(out, n);
}

static int sigset_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	int signo = signo_parse(s, len);
	uint64_t *set = arg;

	(void)index;
	if (signo < 1)
		return parse_fail(ps, _("%.*s is no signal; as in {SIGUSR1,SIGRTMIN+1}"),
				  (int)(len < 40 ? len : 40), s);
	*set |= 1ULL << (signo - 1);
	return 0;
}

/* [USR1 RT_2], as strace names them: RTMIN and RT_1 are libc's own, which no set of C has. */
static int sigset_list(struct parse *ps, const char *s, size_t len, uint64_t *set)
{
	const char *end = s + len - 1, *next;

	if (len < 2 || *end != ']')
		return parse_fail(ps, _("a list of signals is as in [USR1 RT_2]"));
	for (s++; s < end; s = next) {
		next = s + strcspn(s, " \t,]");
		if (next == s)
			next++;
		else if ((next - s != 5 || memcmp(s, "RTMIN", 5)) &&
			 sigset_field(ps, set, 0, s, (size_t)(next - s)))
			return -1;
	}
	return 0;
}

/* ~ before it: every signal that sigfillset(3) gives, but these. */
static int parse_sigset(struct parse *ps, const struct param *p, struct call *c, int i)
{
	const bool but = ps->len && ps->at[0] == '~';
	const char *s = ps->at + but;
	const size_t len = ps->len - but;
	uint64_t set = 0, all;
	sigset_t full;
	int r;

	(void)p;
	sigfillset(&full);
	memcpy(&all, &full, sizeof(all));
	if (len && *s == '{')
		r = parse_group(ps, s, len, sigset_field, &set);
	else if (len && *s == '[')
		r = sigset_list(ps, s, len, &set);
	else if (len)
		r = sigset_field(ps, &set, 0, s, len);
	else
		r = parse_fail(ps, _("a set stands after ~; as in ~{SIGUSR1}"));
	set = (but ? ~set : set) & all;
	if (r == 0 && !call_put(c, i, &set, sizeof(set)))
		r = parse_fail(ps, _("too many bytes"));
	return r;
}

/* strace's sprintsigmask_n: names without SIG; the complement when that is shorter. */
void format_sigset(struct str *out, uint64_t set)
{
	const char *sep = "";
	bool inverse = __builtin_popcountll(set) >= 64 * 2 / 3;

	if (inverse) {
		str_addc(out, '~');
		set = ~set;
	}
	str_addc(out, '[');
	for (int n = 1; n <= 64; n++) {
		if (!(set >> (n - 1) & 1))
			continue;
		str_add(out, sep);
		str_add(out, n == 32 ? "RTMIN" : signo_name(n) + 3);
		sep = " ";
	}
	str_addc(out, ']');
}

static void format_sigsetarg(struct str *out, const struct param *p, const struct call *c, int i,
			     bool done)
{
	const void *set = call_bytes(c, i, 8);
	uint64_t value;

	if ((p->flags & PARAM_OUT) && (!done || c->ret == -1)) {
		str_add(out, p->name);
	} else if (set) {
		memcpy(&value, set, sizeof(value));
		format_sigset(out, value);
	} else {
		str_add(out, "NULL");
	}
}

const struct argtype type_signo = {
	.what = N_("a signal"), .parse = parse_signo, .format = format_signo, .kind = KIND_INT
};
const struct argtype type_sigset = { .what = N_("a set of signals: {SIGUSR1,SIGUSR2} or ~{SIGINT}"),
				     .parse = parse_sigset,
				     .format = format_sigsetarg,
				     .points = POINTS,
				     .size = 8 };

const struct constant signal_constants[] = {
#define S(name, what)                                                                              \
	{                                                                                          \
#name, name, what                                                                  \
	}
	S(SIGHUP, N_("terminal closed; default: ends")),
	S(SIGINT, N_("Ctrl-C; default: ends")),
	S(SIGQUIT, N_("Ctrl-\\; default: ends, core")),
	S(SIGILL, N_("illegal instruction; default: ends, core")),
	S(SIGTRAP, N_("breakpoint; default: ends, core")),
	S(SIGABRT, N_("abort(3); default: ends, core")),
	S(SIGBUS, N_("bad memory access; default: ends, core")),
	S(SIGFPE, N_("arithmetic error; default: ends, core")),
	S(SIGKILL, N_("ends; cannot be caught, blocked or ignored")),
	S(SIGUSR1, N_("for the program's own use; default: ends")),
	S(SIGSEGV, N_("no such memory; default: ends, core")),
	S(SIGUSR2, N_("for the program's own use; default: ends")),
	S(SIGPIPE, N_("write to a pipe nobody reads; default: ends")),
	S(SIGALRM, N_("alarm(2) is over; default: ends")),
	S(SIGTERM, N_("please end; default: ends")),
	S(SIGCHLD, N_("a child ended or stopped; default: ignored")),
	S(SIGCONT, N_("go on; default: continues")),
	S(SIGSTOP, N_("stops; cannot be caught, blocked or ignored")),
	S(SIGTSTP, N_("Ctrl-Z; default: stops")),
	S(SIGTTIN, N_("background read of a terminal; default: stops")),
	S(SIGTTOU, N_("background write to a terminal; default: stops")),
	S(SIGURG, N_("urgent data; default: ignored")),
	S(SIGXCPU, N_("CPU limit; default: ends, core")),
	S(SIGXFSZ, N_("file size limit; default: ends, core")),
	S(SIGVTALRM, N_("virtual timer; default: ends")),
	S(SIGPROF, N_("profiling timer; default: ends")),
	S(SIGWINCH, N_("window size; default: ignored")),
	S(SIGIO, N_("I/O possible; default: ends")),
	S(SIGPWR, N_("power failure; default: ends")),
	S(SIGSYS, N_("bad system call; default: ends, core")),
	{ NULL, 0, NULL },
};
