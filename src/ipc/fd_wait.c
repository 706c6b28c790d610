/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What read and write wait for, and why they refuse: told from who holds the other end and what is
 * inside.  Runs in the shell; nothing is opened or taken.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/fault.h"
#include "ipc/fd.h"
#include "ipc/kin.h"
#include "ipc/pipe.h"
#include "ipc/signal.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void say(struct str *out, const struct world *w, const struct end *end)
{
	pipe_say(out, w, end);
}

/* Holders of ends of that mode, and " holds" or " hold". */
static void add_hold(struct str *out, const struct world *w, const struct end *end, int mode)
{
	struct str who = STR_INIT;
	const struct holder_count n = pipe_holders(&who, w, end->inode, mode);

	str_addf(out, _("%s hold%s its %s end%s"), str_text(&who), n.processes == 1 ? "s" : "",
		 mode == END_READ ? _("read") : _("write"), n.ends == 1 ? "" : "s");
	str_free(&who);
}

void wait_empty(struct str *out, const struct world *w, const struct end *end)
{
	struct str own = STR_INIT;

	say(out, w, end);
	if (!ends_count(w->ends, end->inode, END_WRITE)) {
		str_add(out, _(" is empty; no process of this session holds a write end"));
	} else if (pipe_others(w, end->inode, END_WRITE, w->self.pid)) {
		str_add(out, _(" is empty; "));
		add_hold(out, w, end, END_WRITE);
	} else {
		pipe_holders(&own, w, end->inode, END_WRITE);
		str_addf(out, _(" is empty, and the only write end left is its own (%s)%s"),
			 str_text(&own), w->self.asleep ? _(": EOF can never come") : "");
	}
	str_free(&own);
}

/*
 * " is full: 65536 of 65536 bytes"; " has no free page: 16 of 16 are in use, with 64495 bytes". Bytes
 * that are free at the end of a page are no room for a write that needs a page.
 */
static void say_full(struct str *out, const struct world *w, const struct end *end)
{
	struct pipe_inside in;
	struct pipe_pages pages;

	pipe_peek(w, end->inode, NULL, 0, &in);
	pipe_pages(w, end->inode, &pages);
	say(out, w, end);
	if (in.bytes < 0)
		str_add(out, _(" is full"));
	else if (in.bytes == in.size)
		str_addf(out, _(" is full: %ld of %ld bytes"), in.bytes, in.size);
	else if (pages.used > 0 && pages.used < pages.all)
		str_addf(out, _(" has %ld of %ld pages free, with %ld bytes in the others"),
			 pages.all - pages.used, pages.all, in.bytes);
	else if (pages.used > 0)
		str_addf(out, _(" has no free page (%ld of %ld in use, with %ld bytes)"),
			 pages.used, pages.all, in.bytes);
	else
		str_addf(out, _(" has no free page (%ld bytes are in those of its %ld bytes)"),
			 in.bytes, in.size);
}

void wait_full(struct str *out, const struct world *w, const struct end *end)
{
	struct str who = STR_INIT;
	const struct holder_count n = pipe_holders(&who, w, end->inode, END_READ);

	say_full(out, w, end);
	if (pipe_others(w, end->inode, END_READ, w->self.pid)) {
		str_addf(out, "; %s %s", str_text(&who),
			 n.processes == 1 ? _("does not read") : _("do not read"));
	} else if (n.ends) {
		str_addf(out, _("; the only read end left is its own (%s)%s"), str_text(&who),
			 w->self.asleep ? _(": nobody can make room") : "");
	}
	str_free(&who);
}

void read_asleep(struct str *out, const struct call *c, const struct world *w)
{
	struct end end;

	if (pipe_of(w, c->arg[READ_FD].num, &end) > 0)
		wait_empty(out, w, &end);
	else
		str_addf(out, _("nothing to read from descriptor %ld yet"), c->arg[READ_FD].num);
	free(end.path);
}

/* The buffer is the shell's own, so it is its length. */
static void why_beyond(struct str *out, unsigned long bytes)
{
	str_addf(out, _("%lu bytes from there would go beyond the addresses that a process has"),
		 bytes);
}

/* What is at the other side, by the name that /proc has for it. */
static void fd_name(const struct world *w, long fd, char *name, size_t size)
{
	char path[48];
	ssize_t n;

	snprintf(path, sizeof(path), "%d/fd/%ld", (int)w->self.pid, fd);
	n = readlinkat(w->proc, path, name, size - 1);
	name[n < 0 ? 0 : n] = '\0';
}

