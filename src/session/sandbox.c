/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order is what keeps failures clean: the child enters all namespaces by clone(2) and makes
 * its whole world first; only when it reports success does the shell join its user and IPC
 * namespaces, by one setns(2), which is all or nothing.  An ordinary user could not undo an
 * unshare(2) of its own.
 */
#include "session/sandbox.h"

#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "session/guardian.h"
#include "session/sandbox_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where a start can fail: the call, and what its failure means to the user. */
static const struct {
	const char *call, *means;
} steps[] = {
#define STEP_TEXTS(name, call, means) { call, means },
	STEPS(STEP_TEXTS)
};

/* The child's signals are those of a fresh program, whatever the shell has set, but for masked. */
static void reset_signals(int masked)
{
	/* the kernel's struct, all zero: SIG_DFL. sigaction(3) hides glibc's own two signals, which
	 * make(1) leaves ignored */
	static const struct {
		void (*handler)(int);
		unsigned long flags;
		void *restorer;
		unsigned long mask;
	} dfl;
	sigset_t mask;

	for (int sig = 1; sig <= SIGRTMAX; sig++)
		syscall(SYS_rt_sigaction, sig, &dfl, NULL, 8); /* KILL and STOP refuse: fine */
	sigemptyset(&mask);
	if (masked)
		sigaddset(&mask, masked);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

static _Noreturn void child(const struct start *st, int fd)
{
	struct report report = { STEP_DONE, 0, 0 };
	char go, mapped = 0;

	fatal_cleanup(NULL);
	setsid();
	if (st->outside && recv(fd, &mapped, 1, 0) != 1)
		_exit(0);
	st->sb->second |= mapped;
	report.step = world_make(st, mapped, &report.lacks);
	report.err = errno;
	/* No byte comes back if the shell failed, or died before PDEATHSIG was set. */
	if (send(fd, &report, sizeof(report), MSG_NOSIGNAL) != sizeof(report) ||
	    report.step != STEP_DONE || recv(fd, &go, 1, 0) != 1)
		_exit(0);
	close(fd);
	reset_signals(0);
	_exit(st->init_main(st->arg));
}

/* Nothing in it can fail but by the guardian's death, so nobody waits for a report. */
static _Noreturn void guardian(const struct start *st)
{
	fatal_cleanup(NULL);
	setsid();
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	reset_signals(SIGTERM); /* it would end a guardian that is not ready */
	_exit(st->init_main(st->arg));
}

/* By pidfd: should somebody else have reaped it, its pid may be another's by now. */
static void signal_init(struct sandbox *sb, int sig)
{
	if (sb->init_pidfd >= 0)
		syscall(SYS_pidfd_send_signal, sb->init_pidfd, sig, NULL, 0);
	else
		kill(sb->init, sig);
}

/* After a signal that ends it. True if it ended by itself. */
static bool await_end(struct sandbox *sb)
{
	siginfo_t how = { 0 };

	while (waitid(P_PID, sb->init, &how, WEXITED) && errno == EINTR)
		;
	if (sb->init_pidfd >= 0)
		close(sb->init_pidfd);
	sb->init_pidfd = -1;
	sb->init = 0;
	return how.si_code == CLD_EXITED;
}

/* The shell's part while the child waits; nothing is changed in the shell before setns(2). */
static enum step join(struct sandbox *sb, bool new_user)
{
	int spaces = CLONE_NEWIPC | (new_user ? CLONE_NEWUSER : 0), dumpable;
	char path[64] = "/proc";

	if (sb->init_pidfd < 0)
		return STEP_PIDFD;
	if (!sb->host)
		snprintf(path, sizeof(path), "/proc/%d/root/proc", sb->init);
	sb->proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (sb->proc < 0)
		return STEP_LOOK;
	if (sb->host)
		return STEP_DONE;
	dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
	if (setns(sb->init_pidfd, spaces))
		return STEP_JOIN;
	sb->joined = true;
	sb->own_user_ns |= new_user;
	if (dumpable == 1) /* new credentials took it, and with it the shell's own /proc/self */
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	return STEP_DONE;
}

/*
 * fork(2), into namespaces in the sandbox.  libc cannot do that, and does not learn of it: init has
 * a wrong idea of its thread id, so it must not raise(3) or abort(3); its children are sound.
 */
static pid_t birth(const struct start *st)
{
	struct sandbox *sb = st->sb;
	int flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_PIDFD | SIGCHLD |
		    (st->new_user ? CLONE_NEWUSER : 0) | (st->new_net ? CLONE_NEWNET : 0);
	pid_t pid;

	if (!sb->host)
		return (pid_t)syscall(SYS_clone, flags, NULL, &sb->init_pidfd, NULL, NULL);
	pid = fork();
	if (pid > 0)
		sb->init_pidfd = syscall(SYS_pidfd_open, pid, 0);
	return pid;
}

static enum step clone_failure(const struct start *st)
{
	if (errno == EAGAIN || errno == ENOMEM)
		return STEP_CLONE;
	if (errno == ENOSPC || errno == EUSERS)
		return STEP_LIMIT;
	return st->new_user ? STEP_USER : STEP_SPACES;
}

/* Of the guardian, who has nothing to report. */
static enum step attempt_host(struct start *st)
{
	struct sandbox *sb = st->sb;

	sb->init = birth(st);
	if (sb->init == 0)
		guardian(st);
	if (sb->init > 0)
		return join(sb, false);
	sb->init = 0;
	sb->init_pidfd = -1;
	return STEP_CLONE;
}

/* The shell maps the users that the init may have, or tells it to map its own. */
static void map_outside(const struct start *st, int fd)
{
	char mapped = users_map(st, st->sb->init) == 0;

	st->sb->second = mapped;
	if (!mapped && st->sb->wish.nobody)
		st->sb->lacks |= SANDBOX_LACKS_SECOND;
	send(fd, &mapped, 1,
	     MSG_NOSIGNAL); /* if that fails, it is dead, and the report will say so */
}

/* One attempt. All signals are blocked in it, so no handler of the shell's runs in the child. */
static enum step attempt(struct start *st)
{
	struct sandbox *sb = st->sb;
	int fd[2];
	struct report report = { STEP_DIED, 0, 0 };
	enum step step;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd))
		return STEP_SOCKET;
	st->outside = users_outside(st);
	sb->second = users_by_nature(st) || (sb->own_user_ns && sb->second);
	sb->lacks = 0;
	sb->init = birth(st);
	if (sb->init == 0) {
		close(fd[0]);
		child(st, fd[1]);
	}
	close(fd[1]);
	if (sb->init < 0) {
		step = clone_failure(st);
		report.err = errno;
		sb->init = 0;
		sb->init_pidfd = -1;
	} else {
		if (st->outside)
			map_outside(st, fd[0]);
		while (recv(fd[0], &report, sizeof(report), 0) < 0 && errno == EINTR)
			;
		step = report.step < ARRAY_LEN(steps) ? report.step : STEP_DIED;
		sb->lacks |= report.lacks;
		if (step == STEP_DONE) {
			step = join(sb, st->new_user);
			report.err = errno;
		}
		if (step == STEP_DONE && send(fd[0], "", 1, MSG_NOSIGNAL) != 1)
			step = STEP_DIED;
	}
	close(fd[0]); /* a child that still waits ends here */
	errno = report.err;
	return step;
}

