/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson followed at the prompt.  What a step says is shown, its next command under it; whoever
 * types it, or Enter, goes on; whoever types something else may.
 */
#include "shell/follow.h"

#include "base/str.h"
#include "lesson/render.h"
#include "view/term_line.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDEST = 80 }; /* columns of prose: longer lines are hard to read */

struct lesson_state {
	struct lesson lesson;
	int step, fence, entry; /* the command to type next; step == nsteps: there is none */
	char *current;          /* the process whose name the prompt showed when it was offered */
};

/* ---- where one is ---- */

int lesson_width(void)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) || !ws.ws_col || ws.ws_col > WIDEST)
		return WIDEST;
	return ws.ws_col;
}

static bool colour(const struct shell *sh)
{
	const char *no = getenv("NO_COLOR");

	return sh->interactive && sh->term && isatty(STDOUT_FILENO) && !(no && *no);
}

static const struct fence *fence_at(const struct lesson_state *st)
{
	return &st->lesson.step[st->step].fence[st->fence];
}

static const struct entry *entry_at(const struct lesson_state *st)
{
	return st && st->step < st->lesson.nsteps ? &fence_at(st)->entry[st->entry] : NULL;
}

/* What an entry is without its prompt, if that is the current process's already. */
static const char *without_prompt(const char *input, const char *current)
{
	size_t n = lesson_prompt(input);
	const char *rest = input + n + (n > 0);

	rest += strspn(rest, " \t");
	return n && *rest && current && strlen(current) == n && !strncmp(input, current, n) ? rest
											    : input;
}

static const char *current_name(const struct shell *sh)
{
	return sh->session->current ? sh->session->current->name : NULL;
}

const char *lesson_next_input(struct shell *sh)
{
	const struct entry *e = entry_at(sh->lesson);

	return e ? without_prompt(e->input, current_name(sh)) : NULL;
}

void lesson_leave(struct shell *sh)
{
	if (!sh->lesson)
		return;
	lesson_release(&sh->lesson->lesson);
	free(sh->lesson->current);
	free(sh->lesson);
	sh->lesson = NULL;
}

/* ---- what is shown ---- */

static void add_prose(struct str *out, const struct prose *prose, bool colours)
{
	struct str text = STR_INIT;

	render_prose(&text, prose, lesson_width(), colours);
	if (text.len) {
		str_addc(out, '\n');
		str_addn(out, str_text(&text), text.len);
	}
	str_free(&text);
}

static void add_code(struct str *out, const char *s)
{
	str_addc(out, '\n');
	for (size_t n; *s; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		str_add(out, n ? "    " : "");
		str_clean(out, s, n);
		str_addc(out, '\n');
	}
}

/* What stands before the first heading has the lesson's title, and is not counted. */
static bool has_introduction(const struct lesson *l)
{
	return !strcmp(l->step[0].title, l->title);
}

static void add_title(struct str *out, const struct lesson_state *st, bool colours)
{
	bool intro = has_introduction(&st->lesson);
	struct line_style style = { .colour = colours };

	if (intro && st->step == 0)
		return;
	str_addc(out, '\n');
	line_paint(out, PAINT_BOLD, &style);
	str_addf(out, "%s (%d of %d)", st->lesson.step[st->step].title, st->step + !intro,
		 st->lesson.nsteps - intro);
	line_paint(out, PAINT_OFF, &style);
	str_addc(out, '\n');
}

static void offer(struct shell *sh, struct str *out, bool colours)
{
	struct line_style style = { .colour = colours };
	const char *input = lesson_next_input(sh);

	free(sh->lesson->current);
	sh->lesson->current = current_name(sh) ? xstrdup(current_name(sh)) : NULL;
	if (!input)
		return;
	line_paint(out, PAINT_DIM, &style);
	str_add(out, "Enter types: ");
	str_clean(out, input, strlen(input));
	line_paint(out, PAINT_OFF, &style);
	str_addc(out, '\n');
}

static void flush_text(struct shell *sh, struct str *out)
{
	if (out->len)
		session_text(sh->session, str_text(out));
	str_reset(out);
}

/* Runs what a lesson prepares without asking. */
static void run_setup(struct shell *sh, const struct fence *f)
{
	bool outer = sh->guest;

	sh->guest = true;
	for (int i = 0; i < f->nentries && !sh->quit; i++) {
		char *source = xasprintf("%s:%d", sh->lesson->lesson.path, f->entry[i].line);

		shell_line(sh, f->entry[i].input, source);
		free(source);
	}
	sh->guest = outer;
}

