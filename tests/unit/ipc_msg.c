/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Message queues and ftok: each line is parsed, made in this process and formatted, and compared with
 * what strace 6.1 prints for it; then why, notes, the facility's look, diff and table.
 */
#include "base/grid.h"
#include "ipc/msg.h"
#include "ipc_lines.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static long q = -1;
static pid_t owner;

static int name_q(void *ctx, const char *name, size_t len, enum kind want, long *out, char **cause)
{
	(void)ctx, (void)want, (void)cause;
	if (len != 1 || *name != 'q')
		return 0;
	*out = q;
	return 1;
}

static const struct resolver names = { .name = name_q };

static const char *world_name(void *ctx, enum kind kind, long id)
{
	static char other[32];

	(void)ctx, (void)kind;
	snprintf(other, sizeof(other), "msg:%ld", id);
	return id == q ? "q" : other;
}

/* A second process that sleeps in `last`, when there is one. */
static bool with_sleeper;

static void world_peers(void *ctx, bool (*fn)(void *arg, const struct peer *p), void *arg)
{
	struct peer a = { .name = "A", .pid = 2, .asleep = true, .call = &last, .since = 1 };

	(void)ctx;
	if (with_sleeper)
		fn(arg, &a);
}

static struct world world = { .name = world_name,
			      .peers = world_peers,
			      .self = { .name = "main" } };

static int make_queue(void **state)
{
	(void)state;
	q = msgget(IPC_PRIVATE, 0600);
	return q < 0;
}

static int drop_queue(void **state)
{
	(void)state;
	if (getpid() != owner) /* an assertion failed in a forked child */
		_exit(1);
	if (q >= 0)
		msgctl((int)q, IPC_RMID, NULL);
	q = -1;
	call_release(&last);
	return 0;
}

static void lines(void **state)
{
	(void)state;
	expect("msgsnd q 1 hello", "msgsnd(%ld, {mtype=1, mtext=\"hello\"}, 5, 0) = 0", q);
	note("");
	expect("msgsnd q 3 \"\" IPC_NOWAIT",
	       "msgsnd(%ld, {mtype=3, mtext=\"\"}, 0, IPC_NOWAIT) = 0", q);
	expect("msgsnd q 2 x*100 IPC_NOWAIT|MSG_NOERROR",
	       "msgsnd(%ld, {mtype=2, mtext=\"%s\"...}, 100, MSG_NOERROR|IPC_NOWAIT) = 0", q,
	       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	expect("msgsnd q 9 \"a\\0b\\n\\377\"",
	       "msgsnd(%ld, {mtype=9, mtext=\"a\\0b\\n\\377\"}, 5, 0) = 0", q);
	expect("msgsnd q 4 abc size=5", "msgsnd(%ld, {mtype=4, mtext=\"abc\\0\\0\"}, 5, 0) = 0", q);
	note("went along");
	expect("msgsnd q 4 abc size=1", "msgsnd(%ld, {mtype=4, mtext=\"a\"}, 1, 0) = 0", q);
	note("the last 2 of");
	expect("msgrcv q", "msgrcv(%ld, {mtype=1, mtext=\"hello\"}, 1024, 0, 0) = 5", q);
	expect("msgrcv q 2 MSG_NOERROR size=10",
	       "msgrcv(%ld, {mtype=2, mtext=\"xxxxxxxxxx\"}, 10, 2, MSG_NOERROR) = 10", q);
	note("its last 90 bytes are lost");
	expect("msgrcv q 2 IPC_NOWAIT msgsz=10",
	       "msgrcv(%ld, msgp, 10, 2, IPC_NOWAIT) = -1 ENOMSG (No message of desired type)", q);
	why("no message of type 2; q holds types 3, 9, 4");
	expect("msgrcv q 1 MSG_COPY|IPC_NOWAIT",
	       "msgrcv(%ld, {mtype=9, mtext=\"a\\0b\\n\\377\"}, 1024, 1, MSG_COPY|IPC_NOWAIT) = 5",
	       q);
	note("stays");
	expect("msgrcv q 7 MSG_COPY|IPC_NOWAIT",
	       "msgrcv(%ld, msgp, 1024, 7, MSG_COPY|IPC_NOWAIT) = -1 ENOMSG (No message of desired type)",
	       q);
	why("nothing at place 7: q holds 4 messages, places 0 to 3");
	expect("msgrcv q IPC_NOWAIT",
	       "IPC_NOWAIT (column 10): the type stands before the flags: msgrcv q 0 IPC_NOWAIT");
}

static void selection(void **state)
{
	static const char *const sent[] = { "3", "1", "2", "1", "5" };
	static const struct {
		const char *args;
		int type;
	} taken[] = { { "-2", 1 }, { "-2", 1 }, { "5", 5 }, { "3 MSG_EXCEPT", 2 }, { "0", 3 } };
	struct msg_seen seen;
	char line[64], *got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sent); i++) {
		snprintf(line, sizeof(line), "msgsnd q %s t", sent[i]);
		does(line);
	}
	/* msg_select must foresee each choice of the kernel */
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		assert_int_equal(msg_select(q, strtol(taken[i].args, NULL, 10),
					    strchr(taken[i].args, ' ') ? MSG_EXCEPT : 0, &seen),
				 0);
		snprintf(line, sizeof(line), "msgrcv q %s", taken[i].args);
		got = run(line);
		snprintf(line, sizeof(line), "{mtype=%d,", taken[i].type);
		assert_non_null(strstr(got, line));
		assert_int_equal(seen.type, taken[i].type);
		free(got);
	}
	assert_int_equal(msg_select(q, 0, 0, &seen), -1);
	assert_int_equal(errno, ENOMSG);
}

