/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line editor and the loop on a real pseudo-terminal: a child edits lines, the test types and
 * reads what a terminal would get.  It waits for what must appear, or for the child's end.
 */
#include "base/str.h"
#include "ui/line.h"
#include "ui/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int terminal, event[2];
static pid_t child;
static struct str seen = STR_INIT;

/* ---- in the child ---- */

static void entered(void *ctx, const char *line)
{
	struct pollfd wait = { .fd = loop_signal_fd(), .events = POLLIN };

	(void)ctx;
	if (!line || !strcmp(line, "quit")) {
		line_stop();
		loop_quit();
	} else if (!strcmp(line, "ask")) {
		printf("answer=%d\n", line_ask("really?"));
	} else if (!strcmp(line, "wait")) {
		printf("waiting\n");
		fflush(stdout);
		while (poll(&wait, 1, -1) < 0)
			;
		printf("interrupted=%d\n", loop_take(SIGINT));
	} else {
		printf("got=%zu:%.20s.\n", strlen(line), line);
	}
}

static void complete(void *ctx, const char *text, size_t point, struct candidates *out)
{
	(void)ctx;
	out->start = point;
	while (out->start && !strchr(" |", text[out->start - 1]))
		out->start--;
	if (!strncmp("IPC_EXCL", text + out->start, point - out->start))
		candidates_add(out, "IPC_EXCL", "fail if it is there", true);
	if (!strncmp("IPC_CREAT", text + out->start, point - out->start))
		candidates_add(out, "IPC_CREAT", "make it", true);
}

static void hint(void *ctx, const char *text, struct str *out)
{
	(void)ctx;
	if (!strcmp(text, "msgsnd "))
		str_add(out, "q type");
}

static void key(void *ctx)
{
	(void)ctx;
	if (line_read() < 0)
		loop_quit();
}

static bool busy(void *ctx)
{
	(void)ctx;
	return line_pending();
}

static void print_event(void *ctx)
{
	char c;

	(void)ctx;
	if (read(event[0], &c, 1) == 1) {
		line_above_begin();
		printf("event %c\n", c);
		line_above_end();
	}
}

static void interrupted(void *ctx)
{
	(void)ctx;
	line_interrupt();
}

static void hung_up(void *ctx)
{
	(void)ctx;
	loop_quit();
}

static int shell(void)
{
	const struct line_ops ops = { NULL, entered, complete, hint, NULL };
	char *cause = NULL;

	if (loop_start(&cause) < 0)
		return 2;
	loop_signal(SIGINT, interrupted, NULL);
	loop_signal(SIGHUP, hung_up, NULL);
	if (line_start(&ops, stdin, stdout, "main> ", NULL, NULL, &cause) < 0)
		return 3;
	loop_watch(0, key, NULL);
	loop_watch(event[0], print_event, NULL);
	loop_run(busy, key, NULL);
	line_stop();
	loop_stop();
	return 0;
}

/* ---- in the test ---- */

/* Reads until text appears, and forgets all up to its end. */
static void expect(const char *text)
{
	char buf[4096], *at;

	while (!seen.len || !(at = strstr(seen.s, text))) {
		ssize_t n = read(terminal, buf, sizeof(buf));

		if (n <= 0)
			fail_msg("\"%s\" did not appear in \"%s\"", text, str_text(&seen));
		str_addn(&seen, buf, (size_t)n);
	}
	at += strlen(text);
	memmove(seen.s, at, strlen(at) + 1);
	seen.len = strlen(seen.s);
}

static void type(const char *keys)
{
	assert_int_equal(write(terminal, keys, strlen(keys)), strlen(keys));
}

static int begin(void **state)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };

	(void)state;
	str_reset(&seen);
	if (pipe2(event, O_CLOEXEC) < 0)
		return -1;
	child = forkpty(&terminal, NULL, NULL, &size);
	if (child == 0) {
		close(event[1]);
		_exit(shell());
	}
	close(event[0]);
	expect("main> ");
	return child > 0 ? 0 : -1;
}