static bool is_typed(const struct fence *f)
{
	return f->kind != FENCE_OTHER && f->kind != FENCE_SETUP && f->nentries > 0;
}

/* From the beginning of a fence or step on: shows, and prepares, up to a command to type. */
static void show_to_command(struct shell *sh, struct str *out, bool colours)
{
	struct lesson_state *st = sh->lesson;

	while (st->step < st->lesson.nsteps) {
		const struct step *step = &st->lesson.step[st->step];

		if (st->fence == 0)
			add_title(out, st, colours);
		for (; st->fence < step->nfences; st->fence++) {
			const struct fence *f = fence_at(st);

			add_prose(out, &f->before, colours);
			if (is_typed(f))
				return;
			if (f->kind == FENCE_OTHER) {
				add_code(out, f->text);
				continue;
			}
			flush_text(sh, out);
			run_setup(sh, f);
		}
		add_prose(out, &step->after, colours);
		st->step++;
		st->fence = 0;
	}
}

/* The next command is offered; behind the last one the lesson is over. */
static void show(struct shell *sh, struct str *out, bool colours)
{
	struct lesson_state *st = sh->lesson;

	if (st->entry == 0)
		show_to_command(sh, out, colours);
	if (st->step < st->lesson.nsteps) {
		if (st->entry == 0)
			str_addc(out, '\n');
		offer(sh, out, colours);
		flush_text(sh, out);
		return;
	}
	str_addf(out, "\nThis was lesson %d. Try what you like; lesson lists the others.\n",
		 st->lesson.number);
	flush_text(sh, out);
	lesson_leave(sh);
}

void lesson_where(struct shell *sh)
{
	struct lesson_state *st = sh->lesson;
	struct str out = STR_INIT;

	str_addf(&out, "Lesson %d: %s\n", st->lesson.number, st->lesson.title);
	add_title(&out, st, colour(sh));
	add_prose(&out, &fence_at(st)->before, colour(sh));
	str_addc(&out, '\n');
	offer(sh, &out, colour(sh));
	flush_text(sh, &out);
	str_free(&out);
}

/* ---- what is typed ---- */

/* The same but for blanks? */
static bool same_words(const char *a, const char *b)
{
	for (;;) {
		size_t x = strspn(a, " \t\r"), y = strspn(b, " \t\r");

		a += x;
		b += y;
		if (!*a || !*b)
			return !*a && !*b;
		if (!x != !y && (x || y))
			return false;
		for (; *a && *b && !strchr(" \t\r", *a) && *a == *b; a++)
			b++;
		if ((*a && !strchr(" \t\r", *a)) || (*b && !strchr(" \t\r", *b)))
			return false;
	}
}

void lesson_typed(struct shell *sh, const char *line)
{
	struct lesson_state *st = sh->lesson;
	const struct entry *e = entry_at(st);
	struct str out = STR_INIT;
	bool it;

	if (!e)
		return;
	line += strspn(line, " \t");
	it = same_words(without_prompt(line, st->current), without_prompt(e->input, st->current));
	free(st->current);
	st->current = current_name(sh) ? xstrdup(current_name(sh)) : NULL;
	if (!it)
		return;
	if (++st->entry == fence_at(st)->nentries) {
		const struct step *step = &st->lesson.step[st->step];

		st->entry = 0;
		if (++st->fence == step->nfences) {
			add_prose(&out, &step->after, colour(sh));
			st->step++;
			st->fence = 0;
		}
	}
	show(sh, &out, colour(sh));
	str_free(&out);
}

/* ---- its beginning ---- */

int lesson_follow(struct shell *sh, const char *path, char **cause)
{
	struct lesson_state *st = xcalloc(1, sizeof(*st));
	struct str out = STR_INIT;
	const char *about;

	if (lesson_load(&st->lesson, path, cause)) {
		lesson_release(&st->lesson);
		free(st);
		return -1;
	}
	lesson_leave(sh);
	sh->lesson = st;
	if (session_reset(sh->session, cause)) {
		sh->quit = true;
		sh->exit_status = 1;
		return -1;
	}
	about = lesson_field(&st->lesson, "about");
	str_addf(&out, "Lesson %d: %s\n", st->lesson.number, st->lesson.title);
	if (about) {
		str_clean(&out, about, strlen(about));
		str_addc(&out, '\n');
	}
	str_add(&out,
		"The session begins anew. Enter on an empty line types the next command; leave ends.\n");
	show(sh, &out, colour(sh));
	str_free(&out);
	return 0;
}