static void refusals(void **state)
{
	(void)state;
	expect("msgsnd q 0 x",
	       "msgsnd(%ld, {mtype=0, mtext=\"x\"}, 1, 0) = -1 EINVAL (Invalid argument)", q);
	why("a message's type is 1 or more");
	expect("msgsnd q -1 x",
	       "msgsnd(%ld, {mtype=-1, mtext=\"x\"}, 1, 0) = -1 EINVAL (Invalid argument)", q);
	why("mtype is -1");
	does("msgsnd q 1 x*9000");
	assert_int_equal(last.err, EINVAL);
	why("9000 bytes are over msgmax");
	does("msgsnd q 1 x size=-1");
	assert_int_equal(last.err, EINVAL);
	why("size 18446744073709551615: as a signed number it is -1");
	expect("msgsnd 2147483000 1 x",
	       "msgsnd(2147483000, {mtype=1, mtext=\"x\"}, 1, 0) = -1 EINVAL (Invalid argument)");
	why("no queue with id 2147483000");
	expect("msgsnd q 1 x msgp=0x1", "msgsnd(%ld, 0x1, 1, 0) = -1 EFAULT (Bad address)", q);
	why("msgp = 0x1: main has no memory there; the kernel had to read it");
	expect("msgsnd q 1 x msgp=NULL", "msgsnd(%ld, NULL, 1, 0) = -1 EFAULT (Bad address)", q);

	does("msgsnd q 2 x*20");
	expect("msgrcv q 0 size=10",
	       "msgrcv(%ld, msgp, 10, 0, 0) = -1 E2BIG (Argument list too long)", q);
	why("the message (type 2) has 20 bytes, the buffer 10; it stays");
	expect("msgrcv q 0 MSG_COPY",
	       "msgrcv(%ld, msgp, 1024, 0, MSG_COPY) = -1 EINVAL (Invalid argument)", q);
	why("wants IPC_NOWAIT with it");
	does("msgrcv q 0 MSG_COPY|IPC_NOWAIT|MSG_EXCEPT");
	assert_int_equal(last.err, EINVAL);
	why("not both");
	does("msgrcv q 0 MSG_COPY|IPC_NOWAIT|MSG_NOERROR size=3");
	assert_int_equal(last.err, EINVAL);
	why("the message at place 0 has 20 bytes, the buffer 3");
	does("msgrcv q size=-1");
	assert_int_equal(last.err, EINVAL);
	why("signed");
	does("msgrcv q 0 IPC_NOWAIT");
	expect("msgrcv q 0 IPC_NOWAIT",
	       "msgrcv(%ld, msgp, 1024, 0, IPC_NOWAIT) = -1 ENOMSG (No message of desired type)",
	       q);
	why("q is empty; IPC_NOWAIT says not to sleep");

	does("msgsnd q 1 x*8000");
	does("msgsnd q 1 x*8000");
	does("msgsnd q 1 x*1000 IPC_NOWAIT");
	assert_int_equal(last.err, EAGAIN);
	why("q has no room: 16000 of 16384 bytes, 1000 more do not fit; IPC_NOWAIT");
	says(msgsnd_asleep, "q has no room: 16000 of 16384 bytes, 1000 more do not fit");
	last.err = EIDRM;
	why("q was removed while main slept in it");
	last.err = EINTR;
	why("msgsnd is never restarted");
}

