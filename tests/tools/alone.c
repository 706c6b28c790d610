/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alone CMD ARG...: runs a test by itself, sees that it goes on, and that it leaves nothing behind.
 *
 * The test gets a PID, an IPC, a network (the names of the sessions that run are its) and a mount namespace
 * of its own where that is allowed (an ordinary user: in a user namespace where he is himself), an empty TMPDIR and HOME, and its parent is the reaper of all its
 * orphans, so that no process escapes.  Its output passes through here: what it says of failures, and all
 * that comes on stderr, is printed at its end and in one piece, since others run beside it.  If it hangs
 * (hang.h), what runs is told, and killed.  Afterwards every IPC object, process and file that is still
 * there is named, removed, and makes the test fail.  No clock decides anything.
 * NAMESPACES=no: in the machine's.  BUSY: how many seconds of the processors are progress without an output (600).
 * PACE: milliseconds from look to look (1000).
 */
#include "hang.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

enum { UNABLE = 96, HANGS = 97, LEFT = 98 };

struct text {
	char *s;
	size_t len;
};

/* What comes from the test. */
struct stream {
	int from;         /* -1: it has ended */
	int to;           /* -1: it is kept, all of it */
	struct text line; /* the last one, as far as it has come */
};

static char dir[4096], tmp[4200];
static volatile sig_atomic_t caught;
static bool failed, leaked;
static struct watch watch;
static struct stream out = { .to = STDOUT_FILENO }, err = { .to = -1 };
static struct text told, complaints; /* what is printed where it failed, and where not */
static int number;                   /* of tests so far */
static pid_t test;
static int status = -1; /* of the test, when it has ended */

static void on_signal(int signo)
{
	if (signo != SIGCHLD)
		caught = signo;
}

static void add(struct text *t, const char *s, size_t len)
{
	t->s = realloc(t->s, t->len + len + 1);
	if (!t->s)
		die("realloc");
	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = '\0';
}

__attribute__((format(printf, 1, 2))) static void fail(const char *fmt, ...)
{
	char line[8192];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	add(&told, line, strlen(line));
	failed = true;
}

