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

#define MAX_LEFT 4096
#define PATIENCE 200000 /* looks before we say aloud whom we wait for; decides nothing */

struct proc {
	pid_t pid, ppid;
	char state, comm[20];
	unsigned long switches;
	bool dying;
};

struct object {
	const char *kind;
	int id;
};

static char dir[4096], tmp[4200];
static volatile sig_atomic_t caught;
static bool leaked;

static void die(const char *what)
{
	fprintf(stderr, "alone: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void on_signal(int signo)
{
	caught = signo;
}

static int read_file(pid_t pid, const char *name, char *buf, size_t size)
{
	char path[64];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	f = fopen(path, "re");
	if (!f)
		return -1;
	n = fread(buf, 1, size - 1, f);
	fclose(f);
	buf[n] = '\0';
	return n ? 0 : -1;
}

static unsigned long field(const char *text, const char *name, int base)
{
	const char *at = strstr(text, name);

	return at ? strtoul(at + strlen(name), NULL, base) : 0;
}

/* False when the process is gone. */
static bool look_at(pid_t pid, struct proc *p)
{
	char stat[1024], status[8192], *end;
	unsigned long pending;
	int ppid;

	if (read_file(pid, "stat", stat, sizeof(stat)) < 0 ||
	    read_file(pid, "status", status, sizeof(status)) < 0)
		return false;
	end = strrchr(stat, ')');
	if (!end || sscanf(end + 2, "%c %d", &p->state, &ppid) != 2)
		return false;
	*end = '\0';
	snprintf(p->comm, sizeof(p->comm), "%s", strchr(stat, '(') + 1);
	p->pid = pid;
	p->ppid = ppid;
	p->switches = field(status, "\nvoluntary_ctxt_switches:", 10) +
		      field(status, "\nnonvoluntary_ctxt_switches:", 10);
	pending = field(status, "\nSigPnd:", 16) | field(status, "\nShdPnd:", 16);
	p->dying = p->state == 'Z' || p->state == 'X' || (pending & 1UL << (SIGKILL - 1));
	return true;
}

/* All living descendants: a process enters the list after its parent did. */
static int descendants(struct proc *left)
{
	static struct proc all[32768];
	int n = 0, found = 0, before = -1;
	DIR *d = opendir("/proc");
	struct dirent *e;

	if (!d)
		die("/proc");
	while ((e = readdir(d)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    n < (int)(sizeof(all) / sizeof(*all)))
			n += look_at(atoi(e->d_name), &all[n]);
	closedir(d);
	while (found != before) {
		before = found;
		for (int i = 0; i < n && found < MAX_LEFT; i++) {
			bool ours = all[i].ppid == getpid();

			for (int k = 0; k < found && !ours; k++)
				ours = all[i].ppid == left[k].pid;
			if (all[i].pid && ours) {
				left[found++] = all[i];
				all[i].pid = all[i].ppid = 0;
			}
		}
	}
	return found;
}

static void reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static bool all_asleep(const struct proc *a, int n, const struct proc *b, int m)
{
	if (n != m)
		return false;
	for (int i = 0; i < n; i++)
		if (a[i].pid != b[i].pid || a[i].switches != b[i].switches || a[i].dying ||
		    b[i].dying || !strchr("ST", a[i].state) || !strchr("ST", b[i].state))
			return false;
	return true;
}

/* Waits until none of ours is left, or those that are sleep; how many, in left. */
static int settle(struct proc *left)
{
	static struct proc again[MAX_LEFT];
	int n;

	for (long looks = 0;; looks++) {
		reap();
		n = descendants(left);
		if (n == 0 || all_asleep(left, n, again, descendants(again)))
			return n;
		if (looks == PATIENCE)
			for (int i = 0; i < n; i++)
				fprintf(stderr, "# waiting for process %d (%s), state %c\n",
					(int)left[i].pid, left[i].comm, left[i].state);
		sched_yield();
	}
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

/* The IPC objects that this user owns; the caller frees. */
static struct object *objects(int *n)
{
	static const char *const kinds[] = { "msg", "shm", "sem" };
	struct object *o = NULL;

	*n = 0;
	for (int k = 0; k < 3; k++) {
		char path[32], line[512];
		FILE *f;

		snprintf(path, sizeof(path), "/proc/sysvipc/%s", kinds[k]);
		f = fopen(path, "re");
		while (f && fgets(line, sizeof(line), f)) {
			unsigned int uid = 0;
			int id;
			const char *fmt = k == 0   ? "%*d %d %*o %*u %*u %*d %*d %u"
					  : k == 1 ? "%*d %d %*o %*u %*d %*d %*u %u"
						   : "%*d %d %*o %*u %u";

			if (sscanf(line, fmt, &id, &uid) != 2 || uid != geteuid())
				continue;
			o = realloc(o, (size_t)(*n + 1) * sizeof(*o));
			if (!o)
				die("objects");
			o[(*n)++] = (struct object){ kinds[k], id };
		}
		if (f)
			fclose(f);
	}
	return o;
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
