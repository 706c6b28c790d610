/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pipes, FIFOs and descriptors for real: processes that make the typed calls, the lines that are
 * printed, the reasons, the objects.
 */
#include "base/grid.h"
#include "ipc/pipe.h"
#include "ipc_actors.h"

static void pipes_carry_bytes(void **state)
{
	(void)state;
	SAY(0, "pipe", "pipe([3, 4]) = 0");
	SAY(0, "write 4 \"hello\\n\"", "write(4, \"hello\\n\", 6) = 6");
	SAY(0, "ioctl 3", "ioctl(3, FIONREAD, [6]) = 0");
	SAY(0, "read 3 3", "read(3, \"hel\", 3) = 3");
	SAY(0, "read 3", "read(3, \"lo\\n\", 1024) = 3");
	SAY(0, "write 4 \"x\"*65536",
	    "write(4, \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"..., 65536) = 65536");
	SAY(0, "ioctl 4 FIONREAD", "ioctl(4, FIONREAD, [65536]) = 0");
	SAY(0, "fcntl 4 F_SETPIPE_SZ 4096",
	    "fcntl(4, F_SETPIPE_SZ, 4096) = -1 EBUSY (Device or resource busy)");
	assert_string_equal(WHY(0),
			    "its 65536 bytes stand in 16 pages, and a pipe of 4096 bytes has 1: "
			    "read some first");
	SAY(0, "read 3 65536",
	    "read(3, \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"..., 65536) = 65536");
	SAY(0, "fcntl 4 F_SETPIPE_SZ 5000", "fcntl(4, F_SETPIPE_SZ, 5000) = 8192");
	SAY(0, "write 4 ab size=4", "write(4, \"ab\\0\\0\", 4) = 4");
	SAY(0, "write 4 abcd size=2", "write(4, \"ab\", 2) = 2");
	SAY(0, "read 3", "read(3, \"ab\\0\\0ab\", 1024) = 6");
	SAY(0, "pipe2 O_NONBLOCK|O_CLOEXEC|O_DIRECT",
	    "pipe2([5, 6], O_NONBLOCK|O_DIRECT|O_CLOEXEC) = 0");
	SAY(0, "pipe2 O_APPEND", "pipe2(pipefd, O_APPEND) = -1 EINVAL (Invalid argument)");
}

static void refusals_are_explained(void **state)
{
	(void)state;
	SAY(0, "pipe", "pipe([3, 4]) = 0");
	SAY(0, "write 3 x", "write(3, \"x\", 1) = -1 EBADF (Bad file descriptor)");
	assert_string_equal(WHY(0), "3 is the read end of pipe:[N]: nothing can be written to it; "
				    "the write end is 4");
	SAY(0, "read 4", "read(4, buf, 1024) = -1 EBADF (Bad file descriptor)");
	assert_string_equal(WHY(0), "4 is the write end of pipe:[N]: nothing can be read from it; "
				    "the read end is 3");
	SAY(0, "close 9", "close(9) = -1 EBADF (Bad file descriptor)");
	assert_string_equal(WHY(0), "main has no descriptor 9; it has 0, 1, 2, 3, 4");
	SAY(0, "fcntl 3 F_SETFL O_NONBLOCK", "fcntl(3, F_SETFL, O_RDONLY|O_NONBLOCK) = 0");
	SAY(0, "fcntl 4 F_SETFL O_NONBLOCK", "fcntl(4, F_SETFL, O_RDONLY|O_NONBLOCK) = 0");
	SAY(0, "read 3", "read(3, buf, 1024) = -1 EAGAIN (Resource temporarily unavailable)");
	assert_string_equal(WHY(0),
			    "pipe:[N] is empty, and the only write end left is its own (main 4); "
			    "O_NONBLOCK says not to sleep");
	type(0, "write 4 \"x\"*65436");
	SAY(0, "write 4 \"y\"*4096",
	    "write(4, \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"..., 4096) = -1 EAGAIN (Resource temporarily unavailable)");
	assert_string_equal(WHY(0),
			    "pipe:[N] has no free page (16 of 16 in use, with 65436 bytes); 4096 "
			    "bytes do not fit behind what is in the last one, and up to PIPE_BUF "
			    "(4096) go whole or not at all; O_NONBLOCK says not to sleep");
	SAY(0, "write 4 \"y\"*100",
	    "write(4, \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"..., 100) = 100");
	SAY(0, "write 4 y", "write(4, \"y\", 1) = -1 EAGAIN (Resource temporarily unavailable)");
	assert_string_equal(WHY(0),
			    "pipe:[N] is full: 65536 of 65536 bytes; O_NONBLOCK says not to sleep");
	SAY(0, "setrlimit RLIMIT_NOFILE 5 100",
	    "setrlimit(RLIMIT_NOFILE, {rlim_cur=5, rlim_max=100}) = 0");
	SAY(0, "pipe", "pipe(pipefd) = -1 EMFILE (Too many open files)");
	assert_string_equal(WHY(0),
			    "every descriptor of main must be below 5 (RLIMIT_NOFILE), and it has "
			    "0, 1, 2, 3, 4: close one, or raise the limit; a pipe takes two");
	SAY(0, "dup2 3 7", "dup2(3, 7) = -1 EBADF (Bad file descriptor)");
	SAY(0, "dup2 9 1", "dup2(9, 1) = -1 EBADF (Bad file descriptor)");
	SAY(0, "tee 3 4", "tee(3, 4, 1024, 0) = -1 EINVAL (Invalid argument)");
	assert_string_equal(WHY(0), "both are the same pipe");
}

