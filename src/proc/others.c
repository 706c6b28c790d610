/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/others.h"
#include "proc/settle.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct other {
	pid_t pid, tid;
	struct look look;
	struct seen seen;
	bool found;  /* by the pass that is under way */
	bool buried; /* a zombie that a barrier has followed */
	bool loose;  /* nobody waits for it, nor for what it starts */
	bool joined; /* from outside, or started by one that is: not the session's */
};

void settle_release(struct procs *ps)
{
	for (int i = 0; i < ps->nothers; i++)
		look_close(&ps->other[i].look);
	free(ps->other);
	ps->other = NULL;
	ps->nothers = ps->others_cap = 0;
}

bool others_init_died(const struct procs *ps)
{
	struct pollfd dead = { .fd = ps->init_pidfd, .events = POLLIN };

	return ps->init_pidfd < 0 || poll(&dead, 1, 0) > 0;
}

static void loosen(struct procs *ps, pid_t group)
{
	GROW(ps->loose, ps->nloose, ps->loose_cap);
	ps->loose[ps->nloose++] = group;
}

void others_let_run(struct procs *ps, struct process *p)
{
	struct slot *s = &ps->arena->slot[p->slot];
	const struct running *run = (const struct running *)s->data;

	if (p->op != OP_PIPELINE || !p->background || p->let_run || !atomic_load(&s->running) ||
	    run->group <= 1)
		return;
	p->let_run = true; /* once: when the group is gone, its number may become another's */
	loosen(ps, run->group);
}

/* By its group, or because its parent is; kept, whatever group or parent it gets later. */
static bool is_loose(const struct procs *ps, struct other *o)
{
	for (int i = 0; i < ps->nloose && !o->loose; i++)
		o->loose = ps->loose[i] == o->seen.group;
	for (int i = 0; i < ps->nothers && !o->loose; i++)
		o->loose = ps->other[i].loose &&
			   ps->other[i].pid == (o->pid == o->tid ? o->seen.parent : o->pid);
	return o->loose;
}

/*
 * Whoever has joined a sandbox belongs to a session (setsid(2)) of a terminal outside, which is 0
 * here; the session's own processes are of the init's, or of one made inside.
 */
static bool is_joined(const struct procs *ps, struct other *o)
{
	o->joined |= !ps->host && o->seen.state && !o->seen.session;
	for (int i = 0; i < ps->nothers && !o->joined; i++)
		o->joined = ps->other[i].joined &&
			    ps->other[i].pid == (o->pid == o->tid ? o->seen.parent : o->pid);
	return o->joined;
}

/* Groups are forgotten with their last member: the number may become another's. */
static void prune_loose(struct procs *ps)
{
	int kept = 0;

	for (int i = 0; i < ps->nloose; i++) {
		bool any = false;

		for (int k = 0; k < ps->nothers && !any; k++)
			any = ps->other[k].seen.group == ps->loose[i];
		if (any)
			ps->loose[kept++] = ps->loose[i];
	}
	ps->nloose = kept;
}

/* POSIX timers would wake it without anybody else (timer_create(2)). */
static bool has_timers(struct procs *ps, pid_t pid)
{
	char path[32], c;
	int fd;
	bool any;

	snprintf(path, sizeof(path), "%d/timers", pid);
	fd = openat(ps->proc, path, O_RDONLY | O_CLOEXEC);
	any = fd >= 0 && read(fd, &c, 1) == 1;
	if (fd >= 0)
		close(fd);
	return any;
}

bool others_any_loose(const struct procs *ps)
{
	int ours = 0;

	for (int i = 0; i < ps->nothers; i++) {
		if (ps->other[i].loose && !ps->other[i].seen.dying)
			return true;
		ours += !ps->other[i].joined;
	}
	return ps->nloose && !ours;
}

/* All of them, in one walk: a pass ends at the first that moves, and there may be thousands. */
void others_let_go(struct procs *ps)
{
	enum { TRIES = 200 }; /* they may come and go faster than one can look */
	int before = ps->nloose;

	ps->letting_go = true;
	for (int i = 0; i < TRIES && ps->nloose == before; i++)
		if (others_pass(ps, true) == OTHERS_QUIET)
			break;
	ps->letting_go = false;
}

static void let_go(struct procs *ps, struct other *o)
{
	if (o->joined || o->seen.dying || (look_waits(&o->seen) && !has_timers(ps, o->pid)))
		return;
	o->loose = true;
	/* and what it forks from now on, but for a learner's own group */
	for (int i = 0; i < ps->nloose; i++)
		if (ps->loose[i] == o->seen.group)
			return;
	for (int i = 0; i < ps->n; i++)
		if (ps->p[i]->pid == o->seen.group)
			return;
	loosen(ps, o->seen.group);
}

