/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/term_wrap.h"

#include "view/grid_card.h"

#include <string.h>

enum {
	HANGING = 3,
	NARROWEST = 16, /* columns that what goes on needs to be readable */
};

/* The character, or the colour, at s: its columns and, in *len, its bytes. */
static int piece(const char *s, const char *end, size_t *len)
{
	const char *at = s + 2;
	int wide;

	if (*s == '\033' && end - s > 1 && s[1] == '[') {
		while (at < end && *at != 'm')
			at++;
		*len = (size_t)(at - s) + (at < end);
		return 0;
	}
	wide = grid_char(s, len);
	if (*len > (size_t)(end - s))
		*len = (size_t)(end - s);
	return wide;
}

static int columns(const char *s, const char *end)
{
	int n = 0;

	for (size_t len; s < end; s += len)
		n += piece(s, end, &len);
	return n;
}

/* "+ name     ": where its second column begins, or NULL. */
static const char *second_column(const char *s, const char *end)
{
	bool sign = false;

	for (size_t len; s < end; s += len) {
		piece(s, end, &len);
		if (*s == '\033')
			continue;
		if (!sign && !strchr("+~-", *s))
			return NULL;
		if (sign && end - s > 1 && s[0] == ' ' && s[1] == ' ')
			break;
		sign = true;
	}
	while (s < end && *s == ' ')
		s++;
	return s < end ? s : NULL;
}

static int indent_of(const char *s, const char *end, int width)
{
	const char *second = second_column(s, end);
	int at = second ? columns(s, second) : (int)strspn(s, " ");

	return at && width - at >= NARROWEST ? at : width > NARROWEST ? HANGING : 0;
}

/* One of these marks of three bytes stands at s. */
static bool is_mark(const char *marks, const char *s, const char *end)
{
	for (; *marks; marks += 3)
		if (end - s >= 3 && !memcmp(s, marks, 3))
			return true;
	return false;
}

/* Closing marks must not begin a row, opening ones must not end one. */
static bool closes(const char *s, const char *end)
{
	return is_mark("、。，：；！？）」』】》”", s, end);
}

static bool opens(const char *s, const char *end)
{
	return is_mark("（「『【《“", s, end);
}

/* A word with the blanks before it; a wide character is a word. *wide: its columns without them. */
static const char *word_end(const char *s, const char *end, int *blanks, int *wide)
{
	size_t len;
	bool held = false; /* an opening mark stands before */
	int n;

	for (*blanks = 0; s < end && *s == ' '; s++)
		++*blanks;
	for (*wide = 0; s < end && *s != ' '; s += len) {
		n = piece(s, end, &len);
		if (n == 2 && *wide && !closes(s, end) && !held)
			break;
		held = opens(s, end);
		*wide += n;
		if (n == 2 && !closes(s + len, end) && !opens(s, end)) {
			s += len;
			break;
		}
	}
	return s;
}

void term_wrap(struct str *out, const char *s, size_t n, int width)
{
	const char *end = s + n, *next;
	bool ended = n && end[-1] == '\n';
	int indent, column = 0, blanks, wide;

	end -= ended;
	if (columns(s, end) <= width) {
		str_addn(out, s, n);
		return;
	}
	indent = indent_of(s, end, width);
	for (; s < end; s = next) {
		next = word_end(s, end, &blanks, &wide);
		/* a word longer than a row is the terminal's to break */
		if (column > indent && column + blanks + wide > width && wide <= width - indent) {
			str_addc(out, '\n');
			str_fill(out, ' ', (size_t)indent);
			column = indent;
			s += blanks;
			blanks = 0;
		}
		str_addn(out, s, (size_t)(next - s));
		column += blanks + wide;
		if (column > width)
			column %= width;
	}
	if (ended)
		str_addc(out, '\n');
}
