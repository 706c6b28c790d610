/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The caller's descendants (it is their subreaper, or their pid 1), thread by thread, and the user's IPC
 * objects: what is left after a test.  No clock decides: what is about to die is waited for, and a process
 * counts as left behind when all that remain were asleep at the same moment (two looks, the turns unchanged).
 */
#ifndef TOOLS_LEFT_H
#define TOOLS_LEFT_H

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST     32768
#define PATIENCE 200000 /* looks before we say aloud whom we wait for; decides nothing */

struct proc {
	pid_t pid, ppid;
	unsigned long ticks; /* of the processor: its own, and of those that it has waited for */
};

/* A thread of theirs at one look. */
struct task {
	pid_t pid, tid, ppid;
	char state, comm[20],
		call[128]; /* call: /proc/PID/task/TID/syscall; empty: it may not be read */
	unsigned long switches;
	bool dying;
};

struct look {
	struct task task[MOST];
	int n;
	unsigned long ticks; /* ours and all theirs */
};

struct object {
	const char *kind;
	int id;
};

static void die(const char *what)
{
	fprintf(stderr, "alone: %s: %s\n", what, strerror(errno));
	exit(99);
}

/* -1: it is not there, may not be read, or is empty. */
static int read_file(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n;

	*buf = '\0';
	if (!f)
		return -1;
	n = fread(buf, 1, size - 1, f);
	fclose(f);
	buf[n] = '\0';
	return n ? 0 : -1;
}

static int read_task(const struct task *t, const char *name, char *buf, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", t->pid, t->tid, name);
	return read_file(path, buf, size);
}

static unsigned long field(const char *text, const char *name, int base)
{
	const char *at = strstr(text, name);

	return at ? strtoul(at + strlen(name), NULL, base) : 0;
}

/* False when it is gone. */
static bool look_at(struct task *t)
{
	char stat[1024], status[8192], *end;
	unsigned long pending;

	if (read_task(t, "stat", stat, sizeof(stat)) < 0 ||
	    read_task(t, "status", status, sizeof(status)) < 0)
		return false;
	read_task(t, "syscall", t->call, sizeof(t->call));
	end = strrchr(stat, ')');
	if (!end || sscanf(end + 2, "%c %d", &t->state, &t->ppid) != 2)
		return false;
	*end = '\0';
	snprintf(t->comm, sizeof(t->comm), "%s", strchr(stat, '(') + 1);
	t->switches = field(status, "\nvoluntary_ctxt_switches:", 10) +
		      field(status, "\nnonvoluntary_ctxt_switches:", 10);
	pending = field(status, "\nSigPnd:", 16) | field(status, "\nShdPnd:", 16);
	t->dying = t->state == 'Z' || t->state == 'X' || (pending & 1UL << (SIGKILL - 1));
	return true;
}

static bool look_at_process(pid_t pid, struct proc *p)
{
	char path[32], stat[1024], *end;
	unsigned long own, kernel;
	long waited, their_kernel;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (read_file(path, stat, sizeof(stat)) < 0 || !(end = strrchr(stat, ')')) ||
	    sscanf(end + 2, "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &p->ppid,
		   &own, &kernel, &waited, &their_kernel) != 5)
		return false;
	p->pid = pid;
	p->ticks = own + kernel + (unsigned long)(waited + their_kernel);
	return true;
}

/* The process's threads. */
static void look_at_threads(pid_t pid, struct look *l)
{
	char path[32];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	d = opendir(path);
	while (d && (e = readdir(d)) && l->n < MOST) {
		struct task *t = &l->task[l->n];

		*t = (struct task){ .pid = pid, .tid = atoi(e->d_name) };
		l->n += t->tid && look_at(t);
	}
	if (d)
		closedir(d);
}

/* All living processes. */
static int everybody(struct proc *all)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	int n = 0;

	if (!d)
		die("/proc");
	while ((e = readdir(d)) && n < MOST)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			n += look_at_process(atoi(e->d_name), &all[n]);
	closedir(d);
	return n;
}

