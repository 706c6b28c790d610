/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a path is refused: which name in it is in the way, and what the kernel wanted of it.  Runs in
 * the shell.
 */
#include "base/lang.h"
#include "call/format.h"
#include "ipc/fd_path.h"
#include "ipc/pipe.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/statvfs.h>

static const char *path_text(const struct call *c, int i, size_t *n)
{
	size_t len = call_length(c, i);
	const char *s = call_bytes(c, i, len);

	*n = s ? strnlen(s, len) : 0;
	return s ? s : "";
}

static void say_path(struct str *out, const char *s, size_t n)
{
	str_clean(out, s, n < 200 ? n : 200);
	if (n >= 200)
		str_add(out, "...");
}

void path_say(struct str *out, const struct call *c, int i)
{
	size_t n;
	const char *s = path_text(c, i, &n);

	say_path(out, s, n);
}

struct stat path_stat(const struct call *c, int i, const struct world *w, bool follow)
{
	struct walk k;
	size_t n;
	const char *s = path_text(c, i, &n);

	walk_path(&k, w, s, n, follow);
	if (k.err)
		k.st = (struct stat){ 0 };
	walk_release(&k);
	return k.st;
}

void why_lease(struct str *out, const struct call *c, int arg, const struct world *w)
{
	struct walk k;
	size_t n;
	const char *s = path_text(c, arg, &n);

	walk_path(&k, w, s, n, true);
	if (k.err || !locks_lease(out, w, &k.st)) {
		str_add(out, S_ISREG(k.st.st_mode)
				     ? _("somebody who is not in sight has a lease on ")
				     : _("nothing has answered yet at "));
		path_say(out, c, arg);
	}
	walk_release(&k);
}

