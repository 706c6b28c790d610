/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a process comes into the table: the init or another process forks it, it says hello with its
 * streams, the init sends its pidfd.  None of these can be kept from the shell by a learner, and
 * none of them is believed further than it was awaited.  Runs in the shell.
 */
#include "base/lang.h"
#include "proc/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The "Pid:" of a pidfd in this namespace (proc_pid_fdinfo(5)); 0 if it is not to be had. */
static pid_t pidfd_pid(int pidfd)
{
	char path[48], buf[256], *at;
	int fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);
	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
	at = strstr(buf, "Pid:");
	return at ? (pid_t)atoi(at + 4) : 0;
}

/* What is known of a process that has just been forked. */
struct birth {
	int slot;
	pid_t pid, parent;
	int pidfd, stream[2]; /* -1: not come, or there is none */
	bool said;            /* its hello has come */
	bool cut;             /* descriptors were sent, and the shell may have no more */
};

static void receive_one(struct birth *b, const struct hello *h, int *fds)
{
	if (h->slot == SLOT_INIT && h->pid == b->pid && b->pidfd < 0) {
		b->pidfd = fds[0];
		fds[0] = -1;
	} else if (h->slot == b->slot && h->pid == b->pid && !b->said) {
		b->said = true;
		memcpy(b->stream, fds, sizeof(b->stream));
		fds[0] = fds[1] = -1;
	}
}

/*
 * Takes all that has come on the hello socket. It is within a learner's reach: only what is awaited
 * is believed.
 */
static void receive_hellos(struct procs *ps, struct birth *b)
{
	struct hello h;
	struct iovec iov = { &h, sizeof(h) };
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(2 * sizeof(int))];
	} control;
	ssize_t n;

	for (;;) {
		struct msghdr m = { .msg_iov = &iov,
				    .msg_iovlen = 1,
				    .msg_control = &control,
				    .msg_controllen = sizeof(control) };
		struct cmsghdr *cm;
		int fds[2] = { -1, -1 };

		n = recvmsg(ps->hello, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		b->cut |= m.msg_flags & MSG_CTRUNC;
		cm = CMSG_FIRSTHDR(&m);
		if (cm && cm->cmsg_level == SOL_SOCKET && cm->cmsg_type == SCM_RIGHTS)
			memcpy(fds, CMSG_DATA(cm), cm->cmsg_len - CMSG_LEN(0));
		if (n == (ssize_t)sizeof(h))
			receive_one(b, &h, fds);
		close_fd(&fds[0]);
		close_fd(&fds[1]);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct process *const *)a)->name, (*(struct process *const *)b)->name);
}

static struct process *add(struct procs *ps, const char *name, const struct birth *b)
{
	struct process *p = xcalloc(1, sizeof(*p));

	p->name = xstrdup(name);
	p->slot = b->slot;
	p->pid = b->pid;
	p->parent = b->parent;
	p->pidfd = b->pidfd;
	p->outer = ps->host ? b->pid : pidfd_pid(b->pidfd);
	p->status = -1;
	for (int i = 0; i < 2; i++) {
		p->stream[i] = b->stream[i];
		if (p->stream[i] >= 0)
			fcntl(p->stream[i], F_SETFL, O_NONBLOCK);
		procs_watch(ps, p->stream[i], p->slot);
	}
	procs_watch(ps, p->pidfd, p->slot);
	ps->many |= ps->n > 0;
	ps->by_slot[p->slot] = p;
	look_open(&p->look, ps->proc, p->pid, 0);
	GROW(ps->p, ps->n, ps->cap);
	ps->p[ps->n++] = p;
	qsort(ps->p, (size_t)ps->n, sizeof(*ps->p), by_name);
	return p;
}

/* Has the init send the pidfd. 0, or -1: dead, and waited for already. */
static int ask_pidfd(struct procs *ps, struct birth *b)
{
	int err;

	do {
		err = procs_ask_number(ps, OP_PIDFD, b->pid, 0) < 0 ? errno : 0;
		receive_hellos(ps, b);
	} while (err == EAGAIN);                       /* a learner had filled the socket */
	if (err == ESRCH && ps->host && ps->init_dead) /* its guardian has just been killed */
		b->pidfd = (int)syscall(SYS_pidfd_open, b->pid, 0);
	return b->pidfd < 0 ? -1 : 0;
}

/*
 * It says hello, or that it could not, or it dies: a learner can withhold none of these but by
 * stopping it, and then Ctrl-C lets it do without streams of its own.
 */
static void await_birth(struct procs *ps, struct birth *b)
{
	struct pollfd word[] = { { .fd = b->pidfd, .events = POLLIN },
				 { .fd = ps->hello, .events = POLLIN } };
	bool over;

	do {
		over = atomic_load(&ps->arena->slot[b->slot].born) || poll(word, 1, 0) > 0 ||
		       (ps->interrupted && *ps->interrupted);
		receive_hellos(ps, b);
		if (!over && !b->said) /* that it could not rings nowhere: so not for long */
			poll(word, 2, 1);
	} while (!over && !b->said);
}

/* It has been forked: its pidfd and its hello, then its place in the table. */
static struct process *take_in(struct procs *ps, const char *name, struct birth *b, char **cause)
{
	receive_hellos(ps, b);
	if (b->pidfd < 0 && ask_pidfd(ps, b)) {
		procs_slot_free(ps, b->slot);
		close_fd(&b->stream[0]);
		close_fd(&b->stream[1]);
		if (b->cut) { /* nobody could be told of it, so it must not stay */
			procs_kill(ps, b->pid, SIGKILL);
			fail(cause,
			     _("the shell has no descriptors left for another process (ulimit -Hn)"));
		} else {
			fail(cause, _("process %d ended at once"), b->pid);
		}
		return NULL;
	}
	await_birth(ps, b);
	return add(ps, name, b);
}

struct process *procs_adopt(struct procs *ps, const char *name, int slot, pid_t pid, pid_t parent,
			    char **cause)
{
	struct birth b = { slot, pid, parent, -1, { -1, -1 }, false, false };

	return take_in(ps, name, &b, cause);
}

int procs_order(struct procs *ps, bool other, char **cause)
{
	struct call c = { 0 };

	ps->ordered = procs_slot(ps);
	if (ps->ordered < 0)
		return fail(cause, _("%d processes are the most that a session can have"),
			    SLOTS - 1);
	c.arg[0].num = ps->ordered;
	c.arg[1].num = other;
	slot_post(ps->arena, SLOT_INIT, OP_SPAWN, &c);
	return 0;
}

struct process *procs_deliver(struct procs *ps, const char *name, char **cause)
{
	struct call c = { 0 };
	struct birth b = { ps->ordered, 0, ps->init, -1, { -1, -1 }, false, false };

	procs_await_init(ps, &c);
	free(c.data);
	if (c.ret < 0) {
		procs_slot_free(ps, b.slot);
		fail(cause, _("no process could be started: %s"),
		     c.err == ESRCH
			     ? _("the session's first process has been killed; begin anew: reset")
			     : strerror(c.err));
		return NULL;
	}
	b.pid = (pid_t)c.ret;
	return take_in(ps, name, &b, cause);
}

struct process *procs_spawn(struct procs *ps, const char *name, bool other, char **cause)
{
	return procs_order(ps, other, cause) ? NULL : procs_deliver(ps, name, cause);
}
