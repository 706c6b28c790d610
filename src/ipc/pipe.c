/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Anonymous pipes: pipe, pipe2, tee.  What is inside and who holds which end is told by
 * pipe_state.c.  make functions run in a learner's process, the rest in the shell.
 */
#include "ipc/pipe.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/fault.h"
#include "ipc/fd.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void format_pair(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	const int *fd = call_bytes(c, i, 2 * sizeof(*fd));

	if (done && c->ret == 0 && fd)
		str_addf(out, "[%d, %d]", fd[0], fd[1]);
	else
		str_add(out, p->name);
}

static const struct argtype type_pair = {
	.what = N_("filled by the kernel: read end, write end"),
	.format = format_pair,
	.size = 2 * sizeof(int),
};

static long make(struct call *c, int flags)
{
	int *fd = call_out(c, 0, 2 * sizeof(*fd)), r;

	if (call_failed(c, 0, fd))
		return -1;
	r = (int)syscall(SYS_pipe2, fd, flags);
	if (r == 0)
		call_got(c, 0, 2 * sizeof(*fd));
	return r;
}

static bool pipe_give(const struct call *c, int n, struct given *g)
{
	const int *fd = call_bytes(c, 0, 2 * sizeof(*fd));

	(void)n;
	if (!fd)
		return false;
	*g = (struct given){ { fd[0], fd[1] }, { KIND_FD, KIND_FD }, NULL, 0 };
	return true;
}

static long pipe_make(struct call *c)
{
	return make(c, 0);
}

static long pipe2_make(struct call *c)
{
	return make(c, (int)c->arg[1].num);
}

/* A pipe may be refused for its pages, too (create_pipe_files()). */
static void pipe_enfile(struct str *out, const struct world *w)
{
	const long hard = sysv_limit("fs/pipe-user-pages-hard");
	long open = sysv_limit("fs/file-nr"), most = sysv_limit("fs/file-max");

	if (hard > 0 && open >= 0 && open < most)
		str_addf(out,
			 _("this user's pipes would have more than %ld pages "
			   "(/proc/sys/fs/pipe-user-pages-hard)"),
			 hard);
	else
		why_emfile(out, w, ENFILE);
}

static void pipe_why(struct str *out, const struct call *c, const struct world *w)
{
	switch (c->err) {
	case EMFILE:
		why_emfile(out, w, c->err);
		str_add(out, _("; a pipe takes two"));
		break;
	case ENFILE:
		pipe_enfile(out, w);
		break;
	case EFAULT: /* do_pipe2() */
		why_fault(out, c, w);
		str_add(out, _("; both ends are closed again"));
		break;
	case ENOPKG:
		str_add(out,
			_("O_EXCL would make a queue of notifications (O_NOTIFICATION_PIPE), and this "
			  "kernel has none"));
		break;
	case EINVAL:
		str_add(out,
			_("pipe2 knows O_CLOEXEC, O_DIRECT and O_NONBLOCK, and no other flag"));
		break;
	}
}

/* alloc_pipe_info(): two pages where the user's pipes have too many already */
void note_small_pipe(struct str *out, const struct world *w, unsigned long inode)
{
	const long page = sysconf(_SC_PAGESIZE);
	struct pipe_inside in;

	if (!pipe_peek(w, inode, NULL, 0, &in) && in.size == 2 * page &&
	    sysv_limit("fs/pipe-max-size") > in.size)
		str_addf(out,
			 _("it holds %ld bytes only: this user's pipes have more than %ld pages "
			   "(/proc/sys/fs/pipe-user-pages-soft)"),
			 in.size, sysv_limit("fs/pipe-user-pages-soft"));
}

static void pipe_note(struct str *out, const struct call *c, const struct world *w)
{
	const int *fd = call_bytes(c, 0, 2 * sizeof(*fd));
	struct end end;

	if (c->ret || !fd)
		return;
	if (pipe_of(w, fd[0], &end) > 0)
		note_small_pipe(out, w, end.inode);
	free(end.path);
}

