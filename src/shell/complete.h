/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a half-typed line may become: the words that may stand at the cursor, and the arguments
 * still to be typed.  All of it is derived from the records of primitives and commands and from
 * what is alive in the session; it makes no call and disturbs nobody.  It knows no line editor:
 * what it finds is handed to callbacks.
 */
#ifndef SHELL_COMPLETE_H
#define SHELL_COMPLETE_H

#include "base/str.h"
#include "shell/shell.h"

struct completion {
	void *ctx;
	/* A word, with a line about it or NULL. open: something may follow it without a blank. */
	void (*add)(void *ctx, const char *word, const char *describe, bool open);
	/* The files that begin with prefix; cwd and root (NULL: the shell's own) can be opened. */
	void (*files)(void *ctx, const char *cwd, const char *root, const char *prefix);
	size_t start; /* out: where in text the word begins; words are told whole from there */
};

/* Tells what may stand in text from out->start to point. Nothing that does not fit is told. */
void complete_word(struct shell *sh, const char *text, size_t point, struct completion *out);
/* Adds the arguments that are missing after text, or nothing; begins with a blank if text does
 * not end with one. */
void complete_hint(struct shell *sh, const char *text, struct str *out);

#endif