static int end(void **state)
{
	int status;

	(void)state;
	close(event[1]);
	if (terminal >= 0)
		close(terminal);
	return waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

static void edits(void **state)
{
	(void)state;
	type("msgge\x02\x05t 信\r");
	expect("got=10:msgget 信.");
	expect("main> ");
	type("IPC_CR\t|IPC_E\t\r");
	expect("got=18:IPC_CREAT|IPC_EXCL.");
	expect("main> ");
	type("IPC_\t\t");
	expect("IPC_CREAT  make it\r\nIPC_EXCL   fail if it is there\r\n");
	expect("main> IPC_");
	type("\x15\x04");
	assert_int_equal(waitid(P_PID, (id_t)child, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
}

static void hints(void **state)
{
	(void)state;
	type("msgsnd ");
	expect("\033[2mq type\033[0m\033[6D");
	type("\r");
	expect("\033[J");
	expect("got=7:msgsnd .");
}

static void above(void **state)
{
	(void)state;
	type("half");
	expect("half");
	assert_int_equal(write(event[1], "x", 1), 1);
	expect("\r\033[K\revent x\r\nmain> half");
	type(" done\r");
	expect("got=9:half done.");
}

static void pastes(void **state)
{
	(void)state;
	type("\033[200~one\n\ttwo\n\n\033[201~");
	expect("two");
	type("\r");
	expect("got=3:one.");
	expect("main> ");
	expect("got=4:\ttwo.");
	expect("main> ");
	type("\033[200~lost\r");
	assert_int_equal(write(event[1], "p", 1), 1);
	expect("event p"); /* the paste's begin was read before, so Ctrl-C cannot flush it */
	type("\003");
	expect("^C");
	type("y\033[201~");
	type("after\r"); /* what was left of the paste is not typed */
	expect("got=5:after.");
}

static void interrupts(void **state)
{
	(void)state;
	type("half");
	expect("half");
	type("\003");
	expect("^C");
	expect("main> ");
	type("\022search"); /* within a search too */
	expect("reverse");
	type("\003");
	expect("^C");
	expect("main> ");
	type("wait\r");
	expect("waiting");
	type("\003");
	expect("interrupted=1");
	expect("main> ");
	type("whole\r");
	expect("got=5:whole.");
}

static void questions(void **state)
{
	(void)state;
	type("ask\r");
	expect("[y/N] ");
	type("xy");
	expect("answer=1");
	expect("main> ");
	type("ask\r");
	expect("[y/N] ");
	type("\003");
	expect("answer=0");
	expect("main> ");
}

static void typed_ahead(void **state)
{
	(void)state;
	type("wait\r");
	expect("waiting\r\n");
	type("\003");
	type("next\n\004"); /* while the command may still run: line mode sees Ctrl-D */
	expect("got=4:next.");
	assert_int_equal(waitid(P_PID, (id_t)child, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
}

static void hang_up(const char *keys, const char *shown)
{
	type(keys);
	expect(shown);
	close(terminal);
	terminal = -1; /* end() waits for the child, and wants it to exit with 0 */
}

static void hangs_up(void **state)
{
	(void)state;
	hang_up("half", "half");
}

static void hangs_up_in_paste(void **state)
{
	(void)state;
	hang_up("ab\033[200~half", "ab");
}

static void hangs_up_asking(void **state)
{
	(void)state;
	hang_up("ask\r", "[y/N]");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(edits),           TEST(hints),      TEST(above),
		TEST(pastes),          TEST(interrupts), TEST(questions),
		TEST(typed_ahead),     TEST(hangs_up),   TEST(hangs_up_in_paste),
		TEST(hangs_up_asking),
	};
	int failed;

	if (!setlocale(LC_ALL, "C.UTF-8")) {
		puts("1..0 # SKIP no C.UTF-8 locale");
		return 77;
	}
	setenv("TERM", "xterm", 1);
	setenv("INPUTRC", "/dev/null", 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	str_free(&seen);
	return failed;
}
