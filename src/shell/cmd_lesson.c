/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lesson, leave: lessons are listed, one is followed (follow.c), and left.
 */
#include "shell/follow.h"

#include "base/grid.h"
#include "base/str.h"
#include "lesson/lesson.h"
#include "view/grid.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef LESSONS_DIR
#define LESSONS_DIR "/usr/local/share/ipcsh/lessons"
#endif

/* Where the lessons are: in the tree that the program stands in, else where they were installed. */
static char *directory(void)
{
	/* beside build/ in the source tree; beside bin/ wherever it was installed or unpacked */
	static const char *const beside[] = { "../lessons", "../share/ipcsh/lessons" };
	char exe[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

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

static int list_lessons(struct shell *sh, const struct lesson_list *list, const char *dir,
			char **cause)
{
	static const struct grid_column columns[] = { { "number", GRID_RIGHT },
						      { "name", 0 },
						      { "title", GRID_WRAP } };
	struct grid *g;
	struct str text = STR_INIT;

	if (!list->n)
		return fail(cause, "%s: no lessons are there", dir);
	g = grid_new("lessons", columns, ARRAY_LEN(columns));
	for (int i = 0; i < list->n; i++) {
		int row = grid_row(g, -1);

		grid_setf(g, row, 0, "%d", list->item[i].number);
		grid_set(g, row, 1, list->item[i].name);
		grid_set(g, row, 2,
			 list->item[i].problem ? list->item[i].problem : list->item[i].title);
	}
	grid_text(&text, g, lesson_width(), false);
	str_add(&text, "lesson N begins one; leave ends it.\n");
	session_text(sh->session, str_text(&text));
	grid_free(g);
	str_free(&text);
	return 0;
}

static int run_lesson(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	const struct lesson_item *item;
	struct lesson_list list;
	char *dir, *problem = NULL;
	int r;

	if (!words->n && sh->lesson) {
		lesson_where(sh);
		return 0;
	}
	dir = directory();
	r = lesson_find(&list, dir, NULL, cause);
	if (r == 0 && !words->n) {
		r = list_lessons(sh, &list, dir, cause);
	} else if (r == 0) {
		char *what = xstrndup(rest, (size_t)(words->w[words->n - 1].at - rest) +
						    words->w[words->n - 1].len);

		item = lesson_search(&list, what, &problem);
		r = item ? lesson_follow(sh, item->path, cause)
			 : fail(cause, "%s (lesson lists them)", problem);
		free(what);
		free(problem);
	}
	lesson_list_release(&list);
	free(dir);
	return r;
}

static int run_leave(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	(void)rest;
	if (words->n)
		return fail(cause, "leave takes no arguments");
	if (!sh->lesson)
		return fail(cause,
			    "no lesson is followed; lesson lists them, quit leaves the shell");
	lesson_leave(sh);
	session_text(sh->session, "The lesson is left; the session stays as it is.\n");
	return 0;
}

const struct command command_lesson = {
	.name = "lesson",
	.args = "[NUMBER | NAME]",
	.summary = "list the lessons, follow one, or see where one is",
	.help = "lesson 3, lesson sem: the session begins anew, a step is shown, and its next command under\n"
		"it. Type it, or press Enter to have it typed, or try something else first.",
	.takes = ARG_WORD,
	.run = run_lesson,
};

const struct command command_leave = {
	.name = "leave",
	.args = "",
	.summary = "end the lesson that is followed; the session stays as it is",
	.run = run_leave,
};
