/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Semaphores from the typed line to the strace line, in this very process: parse, make, format, why;
 * and the facility's look, diff and state.  Sleepers are children, waited for by the kernel's own
 * count of them.
 */
#include "base/grid.h"
#include "ipc/sem.h"
#include "ipc_here.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int set; /* the set that every test gets: two semaphores, bound to s */
static long undo_of_b;
static struct peer peer[2];

static int lookup(void *ctx, const char *name, size_t len, enum kind want, long *out, char **cause)
{
	(void)ctx, (void)want, (void)cause;
	if (len != 1 || (*name != 's' && *name != 'n'))
		return 0;
	*out = *name == 's' ? set : 2;
	return 1;
}

static const struct resolver names = { .name = lookup };

static const char *object_name(void *ctx, enum kind kind, long id)
{
	static char other[32];

	(void)ctx;
	assert_int_equal(kind, KIND_SEM);
	snprintf(other, sizeof(other), "sem:%ld", id);
	return id == set ? "s" : other;
}

static const char *process_name(void *ctx, pid_t pid)
{
	(void)ctx;
	return pid == getpid() ? "main" : "B";
}

static pid_t pid_in(void *ctx, pid_t outer)
{
	(void)ctx;
	return outer;
}

static void peers(void *ctx, bool (*fn)(void *arg, const struct peer *p), void *arg)
{
	(void)ctx;
	for (int k = 0; k < 2; k++)
		if (peer[k].name && !fn(arg, &peer[k]))
			return;
}

static long undo(void *ctx, pid_t pid, long semid, int semnum)
{
	(void)ctx;
	return peer[1].pid == pid && semid == set && semnum == 0 ? undo_of_b : 0;
}

static struct world world = {
	.name = object_name,
	.pid_name = process_name,
	.pid_in = pid_in,
	.peers = peers,
	.undo = undo,
};

/* pattern: % stands for the set's id, @ for the uid and $ for the gid */
static void see(const char *line, const char *pattern)
{
	struct str want = STR_INIT;
	char *got = typed(line, &names, &world);

	for (; *pattern; pattern++)
		if (*pattern == '%')
			str_addf(&want, "%d", set);
		else if (*pattern == '@' || *pattern == '$')
			str_addf(&want, "%u", *pattern == '@' ? geteuid() : getegid());
		else
			str_addc(&want, *pattern);
	assert_string_equal(got, str_text(&want));
	str_free(&want);
	free(got);
}

static void see_part(const char *line, const char *part)
{
	char *got = typed(line, &names, &world);

	if (!strstr(got, part))
		fail_msg("%s: %s\nhas no: %s", line, got, part);
	free(got);
}

static int make_set(void **state)
{
	(void)state;
	set = semget(IPC_PRIVATE, 2, 0600);
	undo_of_b = 0;
	memset(peer, 0, sizeof(peer));
	peer[0] = (struct peer){ .name = "main", .pid = getpid(), .outer = getpid() };
	world.self = peer[0];
	return set < 0;
}

static int remove_set(void **state)
{
	(void)state;
	semctl(set, 0, IPC_RMID);
	return 0;
}

static void value_is(int num, int value)
{
	assert_int_equal(semctl(set, num, GETVAL), value);
}

/* A child asleep in a semop; it is there when the kernel counts it. */
static pid_t sleeper(struct sembuf *ops, size_t n, int num, bool zero)
{
	const int before = semctl(set, num, zero ? GETZCNT : GETNCNT);
	pid_t pid = fork();

	if (pid == 0)
		_exit(semop(set, ops, n) == 0 ? 0 : errno);
	while (semctl(set, num, zero ? GETZCNT : GETNCNT) == before)
		sched_yield();
	return pid;
}

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_semop(void **state)
{
	(void)state;
	see("V s 3", "semop(%, [{sem_num=0, sem_op=3, sem_flg=0}], 1) = 0");
	see("P s", "semop(%, [{sem_num=0, sem_op=-1, sem_flg=0}], 1) = 0");
	see("P s n", "semop(%, [{sem_num=0, sem_op=-2, sem_flg=0}], 1) = 0");
	value_is(0, 0);
	see("V s[1] 2 SEM_UNDO", "semop(%, [{sem_num=1, sem_op=2, sem_flg=SEM_UNDO}], 1) = 0");
	see("P s[n-1] SEM_UNDO|IPC_NOWAIT",
	    "semop(%, [{sem_num=1, sem_op=-1, sem_flg=SEM_UNDO|IPC_NOWAIT}], 1) = 0");
	see("P s 2 IPC_NOWAIT",
	    "semop(%, [{sem_num=0, sem_op=-2, sem_flg=IPC_NOWAIT}], 1) = -1 EAGAIN (Resource "
	    "temporarily unavailable)\n2 of s[0] asked, 0 there; IPC_NOWAIT says not to sleep");
	see("semop s {1,0,IPC_NOWAIT}",
	    "semop(%, [{sem_num=1, sem_op=0, sem_flg=IPC_NOWAIT}], 1) = -1 EAGAIN (Resource "
	    "temporarily unavailable)\ns[1] was to be 0, it is 1; IPC_NOWAIT says not to sleep");
	see("semop s {0,0}", "semop(%, [{sem_num=0, sem_op=0, sem_flg=0}], 1) = 0");
	see("semop s {sem_op = 2, sem_num=0}*2",
	    "semop(%, [{sem_num=0, sem_op=2, sem_flg=0}, {sem_num=0, sem_op=2, sem_flg=0}], 2) = 0");
	value_is(0, 4);
}

