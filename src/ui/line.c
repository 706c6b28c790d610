/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/line.h"
#include "base/lang.h"
#include "ui/ask.h"
#include "ui/keys.h"
#include "ui/line_complete.h"
#include "ui/line_hint.h"
#include "ui/line_history.h"
#include "ui/paste.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <readline/readline.h>

static struct {
	struct line_ops ops;
	FILE *in, *out;
	char *prompt;
	bool started;    /* between line_start and line_stop */
	bool reading;    /* a line is being edited, the terminal is readline's */
	bool suspended;  /* between line_suspend and line_resume */
	bool entered;    /* this line_read() has given a line away */
	bool gone;       /* the terminal */
	bool above;      /* the line is cleared for output above it */
	bool new_prompt; /* it changed while readline showed one of its own */
	struct paste paste;
	char *type;  /* what the next line begins with */
	char *queue; /* pasted lines that wait, or NULL */
	size_t queue_at;
	bool has_next;
	unsigned char next; /* a byte that readline will be given */
	int typed_ahead;    /* bytes that were typed while a line ran */
} L;

static void draw_hint(void)
{
	if (L.reading && !L.gone && !L.paste.on)
		line_hint_draw(L.prompt);
}

/* What readline reads keys with. Not rl_getc(): that unblocks signals while it waits. */
static int terminal_char(FILE *in)
{
	unsigned char c = L.next;
	int got = L.has_next ? 1 : keys_wait(fileno(in), &c);

	L.has_next = false;
	if (got < 0) {
		L.gone = true;
		return EOF;
	}
	/* Keys that write text find no old lines; all that do begin with a control character. */
	if (c < ' ' && !strchr("\t\r\n", c))
		line_history_load();
	/* Ctrl-D typed ahead went through line mode, which made it a NUL. */
	if (L.typed_ahead > 0 && L.typed_ahead-- && !c && !rl_end)
		return '\004';
	return c;
}

static void prepare(int meta)
{
	rl_prep_terminal(meta);
	keys_prepare(fileno(L.in));
}

static int paste_key(int count, int key)
{
	(void)count, (void)key;
	paste_begin(&L.paste);
	return 0;
}

/* Enter: of several pasted lines only the first is accepted now, and the screen shows it so. */
static int accept_key(int count, int key)
{
	char *newline = memchr(rl_line_buffer, '\n', (size_t)rl_end);

	if (newline) {
		char *first = xstrndup(rl_line_buffer, (size_t)(newline - rl_line_buffer));

		free(L.queue);
		L.queue = xstrdup(newline + 1);
		L.queue_at = 0;
		rl_clear_visible_line();
		rl_replace_line(first, 0);
		rl_point = rl_end;
		rl_forced_update_display();
		free(first);
	}
	return rl_newline(count, key);
}

static void drop_queue(void)
{
	free(L.queue);
	L.queue = NULL;
}

static void line_done(char *line)
{
	L.reading = false;
	L.entered = true;
	if (L.gone) { /* readline takes a hang-up for Enter */
		free(line);
		rl_callback_handler_remove();
		return;
	}
	if (line)
		line_history_add(line);
	else
		fputc('\n', L.out);
	fflush(L.out);
	L.ops.entered(L.ops.ctx, line);
	free(line);
	if (L.started)
		fflush(L.out);
	L.reading = L.started;
}

static int begin_typed(void)
{
	if (L.type)
		rl_insert_text(L.type);
	free(L.type);
	L.type = NULL;
	return 0;
}

int line_start(const struct line_ops *ops, FILE *in, FILE *out, const char *prompt,
	       const char *inputrc, const char *history, char **cause)
{
	if (!isatty(fileno(in)) || !isatty(fileno(out)))
		return fail(cause, _("standard %s is no terminal"),
			    isatty(fileno(in)) ? _("output") : _("input"));
	memset(&L, 0, sizeof(L));
	L.ops = *ops;
	L.in = rl_instream = in;
	L.out = rl_outstream = out;
	L.prompt = xstrdup(prompt);
	line_history_start(&L.ops, history);
	rl_readline_name = "ipcsh";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0; /* COLUMNS would be stale in the programs that are run */
	rl_getc_function = terminal_char;
	rl_prep_term_function = prepare;
	rl_startup_hook = begin_typed;
	rl_initialize();
	if (inputrc)
		rl_read_init_file(inputrc);
	if (L.ops.complete)
		line_complete_bind(&L.ops);
	line_rebind("\r", rl_newline, accept_key);
	line_rebind("\n", rl_newline, accept_key);
	line_rebind("\033[200~", rl_bracketed_paste_begin, paste_key);
	line_hint_start(&L.ops, out);
	L.started = L.reading = true;
	fflush(out);
	rl_callback_handler_install(L.prompt, line_done);
	draw_hint();
	return 0;
}

void line_stop(void)
{
	if (!L.started)
		return;
	if (L.reading && !L.gone && !L.above) {
		line_hint_erase();
		rl_point = rl_end;
		rl_redisplay();
		fputc('\n', L.out);
		fflush(L.out);
	}
	L.started = L.reading = false;
	rl_callback_handler_remove();
	drop_queue();
	str_free(&L.paste.text);
	line_history_stop();
	free(L.prompt);
	free(L.type);
	L.prompt = L.type = NULL;
}