static struct other *other_of(struct procs *ps, pid_t pid, pid_t tid)
{
	struct other *o;

	for (int i = 0; i < ps->nothers; i++)
		if (ps->other[i].pid == pid && ps->other[i].tid == tid)
			return &ps->other[i];
	GROW(ps->other, ps->nothers, ps->others_cap);
	o = &ps->other[ps->nothers++];
	*o = (struct other){ .pid = pid, .tid = tid, .look = LOOK_NONE };
	return o;
}

/*
 * The files say who looks: `syscall` is opened with the credentials and memory of the moment, and
 * reads as EACCES or stale after an exec. So a thread that cannot be read is opened anew.
 */
static bool look_again(struct procs *ps, struct other *o)
{
	if (o->look.stat >= 0 && look_at(&o->look, &o->seen) && o->seen.nr != LOOK_RUNS)
		return true;
	look_close(&o->look);
	return !look_open(&o->look, ps->proc, o->pid, o->tid) && look_at(&o->look, &o->seen);
}

static bool is_learners(const struct procs *ps, pid_t pid)
{
	const struct process *p = procs_by_pid(ps, pid);

	return pid == ps->init || (p && p->act != ACT_PROGRAM) || (p && p->act == ACT_ZOMBIE);
}

/*
 * How many have gone for whom somebody waited. Who was not found and still is there has lost its parent
 * while the walk was under way, and was nobody's child where that looked: it stays, and so does what is
 * known of it.
 */
static int drop_unfound(struct procs *ps)
{
	int kept = 0, moved = 0;

	for (int i = 0; i < ps->nothers; i++) {
		struct other *o = &ps->other[i];
		bool missed = !o->found && !is_learners(ps, o->pid) && /* by now */
			      look_again(ps, o) && !o->seen.dying;

		moved += missed || (!o->found && !o->joined && !o->loose && o->seen.group);
		if (!o->found && (!missed || o->loose))
			look_close(&o->look);
		if (o->found || missed)
			ps->other[kept++] = *o;
	}
	ps->nothers = kept;
	return moved;
}

/*
 * It was listed, and has gone before it could be looked at.  Who was never seen may have been forked by
 * one that nobody waits for: where there are such, nothing can be said, and they may fork without end.
 */
static enum others_verdict vanished(struct procs *ps, pid_t pid)
{
	for (int i = 0; i < ps->nothers; i++)
		if (ps->other[i].pid == pid && ps->other[i].seen.group)
			return ps->other[i].loose || ps->other[i].joined ? OTHERS_QUIET
									 : OTHERS_MOVING;
	return ps->nloose ? OTHERS_QUIET : OTHERS_MOVING;
}

static enum others_verdict look_thread(struct procs *ps, pid_t pid, pid_t tid, bool first)
{
	struct other *o = other_of(ps, pid, tid);
	bool same = !first && o->look.stat >= 0 && look_same(&o->look, &o->seen);

	o->found = true;
	if (!same && !look_again(ps, o))
		return vanished(ps, pid);
	if (is_joined(ps, o))
		return OTHERS_QUIET;
	if (ps->letting_go)
		let_go(ps, o);
	if (is_loose(ps, o)) {
		look_close(&o->look); /* thousands of them would take all descriptors */
		return OTHERS_QUIET;
	}
	if (o->seen.state == 'Z') {
		bool first_sight = !o->buried;

		o->buried = true;
		return first_sight ? OTHERS_DIED : OTHERS_QUIET;
	}
	if (o->seen.dying || !look_waits(&o->seen))
		return OTHERS_MOVING;
	return first || same ? OTHERS_QUIET : OTHERS_MOVING;
}

static enum others_verdict look_process(struct procs *ps, pid_t pid, bool first)
{
	enum others_verdict v = OTHERS_QUIET;
	char path[32];
	struct dirent *e;
	DIR *tasks;
	int fd;

