/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws a struct grid as text: by libsmartcols, in columns that are wide enough for CJK, with
 * branches for trees; as cards, a paragraph a row, where a terminal is too narrow for a table; by
 * hand where there are thousands of rows.  What is drawn depends on the grid and the width alone,
 * not on the locale.  It knows nothing of what the rows mean.  Runs in the shell.
 */
#ifndef VIEW_GRID_H
#define VIEW_GRID_H

#include "base/grid.h"
#include "base/str.h"

/*
 * Adds the title, the table (without columns in which every cell is empty) and the note, each line
 * ended by a newline.  width is in columns, 0: any.  The cells' marks (base/str.h) stay; all other
 * control characters come out as escapes.  A grid without rows is one line: "TITLE: none".
 */
void grid_text(struct str *out, const struct grid *g, int width, bool colour);

/* How deep row r stands in the tree; 0: at its root. A parent that is no earlier row is none. */
int grid_depth(const struct grid *g, int r);

#endif
