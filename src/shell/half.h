/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A half-typed line, taken apart as far as it goes: whose it is, what decides, the words before the
 * cursor.  It allocates nothing and finds no fault: what is open stays open.  For
 * shell/complete.c.
 */
#ifndef SHELL_HALF_H
#define SHELL_HALF_H

#include "call/words.h"
#include "shell/shell.h"

/* Words that are told apart; nothing depends on later ones. */
enum { HALF_WORDS = 64 };

/* A line, as far as it was typed. */
struct half {
	struct process *p;
	const char *s;                /* the statement: behind A> and repeat N */
	const char *end;              /* the cursor */
	struct word word[HALF_WORDS]; /* those before the one at the cursor */
	int n;
	const char *at;               /* the word at the cursor; may be empty */
	char quote;                   /* it stands in this quote */
	int depth;                    /* of braces */
	int parens;                   /* of an expression's, in which blanks may stand */
	bool comment, bound, unknown; /* behind "q ="; for a process that there is not */
	const struct prim *prim;
	const struct command *cmd;
};

void half_init(struct half *h, struct shell *sh, const char *text, size_t point);
/* The word at the cursor counts as complete from now on. */
void half_take_word(struct half *h);
/*
 * How many arguments of the primitive stand before the cursor, those by name not counted.
 * *by_signal: the first is a signal in sh's form, as in kill -9.
 */
int half_arguments(const struct half *h, bool *by_signal);
/* How long the name at s is, which ends before end; 0 if none stands there. */
size_t half_name(const char *s, const char *end);

#endif
