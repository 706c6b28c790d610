/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text for a terminal's width: lines that are too long are broken at blanks, and what follows
 * stands under where the line's own text began.  It knows nothing of what the text says.
 */
#ifndef SHELL_WRAP_H
#define SHELL_WRAP_H

#include "base/str.h"

/*
 * Adds text, its lines broken so that none is longer than width columns, where they have blanks to
 * break at.  A line in two columns ("  name    what it is") goes on under its second column,
 * another one under its first word.  Once a line of prose (it is not indented) had to be broken, the
 * next one follows it at once, so that a paragraph stays one.  Wide characters count as two columns, and may be parted.
 */
void wrap(struct str *out, const char *text, int width);

#endif
