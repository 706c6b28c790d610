/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared memory, peek and poke: each line is parsed, made in this process and formatted, and compared
 * with what strace 6.1 prints for it; then why, notes, the facility's look, diff and table, with a
 * second process that has the segment attached.
 */
#include "base/grid.h"
#include "ipc/shm.h"
#include "ipc_lines.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static long m = -1, a = 0;
static pid_t owner;

static int name_ma(void *ctx, const char *name, size_t len, enum kind want, long *out, char **cause)
{
	(void)ctx, (void)want, (void)cause;
	if (len != 1 || (*name != 'm' && *name != 'a'))
		return 0;
	*out = *name == 'm' ? m : a;
	return 1;
}

static const struct resolver names = { .name = name_ma };

static const char *world_name(void *ctx, enum kind kind, long id)
{
	static char other[32];

	(void)ctx, (void)kind;
	snprintf(other, sizeof(other), "shm:%ld", id);
	return id == m ? "m" : other;
}

/* The second process: it stays until the pipe closes. */
static struct {
	pid_t pid;
	int go;
	long addr;
} b;

static void world_peers(void *ctx, bool (*fn)(void *arg, const struct peer *p), void *arg)
{
	struct peer pb = { .name = "B", .pid = b.pid, .outer = b.pid };

	(void)ctx;
	if (fn(arg, &world.self) && b.pid)
		fn(arg, &pb);
}

/* Forks B, which attaches m, writes text (if any) at offset, and says where. */
static void start_b(long offset, const char *text)
{
	int go[2], said[2];

	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(said), 0);
	fflush(NULL);
	b.pid = fork();
	assert_true(b.pid >= 0);
	if (b.pid == 0) {
		char *at;
		long addr;

		close(go[1]);
		close(said[0]);
		if (a)
			shmdt((void *)a);
		at = shmat((int)m, NULL, 0);
		addr = (long)at;
		if (text)
			memcpy(at + offset, text, strlen(text));
		if (write(said[1], &addr, sizeof(addr)) != sizeof(addr))
			_exit(1);
		_exit(read(go[0], &addr, 1) == 0 ? 0 : 1);
	}
	close(go[0]);
	close(said[1]);
	b.go = go[1];
	assert_int_equal(read(said[0], &b.addr, sizeof(b.addr)), sizeof(b.addr));
	close(said[0]);
}

static void end_b(void)
{
	int status;

	if (!b.pid)
		return;
	close(b.go);
	assert_int_equal(waitpid(b.pid, &status, 0), b.pid);
	assert_int_equal(status, 0);
	b.pid = 0;
}

static int make_segment(void **state)
{
	(void)state;
	m = shmget(IPC_PRIVATE, 4 * 4096, 0600);
	a = 0;
	world = (struct world){ .name = world_name,
				.peers = world_peers,
				.proc = -1,
				.self = { .name = "main", .pid = getpid(), .outer = getpid() } };
	return m < 0;
}

static int drop_segment(void **state)
{
	(void)state;
	if (getpid() != owner) /* an assertion failed in a forked child */
		_exit(1);
	end_b();
	if (a)
		shmdt((void *)a);
	if (m >= 0)
		shmctl((int)m, IPC_RMID, NULL);
	m = -1;
	call_release(&last);
	return 0;
}

static void attach(const char *line)
{
	does(line);
	assert_int_equal(last.err, 0);
	a = last.ret;
}

