/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fcntl: every command of fcntl(2), each with the kind of third argument that it takes, printed as
 * strace does.  Why it refuses, and whose lock it waits for, is in fcntl_why.c.
 */
#include "ipc/fcntl.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/pipe.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x0020
#endif

const struct constant fcntl_constants[] = {
	{ "F_DUPFD", F_DUPFD, N_("N: copy to the lowest free number from N") },
	{ "F_DUPFD_CLOEXEC", F_DUPFD_CLOEXEC, N_("N: the same; exec closes the copy") },
	{ "F_GETFD", F_GETFD, N_("the descriptor's flag: FD_CLOEXEC") },
	{ "F_SETFD", F_SETFD, N_("FLAGS: FD_CLOEXEC or 0") },
	{ "F_GETFL", F_GETFL, N_("access mode and status flags of the open file") },
	{ "F_SETFL", F_SETFL, "FLAGS: O_APPEND O_ASYNC O_DIRECT O_NOATIME O_NONBLOCK" },
	{ "F_GETPIPE_SZ", F_GETPIPE_SZ, N_("how many bytes the pipe holds") },
	{ "F_SETPIPE_SZ", F_SETPIPE_SZ,
	  N_("N: let it hold N, rounded up to a power of two of pages") },
	{ "F_SETLK", F_SETLK,
	  N_("LOCK: take or drop a lock of the process; EAGAIN if it is held") },
	{ "F_SETLKW", F_SETLKW, N_("LOCK: the same, asleep until it is free") },
	{ "F_GETLK", F_GETLK, N_("LOCK: who stands in its way") },
	{ "F_OFD_SETLK", F_OFD_SETLK,
	  N_("LOCK: the lock belongs to the open file, not the process") },
	{ "F_OFD_SETLKW", F_OFD_SETLKW, N_("LOCK: the same, asleep until it is free") },
	{ "F_OFD_GETLK", F_OFD_GETLK, N_("LOCK: who stands in its way") },
	{ "F_GETOWN", F_GETOWN, N_("who gets SIGIO") },
	{ "F_SETOWN", F_SETOWN, N_("PID: who gets SIGIO; -GROUP: a process group") },
	{ "F_GETOWN_EX", F_GETOWN_EX, N_("the same, with its type") },
	{ "F_SETOWN_EX", F_SETOWN_EX, "{F_OWNER_PID, PID}" },
	{ "F_GETSIG", F_GETSIG, N_("the signal instead of SIGIO") },
	{ "F_SETSIG", F_SETSIG, N_("SIGNAL: sent instead of SIGIO, with si_fd; 0: SIGIO") },
	{ "F_GETLEASE", F_GETLEASE, N_("the lease on the file") },
	{ "F_SETLEASE", F_SETLEASE,
	  N_("F_RDLCK, F_WRLCK or F_UNLCK: be told before others open it") },
	{ "F_NOTIFY", F_NOTIFY, N_("FLAGS: a signal when the directory changes") },
	{ "F_GET_SEALS", F_GET_SEALS, N_("what is forbidden on a memory file") },
	{ "F_ADD_SEALS", F_ADD_SEALS, N_("SEALS: forbid it for good") },
	{ "F_GET_RW_HINT", F_GET_RW_HINT, N_("how long what is written is said to live") },
	{ "F_SET_RW_HINT", F_SET_RW_HINT, N_("HINT: say it of the file") },
	{ "F_GET_FILE_RW_HINT", F_GET_FILE_RW_HINT, N_("of the open file: Linux 4.13 to 5.16") },
	{ "F_SET_FILE_RW_HINT", F_SET_FILE_RW_HINT, N_("HINT: likewise") },
	{ NULL, 0, NULL },
};

/* What may stand for the third argument; a command's own are a table, and all of them the parameter's. */
#define DESCRIPTOR_FLAGS                                                                           \
	{                                                                                          \
		"FD_CLOEXEC", FD_CLOEXEC, N_("exec closes it")                                     \
	}
