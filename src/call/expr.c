/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expressions by recursive descent; see expr.h.  The only recursion is through [ ] and ( ), and it is
 * bounded, because the text may be hostile.  A plain decimal number takes no parser at all.
 */
#include "call/expr.h"

#include "base/lang.h"
#include "call/words.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	const char *s, *p, *end;
	const struct expr_env *env;
	char **cause;
	int depth;
};

static int alternatives(struct parser *x, long *out);

static size_t column(const struct parser *x, const char *at)
{
	return (size_t)(at - x->s) + (size_t)x->env->column + 1;
}

/* Sets "WHAT (column N): WHY" about the n bytes at at. */
static int wrong(struct parser *x, const char *at, size_t n, const char *why)
{
	char *shown = words_show(at, n);

	fail(x->cause, _("%s (column %zu): %s"), shown, column(x, at), why);
	free(shown);
	return -1;
}

static int overflow(struct parser *x, const char *at)
{
	return wrong(x, at, (size_t)(x->p - at), _("a number out of range"));
}

static void blanks(struct parser *x)
{
	while (x->p < x->end && (*x->p == ' ' || (*x->p >= '\t' && *x->p <= '\r')))
		x->p++;
}

static bool sees(const struct parser *x, char c)
{
	return x->p < x->end && *x->p == c;
}

static bool starts_name(const char *p, const char *end)
{
	return p < end && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_');
}

static const char *skip_name(const char *p, const char *end)
{
	while (starts_name(p, end) || (p < end && *p >= '0' && *p <= '9'))
		p++;
	return p;
}

/* The run of bytes at p that a cause should show. */
static size_t run(const struct parser *x, const char *p)
{
	const char *q = p;

	while (q < x->end && !strchr(" \t|+*/%[](){},", *q))
		q++;
	return q > p ? (size_t)(q - p) : p < x->end;
}

static int unexpected(struct parser *x, const char *why)
{
	if (x->p == x->end)
		return fail(x->cause, _("column %zu: %s, but the word ends here"), column(x, x->p),
			    why);
	return wrong(x, x->p, run(x, x->p), why);
}

/* A character constant: 'a' or a C escape in single quotes. */
static int character(struct parser *x, long *out)
{
	const char *at = x->p, *p = at + 1;
	char c = 0;
	int used = 1;

	if (p < x->end && *p == '\\')
		used = words_escape(p, (size_t)(x->end - p), &c);
	else if (p < x->end && *p != '\'')
		c = *p;
	else
		used = -1;
	if (used < 0 || x->end - p <= used || p[used] != '\'')
		return wrong(x, at, run(x, at),
			     _("a character is one byte or one C escape: 'a', '\\n'"));
	x->p = p + used + 1;
	*out = (unsigned char)c;
	return 0;
}

/* An integer; only here may the least of all longs be written: minus is in front of it. */
static int integer(struct parser *x, bool minus, long *out)
{
	const char *at = x->p;
	unsigned long u;
	long used = words_int(at, (size_t)(x->end - at), &u);

	if (used < 0) {
		const char *q = at;

		while (q < x->end && *q >= '0' && *q <= '9')
			q++;
		x->p = skip_name(at, x->end);
		return q == x->p && *at != '0' ? overflow(x, at)
					       : wrong(x, at, (size_t)(x->p - at),
						       _("no number, or one out of range: decimal, "
							 "0x hex, or octal after a 0"));
	}
	x->p += used;
	if (u > (unsigned long)LONG_MAX + minus && (minus || !x->env->wide))
		return overflow(x, at);
	*out = (long)(minus ? 0UL - u : u);
	return 0;
}

static int unknown(struct parser *x, const char *name, size_t len)
{
	const struct expr_env *env = x->env;
	const char *near = env->suggest ? env->suggest(env->ctx, name, len) : NULL;
	char *shown = words_show(name, len);

	if (near)
		fail(x->cause, _("%s (column %zu): no such name; did you mean %s?"), shown,
		     column(x, name), near);
	else
		fail(x->cause, _("%s (column %zu): no such name or constant; x = ... binds a name"),
		     shown, column(x, name));
	free(shown);
	return -1;
}

/* What a callback said about the name; its own cause stands as it is. */
static int answer(struct parser *x, int found, const char *name, size_t len)
{
	if (found > 0)
		return 0;
	return found < 0 ? -1 : unknown(x, name, len);
}

/* KIND:INT; x->p is after the colon. */
static int object(struct parser *x, const char *kind, const char *at, long *out)
{
	const struct expr_env *env = x->env;
	long id;

	if (x->p == x->end || *x->p < '0' || *x->p > '9')
		return unexpected(x, _("an id is wanted after the colon, as in msg:3"));
	if (integer(x, false, &id))
		return -1;
	return answer(x, env->object ? env->object(env->ctx, kind, id, out, x->cause) : 0, at,
		      (size_t)(x->p - at));
}

