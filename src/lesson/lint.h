/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a reader of a lesson would trip over, or its author has forgotten: seen in the file alone,
 * nothing is played.  Runs in the shell, without a session.
 */
#ifndef LESSON_LINT_H
#define LESSON_LINT_H

#include "base/str.h"

enum { LINT_COLUMNS = 100 }; /* of a line of prose */

/*
 * Adds a line "FILE:LINE: what is wrong" for each thing: unknown or malformed front matter; a fence
 * before the first step, or without a command; a prediction without its key, whose choices, keys and
 * reasons are not as many, or alike; a task without hints, in the open, or with a goal that is none; a
 * name in a goal that no command makes; a transcript in a fence that is not played; a `sleep` that no
 * await follows; a relative link that leads nowhere; a line that is too long; a number that another
 * lesson has; what a translation (NAME.LANG.md) has otherwise than its original. How many.
 * given[0..n): all files that are looked at, so that no pair is compared twice.
 */
int lint_lesson(const char *path, char *const *given, int n, struct str *out);

#endif
