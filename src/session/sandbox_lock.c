/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the session may do to the machine's files: nothing.  Two locks, for neither has it all: mounts
 * that can only be read keep modes, owners and times as well, Landlock also FIFOs and devices.  Both are
 * tried, never guessed from a version.  Runs in the init, once, before it forks: processes of one
 * Landlock domain may look at each other.
 */
#include "session/sandbox_priv.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif

/* Numbers that are alike on all machines but alpha, for headers that are older than they. */
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule       445
#define SYS_landlock_restrict_self  446
#endif
#ifndef LANDLOCK_CREATE_RULESET_VERSION
#define LANDLOCK_CREATE_RULESET_VERSION (1U << 0)
#endif

/* The rights that write, by the version of Landlock that has them (landlock(7)). */
enum {
	FS_WRITE_FILE = 1 << 1,
	FS_CHANGES = 0x1ff << 4, /* REMOVE_DIR to MAKE_SYM */
	FS_REFER = 1 << 13,      /* 2 */
	FS_TRUNCATE = 1 << 14,   /* 3 */
	FS_IOCTL_DEV = 1 << 15,  /* 5 */
};

/* The kernel's structs, as far as they are needed: a shorter one is as good. */
struct fs_ruleset {
	uint64_t handled_access_fs;
};

struct fs_beneath {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

enum { RULE_PATH_BENEATH = 1 };

struct kernel_mount_attr {
	uint64_t set, clear, propagation, userns_fd;
};

enum { ATTR_RDONLY = 1, AT_ALL_BELOW = 0x8000 };

/* "\040" and the like, as mountinfo writes them (proc_pid_mountinfo(5)). */
static void unescape(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		if (at[0] == '\\' && at[1] && at[2] && at[3]) {
			*to++ = (char)((unsigned)(at[1] - '0') << 6 | (unsigned)(at[2] - '0') << 3 |
				       (unsigned)(at[3] - '0'));
			at += 3;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
}

/* One mount, by mount(2). The flags that it has may be locked: they are said again. */
static int remount(const char *path, bool readonly)
{
	static const struct {
		unsigned long has, flag;
	} kept[] = {
		{ ST_NOSUID, MS_NOSUID },         { ST_NODEV, MS_NODEV },
		{ ST_NOEXEC, MS_NOEXEC },         { ST_NOATIME, MS_NOATIME },
		{ ST_NODIRATIME, MS_NODIRATIME }, { ST_RELATIME, MS_RELATIME },
	};
	unsigned long flags = MS_REMOUNT | MS_BIND | (readonly ? MS_RDONLY : 0);
	struct statvfs st;

	if (statvfs(path, &st))
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (st.f_flag & kept[i].has)
			flags |= kept[i].flag;
	return mount(NULL, path, NULL, flags, NULL);
}

/* The same for all of them. What another mount hides cannot be reached, by nobody. */
static int remount_all(bool readonly)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL, *at, *end;
	size_t cap = 0;
	int r = 0;

	if (!f)
		return -1;
	while (!r && getline(&line, &cap, f) > 0) {
		at = line;
		for (int i = 0; i < 4 && at; i++) /* the fifth word */
			at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL;
		end = at ? strchr(at, ' ') : NULL;
		if (!end)
			continue;
		*end = '\0';
		unescape(at);
		r = remount(at, readonly);
		if (r && (errno == ENOENT || errno == EINVAL || errno == EACCES))
			r = 0; /* hidden */
	}
	free(line);
	fclose(f);
	return r;
}

int lock_mounts(const char *path, bool all, bool readonly)
{
	struct kernel_mount_attr attr = { .set = readonly ? ATTR_RDONLY : 0,
					  .clear = readonly ? 0 : ATTR_RDONLY };

	if (!syscall(SYS_mount_setattr, AT_FDCWD, path, all ? AT_ALL_BELOW : 0, &attr,
		     sizeof(attr)))
		return 0;
	/* older than Linux 5.12, or a filter that does not know it */
	return all && !strcmp(path, "/") ? remount_all(readonly) : remount(path, readonly);
}

static int handled_by(int version)
{
	return FS_WRITE_FILE | FS_CHANGES | (version >= 2 ? FS_REFER : 0) |
	       (version >= 3 ? FS_TRUNCATE : 0) | (version >= 5 ? FS_IOCTL_DEV : 0);
}

static int allow(int rules, const char *path, int access)
{
	struct fs_beneath rule = { (uint64_t)access, open(path, O_PATH | O_CLOEXEC) };
	int r;

	if (rule.parent_fd < 0)
		return -1;
	r = (int)syscall(SYS_landlock_add_rule, rules, RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
	return r;
}

int lock_files(const char *const *dirs)
{
	/* terminals and disks are devices, too: the user's own must be safe, and root's */
	static const char *const devices[] = { "/dev/null", "/dev/zero", "/dev/full", "/dev/random",
					       "/dev/urandom" };
	struct fs_ruleset ruleset;
	int version =
		(int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	int rules, r = 0, access;

	if (version < 1)
		return -1;
	access = handled_by(version);
	ruleset.handled_access_fs = (uint64_t)access;
	rules = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
	if (rules < 0)
		return -1;
	for (; !r && *dirs; dirs++)
		r = allow(rules, *dirs, access);
	access &= FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV;
	for (size_t i = 0; i < ARRAY_LEN(devices); i++)
		allow(rules, devices[i], access); /* a container may lack some */
	if (!r)
		r = (int)syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
	return r;
}

/*
 * For uid 0 an exec gives capabilities unless the bounding set is empty or SECBIT_NOROOT is set
 * (capabilities(7)), for set-user-ID programs NO_NEW_PRIVS keeps them away.
 */
int lock_capabilities(bool second)
{
	int cap = 0, bits;

	while (!prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
		cap++;
	if (errno != EINVAL || cap == 0) /* EINVAL: past the last */
		return -1;
	bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
	if (bits < 0 ||
	    prctl(PR_SET_SECUREBITS, bits | SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0))
		return -1;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		return -1;
	return users_keep(second);
}
