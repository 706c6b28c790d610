/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson's file as lines: read whole, proved to be text, cut where cmark cuts, and its front
 * matter taken off.  It knows nothing of Markdown.  For lesson.c and fence.c only.
 */
#ifndef LESSON_SOURCE_H
#define LESSON_SOURCE_H

#include <stddef.h>

struct span {
	const char *s;
	size_t n;
};

struct source {
	const char *path; /* borrowed, for messages */
	char *text;
	size_t n;
	struct span *line; /* without their ends; line[0] is line 1 */
	int nlines, cap;
	int body; /* how many lines the front matter takes, its delimiters included */
};

/* Reads a regular file of at most LESSON_MAX bytes. -1 with a cause; *text is the caller's. */
int source_read(const char *path, char **text, size_t *n, char **cause);
/* Copies the text and cuts it. -1 with a cause that names the line. Release in either case. */
int source_init(struct source *src, const char *path, const char *text, size_t n, char **cause);
void source_release(struct source *src);
/* The line of that number (from 1), empty if there is none. */
struct span source_line(const struct source *src, int line);
/* Without blanks at the ends. */
struct span span_strip(struct span s);

#endif
