/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lseek: where a file is read and written next.  make runs in a learner's process, the rest in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FD, OFFSET, WHENCE };

static const struct constant whences[] = {
	{ "SEEK_SET", SEEK_SET, N_("from the file's start") },
	{ "SEEK_CUR", SEEK_CUR, N_("from where it is") },
	{ "SEEK_END", SEEK_END, N_("from the file's end") },
	{ "SEEK_DATA", SEEK_DATA, N_("to the next byte that was written, from there on") },
	{ "SEEK_HOLE", SEEK_HOLE, N_("to the next hole; the end of the file counts as one") },
	{ NULL, 0, NULL },
};

static int parse_offset(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_number(ps, p, KIND_INT, &c->arg[i].num);
}

static void format_offset(struct str *out, const struct param *p, const struct call *c, int i,
			  bool done)
{
	(void)p, (void)done;
	str_num(out, c->arg[i].num);
}

static const struct argtype type_offset = {
	.what = N_("a number of bytes, negative: back"),
	.parse = parse_offset,
	.format = format_offset,
	.kind = KIND_INT,
	.number = true,
};

static long lseek_make(struct call *c)
{
	return lseek((int)c->arg[FD].num, c->arg[OFFSET].num, (int)c->arg[WHENCE].num);
}

/* Of a file that can be seeked in: vfs_setpos() of fs/read_write.c. */
static void why_position(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[FD].num;
	long at = c->arg[OFFSET].num, from = 0;
	struct stat st = { 0 };

	if (c->arg[WHENCE].num != SEEK_SET && c->arg[WHENCE].num != SEEK_CUR &&
	    (fd_kernels(w, fd) || (fd_stat(w, fd, &st) && !S_ISREG(st.st_mode)))) {
		str_addf(
			out,
			_("what is behind %ld has no end to count from, and knows only SEEK_SET and "
			  "SEEK_CUR"),
			fd);
		return;
	}
	if (c->arg[WHENCE].num == SEEK_CUR)
		from = fd_position(w, fd);
	else if (c->arg[WHENCE].num == SEEK_END && fd_stat(w, fd, &st))
		from = st.st_size;
	if (!__builtin_add_overflow(at, from, &at) && at < 0)
		str_addf(out, _("the position would be %ld, before the file's start"), at);
	else
		str_add(out, _("no file of this kind may be so large"));
}

static void why_no_data(struct str *out, const struct call *c, const struct world *w)
{
	const long at = c->arg[OFFSET].num;
	struct stat st = { 0 };

	fd_stat(w, c->arg[FD].num, &st);
	if (at < 0 || at >= st.st_size)
		str_addf(out, _("%ld is not within the file, which has %ld bytes"), at,
			 (long)st.st_size);
	else
		str_addf(out, _("from %ld on there is only a hole, up to the end"), at);
}

/* In the kernel's order: whence before what the file is (ksys_lseek(), vfs_llseek()). */
static void lseek_why(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[FD].num;
	struct end end;

	switch (c->err) {
	case EBADF:
		why_ebadf(out, w, fd, 0);
		break;
	case EINVAL:
		if (constant_by_value(whences, c->arg[WHENCE].num))
			why_position(out, c, w);
		else
			str_addf(
				out,
				_("%ld is none of SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA and SEEK_HOLE"),
				c->arg[WHENCE].num);
		break;
	case EPERM: /* mem_lseek() takes any 64 bits for an address */
		str_add(out,
			_("it is where it was sent, the address 2^64 - 1, and C takes this -1 for an "
			  "error"));
		break;
	case ENXIO:
		why_no_data(out, c, w);
		break;
	case ESPIPE:
		if (pipe_of(w, fd, &end) > 0) {
			str_addf(out, _("%ld is an end of "), fd);
			pipe_say(out, w, &end);
			str_add(out, _(", a stream: it has no position"));
		} else {
			str_addf(out, _("%ld is no file that has a position"), fd);
		}
		free(end.path);
		break;
	}
}

static void lseek_note(struct str *out, const struct call *c, const struct world *w)
{
	const long flags = fd_flags(w, c->arg[FD].num);
	struct stat st;

	if (!fd_stat(w, c->arg[FD].num, &st) || !S_ISREG(st.st_mode))
		return;
	if (flags != -1 && flags & O_APPEND && flags & (O_WRONLY | O_RDWR) && c->ret != st.st_size)
		str_addf(
			out,
			_("for reads: with O_APPEND a write goes to the end, at %ld, wherever this is"),
			(long)st.st_size);
	else if (c->ret > st.st_size)
		str_addf(
			out,
			_("that is behind the end, at %ld: a write there leaves a hole of zeros between"),
			(long)st.st_size);
}

const struct prim prim_lseek = {
	.name = "lseek",
	.topic = "pipes",
	.summary = N_("where a file is read and written next"),
	.help = N_(
		"The position is the open file's: dup and fork share it, another open has its own. Pipes\n"
		"have none. lseek f 0 SEEK_CUR asks."),
	.proto = "off_t lseek(int fd, off_t offset, int whence);",
	.example = "f = open notes O_RDWR|O_CREAT 0600\n"
		   "write f \"hello\"\n"
		   "lseek f 0 SEEK_SET\n"
		   "read f",
	.man = "lseek(2)",
	.errors = "EBADF EINVAL ENXIO EOVERFLOW EPERM ESPIPE",
	.param = { { .name = "fd", .type = &type_fd },
		   { .name = "offset", .type = &type_offset, .def = "0" },
		   { .name = "whence", .type = &type_cmd, .def = "SEEK_SET", .table = whences } },
	.binds = KIND_INT,
	.make = lseek_make,
	.why = lseek_why,
	.note = lseek_note,
};