/* A waiting pasted line is put where typed text would be, and Enter is pressed. */
static void read_queue(void)
{
	char *line = L.queue + L.queue_at, *next = strchr(line, '\n');

	if (next)
		*next = '\0';
	rl_replace_line(line, 1);
	rl_point = rl_end;
	rl_redisplay();
	if (next)
		L.queue_at = (size_t)(next + 1 - L.queue);
	else
		drop_queue();
	rl_execute_next('\n');
	rl_callback_read_char();
}

/* False: more of it must come first. */
static bool read_paste(void)
{
	int done = paste_read(&L.paste, fileno(L.in));
	char *text;

	L.gone = done < 0;
	if (done <= 0)
		return false;
	text = paste_end(&L.paste);
	if (L.paste.lost)
		rl_ding();
	if (!L.paste.dropped) {
		rl_insert_text(text);
		rl_redisplay();
	}
	free(text);
	return true;
}

/* All keys that are there, up to the end of a line. */
static void read_keys(void)
{
	while (L.reading && !L.entered && !L.gone) {
		if (L.paste.on) {
			if (!read_paste())
				return;
			continue;
		}
		if (!L.has_next) {
			int got = keys_take(fileno(L.in), &L.next);

			L.gone = got < 0;
			L.has_next = got > 0;
		}
		if (!L.has_next)
			return;
		rl_callback_read_char();
	}
}

int line_read(void)
{
	if (!L.started || L.gone)
		return -1;
	line_hint_erase();
	if (L.entered && ioctl(fileno(L.in), FIONREAD, &L.typed_ahead) < 0)
		L.typed_ahead = 0;
	L.entered = false;
	if (L.queue)
		read_queue();
	else
		read_keys();
	if (L.started)
		line_history_save();
	if (L.gone)
		return -1;
	if (L.new_prompt && L.reading && line_is_plain())
		line_prompt(NULL);
	if (!L.queue)
		draw_hint();
	return L.started ? 0 : -1;
}

bool line_pending(void)
{
	return L.queue && L.reading;
}

void line_prompt(const char *prompt)
{
	if (!L.started || (prompt && !strcmp(prompt, L.prompt)))
		return;
	if (prompt) {
		free(L.prompt);
		L.prompt = xstrdup(prompt);
	}
	/* In a search readline shows a prompt of its own, and puts the old one back at its end. */
	L.new_prompt = L.reading && !line_is_plain();
	if (L.new_prompt)
		return;
	line_above_begin();
	rl_set_prompt(L.prompt);
	line_above_end();
}

void line_type(const char *text)
{
	if (L.reading) {
		line_above_begin();
		rl_replace_line(text, 0);
		rl_point = rl_end;
		line_above_end();
	} else {
		free(L.type);
		L.type = xstrdup(text);
	}
}

void line_above_begin(void)
{
	if (!L.reading || L.above || L.gone)
		return;
	line_hint_erase();
	rl_clear_visible_line();
	fflush(L.out);
	L.above = true;
}

void line_above_end(void)
{
	if (!L.above)
		return;
	L.above = false;
	fflush(L.out);
	rl_forced_update_display();
	draw_hint();
}

void line_interrupt(void)
{
	drop_queue();
	if (!L.reading || L.gone)
		return;
	line_hint_erase();
	rl_callback_sigcleanup();
	rl_point = rl_end;
	rl_redisplay();
	fputs("^C\n", L.out);
	fflush(L.out);
	/* The rest of a paste must not run as if typed; a second Ctrl-C ends even that. */
	L.paste.on = L.paste.on && !L.paste.dropped;
	L.paste.dropped = L.paste.on;
	L.new_prompt = false;
	/* The whole state afresh: a search, an argument, an undo list must not live on. */
	rl_free_line_state();
	rl_callback_handler_remove();
	rl_replace_line("", 1);
	rl_callback_handler_install(L.prompt, line_done);
	draw_hint();
}

void line_resize(void)
{
	if (!L.reading || L.gone) {
		if (L.started)
			rl_reset_screen_size();
		return;
	}
	line_hint_erase();
	rl_resize_terminal();
	draw_hint();
}

void line_suspend(void)
{
	if (!L.reading || L.gone)
		return;
	line_hint_erase();
	rl_deprep_terminal();
	fputc('\n', L.out);
	fflush(L.out);
	L.reading = false;
	L.suspended = true;
}

void line_resume(void)
{
	if (L.gone || (!L.reading && !L.suspended))
		return; /* while entered() runs the terminal is not ours */
	L.suspended = false;
	rl_deprep_terminal();
	prepare(1);
	rl_reset_screen_size();
	L.reading = true;
	rl_forced_update_display();
	draw_hint();
}

bool line_ask(const char *question)
{
	bool yes, reading = L.reading;

	line_suspend();
	yes = L.started && !L.gone && ask(L.in, L.out, question);
	if (reading)
		line_resume();
	return yes;
}
