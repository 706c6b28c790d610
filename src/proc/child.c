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

static struct child_setup setup;
static struct slot *self;

/* Async-signal-safe: only atomics and plain stores into the slot. */
static void caught(int signo, const siginfo_t *info)
{
	uint32_t n = atomic_load(&self->caught);
	struct caught *c = &self->ring[n % SIGNAL_RING];

	*c = (struct caught){signo, info->si_code, info->si_pid, (int)info->si_uid, 0, 0};
	if (info->si_code == SI_QUEUE || info->si_code == SI_TIMER)
		c->value = (long)info->si_value.sival_ptr;
	if (signo == SIGCHLD)
		c->status = info->si_status;
	if (signo == SIGSEGV || signo == SIGBUS)
		c->value = (long)info->si_addr;
	atomic_store(&self->caught, n + 1);
}

static void say_hello(int slot, const int *fds, int nfds)
{
	struct hello h = {slot, getpid(), getppid(), nfds};
	struct iovec iov = {&h, sizeof(h)};
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(3 * sizeof(int))];
	} control = {0};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *cm = &control.align;

	m.msg_control = &control;
	m.msg_controllen = CMSG_SPACE((size_t)nfds * sizeof(int));
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN((size_t)nfds * sizeof(int));
	memcpy(CMSG_DATA(cm), fds, (size_t)nfds * sizeof(int));
	while (sendmsg(FD_HELLO, &m, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

static bool is_same_file(int a, int b)
{
	struct stat x, y;

	return !fstat(a, &x) && !fstat(b, &y) && x.st_ino == y.st_ino && x.st_dev == y.st_dev;
}

/*
 * A stream of its own, so that what it prints can be told from others'.  A copy of its parent's
 * stream (fork) is replaced; what a learner put there (dup2) stays.
 */
static int make_stream(int fd, int private, bool fresh)
{
	bool replace = fresh || is_same_file(fd, private);
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1; /* a learner's RLIMIT_NOFILE: it shares its parent's */
	dup3(ends[1], private, O_CLOEXEC);
	if (replace)
		dup2(ends[1], fd);
	close(ends[1]);
	return ends[0];
}

static void open_streams(int slot, bool fresh)
{
	int fds[3], n = 0;

	fds[n++] = (int)syscall(SYS_pidfd_open, getpid(), 0);
	for (int i = 0; i < 2; i++) {
		int end = make_stream(1 + i, FD_OUT + i, fresh);

		if (end >= 0)
			fds[n++] = end;
	}
	if (fds[0] >= 0)
		say_hello(slot, fds, n);
	for (int i = 0; i < n; i++)
		close(fds[i]);
}

/* Becomes the process of a slot. fresh: spawned by init, else forked by a learner's process. */
static void become(int slot, bool fresh)
{
	self = &setup.arena->slot[slot];
	self->pid = getpid();
	atomic_store(&self->caught, 0);
	atomic_store(&self->asleep, 0);
	if (fresh) {
		setpgid(0, 0);
		/* Ctrl-C shows EINTR before it kills (SIGINT stands on the shell's handler) */
		child_handler(SIGINT, 0, NULL);
	}
	open_streams(slot, fresh); /* from here on the shell may post: the word is its own */
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

static const struct child_ops ops = {child_fork, caught};

static void spawn(struct slot *s)
{
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGTERM, SIG_DFL);
		become((int)s->call.arg[0].num, true);
		serve();
		_exit(0);
	}
	s->call.ret = pid;
	s->call.err = errno;
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
	call_done(c);
}

static void kill_for_shell(struct slot *s)
{
	s->call.ret = kill((pid_t)s->call.arg[0].num, (int)s->call.arg[1].num);
	s->call.err = errno;
}

static void (*const operations[])(struct slot *s) = {
	[OP_CALL] = make,   [OP_PIPELINE] = run_pipeline, [OP_SPAWN] = spawn,
	[OP_REAP] = reap,   [OP_KILL] = kill_for_shell,
};

/* Until the shell is gone, which only an init is told. `self` is a static and read anew at each
 * turn: fork changes it, and what is on the stack may be a learner's by now. */
static void serve(void)
{
	while (slot_wait(self)) {
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

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < FD_PRIVATE_END) {
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

int child_init(void *arg)
{
	setup = *(struct child_setup *)arg;
	child_ops = &ops;
	fatal_cleanup(NULL);
	self = &setup.arena->slot[SLOT_INIT];
	if (settle_descriptors())
		return 70;
	if (setup.watch)
		setup.watch(&self->word, WORD_WATCH, setup.shell);
	self->pid = getpid();
	serve();
	if (setup.orphaned)
		setup.orphaned();
	return 0;
}
