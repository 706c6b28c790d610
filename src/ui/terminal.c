/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/terminal.h"
#include "proc/channel.h"
#include "shell/complete.h"
#include "shell/play.h"
#include "shell/record.h"
#include "shell/script.h"
#include "shell/wrap.h"
#include "ui/line.h"
#include "ui/loop.h"
#include "ui/paths.h"
#include "view/term.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct {
	struct sink sink; /* first: it hears of events before the printer does */
	struct shell *sh;
	bool colour;
	int watched;	     /* the session's epoll, as the loop knows it; a reset makes another */
	volatile sig_atomic_t *interrupted;
	volatile sig_atomic_t running; /* a line, on a terminal in its ordinary mode */
	volatile sig_atomic_t echoed;  /* the terminal has shown a ^C */
	struct sigaction loop_interrupt, loop_leave;
	struct termios modes; /* while a program has the terminal */
	struct sigaction stop;
} T;

/* -- signals: handlers, which may do next to nothing -- */

/* The flag ends waits that the loop cannot see; the loop is told as well. */
static void on_interrupt(int signo)
{
	*T.interrupted = 1;
	T.echoed = 1;
	T.loop_interrupt.sa_handler(signo);
}

/*
 * A line that is running may never end, and nothing is to be done that the kernel, or the
 * guardian, does not do at any death of the shell.
 */
static void on_leave(int signo)
{
	if (T.running) {
		signal(signo, SIG_DFL);
		raise(signo); /* delivered when this handler returns */
	} else {
		T.loop_leave.sa_handler(signo);
	}
}

/* -- the prompt -- */

static char *prompt_text(void)
{
	const struct process *p = T.sh->session->current;

	return xasprintf(T.colour ? "\001\033[1m\002%s>\001\033[0m\002 " : "%s> ", p ? p->name : "");
}

static void show_prompt(void)
{
	char *prompt = prompt_text();

	line_prompt(prompt);
	free(prompt);
}

