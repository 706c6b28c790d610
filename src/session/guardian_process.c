/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The guardian's processes: ending them all, also those of a guardian that was killed; and hearing that
 * the shell is dead.  Runs in the guardian, and in the shell where that has to do its work.
 */
#include "session/guardian.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Processes. */

static void kill_child(pid_t pid, unsigned *killed, unsigned *refused)
{
	siginfo_t info;

	if (pid <= 1 || waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT))
		return;
	if (kill(pid, SIGKILL))
		++*refused;
	else
		++*killed;
}

/* The kernel's list of them (proc_pid_children(5)): fast, but may miss some while others end. */
static void kill_listed(unsigned *killed, unsigned *refused)
{
	FILE *list = fopen("/proc/thread-self/children", "re");
	int pid;

	while (list && fscanf(list, "%d", &pid) == 1)
		kill_child(pid, killed, refused);
	if (list)
		fclose(list);
}

/* All of them, found by asking waitid(2) about each process there is. */
static void kill_found(unsigned *killed, unsigned *refused)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		kill_child(atoi(e->d_name), killed, refused);
	if (dir)
		closedir(dir);
}

/*
 * Kills every direct child.  Their pids cannot be reused before we reap them, which nobody can say of
 * their descendants'; those become ours when their parents are dead.  Counts the killed, and those
 * that we may not kill.
 */
static void kill_children(unsigned *killed, unsigned *refused)
{
	*killed = *refused = 0;
	kill_listed(killed, refused);
	if (*killed)
		return;
	*refused = 0;
	kill_found(killed, refused);
}

/* Reaps whoever is dead, and first somebody, if it may wait. False: there is nobody left. */
static bool reap_children(bool wait)
{
	pid_t pid = waitpid(-1, NULL, wait ? 0 : WNOHANG);

	while (pid > 0)
		pid = waitpid(-1, NULL, WNOHANG);
	return pid == 0 || errno == EINTR;
}

unsigned guardian_end_processes(void)
{
	unsigned killed = 0, refused, unseen = 0;

	while (reap_children(killed)) { /* somebody who was killed will come */
		kill_children(&killed, &refused);
		if (!killed && refused)
			return refused;
		/* An orphan that has just come is seen the next time, one that /proc hides never */
		unseen = killed ? 0 : unseen + 1;
		if (unseen > 8)
			return 1;
	}
	return 0;
}

/* Those of a dead guardian. */

struct one {
	pid_t pid, parent, session;
	char state;
	unsigned long long start;
	bool ours;
};

static bool read_one(pid_t pid, struct one *o)
{
	char path[32], buf[1024], *at;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	n = fread(buf, 1, sizeof(buf) - 1, f);
	fclose(f);
	buf[n] = '\0';
	at = strrchr(buf, ')');
	*o = (struct one){ .pid = pid };
	return at && sscanf(at + 1,
			    " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
			    "%*d %*d %llu",
			    &o->state, &o->parent, &o->session, &o->start) == 4;
}

unsigned long long guardian_started(pid_t pid)
{
	struct one o;

	return pid > 0 && read_one(pid, &o) ? o.start : 0;
}

static bool is_dead(const struct one *o)
{
	return o->state == 'Z' || o->state == 'X';
}

bool guardian_lives(const struct guardian_past *who)
{
	struct one o;

	return who->start && read_one(who->pid, &o) && o.start == who->start && !is_dead(&o);
}

/* Does a process belong to the session that the guardian led? Not if somebody else has its pid. */
static bool is_member(const struct one *o, const struct guardian_past *past)
{
	unsigned long long leader;

	if (o->session != past->pid || o->start < past->start)
		return false;
	leader = guardian_started(past->pid);
	return !leader || leader == past->start;
}

/* All processes of this user's, in the order of /proc. The caller frees. */
static struct one *read_all(unsigned *n)
{
	DIR *dir = opendir("/proc");
	struct one *all = NULL, o;
	struct dirent *e;
	unsigned cap = 0;
	struct stat st;

	*n = 0;
	while (dir && (e = readdir(dir))) {
		if (atoi(e->d_name) <= 1 || fstatat(dirfd(dir), e->d_name, &st, 0) ||
		    st.st_uid != geteuid() || !read_one(atoi(e->d_name), &o))
			continue;
		GROW(all, *n, cap);
		all[(*n)++] = o;
	}
	if (dir)
		closedir(dir);
	return all;
}

/* Marks the members of their sessions, and whoever descends from them. */
static void mark(struct one *all, unsigned n, const struct guardian_past *past, int n_past)
{
	bool more = true;

	for (unsigned i = 0; i < n; i++)
		for (int k = 0; k < n_past && !all[i].ours; k++)
			all[i].ours = all[i].pid != past[k].pid && is_member(&all[i], &past[k]);
	while (more) {
		more = false;
		for (unsigned i = 0; i < n; i++)
			for (unsigned k = 0; k < n && !all[i].ours; k++)
				more |= all[i].ours = all[k].ours && all[k].pid == all[i].parent;
	}
	/* who asks from within such a session does not end itself */
	for (pid_t self = getpid(), above = self; self; self = above, above = 0)
		for (unsigned i = 0; i < n; i++)
			if (all[i].pid == self) {
				all[i].ours = false;
				above = all[i].parent;
			}
}

/* By pidfd, or it might be another's pid by now. Waits for the death. False: it may not be killed. */
static bool end_one(const struct one *o)
{
	int fd = (int)syscall(SYS_pidfd_open, o->pid, 0);
	struct pollfd dead = { .fd = fd, .events = POLLIN };
	bool ended = true;

	if (fd < 0)
		return true;
	if (guardian_started(o->pid) == o->start) {
		ended = !syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) || errno == ESRCH;
		while (ended && poll(&dead, 1, -1) < 0 && errno == EINTR)
			;
	}
	close(fd);
	return ended;
}

unsigned guardian_sweep(const struct guardian_past *past, int n_past, bool end)
{
	unsigned n, found, sum = 0;

	do {
		struct one *all = n_past ? read_all(&n) : (n = 0, NULL);

		found = 0;
		mark(all, n, past, n_past);
		for (unsigned i = 0; i < n; i++)
			if (all[i].ours && !is_dead(&all[i]))
				found += end ? end_one(&all[i]) : 1;
		free(all);
		sum += found;
	} while (end && found); /* the killed may have forked */
	return sum;
}

/* The end of the shell. */

static struct {
	_Atomic uint32_t *word;
	uint32_t bit;
	pid_t guardian;
	volatile sig_atomic_t called;
} watch;

static void on_term(int sig)
{
	int saved = errno;

	if (getpid() != watch.guardian) {
		signal(sig, SIG_DFL);
		kill(getpid(), sig); /* pending until we return */
	} else {
		watch.called = 1;
		atomic_fetch_or(watch.word, watch.bit);
		syscall(SYS_futex, watch.word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
	}
	errno = saved;
}

void guardian_watch(_Atomic uint32_t *word, uint32_t bit, pid_t shell)
{
	struct sigaction sa = { .sa_handler = on_term };
	sigset_t term;

	watch.word = word;
	watch.bit = bit;
	watch.guardian = getpid();
	watch.called = 0;
	sigfillset(&sa.sa_mask);
	sigaction(SIGTERM, &sa, NULL);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_UNBLOCK, &term, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (getppid() != shell)
		kill(getpid(), SIGTERM);
}

bool guardian_called(void)
{
	return watch.called;
}
