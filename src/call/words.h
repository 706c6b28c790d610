/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lexical level of a primitive's line: raw words, and the literals in them (texts, integers,
 * escapes).  It knows no constants and no primitive, and asks what a name in a text stands for; what a
 * word means is decided by the parameter that it is for.  Runs in the shell, for every line that is replayed, so the common line
 * costs no memory.  Columns in structs are 0-based bytes, in causes they are counted from 1.
 */
#ifndef CALL_WORDS_H
#define CALL_WORDS_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum { WORDS_FIXED = 64, WORDS_PARENS = 16 /* how deep ( ) may nest */ };

#define TEXT_REPEAT_MAX (1L << 31)
#define TEXT_MOST       (1L << 20) /* bytes that names may make of it */

/* A raw word: quotes, braces and escapes stand in it as they were typed. */
struct word {
	const char *at; /* in the line that was split: not NUL-terminated, lives as long as it */
	size_t len;
	int column;
};

/* It points into itself: never copy it. To pass words on without the first, words_skip(). */
struct words {
	struct word *w; /* w[0 .. n) */
	int n;
	struct word *all; /* where w began: fixed, or malloc'ed when a line had more */
	int cap;
	struct word fixed[WORDS_FIXED];
};

void words_init(struct words *ws);
void words_release(struct words *ws); /* leaves it as words_init() does */

/*
 * Splits s, which stands within line or is all of it, at blanks into *ws, replacing what it held (its memory is
 * reused); columns are the line's. "...", '...' and
 * {...} are kept together wherever they stand in a word, (...) where a number may begin; # or // at a
 * word's start ends the line.
 * '\'' is one character constant. 0; or -1 with a cause: an open quote or brace, and its column.
 */
int words_split(const char *line, const char *s, struct words *ws, char **cause);
/* Drops the first k of the words, or all of them. */
void words_skip(struct words *ws, int k);
/* Is w this word, exactly? */
bool word_is(const struct word *w, const char *s);

/* Whom a text asks of its names and numbers. Any callback may be NULL. */
struct text_env {
	void *ctx;
	/* Adds what the name stands for, "A.x" whole. 1; 0: no such name; -1: *cause is set. */
	int (*value)(void *ctx, const char *name, size_t len, struct str *out, char **cause);
	/* The nearest known name (the callee's memory), or NULL. */
	const char *(*suggest)(void *ctx, const char *name, size_t len);
	/* What the len bytes at s, at that column, come to. 0; or -1: *cause is set. */
	int (*number)(void *ctx, const char *s, size_t len, int column, long *out, char **cause);
};

/*
 * A text: "..." with C escapes, '...' as it stands, or a bare word, each with an optional *INT
 * after it (a bare word's in decimal). Adds its bytes (NULs may be among them) to *bytes once and
 * sets *repeat to how many times they are meant, 1 to TEXT_REPEAT_MAX. The word '\'' is a single
 * quote. Where there is an env, $NAME, $A.NAME and ${NAME} but in '...' are what the name stands for
 * (\$ is a $, and so is one that no name can follow), and behind a closing quote *NAME and *(EXPR) repeat,
 * too; without one (NULL) a $ is a letter. 0; or -1 with a cause, *bytes as it was.
 */
int words_text(const struct word *w, const struct text_env *env, struct str *bytes, long *repeat,
	       char **cause);
/* The "*INT" at s (all of its len bytes), or nothing (len 0: 1); column is where s stands. */
int words_repeat(const char *s, size_t len, int column, const struct text_env *env, long *repeat,
		 char **cause);

/* How long the "..." or '...' at s is, quotes included; 0 if it is not closed within len. */
size_t words_quoted(const char *s, size_t len);
/* How long what begins with the ( at s is, up to its closing ); 0 if it is not closed within len. */
size_t words_parens(const char *s, size_t len);
/*
 * The integer at s: decimal, 0x hex, 0 octal. Returns the bytes that it takes, 0 if none stands
 * there; -1 if it does not fit 64 bits or is malformed (08, 0x, 12ab).
 */
long words_int(const char *s, size_t len, unsigned long *out);
/*
 * The C escape at s, which begins with the backslash: \a \b \e \f \n \r \t \v \\ \" \' \? \o \oo
 * \ooo \xh \xhh. Returns the bytes that it takes, or -1.
 */
int words_escape(const char *s, size_t len, char *out);
/* s for a cause: cut to 40 bytes, made fit for a terminal. The caller frees. */
char *words_show(const char *s, size_t len);

#endif