static void get(void **state)
{
	key_t key = 0x6ac0000 | (getpid() & 0xffff);
	char line[80];
	long id;

	(void)state;
	snprintf(line, sizeof(line), "shmget 0x%x 100", (unsigned)key);
	expect(line, "shmget(0x%x, 100, 000) = -1 ENOENT (No such file or directory)",
	       (unsigned)key);
	why("IPC_CREAT would make one");
	snprintf(line, sizeof(line), "shmget 0x%x 100 IPC_CREAT|IPC_EXCL|0640", (unsigned)key);
	does(line);
	id = last.ret;
	assert_true(id >= 0);
	expect(line, "shmget(0x%x, 100, IPC_CREAT|IPC_EXCL|0640) = -1 EEXIST (File exists)",
	       (unsigned)key);
	why("without IPC_EXCL");
	snprintf(line, sizeof(line), "shmget 0x%x 5000", (unsigned)key);
	expect(line, "shmget(0x%x, 5000, 000) = -1 EINVAL (Invalid argument)", (unsigned)key);
	why("has 100 bytes, 5000 were asked for");
	snprintf(line, sizeof(line), "shmget 0x%x 0", (unsigned)key);
	expect(line, "shmget(0x%x, 0, 000) = %ld", (unsigned)key, id);
	assert_int_equal(shmctl((int)id, IPC_RMID, NULL), 0);
	expect("shmget IPC_PRIVATE 0 0600",
	       "shmget(IPC_PRIVATE, 0, 0600) = -1 EINVAL (Invalid argument)");
	why("at least 1 byte");
	expect("shmget IPC_PRIVATE -1 0600",
	       "shmget(IPC_PRIVATE, 18446744073709551615, 0600) = -1 EINVAL (Invalid argument)");
	why("over shmmax");
	expect("shmget IPC_PRIVATE 4096 SHM_HUGETLB|0x1c000000|0600",
	       "shmget(IPC_PRIVATE, 4096, SHM_HUGETLB|7<<SHM_HUGE_SHIFT|0600) = -1 EINVAL (Invalid argument)");
	why("no huge pages of 2^7 bytes");
	does("shmget IPC_PRIVATE 4096 SHM_NORESERVE");
	note("mode 000");
	assert_int_equal(shmctl((int)last.ret, IPC_RMID, NULL), 0);
}

static void at(void **state)
{
	(void)state;
	attach("shmat m");
	expect("shmat m a", "shmat(%ld, 0x%lx, 0) = -1 EINVAL (Invalid argument)", m, a);
	why("is there already; SHM_REMAP would replace it");
	expect("shmat m a+5", "shmat(%ld, 0x%lx, 0) = -1 EINVAL (Invalid argument)", m, a + 5);
	why("is no multiple of SHMLBA, 4096; the nearest below is");
	expect("shmat m a+100 SHM_RND|SHM_REMAP", "shmat(%ld, 0x%lx, SHM_RND|SHM_REMAP) = 0x%lx", m,
	       a + 100, a);
	note("SHM_RND took 100 off the address");
	expect("shmat m NULL SHM_REMAP",
	       "shmat(%ld, NULL, SHM_REMAP) = -1 EINVAL (Invalid argument)", m);
	why("so it wants one");
	expect("shmat m SHM_RDONLY",
	       "SHM_RDONLY (column 9): the address stands before the flags: shmat m NULL SHM_RDONLY");
	expect("shmat 2147483000", "shmat(2147483000, NULL, 0) = -1 EINVAL (Invalid argument)");
	why("no segment with id 2147483000");
	expect("shmdt a+1", "shmdt(0x%lx) = -1 EINVAL (Invalid argument)", a + 1);
	why("m begins at");
	expect("shmdt NULL", "shmdt(NULL) = -1 EINVAL (Invalid argument)");
	why("no segment begins there; main has m at");
	expect("shmdt a", "shmdt(0x%lx) = 0", a);
	expect("shmdt a", "shmdt(0x%lx) = -1 EINVAL (Invalid argument)", a);
	why("main has none attached");
	a = 0;
}

