/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/wrap.h"

#include "lesson/flow.h"

#include <stdbool.h>
#include <string.h>

enum { NARROWEST = 16 };

/*
 * Where what follows a break stands: under the second column if there is one. *split: where that
 * begins if it is too narrow to read and has to start in a row of its own, else n.
 */
static int indent_of(const char *s, size_t n, int width, size_t *split)
{
	size_t first = strspn(s, " "), at = first;

	*split = n;
	for (; at + 1 < n; at++)
		if (s[at] == ' ' && s[at + 1] == ' ')
			break;
	if (at + 1 >= n)
		return (int)first;
	while (at < n && s[at] == ' ')
		at++;
	if (width - flow_columns(s, at) >= NARROWEST)
		return flow_columns(s, at);
	*split = at;
	return (int)first + 2;
}

/* Adds the n bytes at s, the row being at column already. Returns the column after them. */
static int wrap_words(struct str *out, const char *s, size_t n, int width, int column)
{
	size_t split;
	int indent = indent_of(s, n, width, &split);
	bool begun = column > 0; /* something but blanks stands in this row */

	for (size_t i = 0; i < n;) {
		size_t word = i, end;

		while (word < n && s[word] == ' ')
			word++;
		end = word + flow_word(s + word, n - word);
		if (begun && end > word &&
		    (word == split || column + flow_columns(s + i, end - i) > width)) {
			str_addc(out, '\n');
			str_fill(out, ' ', (size_t)indent);
			column = indent;
			i = word;
		}
		str_addn(out, s + i, end - i);
		column += flow_columns(s + i, end - i);
		begun = true;
		i = end;
	}
	return column;
}

/* Prose goes on from line to line; what is indented, empty or a heading stands by itself. */
static bool is_prose(const char *s, size_t n)
{
	return n && *s != ' ' && s[n - 1] != ':';
}

/* A full-width mark (U+3001 to 303f, U+ff01 to ff60) at the end brings its own blank. */
static bool ends_with_mark(const struct str *out)
{
	const unsigned char *c = (const unsigned char *)out->s + out->len - 3;

	return out->len >= 3 &&
	       ((c[0] == 0xe3 && c[1] == 0x80) || (c[0] == 0xef && (c[1] == 0xbc || c[1] == 0xbd)));
}

static bool is_wide(const char *s, size_t n)
{
	size_t len = n ? flow_word(s, n) : 0;

	return len > 1 && flow_columns(s, len) >= 2 && (unsigned char)*s >= 0x80;
}

void wrap(struct str *out, const char *text, int width)
{
	int column = 0; /* where a paragraph that had to be broken goes on */

	width = width < NARROWEST ? NARROWEST : width;
	while (*text) {
		size_t n = strcspn(text, "\n");
		bool prose = is_prose(text, n);

		if (column && !prose)
			str_addc(out, '\n');
		else if (column && !is_wide(text, n) && !ends_with_mark(out))
			str_addc(out, ' '), column++;
		column = prose ? column : 0;
		if (column || flow_columns(text, n) > width)
			column = wrap_words(out, text, n, width, column);
		else
			str_addn(out, text, n);
		column = prose ? column : 0;
		text += n;
		if (*text && !column)
			str_addc(out, '\n');
		text += *text == '\n';
	}
	if (column)
		str_addc(out, '\n');
}
