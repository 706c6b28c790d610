/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a descriptor or a path is refused: what the process has open, which component of the path is
 * in the way.  Read from /proc at that moment; nothing is opened.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/pipe.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

void why_ebadf(struct str *out, const struct world *w, long fd, int want)
{
	struct end end;
	int r = pipe_of(w, fd, &end);

	if (r < 0 && errno == EBADF) {
		str_addf(out, _("%s has no descriptor %ld; "), w->self.name, fd);
		add_open(out, w);
	} else if (r >= 0 && want && !(end.mode & want)) {
		wrong_end(out, w, &end, want);
	}
	free(end.path);
}

long fd_limit(const struct world *w)
{
	return sysv_rlimit(w, "Max open files");
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

bool fd_nonblock(const struct world *w, long fd)
{
	const long flags = fdinfo(w, fd, "flags:", 8);

	return flags != -1 && flags & O_NONBLOCK;
}

long fd_position(const struct world *w, long fd)
{
	return fdinfo(w, fd, "pos:", 10);
}

void why_emfile(struct str *out, const struct world *w, int err)
{
	long limit = fd_limit(w);

	if (err == ENFILE) {
		str_add(out,
			_("the whole system's limit: of open files (/proc/sys/fs/file-max), or of "
			  "this user's pipe pages (/proc/sys/fs/pipe-user-pages-hard)"));
	} else if (limit >= 0) {
		str_addf(out, _("every descriptor of %s must be below %ld (RLIMIT_NOFILE), and "),
			 w->self.name, limit);
		add_open(out, w);
		str_add(out, _(": close one, or raise the limit"));
	}
}

void why_over_limit(struct str *out, const struct world *w, long fd)
{
	long limit = fd_limit(w);

	if (fd < 0)
		str_addf(out, _("no descriptor is negative: %ld"), fd);
	else if (limit >= 0)
		str_addf(
			out,
			_("%ld is too high: every descriptor of %s must be below %ld (RLIMIT_NOFILE)"),
			fd, w->self.name, limit);
}

static const char *path_text(const struct call *c, int i, size_t *n)
{
	size_t len = call_length(c, i);
	const char *s = call_bytes(c, i, len);

	*n = s ? strnlen(s, len) : 0;
	return s ? s : "";
}

void path_say(struct str *out, const struct call *c, int i)
{
	size_t n;
	const char *s = path_text(c, i, &n);

	str_clean(out, s, n < 200 ? n : 200);
	if (n >= 200)
		str_add(out, "...");
}

/* The first n bytes of the path, as the caller sees it. */
static int stat_as(const struct world *w, const char *path, size_t n, bool follow, struct stat *st)
{
	char *at = xasprintf("%d/%s/%.*s", (int)w->self.pid, *path == '/' ? "root" : "cwd", (int)n,
			     path);
	int r = fstatat(w->proc, at, st, follow ? 0 : AT_SYMLINK_NOFOLLOW), err = errno;

	free(at);
	errno = err;
	return r;
}

bool path_is_fifo(const struct call *c, int i, const struct world *w)
{
	struct stat st;
	size_t n;
	const char *s = path_text(c, i, &n);

	return n && stat_as(w, s, n, true, &st) == 0 && S_ISFIFO(st.st_mode);
}

static const char *what_is(const struct stat *st)
{
	switch (st->st_mode & S_IFMT) {
	case S_IFDIR:
		return _("a directory");
	case S_IFIFO:
		return _("a FIFO");
	case S_IFLNK:
		return _("a symbolic link");
	case S_IFSOCK:
		return _("a socket");
	case S_IFREG:
		return _("a regular file");
	}
	return _("a device");
}

/* The first component that does not exist, or is not the directory that it must be. */
static void why_component(struct str *out, const struct world *w, const char *s, size_t n, int err)
{
	struct stat st;

	for (size_t i = 1; i <= n; i++) {
		bool last = i == n;

		if (!last && s[i] != '/')
			continue;
		if (stat_as(w, s, i, true, &st)) {
			str_clean(out, s, i);
			str_add(out, stat_as(w, s, i, false, &st) == 0 && S_ISLNK(st.st_mode)
					     ? _(" is a symbolic link to nothing")
					     : _(" does not exist"));
			if (!memchr(s, '/', n))
				str_addf(out, _(" in %s's current directory"), w->self.name);
			return;
		}
		if ((!last || err == ENOTDIR) && !S_ISDIR(st.st_mode)) {
			str_clean(out, s, i);
			str_addf(out, _(" is %s, no directory"), what_is(&st));
			return;
		}
	}
}

static void caller_ids(const struct world *w, unsigned *uid)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "%d", (int)w->self.pid);
	*uid = fstatat(w->proc, path, &st, 0) ? (unsigned)-1 : st.st_uid;
}

