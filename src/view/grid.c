/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/grid.h"
#include "base/lang.h"
#include "view/grid_card.h"
#include "view/scols.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	MANY = 256,      /* rows; more of them are drawn by hand */
	VEIL = 0x100000, /* a marked character stands at VEIL + class * 128 + character */
	VEIL_END = 0x104000,
};

/* libsmartcols measures by the locale; a table must come out the same in each. */
static locale_t utf8(void)
{
	static locale_t l;

	if (!l)
		l = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (!l)
		fatal("the C library has no C.UTF-8 locale, which tables need");
	return l;
}

int grid_depth(const struct grid *g, int r)
{
	int depth = 0;

	for (int p = g->row[r].parent; p >= 0 && p < r; p = g->row[r].parent) {
		depth++;
		r = p;
	}
	return depth;
}

/* Which columns have anything in them, and how wide they would be. */
static void measure(struct layout *l)
{
	const struct grid *g = l->g;

	l->col = xcalloc((size_t)g->ncolumns + 1, sizeof(*l->col));
	l->wide = xcalloc((size_t)g->ncolumns + 1, sizeof(*l->wide));
	for (int r = 0; r < g->nrows; r++)
		l->tree |= g->row[r].parent >= 0;
	for (int c = 0; c < g->ncolumns; c++) {
		bool tree = l->tree && (g->column[c].flags & GRID_TREE);
		int widest = 0, rows = g->column[c].flags & GRID_DATA ? 0 : g->nrows;

		for (int r = 0; r < rows; r++) {
			const char *s = g->row[r].cell[c];
			int wide = s ? grid_columns(s) : 0;

			if (wide && tree)
				wide += 2 * grid_depth(g, r);
			if (wide > widest)
				widest = wide;
		}
		if (widest) {
			int name = grid_columns(_(g->column[c].name));

			l->col[l->ncols] = c;
			l->wide[l->ncols++] = widest > name ? widest : name;
		}
	}
}

/* What the table takes at least, with its wrapped cells as narrow as may be. */
static int least(const struct layout *l)
{
	int sum = GRID_GAP * (l->ncols - 1);

	for (int i = 0; i < l->ncols; i++) {
		bool may = l->g->column[l->col[i]].flags & GRID_WRAP;

		sum += may && l->wide[i] > GRID_NARROWEST ? GRID_NARROWEST : l->wide[i];
	}
	return sum;
}

static void add_utf8(struct str *out, uint32_t c)
{
	const char bytes[] = { (char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 63)),
			       (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63)) };

	str_addn(out, bytes, sizeof(bytes));
}

/* The private character of four bytes at s that stands for a marked one, or 0. */
static uint32_t veiled(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	uint32_t c;

	if (u[0] != 0xf4 || !u[1] || !u[2] || !u[3])
		return 0;
	c = (uint32_t)(u[0] & 7) << 18 | (u[1] & 63u) << 12 | (u[2] & 63u) << 6 | (u[3] & 63u);
	return c >= VEIL && c < VEIL_END ? c : 0;
}

/*
 * libsmartcols cannot carry marks: each marked character crosses as a private one of the
 * same width, so that wrapping may part a run anywhere.
 */
static void veil(struct str *out, const char *s)
{
	char class = 0;

	for (size_t len; *s; s += len) {
		int wide = grid_char(s, &len);

		if (!wide && (*s == MARK_OPEN || *s == MARK_CLOSE))
			class = *s == MARK_OPEN ? s[1] : 0;
		else if (class && len == 1 && wide == 1)
			add_utf8(out, VEIL + (uint32_t) class * 128 + (unsigned char)*s);
		else if (veiled(s))
			str_add(out, "?"); /* foreign, and nothing to see anyway */
		else
			grid_add_char(out, s, len);
	}
}

/* Adds a line of the table with its marks again, without the blanks that fill it up. */
static void unveil(struct str *out, const char *s, size_t n)
{
	const char *end = s + n;
	char class = 0;

	while (end > s && end[-1] == ' ')
		end--;
	while (s < end) {
		uint32_t c = veiled(s);
		char now = (char)(c ? (c - VEIL) >> 7 : 0);

		if (class && now != class)
			str_addc(out, MARK_CLOSE);
		if (now && now != class) {
			str_addc(out, MARK_OPEN);
			str_addc(out, now);
		}
		class = now;
		str_addc(out, c ? (char)(c & 127) : *s);
		s += c ? 4 : 1;
	}
	if (class)
		str_addc(out, MARK_CLOSE);
	str_addc(out, '\n');
}

/*
 * How wide cells of column i may be: they are broken between words, which libsmartcols would not
 * do. 0: it is to break them as it likes, since several columns share what is left.
 */
static int room(const struct layout *l, int i)
{
	int left = l->width - GRID_GAP * (l->ncols - 1);

	if (!(l->g->column[l->col[i]].flags & GRID_WRAP) || !l->width)
		return 0;
	for (int k = 0; k < l->ncols; k++) {
		if (k != i && (l->g->column[l->col[k]].flags & GRID_WRAP))
			return 0;
		left -= k != i ? l->wide[k] : 0;
	}
	return left < l->wide[i] ? left : 0;
}

