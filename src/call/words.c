/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Raw words and literals; see words.h.  One pass over the line, one table look-up a byte, no
 * recursion: a line of 1 MiB of open braces costs no more than one of letters.
 */
#include "call/words.h"
#include "base/lang.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum class { PLAIN, END, BLANK, QUOTE, OPEN, CLOSE, LIST, PAREN };

static const unsigned char classes[256] = {
	['\0'] = END,   ['\t'] = BLANK, ['\n'] = BLANK, ['\v'] = BLANK, ['\f'] = BLANK,
	['\r'] = BLANK, [' '] = BLANK,  ['"'] = QUOTE,  ['\''] = QUOTE, ['{'] = OPEN,
	['}'] = CLOSE,  ['['] = LIST,   ['('] = PAREN,
};

static enum class class_of(char c) { return classes[(unsigned char)c]; }

void words_init(struct words *ws)
{
	ws->w = ws->all = ws->fixed;
	ws->n = 0;
	ws->cap = WORDS_FIXED;
}

void words_release(struct words *ws)
{
	if (ws->all != ws->fixed)
		free(ws->all);
	words_init(ws);
}

void words_skip(struct words *ws, int k)
{
	if (k > ws->n)
		k = ws->n;
	ws->w += k;
	ws->n -= k;
}

bool word_is(const struct word *w, const char *s)
{
	return strlen(s) == w->len && memcmp(w->at, s, w->len) == 0;
}

char *words_show(const char *s, size_t len)
{
	enum { MOST = 40 };
	struct str b = STR_INIT;

	str_clean(&b, s, len > MOST ? MOST : len);
	if (len > MOST)
		str_add(&b, "...");
	return str_take(&b);
}

size_t words_quoted(const char *s, size_t len)
{
	const char *close;
	size_t i;

	if (len == 0)
		return 0;
	if (*s == '\'') {
		if (len >= 4 && memcmp(s, "'\\''", 4) == 0)
			return 4;
		close = memchr(s + 1, '\'', len - 1);
		return close ? (size_t)(close - s) + 1 : 0;
	}
	for (i = 1; i < len && s[i] != '"'; i++)
		if (s[i] == '\\')
			i++;
	return i < len ? i + 1 : 0;
}

static int never_closed(char open, size_t column, char **cause)
{
	return fail(cause, _("the %c at column %zu is never closed: a %c is missing"), open,
		    column + 1, open == '{' ? '}' : open);
}

/* A [ that begins an argument, or stands behind ~ or NAME=, as strace writes a set: its closing ]. */
static const char *list_end(const char *word, const char *p, const char *end)
{
	return p == word || p[-1] == '~' || p[-1] == '=' ? memchr(p, ']', (size_t)(end - p)) : NULL;
}

size_t words_parens(const char *s, size_t len)
{
	size_t depth = 0, quoted;

	for (size_t i = 0; i < len; i++) {
		quoted = class_of(s[i]) == QUOTE ? words_quoted(s + i, len - i) : 0;
		if (quoted)
			i += quoted - 1;
		else if (s[i] == '(')
			depth++;
		else if (s[i] == ')')
			depth--;
		if (!depth)
			return i + 1;
		if (depth > WORDS_PARENS) /* so that a line of nothing else takes no time */
			return 0;
	}
	return 0;
}

/*
 * A ( where a number may begin, so that blanks may stand within: its closing ). One that is never
 * closed is a letter of a text.
 */
static const char *parens_end(const char *word, const char *p, const char *end)
{
	size_t n;

	if (p != word && !strchr("=+-*/%|[(,", p[-1]))
		return NULL;
	n = words_parens(p, (size_t)(end - p));
	return n ? p + n - 1 : NULL;
}

/*
 * Where the word at p ends, or NULL with a cause. The line ends at end, with a NUL. A line's first word
 * is a name: no list begins there.
 */
