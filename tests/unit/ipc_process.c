/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Processes for real: fork, exec, exit, wait, groups, limits, the clock.  Sleep is seen in
 * /proc/PID/syscall; no clock decides.
 */
#include "ipc_actors.h"

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
	SAY(0, "waitpid -1 0x40",
	    "waitpid(-1, wstatus, 0x40 /* W??? */) = -1 EINVAL (Invalid argument)");
	assert_string_equal(WHY(0),
			    "0x40 is no option of waitpid's, which has WNOHANG, WUNTRACED and "
			    "WCONTINUED; of ends it always tells");
	SAY(0, "signal SIGCHLD SIG_IGN", "signal(SIGCHLD, SIG_IGN) = SIG_DFL");
	last_words(2, "exit", "exit(0) = ?");
	begin(0, "waitpid B", 0);
	assert_string_equal(finish(0, FORMAT_WHOLE),
			    "waitpid(N, wstatus, 0) = -1 ECHILD (No child processes)");
	buried(2);
	assert_non_null(strstr(WHY(0),
			       " (any more); main ignores SIGCHLD, so its children leave no "
			       "status behind"));
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
	SAY(0, "sleep 0.000001", "nanosleep({tv_sec=0, tv_nsec=1000}, rem) = 0");
	type(0, "signal SIGALRM SIG_IGN");
	begin(0, "sleep 1000.5", 0);
	assert_string_equal(format(0, FORMAT_WHOLE),
			    "nanosleep({tv_sec=1000, tv_nsec=500000000}, rem) = 0");
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
