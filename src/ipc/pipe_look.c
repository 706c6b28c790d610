/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking into pipes without taking anything out or keeping anybody waiting, and telling who holds
 * their ends.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The end to look through: any whose holder the shell can name, one that can be read if possible. */
struct through {
	const struct world *w;
	unsigned long inode;
	pid_t pid, outer; /* of the end at hand */
	pid_t chosen;
	int fd;
	bool readable;
};

static bool outer_of(void *arg, const struct peer *p)
{
	struct through *t = arg;

	if (p->pid == t->pid)
		t->outer = p->outer;
	return p->pid != t->pid;
}

static bool choose(void *arg, pid_t pid, const struct end *end)
{
	struct through *t = arg;

	if (!end->mode || (t->chosen && !(end->mode & END_READ)))
		return true;
	t->pid = pid;
	t->outer = 0;
	if (t->w->peers)
		t->w->peers(t->w->ctx, outer_of, t);
	if (t->outer > 0) {
		t->chosen = t->outer;
		t->fd = end->fd;
		t->readable = end->mode & END_READ;
	}
	return !t->readable;
}

/* A copy of the holder's descriptor, if it still is that pipe. -1 with errno. */
static int borrow(const struct through *t)
{
	int pidfd = (int)syscall(SYS_pidfd_open, t->chosen, 0), fd, err;
	struct stat st;

	if (pidfd < 0)
		return -1;
	fd = (int)syscall(SYS_pidfd_getfd, pidfd, t->fd, 0);
	err = errno;
	close(pidfd);
	if (fd >= 0 && (fstat(fd, &st) || !S_ISFIFO(st.st_mode) || st.st_ino != t->inode)) {
		close(fd);
		fd = -1;
		err = ESTALE;
	}
	errno = err;
	return fd;
}

/* tee(2) copies references to the pipe's pages into a pipe of ours: reading that takes nothing. */
static size_t copy_out(int fd, void *buf, size_t n)
{
	ssize_t got = -1;
	size_t all = 0;
	int scratch[2];

	if (pipe2(scratch, O_CLOEXEC | O_NONBLOCK))
		return 0;
	if (tee(fd, scratch[1], n, SPLICE_F_NONBLOCK) > 0)
		while (all < n && (got = read(scratch[0], (char *)buf + all, n - all)) > 0)
			all += (size_t)got;
	close(scratch[0]);
	close(scratch[1]);
	return all;
}

int pipe_peek(const struct world *w, unsigned long inode, void *buf, size_t n,
	      struct pipe_inside *inside)
{
	struct through t = { .w = w, .inode = inode };
	int fd, bytes;

	*inside = (struct pipe_inside){ .bytes = -1, .size = -1 };
	ends_each(w->ends, inode, choose, &t);
	if (!t.chosen) {
		errno = ESRCH;
		return -1;
	}
	fd = borrow(&t);
	if (fd < 0)
		return -1;
	inside->bytes = ioctl(fd, FIONREAD, &bytes) ? -1 : bytes;
	inside->size = fcntl(fd, F_GETPIPE_SZ);
	inside->nonblock = fcntl(fd, F_GETFL) & O_NONBLOCK;
	inside->contents = t.readable;
	if (n && t.readable && inside->bytes > 0)
		inside->shown = copy_out(fd, buf, n);
	inside->err = inside->shown ? 0 : errno;
	close(fd);
	return 0;
}

/*
 * tee(2) gives each page that is in use a page of the pipe of ours; what it has left then takes single bytes
 * in packets, a page each, until EAGAIN: after another error it is not known how many were left.
 */
void pipe_pages(const struct world *w, unsigned long inode, struct pipe_pages *p)
{
	struct through t = { .w = w, .inode = inode };
	int fd, ours[2], bytes;
	long size, left = 0;
	ssize_t put;

	*p = (struct pipe_pages){ -1, -1 };
	ends_each(w->ends, inode, choose, &t);
	fd = t.chosen && t.readable ? borrow(&t) : -1;
	if (fd < 0)
		return;
	size = fcntl(fd, F_GETPIPE_SZ);
	if (size > 0 && !ioctl(fd, FIONREAD, &bytes) &&
	    !pipe2(ours, O_CLOEXEC | O_NONBLOCK | O_DIRECT)) {
		if (fcntl(ours[1], F_SETPIPE_SZ, size) == size &&
		    (!bytes || tee(fd, ours[1], CALL_MOST, SPLICE_F_NONBLOCK) == bytes)) {
			while ((put = write(ours[1], "", 1)) == 1 || (put < 0 && errno == EINTR))
				left += put == 1;
			if (put < 0 && errno == EAGAIN) {
				p->all = size / sysconf(_SC_PAGESIZE);
				p->used = p->all - left;
			}
		}
		close(ours[0]);
		close(ours[1]);
	}
	close(fd);
}