const char *path_kind(mode_t mode)
{
	switch (mode & S_IFMT) {
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

static void say_at(struct str *out, const struct str *at)
{
	if (at->len)
		str_clean(out, at->s, at->len);
	else
		str_addc(out, '.');
}

/* A link led there: the path that was typed does not say so. */
static void say_via(struct str *out, const struct walk *k)
{
	if (k->via.len)
		str_addf(out, " (%s)", str_text(&k->via));
}

static void why_missing(struct str *out, const struct walk *k, const struct world *w, int want,
			bool slash)
{
	if (k->err != ENOENT)
		return;
	if (k->dir_st.st_nlink == 0) {
		if (k->dir.len)
			say_at(out, &k->dir);
		else
			str_addf(out, _("%s's current directory"), w->self.name);
		str_add(out, _(" has been removed: no name is left in it, and none can be made"));
		return;
	}
	if (k->last && want & PATH_MAKE && slash) {
		str_add(out, _("only a directory's name may end in /, and this makes none"));
		return;
	}
	if (k->last && want & PATH_MAKE) {
		say_at(out, &k->dir);
		str_add(out, _(" is a directory in which the kernel alone makes names"));
		return;
	}
	say_at(out, &k->at);
	str_add(out, _(" does not exist"));
	if (k->via.len)
		say_via(out, k);
	else if (!memchr(str_text(&k->at), '/', k->at.len))
		str_addf(out, _(" in %s's current directory"), w->self.name);
	if (want == PATH_MAKE)
		str_add(out, _(": mkfifo makes the last name only"));
}

/* "d is a directory of user 0, mode rw-------; main asks as user 0, without privilege" */
static void say_asker(struct str *out, const struct str *at, const struct stat *st,
		      const struct asker *a, const struct world *w)
{
	const int class = mode_class(a, st);

	say_at(out, at);
	str_addf(out, _(" is %s of user %u, mode "), path_kind(st->st_mode), (unsigned)st->st_uid);
	format_mode(out, st->st_mode & 0777);
	str_addf(out, _("; %s asks as user %u%s"), w->self.name, a->uid,
		 a->uid ? "" : _(", without privilege,"));
	if (class == 1)
		str_addf(out, _(" of its group %u"), (unsigned)st->st_gid);
}

static const char *to_do(int missing)
{
	switch (missing & 6) {
	case 6:
		return _(" to read and write");
	case 4:
		return _(" to read");
	case 2:
		return _(" to write");
	}
	return _(" to execute");
}

/* Who owns it decides by the first three letters alone, even where the others would do. */
static void say_class(struct str *out, const struct asker *a, const struct stat *st, int missing)
{
	const int class = mode_class(a, st);

	if (class < 2 && (st->st_mode & 7 & missing) == (mode_t)missing)
		str_add(out, class ? _(": the group's letters decide, not the others'")
				   : _(": the owner's letters decide, not the others'"));
}

/* What is asked before the mode (may_open() of fs/namei.c). */
static bool why_place(struct str *out, const struct walk *k, int want)
{
	const bool device = S_ISCHR(k->st.st_mode) || S_ISBLK(k->st.st_mode);
	struct statvfs fs = { 0 };

	if (k->fd < 0 || fstatvfs(k->fd, &fs))
		return false;
	if (want & PATH_PROGRAM && !S_ISREG(k->st.st_mode)) {
		say_at(out, &k->at);
		str_addf(out, _(" is %s, no program"), path_kind(k->st.st_mode));
	} else if (want & PATH_PROGRAM && fs.f_flag & ST_NOEXEC) {
		say_at(out, &k->at);
		str_add(out, _(" is in a file system without programs (noexec)"));
	} else if (device && fs.f_flag & ST_NODEV) {
		say_at(out, &k->at);
		str_add(out, _(" is in a file system without devices (nodev)"));
	} else {
		return false;
	}
	say_via(out, k);
	return true;
}

/* O_CREAT that finds another's file in a directory like /tmp (may_create_in_sticky()). */
static bool why_protected(struct str *out, const struct walk *k, const struct asker *a)
{
	const bool fifo = S_ISFIFO(k->st.st_mode);
	const long level = fifo                     ? sysv_limit("fs/protected_fifos")
			   : S_ISREG(k->st.st_mode) ? sysv_limit("fs/protected_regular")
						    : 0;
	const mode_t dir = k->dir_st.st_mode;
	const int least = dir & 0002 ? 1 : dir & 0020 ? 2 : 3;

	if (!(dir & S_ISVTX) || level < least || k->st.st_uid == a->uid ||
	    k->st.st_uid == k->dir_st.st_uid)
		return false;
	say_at(out, &k->dir);
	str_addf(out,
		 _(" is a sticky directory (t) in which others may write: there O_CREAT opens "
		   "nobody's %s but the caller's own (fs.protected_%s); this one is user %u's"),
		 fifo ? "FIFO" : _("file"), fifo ? "fifos" : "regular", (unsigned)k->st.st_uid);
	return true;
}

/* A directory on the way that may not be searched, or another's link in a directory like /tmp. */
static void why_no_way(struct str *out, const struct walk *k, const struct asker *a,
		       const struct world *w)
{
	if (S_ISLNK(k->st.st_mode)) {
		say_at(out, &k->at);
		str_addf(
			out,
			_(" is a symbolic link of user %u in a sticky directory in which others may "
			  "write: nobody else follows it (fs.protected_symlinks)"),
			(unsigned)k->st.st_uid);
		return;
	}
	say_asker(out, &k->at, &k->st, a, w);
	str_add(out, _(" to look up a name in it (x)"));
	say_class(out, a, &k->st, 1);
	say_via(out, k);
}

static void why_access(struct str *out, const struct walk *k, const struct world *w, int want)
{
	const bool in_dir =
		want & PATH_REMOVE || want == PATH_MAKE || (want & PATH_MAKE && k->err == ENOENT);
	const struct stat *st = in_dir ? &k->dir_st : &k->st;
	const int bits = in_dir ? 3 : want & PATH_PROGRAM ? 1 : want & 7;
	struct asker a;
	int missing;

	if ((k->err && !in_dir && k->err != EACCES) || !asker_of(&a, w))
		return;
	if (k->err == EACCES) {
		why_no_way(out, k, &a, w);
		return;
	}
	if (!in_dir && ((want & PATH_MAKE && why_protected(out, k, &a)) || why_place(out, k, want)))
		return;
	missing = mode_refuses(&a, st, in_dir ? k->dir_fd : k->fd, bits);
	if (missing) {
		say_asker(out, in_dir ? &k->dir : &k->at, st, &a, w);
		str_add(out, want & PATH_REMOVE ? _(" to remove a name from it (w)")
			     : in_dir           ? _(" to make a name in it (w)")
			     : bits == 1 && S_ISDIR(st->st_mode) ? _(" to enter it (x)")
								 : to_do(missing));
		say_class(out, &a, st, missing);
		say_via(out, k);
	} else if ((in_dir || want & 2) && w->writable) {
		str_addf(out, _("the sandbox lets the session write in %s only: help sandbox"),
			 w->writable);
	} else if (!(want & PATH_PROGRAM)) {
		str_add(out, _("the modes allow it: a rule of the system's does not"));
	}
}

enum { FINAL = STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND };

static unsigned long attributes(int fd)
{
	struct statx x = { 0 };

	return fd >= 0 && !statx(fd, "", AT_EMPTY_PATH, 0, &x) ? x.stx_attributes : 0;
}

/* may_delete(), may_create() and may_open() of fs/namei.c */
static void why_eperm(struct str *out, const struct walk *k, const struct world *w, int want)
{
	const struct str *at = NULL;
	unsigned long has = 0;
	struct asker a;

	if (attributes(k->dir_fd) & (want & PATH_REMOVE ? FINAL : STATX_ATTR_IMMUTABLE) &&
	    (want & PATH_REMOVE || k->err == ENOENT)) {
		at = &k->dir, has = attributes(k->dir_fd);
	} else if (want & PATH_REMOVE && k->dir_st.st_mode & S_ISVTX && asker_of(&a, w) &&
		   !a.owner && a.uid != k->dir_st.st_uid && a.uid != k->st.st_uid) {
		say_at(out, &k->dir);
		str_addf(
			out,
			_(" is sticky (t), and of user %u: only a file's owner, user %u, or the "
			  "directory's may remove it, or privilege (CAP_FOWNER); %s asks as user %u"),
			(unsigned)k->dir_st.st_uid, (unsigned)k->st.st_uid, w->self.name, a.uid);
		return;
	} else if (!k->err && want & (2 | PATH_REMOVE) &&
		   attributes(k->fd) & (want & PATH_APPEND ? STATX_ATTR_IMMUTABLE : FINAL)) {
		at = &k->at, has = attributes(k->fd);
	}
	if (at) {
		say_at(out, at);
		str_add(out, has & STATX_ATTR_IMMUTABLE
				     ? _(" is immutable (chattr +i)")
				     : _(" can only be appended to (chattr +a)"));
	} else if (want == PATH_MAKE) {
		str_add(out, _("that file system has no FIFOs"));
	}
}

/* A name takes an inode, and of these a file system may have none left while it has room for bytes. */
static void why_full(struct str *out, const struct walk *k)
{
	struct statvfs fs;

	if (k->dir_fd >= 0 && !fstatvfs(k->dir_fd, &fs) && fs.f_files && !fs.f_ffree)
		str_addf(out, _("all inodes of that file system, %lu, are in use: no file more"),
			 (unsigned long)fs.f_files);
	else
		str_add(out, _("that file system is full"));
}

static void why_long(struct str *out, const struct walk *k, size_t n)
{
	const char *slash = k->at.len ? strrchr(k->at.s, '/') : NULL;

	if (n >= PATH_MAX)
		str_addf(out, _("a path has at most %d bytes; this has %zu"), PATH_MAX - 1, n);
	else if (k->err == ENAMETOOLONG)
		str_addf(out, _("a name in a path has at most %d bytes; this one has %zu"),
			 NAME_MAX, k->at.len - (slash ? (size_t)(slash - k->at.s) + 1 : 0));
	else
		str_add(out, _("that file system has no names as long as that"));
}

static void why_loop(struct str *out, const struct walk *k)
{
	if (k->circle) {
		say_at(out, &k->at);
		str_add(out, _(" is a symbolic link that leads back to itself"));
	} else if (k->err == ELOOP) {
		str_add(out, _("more than 40 symbolic links are in the way"));
	}
}

bool why_path_text(struct str *out, int err, const char *s, size_t n, const struct world *w,
		   int want)
{
	bool told = true;
	struct walk k;

	walk_path(&k, w, s, n, !(want & (PATH_REMOVE | PATH_NOFOLLOW)) && want != PATH_MAKE);
	switch (err) {
	case ENOENT:
		if (n == 0)
			str_add(out, _("an empty path names nothing"));
		else
			why_missing(out, &k, w, want, s[n - 1] == '/');
		break;
	case ENOTDIR:
		if ((k.err && k.err != ENOTDIR) || S_ISDIR(k.st.st_mode))
			break;
		say_at(out, &k.at);
		str_addf(out, _(" is %s, no directory"), path_kind(k.st.st_mode));
		say_via(out, &k);
		break;
	case EEXIST:
		say_path(out, s, n);
		str_addf(out, _(" exists already%s%s"), k.err ? "" : _(": "),
			 k.err ? "" : path_kind(k.st.st_mode));
		break;
	case EISDIR:
		say_path(out, s, n);
		if (k.err)
			str_add(out, _(" ends in /, which only a directory's name may do"));
		else
			str_add(out, want & PATH_MAKE && !(want & 2)
					     ? _(" is a directory: O_CREAT is for files")
					     : _(" is a directory"));
		break;
	case EACCES:
		why_access(out, &k, w, want);
		break;
	case EPERM:
		why_eperm(out, &k, w, want);
		break;
	case ELOOP:
		why_loop(out, &k);
		break;
	case ENAMETOOLONG:
		why_long(out, &k, n);
		break;
	case EROFS:
		if (w->writable)
			str_addf(out,
				 _("the sandbox lets the session write in %s only: help sandbox"),
				 w->writable);
		else
			str_add(out, _("that file system is mounted read-only"));
		break;
	case ENOSPC:
		why_full(out, &k);
		break;
	case EDQUOT:
		str_add(out, _("the user's share of that file system is full"));
		break;
	case ENOMEM:
		str_add(out, _("the kernel has no memory left"));
		break;
	default:
		told = false;
	}
	walk_release(&k);
	return told;
}

bool why_path(struct str *out, const struct call *c, int arg, const struct world *w, int want)
{
	size_t n;
	const char *s = path_text(c, arg, &n);

	return why_path_text(out, c->err, s, n, w, want);
}
