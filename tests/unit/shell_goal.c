/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Goals asked in a real session: lines are executed, and what is said to be true then must be, and
 * what is said to be false must not.
 */
#include "lesson/goal.h"
#include "shell/shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#undef fail /* cmocka's; base/mem.h's is meant */

static struct session session;
static volatile sig_atomic_t interrupted;
static struct shell sh;
static struct journal journal;

static int begin(void **state)
{
	char *cause = NULL;

	(void)state;
	if (session_start(&session, SANDBOX_AUTO, &interrupted, &cause)) {
		print_error("%s\n", cause);
		return -1;
	}
	shell_init(&sh, &session);
	journal_init(&journal);
	session_add_sink(&session, &journal.sink);
	return 0;
}

static int end(void **state)
{
	(void)state;
	session_remove_sink(&session, &journal.sink);
	journal_release(&journal);
	session_end(&session);
	shell_release(&sh);
	return 0;
}

/* Lines to execute, and behind "is " or "no " goals to ask, up to NULL. */
static void play(const char *const *line)
{
	for (; *line; line++) {
		bool is = !strncmp(*line, "is ", 3), no = !strncmp(*line, "no ", 3);
		char *cause = NULL;
		struct goal *g;

		if (!is && !no) {
			assert_int_equal(shell_line(&sh, *line, NULL), 0);
			continue;
		}
		g = goal_parse(*line + 3, &cause);
		if (!g)
			print_error("%s: %s\n", *line, cause);
		assert_non_null(g);
		if (goal_met(g, &session, &journal) != is)
			print_error("%s\n", *line);
		assert_int_equal(goal_met(g, &session, &journal), is);
		goal_free(g);
	}
}

#define PLAY(...)                                                                                  \
	do {                                                                                       \
		static const char *const lines[] = { __VA_ARGS__, NULL };                          \
		play(lines);                                                                       \
	} while (0)

static void queues(void **state)
{
	(void)state;
	PLAY("no exists(q)", "no q.qnum == 0", "is not (q.qnum == 0)", "no q.qnum != 0",
	     "q = msgget IPC_PRIVATE 0640", "is exists(q)", "is q.qnum == 0", "is q.mode == 0640",
	     "is exists(msg:0) and not exists(msg:1)", "is new(msg) == 1 and not changed(q)",
	     "msgsnd q 3 hello", "is q.qnum == 1 and q.cbytes == 5", "is has(q, 3, 'hello')",
	     "no has(q, 3, 'hell') or has(q, 2)", "is changed(q) == 1", "is returned(main, msgsnd)",
	     "is ret(main, msgget) == q", "spawn A", "A> msgrcv q", "is data(A, msgrcv) == 'hello'",
	     "is ret(A, msgrcv) == 5 and ret(*, msgrcv) == 5", "no slept(A)", "A> msgrcv q 7",
	     "is asleep(A) and asleep(A, msgrcv) and asleep(A, msgrcv, q) and asleep(*) == 1",
	     "no asleep(A, msgsnd) or asleep(main) or asleep(B)", "is slept(A, msgrcv) == 1",
	     "is A.state == 'asleep' and main.state == 'ready'", "no woken(A)",
	     "is any(msg, it.qnum == 0) and count(msg) == 1 and count(msg, it.qnum == 1) == 0",
	     "is any(proc, asleep(it, msgrcv)) and count(proc) == 2", "msgsnd q 7 x",
	     "is woken(A, msgrcv) == 1 and q.qnum == 0",
	     "is q.lspid == main.pid and q.lrpid == A.pid", "no woken(A, msgrcv, EIDRM)",
	     "A> msgrcv q 7", "msgctl q IPC_RMID", "is woken(A, msgrcv, EIDRM)",
	     "is errno(A, msgrcv) == EIDRM and errno(A, msgrcv) == 'EIDRM'",
	     "is failed(A, msgrcv, EIDRM) and failed(*, *) == 1", "is gone(q) and gone(msg)",
	     "no exists(q) or exists(msg:0)");
}

