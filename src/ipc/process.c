/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Processes: exit, getpid, getppid, umask, cd, sleep.  (fork is in fork.c, groups and sessions in group.c, exec
 * in exec.c, wait in wait.c, limits in rlimit.c.)  make functions run in a learner's process, the rest in the
 * shell.
 */
#include "ipc/process.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/fault.h"
#include "ipc/pipe.h"
#include "ipc/seconds.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int parse_pid(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_number(ps, p, KIND_PID, &c->arg[i].num);
}

static void format_pid(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	const long n = c->arg[i].num;
	const bool group =
		n < -1 && n > -LONG_MAX; /* what else is in the arena is no pid's negative */

	(void)p, (void)done;
	if (group)
		str_addc(out, '-');
	if (n > 0 || group)
		str_mark_num(out, kind_mark(KIND_PID), n < 0 ? -n : n);
	else
		str_num(out, n);
}

const struct argtype type_pid_or_group = {
	.what = N_("a process"),
	.parse = parse_pid,
	.format = format_pid,
	.kind = KIND_PID,
	.number = true,
};

/* exit */

static long exit_make(struct call *c)
{
	_exit((int)c->arg[0].num);
}

const struct prim prim_exit = {
	.name = "exit",
	.topic = "processes",
	.summary = N_("end the process"),
	.help = N_(
		"The parent learns the low 8 bits of the status when it waits; until then the process is\n"
		"a zombie. Typed for main it leaves the shell."),
	.proto = "void _exit(int status);",
	.example = "fork B\n"
		   "B> exit 3",
	.man = "_exit(2)",
	.param = { { "status", &type_int, "0", 0, NULL, NULL } },
	.flags = PRIM_EXIT | PRIM_FDS | PRIM_SIGNALS | PRIM_ATTACH | PRIM_UNDO,
	.traced = "exit_group",
	.make = exit_make,
};

/* who is who */

static long getpid_make(struct call *c)
{
	(void)c;
	return getpid();
}

static long getppid_make(struct call *c)
{
	(void)c;
	return getppid();
}

const struct prim prim_getpid = {
	.name = "getpid",
	.topic = "processes",
	.summary = N_("the process's number"),
	.proto = "pid_t getpid(void);",
	.example = "me = getpid",
	.man = "getpid(2)",
	.binds = KIND_PID,
	.make = getpid_make,
};

static void getppid_note(struct str *out, const struct call *c, const struct world *w)
{
	if (c->ret == 0)
		str_add(out, _("0: the parent is outside this PID namespace"));
	else if (c->ret == 1 && w->pid_name)
		str_add(out,
			_("1: the session's init, which started it or inherited it as an orphan"));
}

const struct prim prim_getppid = {
	.name = "getppid",
	.topic = "processes",
	.summary = N_("the parent's number"),
	.help = N_("When the parent dies the nearest reaper above becomes the parent."),
	.proto = "pid_t getppid(void);",
	.example = "getppid",
	.man = "getpid(2)",
	.binds = KIND_PID,
	.make = getppid_make,
	.note = getppid_note,
};

/* umask, chdir */

static long umask_make(struct call *c)
{
	return umask((mode_t)c->arg[0].num);
}

static void octal_result(struct str *out, const struct call *c)
{
	str_addf(out, c->ret ? "%#03lo" : "000", (unsigned long)c->ret);
}

static void umask_note(struct str *out, const struct call *c, const struct world *w)
{
	(void)w;
	if ((unsigned long)c->arg[0].num & ~0777UL)
		str_addf(out, _("a umask has nine bits: it is %03lo now"),
			 (unsigned long)c->arg[0].num & 0777);
}

const struct prim prim_umask = {
	.name = "umask",
	.topic = "processes",
	.summary = N_("which permission bits new files and FIFOs never get"),
	.help = N_("Returns the mask before. Queues, segments and semaphores do not care for it."),
	.proto = "mode_t umask(mode_t mask);",
	.example = "umask 022",
	.man = "umask(2)",
	.param = { { "mask", &type_mode, NULL, 0, NULL, NULL } },
	.binds = KIND_INT,
	.make = umask_make,
	.result = octal_result,
	.note = umask_note,
};