	snprintf(path, sizeof(path), "%d/task", pid);
	fd = openat(ps->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tasks = fd < 0 ? NULL : fdopendir(fd);
	if (!tasks)
		return vanished(ps, pid);
	while ((v == OTHERS_QUIET || ps->letting_go) && (e = readdir(tasks)))
		if (isdigit((unsigned char)e->d_name[0]))
			v = look_thread(ps, pid, (pid_t)atoi(e->d_name), first);
	closedir(tasks);
	if (v == OTHERS_QUIET && !other_of(ps, pid, pid)->loose &&
	    !is_joined(ps, other_of(ps, pid, pid)) && has_timers(ps, pid))
		v = OTHERS_MOVING;
	return v;
}

/*
 * Adds what was found of the next one: a walk ends at the first that moves, since nothing it could still
 * find is worth more; but one barrier does for all the dead.
 */
static bool goes_on(const struct procs *ps, enum others_verdict *v, enum others_verdict found)
{
	if (*v == OTHERS_QUIET || found == OTHERS_DIED)
		*v = found;
	return found != OTHERS_MOVING || ps->letting_go;
}

/* In a sandbox every process that /proc lists is the session's. */
static enum others_verdict walk_all(struct procs *ps, bool first, int *count)
{
	enum others_verdict v = OTHERS_QUIET, found;
	int fd = openat(ps->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		if (!isdigit((unsigned char)e->d_name[0]) ||
		    is_learners(ps, (pid_t)atoi(e->d_name)))
			continue;
		found = look_process(ps, (pid_t)atoi(e->d_name), first);
		*count += !is_joined(ps,
				     other_of(ps, (pid_t)atoi(e->d_name), (pid_t)atoi(e->d_name)));
		if (!goes_on(ps, &v, found))
			break;
	}
	if (dir)
		closedir(dir);
	return v;
}

/* On the host: the guardian's descendants (/proc/PID/task/TID/children, CONFIG_PROC_CHILDREN). */
static enum others_verdict walk_children(struct procs *ps, pid_t pid, bool first, int *count)
{
	static char none[] = "";
	enum others_verdict v = OTHERS_QUIET;
	char path[48], *line = NULL, *at;
	size_t size = 0;
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "%d/task/%d/children", pid, pid);
	fd = openat(ps->proc, path, O_RDONLY | O_CLOEXEC);
	f = fd < 0 ? NULL : fdopen(fd, "r");
	if (!f || getline(&line, &size, f) < 0)
		line = line ? (*line = '\0', line) : NULL;
	if (f)
		fclose(f);
	for (at = line ? line : none; *at;) {
		pid_t child = (pid_t)strtol(at, &at, 10);

		if (child <= 0)
			break;
		if (!is_learners(ps, child)) {
			++*count;
			if (!goes_on(ps, &v, look_process(ps, child, first)) ||
			    !goes_on(ps, &v, walk_children(ps, child, first, count)))
				break;
		}
		while (*at == ' ')
			at++;
	}
	free(line);
	return v;
}

/*
 * The guardian's children, and each learner's: not from the guardian down alone, since a learner may
 * have killed it, and then nobody is its child.
 */
static enum others_verdict walk_host(struct procs *ps, bool first, int *count)
{
	enum others_verdict v = walk_children(ps, ps->init, first, count);
	/* its orphans are the shell's from its death on, also before there is another guardian */
	pid_t adopter = ps->adopter || !ps->init_dead ? ps->adopter : getpid();

	if ((v != OTHERS_MOVING || ps->letting_go) && adopter)
		goes_on(ps, &v, walk_children(ps, adopter, first, count));
	for (int i = 0; (v != OTHERS_MOVING || ps->letting_go) && i < ps->n; i++)
		if (ps->p[i]->act < ACT_PROGRAM)
			goes_on(ps, &v, walk_children(ps, ps->p[i]->pid, first, count));
	return v;
}

enum others_verdict others_pass(struct procs *ps, bool first)
{
	enum others_verdict v;
	int count = 0;

	for (int i = 0; i < ps->nothers; i++)
		ps->other[i].found = false;
	v = ps->host ? walk_host(ps, first, &count) : walk_all(ps, first, &count);
	if (v != OTHERS_QUIET)
		return v;
	/* who has gone between the two passes has moved */
	if (drop_unfound(ps) && !first)
		return OTHERS_MOVING;
	if (!first)
		prune_loose(ps);
	if (!count && !first)
		ps->programs = false;
	return v;
}

void others_reap(struct procs *ps)
{
	siginfo_t how;

	for (int i = 0; i < ps->nothers; i++)
		if (ps->other[i].buried)
			waitid(P_PID, (id_t)ps->other[i].pid, &how, WEXITED | WNOHANG);
}

void settle_programs(const struct procs *ps, void (*fn)(void *arg, pid_t pid, const struct seen *s),
		     void *arg)
{
	for (int i = 0; i < ps->nothers; i++)
		if (ps->other[i].pid == ps->other[i].tid && !ps->other[i].joined)
			fn(arg, ps->other[i].pid, &ps->other[i].seen);
}
