/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/look.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* task flags in /proc/PID/stat (include/linux/sched.h of the kernel) */
enum { PF_EXITING = 0x4, PF_FORKNOEXEC = 0x40, PF_DUMPCORE = 0x200, PF_SIGNALED = 0x400 };

static int open_one(int proc, pid_t pid, pid_t tid, const char *file)
{
	char path[64];

	if (tid)
		snprintf(path, sizeof(path), "%d/task/%d/%s", pid, tid, file);
	else
		snprintf(path, sizeof(path), "%d/%s", pid, file);
	return openat(proc, path, O_RDONLY | O_CLOEXEC);
}

int look_open(struct look *l, int proc, pid_t pid, pid_t tid)
{
	*l = LOOK_NONE;
	l->syscall = open_one(proc, pid, tid, "syscall");
	l->stat = open_one(proc, pid, tid, "stat");
	l->sched = open_one(proc, pid, tid, "schedstat");
	if (l->sched < 0 && errno == ENOENT) {
		l->sched = open_one(proc, pid, tid, "status");
		l->by_status = true;
	}
	if (l->stat >= 0 && l->sched >= 0)
		return 0;
	look_close(l);
	return -1;
}

void look_close(struct look *l)
{
	if (l->syscall >= 0)
		close(l->syscall);
	if (l->stat >= 0)
		close(l->stat);
	if (l->sched >= 0)
		close(l->sched);
	*l = LOOK_NONE;
}