/* Adds veiled text with a newline where each line of it ends. */
static void fold(struct str *out, const char *s, int room)
{
	size_t blank = 0, len; /* where the line's last blank stands, plus 1 */
	int at = 0, after = 0; /* columns of the line, and of what follows that blank */

	for (; *s; s += len) {
		int wide = 1;

		len = 4;
		if (!veiled(s))
			wide = grid_char(s, &len);
		if (at + wide > room && *s != ' ' && blank) {
			out->s[blank - 1] = '\n';
			at = after;
			blank = 0;
		} else if (at + wide > room) {
			str_addc(out, '\n');
			at = after = 0;
			blank = 0;
			if (*s == ' ')
				continue;
		}
		str_addn(out, s, len);
		at += wide;
		after = *s == ' ' ? 0 : after + wide;
		blank = *s == ' ' ? out->len : blank;
	}
}

static struct libscols_table *new_table(const struct layout *l)
{
	struct libscols_table *t = scols.new_table();
	struct libscols_symbols *branches = scols.new_symbols();

	if (!t || !branches)
		fatal("out of memory");
	scols.symbols_set_branch(branches, "├─");
	scols.symbols_set_vertical(branches, "│ ");
	scols.symbols_set_right(branches, "└─");
	scols.table_set_symbols(t, branches);
	scols.unref_symbols(branches);
	scols.table_set_column_separator(t, "  ");
	scols.table_set_termforce(t, l->width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	if (l->width)
		scols.table_set_termwidth(t, (size_t)l->width);
	return t;
}

static void add_columns(struct libscols_table *t, const struct layout *l)
{
	for (int i = 0; i < l->ncols; i++) {
		const struct grid_column *column = &l->g->column[l->col[i]];
		struct libscols_column *cl;
		int flags = 0;

		if (column->flags & GRID_RIGHT)
			flags |= SCOLS_FL_RIGHT;
		if (column->flags & GRID_WRAP)
			flags |= SCOLS_FL_WRAP;
		if (l->tree && (column->flags & GRID_TREE))
			flags |= SCOLS_FL_TREE;
		cl = scols.table_new_column(t, _(column->name), 0, flags);
		if (!cl)
			fatal("out of memory");
		if (room(l, i)) {
			scols.column_set_safechars(cl, "\n");
			scols.column_set_wrapfunc(cl, scols.wrapnl_chunksize,
						  scols.wrapnl_nextchunk, NULL);
		}
	}
}

static void add_rows(struct libscols_table *t, const struct layout *l)
{
	struct libscols_line **line = xcalloc((size_t)l->g->nrows, sizeof(*line));
	struct str cell = STR_INIT, folded = STR_INIT;

	for (int r = 0; r < l->g->nrows; r++) {
		int parent = l->g->row[r].parent;

		line[r] = scols.table_new_line(t, parent >= 0 && parent < r ? line[parent] : NULL);
		if (!line[r])
			fatal("out of memory");
		for (int i = 0; i < l->ncols; i++) {
			const char *s = l->g->row[r].cell[l->col[i]];

			if (!s || !*s)
				continue;
			str_reset(&cell);
			veil(&cell, s);
			str_reset(&folded);
			if (room(l, i))
				fold(&folded, str_text(&cell), room(l, i));
			if (scols.line_set_data(line[r], (size_t)i,
						str_text(room(l, i) ? &folded : &cell)))
				fatal("out of memory");
		}
	}
	str_free(&folded);
	str_free(&cell);
	free(line);
}

static void draw(struct str *out, const struct layout *l)
{
	struct libscols_table *t;
	char *text = NULL, *s, *end;

	scols_load();
	t = new_table(l);

	add_columns(t, l);
	add_rows(t, l);
	if (scols.print_table_to_string(t, &text) || !text)
		fatal("a table could not be drawn");
	str_add(out, l->colour ? "\033[2m" : "");
	for (s = text; *s; s = *end ? end + 1 : end) {
		end = strchrnul(s, '\n');
		unveil(out, s, (size_t)(end - s));
		if (s == text)
			str_add(out, l->colour ? "\033[0m" : "");
	}
	free(text);
	scols.unref_table(t);
}

static void add_line(struct str *out, const char *s)
{
	for (size_t len; *s; s += len) {
		grid_char(s, &len);
		grid_add_char(out, s, len);
	}
}

void grid_text(struct str *out, const struct grid *g, int width, bool colour)
{
	struct layout l = { .g = g, .width = width > 0 ? width : 0, .colour = colour };
	locale_t before = uselocale(utf8());

	measure(&l);
	str_add(out, colour ? "\033[1m" : "");
	add_line(out, g->title);
	str_add(out, colour ? "\033[0m" : "");
	str_add(out, l.ncols ? "\n" : _(": none\n"));
	if (l.ncols && l.width && least(&l) > l.width)
		grid_cards(out, &l);
	else if (g->nrows > MANY && grid_is_plain(&l))
		grid_plain(out, &l);
	else if (l.ncols)
		draw(out, &l);
	if (g->note && *g->note) {
		str_add(out, "   ");
		add_line(out, g->note);
		str_addc(out, '\n');
	}
	free(l.col);
	free(l.wide);
	uselocale(before);
}
