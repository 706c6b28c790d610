/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson/goal_token.h"

#include "call/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int token_complain(struct goal_text *p, size_t at, const char *what)
{
	return fail(p->cause, "column %zu: %s", at + 1, what);
}

static int read_text(struct goal_text *p, const char *s)
{
	size_t n = words_quoted(s, strlen(s));
	struct word w = { s, n, (int)p->from };
	char *cause = NULL;
	long repeat;

	if (!n)
		return token_complain(p, p->from, "this quote is never closed");
	str_reset(&p->value);
	if (words_text(&w, NULL, &p->value, &repeat, &cause)) {
		fail(p->cause, "column %zu: %s", p->from + 1, cause);
		free(cause);
		return -1;
	}
	p->token = T_TEXT;
	p->len = n;
	return 0;
}

static int read_int(struct goal_text *p, const char *s)
{
	size_t n = strspn(s, "0123456789abcdefxABCDEFX");
	unsigned long value;
	long taken = words_int(s, n, &value);

	if (taken <= 0 || (size_t)taken != n || value > 0x7fffffffffffffffUL)
		return token_complain(p, p->from, "this is no number");
	p->token = T_INT;
	p->num = (long)value;
	p->len = n;
	return 0;
}

int token_next(struct goal_text *p)
{
	static const char *const two[] = { "==", "!=", "<=", ">=" };
	const char *s;

	p->from = p->at + strspn(p->text + p->at, " \t");
	s = p->text + p->from;
	p->token = T_END;
	p->len = 0;
	if (*s == '\'' || *s == '"') {
		if (read_text(p, s))
			return -1;
	} else if (isdigit((unsigned char)*s)) {
		if (read_int(p, s))
			return -1;
	} else if (isalpha((unsigned char)*s) || *s == '_') {
		p->token = T_NAME;
		while (isalnum((unsigned char)s[p->len]) || s[p->len] == '_')
			p->len++;
	} else if (*s) {
		p->token = T_OP;
		for (size_t i = 0; i < ARRAY_LEN(two) && !p->len; i++)
			p->len = strncmp(s, two[i], 2) ? 0 : 2;
		if (!p->len && strchr("<>+-.,()[]:*", *s))
			p->len = 1;
		if (!p->len)
			return token_complain(p, p->from,
					      *s == '=' ? "== compares; = alone means nothing here"
							: "this means nothing here");
	}
	p->at = p->from + p->len;
	return 0;
}

static bool is(const struct goal_text *p, enum token token, const char *s)
{
	return p->token == token && strlen(s) == p->len && !strncmp(p->text + p->from, s, p->len);
}

bool token_is(const struct goal_text *p, const char *s)
{
	return is(p, T_OP, s);
}

bool token_is_word(const struct goal_text *p, const char *s)
{
	return is(p, T_NAME, s);
}
