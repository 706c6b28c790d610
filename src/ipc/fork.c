/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fork, and which of the limits on processes has been reached.  make runs in a learner's process, the rest in
 * the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/child.h"
#include "ipc/kin.h"
#include "ipc/process.h"
#include "ipc/sysv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	INIT_USERS = 0xEFFFFFFD, /* PROC_USER_INIT_INO: the machine's own user namespace */
	RESERVED_PIDS = 300,     /* numbers that are given once only */
	CAP_ADMIN = 21,
	CAP_RESOURCE = 24
};

static long fork_make(struct call *c)
{
	return child_ops->fork((int)c->arg[0].num);
}

/* What the kernel counts or asks of a process. */
struct status {
	unsigned uid; /* the real one */
	long threads;
	unsigned long caps;
};

static bool status_of(const struct world *w, pid_t pid, struct status *out)
{
	char text[4096], *at;

	*out = (struct status){ 0 };
	if (sysv_read_proc(w, &(struct peer){ .pid = pid }, "status", text, sizeof(text)) <= 0 ||
	    !(at = strstr(text, "\nUid:")) || sscanf(at + 5, "%u", &out->uid) != 1)
		return false;
	at = strstr(at, "\nThreads:");
	out->threads = at ? atol(at + 9) : 1;
	at = strstr(text, "\nCapEff:");
	out->caps = at ? strtoul(at + 8, NULL, 16) : 0;
	return true;
}

/* The threads of a user, as far as they are in sight: RLIMIT_NPROC counts threads. */
struct threads {
	const struct world *w;
	unsigned uid;
	long n;
};

static bool add_threads(void *arg, const struct kin *k)
{
	struct threads *t = arg;
	struct status s;

	if (status_of(t->w, k->pid, &s) && s.uid == t->uid)
		t->n += s.threads;
	return true;
}

static bool init_users(int dir, const char *ns)
{
	struct stat st;

	return !fstatat(dir, ns, &st, 0) && st.st_ino == INIT_USERS;
}

bool nproc_unlimited(const struct world *w)
{
	struct status s;
	char ns[32];

	if (!status_of(w, w->self.pid, &s))
		return false;
	if (!s.uid && init_users(AT_FDCWD, "/proc/self/ns/user"))
		return true;
	snprintf(ns, sizeof(ns), "%d/ns/user", w->self.pid);
	return s.caps & (1UL << CAP_ADMIN | 1UL << CAP_RESOURCE) && init_users(w->proc, ns);
}

static long number_in(const char *path)
{
	FILE *f = fopen(path, "re");
	long n = -1;

	if (f && fscanf(f, "%ld", &n) != 1)
		n = -1;
	if (f)
		fclose(f);
	return n;
}

/* The control group at, or one above it, that is full; root: where its tree is. */
static bool why_group(struct str *out, const char *root, char *at)
{
	char path[1200], *end;
	long most;

	for (;;) {
		snprintf(path, sizeof(path), "%s%s/pids.max", root, at);
		most = number_in(path); /* "max" is none */
		snprintf(path, sizeof(path), "%s%s/pids.current", root, at);
		if (most >= 0 && number_in(path) >= most) {
			str_addf(out, _("its control group %s may have %ld processes (pids.max)"),
				 *at ? at : "/", most);
			return true;
		}
		end = strrchr(at, '/');
		if (!end)
			return false;
		*end = '\0';
	}
}

/* Of either version: the second's line is 0::/PATH, the first's 8:pids:/PATH. */
static bool why_group_full(struct str *out, const struct world *w)
{
	static const struct {
		const char *line, *root;
	} versions[] = { { ":pids:/", "/sys/fs/cgroup/pids" }, { "0::/", "/sys/fs/cgroup" } };
	char text[1024], *at;

	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		if (sysv_read_proc(w, &w->self, "cgroup", text, sizeof(text)) <= 0 ||
		    !(at = strstr(text, versions[i].line)))
			continue;
		at += strlen(versions[i].line) - 1;
		at[strcspn(at, "\n")] = '\0';
		if (!at[1])
			*at = '\0';
		if (why_group(out, versions[i].root, at))
			return true;
	}
	return false;
}

