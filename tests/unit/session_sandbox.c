/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sandbox and guardian, for real.  Each scenario plays the shell in a forked child, once as the
 * user that runs the tests and, where that is root, once as nobody, because starting a sandbox moves
 * the process that does it.  Nothing waits for a time: deaths are seen by pidfd or end of file.
 */
#include "session/guardian.h"
#include "session/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define NOBODY 65534
enum { OK, SKIP = 77, BAD = 1 };

/* What the shell, its init and the test share. */
static struct shared {
	_Atomic uint32_t word;
	int ready[2];  /* a byte: init has done its part */
	int killme[2]; /* a byte: the shell has done its */
	int ids[4], keep, stranger;
	pid_t init, child; /* as the test sees them */
	char text[4][8192];
	struct guardian_list list;
} * sh;

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fprintf(stderr, "# %s:%d: %s (%s)\n", __FILE__, __LINE__, #cond,           \
				strerror(errno));                                                  \
			if (write(sh->ready[1], "!", 1) == 1) /* nobody waits in vain */           \
				_exit(BAD);                                                        \
			_exit(BAD);                                                                \
		}                                                                                  \
	} while (0)

static int pidfd(pid_t pid)
{
	return syscall(SYS_pidfd_open, pid, 0);
}

static void await_death(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		;
	close(fd);
}