/* EFAULT takes the message from the queue: the buffer by address. */
static void bad_buffer(void **state)
{
	char *got;

	(void)state;
	does("msgsnd q 1 x");
	got = run("msgrcv q 0 IPC_NOWAIT msgp=0x1");
	assert_non_null(strstr(got, ", 0x1, 1024, 0, IPC_NOWAIT) = -1 EFAULT (Bad address)"));
	free(got);
	why("the kernel had to write to it; the message is lost");
}

static void asleep(void **state)
{
	(void)state;
	does("msgsnd q 3 a");
	does("msgsnd q 1 a");
	does("msgrcv q 7 IPC_NOWAIT");
	says(msgrcv_asleep, "wants type 7; q holds types 3, 1");
	does("msgrcv q 3 IPC_NOWAIT");
	does("msgrcv q -9 IPC_NOWAIT");
	does("msgrcv q -9 IPC_NOWAIT");
	says(msgrcv_asleep, "wants type 9 or lower; q is empty");
}

static void get(void **state)
{
	key_t key = 0x6ab0000 | (getpid() & 0xffff);
	char line[80];
	long id;

	(void)state;
	snprintf(line, sizeof(line), "msgget 0x%x", (unsigned)key);
	expect(line, "msgget(0x%x, 000) = -1 ENOENT (No such file or directory)", (unsigned)key);
	why("IPC_CREAT would make one");
	snprintf(line, sizeof(line), "msgget 0x%x IPC_CREAT|IPC_EXCL|0640", (unsigned)key);
	does(line);
	id = last.ret;
	assert_true(id >= 0);
	expect(line, "msgget(0x%x, IPC_CREAT|IPC_EXCL|0640) = -1 EEXIST (File exists)",
	       (unsigned)key);
	why("without IPC_EXCL this would find it");
	snprintf(line, sizeof(line), "msgget 0x%x", (unsigned)key);
	expect(line, "msgget(0x%x, 000) = %ld", (unsigned)key, id);
	assert_int_equal(msgctl((int)id, IPC_RMID, NULL), 0);
	does("msgget IPC_PRIVATE");
	note("mode 000");
	assert_int_equal(msgctl((int)last.ret, IPC_RMID, NULL), 0);
}

