/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * poll: groups {fd, events}, then the time-out in milliseconds.  make runs in a learner's process,
 * the rest in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/fault.h"
#include "ipc/fd.h"
#include "ipc/pipe.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FDS, NFDS, TIMEOUT };
enum { POLL_KNOWN = 0x0000b7ff }; /* the bits that poll_constants names */

/* In strace's order. */
static const struct constant poll_constants[] = {
	{ "POLLIN", POLLIN, N_("there is something to read, or the end of file") },
	{ "POLLPRI", POLLPRI, N_("something urgent") },
	{ "POLLOUT", POLLOUT, N_("there is room to write (a pipe: PIPE_BUF bytes)") },
	{ "POLLERR", POLLERR, N_("result only: a write end whose readers are gone") },
	{ "POLLHUP", POLLHUP, N_("result only: a read end whose writers are gone") },
	{ "POLLNVAL", POLLNVAL, N_("result only: no such descriptor") },
	{ "POLLRDNORM", POLLRDNORM, N_("as POLLIN") },
	{ "POLLRDBAND", POLLRDBAND, N_("not for pipes") },
	{ "POLLWRNORM", POLLWRNORM, N_("as POLLOUT") },
	{ "POLLWRBAND", POLLWRBAND, N_("not for pipes") },
	{ "POLLMSG", POLLMSG, N_("not for pipes") },
	{ "POLLREMOVE", POLLREMOVE, N_("not for pipes") },
	{ "POLLRDHUP", POLLRDHUP, N_("the other side of a socket has shut down") },
	{ "POLL_BUSY_LOOP", 0x8000, N_("not for pipes") },
	{ NULL, 0, NULL },
};

const struct pollfd *poll_fds(const struct call *c, size_t *n)
{
	*n = call_length(c, FDS) / sizeof(struct pollfd);
	if (c->arg[NFDS].given && (size_t)c->arg[NFDS].num < *n) /* a forged one may be negative */
		*n = (size_t)c->arg[NFDS].num;
	return call_bytes(c, FDS, *n * sizeof(struct pollfd));
}

static const struct constant poll_members[] = {
	{ "fd=", 0, N_("a descriptor") },
	{ "events=", 0, N_("what to wait for") },
	{ NULL, 0, NULL },
};

static int poll_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	const struct param p = { .name = "events", .table = poll_constants };
	struct pollfd *f = arg;
	long n;

	index = parse_member(poll_members, index, &s, &len);
	if (index < 0)
		return parse_fail(ps, _("a group is {fd, events}, as in {r,POLLIN}"));
	if (parse_number_at(ps, &p, index ? KIND_INT : KIND_FD, s, len, &n))
		return -1;
	if (index)
		f->events = (short)n;
	else
		f->fd = (int)n;
	return 0;
}

/* A group, or the time-out, which ends them. */
static int parse_fds(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct pollfd f = { .fd = -1 }, all[256];
	size_t n;
	const struct pollfd *before = poll_fds(c, &n);

	if (c->arg[TIMEOUT].given)
		return parse_fail(ps, _("the time-out stands last"));
	if (ps->len && ps->at[0] != '{') {
		if (type_int.parse(ps, p, c, TIMEOUT))
			return -1;
		c->arg[TIMEOUT].given = true;
		return 0;
	}
	if (c->arg[i].null)
		return parse_fail(ps, _("the address stands in the place of all groups"));
	if (parse_group(ps, ps->at, ps->len, poll_field, &f))
		return -1;
	if (n >= ARRAY_LEN(all))
		return parse_fail(ps, _("at most %zu descriptors"), ARRAY_LEN(all));
	if (n)
		memcpy(all, before, n * sizeof(f));
	if (n)
		c->used = c->arg[i].off; /* they are put again, one more */
	all[n++] = f;
	if (!c->arg[NFDS].given)
		c->arg[NFDS].num = (long)n;
	return call_put(c, i, all, n * sizeof(f)) ? 0 : parse_fail(ps, _("no room"));
}

