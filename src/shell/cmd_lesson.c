/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lesson: lessons are listed, and one is followed (follow.c).  What is said while that goes on is in
 * cmd_step.c.
 */
#include "shell/follow.h"

#include "base/grid.h"
#include "base/lang.h"
#include "base/str.h"
#include "lesson/lesson.h"
#include "lesson/progress.h"
#include "lesson/render.h"
#include "shell/ticks.h"
#include "view/grid.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef LESSONS_DIR
#define LESSONS_DIR "/usr/local/share/ipcsh/lessons"
#endif

/* Where the lessons are: in the tree that the program stands in, else where they were installed. */
static char *directory(const struct shell *sh)
{
	/* beside build/ in the source tree; beside bin/ wherever it was installed or unpacked */
	static const char *const beside[] = { "../lessons", "../share/ipcsh/lessons" };
	char exe[PATH_MAX], *slash;
	ssize_t n;

	if (sh->lessons)
		return xstrdup(sh->lessons);
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; slash && i < ARRAY_LEN(beside); i++) {
		char *dir = xasprintf("%s/%s", exe, beside[i]);

		if (!access(dir, R_OK | X_OK))
			return dir;
		free(dir);
	}
	return xstrdup(LESSONS_DIR);
}

/* A tick a step; where the terminal's letters are ASCII only, an x. */
static void add_ticks(struct str *out, const struct progress *p, const char *key, int steps)
{
	bool plain = MB_CUR_MAX == 1;

	for (int i = 1; i <= steps; i++)
		str_add(out, progress_done(p, key, i) ? plain ? "x" : "✓" : plain ? "." : "·");
	if (progress_at(p, key) && progress_at(p, key) <= steps)
		str_addf(out, _(" at %d"), progress_at(p, key));
}

static void add_row(struct grid *g, const struct shell *sh, const struct lesson_item *item,
		    const struct progress *p)
{
	int row = grid_row(g, -1);
	char *key = ticks_key(sh, item->path);
	struct str ticks = STR_INIT;

	grid_setf(g, row, 0, "%d", item->number);
	grid_set(g, row, 1, item->name);
	grid_set(g, row, 2, item->problem ? item->problem : item->title);
	if (item->time)
		grid_setf(g, row, 3, _("%d min"), item->time);
	if (p)
		add_ticks(&ticks, p, key, item->steps);
	grid_set(g, row, 4, str_text(&ticks));
	str_free(&ticks);
	free(key);
}

static int list_lessons(struct shell *sh, const struct lesson_list *list, const char *dir,
			char **cause)
{
	static const struct grid_column columns[] = { { N_("number"), GRID_RIGHT },
						      { N_("name"), 0 },
						      { N_("title"), GRID_WRAP },
						      { N_("takes"), GRID_RIGHT },
						      { N_("steps"), GRID_WRAP } };
	struct progress *p;
	struct grid *g;
	struct str text = STR_INIT;

	if (!list->n)
		return fail(cause, _("%s: no lessons are there"), dir);
	p = sh->interactive ? ticks_load(sh) : NULL;
	g = grid_new(_("lessons"), columns, ARRAY_LEN(columns));
	for (int i = 0; i < list->n; i++)
		add_row(g, sh, &list->item[i], p);
	grid_text(&text, g, lesson_width(), false);
	render_words(&text,
		     sh->lesson
			     ? _("where shows the step that you are at; leave ends the lesson.")
			     : _("lesson N begins one, or goes on where you were; leave ends it."),
		     lesson_width());
	session_text(sh->session, str_text(&text));
	progress_free(p);
	grid_free(g);
	str_free(&text);
	return 0;
}

static int reset(struct shell *sh, const struct lesson_item *item, char **cause)
{
	struct str text = STR_INIT;

	if (ticks_forget(sh, item->path, cause))
		return -1;
	str_addf(&text, _("Lesson %d begins anew the next time: lesson %d\n"), item->number,
		 item->number);
	session_text(sh->session, str_text(&text));
	str_free(&text);
	return 0;
}

/* lesson 3, lesson sem, lesson reset 3 */
static int one_lesson(struct shell *sh, const struct lesson_list *list, const struct words *words,
		      char **cause)
{
	bool forget = words->n > 1 && word_is(&words->w[0], "reset");
	const struct word *from = &words->w[forget], *last = &words->w[words->n - 1];
	char *what = xstrndup(from->at, (size_t)(last->at - from->at) + last->len);
	char *problem = NULL;
	const struct lesson_item *item = lesson_search(list, what, &problem);
	int r;

	if (!item)
		r = fail(cause, _("%s (lesson lists them)"), problem);
	else
		r = forget ? reset(sh, item, cause) : lesson_follow(sh, item->path, cause);
	free(what);
	free(problem);
	return r;
}

static int run_lesson(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	struct lesson_list list;
	char *dir;
	int r;

	(void)rest;
	if (words->n && sh->guest)
		return fail(cause,
			    _("a lesson is for somebody who types: a script cannot follow one; "
			      "to play it: ipcsh LESSON.md"));
	if (words->n && sh->draft)
		return fail(cause, _("a lesson is being recorded; end that first: record off"));
	dir = directory(sh);
	r = lesson_find(&list, dir, lang_name(), cause);
	if (r == 0)
		r = words->n ? one_lesson(sh, &list, words, cause)
			     : list_lessons(sh, &list, dir, cause);
	lesson_list_release(&list);
	free(dir);
	return r;
}

void lesson_names(const struct shell *sh,
		  void (*fn)(void *ctx, const char *name, const char *title), void *ctx)
{
	struct lesson_list list;
	char *dir = directory(sh);

	if (!lesson_find(&list, dir, lang_name(), NULL))
		for (int i = 0; i < list.n; i++)
			fn(ctx, list.item[i].name, list.item[i].title);
	lesson_list_release(&list);
	free(dir);
}

const struct command command_lesson = {
	.name = "lesson",
	.args = "[[reset] NUMBER | NAME]",
	.summary = N_("list the lessons, or follow one"),
	.help = N_(
		"lesson 3, lesson sem: the session begins anew, a step is shown, and its next command under\n"
		"it. Type it, or press Enter to have it typed, or try something else first. A lesson that\n"
		"was left goes on where that was; lesson reset 3 forgets it. While one is followed: hint,\n"
		"skip, again, next, back, where, leave."),
	.takes = ARG_LESSON,
	.run = run_lesson,
};