const struct prim prim_pipe = {
	.name = "pipe",
	.topic = "pipes",
	.summary = N_("make a pipe: a read end and a write end"),
	.help = N_(
		"A pipe has no name: only fork hands it to another process. `r w = pipe` names both ends."),
	.proto = "int pipe(int pipefd[2]);",
	.example = "r w = pipe",
	.man = "pipe(2), pipe(7)",
	.errors = "EFAULT EMFILE ENFILE",
	.param = { { "pipefd", &type_pair, NULL, PARAM_OUT, NULL, NULL } },
	.flags = PRIM_FDS,
	.two = "r w",
	.give = pipe_give,
	.traced = "pipe2",
	.make = pipe_make,
	.why = pipe_why,
	.note = pipe_note,
};

/* In strace's order. */
static const struct constant pipe2_constants[] = {
	{ "O_NONBLOCK", O_NONBLOCK, N_("both ends: EAGAIN instead of sleeping") },
	{ "O_DIRECT", O_DIRECT, N_("packets: each write is read as one") },
	{ "O_CLOEXEC", O_CLOEXEC, N_("exec closes both ends") },
	{ NULL, 0, NULL },
};

static int parse_flags(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_number(ps, p, KIND_INT, &c->arg[i].num);
}

/* A flag that pipe2 does not know has open's name, as in strace. */
static void format_pipe2_flags(struct str *out, const struct param *p, const struct call *c, int i,
			       bool done)
{
	const size_t at = out->len;

	(void)p, (void)done;
	format_flags(out, open_constants + OPEN_MODES, (unsigned)c->arg[i].num);
	if (!strncmp(str_text(out) + at, "0x", 2))
		str_add(out, " /* O_??? */");
}

static const struct argtype type_pipe2_flags = {
	.what = N_("flags"),
	.parse = parse_flags,
	.format = format_pipe2_flags,
};

const struct prim prim_pipe2 = {
	.name = "pipe2",
	.topic = "pipes",
	.summary = N_("make a pipe with flags"),
	.help = N_("The flags hold from the first moment: no fork or exec can come between."),
	.proto = "int pipe2(int pipefd[2], int flags);",
	.example = "r w = pipe2 O_NONBLOCK|O_CLOEXEC",
	.man = "pipe(2), pipe(7)",
	.errors = "EFAULT EINVAL EMFILE ENFILE ENOPKG",
	.param = { { "pipefd", &type_pair, NULL, PARAM_OUT, NULL, NULL },
		   { "flags", &type_pipe2_flags, "0", 0, pipe2_constants, NULL } },
	.flags = PRIM_FDS,
	.two = "r w",
	.give = pipe_give,
	.make = pipe2_make,
	.why = pipe_why,
	.note = pipe_note,
};

/* tee */

enum { TEE_IN, TEE_OUT, TEE_LEN, TEE_FLAGS };

static const struct constant splice_constants[] = {
	{ "SPLICE_F_MOVE", SPLICE_F_MOVE, N_("no effect on tee") },
	{ "SPLICE_F_NONBLOCK", SPLICE_F_NONBLOCK, N_("EAGAIN instead of sleeping") },
	{ "SPLICE_F_MORE", SPLICE_F_MORE, N_("no effect on tee") },
	{ "SPLICE_F_GIFT", SPLICE_F_GIFT, N_("no effect on tee") },
	{ NULL, 0, NULL },
};

static long tee_make(struct call *c)
{
	return tee((int)c->arg[TEE_IN].num, (int)c->arg[TEE_OUT].num, (size_t)c->arg[TEE_LEN].num,
		   (unsigned)c->arg[TEE_FLAGS].num);
}

/* An empty source is what it waits for first (fs/splice.c, link_pipe). */
static void tee_wait(struct str *out, const struct call *c, const struct world *w)
{
	struct pipe_inside in = { .bytes = -1 };
	struct end from, to;
	bool empty;

	if (pipe_of(w, c->arg[TEE_IN].num, &from) > 0)
		pipe_peek(w, from.inode, NULL, 0, &in);
	empty = in.bytes == 0 || in.bytes == -1;
	if (empty && from.inode)
		wait_empty(out, w, &from);
	else if (pipe_of(w, c->arg[TEE_OUT].num, &to) > 0) {
		wait_full(out, w, &to);
		free(to.path);
	}
	free(from.path);
}

