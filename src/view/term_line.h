/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event as the lines of a transcript.  Pure functions from an event to text; marks (base/str.h)
 * stay in it, foreign text is cleaned.  For view/term.c.
 */
#ifndef VIEW_TERM_LINE_H
#define VIEW_TERM_LINE_H

#include "base/str.h"
#include "session/event.h"

#define PAINT_BOLD   "\033[1m"
#define PAINT_DIM    "\033[2m"
#define PAINT_RED    "\033[31m"
#define PAINT_GREEN  "\033[32m"
#define PAINT_YELLOW "\033[33m"
#define PAINT_OFF    "\033[0m"

struct line_style {
	bool colour, diff, echo;
	int width;
};

/* Adds nothing, or whole lines, each ended by a newline. */
void term_line(struct str *out, const struct event *e, const struct line_style *st);

/* Adds text that may hold marks, cleaned, its newlines followed by the indent of remarks. */
void line_text(struct str *out, const char *s);
/* Adds "A: " for a process that is not the current one. */
void line_label(struct str *out, const struct event *e, const struct line_style *st);
/* Adds "+ s     ", what a line of the diff begins with; its sign is +, ~ or -. */
void line_subject(struct str *out, char sign, const char *subject, const struct line_style *st);
void line_paint(struct str *out, const char *paint, const struct line_style *st);

/* EV_CALL and EV_RESUMED (term_call.c). */
void line_call(struct str *out, const struct event *e, const struct line_style *st);
/* EV_SIGNAL, EV_PROCESS (term_process.c). */
void line_signal(struct str *out, const struct event *e, const struct line_style *st);
void line_process(struct str *out, const struct event *e, const struct line_style *st);

#endif