/* An expression within brackets or parentheses, and what closes it; x->p is after what opens it. */
static int nested(struct parser *x, char close, long *out)
{
	if (x->depth == EXPR_DEPTH)
		return wrong(x, x->p - 1, 1, _("brackets are nested too deeply"));
	x->depth++;
	if (alternatives(x, out))
		return -1;
	x->depth--;
	blanks(x);
	if (!sees(x, close))
		return unexpected(x, close == ']' ? _("a ] is missing") : _("a ) is missing"));
	x->p++;
	return 0;
}

/* NAME[expr]; x->p is after the bracket. */
static int element(struct parser *x, const char *name, size_t len, long *out)
{
	const struct expr_env *env = x->env;
	long index;

	if (nested(x, ']', &index))
		return -1;
	return answer(x, env->element ? env->element(env->ctx, name, len, index, out, x->cause) : 0,
		      name, len);
}

static int reference(struct parser *x, long *out)
{
	static const char *const kinds[] = { "msg", "shm", "sem" };
	const struct expr_env *env = x->env;
	bool plain = !sees(x, '$');
	const char *name = x->p + !plain, *after;
	size_t len;

	if (!starts_name(name, x->end))
		return unexpected(x, _("a name is wanted after the $"));
	x->p = skip_name(name, x->end);
	len = (size_t)(x->p - name);
	if (plain && sees(x, ':'))
		for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
			if (len == 3 && memcmp(kinds[i], name, 3) == 0) {
				x->p++;
				return object(x, kinds[i], name, out);
			}
	if (sees(x, '.')) {
		if (!starts_name(x->p + 1, x->end))
			return unexpected(x, _("a name is wanted after the dot, as in A.x"));
		x->p = skip_name(x->p + 1, x->end);
		len = (size_t)(x->p - name);
		plain = false;
	}
	after = x->p;
	blanks(x);
	if (sees(x, '[')) {
		x->p++;
		return element(x, name, len, out);
	}
	x->p = after;
	if (plain && env->constant && env->constant(env->ctx, name, len, out) > 0)
		return 0;
	return answer(x, env->lookup ? env->lookup(env->ctx, name, len, out, x->cause) : 0, name,
		      len);
}

static int atom(struct parser *x, bool minus, long *out)
{
	const char *at = x->p;
	int r;

	if (x->p < x->end && *x->p >= '0' && *x->p <= '9')
		return integer(x, minus, out);
	if (sees(x, '\'')) {
		r = character(x, out);
	} else if (sees(x, '(')) {
		x->p++;
		r = nested(x, ')', out);
	} else if (sees(x, '$') || starts_name(x->p, x->end)) {
		r = reference(x, out);
	} else {
		return unexpected(x, _("a number or a name is wanted"));
	}
	if (r == 0 && minus && __builtin_sub_overflow(0L, *out, out))
		return overflow(x, at);
	return r;
}

static int signed_atom(struct parser *x, long *out)
{
	bool minus;

	blanks(x);
	minus = sees(x, '-');
	if (minus || sees(x, '+')) {
		x->p++;
		blanks(x);
	}
	return atom(x, minus, out);
}

/* *a = *a OP b; false if that fits no long. */
static bool apply(char op, long *a, long b)
{
	switch (op) {
	case '|':
		*a |= b;
		return true;
	case '+':
		return !__builtin_add_overflow(*a, b, a);
	case '-':
		return !__builtin_sub_overflow(*a, b, a);
	case '*':
		return !__builtin_mul_overflow(*a, b, a);
	default: /* the processor traps where the quotient does not fit, be it wanted or not */
		if (*a == LONG_MIN && b == -1)
			return false;
		*a = op == '/' ? *a / b : *a % b;
		return true;
	}
}

/* operand { OP operand }, from left to right. */
static int chain(struct parser *x, const char *ops, int (*operand)(struct parser *x, long *out),
		 long *out)
{
	long value, more;

	if (operand(x, &value))
		return -1;
	for (blanks(x); x->p < x->end && *x->p && strchr(ops, *x->p); blanks(x)) {
		const char *at = x->p++;

		if (operand(x, &more))
			return -1;
		if (!more && (*at == '/' || *at == '%'))
			return wrong(x, at, (size_t)(x->p - at), _("a division by zero"));
		if (!apply(*at, &value, more))
			return overflow(x, at);
	}
	*out = value;
	return 0;
}

static int term(struct parser *x, long *out)
{
	return chain(x, "*/%", signed_atom, out);
}

static int sum(struct parser *x, long *out)
{
	return chain(x, "+-", term, out);
}

static int alternatives(struct parser *x, long *out)
{
	return chain(x, "|", sum, out);
}

int expr_eval(const char *s, size_t len, const struct expr_env *env, long *out, char **cause)
{
	struct parser x = { .s = s, .p = s, .end = s + len, .env = env, .cause = cause };
	long value = 0;
	size_t i;

	if (len > 0 && len <= 18 && (*s != '0' || len == 1)) {
		for (i = 0; i < len && s[i] >= '0' && s[i] <= '9'; i++)
			value = value * 10 + (s[i] - '0');
		if (i == len) {
			*out = value;
			return 0;
		}
	}
	if (alternatives(&x, &value))
		return -1;
	blanks(&x);
	if (x.p < x.end)
		return unexpected(
			&x, _("not understood here; numbers and names are joined by * / % + - |"));
	*out = value;
	return 0;
}
