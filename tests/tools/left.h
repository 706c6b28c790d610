/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is left after a test: the caller's descendants (it is their subreaper), and the user's IPC
 * objects.  No clock decides: what is about to die is waited for, and a process counts as left behind
 * when all that remain were asleep at the same moment (two looks, the context switches unchanged).
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
#include <sys/wait.h>
#include <unistd.h>

#define MAX_LEFT 4096
#define PATIENCE 200000 /* looks before we say aloud whom we wait for; decides nothing */

struct proc {
	pid_t pid, ppid;
	char state, comm[20];
	unsigned long switches;
	bool dying;
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

static int read_file(pid_t pid, const char *name, char *buf, size_t size)
{
	char path[64];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	f = fopen(path, "re");
	if (!f)
		return -1;
	n = fread(buf, 1, size - 1, f);
	fclose(f);
	buf[n] = '\0';
	return n ? 0 : -1;
}

static unsigned long field(const char *text, const char *name, int base)
{
	const char *at = strstr(text, name);

	return at ? strtoul(at + strlen(name), NULL, base) : 0;
}

/* False when the process is gone. */
static bool look_at(pid_t pid, struct proc *p)
{
	char stat[1024], status[8192], *end;
	unsigned long pending;
	int ppid;

	if (read_file(pid, "stat", stat, sizeof(stat)) < 0 ||
	    read_file(pid, "status", status, sizeof(status)) < 0)
		return false;
	end = strrchr(stat, ')');
	if (!end || sscanf(end + 2, "%c %d", &p->state, &ppid) != 2)
		return false;
	*end = '\0';
	snprintf(p->comm, sizeof(p->comm), "%s", strchr(stat, '(') + 1);
	p->pid = pid;
	p->ppid = ppid;
	p->switches = field(status, "\nvoluntary_ctxt_switches:", 10) +
		      field(status, "\nnonvoluntary_ctxt_switches:", 10);
	pending = field(status, "\nSigPnd:", 16) | field(status, "\nShdPnd:", 16);
	p->dying = p->state == 'Z' || p->state == 'X' || (pending & 1UL << (SIGKILL - 1));
	return true;
}

/* All living descendants: a process enters the list after its parent did. */
static int descendants(struct proc *left)
{
	static struct proc all[32768];
	int n = 0, found = 0, before = -1;
	DIR *d = opendir("/proc");
	struct dirent *e;

	if (!d)
		die("/proc");
	while ((e = readdir(d)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    n < (int)(sizeof(all) / sizeof(*all)))
			n += look_at(atoi(e->d_name), &all[n]);
	closedir(d);
	while (found != before) {
		before = found;
		for (int i = 0; i < n && found < MAX_LEFT; i++) {
			bool ours = all[i].ppid == getpid();

			for (int k = 0; k < found && !ours; k++)
				ours = all[i].ppid == left[k].pid;
			if (all[i].pid && ours) {
				left[found++] = all[i];
				all[i].pid = all[i].ppid = 0;
			}
		}
	}
	return found;
}

static void reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static bool all_asleep(const struct proc *a, int n, const struct proc *b, int m)
{
	if (n != m)
		return false;
	for (int i = 0; i < n; i++)
		if (a[i].pid != b[i].pid || a[i].switches != b[i].switches || a[i].dying ||
		    b[i].dying || !strchr("ST", a[i].state) || !strchr("ST", b[i].state))
			return false;
	return true;
}

/* Waits until none of ours is left, or those that are sleep; how many, in left. */
static int settle(struct proc *left)
{
	static struct proc again[MAX_LEFT];
	int n;

	for (long looks = 0;; looks++) {
		reap();
		n = descendants(left);
		if (n == 0 || all_asleep(left, n, again, descendants(again)))
			return n;
		if (looks == PATIENCE)
			for (int i = 0; i < n; i++)
				fprintf(stderr, "# waiting for process %d (%s), state %c\n",
					(int)left[i].pid, left[i].comm, left[i].state);
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

#endif
