/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals from the typed line to the strace line, in this very process: parse, make, format, why;
 * what the handler reports; and what /proc says of a process.  Nothing here waits for a time.
 */
#include "base/grid.h"
#include "ipc/child.h"
#include "ipc/signal.h"
#include "ipc_here.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static volatile sig_atomic_t caught[16], ncaught;
static volatile sig_atomic_t on_other_stack;

static void note_caught(int signo, const siginfo_t *info, unsigned how)
{
	errno = EBADF; /* the handler has to keep it */
	if (ncaught < (int)ARRAY_LEN(caught))
		caught[ncaught++] = info->si_signo != signo ? -1
				    : how & CAUGHT_NESTED   ? signo + 100
							    : signo;
	on_other_stack = how & CAUGHT_ON_STACK;
}

static const struct child_ops ops = { .caught = note_caught };
static pid_t child; /* bound to A */

static int lookup(void *ctx, const char *name, size_t len, enum kind want, long *out, char **cause)
{
	(void)ctx, (void)want, (void)cause;
	if (len == 2 && !memcmp(name, "me", 2))
		*out = getpid();
	else if (len == 1 && *name == 'A')
		*out = child;
	else
		return 0;
	return 1;
}

static const struct resolver names = { .name = lookup };

static const char *process_name(void *ctx, pid_t pid)
{
	(void)ctx;
	return pid == getpid() ? "me" : pid == child ? "A" : "somebody";
}

static void peers(void *ctx, bool (*fn)(void *arg, const struct peer *p), void *arg)
{
	(void)ctx;
	fn(arg, &(struct peer){ .name = "me", .pid = getpid() });
}

static struct world world = { .pid_name = process_name, .peers = peers };

/* want: $ stands for this process's pid, % for the child's, @ for the uid */
static void see(const char *line, const char *want)
{
	struct str text = STR_INIT;
	char *got = typed(line, &names, &world);

	for (; *want; want++)
		if (*want == '%' || *want == '$')
			str_addf(&text, "%d", *want == '$' ? getpid() : child);
		else if (*want == '@')
			str_addf(&text, "%u", geteuid());
		else
			str_addc(&text, *want);
	assert_string_equal(got, str_text(&text));
	str_free(&text);
	free(got);
}

static int begin(void **state)
{
	(void)state;
	child_ops = &ops;
	ncaught = 0;
	child = 0;
	world.self = (struct peer){ .name = "me", .pid = getpid() };
	return 0;
}

