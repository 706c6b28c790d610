/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hint behind readline's cursor.  A part of the line editor, for line.c only.  It is drawn
 * after readline is done with a key and erased before it gets the next, so that readline never
 * sees it.
 */
#ifndef UI_LINE_HINT_H
#define UI_LINE_HINT_H

#include "ui/line.h"

void line_hint_start(const struct line_ops *ops, FILE *out);
/* Draws it, if readline is at the end of an ordinary line that has one. */
void line_hint_draw(const char *prompt);
void line_hint_erase(void);
/* Whether readline is at an ordinary line, not within a key or a search. */
bool line_is_plain(void);

#endif
