/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Descriptors: close, read, write, dup, dup2, ioctl FIONREAD.  (open, fcntl and poll have files of
 * their own; what read and write wait for is in fd_wait.c.)  make functions run in a learner's
 * process, the rest in the shell.
 */
#include "ipc/fd.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/fcntl.h"
#include "ipc/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* close, dup, dup2 */

/* filp_close(): what goes with a descriptor that is closed are the process's locks (fcntl) on its file, by whichever
 * descriptor they were taken. An O_PATH one takes none along. */
static void closes(struct call *c, long fd, const struct world *w)
{
	struct stat st;
	long flags;

	if (!fd_stat(w, fd, &st) || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		return;
	flags = fd_flags(w, fd);
	if (flags != -1 && !(flags & O_PATH) && locks_own(w, &st))
		call_put(c, CALL_BEFORE, &st, sizeof(st));
}

/* It is news where the file is open by another descriptor still. */
static void note_unlocked(struct str *out, const struct call *c, const struct world *w)
{
	const void *bytes = call_bytes(c, CALL_BEFORE, sizeof(struct stat));
	struct str open = STR_INIT;
	struct stat st;

	if (c->ret < 0 || !bytes)
		return;
	memcpy(&st, bytes, sizeof(st));
	if (fd_say_own(&open, w, &st) && !locks_own(w, &st))
		str_addf(out,
			 _("%s%s's locks (fcntl) on that file are gone with it: a close of any "
			   "descriptor of a file drops them%s"),
			 out->len ? _("; ") : "", w->self.name, str_text(&open));
	str_free(&open);
}

static void close_before(struct call *c, const struct world *w)
{
	closes(c, c->arg[0].num, w);
}

static long close_make(struct call *c)
{
	return close((int)c->arg[0].num);
}

static void close_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err == EBADF)
		why_ebadf(out, w, c->arg[0].num, 0);
	else if (c->err == EINTR) {
		say_woken(out, w);
		str_add(out, _("; the descriptor is closed all the same"));
	} else if (c->err == EIO || c->err == ENOSPC || c->err == EDQUOT)
		str_add(out, _("an earlier write could not be finished; the descriptor is closed"));
}

const struct prim prim_close = {
	.name = "close",
	.topic = "pipes",
	.summary = N_("close a descriptor"),
	.help = N_(
		"When the last write end of a pipe is closed its readers see the end of file; when the\n"
		"last read end is closed its writers get SIGPIPE and EPIPE."),
	.proto = "int close(int fd);",
	.example = "r w = pipe\n"
		   "close w\n"
		   "read r",
	.man = "close(2)",
	.errors = "EBADF EDQUOT EINTR EIO ENOSPC",
	.param = { { "fd", &type_fd, NULL, 0, NULL, NULL } },
	.flags = PRIM_FDS,
	.before = close_before,
	.make = close_make,
	.why = close_why,
	.note = note_unlocked,
};

static long dup_make(struct call *c)
{
	return dup((int)c->arg[0].num);
}

static void dup_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err == EBADF)
		why_ebadf(out, w, c->arg[0].num, 0);
	else if (c->err == EMFILE || c->err == ENFILE)
		why_emfile(out, w, c->err);
}

/* FD_CLOEXEC belongs to the number, not to the open file. */
static void dup_note(struct str *out, const struct call *c, const struct world *w)
{
	const long from = c->arg[0].num, flags = c->ret >= 0 ? fd_flags(w, from) : -1;

	if (c->ret >= 0 && c->ret == from)
		str_add(out, _("the same number: nothing was closed or copied"));
	else if (flags != -1 && flags & O_CLOEXEC)
		str_addf(out, _("exec closes %ld, and not its copy"), from);
}

const struct prim prim_dup = {
	.name = "dup",
	.topic = "pipes",
	.summary = N_("copy a descriptor to the lowest free number"),
	.help = N_(
		"Both numbers are the same open file: one offset, one set of status flags. Each copy of\n"
		"a write end must be closed before a reader sees the end of file."),
	.proto = "int dup(int oldfd);",
	.example = "r w = pipe\n"
		   "w2 = dup w",
	.man = "dup(2)",
	.errors = "EBADF EMFILE ENOMEM",
	.param = { { "oldfd", &type_fd, NULL, 0, NULL, NULL } },
	.flags = PRIM_FDS,
	.binds = KIND_FD,
	.make = dup_make,
	.why = dup_why,
	.note = dup_note,
};

