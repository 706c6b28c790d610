/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals that a clock sends: alarm, setitimer.  make functions run in the learner's process, all
 * else in the shell.
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
#include <sys/time.h>
#include <unistd.h>

static long alarm_make(struct call *c)
{
	return alarm((unsigned)c->arg[0].num);
}

static void alarm_note(struct str *out, const struct call *c, const struct world *w)
{
	(void)w;
	if (c->ret > 0)
		str_addf(out, _("the alarm that was set had %ld s left; it is %s"), c->ret,
			 c->arg[0].num ? _("replaced") : _("off"));
}

const struct prim prim_alarm = {
	.name = "alarm",
	.topic = "signals",
	.summary = N_("SIGALRM after some seconds"),
	.help = N_(
		"There is one alarm a process: a new one replaces it, 0 turns it off. Returns what was\n"
		"left of the old one. fork does not copy it, exec keeps it."),
	.proto = "unsigned int alarm(unsigned int seconds);",
	.example = "sigaction SIGALRM handler\n"
		   "alarm 1\n"
		   "await",
	.man = "alarm(2)",
	.param = { { .name = "seconds", .type = &type_uint } },
	.flags = PRIM_CLOCK,
	.binds = KIND_INT,
	.make = alarm_make,
	.note = alarm_note,
};

/* -- setitimer -------------------------------------------------------------------------------- */

enum { WHICH, NEW, OLD };

static const struct constant clocks[] = {
	{ "ITIMER_REAL", ITIMER_REAL, N_("time as it passes: SIGALRM") },
	{ "ITIMER_VIRTUAL", ITIMER_VIRTUAL, N_("time that the process computes: SIGVTALRM") },
	{ "ITIMER_PROF", ITIMER_PROF, N_("and that the kernel computes for it: SIGPROF") },
	{ NULL, 0, NULL },
};

static bool get_timer(const struct call *c, int i, struct itimerval *t)
{
	const void *bytes = call_bytes(c, i, sizeof(*t));

	if (bytes)
		memcpy(t, bytes, sizeof(*t));
	return bytes;
}

static const struct constant timer_members[] = {
	{ "it_interval=", 0, N_("between rings; 0: it rings once") },
	{ "it_value=", 0, N_("until it rings; 0: it is off") },
	{ NULL, 0, NULL },
};

static int timer_time(struct parse *ps, const char *s, size_t len, struct timeval *out)
{
	struct timespec t;

	if (seconds_parse(ps, s, len, timeval_members, &t))
		return -1;
	*out = (struct timeval){ t.tv_sec, t.tv_nsec };
	return 0;
}

static int timer_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	struct itimerval *t = arg;
	const int k = parse_member(timer_members, index, &s, &len);

	if (k < 0)
		return parse_fail(ps, _("a timer is {it_interval, it_value}"));
	return timer_time(ps, s, len, k ? &t->it_value : &t->it_interval);
}

/* {it_interval={...}, it_value={...}}, and not {tv_sec, tv_usec}: a group of groups, or their names. */
static bool is_timer(const struct parse *ps)
{
	return ps->len > 1 && ps->at[0] == '{' &&
	       (memchr(ps->at + 1, '{', ps->len - 1) || memmem(ps->at, ps->len, "it_", 3));
}

/* A word of the rest: the time until it rings, then that between rings; or both in braces. */
static int parse_timer(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct itimerval t = { 0 };
	const bool second = get_timer(c, i, &t), whole = is_timer(ps);

	(void)p;
	if (c->arg[i].null)
		return parse_fail(ps, _("an address stands for both times"));
	if (second && (whole || c->arg[i].num))
		return parse_fail(ps, _("after the time only the interval stands"));
	if (whole ? parse_group(ps, ps->at, ps->len, timer_field, &t)
		  : timer_time(ps, ps->at, ps->len, second ? &t.it_interval : &t.it_value))
		return -1;
	c->arg[i].num = second || whole;
	return call_put(c, i, &t, sizeof(t)) ? 0 : parse_fail(ps, _("there is no room for it"));
}

static void format_timer(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	const char mark = i == OLD ? 't' : 0; /* what is left of a time */
	struct itimerval t;

	if ((i == OLD && !(done && c->ret == 0)) || !get_timer(c, i, &t)) {
		str_add(out, i == OLD ? p->name : "NULL");
		return;
	}
	str_add(out, "{it_interval=");
	seconds_format(out, &(struct timespec){ t.it_interval.tv_sec, t.it_interval.tv_usec },
		       "tv_usec", 0);
	str_add(out, ", it_value=");
	seconds_format(out, &(struct timespec){ t.it_value.tv_sec, t.it_value.tv_usec }, "tv_usec",
		       mark);
	str_addc(out, '}');
}

static const struct argtype type_timer = {
	.what = N_("seconds, and seconds between repetitions"),
	.parse = parse_timer,
	.format = format_timer,
	.points = POINTS,
	.size = sizeof(struct itimerval),
};

extern const struct prim prim_setitimer;

