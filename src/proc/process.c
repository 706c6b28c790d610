/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/process.h"
#include "proc/settle.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whatever becomes readable tells by its slot whom to look at. */
static void procs_watch(struct procs *ps, int fd, int slot)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = (uint32_t)slot };

	if (fd >= 0)
		epoll_ctl(ps->epoll, EPOLL_CTL_ADD, fd, &e);
}

int procs_init(struct procs *ps, char **cause)
{
	int pair[2];

	*ps = (struct procs){ .hello = -1, .bell = -1, .hello_far = -1, .epoll = -1, .proc = -1 };
	ps->arena = arena_new();
	if (!ps->arena)
		return fail(cause, "no memory for the arena: %s", strerror(errno));
	ps->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ps->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (ps->bell < 0 || ps->epoll < 0 ||
	    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return fail(cause, "no descriptors: %s", strerror(errno));
	ps->hello = pair[0];
	ps->hello_far = pair[1];
	ps->used[SLOT_INIT] = true;
	procs_watch(ps, ps->bell, SLOT_INIT);
	return 0;
}

static void process_free(struct process *p)
{
	if (!p)
		return;
	look_close(&p->look);
	call_release(&p->call);
	for (int i = 0; i < 2; i++) {
		if (p->stream[i] >= 0)
			close(p->stream[i]);
		str_free(&p->text[i]);
	}
	if (p->pidfd >= 0)
		close(p->pidfd);
	free(p->program);
	free(p->bind);
	free(p->name);
	free(p);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void procs_release(struct procs *ps)
{
	for (int i = 0; i < ps->n; i++)
		process_free(ps->p[i]);
	free(ps->p);
	free(ps->loose);
	settle_release(ps);
	close_fd(&ps->hello);
	close_fd(&ps->hello_far);
	close_fd(&ps->bell);
	close_fd(&ps->epoll);
	arena_free(ps->arena);
	*ps = (struct procs){ .hello = -1, .bell = -1, .hello_far = -1, .epoll = -1, .proc = -1 };
}

void procs_setup(const struct procs *ps, struct child_setup *setup)
{
	setup->arena = ps->arena;
	setup->hello = ps->hello_far;
	setup->bell = ps->bell;
}

void procs_started(struct procs *ps, pid_t init, int init_pidfd, int proc)
{
	ps->init = init;
	ps->init_pidfd = init_pidfd;
	ps->proc = proc;
}

int procs_slot(struct procs *ps)
{
	for (int i = 1; i < SLOTS; i++) {
		if (!ps->used[i]) {
			ps->used[i] = true;
			atomic_store(&ps->arena->slot[i].word, WORD_IDLE);
			atomic_store(&ps->arena->slot[i].born, 0);
			return i;
		}
	}
	return -1;
}

void procs_slot_free(struct procs *ps, int slot)
{
	if (slot > SLOT_INIT && slot < SLOTS)
		ps->used[slot] = false;
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
	p->outer = pidfd_pid(b->pidfd);
	p->status = -1;
	for (int i = 0; i < 2; i++) {
		p->stream[i] = b->stream[i];
		if (p->stream[i] >= 0)
			fcntl(p->stream[i], F_SETFL, O_NONBLOCK);
		procs_watch(ps, p->stream[i], p->slot);
	}
	procs_watch(ps, p->pidfd, p->slot);
	ps->by_slot[p->slot] = p;
	look_open(&p->look, ps->proc, p->pid, 0);
	GROW(ps->p, ps->n, ps->cap);
	ps->p[ps->n++] = p;
	qsort(ps->p, (size_t)ps->n, sizeof(*ps->p), by_name);
	return p;
}

void procs_ask_init(struct procs *ps, enum slot_op op, struct call *c)
{
	struct slot *s = &ps->arena->slot[SLOT_INIT];

	slot_post(s, op, c);
	for (unsigned round = 0; !slot_spin(s); round++) {
		struct pollfd dead = { .fd = ps->init_pidfd, .events = POLLIN };

		/* a learner may have written over its slot; on the host, stopped the guardian */
		if (round % 256 == 255) {
			slot_nudge(s);
			syscall(SYS_pidfd_send_signal, ps->init_pidfd, SIGCONT, NULL, 0);
		}
		sched_yield();
		if (poll(&dead, 1, 0) > 0) {
			c->ret = -1;
			c->err = ESRCH;
			return;
		}
	}
	slot_take(s, c);
}

/* Two numbers for the init; what it returned, with errno. */
static long ask_number(struct procs *ps, enum slot_op op, long a, long b)
{
	struct call c = { .arg = { { .num = a }, { .num = b } } };
	long ret;

	procs_ask_init(ps, op, &c);
	ret = c.ret;
	errno = c.err;
	free(c.data);
	return ret;
}

/* Has the init send the pidfd. 0, or -1: dead, and waited for already. */
static int ask_pidfd(struct procs *ps, struct birth *b)
{
	int err;

	do {
		err = ask_number(ps, OP_PIDFD, b->pid, 0) < 0 ? errno : 0;
		receive_hellos(ps, b);
	} while (err == EAGAIN); /* a learner had filled the socket */
	return b->pidfd < 0 ? -1 : 0;
}

/*
 * It says hello, or that it could not, or it dies: a learner can withhold none of these but by
 * stopping it, and then Ctrl-C lets it do without streams of its own.
 */
static void await_birth(struct procs *ps, struct birth *b)
{
	struct pollfd dead = { .fd = b->pidfd, .events = POLLIN };
	bool over;

	do {
		over = atomic_load(&ps->arena->slot[b->slot].born) || poll(&dead, 1, 0) > 0 ||
		       (ps->interrupted && *ps->interrupted);
		receive_hellos(ps, b);
		if (!over && !b->said)
			sched_yield();
	} while (!over && !b->said);
}

struct process *procs_adopt(struct procs *ps, const char *name, int slot, pid_t pid, pid_t parent,
			    char **cause)
{
	struct birth b = { slot, pid, parent, -1, { -1, -1 }, false };

	if (ask_pidfd(ps, &b)) {
		procs_slot_free(ps, slot);
		close_fd(&b.stream[0]);
		close_fd(&b.stream[1]);
		fail(cause, "process %d ended at once", pid);
		return NULL;
	}
	await_birth(ps, &b);
	return add(ps, name, &b);
}

struct process *procs_spawn(struct procs *ps, const char *name, char **cause)
{
	int slot = procs_slot(ps);
	long pid;

	if (slot < 0) {
		fail(cause, "%d processes are the most that a session can have", SLOTS - 1);
		return NULL;
	}
	pid = ask_number(ps, OP_SPAWN, slot, 0);
	if (pid < 0) {
		procs_slot_free(ps, slot);
		fail(cause, "no process could be started: %s",
		     errno == ESRCH
			     ? "the session's first process has been killed; begin anew: reset"
			     : strerror(errno));
		return NULL;
	}
	return procs_adopt(ps, name, slot, (pid_t)pid, ps->init, cause);
}

struct process *procs_find(const struct procs *ps, const char *name, size_t len)
{
	for (int i = 0; i < ps->n; i++)
		if (!strncmp(ps->p[i]->name, name, len) && !ps->p[i]->name[len])
			return ps->p[i];
	return NULL;
}

struct process *procs_by_pid(const struct procs *ps, pid_t pid)
{
	for (int i = 0; i < ps->n; i++)
		if (ps->p[i]->pid == pid)
			return ps->p[i];
	return NULL;
}

void procs_ask(struct procs *ps, struct process *p, enum slot_op op)
{
	p->op = op;
	p->act = ACT_BUSY;
	if (op == OP_PIPELINE)
		ps->programs = true;
	slot_post(&ps->arena->slot[p->slot], op, &p->call);
}

const struct running *procs_running(const struct procs *ps, const struct process *p, uint32_t *n)
{
	struct slot *s = &ps->arena->slot[p->slot];
	const struct running *run = (const struct running *)s->data;

	*n = 0;
	if (p->op != OP_PIPELINE)
		return NULL;
	if (p->act == ACT_IDLE) {
		run = (const struct running *)p->call.data;
		if (p->call.used < sizeof(*run))
			return NULL;
		*n = (uint32_t)((p->call.used - sizeof(*run)) / sizeof(run->program[0]));
	} else if (atomic_load(&s->running)) {
		*n = atomic_load(&run->n);
	}
	if (*n > 64)
		*n = 64;
	return run;
}

int procs_kill(struct procs *ps, pid_t pid, int signo)
{
	return ask_number(ps, OP_KILL, pid, signo) < 0 ? errno : 0;
}

void procs_interrupt(struct procs *ps, struct process *p, int signo)
{
	uint32_t n;
	const struct running *run = procs_running(ps, p, &n);

	/* 0 and 1 would be the init's own group, and everybody */
	if (run && n > 0 && p->act != ACT_IDLE && run->group > 1)
		procs_kill(ps, -run->group, signo);
	else
		procs_kill(ps, p->pid, signo);
	p->suspect = true;
}

void procs_init_call(struct procs *ps, struct call *c)
{
	procs_ask_init(ps, OP_CALL, c);
}

void procs_bury(struct procs *ps)
{
	int kept = 0;

	for (int i = 0; i < ps->n; i++) {
		struct process *p = ps->p[i];

		if (p->act != ACT_GONE || p->moved) {
			ps->p[kept++] = p;
			continue;
		}
		ps->by_slot[p->slot] = NULL;
		procs_slot_free(ps, p->slot);
		process_free(p);
	}
	ps->n = kept;
}
