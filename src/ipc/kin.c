/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/kin.h"
#include "ipc/sysv.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* include/linux/sched.h of the kernel */
enum { PF_EXITING = 0x4, PF_FORKNOEXEC = 0x40, PF_DUMPCORE = 0x200, PF_SIGNALED = 0x400 };

bool kin_read(const struct world *w, pid_t pid, struct kin *out)
{
	char text[1024], *at;
	unsigned flags, tty;

	*out = (struct kin){ .pid = pid };
	if (pid <= 0 ||
	    sysv_read_proc(w, &(struct peer){ .pid = pid }, "stat", text, sizeof(text)) <= 0)
		return false;
	/* after the name, which may hold anything; field 38 is the exit signal, 52 the status: proc_pid_stat(5) */
	at = strrchr(text, ')');
	if (!at || sscanf(at + 1,
			  " %c %d %d %d %u %d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d "
			  "%*u %*u %*d %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %d "
			  "%*d %*u %*u %*u %*u %*d %*u %*u %*u %*u %*u %*u %*u %d",
			  &out->state, &out->parent, &out->group, &out->session, &tty,
			  &out->foreground, &flags, &out->exit_signal, &out->status) != 9)
		return false;
	/* new_encode_dev() of the kernel */
	out->terminal = makedev(tty >> 8 & 0xfff, (tty & 0xff) | (tty >> 12 & 0xfff00));
	out->dying = out->state == 'Z' || flags & (PF_EXITING | PF_DUMPCORE | PF_SIGNALED);
	out->execed = !(flags & PF_FORKNOEXEC);
	return true;
}

pid_t kin_thread_of(const struct world *w, pid_t pid)
{
	char text[4096], *at;
	pid_t leader;

	/* a thread has a directory of its own, which is not listed */
	if (pid <= 0 ||
	    sysv_read_proc(w, &(struct peer){ .pid = pid }, "status", text, sizeof(text)) <= 0)
		return 0;
	at = strstr(text, "\nTgid:");
	leader = at ? (pid_t)atol(at + 6) : 0;
	return leader == pid ? 0 : leader;
}

void kin_each(const struct world *w, bool (*fn)(void *arg, const struct kin *k), void *arg)
{
	int fd = openat(w->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	bool more = true;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while (more && (e = readdir(dir))) {
		struct kin k;

		if (kin_read(w, (pid_t)atol(e->d_name), &k))
			more = fn(arg, &k);
	}
	closedir(dir);
}