static void test_all_or_nothing(void **state)
{
	(void)state;
	see("semctl s 0 SETALL {1,0}", "semctl(%, 0, SETALL, [1, 0]) = 0");
	see("semop s {0,-1} {1,-1,IPC_NOWAIT}",
	    "semop(%, [{sem_num=0, sem_op=-1, sem_flg=0}, {sem_num=1, sem_op=-1, "
	    "sem_flg=IPC_NOWAIT}], 2) = -1 EAGAIN (Resource temporarily unavailable)\n"
	    "1 of s[1] asked, 0 there (operation 2 of 2; all are done together or none); "
	    "IPC_NOWAIT says not to sleep");
	value_is(0, 1);
	see_part("semop s {0,-1} {0,-1,IPC_NOWAIT}",
		 "1 of s[0] asked, 0 there after the operations before it (operation 2 of 2;");
}

static void test_semop_refused(void **state)
{
	(void)state;
	see_part("semop s {0,0,4}", "sem_flg=0x4 /* SEM_??? */}], 1) = 0");
	see_part("semop s {5,-1}",
		 "EFBIG (File too large)\ns has 2 semaphores, 0 to 1; there is no 5");
	see_part("V s[7]", "there is no 7");
	see_part("semop s {0,0}*501",
		 "E2BIG (Argument list too long)\n501 operations; one call takes "
		 "500 at most (SEMOPM)");
	see_part("semop s {0,0}*501", "sem_flg=0}, ...], 501)");
	see("semop s NULL", "semop(%, NULL, 1) = -1 EFAULT (Bad address)\nsops = NULL: main has no "
			    "memory there; the kernel had to read it");
	see_part("semop s {0,1} nsops=0", "[], 0) = -1 EINVAL (Invalid argument)\nnsops is 0");
	see("semop -1 {0,1}", "semop(-1, [{sem_num=0, sem_op=1, sem_flg=0}], 1) = -1 EINVAL "
			      "(Invalid argument)\n-1 is no id: ids are 0 or more");
	see("semctl s 0 SETVAL 32767", "semctl(%, 0, SETVAL, 32767) = 0");
	see("V s",
	    "semop(%, [{sem_num=0, sem_op=1, sem_flg=0}], 1) = -1 ERANGE (Numerical result out "
	    "of range)\n32767 + 1 is over SEMVMX, 32767: s[0] stays 32767");
}

static void test_time_out(void **state)
{
	(void)state;
	see("semtimedop s {0,-1} 0.001",
	    "semtimedop(%, [{sem_num=0, sem_op=-1, sem_flg=0}], 1, {tv_sec=0, tv_nsec=1000000}) = -1 "
	    "EAGAIN (Resource temporarily unavailable)\n0.001 s passed: 1 of s[0] asked, 0 there");
	see("semtimedop s {0,1}", "semtimedop(%, [{sem_num=0, sem_op=1, sem_flg=0}], 1, NULL) = 0");
	see("semtimedop s {0,1} {0,-1} 1.5",
	    "semtimedop(%, [{sem_num=0, sem_op=1, sem_flg=0}, {sem_num=0, sem_op=-1, sem_flg=0}], 2, "
	    "{tv_sec=1, tv_nsec=500000000}) = 0");
	see_part("semtimedop s {0,-1} timeout=-1",
		 "EINVAL (Invalid argument)\nthe time-out is less");
}