enum {
	TTY_MAJOR = 4,
	AUX_MAJOR = 5,
	PTS_FIRST = 136,
	PTS_LAST = 143
}; /* include/uapi/linux/major.h */

/* n_tty_read(), n_tty_write(), __tty_check_change(). False: it is no terminal. */
static bool why_terminal(struct str *out, const struct world *w, long fd, int want)
{
	struct sigstate signals = { 0 };
	struct stat st;
	struct kin self;
	unsigned kind;

	if (!fd_stat(w, fd, &st) || !S_ISCHR(st.st_mode))
		return false;
	kind = major(st.st_rdev);
	if (kind != TTY_MAJOR && kind != AUX_MAJOR && (kind < PTS_FIRST || kind > PTS_LAST))
		return false;
	if (kin_read(w, w->self.pid, &self) && self.group != self.foreground &&
	    (st.st_rdev == self.terminal || st.st_rdev == makedev(AUX_MAJOR, 0)) && self.terminal) {
		str_addf(
			out,
			want == END_READ
				? _("only the terminal's group, %d, may read it, and %s is in %d")
				: _("only the terminal's group, %d, may write to it (TOSTOP), and %s is "
				    "in %d"),
			self.foreground, w->self.name, self.group);
		sigstate_read(w, &w->self, &signals);
		if (want == END_READ && signals.blocked >> (SIGTTIN - 1) & 1)
			str_add(out, _("; SIGTTIN, which would stop it, is blocked"));
		else if (want == END_READ && signals.ignored >> (SIGTTIN - 1) & 1)
			str_add(out, _("; SIGTTIN, which would stop it, is ignored"));
		else
			str_add(out,
				_("; that group is orphaned: nobody could continue it, so it is "
				  "not stopped"));
	} else if (st.st_rdev == makedev(AUX_MAJOR, 2)) {
		str_add(out, _("nobody has the terminal's other side open"));
	} else {
		str_add(out, _("the terminal has hung up: its other side is closed"));
	}
	return true;
}

static void why_eio(struct str *out, const struct world *w, long fd, int want)
{
	char name[256];
	const char *last;

	fd_name(w, fd, name, sizeof(name));
	last = strrchr(name, '/');
	if (!strncmp(name, "/proc/", 6) && last && !strcmp(last, "/mem"))
		str_addf(out, _("there is no memory at that address, %#lx (the file's offset)"),
			 (unsigned long)fd_position(w, fd));
	else if (!why_terminal(out, w, fd, want))
		str_add(out, _("the device failed"));
}

bool fd_kernels(const struct world *w, long fd)
{
	char name[256];

	fd_name(w, fd, name, sizeof(name));
	return !strncmp(name, "/proc/", 6) || !strncmp(name, "/sys/", 5);
}

/* A file of the kernel's own that has the call: where it has none, the mode gives nobody the right to it. */
static bool kernels_own(const struct world *w, long fd, int want)
{
	struct stat st;

	return fd_kernels(w, fd) && fd_stat(w, fd, &st) && S_ISREG(st.st_mode) &&
	       st.st_mode & (want == END_READ ? 0444 : 0222);
}

/* EINVAL: of where it would be (rw_verify_area()), of O_DIRECT, of a file of /proc, of what is no bytes at all. */
static void why_odd(struct str *out, const struct world *w, long fd, int want, size_t count)
{
	static const char *const whole[] = { "[eventfd]", "[timerfd]", "[signalfd]", "inotify" };
	const long flags = fd_flags(w, fd), at = fd_position(w, fd);
	char name[256];
	long end;

	fd_name(w, fd, name, sizeof(name));
	if (at >= 0 && __builtin_add_overflow(at, (long)count, &end))
		str_addf(
			out,
			_("the file stands at byte %ld: with %zu more it would pass the largest offset, "
			  "2^63 - 1"),
			at, count);
	else if (flags != -1 && flags & O_DIRECT && *name == '/')
		str_add(out, _("O_DIRECT: offset, size and address must be multiples of the disk's "
			       "blocks"));
	for (size_t i = 0; i < ARRAY_LEN(whole) && !out->len; i++)
		if (!strncmp(name, "anon_inode:", 11) && !strcmp(name + 11, whole[i]))
			str_addf(out, _("%ld is %s: it is read and written in whole pieces"), fd,
				 whole[i]);
	if (!out->len && kernels_own(w, fd, want))
		str_addf(
			out,
			want == END_READ
				? _("%ld is a file of the kernel's, which gives no such number of "
				    "bytes at this offset: proc(5)")
				: _("%ld is a file of the kernel's, which does not take these bytes "
				    "at this offset: proc(5)"),
			fd);
	else if (!out->len)
		str_addf(out, _("what is behind %ld knows no such call"), fd);
}