#define EVENTS                                                                                     \
	{ "DN_ACCESS", DN_ACCESS, N_("a file in it was read") },                                   \
		{ "DN_MODIFY", DN_MODIFY, N_("a file in it was written") },                        \
		{ "DN_CREATE", DN_CREATE, N_("a file was made in it") },                           \
		{ "DN_DELETE", DN_DELETE, N_("a file in it was removed") },                        \
		{ "DN_RENAME", DN_RENAME, N_("a file in it was renamed") },                        \
		{ "DN_ATTRIB", DN_ATTRIB, N_("a file in it changed its mode or owner") },          \
	{                                                                                          \
		"DN_MULTISHOT", (long)(unsigned)DN_MULTISHOT, N_("again and again, not once")      \
	}
#define SEALS                                                                                      \
	{ "F_SEAL_SEAL", F_SEAL_SEAL, N_("no more seals") },                                       \
		{ "F_SEAL_SHRINK", F_SEAL_SHRINK, N_("it becomes no shorter") },                   \
		{ "F_SEAL_GROW", F_SEAL_GROW, N_("it becomes no longer") },                        \
		{ "F_SEAL_WRITE", F_SEAL_WRITE, N_("it is not written") },                         \
		{ "F_SEAL_FUTURE_WRITE", F_SEAL_FUTURE_WRITE,                                      \
		  N_("it is not written but where it is mapped") },                                \
	{                                                                                          \
		"F_SEAL_EXEC", F_SEAL_EXEC, N_("whether it is a program stays")                    \
	}
#define HINTS                                                                                      \
	{ "RWH_WRITE_LIFE_NOT_SET", RWH_WRITE_LIFE_NOT_SET, N_("nothing is said") },               \
		{ "RWH_WRITE_LIFE_NONE", RWH_WRITE_LIFE_NONE, N_("nothing is known") },            \
		{ "RWH_WRITE_LIFE_SHORT", RWH_WRITE_LIFE_SHORT, N_("it lives for a short time") }, \
		{ "RWH_WRITE_LIFE_MEDIUM", RWH_WRITE_LIFE_MEDIUM, N_("longer") },                  \
		{ "RWH_WRITE_LIFE_LONG", RWH_WRITE_LIFE_LONG, N_("much longer") },                 \
	{                                                                                          \
		"RWH_WRITE_LIFE_EXTREME", RWH_WRITE_LIFE_EXTREME, N_("longest")                    \
	}
#define LOCKS                                                                                      \
	{ "F_RDLCK", F_RDLCK, N_("a lock that many may have: nobody writes") },                    \
		{ "F_WRLCK", F_WRLCK, N_("a lock that one has") },                                 \
	{                                                                                          \
		"F_UNLCK", F_UNLCK, N_("none")                                                     \
	}
#define OWNERS                                                                                     \
	{ "F_OWNER_TID", F_OWNER_TID, N_("a thread") },                                            \
		{ "F_OWNER_PID", F_OWNER_PID, N_("a process") },                                   \
	{                                                                                          \
		"F_OWNER_PGRP", F_OWNER_PGRP, N_("a process group")                                \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL, 0, NULL                                                                      \
	}

static const struct constant setfd_constants[] = { DESCRIPTOR_FLAGS, END };
static const struct constant notify_constants[] = { EVENTS, END };
static const struct constant seal_constants[] = { SEALS, END };
static const struct constant hint_constants[] = { HINTS, END };
const struct constant lease_constants[] = { LOCKS, END };
const struct constant owner_constants[] = { OWNERS, END };
static const struct constant arg_constants[] = {
	DESCRIPTOR_FLAGS, LOCKS, OWNERS, EVENTS, SEALS, HINTS, END
};

/* What the third argument of a command is. */
enum third {
	NOTHING,
	NUMBER,
	FLAGS,
	NAME,
	OPEN_FLAGS,
	LOCK,
	OWNER,
	OWNER_OUT,
	HINT,
	HINT_OUT,
	SIGNAL,
	PID
};

