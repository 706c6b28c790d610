/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a lesson that is followed says, and nothing of what it does.
 */
#include "base/lang.h"
#include "shell/follow_priv.h"

#include "lesson/render.h"
#include "view/term_line.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDEST = 80 }; /* columns of prose: longer lines are hard to read */

int lesson_width(void)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) || !ws.ws_col || ws.ws_col > WIDEST)
		return WIDEST;
	return ws.ws_col;
}

/* A paragraph of the shell's own, wrapped as prose is. */
static void add_words(struct str *out, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void add_words(struct str *out, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_addfv(&text, fmt, ap);
	va_end(ap);
	render_words(out, str_text(&text), lesson_width());
	str_free(&text);
}

static void paint(struct str *out, const char *what, bool colour)
{
	struct line_style style = { .colour = colour };

	line_paint(out, what, &style);
}

void say(struct shell *sh, struct str *out)
{
	if (out->len)
		session_text(sh->session, str_text(out));
	str_reset(out);
}

/* -- steps -- */

void say_prose(struct str *out, const struct prose *prose, bool inside, bool colour)
{
	struct str text = STR_INIT;

	(inside ? render_inside : render_prose)(&text, prose, lesson_width(), colour);
	if (text.len) {
		str_addc(out, '\n');
		str_addn(out, str_text(&text), text.len);
	}
	str_free(&text);
}

void say_title(struct str *out, const struct lesson_state *st, bool colour)
{
	const struct step *step = &st->lesson.step[st->step];

	if (!step->heading)
		return;
	str_addc(out, '\n');
	paint(out, PAINT_BOLD, colour);
	str_addf(out, _("%s (%d of %d)"), step->title, lesson_number_of(&st->lesson, st->step),
		 lesson_steps(&st->lesson));
	paint(out, PAINT_OFF, colour);
	str_addc(out, '\n');
}

void say_beginning(struct str *out, const struct lesson_state *st, int resumed)
{
	const struct lesson *l = &st->lesson;
	const char *about = lesson_field(l, "about"), *time = lesson_field(l, "time");

	str_addf(out, _("Lesson %d: %s\n"), l->number, l->title);
	if (about && !resumed) {
		struct str clean = STR_INIT;

		str_clean(&clean, about, strlen(about));
		add_words(out, "%s", str_text(&clean));
		str_free(&clean);
	}
	if (time && !resumed) {
		str_add(out, _("About "));
		str_clean(out, time, strlen(time));
		str_add(out, _(" minutes.\n"));
	}
	if (resumed)
		add_words(
			out,
			_("You were at step %d: the session begins anew, with all before it done. "
			  "lesson reset %d forgets that."),
			resumed, l->number);
	add_words(
		out,
		_("%sEnter on an empty line types the next command; hint, skip, again, next, back and "
		  "where help; leave ends."),
		resumed ? "" : _("The session begins anew. "));
	if (st->no_user)
		add_words(
			out,
			_("This lesson needs a second user, and without one some of it goes otherwise: %s"),
			st->no_user);
}

void say_anew(struct str *out)
{
	add_words(out, _("The session begins anew, with all that stands before this step done."));
}

void say_code(struct str *out, const char *s)
{
	str_addc(out, '\n');
	for (size_t n; *s; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		str_add(out, n ? "    " : "");
		str_clean(out, s, n);
		str_addc(out, '\n');
	}
}

void say_end(struct str *out, const struct lesson_state *st)
{
	str_addc(out, '\n');
	add_words(out, _("This was lesson %d. Try what you like; lesson lists the others."),
		  st->lesson.number);
}

/* -- what is to be done -- */

static void dim_line(struct str *out, bool colour, const char *before, const char *text)
{
	paint(out, PAINT_DIM, colour);
	str_add(out, before);
	str_clean(out, text, strlen(text));
	paint(out, PAINT_OFF, colour);
	str_addc(out, '\n');
}

void say_offer(struct str *out, const struct shell *sh, bool colour)
{
	const struct process *p = sh->session->current;
	const struct entry *e = follow_entry(sh->lesson);

	if (e)
		dim_line(out, colour, _("Enter types: "),
			 follow_bare(e->input, p ? p->name : NULL));
}

void say_your_turn(struct str *out, const struct lesson_state *st, bool colour)
{
	dim_line(out, colour, "",
		 follow_fence(st)->nhints
			 ? _("Your turn: type what does it. hint helps; skip does it.")
			 : _("Your turn: type what does it. skip does it."));
}

void say_choose(struct str *out, const struct lesson_state *st, bool colour)
{
	char last[2] = { (char)('0' + st->ngoals), 0 };

	dim_line(out, colour, _("Before it is run, your guess: type a number from 1 to "), last);
}

void say_solution(struct str *out, const struct fence *f)
{
	str_add(out, _("The solution (skip types it for you):\n"));
	for (int i = 0; i < f->nentries; i++) {
		str_add(out, "    ");
		str_clean(out, f->entry[i].input, strlen(f->entry[i].input));
		str_addc(out, '\n');
	}
}

void say_missing(struct str *out, struct shell *sh)
{
	struct lesson_state *st = sh->lesson;
	struct str lacks = STR_INIT;

	if (st->ngoals)
		goal_lacks(st->goal[0], sh->session, &st->journal, true, &lacks);
	if (lacks.len)
		str_add(out, _("Not yet:\n"));
	for (const char *s = str_text(&lacks); *s; s += strcspn(s, "\n") + 1)
		str_addf(out, "    %.*s\n", (int)strcspn(s, "\n"), s);
	str_free(&lacks);
}

void say_solved(struct str *out, const struct shell *sh, bool helped)
{
	const struct lesson_state *st = sh->lesson;

	paint(out, PAINT_BOLD, follow_colour(sh));
	str_add(out, helped ? _("That is how it is done.") : _("Solved."));
	paint(out, PAINT_OFF, follow_colour(sh));
	str_addc(out, '\n');
	say_prose(out, &follow_fence(st)->told, false, follow_colour(sh));
}

void say_failed(struct str *out)
{
	add_words(out, _("That could not be done to its end; again begins the step anew."));
}

void say_unsolved(struct str *out, struct shell *sh)
{
	say_missing(out, sh);
	add_words(
		out,
		_("From where you were that does not solve it. So once more, from the task's beginning:"));
}

/* -- what happened otherwise -- */

/* Why, as far as one can know: what was done besides, or another machine. */
static void add_reason(struct str *out, const struct lesson_state *st)
{
	struct str lines = STR_INIT;

	for (int i = 0; i < st->strayed && i < STRAYS; i++) {
		str_add(&lines, i ? _(", ") : "");
		str_clean(&lines, st->stray[i], strlen(st->stray[i]));
	}
	if (st->strayed > STRAYS)
		str_addf(&lines, _(" and %d more"), st->strayed - STRAYS);
	if (st->strayed)
		add_words(out,
			  _("The session is no longer as the lesson has it: you also typed %s. "
			    "again begins the step anew, or just go on."),
			  str_text(&lines));
	else if (st->no_user)
		add_words(
			out,
			_("Nothing was typed besides: this lesson needs a second user. Go on all the same."));
	else
		add_words(out,
			  _("Nothing was typed besides: this machine's kernel, limits or programs "
			    "are other ones than the author's. Go on all the same."));
	str_free(&lines);
}

void say_differs(struct str *out, struct lesson_state *st, const char *diff)
{
	str_add(out, _("The lesson shows something else (- there, + here):\n"));
	for (size_t n; *diff; diff += n + (diff[n] == '\n')) {
		n = strcspn(diff, "\n");
		if (*diff != '@')
			str_addf(out, "    %.*s\n", (int)n, diff);
	}
	if (!st->otherwise)
		add_reason(out, st);
	st->otherwise = true;
}

/* -- predictions -- */

/* What the lesson has to say of one choice; where all have one reason, of none in particular. */
static void add_reason_of(struct str *out, const struct fence *f, const char *what, int k,
			  bool colour)
{
	struct prose why = lesson_reason(f, k - 1);
	struct str text = STR_INIT;

	render_inside(&text, &why, lesson_width() - 8, colour);
	if (f->reasons)
		str_addf(out, _("%s%d: "), what, k);
	str_addn(out, str_text(&text), text.len);
	str_free(&text);
}

void say_graded(struct str *out, const struct shell *sh, int answer, int right)
{
	const struct fence *f = follow_fence(sh->lesson);
	bool colour = follow_colour(sh);

	paint(out, PAINT_BOLD, colour);
	if (!right)
		str_add(out, _("The kernel did none of what the lesson foresaw."));
	else if (!answer)
		str_addf(out, _("It was %d."), right);
	else if (answer == right)
		str_addf(out, _("Yes: %d."), right);
	else
		str_addf(out, _("No: it was %d, not %d."), right, answer);
	paint(out, PAINT_OFF, colour);
	str_addc(out, '\n');
	if (!right) {
		if (!sh->lesson->otherwise)
			add_reason(out, sh->lesson);
		return;
	}
	if (answer && answer != right && f->reasons)
		add_reason_of(out, f, _("Not "), answer, colour);
	add_reason_of(out, f, "", right, colour);
}
