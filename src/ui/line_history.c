/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/line_history.h"
#include "ui/history.h"

#include <stdlib.h>
#include <string.h>

#include <readline/history.h>

#define SLACK 1000 /* a list that is kept stifled moves as a whole for each line */

static const struct line_ops *ops;
static char *path;    /* NULL when there is none, or when it failed */
static char *unsaved; /* the last line, until line_history_save() */
static bool loaded;

/* The file is left alone from then on. */
static void failed(char *cause)
{
	free(path);
	path = NULL;
	line_above_begin();
	if (ops->warn)
		ops->warn(ops->ctx, cause);
	line_above_end();
	free(cause);
}

void line_history_start(const struct line_ops *with, const char *file)
{
	ops = with;
	path = file ? xstrdup(file) : NULL;
	loaded = false;
}

void line_history_stop(void)
{
	line_history_save();
	free(path);
	path = NULL;
	clear_history();
}

/* Adds a line to the list; false if it is the one before once more. */
static bool add_once(const char *line)
{
	HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;

	if (last && !strcmp(last->line, line))
		return false;
	add_history(line);
	return true;
}

static void add_loaded(const char *line)
{
	add_once(line); /* shells that did not see each other's lines may write one twice */
}

void line_history_load(void)
{
	char *cause = NULL;

	if (loaded)
		return;
	loaded = true;
	if (path)
		clear_history(); /* what was typed since is in the file too */
	if (path && history_load(path, add_loaded, &cause) < 0)
		failed(cause);
	using_history(); /* Up begins at the end of what came just now */
}

void line_history_add(const char *line)
{
	if (!history_worth(line) || !add_once(line))
		return;
	if (history_length >= HISTORY_LINES + SLACK) {
		stifle_history(HISTORY_LINES);
		unstifle_history();
	}
	line_history_save();
	unsaved = path ? xstrdup(line) : NULL;
}

void line_history_save(void)
{
	char *cause = NULL;

	if (unsaved && path && history_append(path, unsaved, &cause) < 0)
		failed(cause);
	free(unsaved);
	unsaved = NULL;
}