static const struct third_of {
	int cmd;
	enum third third;
	const struct constant *table;
} thirds[] = {
	{ F_DUPFD, NUMBER, NULL },
	{ F_DUPFD_CLOEXEC, NUMBER, NULL },
	{ F_SETFD, FLAGS, setfd_constants },
	{ F_SETFL, OPEN_FLAGS, open_constants },
	{ F_SETPIPE_SZ, NUMBER, NULL },
	{ F_SETLK, LOCK, lease_constants },
	{ F_SETLKW, LOCK, lease_constants },
	{ F_GETLK, LOCK, lease_constants },
	{ F_OFD_SETLK, LOCK, lease_constants },
	{ F_OFD_SETLKW, LOCK, lease_constants },
	{ F_OFD_GETLK, LOCK, lease_constants },
	{ F_SETOWN, PID, NULL },
	{ F_GETOWN_EX, OWNER_OUT, NULL },
	{ F_SETOWN_EX, OWNER, owner_constants },
	{ F_SETSIG, SIGNAL, NULL },
	{ F_SETLEASE, NAME, lease_constants },
	{ F_NOTIFY, FLAGS, notify_constants },
	{ F_ADD_SEALS, FLAGS, seal_constants },
	{ F_GET_RW_HINT, HINT_OUT, hint_constants },
	{ F_SET_RW_HINT, HINT, hint_constants },
	{ F_GET_FILE_RW_HINT, HINT_OUT, hint_constants },
	{ F_SET_FILE_RW_HINT, HINT, hint_constants },
};

static const struct third_of *third_of(long cmd)
{
	static const struct third_of nothing = { 0, NOTHING, NULL };

	for (size_t i = 0; i < ARRAY_LEN(thirds); i++)
		if (thirds[i].cmd == cmd)
			return &thirds[i];
	return &nothing;
}

/* Of what the third argument points to, if it is a pointer: then an address may be typed. */
static size_t size_of(const struct third_of *t)
{
	static const size_t sizes[PID + 1] = { [LOCK] = sizeof(struct flock),
					       [OWNER] = sizeof(struct f_owner_ex),
					       [OWNER_OUT] = sizeof(struct f_owner_ex),
					       [HINT] = sizeof(uint64_t),
					       [HINT_OUT] = sizeof(uint64_t) };

	return sizes[t->third];
}

static bool is_filled(const struct third_of *t)
{
	return t->third == OWNER_OUT || t->third == HINT_OUT;
}

static int parse_arg(struct parse *ps, const struct param *p, struct call *c, int i)
{
	const struct third_of *t = third_of(c->arg[FCNTL_CMD].num);
	const struct param typed = { .name = p->name, .table = t->table };
	const bool signal = t->third == SIGNAL && signo_parse(ps->at, ps->len) >= 0;
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct f_owner_ex owner = { F_OWNER_PID, 0 };
	long hint;

	if (size_of(t) && parse_looks_address(ps))
		return parse_address(ps, p, c, i);
	switch (t->third) {
	case NOTHING:
	case OWNER_OUT:
	case HINT_OUT:
		return parse_fail(ps, _("this command takes no third argument"));
	case LOCK:
		if (parse_group(ps, ps->at, ps->len, lock_field, &lock))
			return -1;
		return call_put(c, i, &lock, sizeof(lock)) ? 0 : parse_fail(ps, _("no room"));
	case OWNER:
		if (parse_group(ps, ps->at, ps->len, owner_field, &owner))
			return -1;
		return call_put(c, i, &owner, sizeof(owner)) ? 0 : parse_fail(ps, _("no room"));
	case HINT:
		if (parse_number(ps, &typed, KIND_INT, &hint))
			return -1;
		return call_put(c, i, &hint, sizeof(hint)) ? 0 : parse_fail(ps, _("no room"));
	case SIGNAL:
		if (signal)
			c->arg[i].num = signo_parse(ps->at, ps->len);
		return signal ? 0 : parse_number(ps, &typed, KIND_INT, &c->arg[i].num);
	default:
		return parse_number(ps, &typed, t->third == PID ? KIND_PID : KIND_INT,
				    &c->arg[i].num);
	}
}

static void add_named(struct str *out, const struct constant *table, long value,
		      const char *unknown)
{
	const struct constant *k = constant_by_value(table, value);

	if (k)
		str_add(out, k->name);
	else
		str_addf(out, "%#lx /* %s */", value, unknown);
}

static void add_pid(struct str *out, long pid)
{
	if (pid > 0)
		str_mark_num(out, 'p', pid);
	else
		str_num(out, pid);
}

