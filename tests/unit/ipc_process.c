/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Processes for real: fork, exec, exit, wait, groups, limits, the clock.  Sleep is seen in
 * /proc/PID/syscall; no clock decides.
 */
#include "base/grid.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "ipc/child.h"
#include "ipc/ends.h"
#include "ipc/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { ACTORS = 6, SOCKET = 1000 };

/* An actor is a process that makes the calls it is sent, as a learner's does. */
static struct actor {
	pid_t pid;
	struct call call;
	unsigned char data[CALL_DATA];
} * actors; /* shared; [0] is main */
static const char *const actor_names[ACTORS] = { "main", "A", "B", "C", "D", "E" };
static struct call calls[ACTORS]; /* ours: what was asked, then what came back */
static bool waiting[ACTORS];
static struct world world;
static char dir[64];

/* Ours is SOCKET + 2 * i, the actor's is one more: out of the way of the descriptors tested. */
static void serve(int i)
{
	struct actor *a = &actors[i];
	char byte;

	while (read(SOCKET + 2 * i + 1, &byte, 1) == 1) {
		a->call.data = a->data;
		a->call.cap = CALL_DATA;
		errno = 0;
		a->call.ret = prims[a->call.prim]->make(&a->call);
		a->call.err = errno;
		call_done(&a->call);
		if (write(SOCKET + 2 * i + 1, "", 1) != 1)
			break;
	}
	_exit(0);
}

static pid_t actor_fork(int slot)
{
	pid_t pid = fork();

	if (pid == 0)
		serve(slot);
	actors[slot].pid = pid;
	return pid;
}

static void caught(int signo, const siginfo_t *info)
{
	(void)signo, (void)info;
}

static const struct child_ops ops = { actor_fork, caught };
static int start(void **state)
{
	char byte;

	(void)state;
	child_ops = &ops;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	actors = mmap(NULL, ACTORS * sizeof(*actors), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(actors, MAP_FAILED);
	snprintf(dir, sizeof(dir), "%s/ipcXXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	for (int i = 0; i < ACTORS; i++) {
		int s[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s), 0);
		for (int k = 0; k < 2; k++) {
			assert_int_equal(dup3(s[k], SOCKET + 2 * i + k, O_CLOEXEC),
					 SOCKET + 2 * i + k);
			close(s[k]);
		}
	}
	world.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	world.ends = ends_new();
	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			int null = open("/dev/null", O_RDWR);

			actors[i].pid = getpid();
			for (int fd = 0; fd < 3; fd++)
				dup2(null, fd);
			close_range(3, SOCKET - 1, 0);
			umask(022);
			/* what it inherited is closed: now it may be looked at */
			if (write(SOCKET + 2 * i + 1, "", 1) == 1)
				serve(i);
			_exit(1);
		}
		assert_int_equal(read(SOCKET + 2 * i, &byte, 1), 1);
		actors[i].pid = pid;
	}
	return 0;
}

