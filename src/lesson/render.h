/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson's prose as terminal text: wrapped by columns (wide characters count two and may be
 * parted), with emphasis, code and headings set off by ANSI attributes or, without colour, by the
 * marks that Markdown has for them.  Code stands as it is, indented; tables are aligned; HTML
 * tags are dropped and <details> hidden.  No control character of a file gets through.  It knows
 * nothing of steps or fences.  Runs in the shell.
 */
#ifndef LESSON_RENDER_H
#define LESSON_RENDER_H

#include "base/str.h"
#include "lesson/lesson.h"

/*
 * Adds the prose, each line ended by a newline, blocks parted by a blank line; nothing before
 * the first and after the last.  width is in columns; 0: never wrap.
 */
void render_prose(struct str *out, const struct prose *prose, int width, bool colour);
/* The inside of a <details> without its <summary>. */
void render_inside(struct str *out, const struct prose *prose, int width, bool colour);
/* As render_prose(), of Markdown text. */
void render_markdown(struct str *out, const char *text, size_t n, int width, bool colour);

/* A paragraph of clean text that is no Markdown. */
void render_words(struct str *out, const char *text, int width);

/* How many columns n bytes take on a terminal: ANSI attributes none, malformed bytes one each. */
int render_columns(const char *s, size_t n);

/*
 * How deep in <details> one is behind an HTML block, if it was `depth` before it. *any: the
 * block has an inside of a <details>, be it all in this block.
 */
int render_details(struct cmark_node *html, int depth, bool *any);

#endif