static int end(void **state)
{
	sigset_t none;

	(void)state;
	for (int n = 1; n <= SIGRTMAX; n++)
		signal(n, SIG_IGN); /* what is pending goes */
	for (int n = 1; n <= SIGRTMAX; n++)
		signal(n, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (child) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	return 0;
}

static void test_sigaction(void **state)
{
	(void)state;
	see("sigaction SIGUSR1",
	    "sigaction(SIGUSR1, NULL, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}) "
	    "= 0");
	see("sigaction SIGUSR1 handler SA_RESTART mask={SIGUSR2}",
	    "sigaction(SIGUSR1, {sa_handler=handler, sa_mask=[USR2], sa_flags=SA_RESTART}, NULL) = 0");
	see("sigaction USR1", "sigaction(SIGUSR1, NULL, {sa_handler=handler, sa_mask=[USR2], "
			      "sa_flags=SA_RESTART}) = 0");
	see("raise SIGUSR1", "raise(SIGUSR1) = 0");
	assert_int_equal(ncaught, 1);
	assert_int_equal(caught[0], SIGUSR1);
	see("sigaction SIGUSR2 handler SA_RESETHAND|SA_NODEFER SA_SIGINFO",
	    "sigaction(SIGUSR2, {sa_handler=handler, sa_mask=[], "
	    "sa_flags=SA_NODEFER|SA_RESETHAND|SA_SIGINFO}, NULL) = 0");
	see("raise SIGUSR2", "raise(SIGUSR2) = 0");
	see("sigaction SIGUSR2", "sigaction(SIGUSR2, NULL, {sa_handler=SIG_DFL, sa_mask=[], "
				 "sa_flags=SA_NODEFER|SA_RESETHAND|SA_SIGINFO}) = 0");
	see("sigaction SIGUSR1 handler SA_ONSTACK",
	    "sigaction(SIGUSR1, {sa_handler=handler, sa_mask=[], sa_flags=SA_ONSTACK}, NULL) = 0\n"
	    "there is no alternate stack (sigaltstack): the handler would run on the ordinary one");
	see("raise 10", "raise(SIGUSR1) = 0");
	assert_false(on_other_stack);
	free(typed("sigaltstack {ss_flags=SS_AUTODISARM}", &names, &world));
	see("raise 10", "raise(SIGUSR1) = 0");
	assert_true(on_other_stack);
	see("sigaltstack SS_DISABLE",
	    "sigaltstack({ss_sp=NULL, ss_flags=SS_DISABLE, ss_size=65536}, NULL) = 0");
	see("sigaction SIGCHLD SIG_DFL SA_NOCLDSTOP|SA_NOCLDWAIT",
	    "sigaction(SIGCHLD, {sa_handler=SIG_DFL, sa_mask=[], "
	    "sa_flags=SA_NOCLDSTOP|SA_NOCLDWAIT}, NULL) = 0");
	see("sigaction SIGKILL SIG_IGN",
	    "sigaction(SIGKILL, {sa_handler=SIG_IGN, sa_mask=[], sa_flags=0}, NULL) = -1 EINVAL "
	    "(Invalid argument)\nSIGKILL can be neither caught nor ignored: it must always work");
	see("sigaction 99", "sigaction(99, NULL, oldact) = -1 EINVAL (Invalid argument)\n99 is no "
			    "signal: they are 1 to 64");
}

static void test_signal(void **state)
{
	(void)state;
	see("signal SIGUSR2 SIG_IGN", "signal(SIGUSR2, SIG_IGN) = SIG_DFL");
	see("signal SIGUSR2 handler", "signal(SIGUSR2, handler) = SIG_IGN");
	see("sigaction SIGUSR2", "sigaction(SIGUSR2, NULL, {sa_handler=handler, sa_mask=[USR2], "
				 "sa_flags=SA_RESTART}) = 0");
	see("signal SIGUSR2 SIG_DFL", "signal(SIGUSR2, SIG_DFL) = handler");
	see("signal SIGSTOP SIG_IGN",
	    "signal(SIGSTOP, SIG_IGN) = -1 EINVAL (Invalid argument)\nSIGSTOP "
	    "can be neither caught nor ignored: it must always work");
}

/* A set may be written as strace writes it; ~ is what sigfillset gives without these. */
static void test_complement(void **state)
{
	char *got;

	(void)state;
	see("sigprocmask SIG_SETMASK ~{SIGUSR1}",
	    "sigprocmask(SIG_SETMASK, ~[USR1 RTMIN RT_1], NULL) = 0\nSIGKILL and SIGSTOP cannot be "
	    "blocked: the kernel leaves that out and says nothing");
	see("sigprocmask", "sigprocmask(SIG_BLOCK, NULL, ~[KILL USR1 STOP RTMIN RT_1]) = 0");
	see("sigprocmask SIG_SETMASK ~[USR1 KILL STOP RTMIN RT_1 RT_2]",
	    "sigprocmask(SIG_SETMASK, ~[KILL USR1 STOP RTMIN RT_1 RT_2], NULL) = 0");
	see("sigprocmask SIG_SETMASK ~{SIGKILL, SIGSTOP, SIGRTMIN}",
	    "sigprocmask(SIG_SETMASK, ~[KILL STOP RTMIN RT_1 RT_2], NULL) = 0");
	see("sigprocmask SIG_SETMASK [USR1 RT_32 SIGINT]",
	    "sigprocmask(SIG_SETMASK, [INT USR1 RT_32], NULL) = 0");
	see("sigprocmask SIG_SETMASK []", "sigprocmask(SIG_SETMASK, [], NULL) = 0");
	see("sigaction SIGUSR2 handler mask=~[INT TERM]",
	    "sigaction(SIGUSR2, {sa_handler=handler, sa_mask=~[INT TERM RTMIN RT_1], sa_flags=0}, "
	    "NULL) = 0\nSIGKILL and SIGSTOP cannot be blocked: the kernel leaves that out and says "
	    "nothing");
	got = typed("sigprocmask SIG_SETMASK ~", &names, &world);
	assert_non_null(strstr(got, "as in ~{SIGUSR1}"));
	free(got);
	got = typed("sigprocmask SIG_SETMASK ~[NOPE]", &names, &world);
	assert_non_null(strstr(got, "NOPE is no signal"));
	free(got);
	got = typed("sigprocmask SIG_SETMASK [USR1", &names, &world);
	assert_non_null(strstr(got, "a list of signals"));
	free(got);
}

static void test_mask_and_pending(void **state)
{
	(void)state;
	see("sigprocmask", "sigprocmask(SIG_BLOCK, NULL, []) = 0");
	see("sigprocmask SIG_BLOCK {SIGUSR1,SIGRTMIN+1}",
	    "sigprocmask(SIG_BLOCK, [USR1 RT_3], NULL) = 0");
	see("kill me SIGUSR1", "kill($, SIGUSR1) = 0");
	see("kill me SIGUSR1", "kill($, SIGUSR1) = 0");
	see("sigqueue me SIGRTMIN+1 42",
	    "sigqueue($, SIGRT_3, {sival_int=42, sival_ptr=0x2a}) = 0");
	see("sigqueue me SIGRTMIN+1 -1",
	    "sigqueue($, SIGRT_3, {sival_int=-1, sival_ptr=0xffffffff}) = 0");
	see("sigpending", "sigpending([USR1 RT_3]) = 0");
	see("sigwaitinfo {SIGUSR1,SIGRTMIN+1}",
	    "sigwaitinfo([USR1 RT_3], {si_signo=SIGUSR1, si_code=SI_USER, si_pid=$, si_uid=@}) = 10 "
	    "(SIGUSR1)");
	see("sigtimedwait {SIGUSR1,SIGRTMIN+1} 1",
	    "sigtimedwait([USR1 RT_3], {si_signo=SIGRT_3, si_code=SI_QUEUE, si_pid=$, si_uid=@, "
	    "si_int=42, si_ptr=0x2a}, {tv_sec=1, tv_nsec=0}) = 35 (SIGRT_3)");
	see("sigtimedwait {SIGRTMIN+1} 0",
	    "sigtimedwait([RT_3], {si_signo=SIGRT_3, si_code=SI_QUEUE, si_pid=$, si_uid=@, "
	    "si_int=-1, si_ptr=0xffffffff}, {tv_sec=0, tv_nsec=0}) = 35 (SIGRT_3)");
	see("sigtimedwait {SIGUSR1,SIGRTMIN+1} 0",
	    "sigtimedwait([USR1 RT_3], info, {tv_sec=0, tv_nsec=0}) = -1 EAGAIN (Resource temporarily "
	    "unavailable)\nSIGUSR1 or SIGRT_3 was not pending; a time of 0 says not to sleep");
	see("sigtimedwait {SIGUSR1} -1",
	    "sigtimedwait([USR1], info, {tv_sec=-1, tv_nsec=0}) = -1 EINVAL (Invalid argument)\nthe "
	    "time-out is less than 0");
	see("sigprocmask SIG_SETMASK {SIGKILL}",
	    "sigprocmask(SIG_SETMASK, [KILL], NULL) = 0\nSIGKILL cannot be blocked: the kernel leaves "
	    "that out and says nothing");
	see("sigprocmask 77 {SIGUSR1}",
	    "sigprocmask(0x4d /* SIG_??? */, [USR1], NULL) = -1 EINVAL (Invalid argument)\nhow is SIG_BLOCK, "
	    "SIG_UNBLOCK or SIG_SETMASK; 77 is none of them");
}

static void test_sleeps(void **state)
{
	(void)state;
	see("sigaction SIGUSR1 handler",
	    "sigaction(SIGUSR1, {sa_handler=handler, sa_mask=[], sa_flags=0}, NULL) = 0");
	see("sigprocmask SIG_BLOCK {SIGUSR1}", "sigprocmask(SIG_BLOCK, [USR1], NULL) = 0");
	see("raise SIGUSR1", "raise(SIGUSR1) = 0");
	assert_int_equal(ncaught, 0);
	see("sigsuspend",
	    "sigsuspend([]) = -1 EINTR (Interrupted system call)\na handler ran; sigsuspend "
	    "always ends so, and the mask is again what it was");
	assert_int_equal(ncaught, 1);
	see("sigprocmask", "sigprocmask(SIG_BLOCK, NULL, [USR1]) = 0");
	if (prim_find("setitimer", 9) >= 0) {
		see("setitimer ITIMER_REAL 100.5 2",
		    "setitimer(ITIMER_REAL, {it_interval={tv_sec=2, tv_usec=0}, it_value={tv_sec=100, "
		    "tv_usec=500000}}, {it_interval={tv_sec=0, tv_usec=0}, it_value={tv_sec=0, tv_usec=0}}) = 0");
		see("setitimer ITIMER_REAL 0 old_value=NULL",
		    "setitimer(ITIMER_REAL, {it_interval={tv_sec=0, "
		    "tv_usec=0}, it_value={tv_sec=0, tv_usec=0}}, NULL) = 0");
	}
	see("alarm 100", "alarm(100) = 0");
	see("alarm 0", "alarm(0) = 100\nthe alarm that was set had 100 s left; it is off");
}

static void test_asleep(void **state)
{
	(void)state;
	would_sleep("pause", "waits for any signal that is not ignored or blocked", &names, &world);
	would_sleep("sigsuspend", "waits for any signal that is not ignored, with none blocked",
		    &names, &world);
	would_sleep("sigsuspend {SIGUSR2}",
		    "waits for any signal that is not ignored, with the mask [USR2]", &names,
		    &world);
	would_sleep(
		"sigwaitinfo {SIGUSR1,SIGUSR2,SIGRTMIN}",
		"waits for SIGUSR1, SIGUSR2 or SIGRT_2 to be pending; SIGUSR1, SIGUSR2 and SIGRT_2 are "
		"not blocked: they would end the process, and not be taken",
		&names, &world);
	would_sleep(
		"sigtimedwait SIGUSR1 2.5",
		"waits for SIGUSR1 to be pending, for 2.5 s at most; SIGUSR1 is not blocked: it would "
		"end the process, and not be taken",
		&names, &world);
	would_sleep("sigwait {SIGCHLD,SIGTSTP,SIGKILL}",
		    "waits for SIGKILL, SIGCHLD or SIGTSTP to be pending; SIGKILL cannot be waited "
		    "for; SIGCHLD is ignored and not blocked: it would be thrown away",
		    &names, &world);
	see("sigprocmask SIG_BLOCK {SIGUSR1}", "sigprocmask(SIG_BLOCK, [USR1], NULL) = 0");
	see("raise SIGUSR1", "raise(SIGUSR1) = 0");
	would_sleep("sigwaitinfo SIGUSR1", "waits for SIGUSR1 to be pending", &names, &world);
	would_sleep("pause",
		    "waits for any signal that is not ignored or blocked; SIGUSR1 is pending, "
		    "but blocked",
		    &names, &world);
}

static void test_kill(void **state)
{
	siginfo_t info;

	(void)state;
	child = fork();
	if (child == 0)
		for (;;)
			pause();
	see("kill A 0", "kill(%, 0) = 0\nA is there and may be signalled; signal 0 is not sent");
	see("kill A 99",
	    "kill(%, 99) = -1 EINVAL (Invalid argument)\n99 is no signal: they are 1 to 64 (0 "
	    "only asks whether the process is there)");
	see("kill -STOP A", "kill(%, SIGSTOP) = 0");
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WSTOPPED), 0);
	see("kill A", "kill(%, SIGTERM) = 0\nA is stopped: SIGTERM waits for SIGCONT");
	see("kill -s KILL A", "kill(%, SIGKILL) = 0");
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	see("kill pid=A sig=0",
	    "kill(%, 0) = 0\nA is a zombie: dead, but not waited for, so its number is still taken");
	see("kill -9 A", "kill(%, SIGKILL) = 0");
	assert_int_equal(waitpid(child, NULL, 0), child);
	see("kill -9 A",
	    "kill(%, SIGKILL) = -1 ESRCH (No such process)\nthere is no process % (any more); a "
	    "zombie would still answer");
	child = 0;
}