static void test_mistakes(void **state)
{
	static const char *const wrong[][2] = {
		{ "P", "of which semaphore?" },
		{ "P s 0", "P s[0]; to wait until it is 0: semop s {0,0}" },
		{ "P s -1", "1 to 32768" },
		{ "V s 32768", "1 to 32767" },
		{ "P s 1 2 3", "no more arguments" },
		{ "P s[70000]", "0 to 65535" },
		{ "P s[1", "] is missing" },
		{ "P q", "q (column 3)" },
		{ "semop s", "sops is missing" },
		{ "semop s 0", "an operation is a group" },
		{ "semop s {0,-40000}", "sem_op is a short" },
		{ "semop s {0,1,2,3}", "three fields" },
		{ "semop s {0,x=1}", "three fields" },
		{ "semop s {0,1}*100000", "4096" },
		{ "semop s NULL {0,1}", "whole array" },
		{ "semtimedop s {0,1} 1 {0,1}", "last word" },
		{ "semctl s GETVAL", "semctl s 0 GETVAL" },
		{ "semctl s 0 SETVAL", "SETVAL needs the value" },
		{ "semctl s 0 SETALL {1}", "it has 2, here is 1" },
		{ "semctl s 0 SETALL {1,2}*40000", "65536" },
		{ "semctl s 0 SETALL {70000,0}", "unsigned short" },
		{ "semctl s 0 SETALL", "SETALL needs" },
		{ "semctl s 0 IPC_SET {size=1}", "mode, uid and gid" },
		{ "semctl s 0 IPC_SET {1}", "by name" },
		{ "semctl s 0 SETVAL 5000000000", "an int" },
		{ "semctl arg=3 s", "has to stand before it" },
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(wrong); k++) {
		struct call c = { 0 };
		char *cause = parse_line(&c, wrong[k][0], &names);

		if (!cause || !strstr(cause, wrong[k][1]))
			fail_msg("%s: %s", wrong[k][0], cause ? cause : "was accepted");
		free(cause);
		call_release(&c);
	}
}

static void test_semctl(void **state)
{
	struct semid_ds ds;

	(void)state;
	see("semctl s 0 SETVAL 3", "semctl(%, 0, SETVAL, 3) = 0");
	see("semctl s 0 GETVAL", "semctl(%, 0, GETVAL, NULL) = 3");
	see("semctl s SETALL {7}*2", "semctl(%, 0, SETALL, [7, 7]) = 0");
	see("semctl s 0 GETALL", "semctl(%, 0, GETALL, [7, 7]) = 0");
	see("semctl s 1 GETNCNT", "semctl(%, 1, GETNCNT, NULL) = 0");
	see("semctl s 1 GETZCNT", "semctl(%, 1, GETZCNT, NULL) = 0");
	see("semctl s 0 IPC_SET {mode=0640}", "semctl(%, 0, IPC_SET, {sem_perm={uid=@, gid=$, "
					      "mode=0640}}) = 0");
	assert_int_equal(sem_stat(set, &ds), 0);
	assert_int_equal(ds.sem_perm.mode, 0640);
	see_part("semctl s IPC_STAT", "IPC_STAT, {sem_perm={uid=");
	see_part("semctl s IPC_STAT", "mode=0640, key=0, cuid=");
	see_part("semctl s IPC_STAT", "}, sem_otime=0, sem_ctime=");
	see_part("semctl 0 0 IPC_INFO", "semopm=500, semume=500, semusz=20, semvmx=32767, "
					"semaem=32767}) = ");
	see_part("semctl 0 SEM_INFO", "SEM_INFO, {semmap=");
	see_part(
		"semctl 999999 0 SEM_STAT",
		"SEM_STAT, arg) = -1 EINVAL (Invalid argument)\nno semaphore set has index 999999");
	see_part("semctl s 0 IPC_STAT NULL",
		 "IPC_STAT, NULL) = -1 EFAULT (Bad address)\narg = NULL");
	see("semctl s 0 SETVAL -1", "semctl(%, 0, SETVAL, -1) = -1 ERANGE (Numerical result out of "
				    "range)\n-1 is not 0 to 32767 (SEMVMX)");
	see_part("semctl s SETALL {1,40000}",
		 "ERANGE (Numerical result out of range)\n40000 for semaphore 1 is "
		 "over SEMVMX");
	see_part("semctl s 2 GETVAL", "EINVAL (Invalid argument)\ns has 2 semaphores, 0 to 1; "
				      "there is no 2");
	see_part("semctl s 0 77", "77 is no command of semctl");
	see("semctl s IPC_RMID", "semctl(%, 0, IPC_RMID, NULL) = 0");
	see("semctl s IPC_RMID",
	    "semctl(%, 0, IPC_RMID, NULL) = -1 EINVAL (Invalid argument)\nthere is "
	    "no semaphore set with id %");
}