static long threads_of_all(void)
{
	FILE *f = fopen("/proc/loadavg", "re");
	long n = -1;

	if (f && fscanf(f, "%*f %*f %*f %*d/%ld", &n) != 1)
		n = -1;
	if (f)
		fclose(f);
	return n;
}

/* The threads whose numbers are given again and again, in the shell's PID namespace. */
static long numbers_taken(void)
{
	DIR *all = opendir("/proc"), *one;
	struct dirent *e, *t;
	char path[300];
	long n = 0;

	while (all && (e = readdir(all))) {
		if (!atol(e->d_name))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/task", e->d_name);
		one = opendir(path);
		while (one && (t = readdir(one)))
			n += atol(t->d_name) >= RESERVED_PIDS;
		if (one)
			closedir(one);
	}
	if (all)
		closedir(all);
	return n;
}

/* In the order of copy_process(), kernel/fork.c; what is not in sight is known by elimination. */
static void why_no_process(struct str *out, const struct call *c, const struct world *w)
{
	const long limit = sysv_rlimit(w, "Max processes"), most = sysv_limit("kernel/threads-max");
	const long numbers = sysv_limit("kernel/pid_max");
	struct threads t = { .w = w };
	struct status self;
	bool free;

	if (c->arg[0].num < 0) { /* no slot: the call was not made */
		str_add(out,
			_("this shell has no place left for another process that it could steer"));
		return;
	}
	free = limit < 0 || !status_of(w, w->self.pid, &self) || nproc_unlimited(w);
	if (!free) {
		t.uid = self.uid;
		kin_each(w, add_threads, &t);
	}
	if (!free && t.n >= limit)
		str_addf(out, _("%s's RLIMIT_NPROC is %ld, and so many processes has its user"),
			 w->self.name, limit);
	else if (most >= 0 && threads_of_all() >= most)
		str_addf(out,
			 _("the machine has %ld threads, and may have no more "
			   "(/proc/sys/kernel/threads-max)"),
			 most);
	else if (numbers >= 0 && numbers_taken() >= numbers - RESERVED_PIDS)
		str_addf(out,
			 _("no number for a process is free: they end below %ld "
			   "(/proc/sys/kernel/pid_max), and those below %d are not given again"),
			 numbers, RESERVED_PIDS);
	else if (!why_group_full(out, w) && !free)
		str_addf(
			out,
			_("%s's RLIMIT_NPROC is %ld, and so many processes has its user, with those that "
			  "cannot be seen from here"),
			w->self.name, limit);
	else if (!out->len)
		str_add(out,
			_("no limit that can be seen from here: a control group's above this one (pids.max)"));
}

static void fork_why(struct str *out, const struct call *c, const struct world *w)
{
	if (c->err == EAGAIN)
		why_no_process(out, c, w);
	else if (c->err == ENOMEM)
		str_add(out, _("the kernel has no memory for another process"));
}

const struct prim prim_fork = {
	.name = "fork",
	.topic = "processes",
	.summary = N_("a copy of the process"),
	.help = N_(
		"The child has the same memory, descriptors, attachments, handlers and mask; pending\n"
		"signals and undo are not inherited. The shell names it: A> fork B."),
	.proto = "pid_t fork(void);",
	.example = "fork B",
	.man = "fork(2)",
	.errors = "EAGAIN ENOMEM",
	.param = { { "slot", &type_int, NULL, PARAM_SILENT, NULL, NULL } },
	.flags = PRIM_FORK | PRIM_FDS | PRIM_ATTACH,
	.binds = KIND_PID,
	.traced = "clone",
	.make = fork_make,
	.why = fork_why,
};
