/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a learner's lines, and the lesson's own, do while a lesson is followed: heard as a check hears
 * it, and compared with what the lesson quotes; a journal for its goals.
 */
#include "shell/follow_priv.h"

#include "base/lang.h"
#include "lesson/match.h"
#include "shell/play.h"
#include "view/term.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A transcript's prompt is main's, unless the lesson itself says `use`; the learner's may be another. */
static void hear(struct sink *sink, const struct event *e)
{
	struct lesson_state *st =
		(struct lesson_state *)((char *)sink - offsetof(struct lesson_state, sink));
	struct sink *ear = term_sink(st->ear.term);
	struct event as = *e;

	if (e->type == EV_LINE) {
		str_reset(&st->ear.text);
		st->ear.full = st->moved = false;
	}
	as.current = e->proc && !strcmp(e->proc, st->voice);
	ear->emit(ear, &as);
}

void follow_hear(struct shell *sh, struct lesson_state *st)
{
	st->ear.term = term_new((struct term_out){ .write = recorder_hear, .ctx = &st->ear },
				(struct term_options){ .diff = true, .marked = true });
	sh->ear = st->ear.term;
	st->sink.emit = hear;
	st->sink.english = true;
	st->voice = xstrdup("main");
	journal_init(&st->journal);
	session_add_sink(sh->session, &st->sink);
	session_add_sink(sh->session, &st->journal.sink);
	st->diff = sh->session->diff;
	sh->session->diff = true;
	if (sh->term)
		term_set_diff(sh->term, st->diff);
}

void follow_deafen(struct shell *sh, struct lesson_state *st)
{
	session_remove_sink(sh->session, &st->sink);
	session_remove_sink(sh->session, &st->journal.sink);
	sh->ear = NULL;
	sh->session->diff = st->diff;
	if (sh->term)
		term_set_diff(sh->term, true);
	journal_release(&st->journal);
	match_map_free(&st->map);
	recorder_release(&st->ear);
	while (st->ngoals)
		goal_free(st->goal[--st->ngoals]);
	free(st->goal);
	follow_begins(st);
	free(st->voice);
}

bool follow_alike(struct lesson_state *st, const struct entry *e, struct str *diff)
{
	recorder_cut(&st->ear);
	/* a mistake is told once, in the learner's language: that there is one must do */
	if (lang_is_local() && entry_shows_mistake(e))
		return st->ear.n && !strncmp(st->ear.alike[0], e->expect[0], 7);
	return !st->ear.full && !recorder_match(&st->ear, &st->map, e, diff);
}

void follow_voice(struct shell *sh, struct lesson_state *st, const struct entry *e)
{
	size_t n = lesson_prompt(e->input);
	const char *s = e->input + n + (n > 0), *name = NULL;
	size_t len = 0;

	s += strspn(s, " \t");
	if (!*s) {
		name = e->input;
		len = n;
	} else if (!strncmp(s, "use ", 4)) {
		name = s + 4 + strspn(s + 4, " \t");
		len = strcspn(name, " \t");
	}
	if (name && procs_find(&sh->session->procs, name, len)) {
		free(st->voice);
		st->voice = xstrndup(name, len);
	} else if (!procs_find(&sh->session->procs, st->voice, strlen(st->voice))) {
		free(st->voice);
		st->voice = xstrdup("main");
	}
}

void follow_task(struct lesson_state *st)
{
	const struct fence *f = follow_fence(st);

	while (st->ngoals)
		goal_free(st->goal[--st->ngoals]);
	free(st->goal);
	st->goal = NULL;
	st->hinted = 0;
	journal_reset(&st->journal);
	if (f->goal) /* lesson_enter() has seen that it can be parsed */
		st->goal = f->kind == FENCE_GOAL ? xcalloc(1, sizeof(*st->goal))
						 : goal_parse_all(f->goal, &st->ngoals, NULL);
	if (f->goal && f->kind == FENCE_GOAL && (st->goal[0] = goal_parse(f->goal, NULL)))
		st->ngoals = 1;
}

bool follow_met(struct shell *sh, struct lesson_state *st, int k)
{
	return k < st->ngoals && goal_met(st->goal[k], sh->session, &st->journal);
}

void follow_strayed(struct lesson_state *st, const char *line)
{
	free(st->stray[STRAYS - 1]);
	memmove(st->stray + 1, st->stray, (STRAYS - 1) * sizeof(*st->stray));
	st->stray[0] = xstrdup(line);
	st->strayed++;
}

void follow_begins(struct lesson_state *st)
{
	for (int i = 0; i < STRAYS; i++) {
		free(st->stray[i]);
		st->stray[i] = NULL;
	}
	st->strayed = 0;
	st->otherwise = false;
}

/* It may have happened before anybody asked. */
static bool is_await(const struct entry *e)
{
	size_t n = lesson_prompt(e->input);

	return n && !strncmp(e->input + n + 1 + strspn(e->input + n + 1, " \t"), "await ", 6);
}

void follow_compare(struct shell *sh, const struct fence *f, const struct entry *e)
{
	struct lesson_state *st = sh->lesson;
	struct str diff = STR_INIT, out = STR_INIT;

	if (f->quotes && !follow_alike(st, e, &diff) && !is_await(e))
		say_differs(&out, st, str_text(&diff));
	say(sh, &out);
	str_free(&diff);
	str_free(&out);
}

static int run(struct shell *sh, const struct fence *f, int from)
{
	struct lesson_state *st = sh->lesson;
	const char *name = strrchr(st->lesson.path, '/'); /* its folder is no learner's business */
	int r = 0;

	for (int i = from; i < f->nentries && !r && !sh->quit; i++) {
		const struct entry *e = &f->entry[i];
		char *source = xasprintf("%s:%d", name ? name + 1 : st->lesson.path, e->line);
		int status = sh->exit_status;

		/* a mistake that is quoted is quoted as who types it sees it */
		r = shell_line(sh, e->input, entry_shows_mistake(e) ? NULL : source);
		free(source);
		if (r && entry_shows_mistake(e)) {
			sh->exit_status = status;
			r = 0;
		}
		if (shell_interrupted(sh))
			r = -1;
		if (f->kind != FENCE_GOAL)
			follow_compare(sh, f, e);
		else if (follow_met(sh, st, 0))
			return 0;
		follow_voice(sh, st, e);
	}
	return r;
}

int follow_run(struct shell *sh, const struct fence *f, int from)
{
	bool outer = sh->guest;
	int r;

	sh->guest = true;
	if (sh->interactive && sh->term)
		term_set_echo(sh->term, true); /* nobody types these lines: they are shown */
	r = run(sh, f, from);
	if (sh->interactive && sh->term)
		term_set_echo(sh->term, false);
	sh->guest = outer;
	return r || sh->quit ? -1 : 0;
}