int alarm_after(const struct call *c, int was)
{
	const struct prim *p = prims[c->prim];
	struct itimerval t;

	/* only where the old timer goes is no matter of whether there is a new one */
	if (c->ret == -1 && c->err && (p != &prim_setitimer || c->err != EFAULT))
		return was;
	if (signal_taken(c) == SIGALRM)
		return was == ALARM_ONCE ? ALARM_OFF : was;
	if (p == &prim_alarm)
		return c->arg[0].num ? ALARM_ONCE : ALARM_OFF;
	if (p == &prim_setitimer && c->arg[WHICH].num == ITIMER_REAL && c->arg[NEW].null &&
	    !c->arg[NEW].num)
		return ALARM_OFF;
	if (p == &prim_setitimer && c->arg[WHICH].num == ITIMER_REAL && get_timer(c, NEW, &t))
		return !timerisset(&t.it_value)     ? ALARM_OFF
		       : timerisset(&t.it_interval) ? ALARM_REPEATED
						    : ALARM_ONCE;
	return was;
}

static long setitimer_make(struct call *c)
{
	struct itimerval *new = call_at(c, NEW, sizeof(*new)),
			 *old = call_out(c, OLD, sizeof(*old));
	long r;

	if (call_failed(c, OLD, old))
		return -1;
	r = syscall(SYS_setitimer, (int)c->arg[WHICH].num, new, old);
	if (r == 0)
		call_got(c, OLD, sizeof(*old));
	return r;
}

static long microseconds(const struct timeval *t)
{
	return t->tv_sec * 1000000 + t->tv_usec;
}

static bool setitimer_give(const struct call *c, int n, struct given *g)
{
	struct itimerval t = { 0 };

	(void)n;
	get_timer(c, OLD, &t);
	*g = (struct given){ { microseconds(&t.it_value), microseconds(&t.it_interval) },
			     { KIND_INT, KIND_INT },
			     NULL,
			     0 };
	return true;
}

static void time_why(struct str *out, const struct timeval *t)
{
	if (out->len)
		return;
	if (t->tv_sec < 0)
		str_add(out, _("a time cannot be less than 0"));
	else if (t->tv_usec < 0 || t->tv_usec > 999999)
		str_addf(out, _("tv_usec is %ld; it is 0 to 999999"), (long)t->tv_usec);
}

/* The times are looked at before the clock: kernel/time/itimer.c. */
static void setitimer_why(struct str *out, const struct call *c, const struct world *w)
{
	struct itimerval t;

	if (c->err == EFAULT && why_fault(out, c, w) == OLD)
		str_add(out, _("; the timer is set all the same"));
	if (c->err != EINVAL)
		return;
	if (get_timer(c, NEW, &t)) {
		time_why(out, &t.it_value);
		time_why(out, &t.it_interval);
	}
	if (!out->len)
		str_addf(out, _("there is no timer %ld: ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF"),
			 c->arg[WHICH].num);
}

static void setitimer_note(struct str *out, const struct call *c, const struct world *w)
{
	struct itimerval t, old;
	const bool set = get_timer(c, NEW, &t) && timerisset(&t.it_value);

	(void)w;
	if (c->arg[NEW].null && !c->arg[NEW].num)
		str_add(out, _("to Linux NULL is a time of 0: the timer is off (POSIX has an error "
			       "for it)"));
	else if (get_timer(c, NEW, &t) && !set && timerisset(&t.it_interval))
		str_add(out, _("a first time of 0 turns the timer off, whatever the interval"));
	else if (get_timer(c, OLD, &old) && timerisset(&old.it_value))
		str_add(out,
			set ? _("the timer that was set is replaced: there is one of each kind")
			    : _("the timer that was set is off"));
}

const struct prim prim_setitimer = {
	.name = "setitimer",
	.topic = "signals",
	.summary = N_("alarm with fractions of a second, and repeated"),
	.help = N_("setitimer ITIMER_REAL 0.5 is half a second; setitimer ITIMER_REAL 0.5 2 then every 2\n"
		"seconds; 0 turns it off. alarm is the same timer. old_value is what was left of the timer\n"
		"before; `left every = setitimer ITIMER_REAL 0` names it, in microseconds."),
	.proto = "int setitimer(int which, const struct itimerval *new_value, "
		 "struct itimerval *old_value);",
	.example = "sigaction SIGALRM handler\n"
		   "setitimer ITIMER_REAL 0.5\n"
		   "await",
	.man = "setitimer(2)",
	.errors = "EFAULT EINVAL",
	.param = {
		{.name = "which", .type = &type_cmd, .table = clocks},
		{.name = "new_value", .type = &type_timer, .flags = PARAM_REST},
		{.name = "old_value", .type = &type_timer, .flags = PARAM_OUT | PARAM_NULL},
	},
	.flags = PRIM_CLOCK,
	.two = "left every",
	.give = setitimer_give,
	.make = setitimer_make,
	.why = setitimer_why,
	.note = setitimer_note,
};