static void test_group(void **state)
{
	char line[64];

	(void)state;
	child = fork();
	if (child == 0)
		for (;;)
			pause();
	assert_int_equal(setpgid(child, child), 0);
	snprintf(line, sizeof(line), "kill pid=-%d SIGKILL", (int)child);
	see(line, "kill(-%, SIGKILL) = 0");
	assert_int_equal(waitpid(child, NULL, 0), child);
	child = 0;
}

static void test_denied(void **state)
{
	struct call c = { 0 };
	struct str out = STR_INIT;

	(void)state;
	assert_null(parse_line(&c, "kill 1 SIGTERM", &names));
	c.ret = -1;
	c.err = EPERM;
	prims[c.prim]->why(&out, &c, &world);
	assert_non_null(strstr(str_text(&out), "somebody belongs to uid "));
	str_free(&out);
	call_release(&c);
}

static void test_targets(void **state)
{
	struct words words, one;
	struct call c = { 0 };
	char *cause = NULL;

	(void)state;
	words_init(&words);
	assert_int_equal(words_split("-s TERM 3 4 5", "-s TERM 3 4 5", &words, NULL), 0);
	assert_int_equal(kill_targets(&words), 3);
	kill_target(&words, 2, &one);
	assert_int_equal(call_parse(prim_find("kill", 4), &one, &names, &c, &cause), 0);
	assert_null(cause);
	assert_int_equal(c.arg[0].num, 5);
	assert_int_equal(c.arg[1].num, SIGTERM);
	words_release(&one);
	assert_int_equal(words_split("3 SIGUSR1", "3 SIGUSR1", &words, NULL), 0);
	assert_int_equal(kill_targets(&words), 1);
	kill_target(&words, 0, &one);
	assert_int_equal(one.n, 2);
	words_release(&one);
	assert_int_equal(words_split("-9", "-9", &words, NULL), 0);
	assert_int_equal(kill_targets(&words), 1);
	words_release(&words);
	call_release(&c);
}

