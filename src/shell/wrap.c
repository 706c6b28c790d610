/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/wrap.h"

#include <string.h>

enum { NARROWEST = 16 };

static int columns(const char *s, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		width += ((unsigned char)s[i] & 0xc0) != 0x80;
	return width;
}

/* Where what follows a break stands: under the second column if there is one. */
static int indent_of(const char *s, size_t n, int width)
{
	size_t first = strspn(s, " "), at = first;

	for (; at + 1 < n; at++)
		if (s[at] == ' ' && s[at + 1] == ' ')
			break;
	if (at + 1 >= n)
		return (int)first;
	while (at < n && s[at] == ' ')
		at++;
	/* a second column that would be too narrow to read starts afresh */
	return width - columns(s, at) >= NARROWEST ? columns(s, at) : (int)first + 2;
}

static void wrap_line(struct str *out, const char *s, size_t n, int width)
{
	int indent = indent_of(s, n, width), column = 0;
	bool begun = false; /* something but blanks stands in this row */

	for (size_t i = 0; i < n;) {
		size_t blanks = i, end;

		while (blanks < n && s[blanks] == ' ')
			blanks++;
		for (end = blanks; end < n && s[end] != ' '; end++)
			;
		if (begun && end > blanks && column + columns(s + i, end - i) > width) {
			str_addc(out, '\n');
			str_fill(out, ' ', (size_t)indent);
			column = indent;
			i = blanks;
		}
		str_addn(out, s + i, end - i);
		column += columns(s + i, end - i);
		begun = true;
		i = end;
	}
}

void wrap(struct str *out, const char *text, int width)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		if (columns(text, n) <= width)
			str_addn(out, text, n);
		else
			wrap_line(out, text, n, width < NARROWEST ? NARROWEST : width);
		text += n;
		if (*text) {
			str_addc(out, '\n');
			text++;
		}
	}
}
