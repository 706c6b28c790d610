/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal printer: a sink that writes each event as the transcript's lines, to a FILE or,
 * above a prompt, by a callback.  Inside a `repeat` it folds alike lines.  It keeps no event.
 * What a line looks like is term_line.c's matter.  Runs in the shell.
 */
#ifndef VIEW_TERM_H
#define VIEW_TERM_H

#include "base/str.h"
#include "session/event.h"

#include <stdio.h>

/* Where text goes: to write, if it is not NULL, else to file. Borrowed; nothing is flushed. */
struct term_out {
	void (*write)(void *ctx, const char *text, size_t len); /* whole lines */
	void *ctx;
	FILE *file;
	FILE *errors; /* where EV_ERROR goes (file is flushed first); NULL: with all else */
};

struct term_options {
	bool colour;
	bool diff;   /* print EV_OBJECT */
	bool echo;   /* print EV_LINE as the prompt and what was typed; a terminal has it already */
	bool marked; /* leave the marks of base/str.h in what is written: for the judge of lessons */
	int width;   /* columns that a table may take; 0: any */
	/* On a terminal of so many columns longer lines are broken between words, but for calls,
	 * tables and what programs print; 0: never. errors, if there are, go by wrap_errors. */
	int wrap, wrap_errors;
};

struct term;

/* Never NULL. Free with term_free (NULL allowed), when no session has its sink any more. */
struct term *term_new(struct term_out out, struct term_options options);
void term_free(struct term *t);
struct sink *term_sink(struct term *t);

void term_set_diff(struct term *t, bool on);
/* The terminal has another width: of tables, and of what is broken at all. */
void term_set_width(struct term *t, int width);
void term_set_echo(struct term *t, bool on);

/* Adds the event as it would be written, with marks, without colour, unfolded. */
void term_render(struct term *t, const struct event *e, struct str *out);

/*
 * Around a `repeat`; they nest. Between them, lines that differ in their numbers alone are printed
 * six times, then counted, and the last of them is shown with the count as soon as a line of
 * another shape comes, or at the end.
 */
void term_fold_begin(struct term *t);
void term_fold_end(struct term *t);

#endif
