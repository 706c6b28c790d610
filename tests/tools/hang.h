/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does a test hang?  What its processes do decides, and no clock; one only sets the pace of the looks.
 *
 * STUCK: all of them sleep, each in a call that only another one can end, and none has had a turn between two
 * looks.  All slept at the same moment, so none will ever move.  Whoever sleeps until a time does not: poll with
 * a time-out, nanosleep (but `sleep 1000` stands for one without end), a timer's descriptor.  alarm(2) and setitimer(2) are not to be seen of a process;
 * that there are none can be seen of the machine, by root (/proc/timer_list).  Where it cannot, or a call may not
 * be read, UNSEEN looks in a row must agree: no test waits as long for a clock of its own.
 * So must TICKS, where some wake by the clock, see that nothing has changed, and sleep again.
 *
 * SPINS: they have used so much of the processors since there was the last progress, which the caller tells
 * (a line of the test's), that it is no progress.  How much does not depend on what else the machine does.
 */
#ifndef TOOLS_HANG_H
#define TOOLS_HANG_H

#include "left.h"

#include <ctype.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

enum {
	PACE = 1,    /* seconds from look to look */
	EVER = 100,  /* seconds: who sleeps so long sleeps for ever */
	TICKS = 60,  /* turns by a clock while nobody else had one */
	UNSEEN = 30, /* looks */
	BUSY = 600,  /* seconds of the processors; the longest that a test was silent: 40 */
};

enum verdict { GOES_ON, STUCK, SPINS };

struct watch {
	struct look look[2]; /* the last one is look[at] */
	int at;
	int agreed;          /* so many looks in a row */
	int ticked;          /* so many looks in a row at which only clocks had gone on */
	unsigned long since; /* ticks when there was progress */
	bool progress;       /* since the last look */
	long busy;           /* seconds; 0: BUSY */
};

/* Calls by name, and which argument says for how long: a pointer, or where `counts` milliseconds; 0: none does. */
static const struct sleeper {
	long nr;
	const char *name;
	int until;
	bool counts;
} sleepers[] = {
#ifdef SYS_poll
	{ SYS_poll, "poll", 3, true },
	{ SYS_select, "select", 5, false },
	{ SYS_epoll_wait, "epoll_wait", 4, true },
	{ SYS_pause, "pause", 0, false },
	{ SYS_open, "open", 0, false },
#endif
	{ SYS_ppoll, "ppoll", 3, false },
	{ SYS_pselect6, "pselect6", 5, false },
	{ SYS_epoll_pwait, "epoll_pwait", 4, true },
	{ SYS_futex, "futex", 4, false },
	{ SYS_nanosleep, "nanosleep", 1, false },
	{ SYS_clock_nanosleep, "clock_nanosleep", 3, false },
	{ SYS_restart_syscall, "restart_syscall", 1, false },
	{ SYS_rt_sigtimedwait, "rt_sigtimedwait", 3, false },
	{ SYS_semtimedop, "semtimedop", 4, false },
	{ SYS_mq_timedsend, "mq_timedsend", 5, false },
	{ SYS_mq_timedreceive, "mq_timedreceive", 5, false },
	{ SYS_io_getevents, "io_getevents", 5, false },
	{ SYS_recvmmsg, "recvmmsg", 5, false },
	{ SYS_read, "read", 0, false },
	{ SYS_write, "write", 0, false },
	{ SYS_openat, "openat", 0, false },
	{ SYS_wait4, "wait4", 0, false },
	{ SYS_waitid, "waitid", 0, false },
	{ SYS_msgrcv, "msgrcv", 0, false },
	{ SYS_msgsnd, "msgsnd", 0, false },
	{ SYS_rt_sigsuspend, "rt_sigsuspend", 0, false },
	{ SYS_fcntl, "fcntl", 0, false },
	{ SYS_flock, "flock", 0, false },
	{ SYS_recvmsg, "recvmsg", 0, false },
	{ SYS_recvfrom, "recvfrom", 0, false },
	{ SYS_sendmsg, "sendmsg", 0, false },
	{ SYS_accept4, "accept4", 0, false },
	{ SYS_connect, "connect", 0, false },
};

static const struct sleeper *sleeper_of(const struct task *t)
{
	long nr = isdigit(*t->call) ? atol(t->call) : -1;

	for (size_t i = 0; nr >= 0 && i < sizeof(sleepers) / sizeof(*sleepers); i++)
		if (sleepers[i].nr == nr)
			return &sleepers[i];
	return NULL;
}

/* The seconds of the struct timespec or timeval there; -1: they cannot be read. */
static long seconds_at(pid_t pid, unsigned long long address)
{
	long seconds = -1;
	struct iovec here = { &seconds, sizeof(seconds) };
	struct iovec there = { (void *)(uintptr_t)address, sizeof(seconds) };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) == sizeof(seconds) ? seconds : -1;
}

/* Its call ends at a time: one that a test would wait for, so `sleep 1000` does not, nor tmux's hour. */
static bool by_clock(const struct task *t)
{
	const struct sleeper *s = sleeper_of(t);
	unsigned long long arg[6] = { 0 };

	if (!s || !s->until || t->state != 'S')
		return false;
	sscanf(t->call, "%*d %llx %llx %llx %llx %llx %llx", arg, arg + 1, arg + 2, arg + 3,
	       arg + 4, arg + 5);
	if (s->nr == SYS_restart_syscall)
		return true;
	if (s->counts)
		return (int)arg[s->until - 1] >= 0 && (int)arg[s->until - 1] < EVER * 1000;
	return arg[s->until - 1] && seconds_at(t->pid, arg[s->until - 1]) < EVER;
}

