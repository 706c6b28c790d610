/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From place to place in a lesson: on to the next thing to do, to another step, out of it.
 */
#include "base/lang.h"
#include "shell/follow_priv.h"
#include "shell/rehearse.h"

#include <stdlib.h>
#include <string.h>

static bool asks(const struct fence *f)
{
	return f->kind != FENCE_OTHER && f->kind != FENCE_SETUP && f->nentries > 0;
}

static struct process *process_of(const struct shell *sh, const struct entry *e)
{
	struct process *p = procs_find(&sh->session->procs, e->input, lesson_prompt(e->input));

	return p && p->act < ACT_PROGRAM ? p : NULL;
}

/* The prompt becomes that of the process that the command is for. */
static void offer(struct shell *sh, struct str *out)
{
	struct lesson_state *st = sh->lesson;
	struct process *p = process_of(sh, follow_entry(st));

	if (p)
		sh->session->current = p;
	follow_here(sh);
	say_offer(out, sh, follow_colour(sh));
}

/* From the beginning of a fence or step on, up to something to do. */
static void to_what_asks(struct shell *sh, struct str *out)
{
	struct lesson_state *st = sh->lesson;

	while (st->step < st->lesson.nsteps && !sh->quit) {
		const struct step *step = &st->lesson.step[st->step];

		if (st->fence == 0) {
			st->otherwise = false;
			say_title(out, st, follow_colour(sh));
		}
		for (; st->fence < step->nfences && !sh->quit; st->fence++) {
			const struct fence *f = follow_fence(st);

			say_prose(out, &f->before, false, follow_colour(sh));
			if (asks(f)) {
				follow_task(st);
				return;
			}
			if (f->kind == FENCE_OTHER) {
				say_code(out, f->text);
				continue;
			}
			say(sh, out);
			follow_run(sh, f, 0);
		}
		say_prose(out, &step->after, false, follow_colour(sh));
		follow_note(sh, st->step);
		st->step++;
		st->fence = 0;
	}
}

void follow_show(struct shell *sh, struct str *out)
{
	struct lesson_state *st = sh->lesson;

	if (st->entry == 0)
		to_what_asks(sh, out);
	if (st->step < st->lesson.nsteps) {
		const struct fence *f = follow_fence(st);

		if (st->entry == 0)
			str_addc(out, '\n');
		follow_here(sh);
		if (f->kind == FENCE_GOAL)
			say_your_turn(out, st, follow_colour(sh));
		else if (f->kind == FENCE_PREDICT && st->ngoals)
			say_choose(out, st, follow_colour(sh));
		else
			offer(sh, out);
		follow_note(sh, -1);
		say(sh, out);
		return;
	}
	if (sh->quit)
		return;
	say_end(out, st);
	say(sh, out);
	follow_note(sh, -1);
	lesson_leave(sh);
}

void follow_fence_done(struct shell *sh, struct str *out)
{
	struct lesson_state *st = sh->lesson;
	const struct step *step = &st->lesson.step[st->step];

	st->entry = 0;
	if (++st->fence == step->nfences) {
		say_prose(out, &step->after, false, follow_colour(sh));
		follow_note(sh, st->step);
		st->step++;
		st->fence = 0;
	}
	follow_show(sh, out);
}

/* -- another step -- */

static int place(struct shell *sh, int step, int fence, char **cause)
{
	struct lesson_state *st = sh->lesson;
	const struct process *p;

	if (rehearse(sh, &st->lesson, step, fence, &st->map, cause))
		return -1;
	st->step = step;
	st->fence = fence;
	st->entry = 0;
	follow_begins(st);
	p = sh->session->current;
	free(st->voice);
	st->voice = xstrdup(p ? p->name : "main");
	return 0;
}

int follow_anew(struct shell *sh, char **cause)
{
	struct lesson_state *st = sh->lesson;

	if (place(sh, st->step, st->fence, cause))
		return -1;
	follow_task(st);
	return 0;
}

int lesson_go(struct shell *sh, int by, char **cause)
{
	struct lesson_state *st = sh->lesson;
	struct str out = STR_INIT;
	int to = st->step + by;

	if (to < 0)
		return fail(cause, _("this is the first step; again begins it anew"));
	if (to >= st->lesson.nsteps)
		return fail(cause, _("this is the last step; skip does it, leave ends the lesson"));
	if (place(sh, to, 0, cause))
		return -1;
	say_anew(&out);
	follow_show(sh, &out);
	if (sh->lesson)
		sh->lesson->moved = true;
	str_free(&out);
	return 0;
}

/* -- the beginning and the end -- */

static int enter(struct shell *sh, const char *path, char **cause)
{
	struct lesson_state *st = xcalloc(1, sizeof(*st));

	if (lesson_load(&st->lesson, path, cause) || goal_check(&st->lesson, cause)) {
		lesson_release(&st->lesson);
		free(st);
		return -1;
	}
	lesson_leave(sh);
	sh->lesson = st;
	if (lesson_field(&st->lesson, "needs")) /* "nobody": lint.c knows nothing else */
		sandbox_second(&sh->session->box, &st->no_user);
	follow_hear(sh, st);
	return 0;
}

int lesson_enter(struct shell *sh, const char *path, int step, int fence, char **cause)
{
	if (enter(sh, path, cause))
		return -1;
	if (!place(sh, step, fence, cause)) {
		follow_task(sh->lesson);
		return 0;
	}
	lesson_leave(sh);
	return -1;
}

int lesson_follow(struct shell *sh, const char *path, char **cause)
{
	struct str out = STR_INIT;
	int at;

	if (enter(sh, path, cause))
		return -1;
	at = follow_resume(sh);
	if (place(sh, at, 0, cause)) {
		lesson_leave(sh);
		return -1;
	}
	say_beginning(&out, sh->lesson, at ? lesson_number_of(&sh->lesson->lesson, at) : 0);
	follow_show(sh, &out);
	if (sh->lesson)
		sh->lesson->moved = true;
	str_free(&out);
	return 0;
}

int lesson_number(const struct shell *sh)
{
	return sh->lesson->lesson.number;
}

void lesson_at(const struct shell *sh, int *step, int *fence)
{
	*step = sh->lesson ? sh->lesson->step : -1;
	*fence = sh->lesson ? sh->lesson->fence : -1;
}

void lesson_leave(struct shell *sh)
{
	struct lesson_state *st = sh->lesson;

	if (!st)
		return;
	sh->lesson = NULL;
	follow_deafen(sh, st);
	lesson_release(&st->lesson);
	free(st->current);
	free(st->no_user);
	free(st);
}
