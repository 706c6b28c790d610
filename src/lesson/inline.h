/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands within a paragraph, as the text that flow.h takes: words, code, emphasis, links, the
 * ends of lines.  It knows nothing of blocks.  For render.c only.
 */
#ifndef LESSON_INLINE_H
#define LESSON_INLINE_H

#include "base/str.h"

#include <stdbool.h>

struct cmark_node;

/* Sets off by an ANSI attribute or, without colour, by Markdown's mark. */
void inline_style(struct str *out, bool colour, const char *ansi, const char *plain);
/* An inline node, as cmark's iterator enters or leaves it; other nodes add nothing. */
void inline_node(struct str *out, bool colour, struct cmark_node *node, bool enter);
/* Adds what is left of an HTML block without its tags and comments, and the blanks around it. */
void inline_html(struct str *out, const char *s);

#endif
