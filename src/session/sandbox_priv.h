/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the sandbox share: sandbox.c starts and ends it, in the shell; sandbox_world.c
 * makes what the session sees and sandbox_lock.c what it may write, in the init, before there is
 * anybody else.  Nobody but these includes this.
 */
#ifndef SESSION_SANDBOX_PRIV_H
#define SESSION_SANDBOX_PRIV_H

#include "session/sandbox.h"

#define WORK_DIR "/tmp/ipcsh"

/* Where a start can fail: the call, and what its failure means to the user. */
#define STEPS(X)                                                                                   \
	X(DONE, "", "")                                                                            \
	X(SOCKET, "socketpair", N_("no descriptors left"))                                         \
	X(CLONE, "clone", N_("the kernel refuses a new process"))                                  \
	X(LIMIT, "clone", N_("no more namespaces may be made here, see namespaces(7)"))            \
	X(USER, "clone", N_("user namespaces are not allowed here"))                               \
	X(SPACES, "clone", N_("namespaces are not allowed here"))                                  \
	X(MAP, "uid_map", N_("user namespaces have no rights here"))                               \
	X(MOUNT, "mount /", N_("private mounts are not allowed here"))                             \
	X(PROC, "mount /proc", N_("a private /proc is not allowed here"))                          \
	X(TMP, "mount /tmp", N_("a private /tmp is not allowed here"))                             \
	X(BIND, "bind", N_("a directory of --bind cannot be made writable"))                       \
	X(WORK, "mkdir " WORK_DIR, N_("no working directory"))                                     \
	X(CAPS, "capset", N_("privileges cannot be dropped"))                                      \
	X(READY, "prctl", N_("the session cannot be tied to the shell"))                           \
	X(PIDFD, "pidfd_open", N_("the kernel is too old (Linux 5.8 is needed)"))                  \
	X(LOOK, "open /proc", N_("the session's /proc cannot be opened"))                          \
	X(JOIN, "setns", N_("the session's namespaces cannot be entered"))                         \
	X(OPEN, "landlock and mount", N_("the machine's files cannot be protected here"))          \
	X(NET, "clone", N_("network namespaces are not allowed here"))                             \
	X(DIED, "init", N_("the session's first process ended"))
#define STEP_NAME(name, call, means) STEP_##name,
enum step { STEPS(STEP_NAME) };

/* What the child tells the shell, once. */
struct report {
	enum step step;
	int err;
	unsigned lacks; /* enum sandbox_lack */
};

struct start {
	struct sandbox *sb;
	int (*init_main)(void *arg);
	void *arg;
	bool new_user, new_net;
	bool outside; /* users_outside(): the init waits until the shell has mapped its users */
	uid_t uid;
	gid_t gid;
};

/* The mounts, /proc and /tmp among them, and the network; then the locks. sandbox_world.c. */
enum step world_make(const struct start *st, bool mapped, unsigned *lacks);

/* sandbox_lock.c; all -1 with errno where it cannot be. */

/* Everything mounted at path and below, or that mount alone, can only be read; or written again. */
int lock_mounts(const char *path, bool all, bool readonly);
/*
 * From here on this process and its descendants write to nothing but what is below these directories
 * (ended by NULL), and to devices that keep nothing. Needs NO_NEW_PRIVS.
 */
int lock_files(const char *const *dirs);
/* No capability, and with NO_NEW_PRIVS none to be had by an exec; but for the init's own use, to change users. */
int lock_capabilities(bool second);

/* sandbox_users.c: is there a second user without more ado? Can one be mapped from outside? */
bool users_by_nature(const struct start *st);
bool users_outside(const struct start *st);
/* In the shell: maps the user and nobody in init's user namespace. 0, or -1 and nothing is mapped. */
int users_map(const struct start *st, pid_t init);
/* In the init: keeps the right to change users, or none at all. */
int users_keep(bool second);

#endif
