/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many columns a text takes on the terminal, and how much of it fits: wide and combining
 * characters counted as wcwidth(3) does in the current locale.  Pure functions of text.
 */
#ifndef UI_WIDTH_H
#define UI_WIDTH_H

#include "base/str.h"

/*
 * The column where the cursor stands after n bytes of s were printed from column at on a terminal
 * of the given width that wraps.  -1 if that cannot be known: control characters, malformed bytes.
 */
int width_column(const char *s, size_t n, int at, int width);
/* Columns that s takes on an endless line; a control character or malformed byte counts 1. */
int width_of(const char *s);
/* Adds as much of s as fits into width columns, with an ellipsis where it was cut, and fills up to
 * fill columns with blanks (0: not). */
void width_fit(struct str *out, const char *s, int width, int fill);

#endif
