/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See flow.h. */
#include "lesson/flow.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define TAB       8
#define NARROWEST 8 /* columns that are left for text, whatever stands before it */

/* Length and code of the character at s (n > 0). A malformed byte is one of its own. */
static size_t decode(const char *s, size_t n, uint32_t *c)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t len = u[0] < 0xc2 ? 1 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : u[0] < 0xf5 ? 4 : 1;

	*c = u[0];
	if (len == 1 || len > n) {
		*c = u[0] < 0x80 ? u[0] : 0xfffd;
		return 1;
	}
	*c = u[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80) {
			*c = 0xfffd;
			return 1;
		}
		*c = *c << 6 | (u[i] & 0x3f);
	}
	return len;
}

/* In the C locale wcwidth(3) knows ASCII only: then the blocks that are wide everywhere. */
static int columns_of(uint32_t c)
{
	int w = c == FLOW_BAR ? 1 : wcwidth((wchar_t)c);

	if (w >= 0)
		return w;
	if (c < 0x20 || c == 0x7f)
		return 0;
	return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
			       (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
			       (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
			       (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
			       (c >= 0x20000 && c <= 0x3fffd)
		       ? 2
		       : 1;
}

/* The length of an attribute (ESC [ ... m) at s, or 0. */
static size_t attribute(const char *s, size_t n)
{
	size_t i = 2;

	if (n < 3 || s[0] != '\033' || s[1] != '[')
		return 0;
	while (i < n && ((s[i] >= '0' && s[i] <= '9') || s[i] == ';'))
		i++;
	return i < n && s[i] == 'm' ? i + 1 : 0;
}

int flow_columns(const char *s, size_t n)
{
	int columns = 0;

	for (size_t i = 0; i < n;) {
		size_t len = attribute(s + i, n - i);
		uint32_t c;

		if (!len) {
			len = decode(s + i, n - i, &c);
			columns += columns_of(c);
		}
		i += len;
	}
	return columns;
}

/* Closing marks must not begin a line, opening ones must not end one. */
static bool closing(uint32_t c)
{
	return c < 0x10000 && wcschr(L",.;:!?)]}%、。，．：；！？）」』】〕》〉”’…", (wchar_t)c) &&
	       c;
}

static bool opening(uint32_t c)
{
	return c < 0x10000 && wcschr(L"([{（「『【〔《〈“‘", (wchar_t)c) && c;
}

/* May a row end between the two? */
static bool parts(uint32_t before, uint32_t c)
{
	return before && before != ' ' && !closing(c) && !opening(before) &&
	       (columns_of(c) == 2 || columns_of(before) == 2);
}

size_t flow_word(const char *s, size_t n)
{
	uint32_t before = 0, c;

	for (size_t i = 0, len; i < n; i += len) {
		len = decode(s + i, n - i, &c);
		if (c == ' ' || parts(before, c))
			return i;
		before = c;
	}
	return n;
}

struct line {
	struct str *out;
	const char *lead, *rest; /* what stands before this line, and before the next */
	int width;
};

static void put_line(struct line *l, const char *s, size_t n)
{
	size_t start = l->out->len;

	while (n && s[n - 1] == ' ')
		n--;
	str_add(l->out, l->lead);
	for (size_t i = 0; i < n; i++)
		str_addc(l->out, s[i] == FLOW_BAR ? '|' : s[i]);
	while (l->out->len > start && l->out->s[l->out->len - 1] == ' ')
		str_trim(l->out, l->out->len - 1);
	str_addc(l->out, '\n');
	l->lead = l->rest;
}

static int room_for_text(const struct line *l)
{
	int room = l->width - flow_columns(l->lead, strlen(l->lead));

	return !l->width ? INT32_MAX : room > NARROWEST ? room : NARROWEST;
}

/* Wraps one stretch without line ends. */
static void wrap(struct line *l, const char *s, size_t n)
{
	size_t start = 0, brk = 0, next = 0, i = 0; /* [start, brk) fits; the rest is from next */
	int columns = 0, room = room_for_text(l);
	uint32_t before = 0, c;

	while (i < n) {
		size_t len = attribute(s + i, n - i);
		int w;

		if (len) {
			i += len;
			continue;
		}
		len = decode(s + i, n - i, &c);
		w = columns_of(c);
		if (c == ' ' && columns) {
			brk = i;
			next = i + 1;
		} else if (columns && w && parts(before, c)) {
			brk = next = i;
		}
		before = c;
		if (columns + w <= room || (c == ' ' && columns) || !columns) {
			columns += w;
			i += len;
			continue;
		}
		if (brk <= start)
			brk = next = i;
		put_line(l, s + start, brk - start);
		while (next < n && s[next] == ' ')
			next++;
		start = brk = i = next;
		columns = 0;
		before = 0;
		room = room_for_text(l);
	}
	put_line(l, s + start, n - start);
}

/* The wide characters at both sides of a soft line end stand without a blank. */
static char *join_lines(const char *s)
{
	struct str b = STR_INIT;
	size_t n = strlen(s);
	uint32_t before = 0, c;

	for (size_t i = 0; i < n;) {
		size_t len = attribute(s + i, n - i), k = i + 1;

		if (len) {
			str_addn(&b, s + i, len);
		} else if (s[i] == FLOW_SOFT) {
			len = 1;
			while (k < n && attribute(s + k, n - k))
				k += attribute(s + k, n - k);
			c = 0;
			if (k < n)
				decode(s + k, n - k, &c);
			if (!before || !c || columns_of(before) < 2 || columns_of(c) < 2)
				str_addc(&b, ' ');
		} else {
			len = decode(s + i, n - i, &before);
			str_addn(&b, s + i, len);
		}
		i += len;
	}
	return str_take(&b);
}

void flow_text(struct str *out, const char *s, const char *first, const char *rest, int width)
{
	struct line l = { out, first, rest, width };
	char *text = join_lines(s);

	for (s = text;;) {
		size_t n = strcspn(s, (char[]){ FLOW_HARD, 0 });

		wrap(&l, s, n);
		if (!s[n])
			break;
		s += n + 1;
	}
	free(text);
}

/* What a terminal would do with a tab depends on what stands before the line. */
void flow_lines(struct str *out, const char *s, const char *first, const char *rest)
{
	struct line l = { out, first, rest, 0 };
	struct str line = STR_INIT;

	while (*s) {
		size_t columns = 0, n, from;

		str_reset(&line);
		for (;; s++) {
			n = strcspn(s, "\t\r\n");
			from = line.len;
			str_clean(&line, s, n);
			s += n;
			if (*s != '\t')
				break;
			columns += (size_t)flow_columns(str_text(&line) + from, line.len - from);
			str_fill(&line, ' ', TAB - columns % TAB);
			columns += TAB - columns % TAB;
		}
		put_line(&l, str_text(&line), line.len);
		s += *s == '\r' && s[1] == '\n' ? 2 : *s != '\0';
	}
	str_free(&line);
}

/* ---- tables ---- */

struct cell {
	const char *s;
	size_t n;
};

/* The row's next cell, without blanks around it. False behind the last. */
static bool next_cell(const char **s, const char *end, struct cell *cell)
{
	const char *p = *s, *q;

	if (p >= end)
		return false;
	q = memchr(p, '|', (size_t)(end - p));
	*s = q ? q + 1 : end;
	q = q ? q : end;
	while (p < q && *p == ' ')
		p++;
	while (q > p && q[-1] == ' ')
		q--;
	*cell = (struct cell){ p, (size_t)(q - p) };
	return true;
}

static const char *row_end(const char *s)
{
	return s + strcspn(s, (char[]){ FLOW_SOFT, FLOW_HARD, 0 });
}

/* Skips the bar and the blanks that a row may begin with. */
static const char *row_start(const char *s)
{
	s += strspn(s, " ");
	return *s == '|' ? s + 1 : s;
}

static bool is_ruler(const char *s, const char *end)
{
	bool dash = false, bar = false;

	for (; s < end; s++) {
		if (!strchr("|:- ", *s))
			return false;
		dash |= *s == '-';
		bar |= *s == '|';
	}
	return dash && bar;
}

bool flow_is_table(const char *s)
{
	const char *end = row_end(s);

	return *end && memchr(s, '|', (size_t)(end - s)) && is_ruler(end + 1, row_end(end + 1));
}

/* The widths of the columns; their sum with two blanks between in *total. The caller frees. */
static int *column_widths(const char *s, int *n, int *total)
{
	int *widths = NULL, cap = 0;

	*n = *total = 0;
	for (int row = 0;; row++) {
		const char *end = row_end(s);
		struct cell cell;

		s = row_start(s);
		for (int i = 0; row != 1 && next_cell(&s, end, &cell); i++) {
			int w = flow_columns(cell.s, cell.n);

			if (i == *n) {
				GROW(widths, *n, cap);
				widths[(*n)++] = 0;
			}
			if (w > widths[i]) {
				*total += w - widths[i];
				widths[i] = w;
			}
		}
		if (!*end)
			break;
		s = end + 1;
	}
	*total += *n ? 2 * (*n - 1) : 0;
	return widths;
}

static void put_row(struct str *b, const char *s, const char *end, const int *widths, int n)
{
	struct cell cell;

	for (int i = 0; i < n && next_cell(&s, end, &cell); i++) {
		str_addn(b, cell.s, cell.n);
		str_fill(b, ' ', (size_t)(widths[i] - flow_columns(cell.s, cell.n)) + 2);
	}
}

static void put_ruler(struct str *b, const int *widths, int n)
{
	for (int i = 0; i < n; i++) {
		str_fill(b, '-', (size_t)widths[i]);
		str_add(b, "  ");
	}
}

/* A row that does not fit in columns: its cells one behind the other. */
static void put_cells(struct str *b, const char *s, const char *end)
{
	struct cell cell;

	while (next_cell(&s, end, &cell)) {
		if (b->len)
			str_add(b, " | ");
		str_addn(b, cell.s, cell.n);
	}
}

void flow_table(struct str *out, const char *s, const char *first, const char *rest, int width)
{
	struct line l = { out, first, rest, width };
	struct str row = STR_INIT, hang = STR_INIT;
	int n, total, *widths = column_widths(s, &n, &total);
	bool fits = !width || total <= room_for_text(&l);

	str_add(&hang, rest);
	str_add(&hang, "    ");
	for (int i = 0;; i++) {
		const char *end = row_end(s);

		str_reset(&row);
		s = row_start(s);
		if (fits && i == 1)
			put_ruler(&row, widths, n);
		else if (fits)
			put_row(&row, s, end, widths, n);
		else if (i != 1)
			put_cells(&row, s, end);
		if (fits) {
			put_line(&l, str_text(&row), row.len);
		} else if (i != 1) {
			l.rest = str_text(&hang);
			wrap(&l, str_text(&row), row.len);
			l.lead = rest;
		}
		if (!*end)
			break;
		s = end + 1;
	}
	str_free(&row);
	str_free(&hang);
	free(widths);
}
