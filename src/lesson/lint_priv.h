/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between lint.c, which looks at one lesson, and lint_pair.c, which compares a lesson with its translations.
 */
#ifndef LESSON_LINT_PRIV_H
#define LESSON_LINT_PRIV_H

#include "base/str.h"
#include "lesson/lesson.h"
#include "lesson/source.h"

struct lint {
	const char *path;
	struct str *out;
	struct lesson l;
	struct source src;
	int found;
};

/* Adds a line about one of the file's. */
void lint_say(struct lint *li, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
/*
 * Compares the lesson with its translations, or, if it is one itself, with the original; what differs is
 * said of the translation. given: the other files that are looked at; no pair is compared twice.
 */
void lint_pairs(struct lint *li, char *const *given, int n);

#endif
