/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words of external command lines; see pipeword.h.  The word being read is kept as a pattern
 * (literal characters that a glob would take otherwise are escaped) until it is complete; only then
 * is it known whether it is one.
 */
#include "shell/pipeword.h"

#include "base/lang.h"
#include "call/words.h"

#include <stdlib.h>
#include <string.h>

size_t pipeword_column(const struct pipeword *x, const char *at)
{
	return (size_t)(at - x->line) + (size_t)x->env->column + 1;
}

int pipeword_unsupported(struct pipeword *x, const char *at, int n)
{
	return fail(
		x->cause,
		_("%.*s (column %zu) is not for this shell: sh -c '...' runs a whole line of sh; "
		  "in quotes it is text"),
		n < 8 ? n : 8, at, pipeword_column(x, at));
}

bool pipeword_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool pipeword_operator(char c)
{
	return c && strchr("|&;<>()", c);
}

static bool starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static const char *skip_name(const char *p)
{
	while (starts_name(*p) || (*p >= '0' && *p <= '9'))
		p++;
	return p;
}

/* A character that means itself. */
static void literal(struct pipeword *x, char c)
{
	if (strchr("*?[]\\!^-", c) && c)
		str_addc(&x->word, '\\');
	str_addc(&x->word, c);
	x->in_word = true;
}

/* A character outside quotes, which may be a glob's. */
static void open_char(struct pipeword *x, char c)
{
	x->in_word = true;
	if (c == '\\') {
		literal(x, c);
		return;
	}
	if (c == '*' || c == '?' || (c == ']' && x->bracket))
		x->glob = true;
	if (c == '[')
		x->bracket = true;
	str_addc(&x->word, c);
}

void pipeword_end(struct pipeword *x)
{
	char *text;

	if (!x->in_word)
		return;
	text = str_take(&x->word);
	pipeline_add_word(x->out, x->glob ? text : pattern_literal(text), x->glob);
	x->in_word = x->glob = x->bracket = false;
}

/* The value of a variable is in x->value. */
static void add_value(struct pipeword *x, bool quoted)
{
	const char *v = str_text(&x->value);

	for (size_t i = 0; i < x->value.len && v[i]; i++) {
		if (quoted || x->whole)
			literal(x, v[i]);
		else if (v[i] == ' ' || v[i] == '\t' || v[i] == '\n')
			pipeword_end(x);
		else
			open_char(x, v[i]);
	}
}

/* Asks for the variable whose name is the n bytes at s: as the callback answers. */
static int ask(struct pipeword *x, const char *s, size_t n)
{
	str_reset(&x->value);
	str_reset(&x->name);
	str_addn(&x->name, s, n);
	if (!x->env->var)
		return 0;
	return x->env->var(x->env->ctx, str_text(&x->name), &x->value, x->cause);
}

/* After NAME: the end of NAME.NAME, or of NAME if no second one follows. */
static const char *skip_member(const char *p)
{
	return *p == '.' && starts_name(p[1]) ? skip_name(p + 1) : p;
}

static int braced(struct pipeword *x, bool quoted)
{
	const char *dollar = x->p, *name = dollar + 2, *end = name;

	if (starts_name(*name))
		end = skip_member(skip_name(name));
	if (end == name || *end != '}') {
		size_t n = strcspn(dollar, "}");
		char *shown = words_show(dollar, n + (dollar[n] == '}'));

		fail(x->cause,
		     _("%s (column %zu): only ${NAME} is understood here; sh -c '...' for more"),
		     shown, pipeword_column(x, dollar));
		free(shown);
		return -1;
	}
	if (ask(x, name, (size_t)(end - name)) < 0)
		return -1;
	add_value(x, quoted);
	x->p = end + 1;
	return 0;
}

/* x->p is at a $. */
static int dollar(struct pipeword *x, bool quoted)
{
	const char *name = x->p + 1, *end, *member;
	int r;

	if (*name == '(')
		return pipeword_unsupported(x, x->p, 2);
	if (*name == '{')
		return braced(x, quoted);
	if (!starts_name(*name)) {
		if (*name && strchr("?$!#@*-0123456789", *name))
			return pipeword_unsupported(x, x->p, 2);
		literal(x, *x->p++);
		return 0;
	}
	end = skip_name(name);
	member = skip_member(end);
	r = ask(x, name, (size_t)(member - name));
	if (r == 0 && member != end) {
		member = end;
		r = ask(x, name, (size_t)(end - name));
	}
	if (r < 0)
		return -1;
	add_value(x, quoted);
	x->p = member;
	return 0;
}

static int not_closed(struct pipeword *x, const char *open)
{
	return fail(x->cause, _("the %c at column %zu is never closed: a %c is missing"), *open,
		    pipeword_column(x, open), *open);
}

static int double_quoted(struct pipeword *x)
{
	const char *open = x->p++;

	x->in_word = true;
	while (*x->p != '"') {
		if (*x->p == '\0')
			return not_closed(x, open);
		if (*x->p == '`')
			return pipeword_unsupported(x, x->p, 1);
		if (*x->p == '$') {
			if (dollar(x, true))
				return -1;
			continue;
		}
		if (*x->p == '\\' && x->p[1] && strchr("\"\\$`", x->p[1]))
			x->p++;
		literal(x, *x->p++);
	}
	x->p++;
	return 0;
}

static int single_quoted(struct pipeword *x)
{
	const char *open = x->p++;

	x->in_word = true;
	for (; *x->p != '\''; x->p++) {
		if (*x->p == '\0')
			return not_closed(x, open);
		literal(x, *x->p);
	}
	x->p++;
	return 0;
}

/* A ~ alone or before a slash, at a word's start; without a HOME it is itself. */
static int tilde(struct pipeword *x)
{
	char next = *++x->p;
	int r = 0;

	if (next == '\0' || next == '/' || pipeword_blank(next) || pipeword_operator(next))
		r = ask(x, "HOME", 4);
	if (r > 0) {
		x->in_word = true;
		add_value(x, true);
	} else if (r == 0) {
		literal(x, '~');
	}
	return r < 0 ? -1 : 0;
}

/* Reads to the end of a word; what it adds may be no word, or several. */
int pipeword_read(struct pipeword *x)
{
	if (*x->p == '~' && tilde(x))
		return -1;
	while (*x->p && !pipeword_blank(*x->p) && !pipeword_operator(*x->p)) {
		int r = 0;

		if (*x->p == '\'') {
			r = single_quoted(x);
		} else if (*x->p == '"') {
			r = double_quoted(x);
		} else if (*x->p == '$') {
			r = dollar(x, false);
		} else if (*x->p == '`') {
			return pipeword_unsupported(x, x->p, 1);
		} else if (*x->p == '\\') {
			if (x->p[1] == '\0')
				return fail(x->cause,
					    _("column %zu: nothing follows the backslash"),
					    pipeword_column(x, x->p));
			literal(x, x->p[1]);
			x->p += 2;
		} else {
			open_char(x, *x->p++);
		}
		if (r)
			return -1;
	}
	return 0;
}