static enum step start(struct start *st)
{
	struct sandbox *sb = st->sb;
	sigset_t all, old;
	enum step step;
	int err;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	step = st->sb->host ? attempt_host(st) : attempt(st);
	err = errno;
	if (step != STEP_DONE) {
		if (sb->init) {
			signal_init(sb, SIGKILL);
			await_end(sb);
		}
		if (sb->proc >= 0)
			close(sb->proc);
		sb->proc = -1;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = err;
	return step;
}

static char *reason(enum step step)
{
	if (step == STEP_DIED)
		return xasprintf("%s", _(steps[step].means));
	return xasprintf("%s (%s: %s)", _(steps[step].means), steps[step].call, strerror(errno));
}

static bool is_clone_failure(enum step step)
{
	return step == STEP_LIMIT || step == STEP_USER || step == STEP_SPACES;
}

/* The sandbox; root needs no user namespace, unless it is a container's that lacks the right. */
static enum step start_as(struct start *st)
{
	enum step step;

	st->new_user = !st->sb->own_user_ns && st->uid != 0;
	step = start(st);
	if (step == STEP_SPACES && errno == EPERM && !st->sb->joined) {
		st->new_user = true;
		step = start(st);
	}
	return step;
}

/* Without a network of its own where that is what fails; for one who insists it is a failure. */
static enum step start_sandbox(struct start *st, bool insist)
{
	enum step step, first;
	int err;