static void dup2_before(struct call *c, const struct world *w)
{
	if (c->arg[0].num != c->arg[1].num)
		closes(c, c->arg[1].num, w);
}

static void dup2_note(struct str *out, const struct call *c, const struct world *w)
{
	dup_note(out, c, w);
	note_unlocked(out, c, w);
}

static long dup2_make(struct call *c)
{
	return dup2((int)c->arg[0].num, (int)c->arg[1].num);
}

static void dup2_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err == EBADF) {
		/* the new number is looked at first, unless it is the old one (fs/file.c) */
		if (c->arg[0].num != c->arg[1].num)
			why_over_limit(out, w, c->arg[1].num);
		if (!out->len)
			why_ebadf(out, w, c->arg[0].num, 0);
	} else if (c->err == EMFILE || c->err == ENFILE) {
		why_emfile(out, w, c->err);
	} else if (c->err == EINTR) {
		say_woken(out, w);
		str_add(out, _(" while the old file of that number was closed"));
	} else if (c->err == EBUSY) {
		str_add(out, _("another thread was opening that number at the same moment"));
	}
}

const struct prim prim_dup2 = {
	.name = "dup2",
	.topic = "pipes",
	.summary = N_("copy a descriptor to a chosen number"),
	.help = N_(
		"What newfd was before is closed first. This is how a shell puts a pipe in the place of\n"
		"descriptor 0 or 1 before exec."),
	.proto = "int dup2(int oldfd, int newfd);",
	.example = "r w = pipe\n"
		   "dup2 w 1\n"
		   "echo hello\n"
		   "read r",
	.man = "dup2(2)",
	.errors = "EBADF EBUSY EINTR EMFILE ENOMEM",
	.param = { { "oldfd", &type_fd, NULL, 0, NULL, NULL },
		   { "newfd", &type_fd, NULL, 0, NULL, NULL } },
	.flags = PRIM_FDS,
	.binds = KIND_FD,
	.before = dup2_before,
	.make = dup2_make,
	.why = dup2_why,
	.note = dup2_note,
};

/* read */

static long read_make(struct call *c)
{
	size_t count = (size_t)c->arg[READ_COUNT].num;
	void *buf = call_out(c, READ_BUF, count);
	ssize_t n;

	if (call_failed(c, READ_BUF, buf))
		return -1;
	n = syscall(SYS_read, (int)c->arg[READ_FD].num, buf, count);
	if (n >= 0)
		call_got(c, READ_BUF, (size_t)n);
	return n;
}

static bool read_give(const struct call *c, int n, struct given *g)
{
	const void *buf = call_bytes(c, READ_BUF, 0);

	if (n == 1)
		return true;
	g->text = buf ? buf : "";
	g->len = buf ? call_length(c, READ_BUF) : 0;
	return true;
}

static void read_data(struct str *out, const struct call *c)
{
	size_t n = c->ret >= 0 ? call_length(c, READ_BUF) : 0;

	if (n)
		str_addn(out, call_bytes(c, READ_BUF, n), n);
}

const struct prim prim_read = {
	.name = "read",
	.topic = "pipes",
	.summary = N_("take bytes out of a pipe, or read a file"),
	.help = N_(
		"Sleeps while the pipe is empty and a write end is open anywhere; returns what is there,\n"
		"up to count; 0 is the end of file: no write end is left. `n = read r 100` names how many,\n"
		"`n text = read r 100` the bytes as well."),
	.proto = "ssize_t read(int fd, void *buf, size_t count);",
	.example = "r w = pipe\n"
		   "write w \"hello\"\n"
		   "read r 100",
	.man = "read(2), pipe(7)",
	.errors = "EAGAIN EBADF EFAULT EINTR EINVAL EIO EISDIR EOVERFLOW",
	.param = { { "fd", &type_fd, NULL, 0, NULL, NULL },
		   { "buf", &type_out, NULL, PARAM_OUT, NULL, NULL },
		   { "count", &type_size, "1024", 0, NULL, "size" } },
	.flags = PRIM_PIPE,
	.binds = KIND_INT,
	.two = "n text",
	.give = read_give,
	.sleeps = { PRIM_NR_READ },
	.make = read_make,
	.why = read_why,
	.asleep = read_asleep,
	.note = read_note,
	.data = read_data,
};

