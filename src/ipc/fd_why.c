/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a descriptor is refused: what the process has open, and how.  Read from /proc at that moment;
 * nothing is opened.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/pipe.h"
#include "ipc/sysv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void add_open(struct str *out, const struct world *w)
{
	struct str list = STR_INIT;
	int n = ends_list(&list, w->proc, w->self.pid);

	if (n > 0)
		str_addf(out, _("it has %s"), str_text(&list));
	else
		str_add(out, n == 0 ? _("it has none open") : _("which it has cannot be seen"));
	str_free(&list);
}

/* The caller's descriptor of the same pipe that would do, or -1. */
struct other {
	pid_t pid;
	int mode, fd;
};

static bool other_end(void *arg, pid_t pid, const struct end *end)
{
	struct other *o = arg;

	if (pid == o->pid && (end->mode & o->mode))
		o->fd = end->fd;
	return o->fd < 0;
}

static void wrong_end(struct str *out, const struct world *w, const struct end *end, int want)
{
	const bool reading = want == END_READ;
	struct other o = { w->self.pid, want, -1 };

	if (end->inode) {
		str_addf(out, _("%d is the %s end of "), end->fd, reading ? _("write") : _("read"));
		pipe_say(out, w, end);
		ends_each(w->ends, end->inode, other_end, &o);
	} else {
		str_addf(out, _("%d is open for %s only"), end->fd,
			 reading ? _("writing") : _("reading"));
	}
	str_addf(out, _(": nothing can be %s"), reading ? _("read from it") : _("written to it"));
	if (o.fd >= 0)
		str_addf(out, _("; the %s end is %d"), reading ? _("read") : _("write"), o.fd);
}

