/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * strike WHO N CMD ARG...: runs ipcsh and kills WHO when the shell is about to make its Nth system
 * call (the point is counted, not timed): "shell", "init" (the sandbox's init, or the guardian),
 * "learner" (one of its children), or "none", which prints how many calls there were; "nobody": CMD is not traced,
 * and its status is passed on unless something is left (98).  Afterwards no
 * process, IPC object or mount may be left, and a shell that was not struck must have ended by itself.
 */
#include "left.h"

#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

static pid_t shell;

/* The child number k of a process, counted round; 0: it has none. */
static pid_t child_of(pid_t pid, long k)
{
	char path[64];
	pid_t child[256];
	int n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	f = fopen(path, "re");
	while (f && n < 256 && fscanf(f, "%d", &child[n]) == 1)
		n++;
	if (f)
		fclose(f);
	return n ? child[k % n] : 0;
}

static void strike(const char *who, long n)
{
	pid_t init = child_of(shell, 0), victim = !strcmp(who, "init")      ? init
						  : !strcmp(who, "learner") ? child_of(init, n)
									    : shell;

	if (victim > 1)
		kill(victim, SIGKILL);
}

/* Runs it up to its Nth system call, strikes, and lets it go on. Its status. */
static int run(const char *who, long n, long *calls, char **cmd)
{
	int status, signo = 0;
	bool entering = true;

	*calls = 0;

	shell = fork();
	if (shell == 0) {
		if (strcmp(who, "nobody")) {
			ptrace(PTRACE_TRACEME, 0, NULL, NULL);
			raise(SIGSTOP);
		}
		execvp(*cmd, cmd);
		_exit(127);
	}
	waitpid(shell, &status, 0);
	if (!strcmp(who, "nobody"))
		return status;
	ptrace(PTRACE_SETOPTIONS, shell, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (;;) {
		ptrace(PTRACE_SYSCALL, shell, NULL, (long)signo);
		if (waitpid(shell, &status, 0) < 0 || !WIFSTOPPED(status))
			return status;
		signo = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
		if (signo != (SIGTRAP | 0x80))
			continue;
		signo = 0;
		*calls += entering;
		if (entering && *calls == n && strcmp(who, "none")) {
			strike(who, n);
			ptrace(PTRACE_DETACH, shell, NULL, NULL);
			waitpid(shell, &status, 0);
			return status;
		}
		entering = !entering;
	}
}

static int mounts(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	int c, n = 0;

	while (f && (c = getc(f)) != EOF)
		n += c == '\n';
	if (f)
		fclose(f);
	return n;
}

int main(int argc, char **argv)
{
	static struct proc left[MAX_LEFT];
	int before, after, mounted = mounts(), status, n, bad = 0;
	long calls;

	if (argc < 4)
		return 2;
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	free(objects(&before));
	status = run(argv[1], atol(argv[2]), &calls, argv + 3);
	n = settle(left);
	for (int i = 0; i < n; i++, bad = 1) {
		fprintf(stderr, "# left behind: process %d (%s)\n", left[i].pid, left[i].comm);
		kill(left[i].pid, SIGKILL);
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	free(objects(&after));
	if (after != before || mounts() != mounted) {
		fprintf(stderr, "# left behind: %d objects, %d mounts\n", after - before,
			mounts() - mounted);
		bad = 1;
	}
	if (!strcmp(argv[1], "nobody"))
		return bad ? 98 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (strcmp(argv[1], "shell") && !WIFEXITED(status)) {
		fprintf(stderr, "# the shell was killed by signal %d\n", WTERMSIG(status));
		bad = 1;
	}
	if (!strcmp(argv[1], "none"))
		printf("%ld\n", calls);
	return bad;
}