static void why_access(struct str *out, const struct world *w, const char *s, size_t n, int want)
{
	const char *slash = memrchr(s, '/', n);
	struct stat st;
	unsigned uid;

	/* a name is made or removed in its directory: that is what must be writable */
	if (want == PATH_NAME || (want == 2 && stat_as(w, s, n, true, &st))) {
		want = PATH_NAME | 2;
		n = slash ? (size_t)(slash - s) + (slash == s) : 1;
		s = slash ? s : ".";
	}
	if (stat_as(w, s, n, true, &st))
		return;
	caller_ids(w, &uid);
	str_clean(out, s, n);
	if (want == PATH_PROGRAM && !S_ISREG(st.st_mode)) {
		str_addf(out, _(" is %s, no program"), what_is(&st));
		return;
	}
	str_addf(out, _(" is %s of user %u, mode "), what_is(&st), (unsigned)st.st_uid);
	format_mode(out, st.st_mode & 0777);
	str_addf(out, _("; %s asks as user %u%s"), w->self.name, uid,
		 uid ? "" : _(", without privilege,"));
	str_add(out, want & 2              ? _(" to write")
		     : want & 4            ? _(" to read")
		     : want & PATH_PROGRAM ? _(" to execute")
					   : "");
	if (want & 2 && w->writable && uid == st.st_uid && st.st_mode & 0200)
		str_addf(out, _("; the sandbox lets it write in %s only: help sandbox"),
			 w->writable);
	if (want == PATH_PROGRAM && (st.st_mode & 0111) == 0111)
		str_add(out, _("; its file system may be one without programs (noexec)"));
	if (want & PATH_NAME && st.st_mode & S_ISVTX)
		str_add(out, _("; it is sticky (t): only a file's owner, or the directory's, may "
			       "remove it"));
}

bool why_path(struct str *out, const struct call *c, int arg, const struct world *w, int want)
{
	struct stat st;
	size_t n;
	const char *s = path_text(c, arg, &n);

	switch (c->err) {
	case ENOENT:
		if (n == 0)
			str_add(out, _("an empty path names nothing"));
		else
			why_component(out, w, s, n, c->err);
		return true;
	case ENOTDIR:
		why_component(out, w, s, n, c->err);
		return true;
	case EEXIST:
		path_say(out, c, arg);
		str_addf(out, _(" exists already%s%s"), stat_as(w, s, n, false, &st) ? "" : _(": "),
			 stat_as(w, s, n, false, &st) ? "" : what_is(&st));
		return true;
	case EISDIR:
		path_say(out, c, arg);
		str_add(out, _(" is a directory"));
		return true;
	case EACCES:
	case EPERM:
		why_access(out, w, s, n, want);
		return true;
	case ELOOP:
		str_add(out, _("more than 40 symbolic links in it, or a circle of them"));
		return true;
	case ENAMETOOLONG:
		str_addf(out, _("a path has at most %d bytes, each name in it %d; this has %zu"),
			 PATH_MAX - 1, NAME_MAX, n);
		return true;
	case EROFS:
		if (w->writable)
			str_addf(out,
				 _("the sandbox lets the session write in %s only: help sandbox"),
				 w->writable);
		else
			str_add(out, _("that file system is mounted read-only"));
		return true;
	case ENOSPC:
	case EDQUOT:
		str_add(out, _("that file system is full"));
		return true;
	case ENOMEM:
		str_add(out, _("the kernel has no memory left"));
		return true;
	}
	return false;
}
