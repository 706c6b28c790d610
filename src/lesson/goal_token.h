/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A goal's text as tokens, one at a time.  For goal_parse.c and goal_args.c only.
 */
#ifndef LESSON_GOAL_TOKEN_H
#define LESSON_GOAL_TOKEN_H

#include "base/str.h"

#include <stdbool.h>

enum token { T_END, T_INT, T_TEXT, T_NAME, T_OP };

struct goal_text {
	const char *text;
	size_t at; /* behind the token */
	int depth;
	char **cause;
	enum token token;
	size_t from; /* where the token stands */
	size_t len;
	long num;
	struct str value; /* T_TEXT: what it says */
};

struct node;

/* To the next token; -1 with a cause. */
int token_next(struct goal_text *p);
/* Sets the cause to what is wrong at a byte of the text. Always -1. */
int token_complain(struct goal_text *p, size_t at, const char *what);
/* Is the token this operator, this word? */
bool token_is(const struct goal_text *p, const char *s);
bool token_is_word(const struct goal_text *p, const char *s);
/* Do a call's arguments fit its function? -1 with a cause. (goal_args.c) */
int goal_args(struct goal_text *p, const struct node *call);

#endif