static void semaphores(void **state)
{
	(void)state;
	PLAY("s = semget IPC_PRIVATE 2 0600", "semctl s 0 SETVAL 3",
	     "is s[0] == 3 and s[1] == 0 and s.nsems == 2 and sem:0[0] == 3", "no s[2] == 0",
	     "no s[-1] == 0", "spawn B", "B> P s 2 SEM_UNDO",
	     "is undo(B, s[0]) == 2 and undo(main, s[0]) == 0", "is returned(B, semop)", "P s 2",
	     "is asleep(main, semop, s)", "B> kill -9 B", "is killed(B, SIGKILL)",
	     "no killed(B, SIGTERM) or exited(B)", "is woken(main, semop) and s[0] == 1",
	     "no exists(B)", "x = 5", "is x == 5 and x + 1 == 6 and x - 6 == -1 and -x < 0",
	     "text = \"x $x\"", "is text == 'x 5' and text != 'x' and main.text == 'x 5'",
	     "no text == 5 or text + 1 == 6", "text = \"\"", "no text", "text = 7", "is text == 7");
}

static void memory(void **state)
{
	(void)state;
	PLAY("m = shmget IPC_PRIVATE 100 0600", "is m.size == 100 and m.nattch == 0",
	     "no attached(main, m)", "a = shmat m", "is attached(main, m) == 1 and m.nattch == 1",
	     "no int(m) == 1", "poke a int 7", "poke a+8 hello",
	     "is int(m) == 7 and int(m, 0) == 7", "is text(m, 8) == 'hello'",
	     "no int(m, 5000) == 0", "no text(m, -1) == ''", "fork B",
	     "is attached(B, m) and m.nattch == 2 and started(B) == 1", "B> exit 3",
	     "is exited(B, 3) and not exited(B, 2) and zombie(B)",
	     "is any(proc, it.state == 'zombie')", "no exists(B)", "waitpid B", "is reaped(B)",
	     "no any(proc, it.state == 'zombie')");
}

static void pipes(void **state)
{
	(void)state;
	PLAY("r w = pipe", "is r.bytes == 0 and w.readers == 1 and r.writers == 1", "fork B",
	     "write w hello", "is r.bytes == 5 and B.r.bytes == 5",
	     "is holds(B, w) and holds(main, r)", "B> close w", "no holds(B, w)",
	     "is holds(B, r) and r.writers == 1", "close w", "is r.writers == 0", "read r",
	     "is data(main, read) == 'hello'", "read r",
	     "is ret(main, read) == 0 and returned(main, read) == 2", "mkfifo hello",
	     "is exists(fifo(hello)) and fifo('hello').readers == 0", "no exists(fifo(hell))",
	     "B> open hello O_RDONLY", "is asleep(B, open) and asleep(B, open, fifo(hello))",
	     "echo some text", "is printed('me te') and printed(main, 'some') == 1",
	     "no printed(B, 'some') or printed('nothing')", "is returned(main, command)");
}

static void signals(void **state)
{
	(void)state;
	PLAY("spawn A", "A> sigaction SIGUSR1 handler", "is handler(A, SIGUSR1)",
	     "no handler(A, SIGUSR2) or ignored(A, SIGUSR1) or blocked(A, *)", "kill A SIGUSR1",
	     "kill A SIGUSR1", "is handled(A, SIGUSR1) == 2 and handled(*, *) == 2",
	     "A> signal SIGUSR2 SIG_IGN", "kill A SIGUSR2", "no handled(A, SIGUSR2)",
	     "A> sigprocmask SIG_BLOCK {SIGUSR2}", "kill A SIGUSR2",
	     "is blocked(A, SIGUSR2) and pending(A, SIGUSR2)", "A> signal SIGHUP SIG_IGN",
	     "is ignored(A, SIGHUP)", "kill -STOP A", "is stopped(A) and A.state == 'stopped'",
	     "kill -CONT A", "is continued(A) and A.state == 'ready'");
}