static void test_mistakes(void **state)
{
	static const char *const wrong[][2] = {
		{ "kill", "whom?" },
		{ "kill -10", "kill pid=-10 SIGTERM" },
		{ "kill -l", "command kill -l" },
		{ "kill me SIGUSR1 SIGUSR2", "kill -TERM A B" },
		{ "kill -9 me me", "signals one process" },
		{ "kill -9 nobody", "nobody" },
		{ "kill me pid=3", "given twice" },
		{ "sigaction SIGUSR1 ignore", "SIG_DFL, SIG_IGN or handler" },
		{ "sigaction SIGUSR1 NULL SA_RESTART", "nothing stands after it" },
		{ "sigaction SIGUSR1 handler mask={NOPE}", "NOPE is no signal" },
		{ "signal SIGUSR1", "handler is missing" },
		{ "signal SIGUSR1 3", "SIG_DFL, SIG_IGN or handler" },
		{ "sigwaitinfo", "set is missing" },
		{ "sigtimedwait {SIGUSR1} soon", "soon" },
		{ "alarm -1", "0 or more" },
		{ "raise", "sig is missing" },
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

static struct str lines;

static void add_line(void *arg, const char *subject, const char *text)
{
	(void)arg;
	str_addf(&lines, "%s  %s\n", subject, text);
}

static void test_state(void **state)
{
	struct sigstate was, now;
	struct grid *g;

	(void)state;
	assert_int_equal(sigstate_read(&world, &world.self, &was), 0);
	assert_int_equal(was.uid, geteuid());
	assert_int_equal(was.state, 'R');
	assert_true(was.limit > 0);
	free(typed("sigaction SIGUSR1 handler", &names, &world));
	free(typed("signal SIGUSR2 SIG_IGN", &names, &world));
	free(typed("sigprocmask SIG_BLOCK {SIGUSR1,SIGTERM}", &names, &world));
	free(typed("raise SIGUSR1", &names, &world));
	assert_int_equal(sigstate_read(&world, &world.self, &now), 0);
	sigstate_changes("me", &now, &was, add_line, NULL);
	assert_string_equal(str_text(&lines), "me  SIGUSR1 → handler (was default)\n"
					      "me  SIGUSR2 → ignored (was default)\n"
					      "me  blocks SIGUSR1 and SIGTERM\n"
					      "me  pending SIGUSR1 (was none)\n");
	str_reset(&lines);
	sigstate_changes("me", &was, &now, add_line, NULL);
	assert_non_null(strstr(str_text(&lines), "me  no longer blocks SIGUSR1 and SIGTERM\n"
						 "me  pending none (was SIGUSR1)\n"));
	str_free(&lines);
	g = sigstate_grid(&world);
	assert_int_equal(g->nrows, 1);
	assert_string_equal(g->row[0].cell[0], "me");
	assert_string_equal(g->row[0].cell[1], "USR1");
	assert_string_equal(g->row[0].cell[2], "USR1 TERM");
	assert_string_equal(g->row[0].cell[4], "USR2");
	grid_free(g);
	assert_int_equal(
		sigstate_read(&world, &(struct peer){ .name = "gone", .pid = 999999999 }, &now),
		ESRCH);
}

static void test_siginfo(void **state)
{
	struct str out = STR_INIT;
	siginfo_t info = { .si_signo = SIGCHLD, .si_code = CLD_STOPPED };
	char *got;

	(void)state;
	info.si_pid = 7;
	info.si_status = SIGSTOP;
	format_siginfo(&out, &info);
	str_addc(&out, '\n');
	memset(&info, 0, sizeof(info));
	info.si_signo = SIGALRM;
	info.si_code = SI_KERNEL;
	format_siginfo(&out, &info);
	got = unmarked(&out);
	assert_string_equal(got, "{si_signo=SIGCHLD, si_code=CLD_STOPPED, si_pid=7, si_uid=0, "
				 "si_status=SIGSTOP, si_utime=0, si_stime=0}\n"
				 "{si_signo=SIGALRM, si_code=SI_KERNEL}");
	free(got);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sigaction),  TEST(test_signal),   TEST(test_mask_and_pending),
		TEST(test_complement), TEST(test_sleeps),   TEST(test_asleep),
		TEST(test_kill),       TEST(test_group),    TEST(test_denied),
		TEST(test_targets),    TEST(test_mistakes), TEST(test_state),
		TEST(test_siginfo),
	};
	int failed;

	world.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	close(world.proc);
	return failed;
}
