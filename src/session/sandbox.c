/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order is what keeps failures clean: the child enters all namespaces by clone(2) and makes
 * its whole world first; only when it reports success does the shell join its user and IPC
 * namespaces, by one setns(2), which is all or nothing.  An ordinary user could not undo an
 * unshare(2) of its own.
 */
#include "session/sandbox.h"

#include "base/mem.h"
#include "session/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORK_DIR    "/tmp/ipcsh"
#define TMP_OPTIONS "mode=1777,size=64m,nr_inodes=16384"

/* Where a start can fail: the call, and what its failure means to the user. */
static const struct {
	const char *call, *means;
} steps[] = {
#define STEPS(X)                                                                                   \
	X(DONE, "", "")                                                                            \
	X(SOCKET, "socketpair", "no descriptors left")                                             \
	X(CLONE, "clone", "the kernel refuses a new process")                                      \
	X(LIMIT, "clone", "no more namespaces may be made here, see namespaces(7)")                \
	X(USER, "clone", "user namespaces are not allowed here")                                   \
	X(SPACES, "clone", "namespaces are not allowed here")                                      \
	X(MAP, "uid_map", "user namespaces have no rights here")                                   \
	X(MOUNT, "mount /", "private mounts are not allowed here")                                 \
	X(PROC, "mount /proc", "a private /proc is not allowed here")                              \
	X(TMP, "mount /tmp", "a private /tmp is not allowed here")                                 \
	X(WORK, "mkdir " WORK_DIR, "no working directory")                                         \
	X(CAPS, "capset", "privileges cannot be dropped")                                          \
	X(READY, "prctl", "the session cannot be tied to the shell")                               \
	X(PIDFD, "pidfd_open", "the kernel is too old (Linux 5.8 is needed)")                      \
	X(LOOK, "open /proc", "the session's /proc cannot be opened")                              \
	X(JOIN, "setns", "the session's namespaces cannot be entered")                             \
	X(DIED, "init", "the session's first process ended")
#define TEXTS(name, call, means) { call, means },
	STEPS(TEXTS)
};
#define NAMES(name, call, means) STEP_##name,
enum step { STEPS(NAMES) };

/* What the child tells the shell, once. */
struct report {
	enum step step;
	int err;
};

struct start {
	struct sandbox *sb;
	int (*init_main)(void *arg);
	void *arg;
	bool new_user;
	uid_t uid;
	gid_t gid;
};

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ok;

	if (fd < 0)
		return -1;
	ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return ok ? 0 : -1;
}

/* In the child. The user namespace maps the user to itself and nobody else. */
static int map_ids(uid_t uid, gid_t gid)
{
	char text[64];

	if (write_file("/proc/self/setgroups", "deny"))
		return -1;
	snprintf(text, sizeof(text), "%u %u 1", gid, gid);
	if (write_file("/proc/self/gid_map", text))
		return -1;
	snprintf(text, sizeof(text), "%u %u 1", uid, uid);
	return write_file("/proc/self/uid_map", text);
}

/*
 * In the child. No capability, and none to be had by an exec: for uid 0 that takes the empty
 * bounding set or SECBIT_NOROOT (capabilities(7)), for set-user-ID programs NO_NEW_PRIVS.
 */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };
	int cap = 0, bits;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	while (!prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
		cap++;
	if (errno != EINVAL || cap == 0) /* EINVAL: past the last */
		return -1;
	bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
	if (bits < 0 ||
	    prctl(PR_SET_SECUREBITS, bits | SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0))
		return -1;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		return -1;
	return syscall(SYS_capset, &head, none) ? -1 : 0;
}

