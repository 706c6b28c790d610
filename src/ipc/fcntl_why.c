/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why fcntl refuses, in the kernel's order of checks (fs/fcntl.c, fs/locks.c, fs/pipe.c, mm/memfd.c),
 * and what its success does not say.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/fault.h"
#include "ipc/fcntl.h"
#include "ipc/pipe.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

void fcntl_asleep(struct str *out, const struct call *c, const struct world *w)
{
	if (!locks_in_the_way(out, c, w))
		str_add(out, _("another process holds a lock that stands in the way"));
}

/* The pipe is counted in pages: so many are in use, so many would it have (pipe_resize_ring()). */
static void why_too_small(struct str *out, const struct call *c, const struct world *w)
{
	const long page = sysconf(_SC_PAGESIZE);
	struct pipe_inside in = { .bytes = -1 };
	struct pipe_pages pages = { -1, -1 };
	struct end end;
	long room = 1;

	while (room * page < c->arg[FCNTL_ARG].num)
		room *= 2;
	if (pipe_of(w, c->arg[FCNTL_FD].num, &end) > 0) {
		pipe_peek(w, end.inode, NULL, 0, &in);
		pipe_pages(w, end.inode, &pages);
	}
	free(end.path);
	if (pages.used > 0)
		str_addf(
			out,
			_("its %ld bytes stand in %ld pages, and a pipe of %ld bytes has %ld: read "
			  "some first"),
			in.bytes, pages.used, room * page, room);
	else
		str_add(out, _("more is inside than would fit"));
}

/* Which of struct flock's fields is no lock's (flock_to_posix_lock(), fcntl_getlk()). */
static void why_no_lock(struct str *out, const struct call *c, const struct world *w)
{
	const struct flock *l = call_bytes(c, FCNTL_ARG, sizeof(*l));
	const long cmd = c->arg[FCNTL_CMD].num;
	const bool typed = l && (l->l_type == F_RDLCK || l->l_type == F_WRLCK);
	struct held_range r;

	if (!l)
		return;
	if (cmd == F_GETLK && !typed) {
		str_add(out,
			l->l_type == F_UNLCK
				? _("F_UNLCK is in nobody's way: F_GETLK asks for F_RDLCK or F_WRLCK")
				: _("l_type is F_RDLCK or F_WRLCK"));
		return;
	}
	if (l->l_whence != SEEK_SET && l->l_whence != SEEK_CUR && l->l_whence != SEEK_END)
		str_addf(out, _("l_whence is SEEK_SET, SEEK_CUR or SEEK_END, not %d"), l->l_whence);
	else if (lock_range(c, w, &r) && r.from < 0)
		str_addf(out, _("it would begin before the file does, at byte %ld"), r.from);
	else if (!typed && l->l_type != F_UNLCK)
		str_addf(out, _("l_type is F_RDLCK, F_WRLCK or F_UNLCK, not %d"), l->l_type);
	else if (l->l_pid)
		str_addf(out, _("l_pid must be 0 for the locks of open files, not %d"), l->l_pid);
}

static bool has_flag(const struct world *w, long fd, int flag)
{
	const long flags = fd_flags(w, fd);

	return flags != -1 && flags & flag;
}

/* The type comes first, of whatever (lease_alloc()), then the kind of file (generic_setlease()). */
static void why_no_lease(struct str *out, const struct call *c, const struct world *w)
{
	const long type = c->arg[FCNTL_ARG].num;
	struct stat st;

	if (type != F_RDLCK && type != F_WRLCK && type != F_UNLCK)
		str_addf(out, _("a lease is F_RDLCK, F_WRLCK or F_UNLCK, not %ld"), type);
	else if (fd_stat(w, c->arg[FCNTL_FD].num, &st) && !S_ISREG(st.st_mode))
		str_addf(out, _("%ld is %s, and only a regular file has leases"),
			 c->arg[FCNTL_FD].num, path_kind(st.st_mode));
	else if (sysv_limit("fs/leases-enable") == 0)
		str_add(out, _("leases are switched off (/proc/sys/fs/leases-enable)"));
	else
		str_add(out, _("its file system has no leases"));
}