static void test_pid_and_slot(void **state)
{
	struct seminfo info;
	union semun u = { .info = &info };
	char line[64], want[32];

	(void)state;
	snprintf(want, sizeof(want), "GETPID, NULL) = %d", (int)getpid());
	see("V s", "semop(%, [{sem_num=0, sem_op=1, sem_flg=0}], 1) = 0");
	see_part("semctl s 0 GETPID", want);
	assert_true(semctl(0, 0, SEM_INFO, u) >= (set & 32767));
	snprintf(line, sizeof(line), "semctl %d 0 SEM_STAT_ANY", set & 32767);
	snprintf(want, sizeof(want), ", sem_nsems=2}) = %d", set);
	see_part(line, want);
}

static void test_semget(void **state)
{
	const key_t key = 0x51000000 | (getpid() & 0xffffff);
	char line[80], want[120];
	int id;

	(void)state;
	snprintf(line, sizeof(line), "semget %#x 2 IPC_CREAT|IPC_EXCL|0640", key);
	snprintf(want, sizeof(want), "semget(%#x, 2, IPC_CREAT|IPC_EXCL|0640) = ", key);
	see_part(line, want);
	id = semget(key, 0, 0);
	assert_true(id >= 0);
	see_part(line, "EEXIST (File exists)\nkey ");
	snprintf(line, sizeof(line), "semget %#x 3", key);
	see_part(line, "with this key has 2, fewer than 3");
	assert_int_equal(semctl(id, 0, IPC_RMID), 0);
	see_part(line, "ENOENT (No such file or directory)\nno semaphore set has key ");
	see_part("semget IPC_PRIVATE 0 0600", "a new set needs 1 semaphore or more");
	see("semget IPC_PRIVATE -1",
	    "semget(IPC_PRIVATE, -1, 000) = -1 EINVAL (Invalid argument)\na set "
	    "cannot have fewer than 0 semaphores");
	see_part("semget IPC_PRIVATE 100000 0600", "(SEMMSL)");
}

static void test_asleep(void **state)
{
	(void)state;
	semctl(set, 0, SETVAL, 1);
	semctl(set, 1, SETVAL, 3);
	would_sleep("P s 2", "wants 2 of s[0], which is 1", &names, &world);
	would_sleep("semop s {1,0}", "waits until s[1] is 0; it is 3", &names, &world);
	would_sleep("semop s {0,-1} {1,-4}",
		    "wants 4 of s[1], which is 3 (operation 2 of 2; all are "
		    "done together or none)",
		    &names, &world);
	would_sleep("semtimedop s {0,-2} 1.5", "wants 2 of s[0], which is 1, for 1.5 s at most",
		    &names, &world);
}

static void test_interrupted(void **state)
{
	struct sembuf down = { 0, -1, 0 }, zero = { 1, 0, 0 };
	pid_t one, two;

	(void)state;
	semctl(set, 1, SETVAL, 1);
	one = sleeper(&down, 1, 0, false);
	two = sleeper(&zero, 1, 1, true);
	see("semctl s IPC_RMID", "semctl(%, 0, IPC_RMID, NULL) = 0");
	assert_int_equal(status_of(one), EIDRM);
	assert_int_equal(status_of(two), EIDRM);
}

/* -- the facility ----------------------------------------------------------------------------- */

static bool is_ours(void *arg, long id)
{
	*(bool *)arg |= id == set;
	return true;
}

static struct str lines;

static void add_line(void *arg, const char *subject, const char *text)
{
	(void)arg;
	str_addf(&lines, "%s  %s\n", subject, text);
}