/* In the child: the step that failed, with errno, or STEP_DONE. */
static enum step make_world(const struct start *st)
{
	if (st->new_user && map_ids(st->uid, st->gid))
		return STEP_MAP;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return STEP_MOUNT;
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return STEP_PROC;
	if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, TMP_OPTIONS))
		return STEP_TMP;
	if (mkdir(WORK_DIR, 0755) || chmod(WORK_DIR, 0755) || chdir(WORK_DIR))
		return STEP_WORK;
	if (drop_capabilities())
		return STEP_CAPS;
	/* Only now: a change of credentials may clear both of these (prctl(2)). */
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
		return STEP_READY;
	return STEP_DONE;
}

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
	struct report report = { STEP_DONE, 0 };
	char go;

	fatal_cleanup(NULL);
	setsid();
	report.step = make_world(st);
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
static pid_t birth(struct sandbox *sb, bool new_user)
{
	int flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_PIDFD | SIGCHLD;
	pid_t pid;

	if (!sb->host)
		return syscall(SYS_clone, flags | (new_user ? CLONE_NEWUSER : 0), NULL,
			       &sb->init_pidfd, NULL, NULL);
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

	sb->init = birth(sb, st->new_user);
	if (sb->init == 0)
		guardian(st);
	if (sb->init > 0)
		return join(sb, false);
	sb->init = 0;
	sb->init_pidfd = -1;
	return STEP_CLONE;
}

/* One attempt. All signals are blocked in it, so no handler of the shell's runs in the child. */
static enum step attempt(struct start *st)
{
	struct sandbox *sb = st->sb;
	int fd[2];
	struct report report = { STEP_DIED, 0 };
	enum step step;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd))
		return STEP_SOCKET;
	sb->init = birth(sb, st->new_user);
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
		while (recv(fd[0], &report, sizeof(report), 0) < 0 && errno == EINTR)
			;
		step = report.step < ARRAY_LEN(steps) ? report.step : STEP_DIED;
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
		return xasprintf("%s", steps[step].means);
	return xasprintf("%s (%s: %s)", steps[step].means, steps[step].call, strerror(errno));
}

/* The sandbox; root needs no user namespace, unless it is a container's that lacks the right. */
static enum step start_sandbox(struct start *st)
{
	enum step step;

	st->sb->host = false;
	st->new_user = !st->sb->own_user_ns && st->uid != 0;
	step = start(st);
	if (step == STEP_SPACES && errno == EPERM && !st->sb->joined) {
		st->new_user = true;
		step = start(st);
	}
	return step;
}

int sandbox_start(struct sandbox *sb, enum sandbox_want want, int (*init_main)(void *arg),
		  void *arg, char **cause)
{
	struct start st = { sb, init_main, arg, false, geteuid(), getegid() };
	enum step step;
	char *why;

	sandbox_free(sb);
	sb->shell = getpid();
	if (want != SANDBOX_HOST) {
		step = start_sandbox(&st);
		if (step == STEP_DONE) {
			sb->cwd = xstrdup(WORK_DIR);
			return 0;
		}
		why = reason(step);
		if (want == SANDBOX_INSIST || sb->joined) {
			fail(cause, "no sandbox: %s", why);
			free(why);
			return -1;
		}
		sb->why_not = why;
	}
	if (sb->joined)
		return fail(cause, "this shell has left the machine's IPC for a sandbox's; start "
				   "another one with --host");
	sb->host = true;
	st.new_user = false;
	step = start(&st);
	if (step != STEP_DONE) {
		why = reason(step);
		fail(cause, "no guardian: %s", why);
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
	struct start st = { sb, init_main, arg, false, geteuid(), getegid() };
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

void sandbox_leave(struct sandbox *sb)
{
	/* The kernel kills a PID namespace with its init, and lets that be reaped last. */
	if (!sb->init)
		return;
	signal_init(sb, sb->host ? SIGTERM : SIGKILL);
	if (sb->host) /* a stopped guardian would never see it */
		signal_init(sb, SIGCONT);
}

void sandbox_stop(struct sandbox *sb)
{
	sandbox_leave(sb);
	if (sb->init && !await_end(sb) && sb->host)
		guardian_end_processes();
	if (sb->proc >= 0)
		close(sb->proc);
	sb->proc = -1;
}

void sandbox_free(struct sandbox *sb)
{
	sandbox_stop(sb);
	free(sb->cwd);
	free(sb->why_not);
	sb->cwd = sb->why_not = NULL;
}
