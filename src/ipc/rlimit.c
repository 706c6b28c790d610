/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits of a process: getrlimit, setrlimit.  make functions run in a learner's process, the rest
 * in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/pipe.h"
#include "ipc/process.h"
#include "ipc/sysv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RESOURCE, RLIM };

static const struct constant resource_constants[] = {
	{ "RLIMIT_NOFILE", RLIMIT_NOFILE, N_("every descriptor is below it: EMFILE") },
	{ "RLIMIT_NPROC", RLIMIT_NPROC, N_("processes of this user: fork's EAGAIN") },
	{ "RLIMIT_FSIZE", RLIMIT_FSIZE, N_("largest file: SIGXFSZ, EFBIG") },
	{ "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING, N_("queued signals: sigqueue's EAGAIN") },
	{ "RLIMIT_MEMLOCK", RLIMIT_MEMLOCK, N_("bytes locked in memory: SHM_LOCK's ENOMEM") },
	{ "RLIMIT_AS", RLIMIT_AS, N_("bytes of address space: shmat's ENOMEM") },
	{ "RLIMIT_CPU", RLIMIT_CPU, N_("seconds of processor time: SIGXCPU") },
	{ "RLIMIT_CORE", RLIMIT_CORE, N_("largest core file") },
	{ "RLIMIT_DATA", RLIMIT_DATA, N_("bytes of data") },
	{ "RLIMIT_STACK", RLIMIT_STACK, N_("bytes of stack") },
	{ "RLIMIT_RSS", RLIMIT_RSS, N_("no effect on Linux") },
	{ "RLIMIT_LOCKS", RLIMIT_LOCKS, N_("no effect on Linux") },
	{ "RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE, N_("bytes of POSIX message queues") },
	{ "RLIMIT_NICE", RLIMIT_NICE, N_("how nice a process may cease to be") },
	{ "RLIMIT_RTPRIO", RLIMIT_RTPRIO, N_("highest real-time priority") },
	{ "RLIMIT_RTTIME", RLIMIT_RTTIME, N_("microseconds of real-time running without sleep") },
	{ NULL, 0, NULL },
};

static const struct constant infinity_constants[] = {
	{ "RLIM_INFINITY", (long)RLIM_INFINITY, N_("no limit") },
	{ "RLIM64_INFINITY", (long)RLIM_INFINITY, N_("no limit, as strace writes it") },
	{ "unlimited", (long)RLIM_INFINITY, N_("no limit") },
	{ NULL, 0, NULL },
};

static int limit_number(struct parse *ps, const char *s, size_t len, rlim_t *out)
{
	const struct param p = { .name = "rlim", .table = infinity_constants };
	long n;

	if (parse_number_at(ps, &p, KIND_INT, s, len, &n))
		return -1;
	*out = (rlim_t)n;
	return 0;
}

struct typed {
	struct rlimit limit;
	int n; /* how many of the two */
};

static const struct constant limit_members[] = {
	{ "rlim_cur=", 0, N_("the soft limit, which the kernel goes by") },
	{ "rlim_max=", 0, N_("the hard limit: how far the soft one may be raised") },
	{ NULL, 0, NULL },
};

static int limit_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	struct typed *t = arg;

	index = parse_member(limit_members, index, &s, &len);
	if (index < 0)
		return parse_fail(ps, _("a limit is {rlim_cur, rlim_max}"));
	t->n |= 1 << index;
	return limit_number(ps, s, len, index ? &t->limit.rlim_max : &t->limit.rlim_cur);
}

/* SOFT, SOFT HARD or {SOFT, HARD}. Without HARD the kernel's is kept (arg.num is 0). */
static int parse_limit(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct typed t = { { 0, 0 }, 0 };
	const struct rlimit *before = call_bytes(c, i, sizeof(*before));

	(void)p;
	if (c->arg[i].null)
		return parse_fail(ps, _("an address stands for both limits"));
	if (before && (c->arg[i].num || ps->at[0] == '{'))
		return parse_fail(ps, _("a limit has two numbers, the soft and the hard one"));
	if (before) {
		t.limit = *before;
		t.n = 3;
		if (limit_number(ps, ps->at, ps->len, &t.limit.rlim_max))
			return -1;
	} else if (ps->len && ps->at[0] == '{') {
		if (parse_group(ps, ps->at, ps->len, limit_field, &t))
			return -1;
		if (!(t.n & 1))
			return parse_fail(
				ps, _("the soft limit is missing: {rlim_cur=5, rlim_max=10}"));
	} else if (limit_number(ps, ps->at, ps->len, &t.limit.rlim_cur)) {
		return -1;
	}
	c->arg[i].num = t.n == 3;
	return call_put(c, i, &t.limit, sizeof(t.limit)) ? 0 : parse_fail(ps, _("no room"));
}

/* strace's print_rlim64_t() */
static void add_limit(struct str *out, rlim_t n)
{
	if (n == RLIM_INFINITY)
		str_add(out, "RLIM64_INFINITY");
	else if (n > 1024 && n % 1024 == 0)
		str_addf(out, "%llu*1024", (unsigned long long)n / 1024);
	else
		str_addf(out, "%llu", (unsigned long long)n);
}

static void format_limit(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	const struct rlimit *l = call_bytes(c, i, sizeof(*l));

	if (!l || ((p->flags & PARAM_OUT) && (!done || c->ret == -1))) {
		str_add(out, p->name);
		return;
	}
	str_add(out, "{rlim_cur=");
	add_limit(out, l->rlim_cur);
	str_add(out, ", rlim_max=");
	add_limit(out, l->rlim_max);
	str_addc(out, '}');
}

static void setrlimit_offers(struct offers *of, int i, long cmd)
{
	(void)cmd;
	if (i != RLIM)
		return;
	of->kind = KIND_INT; /* braces need not be */
	of->member = limit_members;
}

static const struct argtype type_limit = {
	.what = N_("the soft limit, then the hard one"),
	.parse = parse_limit,
	.format = format_limit,
	.points = POINTS,
	.size = sizeof(struct rlimit),
};

static int setrlimit_parse(struct parse *ps, const struct words *words, struct call *c)
{
	return parse_as(ps, "setrlimit", words, c);
}

static long setrlimit_make(struct call *c)
{
	const int resource = (int)c->arg[RESOURCE].num;
	struct rlimit *l = call_at(c, RLIM, sizeof(*l)), now;

	/* no hard limit was typed: the one that there is, so that the line shows it */
	if (!c->arg[RLIM].null && !c->arg[RLIM].num)
		l->rlim_max =
			getrlimit((__rlimit_resource_t)resource, &now) ? l->rlim_cur : now.rlim_max;
	return syscall(SYS_prlimit64, 0, resource, l, NULL);
}

static long getrlimit_make(struct call *c)
{
	struct rlimit *l = call_out(c, RLIM, sizeof(*l));
	long r = call_failed(c, RLIM, l)
			 ? -1
			 : syscall(SYS_prlimit64, 0, (int)c->arg[RESOURCE].num, NULL, l);

	if (r == 0)
		call_got(c, RLIM, sizeof(*l));
	return r;
}

static void rlimit_why(struct str *out, const struct call *c, const struct world *w)
{
	const struct rlimit *l = call_bytes(c, RLIM, sizeof(*l));
	const long open_most = sysv_limit("fs/nr_open");

	switch (c->err) { /* in the order of do_prlimit(), kernel/sys.c */
	case EINVAL:
		if (!constant_by_value(resource_constants, c->arg[RESOURCE].num)) {
			str_add(out, _("there is no such resource"));
		} else if (l && l->rlim_cur > l->rlim_max) {
			str_add(out, _("the soft limit "));
			add_limit(out, l->rlim_cur);
			str_add(out, _(" is over the hard one "));
			add_limit(out, l->rlim_max);
		}
		break;
	case EPERM:
		if (l && c->arg[RESOURCE].num == RLIMIT_NOFILE && open_most >= 0 &&
		    l->rlim_max > (rlim_t)open_most)
			str_addf(
				out,
				_("nobody may have more than %ld descriptors (/proc/sys/fs/nr_open)"),
				open_most);
		else
			str_addf(
				out,
				_("only a privileged process may raise its hard limit, and %s is none"),
				w->self.name);
		break;
	}
}

/* libc makes both of prlimit(2), to which either of the two limits may be none. */
static void rlimit_note(struct str *out, const struct call *c, const struct world *w)
{
	(void)w;
	if (c->arg[RLIM].null && !c->arg[RLIM].num)
		str_add(out, prims[c->prim]->param[RLIM].flags & PARAM_OUT
				     ? _("libc calls prlimit, to which NULL means: tell nothing")
				     : _("libc calls prlimit, to which NULL means: set nothing"));
}

/* The highest descriptor of the caller's, but for those that are the shell's; -1: unknown. */
static int highest_open(const struct world *w)
{
	enum { PRIVATE = 1000 };
	char path[32];
	struct dirent *e;
	int highest = -1, fd;
	DIR *dir;

	snprintf(path, sizeof(path), "%d/fd", w->self.pid);
	fd = openat(w->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && fd >= 0)
		close(fd);
	while (dir && (e = readdir(dir)))
		if (atoi(e->d_name) > highest && atoi(e->d_name) < PRIVATE)
			highest = atoi(e->d_name);
	if (dir)
		closedir(dir);
	return highest;
}

static void setrlimit_note(struct str *out, const struct call *c, const struct world *w)
{
	const struct rlimit *l = call_bytes(c, RLIM, sizeof(*l));
	int highest;

	if (!l) {
		rlimit_note(out, c, w);
		return;
	}
	switch (c->arg[RESOURCE].num) {
	case RLIMIT_RSS:
	case RLIMIT_LOCKS:
		str_add(out, _("Linux keeps this limit and does not go by it"));
		break;
	case RLIMIT_NPROC:
		if (l->rlim_cur != RLIM_INFINITY && nproc_unlimited(w))
			str_addf(
				out,
				_("that does not limit %s: the machine's root may have any number of "
				  "processes"),
				w->self.name);
		break;
	case RLIMIT_NOFILE:
		highest = highest_open(w);
		if (highest >= 0 && l->rlim_cur <= (rlim_t)highest)
			str_addf(
				out,
				_("what %s has open stays open, up to %d: only new ones are limited"),
				w->self.name, highest);
		break;
	}
}

const struct prim prim_setrlimit = {
	.name = "setrlimit",
	.topic = "processes",
	.summary = N_("limit what the process may use"),
	.help = N_("Without a hard limit the present one stays. Children inherit both."),
	.proto = "int setrlimit(int resource, const struct rlimit *rlim);",
	.example = "setrlimit RLIMIT_NOFILE 5",
	.man = "setrlimit(2)",
	.errors = "EFAULT EINVAL EPERM",
	.param = { { "resource", &type_cmd, NULL, 0, resource_constants, NULL },
		   { "rlim", &type_limit, NULL, PARAM_REST | PARAM_NULL, infinity_constants,
		     NULL } },
	.traced = "prlimit64",
	.make = setrlimit_make,
	.parse = setrlimit_parse,
	.offers = setrlimit_offers,
	.why = rlimit_why,
	.note = setrlimit_note,
};

const struct prim prim_getrlimit = {
	.name = "getrlimit",
	.topic = "processes",
	.summary = N_("what the process may use"),
	.help = N_("The soft limit holds; it may be raised up to the hard one."),
	.proto = "int getrlimit(int resource, struct rlimit *rlim);",
	.example = "getrlimit RLIMIT_NOFILE",
	.man = "setrlimit(2)",
	.errors = "EFAULT EINVAL",
	.param = { { "resource", &type_cmd, NULL, 0, resource_constants, NULL },
		   { "rlim", &type_limit, NULL, PARAM_OUT | PARAM_NULL, NULL, NULL } },
	.traced = "prlimit64",
	.make = getrlimit_make,
	.why = rlimit_why,
	.note = rlimit_note,
};