/* What is not there, is no number, or is none of these is not true, and no mistake. */
static void nothings(void **state)
{
	(void)state;
	PLAY("no msg:9.qnum == 0", "no main.nosuch == 0", "no nosuch == 0", "is main.state",
	     "no ''", "x = 5", "is x <= 5", "no x <= 4", "is 'a' <= 'b'", "is IPC_NOWAIT == 04000",
	     "is SIGUSR1 == 10 and USR1 == 10", "no 9223372036854775807 + 1 < 0", "no 'a' + 1 == 1",
	     "no 'a' - 'a' == 0", "f = open one O_RDWR|O_CREAT 0600", "is f >= 3 and f <= 99",
	     "no holds(main, f)", "no holds(Z, f)", "no blocked(Z, SIGUSR1)", "r w = pipe",
	     "fork A", "A> msgget IPC_PRIVATE 0600", "is any(proc, returned(it, msgget))",
	     "is count(proc, returned(it, msgget)) == 1", "is new(r) and new(w) and not new(q)",
	     "mkfifo two", "A> read r", "is asleep(A, read, r)", "no asleep(A, read, fifo(two))");
}

/* The session's init is killed: nothing is true, and nothing is said to be missing. */
static void headless(void **state)
{
	struct goal *g = goal_parse("1", NULL), *never = goal_parse("0", NULL);
	struct process *current = session.current;
	struct str out = STR_INIT;

	(void)state;
	assert_true(goal_met(g, &session, &journal));
	session.current = NULL;
	assert_false(goal_met(g, &session, &journal));
	goal_lacks(never, &session, &journal, false, &out);
	assert_int_equal(out.len, 0);
	session.current = current;
	goal_lacks(never, &session, &journal, false, &out);
	assert_string_equal(str_text(&out), "0\n");
	str_free(&out);
	goal_free(never);
	goal_free(g);
}

static void lacks(void **state)
{
	struct goal *g = goal_parse(
		"1 == 1 and (q.qnum == 2 and x > 1) and main.state == 'asleep' and not exists(main)",
		NULL);
	struct str out = STR_INIT;

	(void)state;
	PLAY("q = msgget IPC_PRIVATE 0600");
	goal_lacks(g, &session, &journal, false, &out);
	assert_string_equal(str_text(&out), "q.qnum == 2 (it is 0)\nx > 1 (it is not there)\n"
					    "main.state == 'asleep' (it is \"ready\")\n"
					    "not exists(main)\n");
	str_reset(&out);
	goal_lacks(g, &session, &journal, true, &out);
	assert_string_equal(str_text(&out), "q.qnum == 2 (it is 0)\nx > 1 (it is not there)\n"
					    "main.state == 'asleep' (it is \"ready\")\n"
					    "main is there\n");
	goal_free(g);
	g = goal_parse(
		"asleep(A, msgrcv, q) and woken(*, msgrcv) and has(q, 7, 'it\"s') and "
		"not returned(main, msgget) and (exists(x) or exists(y)) and any(msg, it.qnum == 9)",
		NULL);
	str_reset(&out);
	goal_lacks(g, &session, &journal, true, &out);
	assert_string_equal(str_text(&out),
			    "A is not asleep in msgrcv at q\nnobody has woken somebody in msgrcv\n"
			    "no message of type 7 with the text 'it\"s' is in q\n"
			    "main has come back from msgget\n(exists(x) or exists(y))\n"
			    "any(msg, it.qnum == 9)\n");
	str_free(&out);
	goal_free(g);
}

/* Of very many events the newest are kept. */
static void many(void **state)
{
	struct event e = { .type = EV_PROCESS, .change = PROCESS_STOPPED, .proc = "A" };
	char *text;

	(void)state;
	for (int i = 0; i < JOURNAL_MOST + 10; i++)
		journal.sink.emit(&journal.sink, &e);
	assert_true(journal.n <= JOURNAL_MOST && journal.n >= JOURNAL_MOST / 2);
	journal_reset(&journal);
	PLAY("no stopped(A)");
	text = xcalloc(1, JOURNAL_TEXT + 1);
	memset(text, 'x', JOURNAL_TEXT);
	for (int i = 0; i < 1000; i++) { /* nor does it keep all that is printed */
		struct event printed = { .type = EV_OUTPUT, .text = text, .len = JOURNAL_TEXT };

		printed.proc = i % 2 ? "A" : "B";
		journal.sink.emit(&journal.sink, &printed);
		assert_true(journal.bytes <= JOURNAL_BYTES + JOURNAL_TEXT);
	}
	assert_true(journal.n > 100 && journal.n < 300);
	free(text);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = { T(queues), T(semaphores), T(memory),
					    T(pipes),  T(signals),    T(lacks),
					    T(many),   T(nothings),   T(headless) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
