/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the session sees of the machine: who it is, its own /proc, /tmp, shared memory and terminals, a
 * network of which there is but the loopback, everything else to look at only.  Runs in the init,
 * right after its clone(2): a failure ends it, and the shell hears which step it was.
 */
#include "session/sandbox_priv.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define TMP_OPTIONS "mode=1777,size=64m,nr_inodes=16384"
#define PIDS        "4400" /* of which the kernel gives out those from 300 on again and again */

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ok;

	if (fd < 0)
		return -1;
	ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return ok ? 0 : -1;
}

/* The user namespace maps the user to itself and nobody else. */
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

/* A network namespace is born with its loopback down. */
static int raise_loopback(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -1;
	r = ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
	return r;
}

/* Directories on the way to path that are not there: they can be made in the new /tmp only. */
static void make_way(const char *path)
{
	char part[PATH_MAX];

	snprintf(part, sizeof(part), "%s", path);
	for (char *at = part + 1; (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		mkdir(part, 0755);
	}
	mkdir(part, 0755);
}

/* Puts what fd was opened for, before it was covered, where it was; and lets it be written. */
static int bind_again(int fd, const char *path, bool writable)
{
	char from[32];

	make_way(path);
	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	if (mount(from, path, NULL, MS_BIND | MS_REC, NULL))
		return -1;
	return writable ? lock_mounts(path, true, false) : 0;
}

/*
 * A socket is no file to write: who may connect to one can have the system's or the user's manager, or a
 * container's, run anything outside. They live in /run, which is covered, but for what programs are
 * or read: NixOS keeps all of them there.
 */
static const char *const kept[] = { "/run/current-system", "/run/booted-system", "/run/wrappers",
				    "/run/opengl-driver",  "/run/media",         "/run/nscd" };

static int cover_run(void)
{
	int fd[ARRAY_LEN(kept)], r;

	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		fd[i] = open(kept[i], O_PATH | O_CLOEXEC);
	r = mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m");
	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		if (fd[i] < 0)
			continue;
		if (!r)
			r = bind_again(fd[i], kept[i], false);
		close(fd[i]);
	}
	return r && errno != ENOENT ? -1 : 0;
}

/*
 * A learner that forks without end must not take the machine's last pid, and one that fills memory is to be
 * the first to go.  Since Linux 6.14 pid_max is the PID namespace's own (pid_namespaces(7)); before, it was
 * the machine's: then RLIMIT_NPROC has to do (proc/child.c), which does not hold for root.
 */
static void limit_world(void)
{
	struct utsname kernel;
	int major = 0, minor = 0;

	write_file("/proc/self/oom_score_adj", "500");
	if (uname(&kernel) || sscanf(kernel.release, "%d.%d", &major, &minor) != 2)
		return;
	if (major > 6 || (major == 6 && minor >= 14))
		write_file("/proc/sys/kernel/pid_max", PIDS);
}

static enum step make_mounts(const struct sandbox *sb, unsigned *lacks)
{
	int bound[SANDBOX_BINDS];

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return STEP_MOUNT;
	for (int i = 0; i < sb->wish.nbind; i++) {
		bound[i] = open(sb->wish.bind[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (bound[i] < 0)
			return STEP_BIND;
	}
	if (lock_mounts("/", true, true))
		*lacks |= SANDBOX_LACKS_READONLY;
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return STEP_PROC;
	limit_world();
	if (!(*lacks & SANDBOX_LACKS_READONLY) && lock_mounts("/proc", false, true))
		return STEP_PROC;
	if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, TMP_OPTIONS))
		return STEP_TMP;
	/* a container may have neither; what is there must not be the machine's */
	if (mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, TMP_OPTIONS) &&
	    errno != ENOENT)
		return STEP_TMP;
	if (mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
		  "newinstance,ptmxmode=0666,mode=0620") &&
	    errno != ENOENT)
		*lacks |= SANDBOX_LACKS_PTS;
	if (cover_run())
		*lacks |= SANDBOX_LACKS_RUN;
	for (int i = 0; i < sb->wish.nbind; i++) {
		if (bind_again(bound[i], sb->wish.bind[i], true))
			return STEP_BIND;
		close(bound[i]);
	}
	if (!(*lacks & (SANDBOX_LACKS_RUN | SANDBOX_LACKS_READONLY)))
		lock_mounts("/run", false, true); /* the session's own: no matter if that fails */
	if (mkdir(WORK_DIR, 0755) || chmod(WORK_DIR, 0755) || chdir(WORK_DIR))
		return STEP_WORK;
	return STEP_DONE;
}

static int lock_to_world(const struct sandbox *sb, unsigned lacks)
{
	const char *dirs[SANDBOX_BINDS + 5];
	int n = 0;

	dirs[n++] = "/tmp";
	if (!access("/dev/shm", F_OK))
		dirs[n++] = "/dev/shm";
	if (!(lacks & SANDBOX_LACKS_PTS))
		dirs[n++] = "/dev/pts";
	for (int i = 0; i < sb->wish.nbind; i++)
		dirs[n++] = sb->wish.bind[i];
	dirs[n] = NULL;
	return lock_files(dirs);
}

enum step world_make(const struct start *st, bool mapped, unsigned *lacks)
{
	enum step step;

	if (st->new_user && !mapped && map_ids(st->uid, st->gid))
		return STEP_MAP;
	step = make_mounts(st->sb, lacks);
	if (step != STEP_DONE)
		return step;
	if (!st->new_net)
		*lacks |= SANDBOX_LACKS_NET;
	else if (raise_loopback())
		*lacks |= SANDBOX_LACKS_LOOPBACK;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return STEP_CAPS;
	if (lock_to_world(st->sb, *lacks))
		*lacks |= SANDBOX_LACKS_LANDLOCK;
	if (lock_capabilities(st->sb->second))
		return STEP_CAPS;
	/* Only now: a change of credentials may clear both of these (prctl(2)). */
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
		return STEP_READY;
	return STEP_DONE;
}
