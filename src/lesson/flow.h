/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of terminal text: columns, wrapping, aligned tables.  Its input is clean text in which
 * the only control characters are the renderer's own: ANSI attributes (ESC [ ... m) and the three
 * below.  It knows nothing of Markdown.  For render.c and inline.c, and for help's pages.
 */
#ifndef LESSON_FLOW_H
#define LESSON_FLOW_H

#include "base/str.h"

#define FLOW_SOFT                                                                                  \
	'\v' /* the source's line ended here: a blank, but nothing between wide characters */
#define FLOW_HARD '\n'   /* the line ends here */
#define FLOW_BAR  '\034' /* a | that parts no cells */

int flow_columns(const char *s, size_t n);
/* How many of the n bytes at s, which are no blank, must stay in one row: a word, or a wide character. */
size_t flow_word(const char *s, size_t n);

/*
 * Adds the text in lines of at most width columns (0: any), the first behind `first`, the others
 * behind `rest`. A word that is wider than a line is cut.
 */
void flow_text(struct str *out, const char *s, const char *first, const char *rest, int width);

/* Adds foreign lines as they stand, cleaned, tabs as blanks up to each eighth column. */
void flow_lines(struct str *out, const char *s, const char *first, const char *rest);

/* Is the text a table: rows of cells between |, the second of dashes? */
bool flow_is_table(const char *s);
/* Adds one with its columns aligned, or, where it is too wide for that, its rows wrapped. */
void flow_table(struct str *out, const char *s, const char *first, const char *rest, int width);

#endif
