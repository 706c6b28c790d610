/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void str_free(struct str *b)
{
	free(b->s);
	*b = STR_INIT;
}

void str_reset(struct str *b)
{
	str_trim(b, 0);
}

void str_trim(struct str *b, size_t len)
{
	if (b->s && len <= b->len) {
		b->len = len;
		b->s[len] = '\0';
	}
}

const char *str_text(const struct str *b)
{
	return b->s ? b->s : "";
}

char *str_take(struct str *b)
{
	char *s = b->s ? b->s : xstrdup("");

	*b = STR_INIT;
	return s;
}

static void room(struct str *b, size_t n)
{
	if (b->len + n + 1 <= b->cap)
		return;
	b->cap = b->cap * 2 > b->len + n + 1 ? b->cap * 2 : b->len + n + 65;
	b->s = xrealloc(b->s, b->cap);
}

void str_addn(struct str *b, const void *s, size_t n)
{
	room(b, n);
	if (n)
		memcpy(b->s + b->len, s, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void str_add(struct str *b, const char *s)
{
	str_addn(b, s, strlen(s));
}

void str_addc(struct str *b, char c)
{
	room(b, 1);
	b->s[b->len++] = c;
	b->s[b->len] = '\0';
}

void str_fill(struct str *b, char c, size_t n)
{
	room(b, n);
	memset(b->s + b->len, c, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void str_addfv(struct str *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	room(b, 64);
	n = vsnprintf(b->s + b->len, b->cap - b->len, fmt, ap);
	if (n >= 0 && (size_t)n >= b->cap - b->len) {
		room(b, (size_t)n);
		n = vsnprintf(b->s + b->len, b->cap - b->len, fmt, again);
	}
	va_end(again);
	if (n > 0)
		b->len += (size_t)n;
	b->s[b->len] = '\0';
}

void str_addf(struct str *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_addfv(b, fmt, ap);
	va_end(ap);
}

/* The digits of n end before `end`; where they begin. */
static char *digits(char *end, long n)
{
	unsigned long u = n < 0 ? 0UL - (unsigned long)n : (unsigned long)n;

	do
		*--end = (char)('0' + u % 10);
	while (u /= 10);
	if (n < 0)
		*--end = '-';
	return end;
}

void str_num(struct str *b, long n)
{
	char text[24], *end = text + sizeof(text), *p = digits(end, n);

	str_addn(b, p, (size_t)(end - p));
}

static void add_octal(struct str *b, unsigned char c, bool digit_follows)
{
	if (digit_follows)
		str_addf(b, "\\%03o", c);
	else
		str_addf(b, "\\%o", c);
}

/* What a byte is in "": 0 itself, a letter after the backslash, or 1: octal. */
static unsigned char escape(unsigned char c)
{
	static const unsigned char letters[256] = {
		['\t'] = 't', ['\n'] = 'n', ['\v'] = 'v',  ['\f'] = 'f',
		['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\',
	};

	return letters[c] ? letters[c] : c < 0x20 || c >= 0x7f;
}

/* strace's string_quote (src/util.c): the named escapes, then the shortest octal. */
void str_quote(struct str *b, const void *bytes, size_t n, size_t max)
{
	const unsigned char *s = bytes;
	size_t shown = max && n > max ? max : n;

	room(b, shown + 2);
	str_addc(b, '"');
	for (size_t i = 0, plain = 0; i < shown; plain = ++i) {
		unsigned char c = 0;

		while (i < shown && !(c = escape(s[i])))
			i++;
		str_addn(b, s + plain, i - plain);
		if (i == shown)
			break;
		if (c == 1) {
			add_octal(b, s[i], i + 1 < shown && s[i + 1] >= '0' && s[i + 1] <= '9');
		} else {
			str_addc(b, '\\');
			str_addc(b, (char)c);
		}
	}
	str_addc(b, '"');
	if (shown < n)
		str_add(b, "...");
}

/*
 * Characters that show nothing and change what others look like: C1 controls, what turns the writing's
 * direction, what has no width, tags.
 */
static bool unseen(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {
		{ 0x80, 0x9f },     { 0xad, 0xad },       { 0x61c, 0x61c },   { 0x180e, 0x180e },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e },   { 0x2060, 0x206f }, { 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
	};

	for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return true;
	return false;
}

/* Length of the valid UTF-8 sequence at s that may be shown, or 0 (Unicode table 3-7). */
static size_t utf8_length(const unsigned char *s, size_t n)
{
	uint32_t c;
	size_t len;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] != 0x7f;
	len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || len > n)
		return 0;
	c = s[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if ((len == 3 && c < 0x800) || (len == 4 && (c < 0x10000 || c > 0x10ffff)))
		return 0;
	return (c >= 0xd800 && c <= 0xdfff) || unseen(c) ? 0 : len; /* or a surrogate */
}

size_t str_shown(const char *s, size_t n)
{
	size_t i = 0, len;

	while (i < n && (len = utf8_length((const unsigned char *)s + i, n - i)))
		i += len;
	return i;
}

void str_clean(struct str *b, const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;

	for (size_t i = 0; i < n;) {
		size_t len = u[i] == '\t' || u[i] == '\n' ? 1 : utf8_length(u + i, n - i);

		if (len) {
			str_addn(b, u + i, len);
			i += len;
		} else {
			str_addf(b, "\\%03o", u[i++]);
		}
	}
}

void str_mark(struct str *b, char class, const char *s)
{
	str_addc(b, MARK_OPEN);
	str_addc(b, class);
	str_add(b, s);
	str_addc(b, MARK_CLOSE);
}

void str_mark_num(struct str *b, char class, long n)
{
	char text[32], *end = text + sizeof(text), *p;

	end[-1] = MARK_CLOSE;
	p = digits(end - 1, n);
	*--p = class;
	*--p = MARK_OPEN;
	str_addn(b, p, (size_t)(end - p));
}

/* Where c is next at s, or the end. */
static const char *next(const char *s, const char *end, char c)
{
	const char *at = memchr(s, c, (size_t)(end - s));

	return at ? at : end;
}

void str_unmark(struct str *b, const char *s, size_t n)
{
	const char *end = s + n, *open = next(s, end, MARK_OPEN), *close = next(s, end, MARK_CLOSE);

	while (s < end) {
		const char *at = open < close ? open : close;

		str_addn(b, s, (size_t)(at - s));
		s = at;
		if (s < end)
			s += *s == MARK_OPEN && s + 1 < end ? 2 : 1;
		if (open < s)
			open = next(s, end, MARK_OPEN);
		if (close < s)
			close = next(s, end, MARK_CLOSE);
	}
}

int str_distance(const char *a, size_t n, const char *b)
{
	int d[36][36]; /* a name has 32 letters at most */
	size_t m = strlen(b);

	if (n >= ARRAY_LEN(d) || m >= ARRAY_LEN(d))
		return 99;
	for (size_t i = 0; i <= n; i++)
		d[i][0] = (int)i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = (int)j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			int best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
			best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[n][m];
}
