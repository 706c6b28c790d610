/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is typed while a lesson is followed: whether it did what the lesson wants, and what is asked
 * of the lesson itself.
 */
#include "base/lang.h"
#include "shell/follow_priv.h"
#include "shell/play.h"

#include "view/term.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* -- where one is -- */

bool follow_colour(const struct shell *sh)
{
	const char *no = getenv("NO_COLOR");

	return sh->interactive && sh->term && isatty(STDOUT_FILENO) && !(no && *no);
}

const struct fence *follow_fence(const struct lesson_state *st)
{
	return &st->lesson.step[st->step].fence[st->fence];
}

const struct entry *follow_entry(const struct lesson_state *st)
{
	return st && st->step < st->lesson.nsteps ? &follow_fence(st)->entry[st->entry] : NULL;
}

const char *follow_bare(const char *input, const char *current)
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

void follow_here(struct shell *sh)
{
	free(sh->lesson->current);
	sh->lesson->current = current_name(sh) ? xstrdup(current_name(sh)) : NULL;
}

/* A prediction whose answer is not given yet? */
static bool is_question(const struct lesson_state *st)
{
	return st && st->step < st->lesson.nsteps && follow_fence(st)->kind == FENCE_PREDICT &&
	       st->ngoals;
}

static bool is_task(const struct lesson_state *st)
{
	return st && st->step < st->lesson.nsteps && follow_fence(st)->kind == FENCE_GOAL;
}

const char *lesson_next_input(struct shell *sh)
{
	const struct entry *e = follow_entry(sh->lesson);

	if (!e || is_question(sh->lesson) || is_task(sh->lesson))
		return NULL;
	return follow_bare(e->input, current_name(sh));
}

bool lesson_diff(struct shell *sh, bool on)
{
	if (!sh->lesson)
		return false;
	sh->lesson->diff = on;
	if (sh->term)
		term_set_diff(sh->term, on);
	return true;
}

bool lesson_shows_diff(const struct shell *sh)
{
	return sh->lesson ? sh->lesson->diff : sh->session->diff;
}

bool lesson_solved(struct shell *sh)
{
	return follow_met(sh, sh->lesson, 0);
}

/* -- what is typed -- */

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

/* The lesson's own command, with or without its prompt? */
static bool is_wanted(const struct lesson_state *st, const char *line)
{
	line += strspn(line, " \t");
	return same_words(follow_bare(line, st->current),
			  follow_bare(follow_entry(st)->input, st->current));
}

/* One of the solution's own commands? */
static bool is_of(const struct fence *f, const struct lesson_state *st, const char *line)
{
	line += strspn(line, " \t");
	for (int i = 0; i < f->nentries; i++)
		if (same_words(follow_bare(line, st->current),
			       follow_bare(f->entry[i].input, st->current)))
			return true;
	return false;
}

/* Commands that look or ask change nothing. */
static bool strays(const char *line)
{
	static const char *const harmless[] = { "state", "help", "names", "lesson", "hint", "where",
						"skip",  "next", "back",  "again",  "set",  "!" };
	size_t n;

	line += strspn(line, " \t\r");
	n = strcspn(line, " \t\r");
	if (!n || *line == '#')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
		if (strlen(harmless[i]) == n && !strncmp(harmless[i], line, n))
			return false;
	return true;
}

static void predict(struct shell *sh, int answer)
{
	struct lesson_state *st = sh->lesson;
	struct str out = STR_INIT;
	int right = 0, n = 0;

	if (answer) {
		str_addf(&out, _("Your guess is %d. Now the kernel's answer:\n"), answer);
		say(sh, &out);
	}
	journal_reset(&st->journal); /* what was tried before is no answer */
	if (follow_run(sh, follow_fence(st), 0) == 0)
		for (int k = 0; k < st->ngoals; k++)
			if (follow_met(sh, st, k)) {
				right = k + 1;
				n++;
			}
	if (!sh->quit) {
		say_graded(&out, sh, answer, n == 1 ? right : 0);
		follow_fence_done(sh, &out);
	}
	str_free(&out);
}

bool lesson_takes(struct shell *sh, const char *line)
{
	struct lesson_state *st = sh->lesson;
	struct str out = STR_INIT;
	int answer;

	if (!is_question(st))
		return false;
	line += strspn(line, " \t");
	answer = *line - '0';
	if (*line && !line[1 + strspn(line + 1, " \t\r.)")] && answer >= 1 &&
	    answer <= st->ngoals) {
		predict(sh, answer);
		return true;
	}
	if (!*line || (*line >= '0' && *line <= '9') || is_wanted(st, line)) {
		say_choose(&out, st, follow_colour(sh));
		say(sh, &out);
		str_free(&out);
		return true;
	}
	return false;
}

