/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dim text behind the cursor that says what is still to be typed: where it goes, how much of
 * it fits, and the bytes that draw and erase it.  It keeps no state and knows no line editor.
 */
#ifndef UI_HINT_H
#define UI_HINT_H

#include "base/str.h"

#include <stdbool.h>

/* Whether a terminal of this type can show hints. */
bool hint_possible(const char *term);
/* The columns that are free behind prompt and line (n bytes, the cursor at the end) on a terminal
 * of width columns; 0 when too few, or when that cannot be known. */
int hint_room(const char *prompt, const char *line, size_t n, int width);
/* Adds the bytes that show as much of text as fits into room columns and bring the cursor back. */
void hint_draw(struct str *out, const char *text, int room);
/* The bytes that erase it again, from where the cursor is. */
extern const char hint_erase[];

#endif
