/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/child.h"
#include "base/mem.h"
#include "call/prim.h"
#include "ipc/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES_MOST = 4096 };
#define DATA_MOST ((rlim_t)2 << 30) /* bytes a process may have of its own */

static struct child_setup setup;
static struct slot *self;

/* Async-signal-safe: only atomics and plain stores into the slot. */
static void caught(int signo, const siginfo_t *info, unsigned how)
{
	uint32_t n = atomic_load(&self->caught);
	struct caught *c = &self->ring[n % SIGNAL_RING];

	*c = (struct caught){ .signo = signo,
			      .code = info->si_code,
			      .pid = info->si_pid,
			      .uid = (int)info->si_uid,
			      .how = how };
	if (info->si_code == SI_QUEUE || info->si_code == SI_TIMER)
		c->value = (long)info->si_value.sival_ptr;
	if (signo == SIGCHLD)
		c->status = info->si_status;
	if (signo == SIGSEGV || signo == SIGBUS)
		c->value = (long)info->si_addr;
	atomic_store(&self->caught, n + 1);
	slot_ring(setup.arena);
}

/* 0, or -1: a learner has closed the socket, or put something else there. */
static int say_hello(struct hello h, const int *fds, int flags)
{
	int nfds = h.nfds;
	struct iovec iov = { &h, sizeof(h) };
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(2 * sizeof(int))];
	} control = { 0 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cm = &control.align;
	ssize_t sent;

	if (nfds) {
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE((size_t)nfds * sizeof(int));
	}
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN((size_t)nfds * sizeof(int));
	memcpy(CMSG_DATA(cm), fds, (size_t)nfds * sizeof(int));
	do
		sent = sendmsg(FD_HELLO, &m, MSG_NOSIGNAL | flags);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -1 : 0;
}

static bool is_same_file(int a, int b)
{
	struct stat x, y;

	return !fstat(a, &x) && !fstat(b, &y) && x.st_ino == y.st_ino && x.st_dev == y.st_dev;
}

/*
 * Streams of its own, so that what it prints can be told from others'.  A copy of its parent's
 * stream (fork) is replaced; what a learner put there (dup2) stays. Where that cannot be (a learner's
 * RLIMIT_NOFILE, or it closed the socket) it goes on with its parent's, and nobody waits for more.
 */
static void open_streams(int slot, bool fresh)
{
	int in[2], out[2], n = 0;

	while (n < 2) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC))
			break;
		in[n] = ends[0];
		out[n++] = ends[1];
	}
	if (!say_hello((struct hello){ slot, getpid(), getppid(), n }, in, 0)) {
		for (int i = 0; i < n; i++) {
			bool replace = fresh || is_same_file(1 + i, FD_OUT + i);

			dup3(out[i], FD_OUT + i, O_CLOEXEC);
			if (replace)
				dup2(out[i], 1 + i);
		}
	}
	for (int i = 0; i < n; i++) {
		close(in[i]);
		close(out[i]);
	}
}

/* Becomes the process of a slot. fresh: spawned by init, else forked by a learner's process. */
static void become(int slot, bool fresh)
{
	self = &setup.arena->slot[slot];
	self->pid = getpid();
	atomic_store(&self->caught, 0);
	atomic_store(&self->returned, 0);
	atomic_store(&self->asleep, 0);
	if (fresh) {
		setpgid(0, 0);
		/* Ctrl-C shows EINTR before it kills (SIGINT stands on the shell's handler) */
		child_handler(SIGINT, 0, NULL);
	}
	open_streams(slot, fresh);
	atomic_store(&self->born,
		     1); /* the shell may have posted since the hello: the word is its own */
}

static void serve(void);

static pid_t child_fork(int slot)
{
	pid_t pid;

	if (slot <= SLOT_INIT || slot >= SLOTS) {
		errno = EAGAIN;
		return -1;
	}
	pid = fork();
	if (pid == 0) {
		become(slot, false);
		serve();
		_exit(0);
	}
	return pid;
}

static const struct child_ops ops = { child_fork, caught };

/* By the init, whose descriptors no learner can reach. A full socket is the shell's to empty. */
static int send_pidfd(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), r = -1;

	if (fd < 0)
		return -1;
	r = say_hello((struct hello){ SLOT_INIT, pid, getpid(), 1 }, &fd, MSG_DONTWAIT);
	close(fd);
	return r;
}

static void ask_pidfd(struct slot *s)
{
	s->call.ret = send_pidfd((pid_t)s->call.arg[0].num);
	s->call.err = errno;
}