/* Both may be bothered by SIGPIPE: it is ignored there, as a learner may do. */
static void nobody_at_the_other_end(void **state)
{
	(void)state;
	SAY(0, "pipe", "pipe([3, 4]) = 0");
	SAY(0, "signal SIGPIPE SIG_IGN", "signal(SIGPIPE, SIG_IGN) = SIG_DFL");
	SAY(0, "write 4 last", "write(4, \"last\", 4) = 4");
	SAY(0, "dup2 4 7", "dup2(4, 7) = 7");
	SAY(0, "close 4", "close(4) = 0");
	SAY(0, "close 7", "close(7) = 0");
	SAY(0, "poll {3,POLLIN|POLLOUT} 0",
	    "poll([{fd=3, events=POLLIN|POLLOUT}], 1, 0) = 1 ([{fd=3, revents=POLLIN|POLLHUP}])");
	SAY(0, "read 3", "read(3, \"last\", 1024) = 4");
	SAY(0, "read 3", "read(3, \"\", 1024) = 0");
	assert_string_equal(NOTE(0), "end of file: nobody holds a write end of pipe:[N]");
	SAY(0, "close 3", "close(3) = 0");
	SAY(0, "pipe", "pipe([3, 4]) = 0");
	SAY(0, "close 3", "close(3) = 0");
	SAY(0, "write 4 x", "write(4, \"x\", 1) = -1 EPIPE (Broken pipe)");
	assert_string_equal(WHY(0),
			    "nobody holds a read end of pipe:[N]; SIGPIPE is ignored: without that "
			    "it would have killed");
	SAY(0, "poll {4,POLLOUT} {-1} {88}",
	    "poll([{fd=4, events=POLLOUT}, {fd=-1}, {fd=88, events=0}], 3, -1) = 2 "
	    "([{fd=4, revents=POLLOUT|POLLERR}, {fd=88, revents=POLLNVAL}])");
	SAY(0, "poll 0", "poll(NULL, 0, 0) = 0 (Timeout)");
}

static void sleepers_say_what_they_wait_for(void **state)
{
	(void)state;
	SAY(0, "pipe", "pipe([3, 4]) = 0");
	begin(0, "fork", 2);
	assert_string_equal(finish(0, FORMAT_WHOLE), "fork() = N");
	begin(2, "read 3 100", 0);
	assert_string_equal(asleep(2), "pipe:[N] is empty; main 4 and B 4 hold its write ends");
	SAY(0, "close 4", "close(4) = 0");
	assert_string_equal(asleep(2),
			    "pipe:[N] is empty, and the only write end left is its own (B 4): "
			    "EOF can never come");
	kill(actors[2].pid, SIGKILL);
	assert_int_equal(waitpid(actors[2].pid, NULL, WNOWAIT | WEXITED), -1);
}