/* A number of /proc/PID/fdinfo/FD, as "flags:" there; -1 if it is not to be had. */
static long fdinfo(const struct world *w, long fd, const char *label, int base)
{
	char path[48], text[256] = "", *at;
	int file;

	snprintf(path, sizeof(path), "%d/fdinfo/%ld", (int)w->self.pid, fd);
	file = openat(w->proc, path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -1;
	if (read(file, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(file);
	at = strstr(text, label);
	return at ? strtol(at + strlen(label), NULL, base) : -1;
}

/* Open, and neither for reading nor for writing. True if that is it. */
static bool why_neither(struct str *out, const struct world *w, long fd, int want)
{
	const long flags = fd_flags(w, fd);

	if (flags == -1)
		return false;
	if (flags & O_PATH)
		str_addf(
			out,
			want ? _("%ld was opened with O_PATH: it is a place in the file system, open "
				 "neither for reading nor for writing")
			     : _("%ld was opened with O_PATH: it is a place in the file system, to be "
				 "copied, closed and asked for its flags; the file itself is not open"),
			fd);
	else if (want && (flags & O_ACCMODE) == O_ACCMODE)
		str_addf(
			out,
			_("%ld was opened with access mode 3 (O_ACCMODE), neither for reading nor for "
			  "writing"),
			fd);
	else
		return false;
	return true;
}

void why_ebadf(struct str *out, const struct world *w, long fd, int want)
{
	struct end end;
	int r = pipe_of(w, fd, &end);

	if (r < 0 && errno == EBADF) {
		str_addf(out, _("%s has no descriptor %ld; "), w->self.name, fd);
		add_open(out, w);
	} else if (r >= 0 && !why_neither(out, w, fd, want) && want && !(end.mode & want)) {
		wrong_end(out, w, &end, want);
	}
	free(end.path);
}

long fd_limit(const struct world *w)
{
	return sysv_rlimit(w, "Max open files");
}

long fd_flags(const struct world *w, long fd)
{
	return fdinfo(w, fd, "flags:", 8);
}

bool fd_nonblock(const struct world *w, long fd)
{
	const long flags = fd_flags(w, fd);

	return flags != -1 && flags & O_NONBLOCK;
}

bool fd_stat(const struct world *w, long fd, struct stat *st)
{
	char path[48];

	snprintf(path, sizeof(path), "%d/fd/%ld", (int)w->self.pid, fd);
	return fd >= 0 && fstatat(w->proc, path, st, 0) == 0;
}

unsigned long fd_umask(const struct world *w)
{
	char status[4096];
	const char *at;

	if (sysv_read_proc(w, &w->self, "status", status, sizeof(status)) < 0)
		return 0;
	at = strstr(status, "\nUmask:");
	return at ? strtoul(at + 7, NULL, 8) : 0;
}

bool fd_append_only(const struct world *w, long fd)
{
	struct statx x = { 0 };
	char path[48];

	snprintf(path, sizeof(path), "%d/fd/%ld", (int)w->self.pid, fd);
	return !statx(w->proc, path, 0, 0, &x) && x.stx_attributes & STATX_ATTR_APPEND;
}

long fd_position(const struct world *w, long fd)
{
	return fdinfo(w, fd, "pos:", 10);
}

void why_emfile(struct str *out, const struct world *w, int err)
{
	long limit = fd_limit(w);

	if (err == ENFILE) {
		str_addf(out,
			 _("all processes of the system together may have %ld files open "
			   "(/proc/sys/fs/file-max), and they have"),
			 sysv_limit("fs/file-max"));
	} else if (limit >= 0) {
		str_addf(out, _("every descriptor of %s must be below %ld (RLIMIT_NOFILE), and "),
			 w->self.name, limit);
		add_open(out, w);
		str_add(out, _(": close one, or raise the limit"));
	}
}

bool fd_same_open(const struct peer *a, int fd, const struct peer *b, int other)
{
	if (a->pid == b->pid && fd == other)
		return true;
	return a->outer > 0 && b->outer > 0 &&
	       syscall(SYS_kcmp, a->outer, b->outer, KCMP_FILE, fd, other) == 0;
}

struct holding {
	const struct world *w;
	struct str *out;
	const struct stat *st;
	int mode, but, n;
	int fd; /* of the first */
};

/* One descriptor of one process: is it that file, opened so? */
static void add_holder(struct holding *h, const struct peer *p, int dir, const char *name)
{
	struct stat st;
	const int fd = atoi(name);

	if (fd >= ENDS_PRIVATE || (h->but >= 0 && fd_same_open(&h->w->self, h->but, p, fd)) ||
	    fstatat(dir, name, &st, 0) || st.st_ino != h->st->st_ino ||
	    st.st_dev != h->st->st_dev || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) ||
	    !(((st.st_mode & S_IRUSR ? END_READ : 0) | (st.st_mode & S_IWUSR ? END_WRITE : 0)) &
	      h->mode))
		return;
	h->fd = h->n ? h->fd : fd;
	str_add(h->out, h->n++ ? ", " : _(" (open: "));
	str_addf(h->out, "%s %d", p->name, fd);
}

static bool add_holders(void *arg, const struct peer *p)
{
	struct holding *h = arg;
	char path[32];
	struct dirent *d;
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "%d/fd", (int)p->pid);
	fd = openat(h->w->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	while (dir && (d = readdir(dir)))
		if (d->d_name[0] != '.')
			add_holder(h, p, fd, d->d_name);
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
	return true;
}

void fd_say_holders(struct str *out, const struct world *w, const struct stat *st, int mode, int fd)
{
	struct holding h = { w, out, st, mode, fd, 0, -1 };

	if (w->peers)
		w->peers(w->ctx, add_holders, &h);
	if (h.n)
		str_addc(out, ')');
}

bool fd_say_own(struct str *out, const struct world *w, const struct stat *st)
{
	struct holding h = { w, out, st, END_READ | END_WRITE, -1, 0, -1 };

	add_holders(&h, &w->self);
	if (h.n)
		str_addc(out, ')');
	return h.n;
}

int fd_of_file(const struct world *w, pid_t pid, const struct stat *st)
{
	const struct peer p = { .name = "", .pid = pid };
	struct str none = STR_INIT;
	struct holding h = { w, &none, st, END_READ | END_WRITE, -1, 0, -1 };

	add_holders(&h, &p);
	str_free(&none);
	return h.fd;
}

void why_none_from(struct str *out, const struct world *w, long from)
{
	long limit = fd_limit(w);

	if (limit < 0)
		return;
	if (from == limit - 1)
		str_addf(out, _("%ld is in use, and "), from);
	else if (from)
		str_addf(out, _("all numbers from %ld to %ld are in use, and "), from, limit - 1);
	str_addf(out, _("every descriptor of %s must be below %ld (RLIMIT_NOFILE)"), w->self.name,
		 limit);
	if (!from)
		str_addf(out, _(": all are in use"));
	else
		str_add(out, _(": close one of these, or raise the limit"));
}

void why_over_limit(struct str *out, const struct world *w, long fd)
{
	long limit = fd_limit(w);

	if (fd < 0)
		str_addf(out, _("no descriptor is negative: %ld"), fd);
	else if (limit >= 0 && fd >= limit)
		str_addf(
			out,
			_("%ld is too high: every descriptor of %s must be below %ld (RLIMIT_NOFILE)"),
			fd, w->self.name, limit);
}