static void format_fds(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	size_t n;
	const struct pollfd *f = poll_fds(c, &n);

	(void)p, (void)i, (void)done;
	if (!n || !f) {
		str_add(out, "NULL");
		return;
	}
	for (size_t k = 0; k < n; k++) {
		str_addf(out, "%s{fd=%d", k ? ", " : "[", f[k].fd);
		if (f[k].fd >= 0) {
			str_add(out, ", events=");
			format_flags(out, poll_constants, (unsigned short)f[k].events);
			if (f[k].events && !(f[k].events & POLL_KNOWN))
				str_add(out, " /* POLL??? */"); /* strace's words */
		}
		str_addc(out, '}');
	}
	str_addc(out, ']');
}

static void poll_offers(struct offers *of, int i, long cmd)
{
	(void)cmd;
	of->braced = i == FDS;
	of->member = of->braced ? poll_members : NULL;
}

const struct argtype type_pollfds = {
	.what = N_("groups {fd, events}: {r,POLLIN}"),
	.parse = parse_fds,
	.format = format_fds,
	.kind = KIND_FD,
	.points = POINTS,
};

static int parse_nfds(struct parse *ps, const struct param *p, struct call *c, int i)
{
	size_t n;

	if (type_uint.parse(ps, p, c, i))
		return -1;
	poll_fds(c, &n);
	if (!c->arg[FDS].null && c->arg[i].num > (long)n)
		return parse_fail(
			ps, _("nfds stands after the groups and counts at most those: %zu so far"),
			n);
	return 0;
}

static void format_nfds(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	type_uint.format(out, p, c, i, done);
}

static const struct argtype type_nfds = {
	.what = N_("a number: else the shell counts the groups"),
	.parse = parse_nfds,
	.format = format_nfds,
	.number = true,
};

static int poll_parse(struct parse *ps, const struct words *words, struct call *c)
{
	c->arg[TIMEOUT].num = -1;
	if (parse_as(ps, "poll", words, c))
		return -1;
	c->arg[TIMEOUT].given = true;
	if (c->arg[FDS].null && !c->arg[NFDS].given)
		c->arg[NFDS].num = 1;
	return 0;
}

static long poll_make(struct call *c)
{
	const bool typed = c->arg[FDS].null || call_length(c, FDS);

	return syscall(SYS_poll,
		       typed ? call_at(c, FDS, (size_t)c->arg[NFDS].num * sizeof(struct pollfd))
			     : NULL,
		       c->arg[NFDS].num, (int)c->arg[TIMEOUT].num);
}

static void poll_result(struct str *out, const struct call *c)
{
	const char *sep = " ([";
	size_t n;
	const struct pollfd *f = poll_fds(c, &n);

	if (c->ret < 0)
		return;
	str_num(out, c->ret);
	if (c->ret == 0) {
		str_add(out, " (Timeout)");
		return;
	}
	for (size_t k = 0; f && k < n; k++) {
		if (!f[k].revents)
			continue;
		str_addf(out, "%s{fd=%d, revents=", sep, f[k].fd);
		format_flags(out, poll_constants, (unsigned short)f[k].revents);
		str_addc(out, '}');
		sep = ", ";
	}
	if (*sep == ',')
		str_add(out, "])");
}

static void poll_asleep(struct str *out, const struct call *c, const struct world *w)
{
	const char *sep = "";
	size_t n;
	const struct pollfd *f = poll_fds(c, &n);
	struct end end;

	for (size_t k = 0; f && k < n; k++) {
		if (f[k].fd < 0 || pipe_of(w, f[k].fd, &end) <= 0)
			continue;
		str_add(out, sep);
		if ((f[k].events & (POLLIN | POLLRDNORM)) && (end.mode & END_READ))
			wait_empty(out, w, &end);
		else if ((f[k].events & (POLLOUT | POLLWRNORM)) && (end.mode & END_WRITE))
			wait_full(out, w, &end);
		else
			str_addf(out, _("nothing has happened to %d"), f[k].fd);
		sep = _("; ");
		free(end.path);
	}
	if (c->arg[TIMEOUT].num >= 0)
		str_addf(out, _("%s%sthe time-out is %ld ms"), sep,
			 *sep ? "" : _("no descriptor to watch: "), c->arg[TIMEOUT].num);
	else if (!*sep && !c->arg[FDS].null)
		str_add(out, _("none of its descriptors is ready, and there is no time-out"));
}

