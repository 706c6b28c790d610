/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/enter.h"
#include "base/mem.h"
#include "session/sandbox_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
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
	if (pidfd >= 0)
		close(pidfd);
	if (dir >= 0)
		close(dir);
	if (!err)
		return 0;
	if (err == ESRCH || err == ENOENT)
		return fail(cause, "session %d has just ended or begun anew; try again", r->pid);
	return fail(cause, "session %d cannot be entered: %s", r->pid, strerror(err));
}

/* As learners are: where Landlock is not to be had for them, it is not for a guest either. */
static void lock_devices(void)
{
	static const char *const may[] = { "/tmp", "/dev/shm", "/dev/pts" };
	const char *dirs[ARRAY_LEN(may) + 1];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(may); i++)
		if (!access(may[i], F_OK))
			dirs[n++] = may[i];
	dirs[n] = NULL;
	lock_files(dirs);
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
