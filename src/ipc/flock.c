/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flock: a lock on a whole file, which belongs to the open file.  make runs in a learner's process, the rest in
 * the shell; whose lock it is stands in /proc/locks, with the pids of the /proc that it is read from.
 */
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/kin.h"
#include "ipc/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { FD, OPERATION };
enum { MANDATORY = 32 }; /* LOCK_MAND, which the kernel has given up */

static const struct constant operations[] = {
	{ "LOCK_SH", LOCK_SH, N_("shared: others may have a shared one, too") },
	{ "LOCK_EX", LOCK_EX, N_("exclusive: nobody else has any") },
	{ "LOCK_NB", LOCK_NB, N_("do not sleep: EWOULDBLOCK (EAGAIN) if it is taken") },
	{ "LOCK_UN", LOCK_UN, N_("give it up") },
	{ "LOCK_MAND", MANDATORY, N_("nothing is done: mandatory locks are no more") },
	{ NULL, 0, NULL },
};

static long flock_make(struct call *c)
{
	return flock((int)c->arg[FD].num, (int)c->arg[OPERATION].num);
}

struct holder {
	char *name;
	bool exclusive, dead;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct holder *)a)->name, ((const struct holder *)b)->name);
}

/* "1: FLOCK  ADVISORY  WRITE 3021 00:2a:5 0 EOF"; those that wait have an arrow. The caller frees. */
static int holders_of(struct holder **out, const struct call *c, const struct world *w)
{
	const int locks = openat(w->proc, "locks", O_RDONLY | O_CLOEXEC);
	FILE *f = locks < 0 ? NULL : fdopen(locks, "r");
	unsigned long inode;
	unsigned major, minor;
	char line[256], type[16];
	struct holder *all = NULL;
	int pid, n = 0, cap = 0;
	struct stat st;
	struct kin k;

	while (f && fd_stat(w, c->arg[FD].num, &st) && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*d: FLOCK %*s %15s %d %x:%x:%lu", type, &pid, &major, &minor,
			   &inode) != 5 ||
		    inode != st.st_ino || makedev(major, minor) != st.st_dev)
			continue;
		GROW(all, n, cap);
		all[n++] = (struct holder){ xstrdup(w->pid_name(w->ctx, pid)), *type == 'W',
					    !kin_read(w, pid, &k) || k.state == 'Z' };
	}
	if (f)
		fclose(f);
	else if (locks >= 0)
		close(locks);
	*out = all;
	return n;
}

/* By name: the kernel's order is the processors'. One whose pid is no more is not listed (locks_show()). */
static void say_holders(struct str *out, const struct call *c, const struct world *w)
{
	struct holder *all;
	const int n = holders_of(&all, c, w);
	bool dead = !n;

	if (n)
		qsort(all, (size_t)n, sizeof(*all), by_name);
	for (int i = 0; i < n; i++) {
		if (i)
			str_add(out, "; ");
		str_addf(out,
			 all[i].exclusive ? _("%s has taken an exclusive lock")
					  : _("%s has taken a shared lock"),
			 all[i].name);
		dead |= all[i].dead;
		free(all[i].name);
	}
	free(all);
	if (dead)
		str_add(out,
			n ? _("; it is dead, and who has inherited its open file keeps the lock")
			  : _("who took the lock is dead, and who has inherited its open file keeps it"));
}

static void flock_asleep(struct str *out, const struct call *c, const struct world *w)
{
	say_holders(out, c, w);
}

static void flock_why(struct str *out, const struct call *c, const struct world *w)
{
	switch (c->err) { /* in the order of sys_flock(), fs/locks.c */
	case EINVAL:
		str_add(out,
			_("it takes one of LOCK_SH, LOCK_EX and LOCK_UN, with LOCK_NB or without"));
		break;
	case EBADF:
		why_ebadf(out, w, c->arg[FD].num, 0);
		if (!out->len)
			str_addf(out,
				 _("%ld is open for neither reading nor writing: it takes no lock"),
				 c->arg[FD].num);
		break;
	case EWOULDBLOCK:
		say_holders(out, c, w);
		str_add(out, _("; LOCK_NB says not to sleep"));
		break;
	case EINTR:
		say_woken(out, w);
		str_add(out, _(" before the lock was free"));
		break;
	case ENOLCK:
		str_add(out, _("the kernel has no memory for another lock"));
		break;
	}
}

static void flock_note(struct str *out, const struct call *c, const struct world *w)
{
	(void)w;
	if (c->arg[OPERATION].num & MANDATORY)
		str_add(out, _("mandatory locks (LOCK_MAND) are no more: nothing was done"));
}

const struct prim prim_flock = {
	.name = "flock",
	.topic = "pipes",
	.summary = N_("lock a whole file"),
	.help = N_(
		"The lock is the open file's: dup and fork share it, and each of them can give it up; it\n"
		"goes with the last descriptor. Only flock heeds it, not read or write, nor fcntl's locks."),
	.proto = "int flock(int fd, int operation);",
	.example = "flock f LOCK_EX",
	.man = "flock(2)",
	.errors = "EBADF EINTR EINVAL ENOLCK EWOULDBLOCK",
	.param = { { .name = "fd", .type = &type_fd },
		   { .name = "operation", .type = &type_flags, .table = operations } },
	.sleeps = { SYS_flock },
	.make = flock_make,
	.why = flock_why,
	.asleep = flock_asleep,
	.note = flock_note,
};