static void why_einval(struct str *out, const struct call *c, const struct world *w)
{
	const long arg = c->arg[FCNTL_ARG].num;
	const uint64_t *hint = call_bytes(c, FCNTL_ARG, sizeof(*hint));

	switch (c->arg[FCNTL_CMD].num) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		why_over_limit(out, w, arg);
		break;
	case F_SETPIPE_SZ:
		str_add(out, _("no pipe has that size: 0 to 2147483648"));
		break;
	case F_SETLK:
	case F_SETLKW:
	case F_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
	case F_OFD_GETLK:
		why_no_lock(out, c, w);
		break;
	case F_SETOWN:
		str_addf(out, _("no group has the number %ld"), -(long)(int)arg);
		break;
	case F_SETSIG:
		str_add(out, _("there is no signal of that number"));
		break;
	case F_SETOWN_EX:
		str_add(out, _("the type is F_OWNER_TID, F_OWNER_PID or F_OWNER_PGRP"));
		break;
	case F_SETLEASE:
		why_no_lease(out, c, w);
		break;
	case F_ADD_SEALS:
		if (arg & ~(long)(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE |
				  F_SEAL_FUTURE_WRITE | 0x20)) {
			str_addf(out, _("there is no seal %#lx"),
				 (unsigned long)(unsigned)arg & ~0x3fUL);
			break;
		}
		__attribute__((fallthrough));
	case F_GET_SEALS:
		str_add(out, _("only files in memory have seals (memfd_create, tmpfs)"));
		break;
	case F_SET_RW_HINT:
		if (hint && *hint > RWH_WRITE_LIFE_EXTREME)
			str_addf(out,
				 _("%lu is none of RWH_WRITE_LIFE_NOT_SET to _EXTREME, 0 to 5"),
				 (unsigned long)*hint);
		break;
	case F_GET_FILE_RW_HINT:
	case F_SET_FILE_RW_HINT:
		str_add(out, _("Linux has no hints of open files since 5.17"));
		break;
	case F_NOTIFY:
		str_add(out, sysv_limit("fs/dir-notify-enable") == 0
				     ? _("directory notification is switched off "
					 "(/proc/sys/fs/dir-notify-enable)")
				     : _("this kernel knows no such command"));
		break;
	case F_SETFL:
		str_add(out, _("that file has no O_DIRECT: pipes have, and files on some disks"));
		break;
	default:
		str_add(out, _("this kernel knows no such command"));
	}
}

static void why_big_pipe(struct str *out, const struct call *c)
{
	const long limit = sysv_limit("fs/pipe-max-size"),
		   soft = sysv_limit("fs/pipe-user-pages-soft"),
		   hard = sysv_limit("fs/pipe-user-pages-hard");

	if (limit >= 0 && c->arg[FCNTL_ARG].num > limit)
		str_addf(
			out,
			_("%ld is over pipe-max-size, %ld (/proc/sys/fs/pipe-max-size): that takes "
			  "privilege (CAP_SYS_RESOURCE)"),
			c->arg[FCNTL_ARG].num, limit);
	else if (soft > 0 && (hard <= 0 || soft <= hard))
		str_addf(out,
			 _("this user's pipes would have more than %ld pages "
			   "(/proc/sys/fs/pipe-user-pages-soft): growing takes privilege"),
			 soft);
	else
		str_addf(out,
			 _("this user's pipes would have more than %ld pages "
			   "(/proc/sys/fs/pipe-user-pages-hard): growing takes privilege"),
			 hard);
}