void read_why(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[READ_FD].num;
	struct end end = { 0 };
	int r;

	switch (c->err) {
	case EBADF:
		why_ebadf(out, w, fd, END_READ);
		return;
	case EAGAIN:
		r = pipe_of(w, fd, &end);
		if (r > 0)
			wait_empty(out, w, &end);
		else
			str_addf(out, _("nothing to read from descriptor %ld"), fd);
		str_add(out, _("; O_NONBLOCK says not to sleep"));
		break;
	case EINTR:
		say_woken(out, w);
		str_add(out, _(" before a byte had come; with SA_RESTART it would sleep on"));
		break;
	case EFAULT:
		if (why_fault(out, c, w) < 0)
			why_beyond(out, (unsigned long)c->arg[READ_COUNT].num);
		else if (pipe_of(w, fd, &end) > 0) /* pipe_read(): the copy comes first */
			str_add(out, _("; what is in the pipe stays there"));
		break;
	case EISDIR:
		str_addf(out, _("descriptor %ld is a directory: ls lists it"), fd);
		break;
	case EINVAL:
		why_odd(out, w, fd, END_READ, (size_t)c->arg[READ_COUNT].num);
		break;
	case ENOMEM:
		str_addf(out, _("there is no memory for a buffer of %ld bytes"),
			 c->arg[READ_COUNT].num);
		break;
	case EIO:
		why_eio(out, w, fd, END_READ);
		break;
	case EOVERFLOW: /* rw_verify_area(), of offsets without a sign */
		str_addf(out,
			 _("the file stands at %#lx: with %ld more it would pass the last address"),
			 (unsigned long)fd_position(w, fd), c->arg[READ_COUNT].num);
		break;
	}
	free(end.path);
}

/* Is a write end of it, as far as can be seen, one that writes packets? */
struct packets {
	const struct world *w;
	bool found;
};

static bool writes_packets(void *arg, pid_t pid, const struct end *end)
{
	struct packets *p = arg;
	struct world of = *p->w;
	long flags;

	of.self.pid = pid;
	flags = end->mode & END_WRITE ? fd_flags(&of, end->fd) : -1;
	p->found |= flags != -1 && flags & O_DIRECT;
	return !p->found;
}

/* The packet that has woken the reader, if who wrote it is known, and it was one; -1: that is not known. */
static long packet_of(const struct world *w, const struct end *end)
{
	struct world of = *w;
	struct end to = { 0 };
	long n = -1;

	if (!w->actor_call || prims[w->actor_call->prim] != &prim_write)
		return -1;
	of.self = w->actor;
	if (pipe_of(&of, w->actor_call->arg[WRITE_FD].num, &to) > 0 && to.inode == end->inode &&
	    w->actor_call->ret > 0 && w->actor_call->ret <= PIPE_BUF)
		n = w->actor_call->ret;
	free(to.path);
	return n;
}

/* A read takes one packet out, and what of it does not fit is gone (pipe_read()). */
static void note_lost(struct str *out, const struct call *c, const struct world *w,
		      const struct end *end)
{
	struct packets p = { w, false };
	struct pipe_inside in;
	long before, lost;

	if (c->ret != c->arg[READ_COUNT].num)
		return;
	ends_each(w->ends, end->inode, writes_packets, &p);
	if (!p.found || pipe_peek(w, end->inode, NULL, 0, &in) || in.bytes < 0)
		return;
	before = ends_bytes(w->ends, end->inode);
	if (before == 0)
		before = packet_of(w, end);
	if (before < 0) {
		str_addf(
			out,
			_("if the packet had more than %ld bytes, the rest is lost, for a read takes a "
			  "packet (O_DIRECT) out whole"),
			c->ret);
		return;
	}
	lost = before - c->ret - in.bytes;
	if (lost > 0 && lost + c->ret <= PIPE_BUF)
		str_addf(
			out,
			lost == 1
				? _("the packet had %ld byte more: it is lost, for a read takes a "
				    "packet (O_DIRECT) out whole")
				: _("the packet had %ld bytes more: they are lost, for a read takes "
				    "a packet (O_DIRECT) out whole"),
			lost);
}

