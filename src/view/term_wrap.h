/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line of a transcript on a terminal that is narrower than the line: broken between words, not
 * within one.  Columns are wcwidth(3)'s; colours (ESC [ ... m) take none.  Pure functions of text.
 */
#ifndef VIEW_TERM_WRAP_H
#define VIEW_TERM_WRAP_H

#include "base/str.h"

/*
 * Adds the n bytes of s, cleaned text without marks, which hold no newline but a last one, so that no
 * row is longer than width columns where there is a blank, or a wide character, to break at.  What
 * goes on stands under the words of a remark ("   A sleeps: ..."), under the second column of a
 * change ("+ s     2 semaphores"), and three columns in under anything else.
 */
void term_wrap(struct str *out, const char *s, size_t n, int width);

#endif