static void slurp(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	while (fd >= 0 && len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += n;
	buf[len] = '\0';
	if (fd >= 0)
		close(fd);
}

static void await_ready(void)
{
	char c;

	CHECK(read(sh->ready[0], &c, 1) == 1 && c == '\0');
}

/* Runs the scenario in a child of its own, as uid, with a fresh struct shared. */
static int play(void (*scenario)(void), uid_t uid)
{
	int status;
	pid_t pid;

	sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(sh != MAP_FAILED);
	assert_int_equal(pipe2(sh->ready, O_CLOEXEC) | pipe2(sh->killme, O_CLOEXEC), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (uid != geteuid()) {
			CHECK(!setresgid(NOBODY, NOBODY, NOBODY) && !setresuid(uid, uid, uid));
			prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* as after an exec */
		}
		scenario();
		_exit(OK);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	for (int i = 0; i < 2; i++) {
		close(sh->ready[i]);
		close(sh->killme[i]);
	}
	munmap(sh, sizeof(*sh));
	return WIFEXITED(status) ? WEXITSTATUS(status) : BAD;
}

static void play_as_both(void (*scenario)(void))
{
	int how = play(scenario, geteuid());

	assert_true(how == OK || how == SKIP);
	if (geteuid() == 0) {
		how = play(scenario, NOBODY);
		assert_true(how == OK || how == SKIP);
	} else {
		print_message("# not root: only one user's side was tried\n");
	}
	if (how == SKIP)
		skip();
}

static void insist(struct sandbox *sb, int (*init_main)(void *), void *arg)
{
	char *cause = NULL;

	if (sandbox_start(sb, SANDBOX_INSIST, init_main, arg, &cause)) {
		fprintf(stderr, "# skipped: %s\n", cause);
		_exit(SKIP);
	}
}

/* Inside the sandbox. */
static int inhabit(void *arg)
{
	int out[2], status;
	char *text;
	ssize_t n;
	pid_t pid;

	(void)arg;
	sh->ids[0] = msgget(IPC_PRIVATE, 0);
	sh->ids[1] = shmget(IPC_PRIVATE, 4096, 0600);
	sh->ids[2] = semget(IPC_PRIVATE, 1, 0600);
	CHECK(getcwd(sh->text[0], sizeof(sh->text[0])));
	slurp("/proc/self/mountinfo", sh->text[2], sizeof(sh->text[2]));
	CHECK(getpid() == 1 && getppid() == 0 && getsid(0) == 1);
	CHECK(!mkfifo("hello", 0600)); /* EEXIST if the directory were not fresh */
	CHECK(!pipe(out));
	pid = fork();
	CHECK(pid == 2 || pid == 0);
	if (pid == 0) {
		dup2(out[1], 1);
		execlp("cat", "cat", "/proc/self/status", NULL);
		_exit(BAD);
	}
	close(out[1]);
	for (text = sh->text[1]; (n = read(out[0], text, 4096)) > 0; text += n)
		;
	*text = '\0';
	close(out[0]);
	CHECK(waitpid(pid, &status, 0) == 2 && status == 0);
	if (fork() == 0) {
		signal(SIGTERM, SIG_IGN);
		if (fork() == 0)
			raise(SIGSTOP);
		CHECK(write(sh->ready[1], "", 1) == 1);
		for (;;)
			pause();
	}
	for (;;)
		pause();
	return 0;
}

static pid_t first_child(pid_t pid)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	slurp(path, text, sizeof(text));
	return atoi(text);
}

static void sandbox_scenario(void)
{
	static const char *const none[] = { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" };
	struct sandbox sb = SANDBOX_NONE;
	char want[64], before[512], after[512], buf[4096];
	struct msqid_ds ds;
	pid_t init, child;
	int fd;

	slurp("/proc/self/limits", buf, sizeof(buf));
	snprintf(before, sizeof(before), "%d", open("/dev/null", O_RDONLY)); /* lowest free */
	close(atoi(before));
	for (int round = 0; round < 3; round++) {
		insist(&sb, inhabit, NULL);
		await_ready();
		CHECK(!sb.host && sb.joined && sb.own_user_ns == (geteuid() != 0) && !sb.why_not);
		CHECK(!strcmp(sb.cwd, "/tmp/ipcsh") && !strcmp(sh->text[0], sb.cwd));
		CHECK(sh->ids[0] == 0 && sh->ids[1] == 0 && sh->ids[2] == 0);
		CHECK(strstr(sh->text[1], "Pid:\t2\n") && strstr(sh->text[1], "NoNewPrivs:\t1\n"));
		CHECK(strstr(sh->text[2], " /tmp rw,nosuid,nodev"));
		for (int i = 0; i < 5; i++) {
			snprintf(want, sizeof(want), "%s:\t0000000000000000\n", none[i]);
			CHECK(strstr(sh->text[1], want));
		}
		/* The shell sees the session's objects and processes, by their inner ids. */
		CHECK(msgctl(0, MSG_STAT_ANY, &ds) == 0 && ds.msg_perm.cuid == geteuid());
		fd = openat(sb.proc, "3/syscall", O_RDONLY | O_CLOEXEC);
		CHECK(fd >= 0 && read(fd, buf, sizeof(buf)) > 0);
		close(fd);
		/* Its own /proc, files and rights are as before. */
		CHECK(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1);
		CHECK(access("/tmp/ipcsh/hello", F_OK) && errno == ENOENT);
		init = sb.init;
		child = first_child(init);
		CHECK(child > 0 && first_child(child) > 0);
		fd = pidfd(child);
		sandbox_stop(&sb);
		CHECK(kill(init, 0) && errno == ESRCH);
		CHECK(kill(child, 0) && errno == ESRCH);
		close(fd);
		sandbox_stop(&sb);
		snprintf(after, sizeof(after), "%d", open("/dev/null", O_RDONLY));
		close(atoi(after));
		CHECK(!strcmp(before, after));
	}
	CHECK(sandbox_start(&sb, SANDBOX_HOST, inhabit, NULL, NULL) == -1);
	sandbox_free(&sb);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

/* Dropped ones die at their leisure, and are reaped all the same: each by the next drop, the last by stop. */
static void dropped_scenario(void)
{
	struct sandbox sb = SANDBOX_NONE;
	pid_t init[3];
	int before = pidfd(getpid()), after;

	for (int round = 0; round < 3; round++) {
		insist(&sb, inhabit, NULL);
		await_ready();
		CHECK(sh->ids[0] == 0 && sh->ids[1] == 0 && sh->ids[2] == 0);
		init[round] = sb.init;
		sandbox_drop(&sb);
		CHECK(!sb.init && sb.init_pidfd < 0 && sb.proc < 0 && sb.dropped == init[round]);
		CHECK(!round || (kill(init[round - 1], 0) && errno == ESRCH));
	}
	sandbox_free(&sb);
	CHECK(!sb.dropped);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	after = pidfd(getpid());
	CHECK(after == before + 1);
}

static void test_sandbox_dropped(void **state)
{
	(void)state;
	play_as_both(dropped_scenario);
}

static void test_sandbox(void **state)
{
	char before[16384], after[16384];

	(void)state;
	slurp("/proc/self/mountinfo", before, sizeof(before));
	play_as_both(sandbox_scenario);
	slurp("/proc/self/mountinfo", after, sizeof(after));
	assert_string_equal(before, after);
}

/* Starts a shell, lets it be killed with SIGKILL, and waits for the ends of what it started. */
static void kill_shell(void (*shell)(void))
{
	struct pollfd either[2];
	int fd[3], status;
	pid_t pid = fork();
	char c;

	if (pid == 0) {
		close(sh->killme[0]);
		shell();
		CHECK(write(sh->killme[1], "", 1) == 1);
		for (;;)
			pause();
	}
	close(sh->killme[1]);
	fd[0] = pidfd(pid);
	either[0] = (struct pollfd){ .fd = sh->killme[0], .events = POLLIN };
	either[1] = (struct pollfd){ .fd = fd[0], .events = POLLIN };
	while (poll(either, 2, -1) < 0 && errno == EINTR)
		;
	if (!(either[0].revents & POLLIN) || read(sh->killme[0], &c, 1) != 1) { /* it has ended */
		CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
		_exit(WEXITSTATUS(status));
	}
	fd[1] = pidfd(sh->init);
	fd[2] = pidfd(sh->child);
	CHECK(fd[1] >= 0 && fd[2] >= 0);
	CHECK(!kill(pid, SIGKILL));
	for (int i = 0; i < 3; i++)
		await_death(fd[i]);
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
}

static void shell_with_sandbox(void)
{
	struct sandbox sb = SANDBOX_NONE;

	insist(&sb, inhabit, NULL);
	await_ready();
	sh->init = sb.init;
	sh->child = first_child(sb.init);
	CHECK(sh->child > 0);
}

static void killed_scenario(void)
{
	struct shmid_ds info;
	int before = shmctl(0, SHM_INFO, &info);

	kill_shell(shell_with_sandbox);
	CHECK(shmctl(0, SHM_INFO, &info) == before);
}

static void test_sandbox_shell_killed(void **state)
{
	(void)state;
	play_as_both(killed_scenario);
}

/* Host mode. */

static bool there(int kind, int id)
{
	struct msqid_ds q;
	struct shmid_ds m;
	struct semid_ds s;
	union {
		struct semid_ds *buf;
	} u = { &s };

	return kind == GUARDIAN_MSG   ? !msgctl(id, IPC_STAT, &q)
	       : kind == GUARDIAN_SHM ? !shmctl(id, IPC_STAT, &m)
				      : !semctl(id, 0, IPC_STAT, u);
}

static void fifo_path(char *path, const char *name)
{
	sprintf(path, "%s/%s", sh->text[3], name);
}

/* The guardian, and below it what a learner would leave. */
static int guard(void *arg)
{
	const struct sandbox *sb = arg;
	uint32_t seen;
	char path[8300];

	guardian_watch(&sh->word, 1, sb->shell);
	sh->init = getpid();
	if (fork() == 0) {
		sh->child = getpid();
		signal(SIGTERM, SIG_IGN);
		setsid();
		if (fork() == 0)
			raise(SIGSTOP);
		sh->ids[0] = msgget(IPC_PRIVATE, 0);
		sh->ids[1] = shmget(IPC_PRIVATE, 8192, 0600);
		sh->ids[2] = semget(IPC_PRIVATE, 3, 0600);
		sh->keep = semget(IPC_PRIVATE, 1, 0600);
		sh->stranger = msgget(IPC_PRIVATE, 0600);
		fifo_path(path, "made");
		CHECK(!mkfifo(path, 0600));
		fifo_path(path, "replaced");
		CHECK(!mkfifo(path, 0600));
		CHECK(write(sh->ready[1], "", 1) == 1);
		for (;;)
			pause();
	}
	while (!(seen = atomic_load(&sh->word)))
		syscall(SYS_futex, &sh->word, FUTEX_WAIT, seen, NULL, NULL, 0);
	CHECK(guardian_called());
	CHECK(guardian_end_processes() == 0);
	return guardian_remove(&sh->list);
}

static struct sandbox host;

static void shell_on_host(void)
{
	char path[8300], *cause = NULL;
	struct msqid_ds ds = { 0 };

	CHECK(!sandbox_start(&host, SANDBOX_HOST, guard, &host, &cause));
	CHECK(host.host && !host.joined && !host.why_not);
	await_ready();
	CHECK(!guardian_add(&sh->list, GUARDIAN_MSG, sh->ids[0], &cause));
	CHECK(!guardian_add(&sh->list, GUARDIAN_SHM, sh->ids[1], &cause));
	CHECK(!guardian_add(&sh->list, GUARDIAN_SEM, sh->ids[2], &cause));
	CHECK(!guardian_add(&sh->list, GUARDIAN_SEM, sh->keep, &cause));
	CHECK(guardian_keep(&sh->list, GUARDIAN_SEM, sh->keep, true));
	CHECK(!guardian_keep(&sh->list, GUARDIAN_MSG, sh->stranger, true));
	CHECK(!guardian_made(&sh->list, GUARDIAN_MSG, sh->stranger));
	CHECK(!semctl(sh->ids[2], 1, SETVAL, 5));
	ds.msg_qbytes = 100;
	ds.msg_perm.uid = geteuid();
	ds.msg_perm.gid = getegid();
	CHECK(!msgctl(sh->ids[0], IPC_SET, &ds)); /* changes its ctime, not its identity */
	fifo_path(path, "made");
	CHECK(!guardian_add_fifo(&sh->list, path, &cause));
	fifo_path(path, "replaced");
	CHECK(!guardian_add_fifo(&sh->list, path, &cause) && guardian_made_fifo(&sh->list, path));
	CHECK(!unlink(path));
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	sh->init = host.init;
}

static void cleaned(void)
{
	char path[8300];

	CHECK(kill(sh->child, 0) && errno == ESRCH);
	CHECK(!there(GUARDIAN_SHM, sh->ids[1]) && !there(GUARDIAN_SEM, sh->ids[2]));
	CHECK(!there(GUARDIAN_MSG, sh->ids[0]) && errno == EINVAL);
	CHECK(there(GUARDIAN_SEM, sh->keep) && !semctl(sh->keep, 0, IPC_RMID));
	CHECK(there(GUARDIAN_MSG, sh->stranger) && !msgctl(sh->stranger, IPC_RMID, NULL));
	CHECK(sh->list.n_items == 1 && guardian_made(&sh->list, GUARDIAN_SEM, sh->keep));
	fifo_path(path, "made");
	CHECK(access(path, F_OK) && errno == ENOENT);
	fifo_path(path, "replaced");
	CHECK(!unlink(path) && !rmdir(sh->text[3]));
}

static void scratch(void)
{
	strcpy(sh->text[3], "/tmp/sandbox-test-XXXXXX");
	CHECK(mkdtemp(sh->text[3]));
	host = SANDBOX_NONE;
}

static void host_killed_scenario(void)
{
	scratch();
	kill_shell(shell_on_host);
	cleaned();
}

static void host_stop_scenario(void)
{
	scratch();
	shell_on_host();
	sandbox_stop(&host);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	sandbox_free(&host);
	cleaned();
}

/* A learner kills the guardian: the shell inherits its orphans, and the list is still there. */
static void guardian_killed_scenario(void)
{
	scratch();
	shell_on_host();
	CHECK(!kill(host.init, SIGKILL));
	sandbox_free(&host);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	CHECK(guardian_remove(&sh->list) == 4);
	CHECK(guardian_remove(&sh->list) == 0);
	cleaned();
}

static void test_host_shell_killed(void **state)
{
	(void)state;
	play_as_both(host_killed_scenario);
}

static void test_host_stop(void **state)
{
	(void)state;
	play_as_both(host_stop_scenario);
}

static void test_guardian_killed(void **state)
{
	(void)state;
	play_as_both(guardian_killed_scenario);
}

/* Another user's child, as by a set-user-ID program, is reported and not waited for. */
static void unkillable_scenario(void)
{
	int fd[2];
	char c;

	if (geteuid())
		_exit(SKIP);
	CHECK(!pipe(fd));
	if (fork() == 0) {
		close(fd[1]);
		_exit(read(fd[0], &c, 1) < 0);
	}
	CHECK(!setresuid(NOBODY, NOBODY, NOBODY));
	if (fork() == 0)
		for (;;)
			pause();
	CHECK(guardian_end_processes() == 1);
	close(fd[1]);
	CHECK(wait(NULL) > 0 && guardian_end_processes() == 0);
}

static void test_unkillable(void **state)
{
	int how = play(unkillable_scenario, geteuid());

	(void)state;
	assert_true(how == OK || how == SKIP);
	if (how == SKIP)
		skip();
}

/* Where something is refused: as the kernel does it, in a user namespace with limits of its own. */

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) > 0);
	close(fd);
}

