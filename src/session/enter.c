/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/enter.h"
#include "base/lang.h"
#include "base/mem.h"
#include "session/sandbox_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	const char *name;
	int flag;
} spaces[] = {
	{ "user", CLONE_NEWUSER }, { "mnt", CLONE_NEWNS },        { "pid", CLONE_NEWPID },
	{ "ipc", CLONE_NEWIPC },   { "net", CLONE_NEWNET },       { "uts", CLONE_NEWUTS },
	{ "time", CLONE_NEWTIME }, { "cgroup", CLONE_NEWCGROUP },
};

/*
 * At the end LeakSanitizer stops the process by a tracer, a clone(2) of it, and waits for that. Once another
 * PID namespace has been entered the tracer is born there, cannot see whom to trace and ends at once,
 * and would be waited for without end.
 */
static bool entered;

#if SANITIZED
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return entered;
}
#endif

/* Those of init that are not our own: to enter one's own user namespace is an error. */
static int foreign_spaces(pid_t init)
{
	int flags = 0;

	for (size_t i = 0; i < ARRAY_LEN(spaces); i++) {
		struct stat theirs, ours;
		char path[64];

		snprintf(path, sizeof(path), "/proc/%d/ns/%s", init, spaces[i].name);
		if (stat(path, &theirs))
			continue;
		snprintf(path, sizeof(path), "/proc/self/ns/%s", spaces[i].name);
		if (!stat(path, &ours) && ours.st_ino != theirs.st_ino)
			flags |= spaces[i].flag;
	}
	return flags;
}

int enter_session(const struct session_entry *r, char **cause)
{
	int pidfd = (int)syscall(SYS_pidfd_open, r->init, 0), dir, flags, err;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/cwd", r->init);
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	flags = foreign_spaces(r->init);
	err = pidfd >= 0 && dir >= 0 && (!flags || !setns(pidfd, flags)) && !fchdir(dir) ? 0
											 : errno;
	entered = !err && flags & CLONE_NEWPID;
	if (pidfd >= 0)
		close(pidfd);
	if (dir >= 0)
		close(dir);
	if (!err)
		return 0;
	if (err == ESRCH || err == ENOENT)
		return fail(cause, _("session %d has just ended or begun anew; try again"), r->pid);
	return fail(cause, _("session %d cannot be entered: %s"), r->pid, strerror(err));
}

/* In mountinfo blanks and the like stand as \\ooo (proc_pid_mountinfo(5)). */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] && s[2] && s[3]) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/*
 * Where the session may write: what is not mounted read-only in its world, /proc apart, which are
 * --bind's directories, /tmp and its like. Where the machine's files could not be made read-only that does not tell,
 * and there is less for a guest than for a learner.
 */
static int writable(char *dir[], int most)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL, point[4096], options[8];
	bool root = false;
	size_t size = 0;
	int n = 0;

	while (f && n < most && getline(&line, &size, f) > 0) {
		if (sscanf(line, "%*s %*s %*s %*s %4095s %2[a-z]", point, options) != 2 ||
		    strcmp(options, "rw") != 0 || !strcmp(point, "/proc"))
			continue;
		unescape(point);
		root |= !strcmp(point, "/");
		dir[n++] = xstrdup(point);
	}
	free(line);
	if (f)
		fclose(f);
	while (root && n)
		free(dir[--n]);
	return n;
}

/* As learners are: where Landlock is not to be had for them, it is not for a guest either. */
static void lock_devices(void)
{
	static const char *const may[] = { "/tmp", "/dev/shm", "/dev/pts" };
	char *dirs[2 * SANDBOX_BINDS + ARRAY_LEN(may) + 1];
	int n = writable(dirs, 2 * SANDBOX_BINDS), given = n;

	for (size_t i = 0; !given && i < ARRAY_LEN(may); i++)
		if (!access(may[i], F_OK))
			dirs[n++] = xstrdup(may[i]);
	dirs[n] = NULL;
	lock_files((const char *const *)dirs);
	while (n)
		free(dirs[--n]);
}

int enter_drop(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || lock_capabilities(false))
		return -1;
	lock_devices();
	/* whoever has joined goes when `ipcsh join` does; dropping clears it, so afterwards */
	return prctl(PR_SET_PDEATHSIG, SIGHUP, 0, 0, 0);
}

bool enter_is_over(void)
{
	pid_t pid = fork();
	int err = errno;

	if (pid == 0)
		_exit(0);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return pid < 0 && err == ENOMEM;
}