static void control(void **state)
{
	struct shmid_ds ds;
	unsigned uid = geteuid(), gid = getegid();
	char *got;

	(void)state;
	attach("shmat m");
	assert_int_equal(shmctl((int)m, IPC_STAT, &ds), 0);
	expect("shmctl m IPC_STAT",
	       "shmctl(%ld, IPC_STAT, {shm_perm={uid=%u, gid=%u, mode=0600, key=0, cuid=%u, cgid=%u}, "
	       "shm_segsz=16384, shm_cpid=%d, shm_lpid=%d, shm_nattch=1, shm_atime=%ld, shm_dtime=0, "
	       "shm_ctime=%ld}) = 0",
	       m, uid, gid, uid, gid, (int)getpid(), (int)getpid(), (long)ds.shm_atime,
	       (long)ds.shm_ctime);
	expect("shmctl m IPC_SET {mode=0640}",
	       "shmctl(%ld, IPC_SET, {shm_perm={uid=%u, gid=%u, mode=0640}}) = 0", m, uid, gid);
	got = run("shmctl 0 IPC_INFO");
	assert_non_null(strstr(got, "shmctl(0, IPC_INFO, {shmmax="));
	free(got);
	got = run("shmctl 0 SHM_INFO");
	assert_non_null(strstr(got, "shmctl(0, SHM_INFO, {used_ids="));
	free(got);
	does("shmctl m SHM_LOCK");
	if (last.ret == 0) {
		assert_int_equal(shmctl((int)m, IPC_STAT, &ds), 0);
		assert_true(ds.shm_perm.mode & SHM_LOCKED);
		expect("shmctl m SHM_UNLOCK", "shmctl(%ld, SHM_UNLOCK, NULL) = 0", m);
	}
	expect("shmctl m IPC_STAT buf=0x1", "shmctl(%ld, IPC_STAT, 0x1) = -1 EFAULT (Bad address)",
	       m);
	why("buf = 0x1: main has no memory there");
	does("shmctl m 99");
	why("99 is no command of shmctl");
	does("shmctl 32767 SHM_STAT_ANY");
	why("no segment has index 32767");
	got = run("shmctl m IPC_SET {qbytes=1}");
	assert_non_null(strstr(got, "IPC_SET takes uid=, gid= and mode="));
	free(got);
	expect("shmctl m IPC_RMID", "shmctl(%ld, IPC_RMID, NULL) = 0", m);
	note("m is still attached 1 time: it lives until the last detach");
	expect("shmctl m IPC_STAT",
	       "shmctl(%ld, IPC_STAT, {shm_perm={uid=%u, gid=%u, mode=01640, key=0, cuid=%u, cgid=%u}, "
	       "shm_segsz=16384, shm_cpid=%d, shm_lpid=%d, shm_nattch=1, shm_atime=%ld, shm_dtime=0, "
	       "shm_ctime=%ld}) = 0",
	       m, uid, gid, uid, gid, (int)getpid(), (int)getpid(), (long)ds.shm_atime,
	       (long)ds.shm_ctime);
	does("shmdt a");
	a = 0;
	expect("shmctl m IPC_STAT", "shmctl(%ld, IPC_STAT, buf) = -1 EINVAL (Invalid argument)", m);
	why("there is no segment with id");
}

