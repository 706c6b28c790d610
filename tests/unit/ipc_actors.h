/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Actors: processes that make the calls they are sent, as learner's processes do, for tests of
 * what needs several of them.  Sleep is seen in /proc/PID/syscall; no clock decides.  A test runs
 * between start() and stop(), with main and A there; SAY, WHY and NOTE are its words.
 */
#ifndef TESTS_IPC_ACTORS_H
#define TESTS_IPC_ACTORS_H

#include "base/str.h"
#include "call/format.h"
#include "call_line.h"
#include "ipc/child.h"
#include "ipc/ends.h"
#include "ipc/facility.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ACTORS = 6, SOCKET = 1000 };

/* An actor is a process that makes the calls it is sent, as a learner's does. */
static struct actor {
	pid_t pid;
	struct call call;
	unsigned char data[CALL_DATA];
} * actors; /* shared; [0] is main */
static const char *const actor_names[ACTORS] = { "main", "A", "B", "C", "D", "E" };
static struct call calls[ACTORS]; /* ours: what was asked, then what came back */
static bool waiting[ACTORS];
static struct world world;
static char dir[64];

/* Ours is SOCKET + 2 * i, the actor's is one more: out of the way of the descriptors tested. */
static inline void serve(int i)
{
	struct actor *a = &actors[i];
	char byte;

	while (read(SOCKET + 2 * i + 1, &byte, 1) == 1) {
		a->call.data = a->data;
		a->call.cap = CALL_DATA;
		errno = 0;
		a->call.ret = prims[a->call.prim]->make(&a->call);
		a->call.err = errno;
		call_done(&a->call);
		if (write(SOCKET + 2 * i + 1, "", 1) != 1)
			break;
	}
	_exit(0);
}

static inline pid_t actor_fork(int slot)
{
	pid_t pid = fork();

	if (pid == 0)
		serve(slot);
	actors[slot].pid = pid;
	return pid;
}

static inline void caught(int signo, const siginfo_t *info, unsigned how)
{
	(void)signo, (void)info, (void)how;
}

static const struct child_ops ops = { actor_fork, caught };

static inline int start(void **state)
{
	char byte;

	(void)state;
	child_ops = &ops;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	actors = mmap(NULL, ACTORS * sizeof(*actors), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(actors, MAP_FAILED);
	snprintf(dir, sizeof(dir), "%s/ipcXXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	for (int i = 0; i < ACTORS; i++) {
		int s[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s), 0);
		for (int k = 0; k < 2; k++) {
			assert_int_equal(dup3(s[k], SOCKET + 2 * i + k, O_CLOEXEC),
					 SOCKET + 2 * i + k);
			close(s[k]);
		}
	}
	world.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	world.ends = ends_new();
	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			int null = open("/dev/null", O_RDWR);

			actors[i].pid = getpid();
			for (int fd = 0; fd < 3; fd++)
				dup2(null, fd);
			close_range(3, SOCKET - 1, 0);
			umask(022);
			/* what it inherited is closed: now it may be looked at */
			if (write(SOCKET + 2 * i + 1, "", 1) == 1)
				serve(i);
			_exit(1);
		}
		assert_int_equal(read(SOCKET + 2 * i, &byte, 1), 1);
		actors[i].pid = pid;
	}
	return 0;
}