static void add_lock(struct str *out, const struct call *c, const struct flock *l, bool done)
{
	const long cmd = c->arg[FCNTL_CMD].num;

	str_add(out, "{l_type=");
	add_named(out, lease_constants, (unsigned short)l->l_type, "F_???");
	str_add(out, ", l_whence=");
	add_named(out, whence_constants, (unsigned short)l->l_whence, "SEEK_???");
	str_addf(out, ", l_start=%ld, l_len=%ld", (long)l->l_start, (long)l->l_len);
	if (done && (cmd == F_GETLK || cmd == F_OFD_GETLK)) {
		str_add(out, ", l_pid=");
		add_pid(out, l->l_pid);
	}
	str_addc(out, '}');
}

static void format_arg(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	const struct third_of *t = third_of(c->arg[FCNTL_CMD].num);
	const long n = c->arg[i].num, cmd = c->arg[FCNTL_CMD].num;
	const bool asks = cmd == F_GETLK || cmd == F_OFD_GETLK || is_filled(t);
	const uint64_t *hint;
	const struct flock *lock;
	const struct f_owner_ex *owner;

	if (c->arg[i].null && (!call_length(c, i) || (asks && !(done && c->ret == 0)))) {
		type_addr.format(out, p, c, i, done);
		return;
	}
	switch (t->third) {
	case FLAGS:
		format_flags(out, t->table, (unsigned)n);
		return;
	case OPEN_FLAGS:
		format_open_flags(out, (unsigned)n);
		return;
	case NAME:
		add_named(out, t->table, (unsigned)n, "F_???");
		return;
	case LOCK:
		lock = call_bytes(c, i, sizeof(*lock));
		if (lock && !(asks && done && c->ret == -1))
			add_lock(out, c, lock, done);
		else
			str_add(out, p->name);
		return;
	case OWNER:
	case OWNER_OUT:
		owner = call_bytes(c, i, sizeof(*owner));
		if (!owner || (asks && (!done || c->ret == -1))) {
			str_add(out, p->name);
			return;
		}
		str_add(out, "{type=");
		add_named(out, owner_constants, owner->type, "F_OWNER_???");
		str_add(out, ", pid=");
		add_pid(out, owner->pid);
		str_addc(out, '}');
		return;
	case HINT:
	case HINT_OUT:
		hint = call_bytes(c, i, sizeof(*hint));
		if (!hint || (asks && (!done || c->ret == -1))) {
			str_add(out, p->name);
			return;
		}
		str_addc(out, '[');
		add_named(out, t->table, (long)*hint, "RWH_WRITE_LIFE_???");
		str_addc(out, ']');
		return;
	case SIGNAL:
		type_signo.format(out, p, c, i, done);
		return;
	case PID:
		add_pid(out, (int)n);
		return;
	default: /* as strace, which knows no sign here */
		str_num(out, (long)(unsigned)n);
	}
}

static void fcntl_offers(struct offers *of, int i, long cmd)
{
	const struct third_of *t = third_of(cmd);

	if (i != FCNTL_ARG)
		return;
	*of = (struct offers){ .constant = { t->table } };
	switch (t->third) {
	case NUMBER:
		of->kind = KIND_INT;
		break;
	case FLAGS:
	case OPEN_FLAGS:
		of->several = true;
		break;
	case LOCK:
		of->constant[1] = whence_constants;
		of->member = lock_members;
		of->braced = true;
		break;
	case OWNER:
		of->kind = KIND_PID;
		of->member = owner_members;
		of->braced = true;
		break;
	case SIGNAL:
		of->constant[0] = signal_constants;
		break;
	case PID:
		of->kind = KIND_PID;
		break;
	default:
		break;
	}
}

static const struct argtype type_arg = {
	.what = N_("as the command wants it"),
	.parse = parse_arg,
	.format = format_arg,
	.points = POINTS_OWN,
};

static int fcntl_parse(struct parse *ps, const struct words *words, struct call *c)
{
	const struct third_of *t;

	if (parse_given(ps, words, c))
		return -1;
	if (!c->arg[FCNTL_FD].given || !c->arg[FCNTL_CMD].given)
		return fail(ps->cause,
			    _("fcntl: a descriptor and a command are wanted, as in fcntl w "
			      "F_GETFL"));
	t = third_of(c->arg[FCNTL_CMD].num);
	if (t->third != NOTHING && !is_filled(t) && !c->arg[FCNTL_ARG].given) {
		const struct constant *k =
			constant_by_value(fcntl_constants, c->arg[FCNTL_CMD].num);

		return fail(ps->cause, _("fcntl: %s wants one more: %s"),
			    k ? k->name : _("the command"),
			    t->third == LOCK
				    ? "{l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0}"
			    : k ? _(k->what)
				: _("its argument"));
	}
	if (is_filled(t))
		c->arg[FCNTL_ARG].given = true;
	return 0;
}