static void memory(void **state)
{
	struct rlimit no_core = { 0, 0 };
	int status;
	pid_t pid;

	(void)state;
	attach("shmat m");
	expect("poke a \"hello\\n\"", "poke(0x%lx, \"hello\\n\") = 6", a);
	note("");
	expect("peek a 8", "peek(0x%lx, 8) = \"hello\\n\\0\\0\"", a);
	note("0000  68 65 6c 6c 6f 0a 00 00 ");
	expect("poke a+8 int -2", "poke(0x%lx, int, -2) = 4", a + 8);
	expect("peek a+8 int", "peek(0x%lx, int) = -2", a + 8);
	expect("peek a+8 uint", "peek(0x%lx, uint) = 4294967294", a + 8);
	expect("peek a+9 short", "peek(0x%lx, short) = -1", a + 9);
	expect("poke a+16 long -1", "poke(0x%lx, long, -1) = 8", a + 16);
	expect("peek a+16 long", "peek(0x%lx, long) = -1", a + 16);
	assert_int_equal(last.err, 0);
	expect("poke a+24 x*5", "poke(0x%lx, \"xxxxx\") = 5", a + 24);
	does("peek a"); /* 64 bytes */
	assert_int_equal(last.ret, 64);
	free(run("poke a int"));
	assert_false(parsed);
	free(run("poke a byte 1"));
	assert_false(parsed);
	free(run("peek a 0"));
	assert_false(parsed);
	start_b(0, NULL);
	does("poke a+100 x");
	note("m+100: at once the same for B at 0x");

	/* a bad address is a real SIGSEGV */
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		setrlimit(RLIMIT_CORE, &no_core);
		shmdt((void *)a);
		a = (long)shmat((int)m, NULL, SHM_RDONLY);
		does("peek a 4");
		does("poke a x");
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

/* What a process without privilege is refused, and why. */
static void other_user(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: needs root to become another user\n");
		skip();
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		world.self.pid = world.self.outer = getpid();
		if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
			_exit(3);
		expect("shmat m", "shmat(%ld, NULL, 0) = -1 EACCES (Permission denied)", m);
		why("m is root's with rw-------; main (uid 65534) counts as others: ---; shmat needs rw");
		does("shmat m NULL SHM_RDONLY");
		why("shmat needs r");
		does("shmctl m IPC_STAT");
		why("IPC_STAT needs r");
		does("shmctl m IPC_RMID");
		assert_int_equal(last.err, EPERM);
		why("m may be removed only by its owner (uid 0), its creator (uid 0), or with privilege (CAP_SYS_ADMIN); main is uid 65534");
		does("shmctl m SHM_LOCK");
		assert_int_equal(last.err, EPERM);
		why("m may be locked only by its owner (uid 0), its creator (uid 0), or with privilege (CAP_IPC_LOCK); main is uid 65534");
		does("shmget IPC_PRIVATE 4096 0600");
		m = last.ret;
		does("shmat m 5 SHM_RND"); /* where mmap_min_addr is 0 it is allowed */
		if (last.ret == -1)
			why("mmap_min_addr");
		does("shmctl m IPC_RMID");
		_exit(last.ret == 0 ? 0 : 4);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static struct str diff;

static void diff_line(void *arg, const char *subject, const char *text)
{
	(void)arg;
	str_addf(&diff, "%s|", subject);
	str_unmark(&diff, text, strlen(text));
	str_addc(&diff, '\n');
}

static void diff_is(struct object *was, const char *want)
{
	struct object now = { 0 };

	assert_int_equal(facility_shm.look(&world, m, &now), 0);
	facility_shm.changed(&now, was, &world, diff_line, NULL);
	assert_string_equal(str_text(&diff), want);
	str_reset(&diff);
	*was = now;
}

static bool seen_m(void *arg, long id)
{
	struct object o = { 0 };

	assert_int_equal(facility_shm.look(&world, id, &o), 0);
	*(int *)arg += id == m;
	return true;
}

static void facility(void **state)
{
	struct object was = { 0 };
	struct str text = STR_INIT;
	int found = 0;

	(void)state;
	assert_int_equal(facility_shm.each(&world, seen_m, &found), 0);
	assert_int_equal(found, 1);
	assert_int_equal(facility_shm.look(&world, m, &was), 0);
	facility_shm.created(&text, &was, &world);
	assert_string_equal(str_text(&text), "16384 bytes  rw-------  key IPC_PRIVATE");
	str_free(&text);
	attach("shmat m");
	diff_is(&was, "m|attached 1 time (was 0): main\n");
	start_b(0, NULL);
	does("shmat m NULL SHM_RDONLY");
	diff_is(&was, "m|attached 3 times (was 1): main (2 times), B\n");
	assert_int_equal(shmdt((void *)last.ret), 0);
	end_b();
	does("shmctl m IPC_SET {mode=0660}");
	diff_is(&was, "m|attached 1 time (was 3): main\nm|mode rw-rw---- (was rw-------)\n");
	assert_int_equal(facility_shm.remove(m), 0);
	diff_is(&was, "m|dest: goes with its last detach\n");
	str_free(&diff);
	assert_int_equal(shmdt((void *)a), 0);
	a = 0;
	assert_int_equal(facility_shm.look(&world, m, &was), -1);
}

/* The row of the table whose cell in column holds part, or NULL. */
static const struct grid_row *row_with(const struct grid *g, int column, const char *part)
{
	for (int r = 0; r < g->nrows; r++)
		if (g->row[r].cell[column] && strstr(g->row[r].cell[column], part))
			return &g->row[r];
	return NULL;
}

static void table(void **state)
{
	struct shmid_ds before, after;
	struct shm_info in_use, in_use_after;
	struct grid *g;

	(void)state;
	g = facility_shm.state(&world, &m, 1);
	assert_int_equal(g->nrows, 2);
	assert_string_equal(g->row[0].cell[2], "16384");
	assert_string_equal(g->row[1].cell[0], "made");
	grid_free(g);

	/* B wrote one page of four: it is shown, and the other three stay holes */
	start_b(8192 + 32, "hello from B");
	assert_int_equal(shmctl((int)m, IPC_STAT, &before), 0);
	assert_true(shmctl(0, SHM_INFO, (struct shmid_ds *)&in_use) >= 0);
	g = facility_shm.state(&world, &m, 1);
	assert_int_equal(shmctl((int)m, IPC_STAT, &after), 0);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_true(shmctl(0, SHM_INFO, (struct shmid_ds *)&in_use_after) >= 0);
	assert_int_equal(in_use.shm_rss, in_use_after.shm_rss);
	assert_string_equal(g->row[1].cell[0], "B");
	assert_non_null(strstr(g->row[1].cell[8], "rw- at "));
	assert_non_null(row_with(g, 0, "+8224"));
	assert_non_null(strstr(row_with(g, 0, "+8224")->cell[8], "hello fr"));
	assert_non_null(row_with(g, 8, "3 pages that nobody here has touched"));
	grid_free(g);
	end_b();

	/* all pages are there, but in no page table of main's: it is read all the same */
	start_b(0, "");
	memset(&last, 0, sizeof(last));
	end_b();
	assert_int_equal(shmctl((int)m, IPC_RMID, NULL), 0);
	m = shmget(IPC_PRIVATE, 100, 0600);
	start_b(0, "left behind");
	end_b();
	attach("shmat m");
	g = facility_shm.state(&world, NULL, 0);
	assert_non_null(row_with(g, 8, "left beh"));
	grid_free(g);
}

static void removed_by_key(void **state)
{
	struct object was = { 0 };
	key_t key = 0x6ad0000 | (getpid() & 0xffff);
	char want[120];

	(void)state;
	shmctl((int)m, IPC_RMID, NULL);
	m = shmget(key, 10, IPC_CREAT | IPC_EXCL | 0600);
	assert_true(m >= 0);
	attach("shmat m");
	assert_int_equal(facility_shm.look(&world, m, &was), 0);
	does("shmctl m IPC_RMID");
	snprintf(want, sizeof(want),
		 "m|dest: goes with its last detach; key IPC_PRIVATE (was 0x%x)\n", (unsigned)key);
	diff_is(&was, want);
	str_free(&diff);
	does("shmat m"); /* by id it still can be */
	note("m was removed before");
	assert_int_equal(shmdt((void *)last.ret), 0);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, make_segment, drop_segment)
	const struct CMUnitTest tests[] = {
		EACH(get),        EACH(at),       EACH(control), EACH(memory),
		EACH(other_user), EACH(facility), EACH(table),   EACH(removed_by_key),
	};

	owner = getpid();
	/* where it is allowed, out of everybody's way */
	if (unshare(CLONE_NEWIPC))
		print_message("# no IPC namespace of its own: on the machine's\n");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
