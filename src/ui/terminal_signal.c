/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The interactive program's signals: Ctrl-C, Ctrl-Z, a closed or resized terminal.  Handlers note,
 * the loop tells, and what is told may do anything.
 */
#include "shell/record.h"
#include "ui/line.h"
#include "ui/loop.h"
#include "ui/terminal_priv.h"

#include <termios.h>
#include <unistd.h>

static struct sigaction loop_interrupt, loop_leave; /* the loop's own handlers */

/* -- signals: handlers, which may do next to nothing -- */

/* The flag ends waits that the loop cannot see; the loop is told as well. */
static void on_interrupt(int signo)
{
	*terminal.interrupted = 1;
	terminal.echoed = 1;
	loop_interrupt.sa_handler(signo);
}

/*
 * A line that is running may never end, and nothing is to be done that the kernel, or the
 * guardian, does not do at any death of the shell.
 */
static void on_leave(int signo)
{
	if (terminal.running) {
		signal(signo, SIG_DFL);
		raise(signo); /* delivered when this handler returns */
	} else {
		loop_leave.sa_handler(signo);
	}
}

/* -- signals, told by the loop -- */

static void name_sleepers(void)
{
	struct str text = STR_INIT;

	session_sleepers(terminal.sh->session, &text);
	if (text.len) {
		line_above_begin();
		session_text(terminal.sh->session, str_text(&text));
		line_above_end();
	}
	str_free(&text);
}

static void interrupt(void *ctx)
{
	bool sent;

	(void)ctx;
	*terminal.interrupted = 0;
	terminal.echoed = 0;
	atomic_store(&terminal.sh->session->procs.arena->away, 0);
	line_above_begin();
	sent = session_interrupt(terminal.sh->session);
	line_above_end();
	if (sent) {
		shell_record(terminal.sh, "# Ctrl-C: SIGINT to the current process");
		terminal_prompt();
	} else {
		line_interrupt();
		name_sleepers();
	}
}

static void resize(void *ctx)
{
	(void)ctx;
	line_resize();
	terminal_width();
}

static void hangup(void *ctx)
{
	(void)ctx;
	terminal.sh->exit_status = 128 + SIGHUP;
	loop_quit();
}

static void terminate(void *ctx)
{
	(void)ctx;
	terminal.sh->exit_status = 128 + SIGTERM;
	loop_quit();
}

/* Not SIGSTOP: where nobody could continue us, the kernel ignores a SIGTSTP. */
static void stop(void *ctx)
{
	struct sigaction was, act = { .sa_handler = SIG_DFL };

	(void)ctx;
	line_suspend();
	sigaction(SIGTSTP, &act, &was);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &was, NULL);
	loop_take(SIGCONT);
	resize(NULL);
	line_resume();
}

static void resume(void *ctx)
{
	(void)ctx;
	line_resume();
}

static void nothing(void *ctx)
{
	(void)ctx;
}

static void chain(int signo, void (*handler)(int), struct sigaction *loop)
{
	struct sigaction act = { .sa_handler = handler };

	sigfillset(&act.sa_mask);
	sigaction(signo, &act, loop);
}

void terminal_signals(void)
{
	loop_signal(SIGINT, interrupt, NULL);
	loop_signal(SIGHUP, hangup, NULL);
	loop_signal(SIGTERM, terminate, NULL);
	loop_signal(SIGWINCH, resize, NULL);
	loop_signal(SIGTSTP, stop, NULL);
	loop_signal(SIGCONT, resume, NULL);
	loop_signal(SIGQUIT, nothing, NULL);
	chain(SIGINT, on_interrupt, &loop_interrupt);
	chain(SIGHUP, on_leave, &loop_leave);
	chain(SIGTERM, on_leave, &loop_leave);
}

/* -- programs aside -- */

static struct termios modes; /* while a program has the terminal */
static struct sigaction stop_action;

/* A program has the terminal: Ctrl-Z stops both of us, and it may leave the terminal as it likes. */
void terminal_aside(void *ctx, bool begin)
{
	struct sigaction act = { .sa_handler = SIG_DFL };

	(void)ctx;
	if (begin) {
		line_suspend();
		tcgetattr(STDIN_FILENO, &modes);
		sigaction(SIGTSTP, &act, &stop_action);
	} else {
		sigaction(SIGTSTP, &stop_action, NULL);
		tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
		terminal_end_echo();
		*terminal.interrupted = 0;
		line_resume();
	}
}