/* It has an armed timer's descriptor, or a timer (timer_create(2)) of which nobody can see whether it is armed. */
static bool has_timer(const struct task *t)
{
	char path[64], text[4096];
	const char *at;
	struct dirent *e;
	bool found;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/timers", t->pid);
	found = read_file(path, text, sizeof(text)) == 0;
	snprintf(path, sizeof(path), "/proc/%d/fdinfo", t->pid);
	d = opendir(path);
	while (!found && d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%.20s", t->pid, e->d_name);
		if (*e->d_name == '.' || read_file(path, text, sizeof(text)) < 0)
			continue;
		at = strstr(text, "\nit_value: (");
		found = at && strncmp(at, "\nit_value: (0, 0)", 17) != 0;
	}
	if (d)
		closedir(d);
	return found;
}

static bool sleeps_by_clock(const struct look *l)
{
	for (int i = 0; i < l->n; i++)
		if (by_clock(&l->task[i]) ||
		    (l->task[i].pid == l->task[i].tid && has_timer(&l->task[i])))
			return true;
	return false;
}

/* All sleep where they slept, and those who have had a turn have had it by the clock. */
static bool only_ticked(const struct look *then, const struct look *now)
{
	if (then->n != now->n)
		return false;
	for (int i = 0; i < now->n; i++) {
		const struct task *a = &then->task[i], *b = &now->task[i];

		if (a->tid != b->tid || sleeper_of(a) != sleeper_of(b) ||
		    (a->switches != b->switches && !(by_clock(a) && by_clock(b))))
			return false;
	}
	return true;
}

/* Nobody of them has a clock that we do not see. */
static bool all_seen(const struct look *l)
{
	char line[256];
	bool none = false;
	FILE *f;

	for (int i = 0; i < l->n; i++)
		if (l->task[i].state == 'S' && !isdigit(*l->task[i].call))
			return false;
	f = fopen("/proc/timer_list", "re");
	while (f && fgets(line, sizeof(line), f)) {
		none |= strstr(line, "active timers:") != NULL;
		if (strstr(line, "it_real_fn")) {
			none = false;
			break;
		}
	}
	if (f)
		fclose(f);
	return none;
}

/* As asleep(), but the dead, whom nobody reaps, move as little. */
static bool all_sleep(const struct look *l)
{
	for (int i = 0; i < l->n; i++)
		if (!strchr("STtZ", l->task[i].state) ||
		    (l->task[i].dying && l->task[i].state != 'Z'))
			return false;
	return l->n > 0;
}

/* One look. The caller sets w->progress when there was some; between two looks PACE has gone by. */
static enum verdict watch_look(struct watch *w)
{
	unsigned long busy =
		(unsigned long)(w->busy ? w->busy : BUSY) * (unsigned long)sysconf(_SC_CLK_TCK);

	const struct look *then = &w->look[w->at], *now = &w->look[w->at ^= 1];

	look_at_ours(&w->look[w->at]);
	if (w->progress || now->ticks < w->since)
		w->since = now->ticks;
	if (w->progress || !all_sleep(then) || !all_sleep(now) || !only_ticked(then, now)) {
		w->agreed = w->ticked = 0;
	} else if (!same_turns(then, now)) {
		w->agreed = 0;
		w->ticked++;
	} else if (!sleeps_by_clock(now)) {
		w->agreed++;
	}
	w->progress = false;
	if ((w->agreed && (w->agreed >= UNSEEN || all_seen(now))) || w->ticked >= TICKS)
		return STUCK;
	return now->ticks - w->since >= busy ? SPINS : GOES_ON;
}

static void tell_task(FILE *out, const struct task *t, int depth)
{
	const struct sleeper *s = sleeper_of(t);
	char path[64], cmd[128], place[64];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", t->pid);
	f = fopen(path, "re");
	n = f ? fread(cmd, 1, sizeof(cmd) - 1, f) : 0;
	if (f)
		fclose(f);
	for (size_t i = 0; i < n; i++)
		cmd[i] = isprint((unsigned char)cmd[i]) ? cmd[i] : ' ';
	cmd[n] = '\0';
	read_task(t, "wchan", place, sizeof(place));
	fprintf(out, "# %*s%d %c ", 2 * depth, "", t->tid, t->state);
	if (s)
		fprintf(out, "%s", s->name);
	else
		fprintf(out, "%s%.*s", isdigit(*t->call) ? "call " : "",
			(int)strcspn(t->call, " \n"), t->call);
	fprintf(out, " [%s] %s\n", place, *cmd ? cmd : t->comm);
}

static void tell_below(FILE *out, const struct look *l, pid_t parent, int depth)
{
	for (int i = 0; i < l->n; i++) {
		const struct task *t = &l->task[i];

		if (t->ppid != parent)
			continue;
		tell_task(out, t, depth);
		if (t->tid == t->pid)
			tell_below(out, l, t->pid, depth + 1);
	}
}

/* What runs, as a tree. */
static void tell_hang(FILE *out, const struct watch *w, enum verdict v)
{
	fprintf(out, "# it hangs: %s\n",
		v == STUCK ? "each of these sleeps until another of them does something"
			   : "these are busy, and nothing comes of it");
	tell_below(out, &w->look[w->at], getpid(), 0);
}

#endif
