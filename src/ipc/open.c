/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * open: its flags, what the open of a FIFO waits for, why it refuses.  make runs in a learner's
 * process, the rest in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int parse_number_word(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_number(ps, p, KIND_INT, &c->arg[i].num);
}

enum { PTS_MAJOR = 136 }; /* /dev/pts/0: include/uapi/linux/major.h */
enum { OPEN_PATH, OPEN_FLAGS, OPEN_MODE };

/* The kernel's values: glibc says 0 for O_LARGEFILE on a 64-bit machine. */
const struct constant open_constants[] = {
	{ "O_RDONLY", O_RDONLY, N_("read only (0)") },
	{ "O_WRONLY", O_WRONLY, N_("write only") },
	{ "O_RDWR", O_RDWR, N_("read and write; a FIFO opens at once") },
	{ "O_ACCMODE", O_ACCMODE, N_("3: Linux's fourth access mode, for ioctl only") },
	{ "O_CREAT", O_CREAT, N_("make the file if there is none: takes a mode") },
	{ "O_EXCL", O_EXCL, N_("with O_CREAT: EEXIST if there is one") },
	{ "O_NOCTTY", O_NOCTTY, N_("a terminal does not become the controlling one") },
	{ "O_TRUNC", O_TRUNC, N_("cut a regular file to 0 bytes") },
	{ "O_APPEND", O_APPEND, N_("every write goes to the end") },
	{ "O_NONBLOCK", O_NONBLOCK, N_("never sleep: EAGAIN, or ENXIO for a FIFO without reader") },
	{ "O_SYNC", O_SYNC, N_("a write returns when the data is on the disk") },
	{ "O_DSYNC", O_DSYNC, N_("the same, less the metadata that reading does not need") },
	{ "O_DIRECT", O_DIRECT, N_("files: no page cache; pipes: packets") },
	{ "O_LARGEFILE", 0100000, N_("always on here") },
	{ "O_NOFOLLOW", O_NOFOLLOW, N_("ELOOP if the name is a symbolic link") },
	{ "O_NOATIME", O_NOATIME, N_("reading does not change the access time") },
	{ "O_CLOEXEC", O_CLOEXEC, N_("exec closes it") },
	{ "O_PATH", O_PATH, N_("a place in the file system; nothing is read or written") },
	{ "O_TMPFILE", O_TMPFILE, N_("a file without a name in that directory: takes a mode") },
	{ "O_DIRECTORY", O_DIRECTORY, N_("ENOTDIR if it is no directory") },
	{ "FASYNC", O_ASYNC, N_("O_ASYNC as strace writes it") },
	{ "O_ASYNC", O_ASYNC, N_("SIGIO when it can be read or written (fcntl F_SETOWN)") },
	{ "O_NDELAY", O_NONBLOCK, N_("O_NONBLOCK's old name") },
	{ "O_RSYNC", O_RSYNC, N_("O_SYNC: Linux makes no difference for reading") },
	{ NULL, 0, NULL },
};