static void confine(void)
{
	char map[64], gmap[64];

	/* Not as 0: so the sandbox makes a user namespace, in which our mounts are locked. */
	snprintf(map, sizeof(map), "1000 %d 1", geteuid());
	snprintf(gmap, sizeof(gmap), "1000 %d 1", getegid());
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		_exit(SKIP);
	write_text("/proc/self/setgroups", "deny");
	write_text("/proc/self/uid_map", map);
	write_text("/proc/self/gid_map", gmap);
}

static int quiet(void *arg)
{
	const struct sandbox *sb = arg;

	guardian_watch(&sh->word, 1, sb->shell);
	while (!atomic_load(&sh->word))
		syscall(SYS_futex, &sh->word, FUTEX_WAIT, 0, NULL, NULL, 0);
	return 0;
}

static void fall_back(const char *why)
{
	char before[3][128] = { { 0 } }, now[128] = { 0 }, *cause = NULL;
	const char *const ns[] = { "/proc/self/ns/ipc", "/proc/self/ns/user", "/proc/self/ns/mnt" };
	struct sandbox sb = SANDBOX_NONE;

	for (int i = 0; i < 3; i++)
		CHECK(readlink(ns[i], before[i], 127) > 0);
	CHECK(sandbox_start(&sb, SANDBOX_INSIST, quiet, &sb, &cause) == -1);
	fprintf(stderr, "# %s\n", cause);
	CHECK(strstr(cause, why) && !sb.joined && !sb.init && sb.proc < 0 && sb.init_pidfd < 0);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	free(cause);
	CHECK(!sandbox_start(&sb, SANDBOX_AUTO, quiet, &sb, &cause));
	CHECK(sb.host && strstr(sb.why_not, why) && !strchr(sb.why_not, '\n'));
	for (int i = 0; i < 3; i++)
		CHECK(readlink(ns[i], now, 127) > 0 && !strncmp(now, before[i], strlen(before[i])));
	sandbox_free(&sb);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

static void no_pid_namespace(void)
{
	confine();
	write_text("/proc/sys/user/max_pid_namespaces", "0");
	fall_back("no more namespaces may be made here, see namespaces(7) (clone: ");
}

static void no_fresh_proc(void)
{
	confine();
	CHECK(!mount("tmpfs", "/proc/sys", "tmpfs", 0, NULL));
	fall_back("a private /proc is not allowed here (mount /proc: ");
}

static void test_refused(void **state)
{
	(void)state;
	play_as_both(no_pid_namespace);
	play_as_both(no_fresh_proc);
}

/* The list. */

static void test_list(void **state)
{
	struct guardian_list *l = calloc(1, sizeof(*l));
	uint8_t *bytes = (uint8_t *)l;
	char *cause = NULL, path[GUARDIAN_PATH + 8];
	int id[300];

	(void)state;
	for (int i = 0; i < 300; i++) {
		id[i] = semget(IPC_PRIVATE, 1 + i % 3, 0);
		assert_int_equal(guardian_add(l, GUARDIAN_SEM, id[i], &cause), 0);
		assert_int_equal(guardian_add(l, GUARDIAN_SEM, id[i], &cause), 0);
	}
	assert_int_equal(l->n_items, 300);
	/* Probing over a whole cluster, and across the end, survives a removal in it. */
	for (int i = 0; i < 300; i += 2) {
		guardian_gone(l, GUARDIAN_SEM, id[i]);
		for (int j = 0; j < 300; j++)
			assert_int_equal(guardian_made(l, GUARDIAN_SEM, id[j]), j > i || j % 2);
	}
	assert_int_equal(l->n_items, 150);
	assert_int_equal(guardian_remove(l), 150);
	for (int i = 0; i < 300; i++)
		assert_int_equal(semctl(id[i], 0, IPC_RMID), i % 2 ? -1 : 0);
	assert_int_equal(guardian_add(l, GUARDIAN_SEM, id[0], &cause), -1);
	assert_non_null(cause);
	memset(path, '/', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(guardian_add_fifo(l, path, &cause), -1);
	assert_int_equal(guardian_add_fifo(l, "hello", &cause), -1);
	assert_int_equal(guardian_add_fifo(l, "/dev/null", &cause), -1);

	srand(1);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < sizeof(*l); i++)
			bytes[i] = round == 0 ? 0xff : round == 1 ? 1 : rand();
		guardian_made(l, GUARDIAN_MSG, 5);
		guardian_keep(l, GUARDIAN_SHM, -1, true);
		guardian_gone(l, GUARDIAN_SEM, 0x01010101);
		guardian_gone_fifo(l, "/x");
		guardian_made_fifo(l, path);
		assert_int_equal(guardian_remove(l), 0);
	}
	free(cause);
	free(l);
}

