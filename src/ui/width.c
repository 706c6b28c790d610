/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/width.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* One character of s (n bytes left, n > 0): its bytes; *columns is -1 if it has no known width. */
static size_t character(const char *s, size_t n, mbstate_t *state, int *columns)
{
	wchar_t wc;
	size_t bytes = mbrtowc(&wc, s, n, state);

	if (bytes == 0 || bytes == (size_t)-1 || bytes == (size_t)-2) {
		memset(state, 0, sizeof(*state));
		*columns = -1;
		return 1;
	}
	*columns = wcwidth(wc);
	return bytes;
}

int width_column(const char *s, size_t n, int at, int width)
{
	mbstate_t state = { 0 };
	int columns;

	while (n) {
		size_t bytes = character(s, n, &state, &columns);

		if (columns < 0)
			return -1;
		if (at + columns > width)
			at = 0; /* a wide character does not start in the last column */
		at += columns;
		s += bytes;
		n -= bytes;
	}
	return at >= width ? 0 : at;
}

/* The bytes of s that fit into width columns; *used is the columns they take. */
static size_t fitting(const char *s, int width, int *used)
{
	mbstate_t state = { 0 };
	size_t n = strlen(s), done = 0;
	int columns;

	*used = 0;
	while (done < n) {
		size_t bytes = character(s + done, n - done, &state, &columns);

		if (columns < 0)
			columns = 1;
		if (*used + columns > width)
			break;
		*used += columns;
		done += bytes;
	}
	return done;
}

int width_of(const char *s)
{
	int used;

	fitting(s, 1 << 30, &used);
	return used;
}

void width_fit(struct str *out, const char *s, int width, int fill)
{
	const char *dots = MB_CUR_MAX > 1 ? "\u2026" : "~";
	int used;
	size_t bytes = width > 0 ? fitting(s, width, &used) : 0;

	if (width <= 0)
		return;
	if (s[bytes]) {
		bytes = fitting(s, width - 1, &used);
		str_addn(out, s, bytes);
		str_add(out, dots);
		used++;
	} else {
		str_addn(out, s, bytes);
	}
	if (used < fill)
		str_fill(out, ' ', (size_t)(fill - used));
}