static void full_pipes_hold_writers(void **state)
{
	(void)state;
	SAY(0, "pipe", "pipe([3, 4]) = 0");
	begin(0, "fork", 2);
	finish(0, FORMAT_WHOLE);
	SAY(0, "fcntl 4 F_SETPIPE_SZ 4096", "fcntl(4, F_SETPIPE_SZ, 4096) = 4096");
	SAY(0, "close 3", "close(3) = 0");
	begin(0, "write 4 \"A\"*5000", 0);
	assert_string_equal(asleep(0), "pipe:[N] is full: 4096 of 4096 bytes; B 3 does not read");
	SAY(2, "read 3 4096",
	    "read(3, \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"..., 4096) = 4096");
	assert_string_equal(finish(0, FORMAT_RESUMED), "<... write resumed>) = 5000");
	SAY(2, "close 4", "close(4) = 0");
	SAY(2, "read 3 2", "read(3, \"AA\", 2) = 2");
	begin(2, "poll {3,POLLRDHUP}", 0);
	assert_string_equal(asleep(2), "nothing has happened to 3");
	assert_string_equal(format(2, FORMAT_WHOLE),
			    "poll([{fd=3, events=POLLRDHUP}], 1, -1) = 0 (Timeout)");
	SAY(0, "close 4", "close(4) = 0");
	assert_string_equal(finish(2, FORMAT_RESUMED),
			    "<... poll resumed>) = 1 ([{fd=3, revents=POLLHUP}])");
	assert_string_equal(NOTE(2), "POLLHUP: no write end of 3's pipe is left: read returns 0");
}

static void fifos_meet_by_name(void **state)
{
	(void)state;
	SAY(0, "mkfifo hello", "mkfifo(\"hello\", 0666) = 0");
	SAY(0, "mkfifo hello 0600", "mkfifo(\"hello\", 0600) = -1 EEXIST (File exists)");
	assert_string_equal(WHY(0), "hello exists already: a FIFO");
	SAY(0, "mkfifo no/x", "mkfifo(\"no/x\", 0666) = -1 ENOENT (No such file or directory)");
	assert_string_equal(
		WHY(0), "no does not exist in main's current directory: mkfifo makes the last name "
			"only");
	SAY(0, "mkfifo hello/x", "mkfifo(\"hello/x\", 0666) = -1 ENOTDIR (Not a directory)");
	assert_string_equal(WHY(0), "hello is a FIFO, no directory");
	SAY(0, "open hello O_WRONLY|O_NONBLOCK",
	    "open(\"hello\", O_WRONLY|O_NONBLOCK) = -1 ENXIO (No such device or address)");
	assert_string_equal(WHY(0),
			    "nobody has hello open for reading; without O_NONBLOCK it would sleep "
			    "until somebody has");
	SAY(0, "open hallo", "open(\"hallo\", O_RDONLY) = -1 ENOENT (No such file or directory)");
	assert_string_equal(WHY(0), "hallo does not exist in main's current directory");
	begin(0, "open hello O_WRONLY", 0);
	assert_string_equal(asleep(0), "nobody has opened hello for reading");
	assert_string_equal(format(0, FORMAT_UNFINISHED),
			    "open(\"hello\", O_WRONLY <unfinished ...>");
	SAY(1, "open hello", "open(\"hello\", O_RDONLY) = 3");
	assert_string_equal(finish(0, FORMAT_RESUMED), "<... open resumed>) = 3");
	begin(1, "read 3", 0);
	assert_string_equal(asleep(1), "hello is empty; main 3 holds its write end");
	SAY(0, "write 3 hi", "write(3, \"hi\", 2) = 2");
	assert_string_equal(finish(1, FORMAT_RESUMED), "<... read resumed>\"hi\", 1024) = 2");
	begin(1, "open hello O_RDONLY", 0);
	assert_string_equal(finish(1, FORMAT_WHOLE), "open(\"hello\", O_RDONLY) = 4");
	SAY(0, "unlink hello", "unlink(\"hello\") = 0");
	SAY(0, "unlink hello", "unlink(\"hello\") = -1 ENOENT (No such file or directory)");
	SAY(0, "open f O_CREAT|O_WRONLY|O_EXCL 0600",
	    "open(\"f\", O_WRONLY|O_CREAT|O_EXCL, 0600) = 4");
	SAY(0, "open f O_CREAT|O_EXCL",
	    "open(\"f\", O_RDONLY|O_CREAT|O_EXCL, 0666) = -1 EEXIST (File exists)");
	assert_string_equal(parse(0, "open f O_RDWR 0600"),
			    "open: a mode is for a new file: it goes with O_CREAT or O_TMPFILE");
	SAY(0, "unlink f", "unlink(\"f\") = 0");
	SAY(0, "unlink .", "unlink(\".\") = -1 EISDIR (Is a directory)");
}