static void why_eperm(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[FCNTL_FD].num;
	struct end end;
	bool writes;

	switch (c->arg[FCNTL_CMD].num) {
	case F_SETPIPE_SZ:
		why_big_pipe(out, c);
		break;
	case F_ADD_SEALS:
		writes = pipe_of(w, fd, &end) >= 0 && end.mode & END_WRITE;
		free(end.path);
		str_addf(out,
			 writes ? _("F_SEAL_SEAL is set on the file of %ld: its seals are final")
				: _("%ld is not open for writing"),
			 fd);
		break;
	case F_SET_RW_HINT: /* fcntl_set_rw_hint(), since 6.9 */
		str_add(out,
			_("the hint is for the file's owner, or takes privilege (CAP_FOWNER)"));
		break;
	case F_SETFL:
		if (fd_append_only(w, fd) &&
		    !(c->arg[FCNTL_ARG].num & O_APPEND) == has_flag(w, fd, O_APPEND))
			str_add(out,
				_("the file can only be appended to (chattr +a): O_APPEND stays"));
		else
			str_add(out,
				_("O_NOATIME is for the file's owner, or takes privilege (CAP_FOWNER)"));
		break;
	}
}

/* A lock needs a descriptor that may do what it keeps others from (check_fmode_for_setlk()). */
static void why_bad(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[FCNTL_FD].num, cmd = c->arg[FCNTL_CMD].num;
	const struct flock *l = call_bytes(c, FCNTL_ARG, sizeof(*l));
	const bool sets =
		cmd == F_SETLK || cmd == F_SETLKW || cmd == F_OFD_SETLK || cmd == F_OFD_SETLKW;

	why_ebadf(out, w, fd, !l || !sets ? 0 : l->l_type == F_RDLCK ? END_READ : END_WRITE);
	if (!out->len && (cmd == F_GETPIPE_SZ || cmd == F_SETPIPE_SZ))
		str_addf(out, _("%ld is no pipe"), fd);
}

/* EACCES or EAGAIN: a lock, or a lease (generic_add_lease()). */
static void why_taken(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[FCNTL_FD].num, arg = c->arg[FCNTL_ARG].num;
	struct stat st;

	if (c->arg[FCNTL_CMD].num != F_SETLEASE) {
		if (!locks_in_the_way(out, c, w))
			str_add(out, _("another holds a lock that stands in the way"));
		return;
	}
	if (!fd_stat(w, fd, &st))
		return;
	if (c->err == EACCES) {
		str_addf(out,
			 _("the file is user %u's: a lease is for its owner, or takes privilege "
			   "(CAP_LEASE)"),
			 (unsigned)st.st_uid);
	} else if (arg == F_UNLCK) {
		str_addf(out, _("%ld has no lease to give up"), fd);
	} else if (arg == F_RDLCK) {
		str_add(out, _("a read lease needs a file that nobody has open for writing"));
		fd_say_holders(out, w, &st, END_WRITE, -1);
	} else {
		str_add(out, _("a write lease needs a file that is open here and nowhere else"));
		fd_say_holders(out, w, &st, END_READ | END_WRITE, (int)fd);
	}
}

/* F_SETOWN and F_SETOWN_EX: find_vpid() */
static void why_nobody(struct str *out, const struct call *c)
{
	const struct f_owner_ex *o = call_bytes(c, FCNTL_ARG, sizeof(*o));
	const long pid = (int)c->arg[FCNTL_ARG].num;

	if (c->arg[FCNTL_CMD].num != F_SETOWN_EX)
		str_addf(out,
			 pid < 0 ? _("there is no process group %ld")
				 : _("there is no process %ld"),
			 pid < 0 ? -pid : pid);
	else if (o)
		str_addf(out,
			 o->type == F_OWNER_PGRP  ? _("there is no process group %ld")
			 : o->type == F_OWNER_TID ? _("there is no thread %ld")
						  : _("there is no process %ld"),
			 (long)o->pid);
}