/* do_tee(): both must be open before either's end is looked at */
static void tee_bad(struct str *out, long in, long to, const struct world *w)
{
	why_ebadf(out, w, in, 0);
	if (!out->len)
		why_ebadf(out, w, to, 0);
	if (!out->len)
		why_ebadf(out, w, in, END_READ);
	if (!out->len)
		why_ebadf(out, w, to, END_WRITE);
}

static void tee_why(struct str *out, const struct call *c, const struct world *w)
{
	const long in = c->arg[TEE_IN].num, to = c->arg[TEE_OUT].num;
	const unsigned long unknown = (unsigned)c->arg[TEE_FLAGS].num & ~0xfUL;
	struct end from = { 0 }, into = { 0 };

	switch (c->err) {
	case EBADF:
		tee_bad(out, in, to, w);
		break;
	case EINVAL:
		if (unknown)
			str_addf(out, _("tee has no flag %#lx"), unknown);
		else if (pipe_of(w, in, &from) <= 0)
			str_addf(out, _("%ld is no pipe: tee copies from a pipe to a pipe"), in);
		else if (pipe_of(w, to, &into) <= 0)
			str_addf(out, _("%ld is no pipe: tee copies from a pipe to a pipe"), to);
		else
			str_add(out, _("both are the same pipe"));
		break;
	case EAGAIN:
		tee_wait(out, c, w);
		str_add(out, c->arg[TEE_FLAGS].num & SPLICE_F_NONBLOCK
				     ? _("; SPLICE_F_NONBLOCK says not to sleep")
				     : _("; O_NONBLOCK says not to sleep"));
		break;
	case EINTR:
		say_woken(out, w);
		str_add(out, _(" before anything was copied"));
		break;
	case EPIPE:
		str_add(out, _("nobody holds a read end of "));
		if (pipe_of(w, to, &into) > 0)
			pipe_say(out, w, &into);
		else
			str_addf(out, _("the pipe behind %ld"), to);
		say_sigpipe(out, w);
		break;
	case ENOMEM:
		str_add(out, _("the kernel has no memory left"));
		break;
	}
	free(from.path);
	free(into.path);
}

/* 0 is no error: nothing was asked for (then not even the descriptors are looked at), or the end of file. */
static void tee_note(struct str *out, const struct call *c, const struct world *w)
{
	struct end from;

	if (c->ret)
		return;
	if (!c->arg[TEE_LEN].num) {
		str_add(out, _("0 bytes were asked for: tee looks at nothing then"));
		return;
	}
	if (pipe_of(w, c->arg[TEE_IN].num, &from) > 0) {
		str_add(out, _("end of file: nobody holds a write end of "));
		pipe_say(out, w, &from);
	}
	free(from.path);
}

const struct prim prim_tee = {
	.name = "tee",
	.topic = "pipes",
	.summary = N_("copy what is inside one pipe into another"),
	.help = N_("Takes nothing out of the first. (The program tee: command tee FILE.)"),
	.proto = "ssize_t tee(int fd_in, int fd_out, size_t len, unsigned flags);",
	.example = "r w = pipe\n"
		   "r2 w2 = pipe\n"
		   "write w \"hello\"\n"
		   "tee r w2 100 SPLICE_F_NONBLOCK\n"
		   "read r2",
	.man = "tee(2)",
	.errors = "EAGAIN EBADF EINTR EINVAL ENOMEM EPIPE",
	.param = { { "fd_in", &type_fd, NULL, 0, NULL, NULL },
		   { "fd_out", &type_fd, NULL, 0, NULL, NULL },
		   { "len", &type_size, "1024", 0, NULL, NULL },
		   { "flags", &type_flags, "0", 0, splice_constants, NULL } },
	.flags = PRIM_PIPE | PRIM_SIGNALS,
	.binds = KIND_INT,
	.sleeps = { SYS_tee },
	.make = tee_make,
	.why = tee_why,
	.asleep = tee_wait,
	.note = tee_note,
};
