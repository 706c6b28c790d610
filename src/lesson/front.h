/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The "key: value" lines at the top of a lesson, and the number that its file's name gives it.  For
 * lesson.c alone.
 */
#ifndef LESSON_FRONT_H
#define LESSON_FRONT_H

#include "lesson/lesson.h"
#include "lesson/source.h"

/*
 * Reads the lines before src's body into l's fields and number; l->path is set. 0, or -1 with a cause that
 * names the line; what was read until then is lesson_release()'s.
 */
int front_matter(struct lesson *l, const struct source *src, char **cause);

#endif