void fcntl_why(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[FCNTL_FD].num, cmd = c->arg[FCNTL_CMD].num;

	switch (c->err) {
	case EBADF:
		why_bad(out, c, w);
		break;
	case EACCES:
	case EAGAIN:
		why_taken(out, c, w);
		break;
	case EBUSY:
		if (cmd == F_SETPIPE_SZ)
			why_too_small(out, c, w);
		else
			str_add(out, _("somebody has the file mapped for writing"));
		break;
	case EDEADLK:
		if (!locks_circle(out, c, w))
			str_add(out, _("it would wait for a process that waits for this one: a "
				       "deadlock"));
		break;
	case EINTR:
		say_woken(out, w);
		str_add(out, _(" before the lock was free"));
		break;
	case EINVAL:
		why_einval(out, c, w);
		break;
	case EMFILE:
		why_none_from(out, w, c->arg[FCNTL_ARG].num);
		break;
	case ENOLCK:
		str_add(out, _("too many locks, or no lock server"));
		break;
	case ENOMEM:
		str_add(out, _("the kernel has no memory for a pipe of that size"));
		break;
	case ENOTDIR:
		str_addf(out, _("%ld is no directory"), fd);
		break;
	case EOVERFLOW:
		str_add(out,
			_("it would reach past the largest offset that a file may have, 2^63 - 1"));
		break;
	case EPERM:
		why_eperm(out, c, w);
		break;
	case ESRCH:
		why_nobody(out, c);
		break;
	case EFAULT:
		/* a lock is read before it is written */
		why_fault_at(out, c, FCNTL_ARG,
			     c->arg[FCNTL_CMD].num == F_GETOWN_EX ||
				     c->arg[FCNTL_CMD].num == F_GET_RW_HINT ||
				     !is_fault(c, FCNTL_ARG, false, w),
			     w);
		break;
	}
}

/* posix_lock_to_flock(): who owns a lock is a pid only where that is a process. */
static void note_found(struct str *out, const struct call *c, const struct flock *l,
		       const struct world *w)
{
	struct str who = STR_INIT;

	if (l->l_pid == -1 && locks_owner(&who, c, w))
		str_addf(out, _("l_pid is -1: no process owns it, but %s"), str_text(&who));
	else if (l->l_pid == -1)
		str_add(out, _("l_pid is -1: no process owns it, but an open file (OFD)"));
	str_free(&who);
}

/* setfl(): what it does not know it leaves alone, and O_ASYNC where the file has no fasync(). */
static void note_flags(struct str *out, const struct call *c, const struct world *w)
{
	const long known = O_ACCMODE | O_APPEND | O_ASYNC | O_DIRECT | O_NOATIME | O_NONBLOCK |
			   0100000 /* O_LARGEFILE */;
	const long arg = c->arg[FCNTL_ARG].num & 0xffffffff, fd = c->arg[FCNTL_FD].num;

	if (arg & ~known)
		str_add(out,
			_("F_SETFL changes O_APPEND, O_ASYNC, O_DIRECT, O_NOATIME and O_NONBLOCK: "
			  "what else was given is ignored"));
	else if (arg & O_ASYNC && fd_flags(w, fd) != -1 && !has_flag(w, fd, O_ASYNC))
		str_addf(out, _("O_ASYNC is ignored: what is behind %ld never sends SIGIO"), fd);
}

void fcntl_note(struct str *out, const struct call *c, const struct world *w)
{
	const struct flock *l = call_bytes(c, FCNTL_ARG, sizeof(*l));
	const long cmd = c->arg[FCNTL_CMD].num;

	if (cmd == F_SETPIPE_SZ && c->ret > c->arg[FCNTL_ARG].num)
		str_addf(out, _("rounded up: a pipe has a power of two of pages (%ld bytes each)"),
			 sysconf(_SC_PAGESIZE));
	else if ((cmd == F_SETLK || cmd == F_SETLKW) && c->ret == 0 && l && l->l_type != F_UNLCK)
		str_add(out,
			_("closing any descriptor of that file drops the process's locks on it"));
	else if ((cmd == F_GETLK || cmd == F_OFD_GETLK) && c->ret == 0 && l && l->l_type == F_UNLCK)
		str_add(out,
			cmd == F_GETLK
				? _("no lock is in the way; the process's own never are")
				: _("no lock is in the way; those of the open file never are"));
	else if ((cmd == F_GETLK || cmd == F_OFD_GETLK) && c->ret == 0 && l)
		note_found(out, c, l, w);
	else if (cmd == F_SETFL && c->ret == 0)
		note_flags(out, c, w);
	else if (cmd == F_SETFD && c->ret == 0 && c->arg[FCNTL_ARG].num & ~(long)FD_CLOEXEC)
		str_add(out, _("F_SETFD knows FD_CLOEXEC: what else was given is ignored"));
}