void read_note(struct str *out, const struct call *c, const struct world *w)
{
	struct end end = { 0 };
	int r;

	if (c->ret < 0)
		return;
	if (c->arg[READ_COUNT].num == 0) {
		str_add(out, _("0 bytes were asked for: this is no end of file"));
		return;
	}
	r = pipe_of(w, c->arg[READ_FD].num, &end);
	if (c->ret > 0 && r > 0) {
		note_lost(out, c, w, &end);
	} else if (c->ret == 0 && r > 0) {
		str_add(out, _("end of file: nobody holds a write end of "));
		say(out, w, &end);
	} else if (c->ret == 0) {
		str_add(out, _("end of file"));
	}
	free(end.path);
}

void write_asleep(struct str *out, const struct call *c, const struct world *w)
{
	struct end end;

	if (pipe_of(w, c->arg[WRITE_FD].num, &end) > 0)
		wait_full(out, w, &end);
	else
		str_addf(out, _("descriptor %ld takes no more for now"), c->arg[WRITE_FD].num);
	free(end.path);
}

static void why_no_room(struct str *out, const struct call *c, const struct world *w,
			const struct end *end)
{
	const size_t asked = write_count(c);
	const long flags = fd_flags(w, c->arg[WRITE_FD].num);
	struct pipe_inside in;

	say_full(out, w, end);
	pipe_peek(w, end->inode, NULL, 0, &in);
	if (in.bytes < 0 || in.bytes == in.size)
		;
	else if (flags != -1 && flags & O_DIRECT)
		str_add(out, _("; a packet (O_DIRECT) takes a page of its own"));
	else if (asked <= PIPE_BUF)
		str_addf(
			out,
			_("; %zu bytes do not fit behind what is in the last one, and up to PIPE_BUF "
			  "(%d) go whole or not at all"),
			asked, PIPE_BUF);
	str_add(out, _("; O_NONBLOCK says not to sleep"));
}

/* Why the writer lives on to see EPIPE: its masks as they are now. Or that it does not. */
void say_sigpipe(struct str *out, const struct world *w)
{
	static const struct {
		const char *field, *text;
	} mask[] = {
		{ "\nSigBlk:", N_("; SIGPIPE is blocked: it is pending now") },
		{ "\nSigIgn:", N_("; SIGPIPE is ignored: without that it would have killed") },
	};
	char status[4096];

	if (w->self.dead) {
		str_add(out, _("; SIGPIPE killed the writer"));
		return;
	}
	if (w->self.handled == SIGPIPE) { /* whatever its action is by now (SA_RESETHAND) */
		str_add(out, _("; SIGPIPE came first, and a handler caught it"));
		return;
	}
	if (sysv_read_proc(w, &w->self, "status", status, sizeof(status)) < 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(mask); i++) {
		const char *at = strstr(status, mask[i].field);

		if (at && strtoul(at + strlen(mask[i].field), NULL, 16) >> (SIGPIPE - 1) & 1) {
			str_add(out, _(mask[i].text));
			return;
		}
	}
}

/* RLIMIT_FSIZE is asked first (generic_write_check_limits()). */
static void why_too_long(struct str *out, const struct world *w, long fd)
{
	const long limit = sysv_rlimit(w, "Max file size"), flags = fd_flags(w, fd);
	long at = fd_position(w, fd);
	struct stat st;

	if (flags != -1 && flags & O_APPEND && fd_stat(w, fd, &st))
		at = st.st_size;
	if (limit >= 0 && at >= limit)
		str_addf(out,
			 _("byte %ld is over the largest file allowed, %ld bytes (RLIMIT_FSIZE)"),
			 at, limit);
	else
		str_addf(out, _("byte %ld is more than a file of that file system may have"), at);
}

/* shmem_write_begin(): what may not be written at all, before what may not grow. */
static void why_sealed(struct str *out, const struct world *w, long fd)
{
	char path[48];
	int copy, seals;

	snprintf(path, sizeof(path), "%d/fd/%ld", (int)w->self.pid, fd);
	copy = openat(w->proc, path, O_RDONLY | O_CLOEXEC);
	seals = copy < 0 ? -1 : fcntl(copy, F_GET_SEALS);
	if (copy >= 0)
		close(copy);
	if (seals >= 0 && !(seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) && seals & F_SEAL_GROW)
		str_add(out, _("the file is sealed against growing (F_SEAL_GROW)"));
	else
		str_addf(out, _("the file is sealed against writing (%s)"),
			 seals < 0 || seals & F_SEAL_WRITE ? "F_SEAL_WRITE"
							   : "F_SEAL_FUTURE_WRITE");
}