static long fcntl_make(struct call *c)
{
	const int fd = (int)c->arg[FCNTL_FD].num, cmd = (int)c->arg[FCNTL_CMD].num;
	const struct third_of *t = third_of(c->arg[FCNTL_CMD].num);
	const size_t size = size_of(t);
	void *arg = (void *)c->arg[FCNTL_ARG].num;
	int r;

	if (is_filled(t))
		arg = call_out(c, FCNTL_ARG, size);
	else if (size)
		arg = call_at(c, FCNTL_ARG, size);
	else /* an int in C: what strace shows of it are its 32 bits */
		arg = (void *)(unsigned long)(unsigned)c->arg[FCNTL_ARG].num;
	r = fcntl(fd, cmd, arg);
	if (r == 0 && (is_filled(t) || c->arg[FCNTL_ARG].null))
		call_got(c, FCNTL_ARG, size);
	return r;
}

static void add_flags(struct str *out, const char *what, const struct constant *table, long ret)
{
	str_addf(out, ret ? "%#lx (%s " : "%ld (%s ", ret, what);
	format_flags(out, table, (unsigned long)ret);
	str_addc(out, ')');
}

static void fcntl_result(struct str *out, const struct call *c)
{
	if (c->ret < 0 || (c->ret == 0 && c->arg[FCNTL_CMD].num != F_GETFL &&
			   c->arg[FCNTL_CMD].num != F_GETLEASE))
		return;
	switch (c->arg[FCNTL_CMD].num) {
	case F_GETFD:
		add_flags(out, "flags", setfd_constants, c->ret);
		break;
	case F_GETFL:
		str_addf(out, c->ret ? _("%#lx (flags ") : _("%ld (flags "), c->ret);
		format_open_flags(out, (unsigned long)c->ret);
		str_addc(out, ')');
		break;
	case F_GET_SEALS:
		add_flags(out, "seals", seal_constants, c->ret);
		break;
	case F_GETSIG:
		str_addf(out, "%ld (%s)", c->ret, signo_name((int)c->ret));
		break;
	case F_GETLEASE:
		str_addf(out, c->ret ? "%#lx (" : "%ld (", c->ret);
		add_named(out, lease_constants, c->ret, "F_???");
		str_addc(out, ')');
		break;
	case F_GETOWN:
		add_pid(out, c->ret);
		break;
	}
}

static bool fcntl_give(const struct call *c, int n, struct given *g)
{
	const long cmd = c->arg[FCNTL_CMD].num;

	(void)n;
	if (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC)
		g->kind[0] = KIND_FD;
	return true;
}

const struct prim prim_fcntl = {
	.name = "fcntl",
	.topic = "pipes",
	.summary = N_("flags, size, locks and owner of a descriptor"),
	.help = N_("Flags that F_SETFL sets belong to the open file, which all its copies share;\n"
		   "FD_CLOEXEC belongs to the one descriptor."),
	.proto = "int fcntl(int fd, int cmd, ... /* arg */);",
	.example = "r w = pipe\n"
		   "fcntl w F_SETPIPE_SZ 4096",
	.man = "fcntl(2), pipe(7)",
	.errors =
		"EACCES EAGAIN EBADF EBUSY EDEADLK EFAULT EINTR EINVAL EMFILE ENOLCK ENOTDIR EOVERFLOW "
		"EPERM ESRCH",
	.param = { { "fd", &type_fd, NULL, 0, NULL, NULL },
		   { "cmd", &type_cmd, NULL, 0, fcntl_constants, NULL },
		   { "arg", &type_arg, NULL, PARAM_OPTIONAL, arg_constants, NULL } },
	.flags = PRIM_FDS | PRIM_PIPE,
	.binds = KIND_INT,
	.give = fcntl_give,
	.sleeps = { SYS_fcntl },
	.make = fcntl_make,
	.parse = fcntl_parse,
	.result = fcntl_result,
	.why = fcntl_why,
	.asleep = fcntl_asleep,
	.wake = locks_wake,
	.note = fcntl_note,
	.offers = fcntl_offers,
};