static void fcntl_speaks_as_strace(void **state)
{
	(void)state;
	SAY(0, "pipe", "pipe([3, 4]) = 0");
	SAY(0, "fcntl 3 F_DUPFD 10", "fcntl(3, F_DUPFD, 10) = 10");
	SAY(0, "fcntl 3 F_GETFD", "fcntl(3, F_GETFD) = 0");
	SAY(0, "fcntl 3 F_SETFD FD_CLOEXEC", "fcntl(3, F_SETFD, FD_CLOEXEC) = 0");
	SAY(0, "fcntl 3 F_GETFD", "fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)");
	SAY(0, "fcntl 3 F_GETFL", "fcntl(3, F_GETFL) = 0 (flags O_RDONLY)");
	SAY(0, "fcntl 4 F_SETFL O_WRONLY|O_NONBLOCK|O_DIRECT",
	    "fcntl(4, F_SETFL, O_WRONLY|O_NONBLOCK|O_DIRECT) = 0");
	SAY(0, "fcntl 4 F_GETFL",
	    "fcntl(4, F_GETFL) = 0x4801 (flags O_WRONLY|O_NONBLOCK|O_DIRECT)");
	SAY(0, "fcntl 4 F_GETPIPE_SZ", "fcntl(4, F_GETPIPE_SZ) = 65536");
	SAY(0, "fcntl 3 F_SETSIG SIGUSR1", "fcntl(3, F_SETSIG, SIGUSR1) = 0");
	SAY(0, "fcntl 3 F_GETSIG", "fcntl(3, F_GETSIG) = 10 (SIGUSR1)");
	SAY(0, "fcntl 3 F_SETOWN A", "fcntl(3, F_SETOWN, N) = 0");
	SAY(0, "fcntl 3 F_GETOWN", "fcntl(3, F_GETOWN) = N");
	SAY(0, "fcntl 3 F_GETOWN_EX", "fcntl(3, F_GETOWN_EX, {type=F_OWNER_PID, pid=N}) = 0");
	SAY(0, "fcntl 3 F_SETOWN_EX {F_OWNER_PGRP,0}",
	    "fcntl(3, F_SETOWN_EX, {type=F_OWNER_PGRP, pid=0}) = 0");
	SAY(0, "fcntl 3 99", "fcntl(3, 0x63 /* F_??? */) = -1 EINVAL (Invalid argument)");
	SAY(0, "fcntl 3 F_GET_SEALS", "fcntl(3, F_GET_SEALS) = -1 EINVAL (Invalid argument)");
	assert_string_equal(
		parse(0, "fcntl 3 F_SETPIPE_SZ"),
		"fcntl: F_SETPIPE_SZ wants one more: N: let it hold N, rounded up to a power of "
		"two of pages");
	assert_non_null(parse(0, "fcntl 3 F_GETFD 1"));
}