static int stop(void **state)
{
	(void)state;
	for (int i = 0; i < ACTORS; i++) {
		if (actors[i].pid > 0)
			kill(actors[i].pid, SIGKILL);
		call_release(&calls[i]);
		calls[i] = (struct call){ 0 };
		waiting[i] = false;
		close(SOCKET + 2 * i);
		close(SOCKET + 2 * i + 1);
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	ends_free(world.ends);
	close(world.proc);
	munmap(actors, ACTORS * sizeof(*actors));
	assert_int_equal(chdir("/"), 0);
	return rmdir(dir);
}

static struct peer peer_of(int i)
{
	return (struct peer){ .name = actor_names[i],
			      .pid = actors[i].pid,
			      .outer = actors[i].pid,
			      .asleep = waiting[i],
			      .call = waiting[i] ? &calls[i] : NULL };
}

static void peers(void *ctx, bool (*fn)(void *arg, const struct peer *p), void *arg)
{
	(void)ctx;
	for (int i = 0; i < ACTORS; i++) {
		struct peer p = peer_of(i);

		if (p.pid > 0 && !fn(arg, &p))
			return;
	}
}

static const char *pid_name(void *ctx, pid_t pid)
{
	(void)ctx;
	for (int i = 0; i < ACTORS; i++)
		if (actors[i].pid == pid)
			return actor_names[i];
	return "a process";
}

static const char *object_name(void *ctx, enum kind kind, long id)
{
	static char text[48];

	(void)ctx;
	snprintf(text, sizeof(text), "%s:%ld", kind_name(kind), id);
	return text;
}

static struct world world = { .peers = peers, .pid_name = pid_name, .name = object_name };

static int lookup(void *ctx, const char *name, size_t len, enum kind want, long *out, char **cause)
{
	(void)ctx, (void)want, (void)cause;
	for (int i = 0; i < ACTORS; i++)
		if (strlen(actor_names[i]) == len && !memcmp(actor_names[i], name, len)) {
			*out = actors[i].pid;
			return 1;
		}
	return 0;
}

static const struct resolver names = { .name = lookup };

/* What is printed, without marks and with N for every marked number; kept until the test ends. */
static const char *plain(struct str *b)
{
	static char text[8][4096];
	static int turn;
	char *out = text[++turn % 8], *end = out + sizeof(text[0]) - 1;

	for (const char *s = str_text(b); *s && out < end; s++) {
		if (*s == MARK_OPEN) {
			*out++ = 'N';
			s = strchrnul(s, MARK_CLOSE);
			continue;
		}
		*out++ = *s;
	}
	*out = '\0';
	str_free(b);
	return text[turn % 8];
}

static void refresh(void)
{
	for (int i = 0; i < ACTORS; i++)
		if (actors[i].pid > 0)
			ends_refresh(world.ends, world.proc, actors[i].pid);
	if (actors[0].pid > 0)
		ends_names(world.ends, world.proc, actors[0].pid);
}

/* The cause, or NULL: the line is parsed into calls[i]. */
static const char *parse(int i, const char *line)
{
	static struct str kept;
	struct words words;
	char *cause = NULL;
	int prim;

	words_init(&words);
	assert_int_equal(words_split(line, &words, &cause), 0);
	prim = prim_find(words.w[0].at, words.w[0].len);
	assert_true(prim >= 0);
	words_skip(&words, 1);
	if (call_parse(prim, &words, &names, &calls[i], &cause) == 0) {
		words_release(&words);
		assert_null(cause);
		return NULL;
	}
	words_release(&words);
	assert_non_null(cause);
	str_free(&kept);
	str_add(&kept, cause);
	free(cause);
	return plain(&kept);
}

/* Sends it; it may sleep. fork's slot may be given. */
static void begin(int i, const char *line, int slot)
{
	const char *cause = parse(i, line);
	struct actor *a = &actors[i];

	if (cause)
		fail_msg("%s: %s", line, cause);
	if (slot)
		calls[i].arg[0].num = slot;
	a->call = calls[i];
	if (calls[i].used)
		memcpy(a->data, calls[i].data, calls[i].used);
	waiting[i] = true;
	assert_int_equal(write(SOCKET + 2 * i, "", 1), 1);
}

static const char *format(int i, enum format_part part)
{
	struct str out = STR_INIT;

	call_format(&out, &calls[i], part);
	return plain(&out);
}

/* Waits for the reply. */
static const char *finish(int i, enum format_part part)
{
	struct call back;
	char byte;

	assert_int_equal(read(SOCKET + 2 * i, &byte, 1), 1);
	back = actors[i].call;
	back.data = actors[i].data;
	call_copy(&calls[i], &back);
	waiting[i] = false;
	refresh();
	return format(i, part);
}

static const char *type(int i, const char *line)
{
	begin(i, line, 0);
	return finish(i, FORMAT_WHOLE);
}

static const char *tell(int i, void (*fn)(struct str *, const struct call *, const struct world *))
{
	struct str out = STR_INIT;

	world.self = peer_of(i);
	if (fn)
		fn(&out, &calls[i], &world);
	return plain(&out);
}

#define WHY(i)             tell(i, prims[calls[i].prim]->why)
#define NOTE(i)            tell(i, prims[calls[i].prim]->note)
#define SAY(i, line, text) assert_string_equal(type(i, line), text)

/* Until it sleeps in one of the calls that its record names: no clock, only what /proc says. */
static const char *asleep(int i)
{
	const struct prim *p = prims[calls[i].prim];
	char path[48], text[128];

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)actors[i].pid);
	for (;;) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		ssize_t n = read(fd, text, sizeof(text) - 1);

		close(fd);
		assert_true(n > 0);
		text[n] = '\0';
		/* the channel itself is a read, of a descriptor that no test has */
		for (int k = 0; k < 4 && p->sleeps[k]; k++) {
			long nr = p->sleeps[k] == PRIM_NR_READ ? 0 : p->sleeps[k];
			long fd_arg = -1, seen = -1;

			if (sscanf(text, "%ld 0x%lx", &seen, (unsigned long *)&fd_arg) == 2 &&
			    seen == nr && !(nr == 0 && fd_arg >= SOCKET)) {
				refresh();
				return tell(i, p->asleep);
			}
		}
		sched_yield();
	}
}

