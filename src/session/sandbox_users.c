/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second user, nobody, for lessons about permissions.  Root can become it; in a user namespace it must
 * have been mapped before anything else, by root or by newuidmap(1), which is set-user-ID and goes by
 * /etc/subuid.  The init alone keeps the right to change users, unused; what it forks gives that up, as
 * nobody or as who it is.
 */
#include "session/sandbox_priv.h"

#include "base/lang.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The kernel's own nobody, whom every system calls so. */
enum { NOBODY = 65534 };

bool users_by_nature(const struct start *st)
{
	return st->uid == 0 && !st->sb->host && !st->new_user && !st->sb->own_user_ns;
}

bool users_outside(const struct start *st)
{
	return st->new_user && st->uid != NOBODY &&
	       (st->uid == 0 || st->sb->wish.nobody || st->sb->wish.maybe_nobody);
}

/* Root of a container that lacks the right to make other namespaces may still map its users. */
static int map_as_root(pid_t init, const char *file)
{
	char path[48];
	int fd, ok;
	static const char map[] = "0 0 1\n65534 65534 1\n";

	snprintf(path, sizeof(path), "/proc/%d/%s", init, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ok = write(fd, map, sizeof(map) - 1) == sizeof(map) - 1;
	close(fd);
	return ok ? 0 : -1;
}

/* The first id that the user may hand out, by /etc/subuid or /etc/subgid (subuid(5)); 0: none. */
static unsigned long first_sub(const char *path, uid_t uid)
{
	const struct passwd *pw = getpwuid(uid);
	char line[512], *start, *count;
	unsigned long first = 0;
	FILE *f = fopen(path, "re");

	while (f && !first && fgets(line, sizeof(line), f)) {
		char *end;

		start = strchr(line, ':');
		count = start ? strchr(start + 1, ':') : NULL;
		if (!count || atol(count + 1) < 1)
			continue;
		*start++ = '\0';
		if ((pw && !strcmp(line, pw->pw_name)) ||
		    (strtoul(line, &end, 10) == uid && end != line && !*end))
			first = strtoul(start, NULL, 10);
	}
	if (f)
		fclose(f);
	return first;
}

/* newuidmap PID OWN OWN 1 NOBODY SUB 1, its complaints unheard: who asks is told why_no_second(). */
static int run_map(const char *program, pid_t init, unsigned own, unsigned long sub)
{
	char pid[16], id[16], other[16], from[24];
	char *argv[] = { (char *)program, pid, id, id, "1", other, from, "1", NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	pid_t child;
	int status = -1, err;

	snprintf(pid, sizeof(pid), "%d", init);
	snprintf(id, sizeof(id), "%u", own);
	snprintf(other, sizeof(other), "%d", NOBODY);
	snprintf(from, sizeof(from), "%lu", sub);
	posix_spawn_file_actions_init(&files);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
	posix_spawnattr_init(&attr);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	err = posix_spawnp(&child, program, &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	if (err)
		return -1;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status ? -1 : 0;
}

int users_map(const struct start *st, pid_t init)
{
	unsigned long uid, gid;

	if (st->uid == 0)
		return map_as_root(init, "gid_map") || map_as_root(init, "uid_map") ? -1 : 0;
	uid = first_sub("/etc/subuid", st->uid);
	gid = first_sub("/etc/subgid", st->uid);
	if (!uid || !gid)
		return -1;
	return run_map("newgidmap", init, st->gid, gid) || run_map("newuidmap", init, st->uid, uid)
		       ? -1
		       : 0;
}

static int set_capabilities(unsigned effective, unsigned permitted)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	data[0].effective = effective;
	data[0].permitted = permitted;
	return (int)syscall(SYS_capset, &head, data);
}

#define IDS (1U << CAP_SETUID | 1U << CAP_SETGID)

int users_keep(bool second)
{
	return set_capabilities(0, second ? IDS : 0);
}

int sandbox_lower(bool other)
{
	if (other && (set_capabilities(IDS, IDS) || setgroups(0, NULL) ||
		      setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY)))
		return -1;
	if (set_capabilities(0, 0))
		return -1;
	/* as after an exec: its siblings and the shell look at it */
	return other ? prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) : 0;
}

int sandbox_second(const struct sandbox *sb, char **cause)
{
	uid_t uid = geteuid();

	if (sb->second)
		return 0;
	if (uid == NOBODY)
		return fail(cause, _("this session's user is nobody already"));
	/* and what nobody made on the machine, the guardian would take for a stranger's */
	if (sb->host)
		return fail(cause, _("a second user is for the sandbox only: ipcsh --sandbox%s"),
			    uid ? " --nobody" : "");
	if (uid == 0)
		return fail(cause, _("this container has no user %d that could be nobody"), NOBODY);
	if (!sb->wish.nobody && !sb->wish.maybe_nobody)
		return fail(cause,
			    _("this session was started with one user; for a second one: ipcsh "
			      "--nobody"));
	if (!first_sub("/etc/subuid", uid) || !first_sub("/etc/subgid", uid))
		return fail(
			cause,
			_("a second user must be lent to you by /etc/subuid and /etc/subgid; as root: "
			  "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 NAME"));
	return fail(cause,
		    _("newuidmap and newgidmap could not map a second user: are they installed "
		      "(package uidmap, or shadow-utils)?"));
}
