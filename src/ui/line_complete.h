/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tab: what line.c's readline line becomes.  A part of the line editor: it and line.c are the only
 * files that know readline.  Readline's own completion is not used, since it finds the word's start
 * by break characters, and only the language knows where a word starts.
 */
#ifndef UI_LINE_COMPLETE_H
#define UI_LINE_COMPLETE_H

#include "ui/line.h"

/* Binds the keys that the user left to readline's completion: Tab, and M-? and M-= for the list. */
void line_complete_bind(const struct line_ops *ops);
/* Binds keys in all keymaps where they are still bound to was. */
void line_rebind(const char *keys, int (*was)(int, int), int (*now)(int, int));

#endif