static void locks_name_their_holder(void **state)
{
	(void)state;
	SAY(0, "open l O_RDWR|O_CREAT 0600", "open(\"l\", O_RDWR|O_CREAT, 0600) = 3");
	SAY(1, "open l O_RDWR", "open(\"l\", O_RDWR) = 3");
	SAY(0, "fcntl 3 F_SETLK {F_WRLCK,SEEK_SET,0,10}",
	    "fcntl(3, F_SETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=10}) = 0");
	SAY(1, "fcntl 3 F_SETLK {l_type=F_RDLCK,l_start=5}",
	    "fcntl(3, F_SETLK, {l_type=F_RDLCK, l_whence=SEEK_SET, l_start=5, l_len=0}) = -1 EAGAIN "
	    "(Resource temporarily unavailable)");
	assert_string_equal(WHY(1), "main holds a write lock on bytes 0 to 9");
	SAY(1, "fcntl 3 F_GETLK {}",
	    "fcntl(3, F_GETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=10, l_pid=N}) = 0");
	begin(1, "fcntl 3 F_SETLKW {}", 0);
	assert_string_equal(asleep(1), "main holds a write lock on bytes 0 to 9");
	SAY(0, "fcntl 3 F_SETLK {F_UNLCK}",
	    "fcntl(3, F_SETLK, {l_type=F_UNLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0");
	assert_string_equal(finish(1, FORMAT_RESUMED), "<... fcntl resumed>) = 0");
	SAY(0, "unlink l", "unlink(\"l\") = 0");
}

static bool first(void *arg, long id)
{
	*(long *)arg = id;
	return false;
}

static void add_line(void *arg, const char *subject, const char *text)
{
	struct str *out = arg;

	str_addf(out, "%s  %s\n", subject, text);
}

static const char *diff(const struct facility *f, const struct object *now,
			const struct object *was)
{
	struct str out = STR_INIT;

	f->changed(now, was, &world, add_line, &out);
	return plain(&out);
}

static void objects_and_their_changes(void **state)
{
	struct object was = { 0 }, now = { 0 };
	struct str out = STR_INIT;
	struct grid *g;
	long id = 0;

	(void)state;
	type(0, "pipe");
	facility_pipe.each(&world, first, &id);
	assert_true(id > 0);
	assert_int_equal(facility_pipe.look(&world, id, &was), 0);
	facility_pipe.created(&out, &was, &world);
	assert_string_equal(plain(&out), "pipe:[N]  read end 3, write end 4");
	type(0, "write 4 hello");
	begin(0, "fork", 2);
	finish(0, FORMAT_WHOLE);
	begin(2, "poll {3,POLLRDHUP}", 0);
	asleep(2);
	assert_int_equal(facility_pipe.look(&world, id, &now), 0);
	assert_string_equal(diff(&facility_pipe, &now, &was),
			    "pipe:[N]  5 bytes (was 0)\n"
			    "pipe:[N]  read ends: main 3 and B 3 (was main 3)\n"
			    "pipe:[N]  write ends: main 4 and B 4 (was main 4)\n");
	g = facility_pipe.state(&world, NULL, 0);
	assert_int_equal(g->nrows, 5);
	assert_string_equal(g->row[0].cell[1], "5 of 65536");
	assert_string_equal(g->row[1].cell[5], "\"hello\"");
	assert_string_equal(g->row[3].cell[0], "write ends");
	assert_string_equal(g->row[3].cell[5], "main 4 and B 4");
	assert_string_equal(g->row[4].cell[5], "B in poll");
	grid_free(g);
	/* looking took nothing */
	SAY(0, "ioctl 3", "ioctl(3, FIONREAD, [5]) = 0");
	object_release(&was);
	was = now;
	now = (struct object){ 0 };
	kill(actors[2].pid, SIGKILL);
	waitid(P_PID, (id_t)actors[2].pid, NULL, WEXITED | WNOWAIT);
	begin(0, "waitpid B", 0);
	finish(0, FORMAT_WHOLE);
	actors[2].pid = 0;
	waiting[2] = false;
	ends_drop(world.ends, (pid_t)calls[0].arg[0].num);
	type(0, "close 4");
	assert_int_equal(facility_pipe.look(&world, id, &now), 0);
	assert_string_equal(
		diff(&facility_pipe, &now, &was),
		"pipe:[N]  read ends: main 3 (was main 3 and B 3)\n"
		"pipe:[N]  write ends: nobody (was main 4 and B 4)\n"
		"pipe:[N]  no write end is left: reads return 0 after what is inside\n");
	object_release(&was);
	object_release(&now);
	now = (struct object){ 0 };
	type(0, "close 3");
	assert_int_equal(facility_pipe.look(&world, id, &now), -1);
}

