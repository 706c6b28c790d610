/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inside fork|make CMD ARG...: runs ipcsh and kills a learner's process inside a system call, when the kernel
 * has done it, and before it returns.  fork: the first one that starts a program, which is held
 * until the shell knows of the death.  make: the first one that makes a FIFO or an IPC object.
 * It exits as the shell does; 98 if nobody was struck, 97 if the shell waits for what nobody is to wait for.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Those that are traced: the shell, and whoever descends from it. */
static struct traced {
	pid_t pid;
	int depth;    /* 0: the shell; 1: its init; 2: a learner's process; -1: nobody has said */
	bool stopped; /* as each is when it is born */
	bool makes;   /* it is in such a call */
	bool gone;
} traced[64];

static pid_t shell, struck, held;
static bool forking;  /* which of the two */
static bool known;    /* the struck one is dead, and the shell knows of that */
static bool released; /* the held one */
static bool for_ever;

static struct traced *traced_of(pid_t pid)
{
	for (size_t i = 0; i < sizeof(traced) / sizeof(*traced); i++) {
		if (!traced[i].pid)
			traced[i] = (struct traced){ .pid = pid, .depth = -1 };
		if (traced[i].pid == pid)
			return &traced[i];
	}
	fputs("# too many processes\n", stderr);
	exit(99);
}

static bool any_traced(void)
{
	for (size_t i = 0; i < sizeof(traced) / sizeof(*traced); i++)
		if (traced[i].pid && !traced[i].gone)
			return true;
	return false;
}

/* The call that it is about to make; -1: it is not about to make one. */
static long entered(pid_t pid)
{
	struct __ptrace_syscall_info info = { 0 };

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return -1;
	return (long)info.entry.nr;
}

static bool makes(long nr)
{
#ifdef SYS_mknod
	if (nr == SYS_mknod)
		return true;
#endif
	return nr == SYS_mknodat || nr == SYS_msgget || nr == SYS_shmget || nr == SYS_semget;
}

static bool sleeps(pid_t pid)
{
	char path[32], stat[512], *end;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	n = fread(stat, 1, sizeof(stat) - 1, f);
	fclose(f);
	stat[n] = '\0';
	end = strrchr(stat, ')');
	return end && strstr(stat, "(sleep)") && !strncmp(end, ") S", 3);
}

/* The program that was held sleeps, and the shell's calls since are too many for one that goes on. */
static void suspect_shell(void)
{
	enum { MANY = 20000 };
	static int calls;

	if (!calls && !sleeps(held))
		return;
	if (++calls == MANY) {
		for_ever = true;
		kill(shell, SIGKILL);
	}
}

static void go_on(const struct traced *t, int signo)
{
	bool calls = t->pid == shell || (t->depth == 2 && !forking);

	if (t->pid != struck && (t->pid != held || released))
		ptrace(calls ? PTRACE_SYSCALL : PTRACE_CONT, t->pid, NULL, (long)signo);
}

static void strike(pid_t pid)
{
	struck = pid;
	kill(pid, SIGKILL);
}

/* It has died, whether or not we have been told so far: the shell may hear of it before us. */
static bool is_dead(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
	       info.si_pid == pid;
}

/* Before fork(2) returns. */
static void forked(struct traced *t)
{
	unsigned long born = 0;
	struct traced *child;

	ptrace(PTRACE_GETEVENTMSG, t->pid, NULL, &born);
	child = traced_of((pid_t)born);
	child->depth = t->depth + 1;
	if (forking && child->depth == 3 && !struck) {
		held = child->pid;
		strike(t->pid);
	} else if (child->stopped) {
		go_on(child, 0);
	}
}

/* Entered or left: one that has made something is struck on its way out. */
static void called(struct traced *t)
{
	long nr = entered(t->pid);

	if (t->pid == shell) {
		known |= struck && nr == SYS_waitid &&
			 is_dead(struck); /* the barrier that follows each death */
		if (released)
			suspect_shell();
	} else if (t->makes && nr < 0 && !struck) {
		strike(t->pid);
	}
	t->makes = makes(nr);
}

static void stopped(struct traced *t, int status)
{
	int signo = WSTOPSIG(status);

	if (status >> 16 == PTRACE_EVENT_FORK) {
		forked(t);
	} else if (signo == (SIGTRAP | 0x80)) {
		called(t);
	} else if (signo == SIGSTOP && t->pid != shell && !t->stopped) {
		t->stopped = true;
		if (t->depth < 0)
			return;
		signo = 0;
	}
	if (known && held && !released && traced_of(held)->stopped) {
		released = traced_of(held)->gone = true;
		ptrace(PTRACE_DETACH, held, NULL, NULL);
	}
	if (!t->gone)
		go_on(t, signo == SIGTRAP || signo == (SIGTRAP | 0x80) ? 0 : signo);
}

static void start(char **cmd)
{
	int status;

	shell = fork();
	if (shell == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(*cmd, cmd);
		_exit(127);
	}
	waitpid(shell, &status, 0);
	traced_of(shell)->depth = 0;
	ptrace(PTRACE_SETOPTIONS, shell, NULL,
	       PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_EXITKILL);
	go_on(traced_of(shell), 0);
}

int main(int argc, char **argv)
{
	int status, end = 0;
	pid_t pid;

	if (argc < 3)
		return 2;
	forking = !strcmp(argv[1], "fork");
	start(argv + 2);
	while (any_traced() && (pid = waitpid(-1, &status, __WALL)) > 0) {
		struct traced *t = traced_of(pid);

		if (WIFSTOPPED(status)) {
			stopped(t, status);
			continue;
		}
		t->gone = true;
		end = pid == shell ? status : end;
	}
	if (for_ever)
		fputs("# the shell waits for what nobody is to wait for\n", stderr);
	else if (!struck)
		fputs("# nobody was struck\n", stderr);
	if (for_ever || !struck)
		return for_ever ? 97 : 98;
	return WIFEXITED(end) ? WEXITSTATUS(end) : 128 + WTERMSIG(end);
}