static const char *word_end(const char *line, const char *p, const char *end, bool first,
			    char **cause)
{
	const char *brace = NULL, *word = p, *close;
	size_t depth = 0, n;

	for (;; p++) {
		switch (class_of(*p)) {
		case PLAIN:
			break;
		case LIST:
			close = first || depth ? NULL : list_end(word, p, end);
			p = close ? close : p;
			break;
		case PAREN:
			close = first || depth ? NULL : parens_end(word, p, end);
			p = close ? close : p;
			break;
		case BLANK:
			if (!depth)
				return p;
			break;
		case END:
			if (!depth)
				return p;
			never_closed('{', (size_t)(brace - line), cause);
			return NULL;
		case QUOTE:
			n = words_quoted(p, (size_t)(end - p));
			if (!n) {
				never_closed(*p, (size_t)(p - line), cause);
				return NULL;
			}
			p += n - 1;
			break;
		case OPEN:
			if (!depth++)
				brace = p;
			break;
		case CLOSE:
			if (!depth--) {
				fail(cause, _("the } at column %zu has no { before it"),
				     (size_t)(p - line) + 1);
				return NULL;
			}
			break;
		}
	}
}

static void add(struct words *ws, const char *line, const char *at, const char *end)
{
	if (ws->n == ws->cap) {
		struct word *more = xmalloc(2 * (size_t)ws->cap * sizeof(*more));

		memcpy(more, ws->all, (size_t)ws->n * sizeof(*more));
		if (ws->all != ws->fixed)
			free(ws->all);
		ws->w = ws->all = more;
		ws->cap *= 2;
	}
	ws->w[ws->n++] = (struct word){ at, (size_t)(end - at), (int)(at - line) };
}

