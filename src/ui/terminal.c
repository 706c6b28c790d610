/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/terminal.h"
#include "base/lang.h"
#include "base/paths.h"
#include "proc/channel.h"
#include "shell/complete.h"
#include "shell/follow.h"
#include "shell/record.h"
#include "shell/script.h"
#include "shell/step.h"
#include "ui/guests.h"
#include "ui/hint.h"
#include "ui/line.h"
#include "ui/loop.h"
#include "ui/split.h"
#include "ui/terminal_priv.h"
#include "view/term.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct terminal terminal;

/* -- the prompt -- */

static char *prompt_text(void)
{
	const struct process *p = terminal.sh->session->current;

	return xasprintf(terminal.colour ? "\001\033[1m\002%s>\001\033[0m\002 " : "%s> ",
			 p ? p->name : "main");
}

void terminal_prompt(void)
{
	char *prompt = prompt_text();

	line_prompt(prompt);
	free(prompt);
}

static int screen_width(void)
{
	struct winsize size;

	return !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : 80;
}

void terminal_width(void)
{
	if (terminal.sh->term)
		term_set_width(terminal.sh->term, screen_width());
}

/* -- what happens by itself -- */

static void on_session(void *ctx);

static void watch_session(void)
{
	int fd = terminal.sh->session->procs.epoll;

	if (fd == terminal.watched)
		return;
	if (terminal.watched >= 0)
		loop_forget(terminal.watched);
	if (fd >= 0)
		loop_watch(fd, on_session, NULL);
	terminal.watched = fd;
}

static void poll_session(void)
{
	line_above_begin();
	session_poll(terminal.sh->session);
	line_above_end();
	guests_settled();
	terminal_prompt();
}

static void on_session(void *ctx)
{
	(void)ctx;
	atomic_store(&terminal.sh->session->procs.arena->away, 0);
	poll_session();
}

/* An answer, or a handler that ran: what the arena has and no descriptor tells. */
static bool has_news(const struct procs *ps, const struct process *p)
{
	struct slot *slot = &ps->arena->slot[p->slot];

	if (p->act >= ACT_ZOMBIE || p->moved & MOVED_CAUGHT)
		return false;
	return (p->act != ACT_IDLE && slot_done(slot)) ||
	       p->caught_seen != atomic_load(&slot->caught);
}

/*
 * Before the loop sleeps: from now on answers ring the bell, which the epoll has. One that came
 * just before did not, so they are looked at once more.
 */