static void put(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

/* A line of TAP: a test that failed, and what is remarked, is kept. */
static void heard(const char *line, size_t len)
{
	bool bad = !strncmp(line, "not ok", 6) && !strstr(line, "# TODO");

	number += bad || !strncmp(line, "ok", 2);
	failed |= bad || !strncmp(line, "Bail out!", 9);
	if (bad || *line == '#')
		add(&told, line, len);
}

static void take(struct stream *s, const char *buf, size_t len)
{
	const char *end;

	if (s->to < 0) {
		add(&complaints, buf, len);
		add(&told, buf, len);
		return;
	}
	put(s->to, buf, len);
	for (; (end = memchr(buf, '\n', len)); len -= (size_t)(end + 1 - buf), buf = end + 1) {
		add(&s->line, buf, (size_t)(end + 1 - buf));
		heard(s->line.s, s->line.len);
		s->line.len = 0;
	}
	add(&s->line, buf, len);
}

/* What has come is passed on. False: nothing has. */
static bool relay(struct stream *s)
{
	char buf[65536];
	ssize_t n = s->from < 0 ? -1 : read(s->from, buf, sizeof(buf));

	if (n == 0) {
		close(s->from);
		s->from = -1;
	}
	if (n <= 0)
		return false;
	watch.progress = true;
	take(s, buf, (size_t)n);
	return true;
}

static bool relay_both(void)
{
	return relay(&out) | relay(&err);
}

static bool relay_all(void)
{
	bool any = false;

	while (relay_both())
		any = true;
	return any;
}

static void reap_all(void)
{
	int how;
	pid_t pid;

	while ((pid = waitpid(-1, &how, WNOHANG)) > 0)
		if (pid == test)
			status = how;
}

/* All that is left, however often it forks; what it writes to the end is not lost. */
static void kill_all(void)
{
	while (kill_ours() > 0) {
		relay_all();
		reap_all();
		sched_yield();
	}
}

static void check_processes(void)
{
	static struct look left;
	int n = settle(&left, relay_all);

	for (int i = 0; i < n; i++) {
		leaked = true;
		if (left.task[i].pid == left.task[i].tid)
			fail("# left behind: process %d (%s)\n", left.task[i].pid,
			     left.task[i].comm);
	}
	kill_all();
}

static void check_objects(const struct object *before, int n)
{
	int m;
	struct object *after = objects(&m);

	for (int i = 0; i < m; i++) {
		if (is_in(&after[i], before, n))
			continue;
		leaked = true;
		fail("# left behind: %s:%d\n", after[i].kind, after[i].id);
		remove_object(&after[i]);
	}
	free(after);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	if (ftw->level > 0 && !strncmp(path, tmp, strlen(tmp)) && path[strlen(tmp)] == '/') {
		leaked = true;
		fail("# left behind: %s\n", path);
	}
	remove(path);
	return 0;
}

static void make_place(void)
{
	const char *base = getenv("TMPDIR");
	char home[4200];

	snprintf(dir, sizeof(dir), "%s/ipcsh-test-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(dir))
		die(dir);
	snprintf(tmp, sizeof(tmp), "%s/tmp", dir);
	snprintf(home, sizeof(home), "%s/home", dir);
	if (mkdir(tmp, 0700) < 0 || mkdir(home, 0700) < 0)
		die(dir);
	setenv("TEST_DIR", dir, 1);
	setenv("TMPDIR", tmp, 1);
	setenv("HOME", home, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_RUNTIME_DIR");
	unsetenv("INPUTRC");
	unsetenv("MAKEFLAGS");
	unsetenv("MAKELEVEL");
}

/* make(1) leaves libc's own two signals (32, 33) ignored; sigaction(3) does not reach them. */
static void default_signals(void)
{
	static const unsigned long dfl[4]; /* the kernel's struct sigaction, SIG_DFL */

	for (int sig = 32; sig < 34; sig++)
		syscall(SYS_rt_sigaction, sig, dfl, NULL, 8);
}

/* Starts the test. Nobody outside writes to it, and all that it writes is read. */
static void start(char **argv)
{
	int o[2], e[2], null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0 || pipe2(o, O_CLOEXEC) < 0 || pipe2(e, O_CLOEXEC) < 0)
		die("pipe");
	test = fork();
	if (test < 0)
		die("fork");
	if (test == 0) {
		dup2(null, STDIN_FILENO);
		dup2(o[1], STDOUT_FILENO);
		dup2(e[1], STDERR_FILENO);
		setsid(); /* a group and a session that have numbers here, and other than pid 1's */
		default_signals();
		execvp(argv[0], argv);
		fprintf(stderr, "alone: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	close(null);
	close(o[1]);
	close(e[1]);
	out.from = o[0];
	err.from = e[0];
	fcntl(out.from, F_SETFL, O_NONBLOCK);
	fcntl(err.from, F_SETFL, O_NONBLOCK);
}

static void tell(enum verdict v)
{
	size_t size;
	char *tree;
	FILE *f = open_memstream(&tree, &size);

	if (!f)
		die("open_memstream");
	tell_hang(f, &watch, v);
	fclose(f);
	add(&told, tree, size);
	free(tree);
}

/* How the test ended, as an exit status; or it hangs, or a signal came. */
static int attend(void)
{
	const char *asked = getenv("PACE");
	const long ms = asked ? atol(asked) : PACE * 1000L;
	const struct timespec tick = { ms / 1000, ms % 1000 * 1000000 };
	const struct itimerspec pace = { tick, tick };
	int clock = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	enum verdict v = GOES_ON;
	sigset_t chld, before;
	uint64_t ticks;

	timerfd_settime(clock, 0, &pace, NULL);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &before);
	while (reap_all(), status < 0 && !caught && v == GOES_ON) {
		struct pollfd from[3] = { { out.from, POLLIN, 0 },
					  { err.from, POLLIN, 0 },
					  { clock, POLLIN, 0 } };

		if (ppoll(from, 3, NULL, &before) <= 0)
			continue;
		relay_both();
		if (from[2].revents && read(clock, &ticks, sizeof(ticks)) > 0)
			v = watch_look(&watch);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(clock);
	if (v != GOES_ON) {
		tell(v);
		return HANGS;
	}
	if (caught || WIFSIGNALED(status))
		fail("# %s\n", strsignal(caught ? caught : WTERMSIG(status)));
	if (caught)
		return 128 + caught;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* What was kept, in one piece. */
static void print_kept(const char *name)
{
	const struct text *kept = failed ? &told : &complaints;
	struct text all = { 0 };

	if (!kept->len)
		return;
	add(&all, "# ", 2);
	add(&all, name, strlen(name));
	add(&all, ":\n", 2);
	add(&all, kept->s, kept->len);
	put(STDERR_FILENO, all.s, all.len);
	free(all.s);
}

/* All that alone is for, in the namespaces. */
static int run(char **argv, const char *name)
{
	int n, how;
	struct object *before = objects(&n);

	watch.busy = getenv("BUSY") ? atol(getenv("BUSY")) : 0;
	start(argv);
	how = attend();
	if (how == HANGS || caught)
		kill_all();
	else
		check_processes();
	relay_all();
	check_objects(before, n);
	free(before);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	if (how == HANGS) {
		char line[4200];

		put(STDOUT_FILENO, line,
		    (size_t)snprintf(line, sizeof(line), "not ok %d - it hangs\n", number + 1));
	}
	failed |= how != 0;
	if (!caught)
		print_kept(name);
	return how ? how : leaked ? LEFT : 0;
}

static bool write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

/* In a user namespace where one is who one was, with no more rights after an exec. */
static bool remain(uid_t uid, gid_t gid)
{
	char uids[64], gids[64];

	snprintf(uids, sizeof(uids), "%u %u 1", uid, uid);
	snprintf(gids, sizeof(gids), "%u %u 1", gid, gid);
	return write_to("/proc/self/setgroups", "deny") && write_to("/proc/self/uid_map", uids) &&
	       write_to("/proc/self/gid_map", gids);
}

/* In the child that is in these namespaces. False: they are of no use. */
static bool settle_in(int spaces, uid_t uid, gid_t gid)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		die("PR_SET_CHILD_SUBREAPER");
	if (spaces & CLONE_NEWUSER && (!uid || !remain(uid, gid)))
		return false;
	setenv("OWN_IPC", spaces & CLONE_NEWIPC ? "yes" : "", 1);
	return !(spaces & CLONE_NEWPID) ||
	       (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0 &&
		mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0);
}

/* Signals, which are blocked here, go to the one below: it ends the test, and cleans up. */
static int wait_for(pid_t pid, const sigset_t *signals)
{
	int how, signo;

	while (waitpid(pid, &how, WNOHANG) == 0)
		if (sigwait(signals, &signo) == 0 && signo != SIGCHLD)
			kill(pid, signo);
	return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

int main(int argc, char **argv)
{
	enum { ALL = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET };
	static const int spaces[] = { ALL, CLONE_NEWIPC | CLONE_NEWNET, CLONE_NEWUSER | ALL, 0 };
	const size_t n = sizeof(spaces) / sizeof(*spaces);
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t mask, before;
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int how = UNABLE;

	if (argc < 2) {
		fprintf(stderr, "usage: alone CMD ARG...\n");
		return 99;
	}
	sigemptyset(&mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		sigaction(signals[i], &sa, NULL);
		sigaddset(&mask, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &mask, &before);
	make_place();
	for (size_t i = getenv("NAMESPACES") ? n - 1 : 0; i < n && how == UNABLE; i++) {
		pid_t pid = (pid_t)syscall(SYS_clone, spaces[i] | SIGCHLD, NULL, NULL, NULL, NULL);

		if (pid == 0) {
			sigprocmask(SIG_SETMASK, &before, NULL);
			exit(settle_in(spaces[i], uid, gid) ? run(argv + 1, argv[argc - 1])
							    : UNABLE);
		}
		if (pid > 0)
			how = wait_for(pid, &mask);
		else if (errno == EAGAIN || errno == ENOMEM)
			die("clone");
	}
	return how;
}
