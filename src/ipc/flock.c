/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flock: a lock on a whole file, which belongs to the open file.  make runs in a learner's process, the rest in
 * the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/fcntl.h"
#include "ipc/pipe.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/syscall.h>

enum { FD, OPERATION };
enum { MANDATORY = 32 }; /* LOCK_MAND, which the kernel has given up */

static const struct constant operations[] = {
	{ "LOCK_SH", LOCK_SH, N_("shared: others may have a shared one, too") },
	{ "LOCK_EX", LOCK_EX, N_("exclusive: nobody else has any") },
	{ "LOCK_NB", LOCK_NB, N_("do not sleep: EWOULDBLOCK (EAGAIN) if it is taken") },
	{ "LOCK_UN", LOCK_UN, N_("give it up") },
	{ "LOCK_MAND", MANDATORY, N_("nothing is done: mandatory locks are no more") },
	{ "LOCK_RW", 192, N_("with LOCK_MAND: others may read and write") },
	{ "LOCK_READ", 64, N_("with LOCK_MAND: others may read") },
	{ "LOCK_WRITE", 128, N_("with LOCK_MAND: others may write") },
	{ NULL, 0, NULL },
};

static long flock_make(struct call *c)
{
	return flock((int)c->arg[FD].num, (int)c->arg[OPERATION].num);
}

/* Another lock for the one that it has is no exchange: flock_lock_inode() takes that away first. */
static void flock_before(struct call *c, const struct world *w)
{
	const long op = c->arg[OPERATION].num & (LOCK_SH | LOCK_EX | LOCK_UN);
	const int held = op == LOCK_SH || op == LOCK_EX ? flock_held(w, c->arg[FD].num) : 0;

	c->arg[CALL_BEFORE].num = held == op ? 0 : held;
}

static void say_in_the_way(struct str *out, const struct call *c, const struct world *w)
{
	if (!locks_in_the_way(out, c, w))
		str_add(out, _("a process that is not in sight has a lock on it"));
	if (c->arg[CALL_BEFORE].num)
		str_add(out, c->arg[CALL_BEFORE].num == LOCK_EX
				     ? _("; the exclusive lock that it had is given up already")
				     : _("; the shared lock that it had is given up already"));
}

static void flock_asleep(struct str *out, const struct call *c, const struct world *w)
{
	say_in_the_way(out, c, w);
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
		say_in_the_way(out, c, w);
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
	.example = "f = open notes O_RDWR|O_CREAT 0600\n"
		   "flock f LOCK_EX",
	.man = "flock(2)",
	.errors = "EAGAIN EBADF EINTR EINVAL ENOLCK",
	.param = { { .name = "fd", .type = &type_fd },
		   { .name = "operation", .type = &type_flags, .table = operations } },
	.sleeps = { SYS_flock },
	.before = flock_before,
	.make = flock_make,
	.why = flock_why,
	.asleep = flock_asleep,
	.wake = locks_wake,
	.note = flock_note,
};