/* Collisions on purpose: ids that share a home slot, against a model. */
static void test_collisions(void **state)
{
	struct guardian_list *l = calloc(1, sizeof(*l));
	bool made[64] = { false };
	char *cause = NULL;
	int id[64];

	(void)state;
	srand(2);
	for (int i = 0; i < 64; i++)
		id[i] = (i % 4) * (int)GUARDIAN_ITEMS + (int)(GUARDIAN_ITEMS / 3) + i / 4;
	for (int step = 0; step < 20000; step++) {
		int i = rand() % 64;

		/* These ids exist nowhere, so they are put by hand where add would. */
		if (!made[i]) {
			unsigned at = ((unsigned)id[i] * 3 + GUARDIAN_SEM) % GUARDIAN_ITEMS;

			while (l->item[at].kind)
				at = (at + 1) % GUARDIAN_ITEMS;
			l->item[at] = (struct guardian_item){ .kind = GUARDIAN_SEM, .id = id[i] };
			l->n_items++;
		} else {
			guardian_gone(l, GUARDIAN_SEM, id[i]);
		}
		made[i] = !made[i];
		for (int j = 0; j < 64; j++)
			assert_int_equal(guardian_made(l, GUARDIAN_SEM, id[j]), made[j]);
	}
	free(cause);
	free(l);
}