static void control(void **state)
{
	struct msqid_ds ds;
	unsigned uid = geteuid(), gid = getegid();
	char *got;

	(void)state;
	does("msgsnd q 1 hello");
	assert_int_equal(msgctl((int)q, IPC_STAT, &ds), 0);
	expect("msgctl q IPC_STAT",
	       "msgctl(%ld, IPC_STAT, {msg_perm={uid=%u, gid=%u, mode=0600, key=0, cuid=%u, cgid=%u}, "
	       "msg_stime=%ld, msg_rtime=0, msg_ctime=%ld, msg_qnum=1, msg_qbytes=16384, msg_lspid=%d, "
	       "msg_lrpid=0}) = 0",
	       q, uid, gid, uid, gid, (long)ds.msg_stime, (long)ds.msg_ctime, (int)getpid());
	expect("msgctl q IPC_SET {qbytes=4096, mode=0644}",
	       "msgctl(%ld, IPC_SET, {msg_perm={uid=%u, gid=%u, mode=0644}, msg_qbytes=4096}) = 0",
	       q, uid, gid);
	assert_int_equal(msgctl((int)q, IPC_STAT, &ds), 0);
	assert_int_equal(ds.msg_qbytes, 4096);
	assert_int_equal(ds.msg_perm.mode, 0644);
	got = run("msgctl 0 IPC_INFO");
	assert_non_null(strstr(got, "msgctl(0, IPC_INFO, {msgpool="));
	free(got);
	got = run("msgctl 0 MSG_INFO");
	assert_non_null(strstr(got, "msgctl(0, MSG_INFO, {msgpool="));
	assert_non_null(strstr(got, ", msgseg=65535}) = "));
	free(got);
	expect("msgctl q IPC_STAT NULL", "msgctl(%ld, IPC_STAT, NULL) = -1 EFAULT (Bad address)",
	       q);
	expect("msgctl q IPC_STAT buf=0x1", "msgctl(%ld, IPC_STAT, 0x1) = -1 EFAULT (Bad address)",
	       q);
	why("buf = 0x1: main has no memory there");
	expect("msgctl q IPC_SET NULL", "msgctl(%ld, IPC_SET, NULL) = -1 EFAULT (Bad address)", q);
	does("msgctl q 77");
	assert_int_equal(last.err, EINVAL);
	why("77 is no command of msgctl");
	does("msgctl 32767 MSG_STAT");
	assert_int_equal(last.err, EINVAL);
	why("no queue has index 32767 (an index, not an id)");
	got = run("msgctl q IPC_SET {nattch=1}");
	assert_non_null(strstr(got, "IPC_SET takes qbytes=, uid=, gid= and mode="));
	free(got);
	expect("msgctl q IPC_RMID", "msgctl(%ld, IPC_RMID, NULL) = 0", q);
	expect("msgctl q IPC_STAT", "msgctl(%ld, IPC_STAT, buf) = -1 EINVAL (Invalid argument)", q);
	why("there is no queue with id");
	expect("msgctl q IPC_SET {mode=0600}",
	       "msgctl(%ld, IPC_SET, {msg_perm={uid=0, gid=0, mode=0600}, msg_qbytes=0}) = -1 EINVAL "
	       "(Invalid argument)",
	       q);
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
		if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
			_exit(3);
		expect("msgsnd q 1 x",
		       "msgsnd(%ld, {mtype=1, mtext=\"x\"}, 1, 0) = -1 EACCES (Permission denied)",
		       q);
		why("q is root's with rw-------; main (uid 65534) counts as others: ---; msgsnd needs w");
		does("msgrcv q");
		why("msgrcv needs r");
		does("msgctl q IPC_STAT");
		why("IPC_STAT needs r");
		does("msgctl q IPC_SET {mode=0666}");
		assert_int_equal(last.err, EPERM);
		why("q may be changed only by its owner (uid 0), its creator (uid 0), or with privilege (CAP_SYS_ADMIN); main is uid 65534");
		does("msgctl q IPC_RMID");
		why("q may be removed only by");
		q = msgget(IPC_PRIVATE, 0);
		does("msgrcv q");
		why("counts as the owner: ---");
		does("msgctl q IPC_SET {qbytes=100000}");
		assert_int_equal(last.err, EPERM);
		why("qbytes 100000 is over msgmnb, 16384");
		does("msgctl q IPC_RMID");
		assert_int_equal(last.ret, 0);
		_exit(0);
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

static bool seen_q(void *arg, long id)
{
	struct object o = { 0 };

	assert_int_equal(facility_msg.look(&world, id, &o), 0);
	*(int *)arg += id == q;
	return true;
}

static void facility(void **state)
{
	struct object was = { 0 }, now = { 0 };
	struct str text = STR_INIT;
	int found = 0;

	(void)state;
	assert_int_equal(facility_msg.each(&world, seen_q, &found), 0);
	assert_int_equal(found, 1);
	assert_int_equal(facility_msg.look(&world, q, &was), 0);
	facility_msg.created(&text, &was, &world);
	assert_string_equal(str_text(&text),
			    "0 messages, 16384 bytes max  rw-------  key IPC_PRIVATE");
	does("msgsnd q 1 hello");
	assert_int_equal(facility_msg.look(&world, q, &now), 0);
	facility_msg.changed(&now, &was, &world, diff_line, NULL);
	assert_string_equal(str_text(&diff), "q|1 message, 5 bytes (was 0)\n");
	str_reset(&diff);
	was = now;
	does("msgsnd q 1 abc");
	does("msgctl q IPC_SET {qbytes=100,mode=0644}");
	assert_int_equal(facility_msg.look(&world, q, &now), 0);
	facility_msg.changed(&now, &was, &world, diff_line, NULL);
	assert_string_equal(str_text(&diff), "q|2 messages, 8 bytes (was 1, 5 bytes)\n"
					     "q|100 bytes max (was 16384)\n"
					     "q|mode rw-r--r-- (was rw-------)\n");
	str_free(&diff);
	str_free(&text);
	assert_int_equal(facility_msg.remove(q), 0);
	assert_int_equal(facility_msg.look(&world, q, &now), -1);
	assert_int_equal(facility_msg.remove(q), -1);
}

static void table(void **state)
{
	struct msqid_ds before, after;
	struct grid *g;

	(void)state;
	does("msgsnd q 3 \"two\\nlines\"");
	does("msgsnd q 1 x*70");
	does("msgrcv q 7 IPC_NOWAIT");
	with_sleeper = true;
	assert_int_equal(msgctl((int)q, IPC_STAT, &before), 0);
	g = facility_msg.state(&world, &q, 1);
	assert_int_equal(msgctl((int)q, IPC_STAT, &after), 0);
	assert_memory_equal(&before, &after, sizeof(before)); /* looking left no trace */
	with_sleeper = false;
	assert_int_equal(g->nrows, 5);
	assert_string_equal(g->row[0].cell[0], "q");
	assert_string_equal(g->row[0].cell[2], "2");
	assert_string_equal(g->row[0].cell[3], "79");
	assert_int_equal(g->row[1].parent, 0);
	assert_string_equal(g->row[1].cell[2], "type 3");
	assert_string_equal(g->row[1].cell[8], "\"two\\nlines\"");
	assert_string_equal(g->row[2].cell[0], "[1]");
	assert_non_null(strstr(g->row[2].cell[8], "x\"..."));
	assert_string_equal(g->row[3].cell[0], "A");
	assert_string_equal(g->row[3].cell[8], "sleeps in msgrcv: wants type 7");
	assert_string_equal(g->row[4].cell[0], "sent");
	assert_null(g->note);
	grid_free(g);
	g = facility_msg.state(&world, NULL, 0);
	assert_true(g->nrows >= 3);
	grid_free(g);
}

static void keys(void **state)
{
	char path[] = "/tmp/ipcsh-ftok-XXXXXX", line[80];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	snprintf(line, sizeof(line), "ftok %s 'a'", path);
	expect(line, "ftok(\"%s\", 'a') = 0x%x", path, (unsigned)ftok(path, 'a'));
	note("the id's low byte 0x61");
	unlink(path);
	close(fd);
	expect(line, "ftok(\"%s\", 'a') = -1 ENOENT (No such file or directory)", path);
	why("ftok wants a file that is there");
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, make_queue, drop_queue)
	const struct CMUnitTest tests[] = {
		EACH(lines),    EACH(selection), EACH(refusals), EACH(bad_buffer),
		EACH(asleep),   EACH(get),       EACH(control),  EACH(other_user),
		EACH(facility), EACH(table),     EACH(keys),
	};

	owner = getpid();
	/* where it is allowed, out of everybody's way */
	if (unshare(CLONE_NEWIPC))
		print_message("# no IPC namespace of its own: on the machine's\n");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
