/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What read and write wait for, and why they refuse: told from who holds the other end and what is
 * inside.  Runs in the shell; nothing is opened or taken.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/fd.h"
#include "ipc/pipe.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void say(struct str *out, const struct world *w, const struct end *end)
{
	pipe_say(out, w, end);
}

/* Holders of ends of that mode, and " holds" or " hold". */
static void add_hold(struct str *out, const struct world *w, const struct end *end, int mode)
{
	struct str who = STR_INIT;
	int n = pipe_holders(&who, w, end->inode, mode);
	bool several = strstr(str_text(&who), _(" and ")) != NULL;

	str_addf(out, _("%s hold%s its %s end%s"), str_text(&who), several ? "" : "s",
		 mode == END_READ ? _("read") : _("write"), n == 1 ? "" : "s");
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

static void add_inside(struct str *out, const struct pipe_inside *in)
{
	if (in->bytes >= 0)
		str_addf(out, _(": %ld of %ld bytes"), in->bytes, in->size);
}

void wait_full(struct str *out, const struct world *w, const struct end *end)
{
	struct pipe_inside in;
	struct str who = STR_INIT;
	bool several;

	pipe_peek(w, end->inode, NULL, 0, &in);
	say(out, w, end);
	/* small writes may use up its pages before its bytes */
	str_add(out, in.bytes < in.size ? _(" has no free page") : _(" is full"));
	add_inside(out, &in);
	if (pipe_others(w, end->inode, END_READ, w->self.pid)) {
		pipe_holders(&who, w, end->inode, END_READ);
		several = strstr(str_text(&who), _(" and ")) != NULL;
		str_addf(out, "; %s %s", str_text(&who),
			 several ? _("do not read") : _("does not read"));
	} else if (pipe_holders(&who, w, end->inode, END_READ)) {
		str_addf(out, _("; the only read end left is its own (%s): nobody can make room"),
			 str_text(&who));
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
		str_add(out,
			_("a handler ran before a byte had come; with SA_RESTART it would sleep on"));
		break;
	case EFAULT:
		why_beyond(out, (unsigned long)c->arg[READ_COUNT].num);
		break;
	case EISDIR:
		str_addf(out, _("descriptor %ld is a directory: ls lists it"), fd);
		break;
	case EINVAL:
		str_addf(out, _("descriptor %ld cannot be read in this way"), fd);
		break;
	case ENOMEM:
		str_addf(out, _("there is no memory for a buffer of %ld bytes"),
			 c->arg[READ_COUNT].num);
		break;
	case EIO:
		str_add(out,
			_("the device failed, nothing is at that address (/proc/PID/mem), or a "
			  "background process read its terminal"));
		break;
	}
	free(end.path);
}

void read_note(struct str *out, const struct call *c, const struct world *w)
{
	struct end end;

	if (c->ret != 0 || c->arg[READ_COUNT].num == 0)
		return;
	if (pipe_of(w, c->arg[READ_FD].num, &end) > 0) {
		str_add(out, _("end of file: nobody holds a write end of "));
		say(out, w, &end);
	} else {
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
	struct pipe_inside in;

	pipe_peek(w, end->inode, NULL, 0, &in);
	if (in.bytes >= 0 && (long)asked > in.size - in.bytes && in.bytes < in.size &&
	    asked <= PIPE_BUF) {
		str_addf(out,
			 _("%ld bytes free, %zu asked: writes up to PIPE_BUF (%d) go whole or not "
			   "at all"),
			 in.size - in.bytes, asked, PIPE_BUF);
	} else {
		say(out, w, end);
		str_add(out, in.bytes < in.size ? _(" has no free page") : _(" is full"));
		add_inside(out, &in);
	}
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
		{ "\nSigCgt:", N_("; SIGPIPE came first, and a handler caught it") },
	};
	char status[4096];

	if (w->self.dead) {
		str_add(out, _("; SIGPIPE killed the writer"));
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

void write_why(struct str *out, const struct call *c, const struct world *w)
{
	const long fd = c->arg[WRITE_FD].num;
	struct end end = { 0 };

	switch (c->err) {
	case EBADF:
		why_ebadf(out, w, fd, END_WRITE);
		return;
	case EPIPE:
		str_add(out, _("nobody holds a read end"));
		if (pipe_of(w, fd, &end) > 0) {
			str_add(out, _(" of "));
			say(out, w, &end);
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
		str_add(out, _("a handler ran before a byte was written; with SA_RESTART it would "
			       "sleep on"));
		break;
	case EINVAL:
		str_addf(out, _("descriptor %ld cannot be written in this way"), fd);
		break;
	case EFAULT:
		why_beyond(out, write_count(c));
		break;
	case EFBIG:
		str_add(out,
			_("over the largest file allowed (RLIMIT_FSIZE), or that a file may be"));
		break;
	case ENOSPC:
	case EDQUOT:
		str_add(out, _("that file system is full"));
		break;
	case EPERM:
		str_add(out, _("the file is sealed against writing (F_SEAL_WRITE)"));
		break;
	case ENOMEM:
		str_addf(out, _("there is no memory for %zu bytes"), write_count(c));
		break;
	}
	free(end.path);
}

void write_note(struct str *out, const struct call *c, const struct world *w)
{
	struct end end;

	if (c->ret < 0 || (size_t)c->ret >= write_count(c))
		return;
	str_addf(out, _("%ld of %zu bytes went in"), c->ret, write_count(c));
	if (pipe_of(w, c->arg[WRITE_FD].num, &end) <= 0) {
		if (fd_nonblock(w, c->arg[WRITE_FD].num))
			str_add(out, _(": no room for more now, and O_NONBLOCK says not to sleep"));
		else
			str_add(out, _(": the file may not grow more (RLIMIT_FSIZE), or its file "
				       "system is full"));
		free(end.path);
		return;
	}
	if (!ends_count(w->ends, end.inode, END_READ))
		str_add(out, _(" before its last read end was closed: that is no EPIPE yet"));
	else if (fd_nonblock(w, c->arg[WRITE_FD].num))
		str_addf(
			out,
			_(": no room for more, and O_NONBLOCK says not to sleep; over PIPE_BUF (%d) "
			  "a write may be cut"),
			PIPE_BUF);
	else
		str_add(out, _(" before a handler ran: they count, so this is no EINTR"));
	free(end.path);
}