static bool busy(void *ctx)
{
	struct procs *ps = &terminal.sh->session->procs;

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
void terminal_end_echo(void)
{
	if (terminal.running && terminal.echoed)
		fputc('\n', stdout);
	terminal.echoed = 0;
}

static void before_event(struct sink *sink, const struct event *e)
{
	(void)sink, (void)e;
	terminal_end_echo();
}

/* -- lines -- */

static void leave(void)
{
	line_stop();
	loop_quit();
}

static void execute_typed(struct shell *sh, const char *line)
{
	const char *unfit = script_unfit(line, strlen(line));

	if (unfit)
		shell_mistake(sh, xstrdup(unfit), NULL);
	else if (!lesson_takes(sh, line)) {
		bool understood = !shell_line(sh, line, NULL);

		if (understood)
			shell_record(sh, line);
		if (!sh->quit)
			lesson_typed(sh, line, understood);
	}
}

/* NULL: the one that is offered. */
static void execute(const char *line)
{
	struct shell *sh = terminal.sh;
	struct arena *arena = sh->session->procs.arena;

	atomic_store(&arena->away, 0);
	slot_nudge(&arena->slot[SLOT_INIT]); /* the diff may ask it, in a moment */
	sh->session->cancelled = false;
	terminal.echoed = 0;
	terminal.running = 1;
	if (line)
		execute_typed(sh, line);
	else
		steps_run(sh);
	terminal_end_echo();
	terminal.running = 0;
	*terminal.interrupted = 0;
	if (loop_take(SIGINT))
		line_interrupt(); /* pasted lines that wait were meant as well */
}

static void entered(void *ctx, const char *line)
{
	const char *next, *offered = steps_next(terminal.sh->steps);
	bool shown = hint_possible(getenv("TERM"));

	(void)ctx;
	if (!line) {
		leave();
		return;
	}
	next = line[strspn(line, " \t")] ? NULL
	       : offered && !shown       ? offered
	       : offered                 ? NULL
					 : lesson_next_input(terminal.sh);
	if (offered && !next && (!line[strspn(line, " \t")] || !strcmp(line, offered))) {
		/* in the row where it was offered */
		if (shown)
			fputs("\033[A\033[J", stdout);
		execute(NULL);
	} else if (next) {
		/* Enter alone, while a lesson is followed; a second Enter runs it. In the same row. */
		line_type(next);
		if (shown)
			fputs("\033[A", stdout);
	} else {
		execute(line);
	}
	if (terminal.sh->quit) {
		leave();
		return;
	}
	watch_session();
	terminal_prompt();
}

static void on_input(void *ctx)
{
	const struct session *s = terminal.sh->session;

	(void)ctx;
	/* waking up takes a process as long as readline takes with an Enter: let it do so meanwhile */
	if (s->current && s->current->act == ACT_IDLE)
		slot_nudge(&s->procs.arena->slot[s->current->slot]);
	if (line_read())
		loop_quit();
}

static void warn(void *ctx, const char *text)
{
	(void)ctx;
	line_above_begin();
	session_error(terminal.sh->session, NULL, text, NULL);
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
	struct completion c = { out, add_word, add_files, 0 };

	(void)ctx;
	complete_word(terminal.sh, text, point, &c);
	out->start = c.start;
}

static void hint(void *ctx, const char *text, struct str *out)
{
	const char *next = *text ? NULL : steps_next(terminal.sh->steps);

	(void)ctx;
	if (next)
		str_add(out, next);
	else
		complete_hint(terminal.sh, text, out);
}

/* -- what the shell wants of a terminal -- */

static bool ask(void *ctx, const char *question)
{
	(void)ctx;
	return line_ask(question);
}

/* -- beginning and end -- */

/* The user's own first lines. A mistake in them is told and ends them, not the session. */
static int run_config(char **cause)
{
	char *path = paths_config("ipcshrc");
	int r = 0;

	if (path && !access(path, F_OK)) {
		r = session_ready(terminal.sh->session, cause);
		terminal.running = 1;
		terminal.sh->own = true;
		if (!r)
			script_file(terminal.sh, path);
		terminal.sh->own = false;
		terminal_end_echo();
		terminal.running = 0;
		*terminal.interrupted = 0;
		loop_take(SIGINT);
	}
	free(path);
	return r;
}

/* What stands before the first line that is offered. */
static int first_steps(char **cause)
{
	struct shell *sh = terminal.sh;

	if (!sh->session->current && session_ready(sh->session, cause))
		return -1;
	steps_pass(sh);
	return 0;
}

static void caveat(void)
{
	line_above_begin();
	session_caveat(terminal.sh->session);
	line_above_end();
}

/* Others may come, now that there is something to see. */
static void open_doors(bool split)
{
	char *cause = NULL;

	guests_open(terminal.sh, true);
	if (split && split_above(&cause))
		warn(NULL, cause);
	free(cause);
}

static int edit_lines(bool split, char **cause)
{
	const struct line_ops ops = { NULL, entered, complete, hint, warn };
	char *inputrc = paths_config("inputrc"), *history = paths_state("history");
	char *prompt = prompt_text();
	int r = line_start(&ops, stdin, stdout, prompt, inputrc, history, cause);

	if (r == 0 && !terminal.sh->session->current) {
		/* only now: whoever looks at a prompt does not wait for main */
		r = session_ready(terminal.sh->session, cause);
		if (r)
			line_stop();
		else if (terminal.sh->session->blind)
			caveat();
	}
	if (r == 0) {
		watch_session();
		open_doors(split);
		loop_watch(STDIN_FILENO, on_input, NULL);
		loop_run(busy, work, NULL);
		guests_close();
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
		return fail(cause, _("standard %s is no terminal"),
			    isatty(STDIN_FILENO) ? _("output") : _("input"));
	if (loop_start(cause))
		return -1;
	terminal.sh = sh;
	terminal.colour = options->colour;
	terminal.watched = -1;
	terminal.interrupted = sh->session->interrupted;
	terminal.sink.emit = before_event;
	sh->interactive = true;
	sh->ask = ask;
	sh->aside = terminal_aside;
	if (sh->term)
		term_set_echo(sh->term, false);
	session_add_sink(sh->session, &terminal.sink);
	terminal_signals();
	terminal_width();
	banner(&sh->session->box, screen_width());
	r = run_config(cause);
	if (!r && !sh->quit && sh->steps)
		r = first_steps(cause);
	if (!r && !sh->quit)
		r = edit_lines(options->split, cause);
	session_remove_sink(sh->session, &terminal.sink);
	sh->ask = NULL;
	sh->aside = NULL;
	loop_stop();
	return r;
}