static void spawn(struct slot *s)
{
	int slot =
		(int)s->call.arg[0].num; /* the shell may post anew before the child has read it */
	bool other = s->call.arg[1].num;
	pid_t pid = slot > SLOT_INIT && slot < SLOTS ? fork() : -1;

	if (pid == 0) {
		signal(SIGTERM, SIG_DFL);
		if (setup.lower ? setup.lower(other) : other)
			_exit(71);
		become(slot, true);
		serve();
		_exit(0);
	}
	s->call.ret = pid;
	s->call.err = errno;
	if (pid > 0)
		send_pidfd(pid); /* if it does not come, the shell asks again */
}

static void reap(struct slot *s)
{
	struct reaped *r = (struct reaped *)s->data;
	size_t n = 0;

	while (n < CALL_DATA / sizeof(*r) && (r[n].pid = waitpid(-1, &r[n].status, WNOHANG)) > 0)
		n++;
	s->call.ret = (long)n;
	s->call.used = (uint32_t)(n * sizeof(*r));
}

static void make(struct slot *s)
{
	struct call *c = &s->call;

	c->data = s->data;
	c->cap = CALL_DATA;
	if (c->prim < 0 || c->prim >= prim_count) {
		c->ret = -1;
		c->err = ENOSYS;
		return;
	}
	errno = 0;
	c->ret = prims[c->prim]->make(c);
	c->err = errno;
	if (atomic_load(&s->returned) != atomic_load(&s->caught))
		atomic_store(&s->returned, atomic_load(&s->caught));
	call_done(c);
}

static void kill_for_shell(struct slot *s)
{
	s->call.ret = kill((pid_t)s->call.arg[0].num, (int)s->call.arg[1].num);
	s->call.err = errno;
}

static void (*const operations[])(struct slot *s) = {
	[OP_CALL] = make, [OP_PIPELINE] = run_pipeline, [OP_SPAWN] = spawn,
	[OP_REAP] = reap, [OP_KILL] = kill_for_shell,   [OP_PIDFD] = ask_pidfd,
};

/* Until the shell is gone, which only an init is told, in a mode in which it has to be. `self` is a static and read anew at each
 * turn: fork changes it, and what is on the stack may be a learner's by now. */
static void serve(void)
{
	while (slot_wait(setup.arena, self,
			 self == &setup.arena->slot[SLOT_INIT] ? setup.called : NULL)) {
		int op = self->op;

		if (op > OP_NONE && op < (int)ARRAY_LEN(operations))
			operations[op](self);
		slot_reply(setup.arena, self);
	}
}

/* Standard streams away from the terminal, the private descriptors in their places, no others. */
static int settle_descriptors(void)
{
	struct rlimit limit;
	int null = open("/dev/null", O_RDWR);

	/* what a death looks like shall not depend on the user's ulimit -c */
	if (!getrlimit(RLIMIT_CORE, &limit)) {
		limit.rlim_cur = 0;
		setrlimit(RLIMIT_CORE, &limit);
	}
	if (!getrlimit(RLIMIT_NOFILE, &limit)) {
		limit.rlim_cur = setup.descriptors;
		if (limit.rlim_cur < FD_PRIVATE_END)
			limit.rlim_cur = limit.rlim_max < 1024 ? limit.rlim_max : 1024;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (null < 0 || dup3(setup.hello, FD_HELLO, O_CLOEXEC) < 0 ||
	    dup3(setup.bell, FD_BELL, O_CLOEXEC) < 0)
		return -1;
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	syscall(SYS_close_range, 3, FD_PRIVATE - 1, 0);
	syscall(SYS_close_range, FD_PRIVATE_END - 2, ~0U, 0);
	return 0;
}

/* Not more than this, whatever a learner or a program does; what is less already stays. */
static void limit(int resource, rlim_t most)
{
	struct rlimit r;

	if (getrlimit(resource, &r) || r.rlim_max <= most)
		return;
	r.rlim_max = most;
	r.rlim_cur = r.rlim_cur < most ? r.rlim_cur : most;
	setrlimit(resource, &r);
}

int child_init(void *arg)
{
	setup = *(struct child_setup *)arg;
	child_ops = &ops;
	fatal_cleanup(NULL);
	self = &setup.arena->slot[SLOT_INIT];
	if (settle_descriptors())
		return 70;
	if (!setup.watch) { /* a world of its own; on the host the limits are the user's */
		limit(RLIMIT_NPROC, PROCESSES_MOST);
		if (!SANITIZED) /* whose shadow of all memory counts */
			limit(RLIMIT_DATA, DATA_MOST);
	}
	if (setup.watch)
		setup.watch(&self->word, WORD_WATCH, setup.shell);
	self->pid = getpid();
	serve();
	if (setup.orphaned)
		setup.orphaned();
	return 0;
}