void format_open_flags(struct str *out, unsigned long flags)
{
	static const char *const access[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE" };

	str_add(out, access[flags & O_ACCMODE]);
	if (flags & ~(unsigned long)O_ACCMODE) {
		str_addc(out, '|');
		format_flags(out, open_constants + OPEN_MODES, flags & ~(unsigned long)O_ACCMODE);
	}
}

static void format_flagarg(struct str *out, const struct param *p, const struct call *c, int i,
			   bool done)
{
	(void)p, (void)done;
	format_open_flags(out, (unsigned)c->arg[i].num);
}

static const struct argtype type_open_flags = {
	.what = N_("flags: O_WRONLY|O_NONBLOCK"),
	.parse = parse_number_word,
	.format = format_flagarg,
};

static bool wants_mode(long flags)
{
	return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
}

/* mode is an argument of the C call only when a file may be made. */
static int open_parse(struct parse *ps, const struct words *words, struct call *c)
{
	if (parse_given(ps, words, c))
		return -1;
	if (!c->arg[OPEN_PATH].given)
		return fail(ps->cause, _("open: which file? as in open hello O_WRONLY|O_NONBLOCK"));
	c->arg[OPEN_FLAGS].given = true;
	if (c->arg[OPEN_MODE].given && !wants_mode(c->arg[OPEN_FLAGS].num))
		return fail(ps->cause, _("open: a mode is for a new file: it goes with O_CREAT or "
					 "O_TMPFILE"));
	if (!c->arg[OPEN_MODE].given && wants_mode(c->arg[OPEN_FLAGS].num)) {
		c->arg[OPEN_MODE].num = 0666;
		c->arg[OPEN_MODE].given = true;
	}
	return 0;
}

static long open_make(struct call *c)
{
	const char *path = call_text(c, OPEN_PATH);

	if (call_failed(c, OPEN_PATH, path))
		return -1;
	return syscall(SYS_openat, AT_FDCWD, path, (int)c->arg[OPEN_FLAGS].num,
		       (mode_t)c->arg[OPEN_MODE].num);
}

static bool writes(const struct call *c)
{
	return (c->arg[OPEN_FLAGS].num & O_ACCMODE) == O_WRONLY;
}

static void open_asleep(struct str *out, const struct call *c, const struct world *w)
{
	const char *path = call_bytes(c, OPEN_PATH, 1);
	unsigned long inode = 0;

	if (path && w->ends)
		inode = ends_awaited(w->ends, w->proc, w->self.pid, w->self.since, path);
	if (!inode) {
		why_lease(out, c, OPEN_PATH, w);
	} else if (ends_leads(w->proc, w->self.pid, path, inode)) {
		str_add(out, _("nobody has opened "));
		path_say(out, c, OPEN_PATH);
		str_add(out, writes(c) ? _(" for reading") : _(" for writing"));
	} else {
		path_say(out, c, OPEN_PATH);
		str_addf(out, _(" does not lead to that FIFO any more: nobody can open it for %s"),
			 writes(c) ? _("reading") : _("writing"));
	}
}

static pid_t open_wake(struct str *out, const struct call *c, const struct world *w)
{
	const char *path = call_bytes(c, OPEN_PATH, 1);
	const struct stat st = path_stat(c, OPEN_PATH, w, true);
	unsigned long inode;

	if (!path || !w->ends)
		return 0;
	if (S_ISREG(st.st_mode))
		return lease_wake(out, w, &st);
	inode = ends_awaited(w->ends, w->proc, w->self.pid, w->self.since, path);
	if (!ends_leads(w->proc, w->self.pid, path, inode))
		return 0;
	str_add(out, _("open "));
	path_say(out, c, OPEN_PATH);
	str_add(out, writes(c) ? " O_RDONLY" : " O_WRONLY");
	return 0;
}

/* What is asked of the path, and of what it leads to (ACC_MODE of the kernel). */
static int wants(long flags)
{
	static const int bits[] = { 4, 2, 6, 6 };
	int want = bits[flags & O_ACCMODE] | (flags & O_TRUNC ? 2 : 0);

	if ((flags & O_TMPFILE) == O_TMPFILE)
		return 3; /* of the directory */
	if (flags & O_PATH)
		want = 0;
	else if (flags & O_CREAT)
		want |= PATH_MAKE;
	if (flags & O_NOFOLLOW || (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		want |= PATH_NOFOLLOW;
	return want;
}

/* build_open_flags() of fs/open.c, then do_dentry_open() */
static void why_einval(struct str *out, const struct call *c, const struct world *w)
{
	const long flags = c->arg[OPEN_FLAGS].num;

	if ((flags & O_CREAT) && (flags & O_DIRECTORY))
		str_add(out,
			(flags & O_TMPFILE) == O_TMPFILE
				? _("O_CREAT makes a file with a name, and O_TMPFILE one without")
				: _("O_CREAT makes files, and O_DIRECTORY opens none"));
	else if ((flags & O_TMPFILE) == O_TMPFILE && !(flags & O_ACCMODE))
		str_add(out, _("O_TMPFILE needs O_WRONLY or O_RDWR"));
	else if ((flags & O_TMPFILE) == (O_TMPFILE & ~O_DIRECTORY))
		str_add(out, _("O_TMPFILE has O_DIRECTORY in it, and this has not"));
	else if (flags & O_DIRECT && S_ISFIFO(path_stat(c, OPEN_PATH, w, true).st_mode))
		str_add(out, _("open has no O_DIRECT for a FIFO: fcntl F_SETFL sets it"));
	else if (flags & O_DIRECT)
		str_add(out, _("its file system has no O_DIRECT"));
}

/* A FIFO without a reader, a socket, a device that is not there. */
static void why_enxio(struct str *out, const struct call *c, const struct world *w)
{
	const struct stat st = path_stat(c, OPEN_PATH, w, true);

	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(5, 0)) {
		str_addf(out, _("%s has no controlling terminal"), w->self.name);
		return;
	}
	if (S_ISFIFO(st.st_mode)) {
		str_add(out, _("nobody has "));
		path_say(out, c, OPEN_PATH);
		str_add(out,
			_(" open for reading; without O_NONBLOCK it would sleep until somebody has"));
		return;
	}
	path_say(out, c, OPEN_PATH);
	str_add(out, S_ISSOCK(st.st_mode) ? _(" is a socket: connect(2) is for those")
					  : _(" is a device's name, and no such device is there"));
}

static void open_why(struct str *out, const struct call *c, const struct world *w)
{
	const long flags = c->arg[OPEN_FLAGS].num;

	switch (c->err) {
	case ENXIO:
		why_enxio(out, c, w);
		return;
	case EMFILE:
	case ENFILE:
		why_emfile(out, w, c->err);
		return;
	case EINTR:
		say_woken(out, w);
		/* of a FIFO the name may be gone */
		str_add(out, S_ISREG(path_stat(c, OPEN_PATH, w, true).st_mode)
				     ? _(" before the lease on it was given up")
				     : _(" before the other side opened it"));
		return;
	case EAGAIN:
		why_lease(out, c, OPEN_PATH, w);
		str_add(out, _("; O_NONBLOCK says not to sleep"));
		return;
	case EINVAL:
		why_einval(out, c, w);
		return;
	case ELOOP:
		if (flags & O_NOFOLLOW && S_ISLNK(path_stat(c, OPEN_PATH, w, false).st_mode)) {
			path_say(out, c, OPEN_PATH);
			str_add(out,
				_(" is a symbolic link, and O_NOFOLLOW says not to follow it"));
			return;
		}
		break;
	case EPERM:
		why_path(out, c, OPEN_PATH, w,
			 wants(flags) | (flags & O_APPEND && !(flags & O_TRUNC) ? PATH_APPEND : 0));
		if (!out->len && flags & O_NOATIME)
			str_add(out,
				_("O_NOATIME is for the file's owner, or takes privilege (CAP_FOWNER)"));
		return;
	case ETXTBSY:
		str_add(out, _("it is a program that is running: it cannot be written"));
		return;
	case EOPNOTSUPP:
		str_add(out, _("that file system has no O_TMPFILE"));
		return;
	case EIO: /* pty_open() */
		str_add(out,
			major(path_stat(c, OPEN_PATH, w, true).st_rdev) == PTS_MAJOR
				? _("that terminal's other side has not unlocked it (unlockpt(3))")
				: _("the device failed"));
		return;
	case ENODEV:
		str_add(out, _("the device is not there"));
		return;
	case EBUSY:
		str_add(out, _("the device is in use"));
		return;
	case EFBIG:
	case EOVERFLOW:
		str_add(out, _("the file is too large"));
		return;
	}
	why_path(out, c, OPEN_PATH, w, wants(flags));
}

static void add_note(struct str *out, const char *text)
{
	str_addf(out, "%s%s", out->len ? _("; ") : "", text);
}

/* Flags that were given and do nothing (build_open_how(), open(2)). */
static void note_flags(struct str *out, long flags, const struct stat *st, const struct stat *was)
{
	unsigned long unknown = (unsigned)flags & ~3UL;

	for (const struct constant *k = open_constants; k->name; k++)
		unknown &= ~(unsigned long)k->value;
	if (unknown) {
		str_addf(out, _("%s%#lx is no flag of open, and is ignored"),
			 out->len ? _("; ") : "", unknown);
	}
	if (flags & O_PATH) {
		if (flags & ~(long)(O_PATH | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW))
			add_note(
				out,
				_("with O_PATH all flags but O_CLOEXEC, O_DIRECTORY and O_NOFOLLOW "
				  "are ignored"));
		return;
	}
	if ((flags & (O_CREAT | O_EXCL)) == O_EXCL && !S_ISBLK(st->st_mode))
		add_note(out, _("O_EXCL means nothing without O_CREAT"));
	if (flags & O_ASYNC)
		add_note(out, _("O_ASYNC means nothing to open: fcntl F_SETFL sets it"));
	if ((flags & O_ACCMODE) == O_ACCMODE)
		add_note(out, _("access mode 3 is neither for reading nor for writing"));
	if (flags & O_TRUNC && S_ISFIFO(st->st_mode))
		add_note(out, _("O_TRUNC means nothing to a FIFO"));
	if (flags & O_TRUNC && (flags & O_ACCMODE) == O_RDONLY && was->st_size)
		add_note(out, _("O_TRUNC has emptied it, although it is open for reading only"));
}

/* A mode that was typed, and is not what the file has. */
static void note_mode(struct str *out, const struct call *c, const struct world *w,
		      const struct stat *st, bool made)
{
	const unsigned long asked = (unsigned long)c->arg[OPEN_MODE].num & 0777,
			    has = st->st_mode & 0777, mask = fd_umask(w);

	/* 0666 is what is typed for a mode that was left out */
	if (!wants_mode(c->arg[OPEN_FLAGS].num) || asked == 0666 || asked == has)
		return;
	if (made && (asked & ~mask) == has)
		str_addf(out, _("%sthe umask, %03lo, took %03lo away"), out->len ? _("; ") : "",
			 mask, asked & ~has);
	else if (!made)
		add_note(out, _("the file was there already: its mode stays"));
}

/* What is there already. A FIFO's is of no use, and an open may wait for long. */
static void open_before(struct call *c, const struct world *w)
{
	const long flags = c->arg[OPEN_FLAGS].num;
	struct stat st;

	if (!(flags & (O_CREAT | O_TRUNC)))
		return;
	st = path_stat(c, OPEN_PATH, w, true);
	if (S_ISREG(st.st_mode))
		call_put(c, CALL_BEFORE, &st, sizeof(st));
}

static void note_fifo(struct str *out, const struct call *c, const struct world *w,
		      const struct end *end)
{
	const long flags = c->arg[OPEN_FLAGS].num;

	if ((flags & O_ACCMODE) == O_RDONLY && (flags & O_NONBLOCK) &&
	    !ends_count(w->ends, end->inode, END_WRITE))
		add_note(out,
			 _("nobody has it open for writing: read returns 0 until somebody has"));
	if ((flags & O_ACCMODE) == O_RDWR)
		add_note(
			out,
			_("open for both, it waits for nobody; and while it is open no read of the "
			  "FIFO sees the end of file"));
	if (ends_count(w->ends, end->inode, END_READ | END_WRITE) == 1)
		note_small_pipe(out, w, end->inode);
}

static void open_note(struct str *out, const struct call *c, const struct world *w)
{
	const void *bytes = call_bytes(c, CALL_BEFORE, sizeof(struct stat));
	struct stat st, was = { 0 };
	struct end end;

	if (c->ret < 0 || !fd_stat(w, c->ret, &st))
		return;
	if (bytes)
		memcpy(&was, bytes, sizeof(was));
	if (pipe_of(w, c->ret, &end) > 0 && end.mode)
		note_fifo(out, c, w, &end);
	free(end.path);
	note_flags(out, c->arg[OPEN_FLAGS].num, &st, &was);
	note_mode(out, c, w, &st, S_ISREG(st.st_mode) && !bytes);
}

const struct prim prim_open = {
	.name = "open",
	.topic = "pipes",
	.summary = N_("open a file or a FIFO"),
	.help = N_(
		"The new descriptor is the lowest free number. Opening a FIFO for reading sleeps until\n"
		"somebody opens it for writing, and the other way round."),
	.proto = "int open(const char *pathname, int flags, ... /* mode_t mode */);",
	.example = "mkfifo hello\n"
		   "r = open hello O_RDONLY|O_NONBLOCK\n"
		   "w = open hello O_WRONLY",
	.man = "open(2), fifo(7)",
	.errors = "EACCES EBUSY EDQUOT EEXIST EFAULT EFBIG EINTR EINVAL EIO EISDIR ELOOP EMFILE "
		  "ENAMETOOLONG ENFILE ENODEV ENOENT ENOMEM ENOSPC ENOTDIR ENXIO EOPNOTSUPP "
		  "EOVERFLOW EPERM EROFS ETXTBSY EAGAIN",
	.param = { { "pathname", &type_path, NULL, 0, NULL, "path" },
		   { "flags", &type_open_flags, "O_RDONLY", PARAM_OPTIONAL, open_constants, NULL },
		   { "mode", &type_mode, NULL, PARAM_OPTIONAL, NULL, NULL } },
	.flags = PRIM_FDS | PRIM_FILES,
	.binds = KIND_FD,
	.sleeps = { SYS_openat, SYS_open },
	.traced = "openat",
	.before = open_before,
	.make = open_make,
	.parse = open_parse,
	.why = open_why,
	.asleep = open_asleep,
	.wake = open_wake,
	.note = open_note,
};