void write_why(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[WRITE_FD].num;
	struct end end = { 0 };
	struct stat st;

	switch (c->err) {
	case EBADF:
		why_ebadf(out, w, fd, END_WRITE);
		return;
	case EPIPE:
		if (pipe_of(w, fd, &end) > 0) {
			str_add(out, _("nobody holds a read end of "));
			say(out, w, &end);
		} else {
			str_addf(out, _("the other side of %ld is closed"), fd);
		}
		say_sigpipe(out, w);
		break;
	case EAGAIN:
		if (pipe_of(w, fd, &end) > 0)
			why_no_room(out, c, w, &end);
		else
			str_addf(out, _("descriptor %ld takes no more for now"), fd);
		break;
	case EINTR:
		say_woken(out, w);
		str_add(out, _(" before a byte was written; with SA_RESTART it would sleep on"));
		break;
	case EIO:
		why_eio(out, w, fd, END_WRITE);
		break;
	case EINVAL:
		why_odd(out, w, fd, END_WRITE, write_count(c));
		break;
	case EFAULT:
		if (why_fault(out, c, w) < 0)
			why_beyond(out, write_count(c));
		else
			str_add(out, _("; nothing was written"));
		break;
	case EFBIG:
		why_too_long(out, w, fd);
		break;
	case ENOSPC:
		if (fd_stat(w, fd, &st) && S_ISCHR(st.st_mode))
			str_addf(out, _("the device behind %ld has no room: /dev/full never has"),
				 fd);
		else
			str_add(out, _("that file system is full"));
		break;
	case EDQUOT:
		str_add(out, _("the user's share of that file system is full"));
		break;
	case EPERM:
		why_sealed(out, w, fd);
		break;
	case ENOMEM:
		str_addf(out, _("there is no memory for %zu bytes"), write_count(c));
		break;
	}
	free(end.path);
}

/* Where it was written is not where the descriptor stood (generic_write_checks()). */
static void note_append(struct str *out, const struct call *c, const struct world *w, long fd)
{
	const long was = c->arg[CALL_BEFORE].num, now = was < 0 ? -1 : fd_position(w, fd);
	const long flags = now < 0 ? -1 : fd_flags(w, fd);
	struct stat st;

	if (flags == -1 || !(flags & O_APPEND) || now - c->ret == was || c->ret <= 0 ||
	    !fd_stat(w, fd, &st) || !S_ISREG(st.st_mode))
		return;
	if (out->len)
		str_add(out, _("; "));
	str_addf(out,
		 _("O_APPEND: it went to the end, byte %ld, and not to where %ld stood, byte %ld"),
		 now - c->ret, fd, was);
}

/* In the order of generic_write_checks(), and what then is to be had. */
static void say_cut_file(struct str *out, const struct world *w, long fd)
{
	const long limit = sysv_rlimit(w, "Max file size");
	struct stat st;

	if (fd_stat(w, fd, &st) && S_ISREG(st.st_mode)) {
		if (limit >= 0 && fd_position(w, fd) >= limit)
			str_add(out, _(": the file may not grow more (RLIMIT_FSIZE)"));
		else
			str_add(out, _(": then its file system was full"));
	} else if (fd_nonblock(w, fd)) {
		str_add(out, _(": no room for more now, and O_NONBLOCK says not to sleep"));
	} else {
		str_add(out, _("; then "));
		say_woken(out, w);
		str_add(out, _(": they count, so this is no EINTR"));
	}
}

static void note_cut(struct str *out, const struct call *c, const struct world *w, long fd)
{
	const size_t asked = write_count(c);
	struct end end;

	str_addf(out, _("%ld of %zu bytes went in"), c->ret, asked);
	if (pipe_of(w, fd, &end) <= 0) {
		say_cut_file(out, w, fd);
	} else if (!ends_count(w->ends, end.inode, END_READ)) {
		str_add(out, _(" before its last read end was closed: they count, so this is no "
			       "EPIPE"));
		say_sigpipe(out, w);
	} else if (fd_nonblock(w, fd)) {
		str_addf(
			out,
			_(", then no page was free, and O_NONBLOCK says not to sleep; over PIPE_BUF "
			  "(%d) a write may be cut"),
			PIPE_BUF);
	} else {
		str_add(out, _("; then "));
		say_woken(out, w);
		str_add(out, _(": they count, so this is no EINTR"));
	}
	free(end.path);
}

void write_note(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[WRITE_FD].num;

	if (c->ret >= 0 && (size_t)c->ret < write_count(c))
		note_cut(out, c, w, fd);
	if (c->ret > 0)
		note_append(out, c, w, fd);
}
