/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/step.h"

#include "base/lang.h"
#include "base/str.h"
#include "lesson/lesson.h"
#include "shell/batch.h"
#include "shell/script.h"
#include "view/term.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct step_line {
	char *text, *source;
	bool guest; /* of a file, which may do less than who types */
};

struct steps {
	struct step_line *line;
	int n, cap, at;
};

static bool does_something(const char *line)
{
	line += strspn(line, " \t\r");
	return *line && *line != '#' && strncmp(line, "//", 2) != 0;
}

/* -- reading -- */

/* Takes both. */
static void add(struct steps *st, char *text, char *source, bool guest)
{
	GROW(st->line, st->n, st->cap);
	st->line[st->n++] = (struct step_line){ text, source, guest };
}

static int add_text(struct steps *st, const char *text, size_t len, const char *name, bool guest,
		    char **cause)
{
	const char *end = text + len;

	for (int number = 1; text < end; number++) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((nl ? nl : end) - text);

		if (script_unfit(text, n))
			return fail(cause, "%s:%d: %s", name, number, script_unfit(text, n));
		add(st, xstrndup(text, n), xasprintf("%s:%d", name, number), guest);
		text += n + 1;
	}
	return 0;
}

static int add_stream(struct steps *st, int fd, const char *name, bool guest, char **cause)
{
	struct str text = STR_INIT;
	char part[4096];
	ssize_t n;
	int r = 0;

	while ((n = read(fd, part, sizeof(part))) > 0)
		str_addn(&text, part, (size_t)n);
	if (n < 0)
		r = fail(cause, "%s: %s", name, strerror(errno));
	else
		r = add_text(st, str_text(&text), text.len, name, guest, cause);
	str_free(&text);
	return r;
}

static int add_script(struct steps *st, const char *path, char **cause)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return fail(cause, "%s: %s", path, strerror(errno));
	r = add_stream(st, fd, path, true, cause);
	close(fd);
	return r;
}

static int add_lesson(struct steps *st, const char *path, char **cause)
{
	struct lesson l;
	int r = lesson_load(&l, path, cause);

	for (int i = 0; r == 0 && i < l.nsteps; i++) {
		const struct step *step = &l.step[i];

		if (step->nfences)
			add(st, xasprintf("# %s", step->title),
			    xasprintf("%s:%d", path, step->line), true);
		for (int k = 0; k < step->nfences; k++)
			for (int m = 0; m < step->fence[k].nentries; m++)
				add(st, xstrdup(step->fence[k].entry[m].input),
				    xasprintf("%s:%d", path, step->fence[k].entry[m].line), true);
	}
	lesson_release(&l);
	return r;
}

struct steps *steps_read(struct shell *sh, const char *text, char *const *file, int n, int fd,
			 char **cause)
{
	struct steps *st = xcalloc(1, sizeof(*st));
	int r = text ? add_text(st, text, strlen(text), "-c", false, cause) : 0;

	for (int i = 0; r == 0 && i < n; i++)
		r = (batch_is_lesson(file[i]) ? add_lesson : add_script)(st, file[i], cause);
	if (r == 0 && !text && !n)
		r = add_stream(st, fd, "stdin", false, cause);
	if (r == 0)
		return sh->steps = st;
	steps_free(st);
	return NULL;
}

void steps_free(struct steps *st)
{
	for (int i = 0; st && i < st->n; i++) {
		free(st->line[i].text);
		free(st->line[i].source);
	}
	if (st)
		free(st->line);
	free(st);
}

/* -- at the prompt -- */

const char *steps_next(const struct steps *st)
{
	return st && st->at < st->n ? st->line[st->at].text : NULL;
}

/* Nobody typed it: it is shown. */
static void run(struct shell *sh)
{
	struct step_line *line = &sh->steps->line[sh->steps->at++];
	bool outer = sh->guest;

	sh->guest = line->guest;
	if (sh->term)
		term_set_echo(sh->term, true);
	shell_line(sh, line->text, line->source);
	if (sh->term)
		term_set_echo(sh->term, false);
	sh->guest = outer;
}

void steps_pass(struct shell *sh)
{
	while (steps_next(sh->steps) && !does_something(steps_next(sh->steps)))
		run(sh);
}

void steps_run(struct shell *sh)
{
	run(sh);
	if (sh->stop_on_failure && sh->session->failed) {
		sh->exit_status = DIFFERS;
		sh->quit = true;
	}
	if (!sh->quit)
		steps_pass(sh);
}

/* -- without one -- */

/* A line of the terminal, without its end. False: there will be none. */
static bool read_typed(struct shell *sh, FILE *tty, struct str *line)
{
	int c = shell_wait(sh, fileno(tty)) ? fgetc(tty) : EOF;

	str_reset(line);
	for (; c != '\n' && c != EOF; c = fgetc(tty))
		str_addc(line, (char)c);
	return c != EOF;
}

/* What was typed is told like any line; a mistake in it is not the script's. */
static void execute_typed(struct shell *sh, const char *line)
{
	const char *unfit = script_unfit(line, strlen(line));
	int status = sh->exit_status;
	bool outer = sh->guest;

	sh->guest = false;
	if (unfit)
		shell_mistake(sh, xstrdup(unfit), NULL);
	else
		shell_line(sh, line, NULL);
	sh->guest = outer;
	if (!sh->quit)
		sh->exit_status = status;
}

bool step_ready(struct shell *sh, const char *line)
{
	struct str typed = STR_INIT;
	bool ready = false, open = true;
	FILE *tty;

	/* standard input may be the script itself */
	if (!sh->step || sh->steps || !does_something(line) || !(tty = fopen("/dev/tty", "re")))
		return true;
	while (!ready && open && !sh->quit) {
		open = read_typed(sh, tty, &typed);
		ready = open && !str_text(&typed)[strspn(str_text(&typed), " \t\r")];
		if (open && !ready) {
			struct event e = { .type = EV_LINE, .text = line, .len = strlen(line) };

			e.source = sh->source;
			execute_typed(sh, str_text(&typed));
			session_emit(sh->session, sh->session->current, &e);
		}
	}
	fclose(tty);
	str_free(&typed);
	if (!ready)
		sh->quit = true;
	return ready;
}