static void fork_named(int parent, int child)
{
	begin(parent, "fork", child);
	assert_string_equal(finish(parent, FORMAT_WHOLE), "fork() = N");
	assert_int_equal(calls[parent].ret, actors[child].pid);
}

/* It makes a call that it does not return from. */
static void last_words(int i, const char *line, const char *text)
{
	begin(i, line, 0);
	assert_string_equal(format(i, FORMAT_NORETURN), text);
	waiting[i] = false;
}

static void buried(int i)
{
	actors[i].pid = 0;
}

static void wait_tells_how_it_ended(void **state)
{
	(void)state;
	fork_named(0, 2);
	SAY(0, "waitpid B WNOHANG", "waitpid(N, wstatus, WNOHANG) = 0");
	assert_string_equal(NOTE(0), "B has not changed; WNOHANG says not to sleep");
	begin(0, "wait", 0);
	assert_string_equal(asleep(0), "child B still runs");
	last_words(2, "exit 3", "exit(3) = ?");
	assert_string_equal(finish(0, FORMAT_RESUMED),
			    "<... wait resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}]) = N");
	buried(2);
	SAY(0, "wait", "wait(wstatus) = -1 ECHILD (No child processes)");
	assert_string_equal(WHY(0), "main has no child left to wait for");
	fork_named(0, 2);
	kill(actors[2].pid, SIGKILL);
	SAY(0, "waitpid", "waitpid(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], 0) = N");
	buried(2);
	fork_named(0, 2);
	fork_named(0, 3);
	kill(actors[2].pid, SIGSTOP);
	SAY(0, "waitpid B WUNTRACED",
	    "waitpid(N, [{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}], WSTOPPED) = N");
	begin(0, "waitpid 0", 0);
	assert_string_equal(asleep(0), "children B and C still run");
	kill(actors[3].pid, SIGTERM);
	assert_string_equal(
		finish(0, FORMAT_RESUMED),
		"<... waitpid resumed>[{WIFSIGNALED(s) && WTERMSIG(s) == SIGTERM}], 0) = N");
	buried(3);
	kill(actors[2].pid, SIGCONT);
	SAY(0, "waitpid B WCONTINUED", "waitpid(N, [{WIFCONTINUED(s)}], WCONTINUED) = N");
	SAY(0, "waitpid A", "waitpid(N, wstatus, 0) = -1 ECHILD (No child processes)");
	assert_string_equal(WHY(0), "A is no child of main: only its parent can wait for it");
	SAY(0, "waitpid -1 0x40", "waitpid(-1, wstatus, 0x40) = -1 EINVAL (Invalid argument)");
	assert_string_equal(WHY(0), "waitpid knows WNOHANG, WUNTRACED and WCONTINUED");
	SAY(0, "signal SIGCHLD SIG_IGN", "signal(SIGCHLD, SIG_IGN) = SIG_DFL");
	last_words(2, "exit", "exit(0) = ?");
	begin(0, "waitpid B", 0);
	assert_string_equal(finish(0, FORMAT_WHOLE),
			    "waitpid(N, wstatus, 0) = -1 ECHILD (No child processes)");
	buried(2);
	assert_string_equal(WHY(0),
			    "main has no such child, or has waited for it already; it ignores "
			    "SIGCHLD, so its children leave no status behind");
}

static void exec_becomes_a_program(void **state)
{
	(void)state;
	fork_named(0, 2);
	SAY(2, "exec no-such-program x",
	    "execvp(\"no-such-program\", [\"no-such-program\", \"x\"]) = -1 "
	    "ENOENT (No such file or directory)");
	assert_string_equal(WHY(2), "no-such-program is in no directory of PATH");
	SAY(2, "exec ./none",
	    "execvp(\"./none\", [\"./none\"]) = -1 ENOENT (No such file or directory)");
	assert_string_equal(WHY(2), "./none does not exist");
	SAY(2, "exec /", "execvp(\"/\", [\"/\"]) = -1 EACCES (Permission denied)");
	assert_string_equal(parse(0, "exec"), "exec: which program? as in exec cat hello");
	last_words(2, "exec sh -c 'exit 7'", "execvp(\"sh\", [\"sh\", \"-c\", \"exit 7\"]) = ?");
	SAY(0, "wait", "wait([{WIFEXITED(s) && WEXITSTATUS(s) == 7}]) = N");
	buried(2);
	fork_named(0, 2);
	last_words(2, "execvp sh mysh -c 'test $0 = mysh'",
		   "execvp(\"sh\", [\"mysh\", \"-c\", \"test $0 = mysh\"]) = ?");
	SAY(0, "wait", "wait([{WIFEXITED(s) && WEXITSTATUS(s) == 0}]) = N");
	buried(2);
}