static void poll_why(struct str *out, const struct call *c, const struct world *w)
{
	switch (c->err) {
	case EINTR:
		say_woken(out, w);
		str_add(out, _("; poll is never restarted, SA_RESTART or not"));
		break;
	case EFAULT: /* do_sys_poll() */
		if (is_fault(c, FDS, false, w)) {
			why_fault_at(out, c, FDS, false, w);
		} else {
			why_fault_at(out, c, FDS, true, w);
			str_add(out, _(" (revents), after it had waited"));
		}
		break;
	case EINVAL:
		str_addf(out, _("%ld groups are more than RLIMIT_NOFILE, %ld, allows"),
			 c->arg[NFDS].num, fd_limit(w));
		break;
	case ENOMEM:
		str_add(out, _("the kernel has no memory left"));
		break;
	}
}

/* pipe_poll() has one meaning for each; what else there is only says that it is so. */
static void say_event(struct str *out, const struct pollfd *f, const struct world *w)
{
	struct end end = { 0 };
	const bool pipe = pipe_of(w, f->fd, &end) > 0;

	if (f->revents & POLLNVAL)
		why_ebadf(out, w, f->fd, 0);
	else if (f->revents & POLLERR && pipe)
		str_addf(out, _("POLLERR: nobody holds the read end of %d's pipe"), f->fd);
	else if (f->revents & POLLERR)
		str_addf(out, _("POLLERR: %d has an error to tell"), f->fd);
	else if (f->revents & POLLHUP && !pipe)
		str_addf(out, _("POLLHUP: the other side of %d has hung up"), f->fd);
	else if ((f->revents & POLLHUP) && (f->revents & POLLIN))
		str_addf(out,
			 _("POLLHUP: no write end of %d's pipe is left, but something is still "
			   "inside"),
			 f->fd);
	else if (f->revents & POLLHUP)
		str_addf(out, _("POLLHUP: no write end of %d's pipe is left: read returns 0"),
			 f->fd);
	free(end.path);
}

static void poll_note(struct str *out, const struct call *c, const struct world *w)
{
	size_t n;
	const struct pollfd *f = poll_fds(c, &n);

	for (size_t k = 0; f && c->ret > 0 && k < n && !out->len; k++)
		say_event(out, &f[k], w);
}

const struct prim prim_poll = {
	.name = "poll",
	.topic = "pipes",
	.summary = N_("sleep until one of several descriptors is ready"),
	.help = N_("The time-out is in milliseconds: -1 is for ever, 0 only looks."),
	.proto = "int poll(struct pollfd *fds, nfds_t nfds, int timeout);",
	.example = "r w = pipe\n"
		   "poll {r,POLLIN} {w,POLLOUT} -1",
	.man = "poll(2)",
	.errors = "EFAULT EINTR EINVAL ENOMEM",
	.param = { { "fds", &type_pollfds, NULL, PARAM_REST, poll_constants, NULL },
		   { "nfds", &type_nfds, NULL, PARAM_NAMED, NULL, NULL },
		   { "timeout", &type_int, "-1", 0, NULL, NULL } },
	.flags = PRIM_CLOCK,
	.binds = KIND_INT,
	.sleeps = { SYS_poll, SYS_restart_syscall },
	.make = poll_make,
	.offers = poll_offers,
	.parse = poll_parse,
	.result = poll_result,
	.why = poll_why,
	.asleep = poll_asleep,
	.note = poll_note,
};