/* One look at all living descendants: a process enters the list after its parent did. */
static void look_at_ours(struct look *l)
{
	static struct proc all[MOST];
	static pid_t ours[MOST];
	int n = everybody(all), found = 1;

	l->n = 0;
	l->ticks = 0;
	ours[0] = getpid();
	for (int k = 0; k < found; k++)
		for (int i = 0; i < n; i++) {
			if (all[i].pid == ours[k])
				l->ticks += all[i].ticks;
			if (all[i].ppid != ours[k] || all[i].pid == ours[k])
				continue;
			ours[found++] = all[i].pid;
			look_at_threads(all[i].pid, l);
		}
}

static void reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* One blow at each of ours that is there; how many threads there were. */
static int kill_ours(void)
{
	static struct look left;

	look_at_ours(&left);
	for (int i = 0; i < left.n; i++)
		kill(left.task[i].pid, SIGKILL);
	return left.n;
}

/* Nobody has had a turn between the two looks. */
static bool same_turns(const struct look *a, const struct look *b)
{
	if (a->n != b->n)
		return false;
	for (int i = 0; i < a->n; i++)
		if (a->task[i].tid != b->task[i].tid || a->task[i].switches != b->task[i].switches)
			return false;
	return true;
}

static bool asleep(const struct look *l)
{
	for (int i = 0; i < l->n; i++)
		if (l->task[i].dying || !strchr("STt", l->task[i].state))
			return false;
	return true;
}

/*
 * Waits until none of ours is left, or those that are sleep; how many threads, in *left. Between the looks
 * `meanwhile` is called, if there is one: true if it found that somebody has done something.
 */
static int settle(struct look *left, bool (*meanwhile)(void))
{
	static struct look again;

	for (long looks = 0;; looks++) {
		bool busy = meanwhile && meanwhile();

		reap();
		look_at_ours(left);
		if (left->n == 0)
			return 0;
		if (!busy && asleep(left)) {
			look_at_ours(&again);
			if (same_turns(left, &again) && asleep(&again) &&
			    !(meanwhile && meanwhile()))
				return left->n;
		}
		if (looks == PATIENCE)
			for (int i = 0; i < left->n; i++)
				fprintf(stderr, "# waiting for process %d (%s), state %c\n",
					(int)left->task[i].pid, left->task[i].comm,
					left->task[i].state);
		sched_yield();
	}
}

/* The IPC objects that this user owns; the caller frees. */
static struct object *objects(int *n)
{
	static const char *const kinds[] = { "msg", "shm", "sem" };
	struct object *o = NULL;

	*n = 0;
	for (int k = 0; k < 3; k++) {
		char path[32], line[512];
		FILE *f;

		snprintf(path, sizeof(path), "/proc/sysvipc/%s", kinds[k]);
		f = fopen(path, "re");
		while (f && fgets(line, sizeof(line), f)) {
			unsigned int uid = 0;
			int id;
			const char *fmt = k == 0   ? "%*d %d %*o %*u %*u %*d %*d %u"
					  : k == 1 ? "%*d %d %*o %*u %*d %*d %*u %u"
						   : "%*d %d %*o %*u %u";

			if (sscanf(line, fmt, &id, &uid) != 2 || uid != geteuid())
				continue;
			o = realloc(o, (size_t)(*n + 1) * sizeof(*o));
			if (!o)
				die("objects");
			o[(*n)++] = (struct object){ kinds[k], id };
		}
		if (f)
			fclose(f);
	}
	return o;
}

static bool is_in(const struct object *o, const struct object *list, int n)
{
	for (int i = 0; i < n; i++)
		if (list[i].kind == o->kind && list[i].id == o->id)
			return true;
	return false;
}

static void remove_object(const struct object *o)
{
	if (!strcmp(o->kind, "msg"))
		msgctl(o->id, IPC_RMID, NULL);
	else if (!strcmp(o->kind, "shm"))
		shmctl(o->id, IPC_RMID, NULL);
	else
		semctl(o->id, 0, IPC_RMID);
}

#endif
