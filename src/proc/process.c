/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/process.h"
#include "base/lang.h"
#include "call/prim.h"
#include "proc/pass.h"
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

void procs_watch(struct procs *ps, int fd, int slot)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = (uint32_t)slot };

	if (fd >= 0)
		epoll_ctl(ps->epoll, EPOLL_CTL_ADD, fd, &e);
}

/* The shell has five a process and more: its own limit is raised, and its children get the old one. */
static int want_descriptors(struct procs *ps, char **cause)
{
	static unsigned long found; /* by the first start, before it was raised */
	struct rlimit most;

	if (getrlimit(RLIMIT_NOFILE, &most))
		return fail(cause, _("no limit of descriptors: %s"), strerror(errno));
	if (most.rlim_max < FD_PRIVATE_END)
		return fail(cause,
			    _("a session's processes need descriptors up to %d, and only %lu are "
			      "allowed (ulimit -Hn)"),
			    FD_PRIVATE_END, (unsigned long)most.rlim_max);
	if (!found)
		found = most.rlim_cur;
	ps->descriptors = found;
	most.rlim_cur = most.rlim_max < 8 * SLOTS ? most.rlim_max : 8 * SLOTS;
	if (most.rlim_cur > found)
		setrlimit(RLIMIT_NOFILE, &most);
	return 0;
}

int procs_init(struct procs *ps, char **cause)
{
	int pair[2];

	*ps = (struct procs){ .hello = -1, .bell = -1, .hello_far = -1, .epoll = -1, .proc = -1 };
	if (want_descriptors(ps, cause))
		return -1;
	ps->arena = arena_new();
	if (!ps->arena)
		return fail(cause, _("no memory for the arena: %s"), strerror(errno));
	ps->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ps->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (ps->bell < 0 || ps->epoll < 0 ||
	    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return fail(cause, _("no descriptors: %s"), strerror(errno));
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
	setup->descriptors = ps->descriptors;
}

void procs_started(struct procs *ps, pid_t init, int init_pidfd, int proc)
{
	ps->init = init;
	ps->init_pidfd = init_pidfd;
	ps->proc = proc;
	ps->init_dead = false;
	procs_watch(ps, init_pidfd, SLOT_INIT);
}

void procs_renewed(struct procs *ps, pid_t init, int init_pidfd, int proc)
{
	pid_t dead = ps->init;

	/* what the dead one was asked for is not for the next one */
	atomic_store(&ps->arena->slot[SLOT_INIT].word, WORD_IDLE);
	ps->adopter = getpid();
	for (int i = 0; i < ps->n; i++)
		if (ps->p[i]->parent == dead)
			ps->p[i]->parent = ps->adopter;
	procs_started(ps, init, init_pidfd, proc);
	ps->init_dead = init_pidfd < 0;
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

void procs_await_init(struct procs *ps, struct call *c)
{
	enum { NAP_NS = 2000000 };
	struct slot *s = &ps->arena->slot[SLOT_INIT];

	if (slot_spin(s)) {
		slot_take(s, c);
		return;
	}
	while (!slot_await(s, NAP_NS)) {
		struct pollfd dead = { .fd = ps->init_pidfd, .events = POLLIN };

		/* a learner may have written over its slot; on the host, stopped the guardian */
		slot_nudge(s);
		syscall(SYS_pidfd_send_signal, ps->init_pidfd, SIGCONT, NULL, 0);
		if ((ps->init_pidfd < 0 || poll(&dead, 1, 0) > 0) && !slot_done(s)) {
			ps->init_dead = true;
			c->ret = -1;
			c->err = ESRCH;
			return;
		}
	}
	slot_take(s, c);
}

void procs_ask_init(struct procs *ps, enum slot_op op, struct call *c)
{
	slot_post(ps->arena, SLOT_INIT, op, c);
	procs_await_init(ps, c);
}

long procs_ask_number(struct procs *ps, enum slot_op op, long a, long b)
{
	struct call c = { .arg = { { .num = a }, { .num = b } } };
	long ret;

	procs_ask_init(ps, op, &c);
	ret = c.ret;
	errno = c.err;
	free(c.data);
	return ret;
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
	p->let_run = false;
	if (op == OP_PIPELINE)
		ps->programs = true;
	ps->many |= op == OP_PIPELINE || prims[p->call.prim]->flags & (PRIM_FORK | PRIM_EXEC);
	slot_post(ps->arena, p->slot, op, &p->call);
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
	return procs_ask_number(ps, OP_KILL, pid, signo) < 0 ? errno : 0;
}

void procs_kill_all(struct procs *ps)
{
	for (int i = 0; i < ps->n; i++)
		if (ps->p[i]->pidfd >= 0)
			syscall(SYS_pidfd_send_signal, ps->p[i]->pidfd, SIGKILL, NULL, 0);
}

bool procs_interrupt(struct procs *ps, struct process *p, int signo)
{
	uint32_t n;
	const struct running *run = procs_running(ps, p, &n);

	if (p->op == OP_PIPELINE && p->act == ACT_BUSY && pass_starts(p))
		return false;
	/* 0 and 1 would be the init's own group, and everybody */
	if (run && n > 0 && p->act != ACT_IDLE && run->group > 1)
		procs_kill(ps, -run->group, signo);
	else
		procs_kill(ps, p->pid, signo);
	p->suspect = true;
	return true;
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