static long chdir_make(struct call *c)
{
	const char *path = call_text(c, 0);

	return call_failed(c, 0, path) ? -1 : syscall(SYS_chdir, path);
}

static void chdir_why(struct str *out, const struct call *c, const struct world *w)
{
	why_path(out, c, 0, w, 1);
}

static int cd_parse(struct parse *ps, const struct words *words, struct call *c)
{
	return parse_as(ps, "chdir", words, c);
}

#define CHDIR                                                                                      \
	.topic = "processes", .summary = N_("change the current directory"),                       \
	.help = N_("Each process has its own; a child inherits it."),                              \
	.proto = "int chdir(const char *path);", .man = "chdir(2)",                                \
	.errors = "EACCES EFAULT EIO ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR",                    \
	.param = { { "path", &type_path, NULL, 0, NULL, NULL } }, .flags = PRIM_FILES,             \
	.make = chdir_make, .why = chdir_why

const struct prim prim_chdir = { CHDIR, .name = "chdir", .example = "chdir /tmp" };
const struct prim prim_cd = { CHDIR, .name = "cd", .example = "cd /tmp", .parse = cd_parse };

/* sleep */

enum { REQ, REM };

/* The kernel tells what is left where the sleep was cut short, and then only (nanosleep_copyout()). */
static void format_rem(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	struct timespec t;

	(void)done;
	if (seconds_arg(c, i, &t))
		seconds_format(out, &t, "tv_nsec", 't');
	else
		str_add(out, p->name);
}

static const struct argtype type_rem = { .what = N_("filled by the kernel: what is left"),
					 .format = format_rem,
					 .size = sizeof(struct timespec) };

static long nanosleep_make(struct call *c)
{
	struct timespec *req = call_at(c, REQ, sizeof(*req)), *rem = call_out(c, REM, sizeof(*rem));
	long r;

	if (call_failed(c, REM, rem))
		return -1;
	r = syscall(SYS_clock_nanosleep, CLOCK_REALTIME, 0, req, rem);
	if (r < 0 && errno == EINTR)
		call_got(c, REM, sizeof(*rem));
	return r;
}

static int sleep_parse(struct parse *ps, const struct words *words, struct call *c)
{
	return parse_as(ps, "nanosleep", words, c);
}

static void sleep_why(struct str *out, const struct call *c, const struct world *w)
{
	struct timespec t;

	if (c->err == EINTR) {
		say_woken(out, w);
		str_add(out, _(" before the time was over"));
	}
	if (c->err == EINVAL && seconds_arg(c, REQ, &t))
		seconds_why(out, &t, _("a time is 0 or more"));
	if (c->err == EFAULT && why_fault(out, c, w) == REM)
		str_add(out, _(", when a handler had run before the time was over"));
}

static void sleep_asleep(struct str *out, const struct call *c, const struct world *w)
{
	struct timespec t;

	(void)w;
	if (!seconds_arg(c, 0, &t))
		return;
	str_add(out, _("for "));
	seconds_say(out, &t);
}

#define SLEEP                                                                                      \
	.topic = "processes", .summary = N_("sleep by the clock"),                                 \
	.help = N_("A handler that runs ends it early; then rem is what was left."),               \
	.proto = "int nanosleep(const struct timespec *req, struct timespec *rem);",               \
	.man = "nanosleep(2)", .errors = "EFAULT EINTR EINVAL",                                    \
	.param = { { "req", &type_seconds, NULL, 0, NULL, NULL },                                  \
		   { "rem", &type_rem, NULL, PARAM_OUT | PARAM_NULL, NULL, NULL } },               \
	.flags = PRIM_CLOCK,                                                                       \
	.sleeps = { SYS_clock_nanosleep, SYS_nanosleep, SYS_restart_syscall },                     \
	.traced = "clock_nanosleep", .make = nanosleep_make, .why = sleep_why,                     \
	.asleep = sleep_asleep

const struct prim prim_nanosleep = { SLEEP, .name = "nanosleep",
				     .example = "nanosleep 0.5\n"
						"await" };
const struct prim prim_sleep = { SLEEP, .name = "sleep",
				 .example = "sleep 0.5\n"
					    "await",
				 .parse = sleep_parse };
