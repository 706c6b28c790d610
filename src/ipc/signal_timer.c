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
#include "ipc/seconds.h"
#include "ipc/signal.h"

#include <errno.h>
#include <string.h>
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
	.example = "alarm 1",
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

static bool get_timer(const struct call *c, struct itimerval *t)
{
	const void *bytes = call_bytes(c, NEW, sizeof(*t));

	if (bytes)
		memcpy(t, bytes, sizeof(*t));
	return bytes;
}

/* A word of the rest: the seconds until it rings, then those between rings. */
static int parse_timer(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct itimerval t = { 0 };
	struct timespec s = { 0 };
	bool second = get_timer(c, &t);
	long whole;

	if (second && c->arg[i].num)
		return parse_fail(ps, _("after the time only the interval stands"));
	if (seconds_read(ps->at, ps->len, &s)) {
		if (parse_number(ps, p, KIND_INT, &whole))
			return -1;
		s.tv_sec = whole;
	}
	*(second ? &t.it_interval : &t.it_value) = (struct timeval){ s.tv_sec, s.tv_nsec / 1000 };
	c->arg[i].num = second;
	return call_put(c, i, &t, sizeof(t)) ? 0 : parse_fail(ps, _("there is no room for it"));
}

static void format_timer(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	struct itimerval t;

	(void)p, (void)done;
	if (i == OLD || !get_timer(c, &t)) {
		str_add(out, "NULL");
		return;
	}
	str_addf(out, "{it_interval={tv_sec=%ld, tv_usec=%ld}, it_value={tv_sec=%ld, tv_usec=%ld}}",
		 (long)t.it_interval.tv_sec, (long)t.it_interval.tv_usec, (long)t.it_value.tv_sec,
		 (long)t.it_value.tv_usec);
}

static const struct argtype type_timer = {
	.what = N_("seconds, and seconds between repetitions"),
	.parse = parse_timer,
	.format = format_timer,
};

extern const struct prim prim_setitimer;

int alarm_after(const struct call *c, int was)
{
	const struct prim *p = prims[c->prim];
	struct itimerval t;

	if (signal_taken(c) == SIGALRM)
		return was == ALARM_ONCE ? ALARM_OFF : was;
	if (p == &prim_alarm)
		return c->arg[0].num ? ALARM_ONCE : ALARM_OFF;
	if (p == &prim_setitimer && c->arg[WHICH].num == ITIMER_REAL && get_timer(c, &t))
		return !timerisset(&t.it_value)     ? ALARM_OFF
		       : timerisset(&t.it_interval) ? ALARM_REPEATED
						    : ALARM_ONCE;
	return was;
}

static long setitimer_make(struct call *c)
{
	struct itimerval t = { 0 };

	get_timer(c, &t);
	return setitimer((int)c->arg[WHICH].num, &t, NULL);
}

static bool is_time(const struct timeval *t)
{
	return t->tv_sec >= 0 && t->tv_usec >= 0 && t->tv_usec < 1000000;
}

/* The times are looked at before the clock: kernel/time/itimer.c. */
static void setitimer_why(struct str *out, const struct call *c, const struct world *w)
{
	struct itimerval t;

	(void)w;
	if (c->err != EINVAL)
		return;
	if (get_timer(c, &t) && !(is_time(&t.it_value) && is_time(&t.it_interval)))
		str_add(out, _("a time cannot be less than 0"));
	else
		str_addf(out, _("there is no timer %ld: ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF"),
			 c->arg[WHICH].num);
}

const struct prim prim_setitimer = {
	.name = "setitimer",
	.topic = "signals",
	.summary = N_("alarm with fractions of a second, and repeated"),
	.help = N_("setitimer ITIMER_REAL 0.5 is half a second; setitimer ITIMER_REAL 0.5 2 then every 2\n"
		"seconds; 0 turns it off. alarm is the same timer."),
	.proto = "int setitimer(int which, const struct itimerval *new_value, "
		 "struct itimerval *old_value);",
	.example = "setitimer ITIMER_REAL 0.5",
	.man = "setitimer(2)",
	.errors = "EFAULT EINVAL",
	.param = {
		{.name = "which", .type = &type_cmd, .table = clocks},
		{.name = "new_value", .type = &type_timer, .flags = PARAM_REST},
		{.name = "old_value", .type = &type_timer, .flags = PARAM_OUT},
	},
	.flags = PRIM_CLOCK,
	.make = setitimer_make,
	.why = setitimer_why,
};