/* write */

size_t write_count(const struct call *c)
{
	return (size_t)c->arg[WRITE_COUNT].num;
}

static int parse_buf(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return type_text.parse(ps, p, c, i);
}

/* Cut, or filled up with NULs, to the size that the kernel is told. */
static void format_buf(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	const size_t len = call_length(c, i), count = write_count(c);
	const size_t total = len * (c->arg[i].repeat ? c->arg[i].repeat : 1);
	const char *bytes = call_bytes(c, i, len);
	char head[FORMAT_STRING + 1];
	size_t n = count < sizeof(head) ? count : sizeof(head);

	(void)p, (void)done;
	for (size_t k = 0; k < n; k++)
		head[k] = bytes && len && k < total ? bytes[k % len] : '\0';
	str_quote(out, head, n, FORMAT_STRING);
}

static void format_count(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	(void)p, (void)i, (void)done;
	str_addf(out, "%zu", write_count(c));
}

/* By default the text's length. */
static int parse_count(struct parse *ps, const struct param *p, struct call *c, int i)
{
	if (ps->at != p->def)
		return type_size.parse(ps, p, c, i);
	if (c->arg[WRITE_BUF].null)
		return fail(ps->cause, _("write: how many bytes? An address has no length: "
					 "write w buf=0x1234 size=5"));
	c->arg[i].num = c->arg[WRITE_BUF].num;
	return 0;
}

static const struct argtype type_write_buf = {
	.what = N_("a text: \"hello\\n\", \"x\"*65536"),
	.parse = parse_buf,
	.format = format_buf,
	.points = POINTS_TEXT,
};
static const struct argtype type_write_count = {
	.what = N_("how many bytes, if not the text's length"),
	.parse = parse_count,
	.format = format_count,
	.number = true,
};

