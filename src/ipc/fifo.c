/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FIFOs' names: mkfifo, unlink.  What they do as pipes is in fd.c, as objects in pipe_state.c.
 * make functions run in a learner's process, the rest in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long mkfifo_make(struct call *c)
{
	const char *path = call_text(c, 0);

	if (call_failed(c, 0, path))
		return -1;
	return syscall(SYS_mknodat, AT_FDCWD, path, (mode_t)c->arg[1].num | S_IFIFO, 0);
}

static void mkfifo_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err == EINVAL)
		str_add(out, _("a FIFO's mode has permission bits only, up to 07777"));
	else
		why_path(out, c, 0, w, PATH_MAKE);
}

/* A mode that is not what came of it; but of 0666 a umask of 022 leaves what everybody expects. */
static void mkfifo_note(struct str *out, const struct call *c, const struct world *w)
{
	const unsigned long asked = (unsigned long)c->arg[1].num & 0777;
	const unsigned long mask = c->ret ? 0 : fd_umask(w);
	const struct stat st = path_stat(c, 0, w, false);

	if (!(asked & mask) || (asked == 0666 && mask == 022) || !S_ISFIFO(st.st_mode) ||
	    (st.st_mode & 0777) == asked)
		return;
	str_addf(out, _("the umask, %03lo, took %03lo away"), mask,
		 asked & ~(unsigned long)st.st_mode);
}

const struct prim prim_mkfifo = {
	.name = "mkfifo",
	.topic = "pipes",
	.summary = N_("make a FIFO: a pipe with a name"),
	.help = N_("Any process that may can open it by that name. The umask trims the mode."),
	.proto = "int mkfifo(const char *pathname, mode_t mode);",
	.example = "mkfifo hello",
	.man = "mkfifo(3), fifo(7)",
	.errors = "EACCES EDQUOT EEXIST EINVAL ELOOP ENAMETOOLONG ENOENT ENOSPC ENOTDIR EROFS",
	.param = { { "pathname", &type_path, NULL, 0, NULL, "path" },
		   { "mode", &type_mode, "0666", 0, NULL, NULL } },
	.flags = PRIM_FILES,
	.traced = "mknodat",
	.make = mkfifo_make,
	.why = mkfifo_why,
	.note = mkfifo_note,
};

static void unlink_before(struct call *c, const struct world *w)
{
	const struct stat st = path_stat(c, 0, w, false);

	/* of a FIFO the diff says so */
	if (st.st_nlink == 1 && !S_ISLNK(st.st_mode) && !S_ISFIFO(st.st_mode))
		call_put(c, CALL_BEFORE, &st, sizeof(st));
}

/* The last name goes, the file only with the last descriptor (iput() of the kernel). */
static void unlink_note(struct str *out, const struct call *c, const struct world *w)
{
	const void *bytes = call_bytes(c, CALL_BEFORE, sizeof(struct stat));
	struct str open = STR_INIT;
	struct stat st;

	if (c->ret || !bytes)
		return;
	memcpy(&st, bytes, sizeof(st));
	fd_say_holders(&open, w, &st, END_READ | END_WRITE, -1);
	if (open.len)
		str_addf(
			out,
			_("it is still open, and lives on without a name until the last descriptor "
			  "is closed%s"),
			str_text(&open));
	str_free(&open);
}

static long unlink_make(struct call *c)
{
	const char *path = call_text(c, 0);

	return call_failed(c, 0, path) ? -1 : syscall(SYS_unlink, path);
}

/* Is its last name "." or "..", or is there none (LAST_NORM of do_unlinkat())? */
static bool is_dots(const struct call *c)
{
	const char *path = call_bytes(c, 0, call_length(c, 0));
	size_t n = path ? strnlen(path, call_length(c, 0)) : 0, from;

	while (n && path[n - 1] == '/')
		n--;
	for (from = n; from && path[from - 1] != '/';)
		from--;
	return n - from <= 2 && strspn(path + from, ".") >= n - from;
}

static void unlink_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err == EISDIR) {
		path_say(out, c, 0);
		str_add(out,
			is_dots(c) ? _(" leads to a directory, and is no name that can be removed")
				   : _(" is a directory: rmdir removes it"));
	} else if (c->err == EBUSY) {
		path_say(out, c, 0);
		str_add(out, _(" is where something is mounted"));
	} else {
		why_path(out, c, 0, w, PATH_REMOVE);
	}
}

const struct prim prim_unlink = {
	.name = "unlink",
	.topic = "pipes",
	.summary = N_("remove a name"),
	.help = N_(
		"Those who have the FIFO open go on; those who sleep in open are not woken: nobody can\n"
		"come to them any more."),
	.proto = "int unlink(const char *pathname);",
	.example = "mkfifo hello\n"
		   "unlink hello",
	.man = "unlink(2)",
	.errors =
		"EACCES EBUSY EFAULT EIO EISDIR ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR EPERM EROFS",
	.param = { { "pathname", &type_path, NULL, 0, NULL, "path" } },
	.flags = PRIM_FILES,
	.before = unlink_before,
	.make = unlink_make,
	.why = unlink_why,
	.note = unlink_note,
};