	st->sb->host = false;
	st->new_net = true;
	first = step = start_as(st);
	err = errno;
	if (is_clone_failure(first)) {
		st->new_net = false;
		step = start_as(st);
		if (step == STEP_DONE && insist)
			step = STEP_NET;
		else if (step != STEP_DONE)
			step = first;
		errno = err;
	}
	if (step == STEP_DONE && insist && st->sb->lacks & SANDBOX_LACKS_LANDLOCK &&
	    st->sb->lacks & SANDBOX_LACKS_READONLY) {
		step = STEP_OPEN;
		errno = EOPNOTSUPP;
	}
	if (step == STEP_NET || step == STEP_OPEN) {
		err = errno;
		sandbox_stop(st->sb);
		errno = err;
	}
	return step;
}

static char *list_writable(const struct sandbox_wish *wish)
{
	struct str list = STR_INIT;

	str_add(&list, "/tmp, /dev/shm");
	for (int i = 0; i < wish->nbind; i++) {
		str_add(&list, _(", "));
		str_clean(&list, wish->bind[i], strlen(wish->bind[i]));
	}
	return str_take(&list);
}

static void forget(struct sandbox *sb)
{
	free(sb->cwd);
	free(sb->writable);
	free(sb->why_not);
	sb->cwd = sb->writable = sb->why_not = NULL;
}

int sandbox_start(struct sandbox *sb, enum sandbox_want want, int (*init_main)(void *arg),
		  void *arg, char **cause)
{
	struct start st = {
		.sb = sb, .init_main = init_main, .arg = arg, .uid = geteuid(), .gid = getegid()
	};
	enum step step;
	char *why;

	if (sb->init)
		sandbox_stop(sb);
	forget(sb);
	sb->shell = getpid();
	sb->lacks = 0;
	if (want != SANDBOX_HOST) {
		step = start_sandbox(&st, want == SANDBOX_INSIST);
		if (step == STEP_DONE) {
			sb->cwd = xstrdup(WORK_DIR);
			sb->writable = list_writable(&sb->wish);
			return 0;
		}
		why = reason(step);
		if (want == SANDBOX_INSIST || sb->joined) {
			fail(cause, _("no sandbox: %s"), why);
			free(why);
			return -1;
		}
		sb->why_not = why;
	}
	if (sb->joined)
		return fail(cause, _("this shell has left the machine's IPC for a sandbox's; start "
				     "another one with --host"));
	sb->host = true;
	st.new_user = st.new_net = false;
	sb->second = users_by_nature(&st);
	step = start(&st);
	if (step != STEP_DONE) {
		why = reason(step);
		fail(cause, _("no guardian: %s"), why);
		free(why);
		return -1;
	}
	/* Should a learner kill the guardian, its orphans come to the shell. */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	sb->cwd = getcwd(NULL, 0);
	if (!sb->cwd)
		sb->cwd = xstrdup("."); /* a directory that has been removed */
	return 0;
}

int sandbox_renew(struct sandbox *sb, int (*init_main)(void *arg), void *arg, char **cause)
{
	struct start st = {
		.sb = sb, .init_main = init_main, .arg = arg, .uid = geteuid(), .gid = getegid()
	};
	enum step step;
	char *why;

	await_end(sb);
	if (sb->proc >= 0)
		close(sb->proc);
	sb->proc = -1;
	step = start(&st);
	if (step == STEP_DONE)
		return 0;
	why = reason(step);
	fail(cause, "%s", why);
	free(why);
	return -1;
}

void sandbox_leave(struct sandbox *sb, bool bare)
{
	/* The kernel kills a PID namespace with its init, and lets that be reaped last. */
	if (!sb->init)
		return;
	signal_init(sb, sb->host && !bare ? SIGTERM : SIGKILL);
	if (sb->host && !bare) /* a stopped guardian would never see it */
		signal_init(sb, SIGCONT);
}

/* Its pid is nobody else's until it is reaped. how: 0 or WNOHANG. */
static void reap_dropped(struct sandbox *sb, int how)
{
	pid_t got = 0;

	while (sb->dropped && (got = waitpid(sb->dropped, NULL, how)) < 0 && errno == EINTR)
		;
	if (got)
		sb->dropped = 0;
}

void sandbox_tidy(struct sandbox *sb)
{
	reap_dropped(sb, WNOHANG);
}

void sandbox_drop(struct sandbox *sb)
{
	pid_t init = sb->init;

	if (sb->host || !init) {
		sandbox_stop(sb);
		return;
	}
	sandbox_leave(sb, false);
	if (sb->init_pidfd >= 0)
		close(sb->init_pidfd);
	sb->init_pidfd = -1;
	sb->init = 0;
	sandbox_stop(sb);
	sb->dropped = init;
}

void sandbox_stop(struct sandbox *sb)
{
	sandbox_leave(sb, false);
	reap_dropped(sb, 0);
	if (sb->init && !await_end(sb) && sb->host)
		guardian_end_processes();
	if (sb->proc >= 0)
		close(sb->proc);
	sb->proc = -1;
}

void sandbox_free(struct sandbox *sb)
{
	sandbox_stop(sb);
	forget(sb);
}