static void test_look(void **state)
{
	struct object was = { 0 }, now = { 0 };
	bool listed = false;
	struct str out = STR_INIT;

	(void)state;
	assert_int_equal(facility_sem.each(&world, is_ours, &listed), 0);
	assert_true(listed);
	assert_int_equal(facility_sem.look(&world, set, &was), 0);
	facility_sem.created(&out, &was, &world);
	assert_string_equal(str_text(&out), "2 semaphores  rw-------  values 0 0");
	str_free(&out);
	peer[1] = (struct peer){ .name = "B", .pid = getpid() + 1 };
	undo_of_b = 1;
	semctl(set, 0, SETVAL, 3);
	semctl(set, 1, SETVAL, 2);
	assert_int_equal(facility_sem.look(&world, set, &now), 0);
	facility_sem.changed(&now, &was, &world, add_line, NULL);
	assert_string_equal(str_text(&lines),
			    "s[0]  3 (was 0)   undo: B +1 (counted)\ns[1]  2 (was 0)\n");
	str_free(&lines);
	free(was.value);
	free(now.value);
	assert_int_equal(facility_sem.remove(set), 0);
	now = (struct object){ 0 };
	assert_int_equal(facility_sem.look(&world, set, &now), -1);
	assert_int_equal(facility_sem.remove(set), -1);
}

static const char *cell(const struct grid *g, int row, const char *name)
{
	static char text[256];
	struct str out = STR_INIT;

	for (int k = 0; k < g->ncolumns; k++) {
		const char *s = g->row[row].cell[k];

		if (strcmp(g->column[k].name, name))
			continue;
		str_unmark(&out, s ? s : "", s ? strlen(s) : 0);
		snprintf(text, sizeof(text), "%s", str_text(&out));
		str_free(&out);
		return text;
	}
	return NULL;
}

static void test_state(void **state)
{
	struct sembuf two[] = { { 0, -1, 0 }, { 1, -2, 0 } };
	struct call c = { 0 };
	const long only = set;
	struct grid *g;
	pid_t pid;

	(void)state;
	semctl(set, 0, SETVAL, 1);
	pid = sleeper(two, 2, 1, false);
	assert_null(parse_line(&c, "semop s {0,-1} {1,-2}", &names));
	peer[1] = (struct peer){ .name = "B", .pid = pid, .asleep = true, .call = &c };
	undo_of_b = -1;
	g = facility_sem.state(&world, &only, 1);
	assert_int_equal(g->nrows, 3);
	assert_string_equal(cell(g, 0, "set"), "s");
	assert_string_equal(cell(g, 0, "mode"), "rw-------");
	assert_string_equal(cell(g, 1, "set"), "s[0]");
	assert_string_equal(cell(g, 1, "value"), "1");
	assert_string_equal(cell(g, 1, "last"), "main");
	assert_string_equal(cell(g, 1, "want more"), "");
	assert_string_equal(cell(g, 1, "undo (counted)"), "B -1");
	assert_string_equal(cell(g, 2, "want more"), "1: B");
	peer[1].name = NULL;
	grid_free(g);
	g = facility_sem.state(&world, &only, 1);
	assert_string_equal(cell(g, 2, "want more"), "1: +1 outside");
	grid_free(g);
	call_release(&c);
	see("V s[1] 2", "semop(%, [{sem_num=1, sem_op=2, sem_flg=0}], 1) = 0");
	assert_int_equal(status_of(pid), 0);
}

static void test_untrusted(void **state)
{
	struct str out = STR_INIT;
	struct call c = { 0 };

	(void)state;
	assert_null(parse_line(&c, "semop s {0,-1}", &names));
	c.arg[2].num = 1L << 60;
	c.arg[1].len = 0xffffffff;
	call_format(&out, &c, FORMAT_WHOLE);
	for (c.err = 1, c.ret = -1; c.err < 134; c.err++)
		prims[c.prim]->why(&out, &c, &world);
	prims[c.prim]->asleep(&out, &c, &world);
	free(parse_line(&c, "semctl s GETALL", &names));
	c.arg[3].off = 77777;
	c.arg[3].bytes = true;
	c.arg[2].num = 12345;
	for (c.err = 1, c.ret = -1; c.err < 134; c.err++)
		prims[c.prim]->why(&out, &c, &world);
	c.ret = 0;
	for (long cmd = 0; cmd < 30; cmd++) {
		c.arg[2].num = cmd;
		call_format(&out, &c, FORMAT_WHOLE);
	}
	str_free(&out);
	call_release(&c);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_set, remove_set)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_semop),        TEST(test_all_or_nothing), TEST(test_semop_refused),
		TEST(test_time_out),     TEST(test_mistakes),       TEST(test_semctl),
		TEST(test_pid_and_slot), TEST(test_semget),         TEST(test_asleep),
		TEST(test_interrupted),  TEST(test_look),           TEST(test_state),
		TEST(test_untrusted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
