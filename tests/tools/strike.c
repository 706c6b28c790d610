/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * strike WHO N CMD ARG...: runs ipcsh and kills WHO when the shell is about to make its Nth system
 * call (the point is counted, not timed): "shell", "init" (the sandbox's init, or the guardian),
 * "learner" (one of its children), or "none", which prints how many calls there were; "nobody": CMD is not traced,
 * and its status is passed on unless something is left (98).  "starter" (N is nothing): the first learner's
 * process that starts a program, inside its fork(2); the program is held until the shell knows of the death.
 * Afterwards no process, IPC object or mount may be left, and a shell that was not struck must have ended by itself.
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

/* Those that are traced: the shell, and whoever descends from it. */
static struct traced {
	pid_t pid;
	int depth;    /* 0: the shell; 1: its init; 2: a learner's process; -1: nobody has said */
	bool stopped; /* as each is when it is born */
	bool gone;
} traced[64];

static struct traced *traced_of(pid_t pid)
{
	int i = 0;

	while (traced[i].pid && traced[i].pid != pid)
		if (++i == (int)(sizeof(traced) / sizeof(*traced)))
			die("too many processes");
	if (!traced[i].pid)
		traced[i] = (struct traced){ .pid = pid, .depth = -1 };
	return &traced[i];
}

static bool any_traced(void)
{
	for (size_t i = 0; i < sizeof(traced) / sizeof(*traced); i++)
		if (traced[i].pid && !traced[i].gone)
			return true;
	return false;
}

static bool makes(pid_t pid, unsigned long nr)
{
	struct __ptrace_syscall_info info = { 0 };

	return ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info) > 0 &&
	       info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr == nr;
}

/* The program that was held sleeps, and the shell's calls since are too many for one that goes on. */
static bool waits_for_ever(pid_t held)
{
	enum { MANY = 20000 };
	static int calls;
	struct proc p;

	if (calls || (look_at(held, &p) && p.state == 'S' && !strcmp(p.comm, "sleep")))
		calls++;
	return calls > MANY;
}

static void go_on(pid_t pid, long signo)
{
	ptrace(pid == shell ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL, signo);
}

static struct traced *forked(pid_t pid, int depth)
{
	unsigned long born = 0;
	struct traced *child;

	ptrace(PTRACE_GETEVENTMSG, pid, NULL, &born);
	child = traced_of((pid_t)born);
	child->depth = depth + 1;
	return child;
}

/*
 * The first learner's process that forks is killed where fork(2) tells of it, before it returns. Its child is
 * held until the shell has taken note of the death (the waitid(2) that follows each), then let go.
 */
static int run_starter(char **cmd)
{
	pid_t pid, starter = 0, held = 0;
	bool dead = false, known = false, released = false;
	int status, end = SIGABRT;

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
	go_on(shell, 0);
	while (any_traced() && (pid = waitpid(-1, &status, __WALL)) > 0) {
		struct traced *t = traced_of(pid);
		int signo = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;

		if (!signo) {
			t->gone = true;
			dead |= pid == starter;
			end = pid == shell ? status : end;
			continue;
		}
		if (signo == SIGSTOP && pid != shell && !t->stopped) {
			t->stopped = true;
			if (t->depth < 0)
				continue;
			signo = 0;
		}
		if (status >> 16 == PTRACE_EVENT_FORK) {
			struct traced *child = forked(pid, t->depth);

			if (child->depth == 3 && !starter) {
				starter = pid;
				held = child->pid;
				kill(starter, SIGKILL);
				continue;
			}
			if (child->stopped)
				go_on(child->pid, 0);
		}
		known |= dead && pid == shell && makes(pid, SYS_waitid);
		if (known && !released && traced_of(held)->stopped) {
			released = traced_of(held)->gone = true;
			ptrace(PTRACE_DETACH, held, NULL, NULL);
		}
		if (released && pid == shell && waits_for_ever(held)) {
			fputs("# the shell waits for what nobody is to wait for\n", stderr);
			kill(shell, SIGKILL);
		}
		if (pid != held)
			go_on(pid, signo == SIGTRAP || signo == (SIGTRAP | 0x80) ? 0 : signo);
	}
	if (!released)
		fputs("# no learner's process has started a program\n", stderr);
	return released ? end : SIGABRT;
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
	long calls = 0;

	if (argc < 4)
		return 2;
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	free(objects(&before));
	if (!strcmp(argv[1], "starter"))
		status = run_starter(argv + 3);
	else
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