static ssize_t read_text(int fd, char *buf, size_t size)
{
	ssize_t n = fd < 0 ? -1 : pread(fd, buf, size - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	return n;
}

/* "running", "-1 SP PC", or "NR 0xARG0 .. 0xARG5 SP PC" (fs/proc/base.c) */
static void read_syscall(struct look *l, struct seen *s)
{
	char buf[256], *at = buf;
	ssize_t n = l->syscall < 0 ? -1 : read_text(l->syscall, buf, sizeof(buf));

	s->nr = n < 0 && (l->syscall < 0 || errno == EPERM || errno == EACCES) ? LOOK_BLIND
									       : LOOK_RUNS;
	if (n <= 0 || buf[0] == 'r')
		return;
	s->nr = strtol(at, &at, 10);
	if (s->nr >= 0)
		for (int i = 0; i < 6; i++)
			s->arg[i] = strtoul(at, &at, 16);
}

static bool read_stat(struct look *l, struct seen *s)
{
	char buf[512], *at;
	unsigned long flags;

	if (read_text(l->stat, buf, sizeof(buf)) <= 0 || !(at = strrchr(buf, ')')))
		return false;
	s->state = at[2];
	at += 3;
	s->parent = (pid_t)strtol(at, &at, 10);
	s->group = (pid_t)strtol(at, &at, 10);
	s->session = (pid_t)strtol(at, &at, 10);
	for (int i = 0; i < 2; i++) /* tty, tpgid */
		strtol(at, &at, 10);
	flags = strtoul(at, &at, 10);
	s->execed = !(flags & PF_FORKNOEXEC);
	s->dying = (flags & (PF_EXITING | PF_DUMPCORE | PF_SIGNALED)) || s->state == 'Z' ||
		   s->state == 'X' || s->state == 'x';
	s->exit_code = 0;
	if (s->state == 'Z') {
		char *last = strrchr(buf, ' ');

		s->exit_code = last ? atoi(last + 1) : 0;
	}
	return true;
}

static bool read_turns(struct look *l, struct seen *s)
{
	char buf[4096], *at;
	ssize_t n = read_text(l->sched, buf, l->by_status ? sizeof(buf) : 128);

	if (n <= 0)
		return false;
	s->turns = 0;
	if (!l->by_status) {
		strtoull(buf, &at, 10);
		strtoull(at, &at, 10);
		s->turns = strtoull(at, &at, 10);
		return true;
	}
	for (at = buf; (at = strstr(at, "voluntary_ctxt_switches:")); at += 24)
		s->turns += strtoull(at + 24, NULL, 10);
	return true;
}

/*
 * The turns come first: where look_same() finds them unchanged, it has not been on a CPU since before
 * its call was read, and the state that was read after that belongs to the same sleep. In the other
 * order a tracer's stop at the call's entry and wait4's look at the children, for which the kernel
 * marks it as asleep (do_wait()), would pass for one.
 */
bool look_at(struct look *l, struct seen *s)
{
	bool there = read_turns(l, s);

	read_syscall(l, s);
	if (there && read_stat(l, s))
		return true;
	s->state = 0;
	s->dying = true;
	return false;
}

bool look_briefly(struct look *l, struct seen *s)
{
	read_syscall(l, s);
	return s->nr != LOOK_RUNS && read_stat(l, s);
}

/* Here the turns come last, so that none can be between its state and their count. */
bool look_same(struct look *l, const struct seen *s)
{
	struct seen now = *s;

	read_syscall(l, &now);
	return now.nr != LOOK_RUNS && now.nr == s->nr && read_stat(l, &now) &&
	       now.state == s->state && now.dying == s->dying && read_turns(l, &now) &&
	       now.turns == s->turns;
}

/* How a system call of an external program may sleep. limit: the argument that is its time-out,
 * which stands for none when it is NULL (pointer) or negative (an int of milliseconds). */
enum limit { NEVER, POINTER, MILLISECONDS, ALWAYS };

static const struct wait {
	long nr;
	enum limit limit;
	int arg;
} waits[] = {
	{ SYS_read, NEVER, 0 },
	{ SYS_readv, NEVER, 0 },
	{ SYS_write, NEVER, 0 },
	{ SYS_writev, NEVER, 0 },
	{ SYS_openat, NEVER, 0 },
	{ SYS_openat2, NEVER, 0 },
	{ SYS_wait4, NEVER, 0 },
	{ SYS_waitid, NEVER, 0 },
	{ SYS_rt_sigsuspend, NEVER, 0 },
	{ SYS_msgsnd, NEVER, 0 },
	{ SYS_msgrcv, NEVER, 0 },
	{ SYS_fcntl, NEVER, 0 },
	{ SYS_flock, NEVER, 0 },
	{ SYS_pread64, NEVER, 0 },
	{ SYS_pwrite64, NEVER, 0 },
	{ SYS_preadv, NEVER, 0 },
	{ SYS_pwritev, NEVER, 0 },
	{ SYS_accept, NEVER, 0 },
	{ SYS_connect, NEVER, 0 },
	{ SYS_accept4, NEVER, 0 },
	{ SYS_recvfrom, NEVER, 0 },
	{ SYS_recvmsg, NEVER, 0 },
	{ SYS_sendto, NEVER, 0 },
	{ SYS_sendmsg, NEVER, 0 },
	{ SYS_tee, NEVER, 0 },
	{ SYS_splice, NEVER, 0 },
	{ SYS_vmsplice, NEVER, 0 },
	{ SYS_sendfile, NEVER, 0 },
#ifdef SYS_open
	{ SYS_open, NEVER, 0 },
	{ SYS_pause, NEVER, 0 },
	{ SYS_poll, MILLISECONDS, 2 },
	{ SYS_select, POINTER, 4 },
	{ SYS_epoll_wait, MILLISECONDS, 3 },
#endif
#ifdef SYS_semop
	{ SYS_semop, NEVER, 0 },
#endif
#ifdef SYS_epoll_pwait2
	{ SYS_epoll_pwait2, POINTER, 3 },
#endif
#ifdef SYS_futex_waitv
	{ SYS_futex_waitv, POINTER, 3 },
#endif
	{ SYS_mq_timedsend, POINTER, 4 },
	{ SYS_mq_timedreceive, POINTER, 4 },
	{ SYS_recvmmsg, POINTER, 4 },
	{ SYS_sendmmsg, NEVER, 0 },
	{ SYS_io_getevents, POINTER, 4 },
	{ SYS_ppoll, POINTER, 2 },
	{ SYS_pselect6, POINTER, 4 },
	{ SYS_epoll_pwait, MILLISECONDS, 3 },
	{ SYS_semtimedop, POINTER, 3 },
	{ SYS_rt_sigtimedwait, POINTER, 2 },
	{ SYS_futex, POINTER, 3 },
	{ SYS_nanosleep, ALWAYS, 0 },
	{ SYS_clock_nanosleep, ALWAYS, 0 },
	{ SYS_restart_syscall, ALWAYS, 0 },
};

static const struct wait *wait_of(const struct seen *s)
{
	for (size_t i = 0; i < ARRAY_LEN(waits); i++)
		if (waits[i].nr == s->nr)
			return &waits[i];
	return NULL;
}

static bool has_limit(const struct wait *w, const struct seen *s)
{
	switch (w->limit) {
	case POINTER:
		return s->arg[w->arg] != 0;
	case MILLISECONDS:
		return (int)s->arg[w->arg] >= 0;
	case ALWAYS:
		return true;
	case NEVER:
		break;
	}
	return false;
}

bool look_waits(const struct seen *s)
{
	const struct wait *w = wait_of(s);

	return (s->state == 'T' && s->nr != LOOK_RUNS) ||
	       (s->state == 'S' && (s->nr == LOOK_BLIND || (w && !has_limit(w, s))));
}

bool look_timed(const struct seen *s)
{
	const struct wait *w = wait_of(s);

	return s->state == 'S' && w && has_limit(w, s);
}
