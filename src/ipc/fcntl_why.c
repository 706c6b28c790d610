/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why fcntl refuses, and whose record lock F_SETLKW waits for: /proc/locks lists them, with the
 * pids of the /proc that it is read from.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
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

/* One line: "1: POSIX  ADVISORY  WRITE 3021 00:2a:5 0 EOF". */
struct held {
	bool write;
	int pid; /* -1: belongs to an open file (OFD) */
	long from, to;
};

static bool lock_line(const char *line, const struct stat *st, struct held *h)
{
	char class[16], type[16], to[24];
	unsigned major, minor;
	unsigned long inode;

	if (strstr(line, "->"))
		return false; /* somebody else who waits */
	if (sscanf(line, "%*d: %15s %*s %15s %d %x:%x:%lu %ld %23s", class, type, &h->pid, &major,
		   &minor, &inode, &h->from, to) != 8)
		return false;
	if (strcmp(class, "POSIX") && strcmp(class, "OFDLCK"))
		return false;
	h->write = !strcmp(type, "WRITE");
	h->to = strcmp(to, "EOF") ? strtol(to, NULL, 10) : -1;
	return inode == st->st_ino && major == major(st->st_dev) && minor == minor(st->st_dev);
}

/* What the call wants, as /proc/locks has it: from the file's start on. */
static bool wanted(const struct call *c, const struct world *w, const struct stat *st,
		   struct held *want)
{
	const struct flock *l = call_bytes(c, FCNTL_ARG, sizeof(*l));
	const long cmd = c->arg[FCNTL_CMD].num;

	if (!l)
		return false;
	want->write = l->l_type == F_WRLCK;
	want->pid = cmd == F_OFD_SETLK || cmd == F_OFD_SETLKW ? -1 : w->self.pid;
	want->from = l->l_start;
	if (l->l_whence == SEEK_END)
		want->from += st->st_size;
	else if (l->l_whence == SEEK_CUR)
		want->from += fd_position(w, c->arg[FCNTL_FD].num);
	want->to = l->l_len ? want->from + l->l_len - 1 : -1;
	if (l->l_len < 0) { /* the bytes before */
		want->to = want->from - 1;
		want->from += l->l_len;
	}
	return true;
}

static bool conflicts(const struct held *want, const struct held *h)
{
	if ((want->pid > 0 && h->pid == want->pid) || (!want->write && !h->write))
		return false;
	return (h->to == -1 || want->from <= h->to) && (want->to == -1 || want->to >= h->from);
}

/* "B holds a write lock on bytes 0 to 9"; false if nobody is seen. */
static bool add_lock_holder(struct str *out, const struct call *c, const struct world *w)
{
	int fd = openat(w->proc, "locks", O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char line[256], path[48];
	struct stat st;
	struct held h, want;
	bool found = false;

	if (!f) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	snprintf(path, sizeof(path), "%d/fd/%ld", (int)w->self.pid, c->arg[FCNTL_FD].num);
	if (fstatat(w->proc, path, &st, 0) == 0 && wanted(c, w, &st, &want))
		while (!found && fgets(line, sizeof(line), f))
			found = lock_line(line, &st, &h) && conflicts(&want, &h);
	fclose(f);
	if (!found)
		return false;
	str_addf(out, _("%s holds a %s lock on "),
		 h.pid > 0 ? w->pid_name(w->ctx, h.pid) : _("an open file (OFD)"),
		 h.write ? _("write") : _("read"));
	if (h.from == 0 && h.to == -1)
		str_add(out, _("the whole file"));
	else if (h.to == -1)
		str_addf(out, _("the bytes from %ld on"), h.from);
	else
		str_addf(out, _("bytes %ld to %ld"), h.from, h.to);
	return true;
}

void fcntl_asleep(struct str *out, const struct call *c, const struct world *w)
{
	if (!add_lock_holder(out, c, w))
		str_add(out, _("another process holds a lock that stands in the way"));
}

static void why_ebusy(struct str *out, const struct call *c, const struct world *w)
{
	struct pipe_inside in = { .bytes = -1 };
	struct end end;

	if (pipe_of(w, c->arg[FCNTL_FD].num, &end) > 0)
		pipe_peek(w, end.inode, NULL, 0, &in);
	free(end.path);
	if (in.bytes >= 0)
		str_addf(out, _("%ld bytes are inside, more than fit into %ld: read some first"),
			 in.bytes, c->arg[FCNTL_ARG].num);
	else
		str_add(out, _("more is inside than would fit"));
}

static void why_einval(struct str *out, const struct call *c, const struct world *w)
{
	switch (c->arg[FCNTL_CMD].num) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		why_over_limit(out, w, c->arg[FCNTL_ARG].num);
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
		str_add(out,
			_("no such lock: l_type is F_RDLCK, F_WRLCK or F_UNLCK (not for F_GETLK), "
			  "l_whence SEEK_SET, SEEK_CUR or SEEK_END, and it begins at 0 or after; "
			  "for F_OFD_... l_pid is 0"));
		break;
	case F_SETSIG:
		str_add(out, _("there is no signal of that number"));
		break;
	case F_SETOWN_EX:
		str_add(out, _("the type is F_OWNER_TID, F_OWNER_PID or F_OWNER_PGRP"));
		break;
	case F_SETLEASE:
		str_add(out, _("a lease is F_RDLCK, F_WRLCK or F_UNLCK, and on a regular file"));
		break;
	case F_GET_SEALS:
	case F_ADD_SEALS:
		str_add(out, _("only a file made by memfd_create has seals"));
		break;
	case F_SETFL:
		str_add(out,
			_("that file has no such flag (O_DIRECT is for pipes and some files)"));
		break;
	default:
		str_add(out, _("this kernel knows no such command"));
	}
}