void pipe_say_pages(struct str *out, const struct world *w, unsigned long inode)
{
	struct pipe_inside in;
	struct pipe_pages pages;

	if (pipe_peek(w, inode, NULL, 0, &in) || in.bytes <= 0 || in.bytes == in.size)
		return;
	pipe_pages(w, inode, &pages);
	if (pages.used > 0 && pages.used == pages.all)
		str_addf(
			out,
			_("all pages (%ld) are in use: what is free at their ends is no room for a write "
			  "that needs a page"),
			pages.all);
}

const char *pipe_label(const struct world *w, unsigned long inode)
{
	const char *kind = kind_name(KIND_PIPE);
	const char *name = w->name ? w->name(w->ctx, KIND_PIPE, (long)inode) : kind;
	const size_t n = strlen(kind);

	/* "pipe", "pipe:4711": nobody has named it, or its names went with their descriptors */
	if (!strncmp(name, kind, n) && (!name[n] || name[n] == ':'))
		name = "";
	name = w->ends ? ends_label(w->ends, inode, name) : name;
	return *name ? name : NULL;
}

void pipe_say(struct str *out, const struct world *w, const struct end *end)
{
	const char *path = end->fifo ? ends_path(w->ends, end->inode) : NULL;
	const char *label = end->fifo ? NULL : pipe_label(w, end->inode);

	if (!path)
		path = end->path;
	if (path) {
		str_clean(out, path, strlen(path));
		return;
	}
	if (label) {
		str_addf(out, _("pipe %s"), label);
		return;
	}
	str_add(out, end->fifo ? "fifo:[" : "pipe:[");
	str_mark_num(out, 'n', (long)end->inode);
	str_addc(out, ']');
}

struct holders {
	const struct world *w;
	struct str *out;
	int mode, ends, processes;
	pid_t pid, but;
};

struct whose {
	pid_t pid;
	struct str *out;
	size_t before;
};

static bool add_peer(void *arg, const struct peer *p)
{
	struct whose *who = arg;

	if (p->pid == who->pid)
		str_add(who->out, p->name);
	return p->pid != who->pid;
}

/* As those who list the session's processes name it; one that has ended is not among them. */
static void add_name(struct str *out, const struct world *w, pid_t pid)
{
	struct whose who = { pid, out, out->len };

	if (w->peers)
		w->peers(w->ctx, add_peer, &who);
	if (out->len == who.before)
		str_add(out, w->pid_name ? w->pid_name(w->ctx, pid) : "?");
}

static bool add_holder(void *arg, pid_t pid, const struct end *end)
{
	struct holders *h = arg;

	if (!(end->mode & h->mode))
		return true;
	if (pid != h->pid) {
		if (h->processes++)
			str_addc(h->out, WHO_NEXT);
		add_name(h->out, h->w, pid);
		str_addc(h->out, ' ');
	} else {
		str_addc(h->out, '+');
	}
	str_num(h->out, end->fd);
	h->pid = pid;
	h->ends++;
	return true;
}

void who_join(struct str *out, const char *who, size_t len)
{
	const char *end = who + len, *last = memrchr(who, WHO_NEXT, len);

	for (const char *at = who, *to; at <= end; at = to + 1) {
		to = memchr(at, WHO_NEXT, (size_t)(end - at));
		to = to ? to : end;
		str_addn(out, at, (size_t)(to - at));
		if (to != end)
			str_add(out, to == last ? _(" and ") : _(", "));
	}
}

struct holder_count pipe_who(struct str *out, const struct world *w, unsigned long inode, int mode)
{
	struct holders h = { .w = w, .out = out, .mode = mode };

	ends_each(w->ends, inode, add_holder, &h);
	return (struct holder_count){ h.ends, h.processes };
}

struct holder_count pipe_holders(struct str *out, const struct world *w, unsigned long inode,
				 int mode)
{
	struct str who = STR_INIT;
	const struct holder_count n = pipe_who(&who, w, inode, mode);

	who_join(out, str_text(&who), who.len);
	str_free(&who);
	return n;
}

static bool other_holder(void *arg, pid_t pid, const struct end *end)
{
	struct holders *h = arg;

	h->ends += (end->mode & h->mode) && pid != h->but;
	return !h->ends;
}

bool pipe_others(const struct world *w, unsigned long inode, int mode, pid_t pid)
{
	struct holders h = { .mode = mode, .but = pid };

	ends_each(w->ends, inode, other_holder, &h);
	return h.ends;
}

int pipe_of(const struct world *w, long fd, struct end *end)
{
	*end = (struct end){ 0 };
	if (fd < 0 || fd > 1 << 20) {
		errno = EBADF;
		return -1;
	}
	if (w->self.dead) {
		const struct end *known = ends_find(w->ends, w->self.pid, (int)fd);

		if (!known) {
			errno = ESRCH;
			return -1;
		}
		*end = *known;
		end->path = known->path ? xstrdup(known->path) : NULL;
		return 1;
	}
	if (w->ends)
		ends_refresh(w->ends, w->proc, w->self.pid);
	return ends_look(w->proc, w->self.pid, (int)fd, end);
}
