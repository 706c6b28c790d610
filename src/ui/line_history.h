/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Up and Ctrl-R find: readline's list and the file behind it.  A part of the line editor,
 * for line.c only.
 */
#ifndef UI_LINE_HISTORY_H
#define UI_LINE_HISTORY_H

#include "ui/line.h"

/* path may be NULL: the list then lives as long as the shell. ops->warn hears of one failure. */
void line_history_start(const struct line_ops *ops, const char *path);
void line_history_stop(void);
/*
 * Reads the file, the first time; later calls do nothing.  Wanted as late as possible: the list
 * would delay the first prompt, and readline walks all of it at each Enter.
 */
void line_history_load(void);
/* Adds a line, unless it is blank, too long, or the same as the one before. */
void line_history_add(const char *line);
/* Writes what was added to the file: once the next prompt is shown, which need not wait for it. */
void line_history_save(void);

#endif
