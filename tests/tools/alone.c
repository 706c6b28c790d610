/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alone CMD ARG...: runs a test by itself and sees that it leaves nothing behind.
 *
 * The test gets an IPC and a network namespace of its own where that is allowed (the names of the
 * sessions that run are the latter's), an empty TMPDIR and HOME, and its parent is the reaper of all its orphans, so that no process escapes.  Afterwards every IPC
 * object, process and file that is still there is named, removed, and makes the test fail.
 * No clock decides: what is about to die is waited for, and a process counts as left behind when
 * all that remain were asleep at the same moment (two looks, the context switches unchanged).
 */
#include "left.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[4096], tmp[4200];
static volatile sig_atomic_t caught;
static bool leaked;

static void on_signal(int signo)
{
	caught = signo;
}

static void check_processes(void)
{
	static struct proc left[MAX_LEFT];
	int n;

	while ((n = settle(left)) > 0) {
		leaked = true;
		for (int i = 0; i < n; i++) {
			if (!caught)
				fprintf(stderr, "# left behind: process %d (%s)\n",
					(int)left[i].pid, left[i].comm);
			kill(left[i].pid, SIGKILL);
		}
		while (waitpid(-1, NULL, 0) > 0)
			;
	}
}

static void check_objects(const struct object *before, int n)
{
	int m;
	struct object *after = objects(&m);

	for (int i = 0; i < m; i++) {
		bool old = false;

		for (int k = 0; k < n && !old; k++)
			old = before[k].kind == after[i].kind && before[k].id == after[i].id;
		if (old)
			continue;
		leaked = true;
		fprintf(stderr, "# left behind: %s:%d\n", after[i].kind, after[i].id);
		if (after[i].kind[0] == 'm')
			msgctl(after[i].id, IPC_RMID, NULL);
		else if (after[i].kind[1] == 'h')
			shmctl(after[i].id, IPC_RMID, NULL);
		else
			semctl(after[i].id, 0, IPC_RMID);
	}
	free(after);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	if (ftw->level > 0 && !strncmp(path, tmp, strlen(tmp)) && path[strlen(tmp)] == '/') {
		leaked = true;
		fprintf(stderr, "# left behind: %s\n", path);
	}
	remove(path);
	return 0;
}

static void make_place(void)
{
	const char *base = getenv("TMPDIR");
	char home[4200];

	snprintf(dir, sizeof(dir), "%s/ipcsh-test-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(dir))
		die(dir);
	snprintf(tmp, sizeof(tmp), "%s/tmp", dir);
	snprintf(home, sizeof(home), "%s/home", dir);
	if (mkdir(tmp, 0700) < 0 || mkdir(home, 0700) < 0)
		die(dir);
	setenv("TEST_DIR", dir, 1);
	setenv("TMPDIR", tmp, 1);
	setenv("HOME", home, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_RUNTIME_DIR");
	unsetenv("INPUTRC");
	unsetenv("MAKEFLAGS");
	unsetenv("MAKELEVEL");
}

/* make(1) leaves libc's own two signals (32, 33) ignored; sigaction(3) does not reach them. */
static void default_signals(void)
{
	static const unsigned long dfl[4]; /* the kernel's struct sigaction, SIG_DFL */

	for (int sig = 32; sig < 34; sig++)
		syscall(SYS_rt_sigaction, sig, dfl, NULL, 8);
}

static int run(char **argv)
{
	pid_t got, pid = fork();
	int status = 0;

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		default_signals();
		execvp(argv[0], argv);
		fprintf(stderr, "alone: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	while ((got = waitpid(-1, &status, 0)) != pid)
		if (got < 0 && caught)
			return 128 + caught;
	if (WIFSIGNALED(status))
		fprintf(stderr, "# %s: %s\n", argv[0], strsignal(WTERMSIG(status)));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct object *before;
	int n, status;

	if (argc < 2) {
		fprintf(stderr, "usage: alone CMD ARG...\n");
		return 99;
	}
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		die("PR_SET_CHILD_SUBREAPER");
	if (unshare(CLONE_NEWIPC | CLONE_NEWNET) < 0 && errno != EPERM)
		die("unshare");
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	make_place();
	before = objects(&n);
	status = run(argv + 1);
	check_processes();
	check_objects(before, n);
	free(before);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	if (caught)
		status = 128 + caught;
	return status ? status : leaked ? 98 : 0;
}
