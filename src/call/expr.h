/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expressions where a number is wanted: 0600|IPC_CREAT, a+4*(i%N), s[1], A.r, $key, 'a', msg:3, -1.
 * It knows the grammar alone; what a name stands for is asked of the caller.  Runs in the shell.
 *
 *   expr = sum { "|" sum }                                    C's precedence, left to right
 *   sum  = term { ( "+" | "-" ) term }
 *   term = sign { ( "*" | "/" | "%" ) sign }
 *   sign = [ "+" | "-" ] atom
 *   atom = INT | CHAR | CONSTANT | ref [ "[" expr "]" ] | KIND ":" INT | "(" expr ")"
 *   ref  = [ "$" ] [ NAME "." ] NAME                          KIND = "msg" | "shm" | "sem"
 */
#ifndef CALL_EXPR_H
#define CALL_EXPR_H

#include <stdbool.h>
#include <stddef.h>

enum { EXPR_DEPTH = 16 }; /* how deep [ ] and ( ) may nest */

/*
 * Whom to ask. Any callback may be NULL: it then knows nothing. Names are not NUL-terminated; "A.x"
 * comes whole, "$q" without its $. 1: found, *out is it; 0: no such name; -1: *cause is set.
 */
struct expr_env {
	void *ctx;
	int column; /* where s stands in the line, 0-based: causes count from it */
	bool wide; /* an address or a size: numbers from 2^63 on are taken, and wrap into the long */
	/* A constant; not asked for $NAME, A.x or NAME[...]. */
	int (*constant)(void *ctx, const char *name, size_t len, long *out);
	int (*lookup)(void *ctx, const char *name, size_t len, long *out, char **cause);
	/* NAME[index] */
	int (*element)(void *ctx, const char *name, size_t len, long index, long *out,
		       char **cause);
	/* KIND:id; kind is "msg", "shm" or "sem". */
	int (*object)(void *ctx, const char *kind, long id, long *out, char **cause);
	/* The nearest known name (the callee's memory), or NULL. */
	const char *(*suggest)(void *ctx, const char *name, size_t len);
};

/*
 * Evaluates the len bytes at s, all of them. Blanks between parts are skipped: the splitting into
 * words has seen to it where they may stand. 0; or -1 with a cause: what is wrong, its column (from 1),
 * what to try. What does not fit a long is an error, and so is a division by zero. *out is only set
 * on success.
 */
int expr_eval(const char *s, size_t len, const struct expr_env *env, long *out, char **cause);

#endif