static long write_make(struct call *c)
{
	const int fd = (int)c->arg[WRITE_FD].num;
	const size_t count = write_count(c);
	size_t len, n = count, room;
	char *buf = call_in(c, WRITE_BUF, &len), *longer;
	int err;

	if (call_failed(c, WRITE_BUF, buf))
		return -1;
	c->arg[CALL_BEFORE].num = lseek(fd, 0, SEEK_CUR);
	if (c->arg[WRITE_BUF].null)
		call_at(c, WRITE_BUF, n < FORMAT_STRING + 1 ? n : FORMAT_STRING + 1);
	if (n <= len || c->arg[WRITE_BUF].null)
		return syscall(SYS_write, fd, buf, n);
	/* told more than there is: what follows is NULs, and not the shell's own memory */
	room = n < CALL_MOST ? n : CALL_MOST;
	longer = mmap(NULL, room, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (longer == MAP_FAILED)
		return -1;
	memcpy(longer, buf, len);
	n = (size_t)write(fd, longer, n);
	err = errno;
	munmap(longer, room);
	errno = err;
	return (long)n;
}

const struct prim prim_write = {
	.name = "write",
	.topic = "pipes",
	.summary = N_("put bytes into a pipe, or write to a file"),
	.help = N_(
		"Sleeps while the pipe has no room. Up to PIPE_BUF (4096) bytes go whole or not at all;\n"
		"more may mix with other writers' bytes. Without any read end: SIGPIPE, then EPIPE."),
	.proto = "ssize_t write(int fd, const void *buf, size_t count);",
	.example = "r w = pipe\n"
		   "write w \"hello\"",
	.man = "write(2), pipe(7)",
	.errors = "EAGAIN EBADF EDQUOT EFAULT EFBIG EINTR EINVAL EIO ENOSPC EPERM EPIPE",
	.param = { { "fd", &type_fd, NULL, 0, NULL, NULL },
		   { "buf", &type_write_buf, NULL, 0, NULL, "text" },
		   { "count", &type_write_count, "buf's", PARAM_NAMED, NULL, "size" } },
	.flags = PRIM_PIPE | PRIM_SIGNALS,
	.binds = KIND_INT,
	.sleeps = { SYS_write },
	.make = write_make,
	.why = write_why,
	.asleep = write_asleep,
	.note = write_note,
};

/* ioctl */

static const struct constant ioctl_constants[] = {
	{ "FIONREAD", FIONREAD, N_("how many bytes a read could take now") },
	{ NULL, 0, NULL },
};

static int parse_request(struct parse *ps, const struct param *p, struct call *c, int i)
{
	if (parse_number(ps, p, KIND_INT, &c->arg[i].num))
		return -1;
	return c->arg[i].num == FIONREAD
		       ? 0
		       : parse_fail(ps, _("only FIONREAD: pipes have no other request"));
}

static void format_request(struct str *out, const struct param *p, const struct call *c, int i,
			   bool done)
{
	type_cmd.format(out, p, c, i, done);
}

static const struct argtype type_request = {
	.what = "FIONREAD",
	.parse = parse_request,
	.format = format_request,
};

static void format_int(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	const int *n = call_bytes(c, i, sizeof(*n));

	if (done && c->ret >= 0 && n)
		str_addf(out, "[%d]", *n);
	else
		str_add(out, p->name);
}

static const struct argtype type_out_int = { .what = N_("filled by the kernel"),
					     .format = format_int,
					     .size = sizeof(int) };

static long ioctl_make(struct call *c)
{
	int *n = call_out(c, 2, sizeof(*n));
	int r = call_failed(c, 2, n) ? -1
				     : (int)syscall(SYS_ioctl, (int)c->arg[0].num, FIONREAD, n);

	if (r == 0)
		call_got(c, 2, sizeof(*n));
	return r;
}

static bool ioctl_give(const struct call *c, int n, struct given *g)
{
	const int *bytes = call_bytes(c, 2, sizeof(*bytes));

	(void)n;
	g->num[0] = bytes ? *bytes : 0;
	return bytes != NULL;
}

static void ioctl_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err == EBADF)
		why_ebadf(out, w, c->arg[0].num, 0);
	else if (c->err == EACCES)
		str_add(out, _("the sandbox lets the session ask no device: help sandbox"));
	else if (c->err == ENOTTY || c->err == EINVAL)
		str_addf(out, _("descriptor %ld cannot tell how much there is to read"),
			 c->arg[0].num);
}

/* Fewer bytes than the pipe holds are no promise of room. */
static void ioctl_note(struct str *out, const struct call *c, const struct world *w)
{
	struct end end;

	if (c->ret < 0)
		return;
	if (pipe_of(w, c->arg[0].num, &end) > 0)
		pipe_say_pages(out, w, end.inode);
	free(end.path);
}

const struct prim prim_ioctl = {
	.name = "ioctl",
	.topic = "pipes",
	.summary = N_("ask how many bytes are inside a pipe"),
	.help = N_(
		"FIONREAD looks and takes nothing; either end will do. `n = ioctl r FIONREAD` names the number."),
	.proto = "int ioctl(int fd, unsigned long request, int *n);",
	.example = "r w = pipe\n"
		   "write w \"hello\"\n"
		   "ioctl r FIONREAD",
	.man = "ioctl(2), pipe(7)",
	.errors = "EBADF EFAULT EINVAL ENOTTY",
	.param = { { "fd", &type_fd, NULL, 0, NULL, NULL },
		   { "request", &type_request, "FIONREAD", 0, ioctl_constants, NULL },
		   { "n", &type_out_int, NULL, PARAM_OUT, NULL, NULL } },
	.binds = KIND_INT,
	.give = ioctl_give,
	.make = ioctl_make,
	.why = ioctl_why,
	.note = ioctl_note,
};