static void groups_and_numbers(void **state)
{
	(void)state;
	SAY(0, "getpid", "getpid() = N");
	assert_int_equal(calls[0].ret, actors[0].pid);
	SAY(0, "getppid", "getppid() = N");
	assert_int_equal(calls[0].ret, getpid());
	type(0, "setpgid");
	assert_int_equal(calls[0].ret, 0);
	type(0, "getpgid");
	assert_int_equal(calls[0].ret, actors[0].pid);
	type(0, "setpgid A 0");
	assert_int_equal(calls[0].err, ESRCH);
	fork_named(0, 2);
	type(0, "setpgid B A");
	assert_int_equal(calls[0].err, EPERM);
	assert_true(*WHY(0));
	type(0, "getpgid 99999999");
	assert_string_equal(WHY(0), "there is no process 99999999");
}

static void limits_and_places(void **state)
{
	(void)state;
	SAY(0, "umask 077", "umask(077) = 022");
	SAY(0, "umask 0", "umask(000) = 077");
	SAY(0, "setrlimit RLIMIT_CORE 1048576 2097152",
	    "setrlimit(RLIMIT_CORE, {rlim_cur=1024*1024, rlim_max=2048*1024}) = 0");
	SAY(0, "setrlimit RLIMIT_CORE 5",
	    "setrlimit(RLIMIT_CORE, {rlim_cur=5, rlim_max=2048*1024}) = 0");
	SAY(0, "getrlimit RLIMIT_CORE",
	    "getrlimit(RLIMIT_CORE, {rlim_cur=5, rlim_max=2048*1024}) = 0");
	SAY(0, "setrlimit RLIMIT_CORE {rlim_cur=5,rlim_max=2}",
	    "setrlimit(RLIMIT_CORE, {rlim_cur=5, rlim_max=2}) = -1 EINVAL (Invalid argument)");
	assert_string_equal(WHY(0), "the soft limit 5 is over the hard one 2");
	type(0, "setrlimit RLIMIT_FSIZE RLIM_INFINITY RLIM_INFINITY");
	SAY(0, "getrlimit RLIMIT_FSIZE",
	    "getrlimit(RLIMIT_FSIZE, {rlim_cur=RLIM64_INFINITY, rlim_max=RLIM64_INFINITY}) = 0");
	type(0, "setrlimit 99 1");
	assert_string_equal(WHY(0), "there is no such resource");
	assert_non_null(parse(0, "setrlimit RLIMIT_CORE"));
	assert_non_null(parse(0, "setrlimit RLIMIT_CORE 1 2 3"));
	assert_non_null(parse(0, "setrlimit RLIMIT_CORE {1,2,3}"));
	SAY(0, "cd nowhere", "chdir(\"nowhere\") = -1 ENOENT (No such file or directory)");
	assert_string_equal(WHY(0), "nowhere does not exist in main's current directory");
	SAY(0, "cd /", "chdir(\"/\") = 0");
	assert_non_null(parse(0, "cd"));
}

static void sleep_is_by_the_clock(void **state)
{
	(void)state;
	SAY(0, "sleep 0.000001", "nanosleep({tv_sec=0, tv_nsec=1000}, NULL) = 0");
	type(0, "signal SIGALRM SIG_IGN");
	begin(0, "sleep 1000.5", 0);
	assert_string_equal(format(0, FORMAT_WHOLE),
			    "nanosleep({tv_sec=1000, tv_nsec=500000000}, NULL) = 0");
	assert_string_equal(asleep(0), "for 1000.5 s");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(wait_tells_how_it_ended), TEST(exec_becomes_a_program),
		TEST(groups_and_numbers),      TEST(limits_and_places),
		TEST(sleep_is_by_the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
