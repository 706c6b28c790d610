/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line editor: all that the shell knows of GNU readline (line*.c).  One terminal, one line at
 * a time, through callbacks.  It must never know the language: what a line means, what may
 * complete a word and what is still to be typed come from line_ops.  Runs in the shell only.
 *
 * The terminal: while a line is edited it is readline's (no echo, no line mode; but ISIG stays
 * on, so that Ctrl-C is SIGINT to the shell).  While entered() runs it is as the shell found it,
 * cooked and echoing, and Ctrl-C is SIGINT again: commands may wait, and programs may use it.
 * Readline catches no signals.  The caller does, before line_start, and calls line_interrupt,
 * line_resize, line_suspend, line_resume and line_stop from its loop, never from a handler.
 *
 * Pasted text (bracketed paste) stands in the line until Enter is pressed, as in other shells.
 * Of several lines each is then shown behind a prompt of its own and given to entered() in order,
 * one by each line_read(); line_interrupt() drops those that wait.
 */
#ifndef UI_LINE_H
#define UI_LINE_H

#include "ui/candidates.h"

#include <stdio.h>

struct line_ops {
	void *ctx;
	/*
	 * A whole line, valid during the call; NULL for Ctrl-D on an empty one.  May call all
	 * functions below but line_start and line_read; to leave it calls line_stop, or one
	 * more prompt is shown.
	 */
	void (*entered)(void *ctx, const char *line);
	/* Fills out with what the word before point may become, and out->start. May be NULL. */
	void (*complete)(void *ctx, const char *text, size_t point, struct candidates *out);
	/* Adds the arguments still to be typed, one line, or nothing. May be NULL. */
	void (*hint)(void *ctx, const char *text, struct str *out);
	/* Something that does not stop the work, once: the history cannot be written. */
	void (*warn)(void *ctx, const char *text);
};

/*
 * Takes the terminal and shows the first prompt.  in and out are the terminal; out's buffer is
 * flushed before each prompt.  inputrc is read besides readline's own, if it is there.  history
 * is appended to, and read at the first key that may look for an old line.  Both are paths (see
 * base/paths.h), or NULL for none.  setlocale(3) comes first. -1 with a cause when in or out is no
 * terminal.
 */
int line_start(const struct line_ops *ops, FILE *in, FILE *out, const char *prompt,
	       const char *inputrc, const char *history, char **cause);
/* Gives the terminal back as it was; safe on any path, twice, and when the terminal has gone. */
void line_stop(void);

/*
 * Call it when in is readable or hung up, and when line_pending().  At most one line is entered
 * by a call.  -1: the terminal has gone (what was half typed is not executed), or line_stop was
 * called: do not call again.
 */
int line_read(void);
/* Whether pasted lines wait: call line_read() again without waiting for a key. */
bool line_pending(void);

/* The prompt from now on, at once if a line is edited. Colours stand between \001 and \002. */
void line_prompt(const char *prompt);
/* Text for the next line, as if typed: the user may still edit it, and presses Enter. */
void line_type(const char *text);

/*
 * What is printed between these (to out, whole lines) stands above the prompt, and the half-typed
 * line stays as it was.  While no line is edited, and nested, they do nothing: a printer may
 * always call them.
 */
void line_above_begin(void);
void line_above_end(void);

/* Ctrl-C: a fresh prompt for the half-typed line. Within entered(): drops waiting pasted lines. */
void line_interrupt(void);
/* SIGWINCH. */
void line_resize(void);
/*
 * Around a stop (SIGTSTP), or a program that gets the terminal while a line is edited; no
 * line_read between them.  line_resume is right after any SIGCONT: somebody may have changed the
 * terminal's mode meanwhile.
 */
void line_suspend(void);
void line_resume(void);

/*
 * Asks a question that one key answers: true for y.  Ctrl-C, Ctrl-D, Enter, Escape, n and a lost
 * terminal mean no.  What was typed before it is thrown away, so that no early key agrees.
 */
bool line_ask(const char *question);

#endif