static void why_eperm(struct str *out, const struct call *c)
{
	const long limit = sysv_limit("fs/pipe-max-size");

	switch (c->arg[FCNTL_CMD].num) {
	case F_SETPIPE_SZ:
		if (limit >= 0 && c->arg[FCNTL_ARG].num > limit)
			str_addf(
				out,
				_("%ld is over pipe-max-size, %ld (/proc/sys/fs/pipe-max-size): that "
				  "takes privilege (CAP_SYS_RESOURCE)"),
				c->arg[FCNTL_ARG].num, limit);
		else
			str_addf(out,
				 _("this user's pipes have more than %ld pages "
				   "(/proc/sys/fs/pipe-user-pages-soft): growing takes privilege"),
				 sysv_limit("fs/pipe-user-pages-soft"));
		break;
	case F_ADD_SEALS:
		str_add(out, _("F_SEAL_SEAL is set already, or the file is not open for writing"));
		break;
	case F_SETFL:
		str_add(out,
			_("O_APPEND cannot be taken from an append-only file; O_NOATIME is for its "
			  "owner"));
		break;
	default:
		str_add(out, _("that process is in another session, or another user's"));
	}
}

void fcntl_why(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[FCNTL_FD].num, cmd = c->arg[FCNTL_CMD].num;
	const struct flock *l = call_bytes(c, FCNTL_ARG, sizeof(*l));
	struct end end;

	switch (c->err) {
	case EBADF:
		why_ebadf(out, w, fd, !l ? 0 : l->l_type == F_RDLCK ? END_READ : END_WRITE);
		if (!out->len && (cmd == F_GETPIPE_SZ || cmd == F_SETPIPE_SZ))
			str_addf(out, _("%ld is no pipe"), fd);
		break;
	case EACCES:
	case EAGAIN:
		if (cmd == F_SETLEASE)
			str_add(out,
				_("a lease needs a file that nobody else has open (F_RDLCK: for "
				  "writing)"));
		else if (!add_lock_holder(out, c, w))
			str_add(out, _("another holds a lock that stands in the way"));
		break;
	case EBUSY:
		if (cmd == F_SETPIPE_SZ)
			why_ebusy(out, c, w);
		else
			str_add(out, _("somebody has the file mapped for writing"));
		break;
	case EDEADLK:
		str_add(out,
			_("it would wait for a process that waits for this one: a deadlock; "));
		add_lock_holder(out, c, w);
		break;
	case EINTR:
		str_add(out, _("a handler ran before the lock was free"));
		break;
	case EINVAL:
		why_einval(out, c, w);
		break;
	case EMFILE:
		why_emfile(out, w, c->err);
		break;
	case ENOLCK:
		str_add(out, _("too many locks, or no lock server"));
		break;
	case ENOMEM:
		str_add(out, _("the kernel has no memory for a pipe of that size"));
		break;
	case ENOTDIR:
		if (pipe_of(w, fd, &end) >= 0)
			str_addf(out, _("%ld is no directory"), fd);
		free(end.path);
		break;
	case EPERM:
		why_eperm(out, c);
		break;
	case ESRCH:
		str_add(out, _("there is no such process or group"));
		break;
	case EFAULT:
		str_add(out, _("the structure is not in the process's memory"));
		break;
	}
}

void fcntl_note(struct str *out, const struct call *c, const struct world *w)
{
	const struct flock *l = call_bytes(c, FCNTL_ARG, sizeof(*l));
	const long cmd = c->arg[FCNTL_CMD].num;

	(void)w;
	if (cmd == F_SETPIPE_SZ && c->ret > c->arg[FCNTL_ARG].num)
		str_addf(out, _("rounded up: a pipe is made of pages of %ld bytes"),
			 sysconf(_SC_PAGESIZE));
	else if ((cmd == F_SETLK || cmd == F_SETLKW) && c->ret == 0 && l && l->l_type != F_UNLCK)
		str_add(out,
			_("closing any descriptor of that file drops the process's locks on it"));
}
