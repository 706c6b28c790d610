/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/half.h"

#include <ctype.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

size_t half_name(const char *s, const char *end)
{
	size_t n = 0;

	if (s < end && (isalpha((unsigned char)*s) || *s == '_'))
		while (s + n < end && (isalnum((unsigned char)s[n]) || s[n] == '_'))
			n++;
	return n;
}

static const char *skip_blanks(const char *s, const char *end)
{
	while (s < end && is_blank(*s))
		s++;
	return s;
}

/* A> and repeat N stand before what decides. */
static void skip_prefixes(struct half *h, struct shell *sh)
{
	for (;;) {
		size_t n;
		unsigned long times;

		h->s = skip_blanks(h->s, h->end);
		n = half_name(h->s, h->end);
		if (n && h->s + n + 1 < h->end && h->s[n] == '>' && is_blank(h->s[n + 1])) {
			h->p = procs_find(&sh->session->procs, h->s, n);
			h->unknown = !h->p;
			h->s += n + 1;
			continue;
		}
		if (n == 6 && !strncmp(h->s, "repeat", 6) && h->s + 6 < h->end) {
			const char *count = skip_blanks(h->s + 6, h->end);
			long len = words_int(count, strcspn(count, " \t"), &times);

			if (len > 0 && count + len < h->end) {
				h->s = count + len;
				continue;
			}
		}
		return;
	}
}

/* May a number begin at s, a place in the word at start? (call/words.c) */
static bool begins_number(const char *start, const char *s)
{
	return s == start || strchr("=+-*/%|[(,", s[-1]);
}

/* As words_split() does, but what is open at the cursor stays open. */
static void split(struct half *h)
{
	const char *start = NULL;

	for (const char *s = h->s; s < h->end; s++) {
		if (!h->quote && !h->depth && !h->parens && is_blank(*s)) {
			if (start && h->n < HALF_WORDS)
				h->word[h->n++] = (struct word){ start, (size_t)(s - start), 0 };
			start = NULL;
			continue;
		}
		if (!start && (*s == '#' || (*s == '/' && s + 1 < h->end && s[1] == '/'))) {
			h->comment = true;
			return;
		}
		if (!start)
			start = s;
		if (h->quote) {
			if (*s == '\\' && h->quote == '"' && s + 1 < h->end)
				s++;
			else if (*s == h->quote)
				h->quote = 0;
		} else if (*s == '"' || *s == '\'') {
			h->quote = *s;
		} else if (*s == '{') {
			h->depth++;
		} else if (*s == '}' && h->depth) {
			h->depth--;
		} else if (*s == '(' && !h->depth && h->n && begins_number(start, s)) {
			h->parens++;
		} else if (*s == ')' && h->parens) {
			h->parens--;
		}
	}
	h->at = start ? start : h->end;
}

static void drop_words(struct half *h, int k)
{
	h->n -= k;
	memmove(h->word, h->word + k, (size_t)h->n * sizeof(h->word[0]));
}

/* "r w =" before the primitive. */
static void drop_binding(struct half *h)
{
	for (int i = 0; i < h->n; i++) {
		if (i && word_is(&h->word[i], "=")) {
			h->bound = true;
			drop_words(h, i + 1);
			return;
		}
		if (half_name(h->word[i].at, h->word[i].at + h->word[i].len) != h->word[i].len)
			return;
	}
}

static void decide(struct half *h)
{
	int prim;

	if (!h->n)
		return;
	prim = prim_find(h->word[0].at, h->word[0].len);
	h->prim = prim >= 0 ? prims[prim] : NULL;
	h->cmd = h->prim || h->bound ? NULL : command_find(h->word[0].at, h->word[0].len);
}

void half_init(struct half *h, struct shell *sh, const char *text, size_t point)
{
	*h = (struct half){ .p = sh->session->current, .s = text, .end = text + point };
	h->at = h->end;
	skip_prefixes(h, sh);
	split(h);
	if (h->n && prim_find(h->word[0].at, h->word[0].len) < 0)
		drop_binding(h);
	decide(h);
}

int half_arguments(const struct half *h, bool *by_signal)
{
	int n = 0;

	*by_signal = false;
	for (int i = 1; i < h->n; i++) {
		const struct word *w = &h->word[i];
		size_t name = half_name(w->at, w->at + w->len);

		if (name && name < w->len && w->at[name] == '=' &&
		    prim_param(h->prim, w->at, name) >= 0)
			continue;
		n++;
		if (i == 1 && *w->at == '-' && h->prim->param[0].type &&
		    h->prim->param[0].type->kind == KIND_PID)
			*by_signal = true;
	}
	return n;
}

void half_take_word(struct half *h)
{
	if (h->at == h->end || h->n == HALF_WORDS)
		return;
	h->word[h->n++] = (struct word){ h->at, (size_t)(h->end - h->at), 0 };
	h->at = h->end;
	decide(h);
}
