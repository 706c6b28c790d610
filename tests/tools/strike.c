/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * strike WHO N CMD ARG...: runs ipcsh and kills WHO when the shell is about to make its Nth system
 * call (the point is counted, not timed): "shell", "init" (the sandbox's init, or the guardian),
 * "both", after which $NEXT is run (sh), as the next start that is to clean up (3: but for one object),
 * "learner" (one of its children), or "none", which prints how many calls there were; "nobody": CMD is not traced,
 * and its status is passed on unless something is left (98); if it hangs, that is told, and it is killed (137).  Afterwards no
 * process, IPC object or mount may be left, and a shell that was not struck must have ended by itself.
 */
#include "hang.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

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

/* Nobody of the two may see the other's death: the shell is stopped meanwhile. */
static void strike_first(pid_t init)
{
	struct task t = { .pid = init, .tid = init };

	if (init <= 1)
		return;
	kill(init, SIGKILL);
	while (look_at(&t) && t.state != 'Z')
		sched_yield();
}

/* What the next start does. */
static void run_next(void)
{
	const char *next = getenv("NEXT");
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", next ? next : ":", (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

static void strike(const char *who, long n)
{
	pid_t init = child_of(shell, 0), victim = !strcmp(who, "init")      ? init
						  : !strcmp(who, "learner") ? child_of(init, n)
									    : shell;

	if (!strcmp(who, "both"))
		strike_first(init);
	if (victim > 1)
		kill(victim, SIGKILL);
}

static void on_child(int signo)
{
	(void)signo;
}

/* Waits for it, and sees whether it hangs: then what runs is told, and it is killed. Its status. */
static int attend(void)
{
	static struct watch watch;
	struct sigaction sa = { .sa_handler = on_child };
	struct timespec pace = { PACE, 0 };
	enum verdict v;
	sigset_t chld, before;
	int status;

	sigaction(SIGCHLD, &sa, NULL);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &before);
	while (waitpid(shell, &status, WNOHANG) == 0) {
		if (ppoll(NULL, 0, &pace, &before) != 0 || (v = watch_look(&watch)) == GOES_ON)
			continue;
		tell_hang(stderr, &watch, v);
		kill_ours();
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
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
	if (!strcmp(who, "nobody"))
		return attend();
	waitpid(shell, &status, 0);
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

/*
 * Where both were killed one object may be left: that which the kernel had just made, and the shell not yet
 * listed.  Removes it; true if there is one more than before.
 */
static bool take_unlisted(const struct object *old, int n, const struct object *now, int m)
{
	if (m != n + 1)
		return false;
	for (int i = 0; i < m; i++) {
		if (is_in(&now[i], old, n))
			continue;
		remove_object(&now[i]);
	}
	return true;
}

int main(int argc, char **argv)
{
	static struct look left;
	int before, after, mounted = mounts(), status, n, bad = 0;
	bool both;
	struct object *old, *now;
	long calls;

	if (argc < 4)
		return 2;
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	both = !strcmp(argv[1], "both");
	old = objects(&before);
	status = run(argv[1], atol(argv[2]), &calls, argv + 3);
	if (both)
		run_next();
	n = settle(&left, NULL);
	for (int i = 0; i < n; i++, bad = 1) {
		fprintf(stderr, "# left behind: process %d (%s)\n", left.task[i].pid,
			left.task[i].comm);
		kill(left.task[i].pid, SIGKILL);
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	now = objects(&after);
	if (both && !bad && take_unlisted(old, before, now, after)) {
		bad = 3;
		after = before;
	}
	free(old);
	free(now);
	if (after != before || mounts() != mounted) {
		fprintf(stderr, "# left behind: %d objects, %d mounts\n", after - before,
			mounts() - mounted);
		bad = 1;
	}
	if (!strcmp(argv[1], "nobody"))
		return bad ? 98 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (strcmp(argv[1], "shell") && !both && !WIFEXITED(status)) {
		fprintf(stderr, "# the shell was killed by signal %d\n", WTERMSIG(status));
		bad = 1;
	}
	if (!strcmp(argv[1], "none"))
		printf("%ld\n", calls);
	return bad;
}