static inline int stop(void **state)
{
	(void)state;
	for (int i = 0; i < ACTORS; i++) {
		if (actors[i].pid > 0)
			kill(actors[i].pid, SIGKILL);
		call_release(&calls[i]);
		calls[i] = (struct call){ 0 };
		waiting[i] = false;
		close(SOCKET + 2 * i);
		close(SOCKET + 2 * i + 1);
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	ends_free(world.ends);
	close(world.proc);
	munmap(actors, ACTORS * sizeof(*actors));
	assert_int_equal(chdir("/"), 0);
	return rmdir(dir);
}

static inline struct peer peer_of(int i)
{
	return (struct peer){ .name = actor_names[i],
			      .pid = actors[i].pid,
			      .outer = actors[i].pid,
			      .asleep = waiting[i],
			      .call = waiting[i] ? &calls[i] : NULL };
}

static inline void peers(void *ctx, bool (*fn)(void *arg, const struct peer *p), void *arg)
{
	(void)ctx;
	for (int i = 0; i < ACTORS; i++) {
		struct peer p = peer_of(i);

		if (p.pid > 0 && !fn(arg, &p))
			return;
	}
}

static inline const char *pid_name(void *ctx, pid_t pid)
{
	(void)ctx;
	for (int i = 0; i < ACTORS; i++)
		if (actors[i].pid == pid)
			return actor_names[i];
	return "a process";
}

static inline const char *object_name(void *ctx, enum kind kind, long id)
{
	static char text[48];

	(void)ctx;
	snprintf(text, sizeof(text), "%s:%ld", kind_name(kind), id);
	return text;
}

static struct world world = { .peers = peers, .pid_name = pid_name, .name = object_name };

static inline int lookup(void *ctx, const char *name, size_t len, enum kind want, long *out,
			 char **cause)
{
	(void)ctx, (void)want, (void)cause;
	for (int i = 0; i < ACTORS; i++)
		if (strlen(actor_names[i]) == len && !memcmp(actor_names[i], name, len)) {
			*out = actors[i].pid;
			return 1;
		}
	return 0;
}

static const struct resolver names = { .name = lookup };

/* What is printed, without marks and with N for every marked number; kept until the test ends. */
static inline const char *plain(struct str *b)
{
	static char text[8][4096];
	static int turn;
	char *out = text[++turn % 8], *end = out + sizeof(text[0]) - 1;

	for (const char *s = str_text(b); *s && out < end; s++) {
		if (*s == MARK_OPEN) {
			*out++ = 'N';
			s = strchrnul(s, MARK_CLOSE);
			continue;
		}
		*out++ = *s;
	}
	*out = '\0';
	str_free(b);
	return text[turn % 8];
}

static inline void refresh(void)
{
	for (int i = 0; i < ACTORS; i++)
		if (actors[i].pid > 0)
			ends_refresh(world.ends, world.proc, actors[i].pid);
	if (actors[0].pid > 0)
		ends_names(world.ends, world.proc, actors[0].pid);
}

/* The cause, or NULL: the line is parsed into calls[i]. */
static inline const char *parse(int i, const char *line)
{
	struct str kept = STR_INIT;
	char *cause = parse_line(&calls[i], line, &names);

	if (!cause)
		return NULL;
	str_add(&kept, cause);
	free(cause);
	return plain(&kept);
}

/* Sends it; it may sleep. fork's slot may be given. */
static inline void begin(int i, const char *line, int slot)
{
	const char *cause = parse(i, line);
	struct actor *a = &actors[i];

	if (cause)
		fail_msg("%s: %s", line, cause);
	if (slot)
		calls[i].arg[0].num = slot;
	a->call = calls[i];
	if (calls[i].used)
		memcpy(a->data, calls[i].data, calls[i].used);
	waiting[i] = true;
	assert_int_equal(write(SOCKET + 2 * i, "", 1), 1);
}

static inline const char *format(int i, enum format_part part)
{
	struct str out = STR_INIT;

	call_format(&out, &calls[i], part);
	return plain(&out);
}

/* Waits for the reply. */
static inline const char *finish(int i, enum format_part part)
{
	struct call back;
	char byte;

	assert_int_equal(read(SOCKET + 2 * i, &byte, 1), 1);
	back = actors[i].call;
	back.data = actors[i].data;
	call_copy(&calls[i], &back);
	waiting[i] = false;
	refresh();
	return format(i, part);
}

static inline const char *type(int i, const char *line)
{
	begin(i, line, 0);
	return finish(i, FORMAT_WHOLE);
}

static inline const char *tell(int i,
			       void (*fn)(struct str *, const struct call *, const struct world *))
{
	struct str out = STR_INIT;

	world.self = peer_of(i);
	if (fn)
		fn(&out, &calls[i], &world);
	return plain(&out);
}

#define WHY(i)             tell(i, prims[calls[i].prim]->why)
#define NOTE(i)            tell(i, prims[calls[i].prim]->note)
#define SAY(i, line, text) assert_string_equal(type(i, line), text)

/* Until it sleeps in one of the calls that its record names: no clock, only what /proc says. */
static inline const char *asleep(int i)
{
	const struct prim *p = prims[calls[i].prim];
	char path[48], text[128];

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)actors[i].pid);
	for (;;) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		ssize_t n = read(fd, text, sizeof(text) - 1);

		close(fd);
		assert_true(n > 0);
		text[n] = '\0';
		/* the channel itself is a read, of a descriptor that no test has */
		for (int k = 0; k < 4 && p->sleeps[k]; k++) {
			long nr = p->sleeps[k] == PRIM_NR_READ ? 0 : p->sleeps[k];
			long fd_arg = -1, seen = -1;

			if (sscanf(text, "%ld 0x%lx", &seen, (unsigned long *)&fd_arg) == 2 &&
			    seen == nr && !(nr == 0 && fd_arg >= SOCKET)) {
				refresh();
				return tell(i, p->asleep);
			}
		}
		sched_yield();
	}
}

#endif