static void fifos_as_objects(void **state)
{
	struct object was = { 0 }, now = { 0 };
	struct str out = STR_INIT;
	long id = 0;

	(void)state;
	type(0, "mkfifo hello 0644");
	facility_fifo.each(&world, first, &id);
	assert_true(id > 0);
	assert_int_equal(facility_fifo.look(&world, id, &was), 0);
	facility_fifo.created(&out, &was, &world);
	assert_string_equal(plain(&out), "FIFO  rw-r--r--");
	type(0, "open hello O_RDWR");
	type(0, "write 3 abc");
	assert_int_equal(facility_fifo.look(&world, id, &now), 0);
	assert_string_equal(diff(&facility_fifo, &now, &was),
			    "hello  3 bytes (was 0)\n"
			    "hello  read ends: main 3 (was nobody)\n"
			    "hello  write ends: main 3 (was nobody)\n");
	object_release(&was);
	was = now;
	now = (struct object){ 0 };
	type(0, "close 3");
	assert_int_equal(facility_fifo.look(&world, id, &now), 0);
	assert_string_equal(
		diff(&facility_fifo, &now, &was),
		"hello  0 bytes (was 3): the last descriptor is closed, what was inside is lost\n"
		"hello  read ends: nobody (was main 3)\n"
		"hello  write ends: nobody (was main 3)\n");
	type(0, "unlink hello");
	object_release(&was);
	object_release(&now);
	now = (struct object){ 0 };
	assert_int_equal(facility_fifo.look(&world, id, &now), -1);
}

static void bad_input(void **state)
{
	(void)state;
	assert_non_null(parse(0, "read"));
	assert_null(parse(0, "read 3 -1")); /* the largest size_t */
	assert_non_null(parse(0, "read 3 18446744073709551616"));
	assert_non_null(parse(0, "write 3"));
	assert_non_null(parse(0, "ioctl 3 5"));
	assert_non_null(parse(0, "poll 5 {3,POLLIN}"));
	assert_non_null(parse(0, "poll {3,POLLIN,1}"));
	assert_non_null(parse(0, "poll {3,POLLIN} nfds=7"));
	assert_non_null(parse(0, "open"));
	assert_non_null(parse(0, "open a b c d"));
	assert_non_null(parse(0, "open path=a path=b"));
	assert_non_null(parse(0, "fcntl 3"));
	assert_non_null(parse(0, "fcntl 3 F_SETLK 5"));
	assert_non_null(parse(0, "fcntl 3 F_SETLK {1,2,3,4,5,6}"));
	assert_non_null(parse(0, "pipe 3"));
	SAY(0, "read 0 70368744177664", "read(0, buf, 70368744177664) = -1 EFAULT (Bad address)");
	assert_non_null(strstr(type(0, "write 1 x size=4611686018427387904"), "x\\0\\0"));
	assert_int_equal(calls[0].err, EFAULT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pipes_carry_bytes),
		TEST(refusals_are_explained),
		TEST(nobody_at_the_other_end),
		TEST(sleepers_say_what_they_wait_for),
		TEST(full_pipes_hold_writers),
		TEST(fifos_meet_by_name),
		TEST(fcntl_speaks_as_strace),
		TEST(locks_name_their_holder),
		TEST(objects_and_their_changes),
		TEST(fifos_as_objects),
		TEST(bad_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