static void set_width(void)
{
	struct winsize size;

	if (T.sh->term && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		term_set_width(T.sh->term, size.ws_col);
}

/* -- what happens by itself -- */

static void on_session(void *ctx);

static void watch_session(void)
{
	int fd = T.sh->session->procs.epoll;

	if (fd == T.watched)
		return;
	if (T.watched >= 0)
		loop_forget(T.watched);
	if (fd >= 0)
		loop_watch(fd, on_session, NULL);
	T.watched = fd;
}

static void poll_session(void)
{
	line_above_begin();
	session_poll(T.sh->session);
	line_above_end();
	show_prompt();
}

static void on_session(void *ctx)
{
	(void)ctx;
	atomic_store(&T.sh->session->procs.arena->away, 0);
	poll_session();
}

/* An answer, or a handler that ran: what the arena has and no descriptor tells. */
static bool has_news(const struct procs *ps, const struct process *p)
{
	struct slot *slot = &ps->arena->slot[p->slot];

	if (p->act >= ACT_ZOMBIE || p->moved & MOVED_CAUGHT)
		return false;
	return (p->act != ACT_IDLE && slot_done(slot)) || p->caught_seen != atomic_load(&slot->caught);
}

/*
 * Before the loop sleeps: from now on answers ring the bell, which the epoll has. One that came
 * just before did not, so they are looked at once more.
 */
static bool busy(void *ctx)
{
	struct procs *ps = &T.sh->session->procs;

	(void)ctx;
	if (line_pending())
		return true;
	if (!ps->arena)
		return false;
	atomic_store(&ps->arena->away, 1);
	for (int i = 0; i < ps->n; i++)
		if (has_news(ps, ps->p[i]))
			return true;
	return false;
}

static void work(void *ctx)
{
	on_session(ctx);
	if (line_pending() && line_read())
		loop_quit();
}

/* The terminal echoes ^C while a line runs: what comes next begins a line of its own. */
static void end_echo(void)
{
	if (T.running && T.echoed)
		fputc('\n', stdout);
	T.echoed = 0;
}

static void before_event(struct sink *sink, const struct event *e)
{
	(void)sink, (void)e;
	end_echo();
}

/* -- lines -- */

static void leave(void)
{
	line_stop();
	loop_quit();
}

static void execute(const char *line)
{
	struct shell *sh = T.sh;
	const char *unfit = script_unfit(line, strlen(line));

	atomic_store(&sh->session->procs.arena->away, 0);
	T.echoed = 0;
	T.running = 1;
	if (unfit)
		shell_mistake(sh, xstrdup(unfit), NULL);
	else if (!shell_line(sh, line, NULL))
		shell_record(sh, line);
	if (!unfit && !sh->quit)
		lesson_typed(sh, line);
	end_echo();
	T.running = 0;
	*T.interrupted = 0;
	if (loop_take(SIGINT))
		line_interrupt(); /* pasted lines that wait were meant as well */
}

static void entered(void *ctx, const char *line)
{
	const char *next;

	(void)ctx;
	if (!line) {
		leave();
		return;
	}
	next = line[strspn(line, " \t")] ? NULL : lesson_next_input(T.sh);
	if (next)
		line_type(next); /* Enter alone, while a lesson is followed: a second Enter runs it */
	else
		execute(line);
	if (T.sh->quit || !T.sh->session->current) {
		leave();
		return;
	}
	watch_session();
	show_prompt();
}

static void on_input(void *ctx)
{
	(void)ctx;
	if (line_read())
		loop_quit();
}

static void warn(void *ctx, const char *text)
{
	(void)ctx;
	line_above_begin();
	session_error(T.sh->session, NULL, text, NULL);
	line_above_end();
}

static void add_word(void *ctx, const char *word, const char *describe, bool open)
{
	candidates_add(ctx, word, describe, open);
}

static void add_files(void *ctx, const char *cwd, const char *root, const char *prefix)
{
	candidates_files(ctx, cwd, root, prefix);
}

static void complete(void *ctx, const char *text, size_t point, struct candidates *out)
{
	struct completion c = {out, add_word, add_files, 0};

	(void)ctx;
	complete_word(T.sh, text, point, &c);
	out->start = c.start;
}

static void hint(void *ctx, const char *text, struct str *out)
{
	(void)ctx;
	complete_hint(T.sh, text, out);
}

/* -- signals, told by the loop -- */

static void name_sleepers(void)
{
	struct str text = STR_INIT;

	session_sleepers(T.sh->session, &text);
	if (text.len) {
		line_above_begin();
		session_text(T.sh->session, str_text(&text));
		line_above_end();
	}
	str_free(&text);
}

static void interrupt(void *ctx)
{
	bool sent;

	(void)ctx;
	*T.interrupted = 0;
	T.echoed = 0;
	atomic_store(&T.sh->session->procs.arena->away, 0);
	line_above_begin();
	sent = session_interrupt(T.sh->session);
	line_above_end();
	if (sent) {
		shell_record(T.sh, "# Ctrl-C: SIGINT to the current process");
		show_prompt();
	} else {
		line_interrupt();
		name_sleepers();
	}
}

static void resize(void *ctx)
{
	(void)ctx;
	line_resize();
	set_width();
}

static void hangup(void *ctx)
{
	(void)ctx;
	T.sh->exit_status = 128 + SIGHUP;
	loop_quit();
}

static void terminate(void *ctx)
{
	(void)ctx;
	T.sh->exit_status = 128 + SIGTERM;
	loop_quit();
}

/* Not SIGSTOP: where nobody could continue us, the kernel ignores a SIGTSTP. */
static void stop(void *ctx)
{
	struct sigaction was, act = {.sa_handler = SIG_DFL};

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
	struct sigaction act = {.sa_handler = handler};

	sigfillset(&act.sa_mask);
	sigaction(signo, &act, loop);
}

static void watch_signals(void)
{
	loop_signal(SIGINT, interrupt, NULL);
	loop_signal(SIGHUP, hangup, NULL);
	loop_signal(SIGTERM, terminate, NULL);
	loop_signal(SIGWINCH, resize, NULL);
	loop_signal(SIGTSTP, stop, NULL);
	loop_signal(SIGCONT, resume, NULL);
	loop_signal(SIGQUIT, nothing, NULL);
	chain(SIGINT, on_interrupt, &T.loop_interrupt);
	chain(SIGHUP, on_leave, &T.loop_leave);
	chain(SIGTERM, on_leave, &T.loop_leave);
}

/* -- what the shell wants of a terminal -- */

static bool ask(void *ctx, const char *question)
{
	(void)ctx;
	return line_ask(question);
}

/* A program has the terminal: Ctrl-Z stops both of us, and it may leave the terminal as it likes. */
static void aside(void *ctx, bool begin)
{
	struct sigaction act = {.sa_handler = SIG_DFL};

	(void)ctx;
	if (begin) {
		line_suspend();
		tcgetattr(STDIN_FILENO, &T.modes);
		sigaction(SIGTSTP, &act, &T.stop);
	} else {
		sigaction(SIGTSTP, &T.stop, NULL);
		tcsetattr(STDIN_FILENO, TCSADRAIN, &T.modes);
		end_echo();
		*T.interrupted = 0;
		line_resume();
	}
}

/* -- beginning and end -- */

static void say(const char *line, int width)
{
	struct str fitted = STR_INIT;

	wrap(&fitted, line, width);
	fputs(str_text(&fitted), stdout);
	if (!fitted.len || fitted.s[fitted.len - 1] != '\n')
		fputc('\n', stdout);
	str_free(&fitted);
}

static void banner(void)
{
	const struct sandbox *box = &T.sh->session->box;
	struct winsize size;
	int width = !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : 80;
	char *why;

	say("ipcsh: each line is a system call, and a real process makes it.", width);
	if (!box->host) {
		say("A world of its own: IPC, processes and files end with this session.", width);
	} else if (box->why_not) {
		why = xasprintf("On the machine's own IPC, without a sandbox: %s. What is made here is removed.",
				box->why_not);
		say(why, width);
		free(why);
	} else {
		say("On the machine's own IPC; what is made here is removed at the end.", width);
	}
	say("help says what there is, lesson teaches it, quit leaves.", width);
}

/* The user's own first lines. A mistake in them is told and ends them, not the session. */
static void run_config(void)
{
	char *path = paths_config("ipcshrc");

	T.running = 1;
	if (path && !access(path, F_OK))
		script_file(T.sh, path);
	end_echo();
	T.running = 0;
	*T.interrupted = 0;
	loop_take(SIGINT);
	free(path);
}

static int edit_lines(char **cause)
{
	const struct line_ops ops = {NULL, entered, complete, hint, warn};
	char *inputrc = paths_config("inputrc"), *history = paths_state("history");
	char *prompt = prompt_text();
	int r = line_start(&ops, stdin, stdout, prompt, inputrc, history, cause);

	if (r == 0) {
		watch_session();
		loop_watch(STDIN_FILENO, on_input, NULL);
		loop_run(busy, work, NULL);
		line_stop();
	}
	free(inputrc);
	free(history);
	free(prompt);
	return r;
}

int terminal_run(struct shell *sh, const struct terminal_options *options, char **cause)
{
	int r = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return fail(cause, "standard %s is no terminal", isatty(STDIN_FILENO) ? "output" : "input");
	if (loop_start(cause))
		return -1;
	T.sh = sh;
	T.colour = options->colour;
	T.watched = -1;
	T.interrupted = sh->session->interrupted;
	T.sink.emit = before_event;
	sh->interactive = true;
	sh->ask = ask;
	sh->aside = aside;
	if (sh->term)
		term_set_echo(sh->term, false);
	session_add_sink(sh->session, &T.sink);
	watch_signals();
	set_width();
	banner();
	run_config();
	if (!sh->quit)
		r = edit_lines(cause);
	session_remove_sink(sh->session, &T.sink);
	sh->ask = NULL;
	sh->aside = NULL;
	loop_stop();
	return r;
}