static void command_typed(struct shell *sh, const char *line, bool understood, struct str *out)
{
	struct lesson_state *st = sh->lesson;
	const struct fence *f = follow_fence(st);
	const struct entry *e = follow_entry(st);
	bool it = is_wanted(st, line);

	follow_here(sh);
	if (it)
		follow_compare(sh, f, e);
	else if (!e->nexpect || (lang_is_local() && entry_shows_mistake(e)) ||
		 !follow_alike(st, e, NULL)) { /* in another language any mistake is alike */
		if (understood && strays(line))
			follow_strayed(st, line);
		return;
	}
	follow_voice(sh, st, e);
	if (++st->entry == f->nentries)
		follow_fence_done(sh, out);
	else
		follow_show(sh, out);
}

static void task_typed(struct shell *sh, const char *line, bool understood, struct str *out)
{
	struct lesson_state *st = sh->lesson;

	if (understood && strays(line) && !is_of(follow_fence(st), st, line))
		follow_strayed(st, line);
	follow_here(sh);
	if (follow_met(sh, st, 0)) {
		say_solved(out, sh, false);
		follow_fence_done(sh, out);
	} else if (!line[strspn(line, " \t\r")]) {
		say_your_turn(out, st, follow_colour(sh));
		say(sh, out);
	}
}

void lesson_typed(struct shell *sh, const char *line, bool understood)
{
	struct lesson_state *st = sh->lesson;
	struct str out = STR_INIT;

	if (!st || st->moved || st->step >= st->lesson.nsteps)
		return;
	if (is_task(st))
		task_typed(sh, line, understood, &out);
	else if (!is_question(st))
		command_typed(sh, line, understood, &out);
	else if (understood && strays(line))
		follow_strayed(st, line);
	str_free(&out);
}

/* -- what is asked of the lesson -- */

/* The solution, from where one is; where that has become impossible, from the task's beginning. */
static bool solve(struct shell *sh, const struct fence *f)
{
	struct lesson_state *st = sh->lesson;
	struct str out = STR_INIT;
	char *cause = NULL;

	follow_run(sh, f, 0);
	if (follow_met(sh, st, 0) || sh->quit || shell_interrupted(sh))
		return !sh->quit && follow_met(sh, st, 0);
	say_unsolved(&out, sh);
	say(sh, &out);
	str_free(&out);
	if (!follow_anew(sh, &cause))
		follow_run(sh, f, 0);
	else
		shell_mistake(sh, cause, NULL);
	return !sh->quit && follow_met(sh, st, 0);
}

bool lesson_skip(struct shell *sh)
{
	struct lesson_state *st = sh->lesson;
	const struct fence *f = follow_fence(st);
	struct str out = STR_INIT;
	bool met = true;

	if (is_question(st)) {
		predict(sh, 0);
	} else {
		met = is_task(st) ? solve(sh, f) : !follow_run(sh, f, st->entry);
		if (met && is_task(st))
			say_solved(&out, sh, true);
		if (met)
			follow_fence_done(sh, &out);
		else if (!sh->quit)
			say_failed(&out);
	}
	say(sh, &out);
	str_free(&out);
	if (sh->lesson)
		sh->lesson->moved = true;
	return met;
}

void lesson_hint(struct shell *sh)
{
	struct lesson_state *st = sh->lesson;
	const struct step *step = &st->lesson.step[st->step];
	const struct fence *f = follow_fence(st);
	struct str out = STR_INIT;

	if (is_question(st)) {
		say_prose(&out, &f->before, false,
			  follow_colour(sh)); /* the choices may have scrolled away */
		say_choose(&out, st, follow_colour(sh));
	} else if (!is_task(st)) {
		say_offer(&out, sh, follow_colour(sh));
	} else if (st->hinted < f->nhints) {
		str_addf(&out, _("Hint %d of %d"), st->hinted + 1, f->nhints + 1);
		str_add(&out, st->hinted ? _(":") : _(" (the last is the solution):"));
		say_prose(&out, &step->hint[f->hint + st->hinted++], true, follow_colour(sh));
	} else {
		say_solution(&out, f);
	}
	say(sh, &out);
	str_free(&out);
}

void lesson_where(struct shell *sh)
{
	struct lesson_state *st = sh->lesson;
	bool colour = follow_colour(sh);
	struct str out = STR_INIT;

	str_addf(&out, _("Lesson %d: %s\n"), st->lesson.number, st->lesson.title);
	say_title(&out, st, colour);
	say_prose(&out, &follow_fence(st)->before, false, colour);
	str_addc(&out, '\n');
	if (is_task(st)) {
		say_missing(&out, sh);
		say_your_turn(&out, st, colour);
	} else if (is_question(st)) {
		say_choose(&out, st, colour);
	} else {
		say_offer(&out, sh, colour);
	}
	say(sh, &out);
	str_free(&out);
}