/* With an argument: the cost of a start, for whoever wants to know. */
static int idle(void *arg)
{
	const struct sandbox *sb = arg;

	if (sb->host)
		return quiet(arg);
	pause();
	return 0;
}

static int by_number(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) -
	       (*(const double *)a < *(const double *)b);
}

static double micros(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int measure(int n, enum sandbox_want want)
{
	static struct shared none;

	double *start = calloc(n, sizeof(*start)), *stop = calloc(n, sizeof(*stop));
	int fd[2], status;

	sh = &none;
	for (int i = 0; i < n; i++) {
		double t[3];
		pid_t pid;

		if (pipe2(fd, O_CLOEXEC))
			return 1;
		pid = fork();
		if (pid == 0) {
			struct sandbox sb = SANDBOX_NONE;
			char *cause = NULL;

			t[0] = micros();
			if (sandbox_start(&sb, want, idle, &sb, &cause)) {
				fprintf(stderr, "%s\n", cause);
				_exit(1);
			}
			t[1] = micros();
			sandbox_stop(&sb);
			t[2] = micros();
			_exit(write(fd[1], t, sizeof(t)) != sizeof(t));
		}
		waitpid(pid, &status, 0);
		if (status || read(fd[0], t, sizeof(t)) != sizeof(t))
			return 1;
		close(fd[0]);
		close(fd[1]);
		start[i] = t[1] - t[0];
		stop[i] = t[2] - t[1];
	}
	qsort(start, n, sizeof(*start), by_number);
	qsort(stop, n, sizeof(*stop), by_number);
	printf("%s: start p50 %.0f us p99 %.0f, stop p50 %.0f p99 %.0f\n",
	       want == SANDBOX_HOST ? "host" : "sandbox", start[n / 2], start[n * 99 / 100],
	       stop[n / 2], stop[n * 99 / 100]);
	free(start);
	free(stop);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sandbox),
		cmocka_unit_test(test_sandbox_dropped),
		cmocka_unit_test(test_sandbox_shell_killed),
		cmocka_unit_test(test_host_shell_killed),
		cmocka_unit_test(test_host_stop),
		cmocka_unit_test(test_guardian_killed),
		cmocka_unit_test(test_unkillable),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_collisions),
	};

	if (argc > 1)
		return measure(atoi(argv[1]), SANDBOX_INSIST) ||
		       measure(atoi(argv[1]), SANDBOX_HOST);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