int words_split(const char *line, const char *s, struct words *ws, char **cause)
{
	const char *p = s, *end = s + strlen(s), *after;

	ws->w = ws->all;
	ws->n = 0;
	for (;;) {
		while (class_of(*p) == BLANK)
			p++;
		if (*p == '\0' || *p == '#' || (p[0] == '/' && p[1] == '/'))
			return 0;
		after = word_end(line, p, end, ws->n == 0, cause);
		if (!after)
			return -1;
		add(ws, line, p, after);
		p = after;
	}
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

static bool name_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

long words_int(const char *s, size_t len, unsigned long *out)
{
	unsigned long value = 0;
	size_t i = 0, first;
	int base = 10;

	if (len == 0 || *s < '0' || *s > '9')
		return 0;
	if (*s == '0' && len > 1) {
		base = s[1] == 'x' || s[1] == 'X' ? 16 : 8;
		i = base == 16 ? 2 : 1;
	}
	for (first = i; i < len && digit(s[i]) < base; i++)
		if (__builtin_mul_overflow(value, (unsigned long)base, &value) ||
		    __builtin_add_overflow(value, (unsigned long)digit(s[i]), &value))
			return -1;
	if ((base == 16 && i == first) || (i < len && name_char(s[i])))
		return -1;
	*out = value;
	return (long)i;
}

int words_escape(const char *s, size_t len, char *out)
{
	static const char letters[] = "abefnrtv\\\"'?", bytes[] = "\a\b\033\f\n\r\t\v\\\"'?";
	const char *named;
	unsigned value = 0;
	size_t i, first;

	if (len < 2 || s[0] != '\\' || s[1] == '\0')
		return -1;
	named = strchr(letters, s[1]);
	if (named) {
		*out = bytes[named - letters];
		return 2;
	}
	if (s[1] == 'x') {
		for (i = first = 2; i < len && i < 4 && digit(s[i]) < 16; i++)
			value = value * 16 + (unsigned)digit(s[i]);
	} else {
		for (i = first = 1; i < len && i < 4 && digit(s[i]) < 8; i++)
			value = value * 8 + (unsigned)digit(s[i]);
	}
	if (i == first || value > 255)
		return -1;
	*out = (char)value;
	return (int)i;
}

/* How long the name at s is; 0 if none stands there. */
static size_t name_length(const char *s, size_t len)
{
	size_t n = 0;

	if (len && name_char(*s) && (*s < '0' || *s > '9'))
		while (n < len && name_char(s[n]))
			n++;
	return n;
}

/* Behind the *: an integer, or where there is somebody to ask, a name or (EXPR). 0 is none of them. */
static int times(const char *s, size_t len, int column, const struct text_env *env, long *out,
		 char **cause)
{
	unsigned long n = 0;
	long used = words_int(s, len, &n);

	*out = used > 0 && (size_t)used == len && n <= TEXT_REPEAT_MAX ? (long)n : 0;
	if (used || !len || !env || !env->number ||
	    (*s == '(' ? words_parens(s, len) : name_length(s, len)) != len)
		return 0;
	return env->number(env->ctx, s, len, column, out, cause);
}

int words_repeat(const char *s, size_t len, int column, const struct text_env *env, long *repeat,
		 char **cause)
{
	long n = 0;
	char *shown;

	*repeat = 1;
	if (len == 0)
		return 0;
	if (*s == '*' && times(s + 1, len - 1, column + 1, env, &n, cause))
		return -1;
	if (n >= 1 && n <= TEXT_REPEAT_MAX) {
		*repeat = n;
		return 0;
	}
	shown = words_show(s, len);
	if (*s == '*')
		fail(cause, _("%s at column %d: a repeat is * and a number from 1 to %ld"), shown,
		     column + 1, TEXT_REPEAT_MAX);
	else
		fail(cause,
		     _("%s at column %d: after the closing quote or brace only *NUMBER may stand"),
		     shown, column + 1);
	free(shown);
	return -1;
}

/* A text that is being read. */
struct reading {
	const char *s, *end; /* what is between its quotes, if it has any */
	int column;          /* where s stands */
	const struct text_env *env;
	struct str *bytes;
	char **cause;
};

/* "WHAT (column N): WHY" about the n bytes at at. Always -1. */
static int wrong(const struct reading *r, const char *at, size_t n, const char *why)
{
	char *shown = words_show(at, n);

	fail(r->cause, "%s (column %zu): %s", shown, (size_t)(at - r->s) + (size_t)r->column + 1,
	     why);
	free(shown);
	return -1;
}

static int unknown(const struct reading *r, const char *dollar, const char *name, size_t len)
{
	const char *near = r->env->suggest ? r->env->suggest(r->env->ctx, name, len) : NULL;
	struct str why = STR_INIT;
	int done;

	if (near)
		str_addf(&why, _("no such name; did you mean $%s?"), near);
	else
		str_add(&why, _("no such name; \\$ or '...' keeps the $ as it is"));
	done = wrong(r, dollar, (size_t)(name + len - dollar), str_text(&why));
	str_free(&why);
	return done;
}

/* $NAME, $A.NAME or ${NAME} at dollar: adds what it stands for. Where it ends, or NULL. */
static const char *value(const struct reading *r, const char *dollar)
{
	const bool braced = dollar[1] == '{';
	const char *name = dollar + 1 + braced;
	size_t n = name_length(name, (size_t)(r->end - name)), len = n, used, member;
	int found;

	if (n && name + n < r->end && name[n] == '.') {
		member = name_length(name + n + 1, (size_t)(r->end - name - n - 1));
		len += member ? 1 + member : 0;
	}
	if (braced && (!n || name + len == r->end || name[len] != '}')) {
		wrong(r, dollar, 2, _("only ${NAME} is understood; \\$ is a $"));
		return NULL;
	}
	used = len;
	found = r->env->value(r->env->ctx, name, used, r->bytes, r->cause);
	if (!found && len > n && !braced) { /* "$x.": a name and a full stop */
		used = n;
		found = r->env->value(r->env->ctx, name, used, r->bytes, r->cause);
	}
	if (!found)
		unknown(r, dollar, name, len);
	return found > 0 ? name + used + braced : NULL;
}

/* Where what begins with the $ at p ends, which is added; or NULL with a cause. */
static const char *dollar(const struct reading *r, const char *p)
{
	const char *next = p + 1;

	if (!r->env || !r->env->value || next == r->end ||
	    (*next != '{' && *next != '(' && !name_length(next, 1))) {
		str_addc(r->bytes, '$');
		return next;
	}
	if (*next == '(') {
		wrong(r, p, 2, _("what a program prints cannot go into a text; \\$ is a $"));
		return NULL;
	}
	next = value(r, p);
	if (next && r->bytes->len > TEXT_MOST) {
		wrong(r, p, (size_t)(next - p), _("the text becomes too long"));
		return NULL;
	}
	return next;
}

/* Where the escape at p ends, which is added; or NULL with a cause. */
static const char *escape(const struct reading *r, const char *p)
{
	const size_t left = (size_t)(r->end - p);
	char c = 0, *shown;
	int used = left > 1 && p[1] == '$' ? 2 : words_escape(p, left, &c);

	if (used < 0) {
		shown = words_show(p, left < 4 ? left : 4);
		fail(r->cause,
		     _("%s at column %zu begins with no C escape: there are \\n \\t \\r \\0 \\e "
		       "\\\\ \\\" \\ooo \\xhh"),
		     shown, (size_t)(p - r->s) + (size_t)r->column + 1);
		free(shown);
		return NULL;
	}
	str_addc(r->bytes, p[1] == '$' ? '$' : c);
	return p + used;
}

/* The inside of "...", or a bare word, in which a backslash is one unless a $ follows. */
static int read_text(const struct reading *r, bool escapes)
{
	const char *p = r->s, *plain;

	while (p && p < r->end) {
		for (plain = p; p < r->end && *p != '\\' && *p != '$';)
			p++;
		str_addn(r->bytes, plain, (size_t)(p - plain));
		if (p == r->end)
			break;
		if (*p == '$') {
			p = dollar(r, p);
		} else if (escapes || (r->env && p + 1 < r->end && p[1] == '$')) {
			p = escape(r, p);
		} else {
			str_addc(r->bytes, *p++);
		}
	}
	return p ? 0 : -1;
}

/* A bare word: text, and where its "*INT" begins (len if there is none). */
static int bare(const struct word *w, size_t *text, char **cause)
{
	size_t i = w->len;

	for (size_t k = 0; k < w->len; k++) {
		if (class_of(w->at[k]) == QUOTE || (k == 0 && w->at[0] == '{'))
			return fail(cause,
				    _("column %zu: a text is \"...\", '...' or one bare word, "
				      "not a mixture"),
				    (size_t)w->column + k + 1);
		if (class_of(w->at[k]) == BLANK) /* as it may stand in an expression's ( ) */
			return fail(cause,
				    _("column %zu: a text with blanks stands in quotes: \"...\""),
				    (size_t)w->column + k + 1);
	}
	while (i > 0 && w->at[i - 1] >= '0' && w->at[i - 1] <= '9')
		i--;
	*text = i > 1 && i < w->len && w->at[i - 1] == '*' ? i - 1 : w->len;
	return 0;
}

int words_text(const struct word *w, const struct text_env *env, struct str *bytes, long *repeat,
	       char **cause)
{
	const bool quoted = w->len && class_of(*w->at) == QUOTE, raw = quoted && *w->at == '\'';
	const size_t before = bytes->len;
	struct reading r = { w->at + quoted, NULL, w->column + quoted, env, bytes, cause };
	size_t n = w->len;

	if (quoted) {
		n = words_quoted(w->at, w->len);
		if (!n)
			return never_closed(*w->at, (size_t)w->column, cause);
	} else if (bare(w, &n, cause)) {
		return -1;
	}
	if (words_repeat(w->at + n, w->len - n, w->column + (int)n, env, repeat, cause))
		return -1;
	r.end = w->at + n - quoted;
	if (raw && n == 4 && !memcmp(w->at, "'\\''", 4))
		r.s++; /* the one constant that would not be a text: its quote, without the backslash */
	if (raw) {
		str_addn(bytes, r.s, (size_t)(r.end - r.s));
		return 0;
	}
	if (!read_text(&r, quoted))
		return 0;
	str_trim(bytes, before);
	if (!bytes->len) /* as it was: nothing for the caller to free */
		str_free(bytes);
	return -1;
}
