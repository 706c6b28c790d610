/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of lines typed before: one a line, appended at once, so that two shells may share it
 * and a crash loses nothing.  It knows nothing of the line editor.  Its memory is bounded: at most
 * the last HISTORY_BYTES and HISTORY_LINES of the file are looked at.
 */
#ifndef UI_HISTORY_H
#define UI_HISTORY_H

#include <stdbool.h>

#define HISTORY_LINES   10000
#define HISTORY_BYTES   (1 << 20)
#define HISTORY_LONGEST (64 << 10)

/* Gives each line that is kept to add(), oldest first.  A file that is not there is no error; one
 * that grew to twice the limits is cut to what was given. -1 with a cause. */
int history_load(const char *path, void (*add)(const char *line), char **cause);
/* Whether a line is worth keeping: not blank, not longer than HISTORY_LONGEST, nothing hidden in it. */
bool history_worth(const char *line);
/* Appends the line, making the file (0600) and its directories (0700). -1 with a cause. */
int history_append(const char *path, const char *line, char **cause);

#endif
