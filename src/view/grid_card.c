/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/grid_card.h"
#include "base/lang.h"
#include "view/grid.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static bool printable(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

static bool is_mark(const char *s)
{
	return *s == MARK_CLOSE || (*s == MARK_OPEN && s[1] > ' ' && s[1] < 0x7f);
}

int grid_char(const char *s, size_t *len)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t n;
	int wide;

	*len = 1;
	if (printable((unsigned char)*s))
		return 1;
	if (is_mark(s)) {
		*len = *s == MARK_OPEN ? 2 : 1;
		return 0;
	}
	n = (unsigned char)*s < 0x80 ? (size_t)-1 : mbrtowc(&c, s, strnlen(s, 4), &state);
	if (n == (size_t)-1 || n == (size_t)-2 || n == 0)
		return (int)strlen("\\001");
	wide = wcwidth(c);
	if (wide <= 0) {
		/* str_clean escapes it, it combines, or it is too new for the C library: then a guess */
		struct str b = STR_INIT;

		str_clean(&b, s, n);
		wide = b.len != n ? (int)b.len : wide < 0 ? 1 : 0;
		str_free(&b);
	}
	*len = n;
	return wide;
}

void grid_add_char(struct str *out, const char *s, size_t len)
{
	if (is_mark(s))
		str_addn(out, s, len);
	else if (*s == '\t' || *s == '\n') /* which str_clean lets pass */
		str_addf(out, "\\%03o", *s);
	else
		str_clean(out, s, len);
}

int grid_columns(const char *s)
{
	int n = 0;
	size_t len;

	while (*s) {
		if (printable((unsigned char)*s)) {
			n++;
			s++;
			continue;
		}
		n += grid_char(s, &len);
		s += len;
	}
	return n;
}

/* Text that is broken where the terminal ends; a mark never spans a line's end. */
struct card {
	struct str *out;
	int at, indent, width;
	char class;         /* of the mark that is open, or 0 */
	const char *margin; /* what the next lines begin with, or NULL, */
	int margin_columns; /* so wide */
};

static void break_line(struct card *c)
{
	if (c->class)
		str_addc(c->out, MARK_CLOSE);
	str_addc(c->out, '\n');
	if (c->margin)
		str_add(c->out, c->margin);
	str_fill(c->out, ' ', (size_t)(c->indent - c->margin_columns));
	c->at = c->indent;
	if (c->class) {
		str_addc(c->out, MARK_OPEN);
		str_addc(c->out, c->class);
	}
}

static void card_run(struct card *c, const char *s, const char *end)
{
	for (size_t len; s < end; s += len) {
		int wide = grid_char(s, &len);

		if (c->at + wide > c->width && c->at > c->indent)
			break_line(c);
		if (is_mark(s))
			c->class = *s == MARK_OPEN ? s[1] : 0;
		grid_add_char(c->out, s, len);
		c->at += wide;
	}
}

static void card_text(struct card *c, const char *s)
{
	card_run(c, s, s + strlen(s));
}

static void card_pair(struct card *c, const char *name, const char *value)
{
	int wide = grid_columns(name) + 1 + grid_columns(value);

	if (c->at > c->indent) {
		if (c->at + GRID_GAP + wide > c->width) {
			break_line(c);
		} else {
			str_fill(c->out, ' ', GRID_GAP);
			c->at += GRID_GAP;
		}
	}
	card_text(c, name);
	card_text(c, " ");
	card_text(c, value);
}

/* The column that names a row: the tree's, or the first. */
static int head_column(const struct layout *l)
{
	for (int i = 0; i < l->ncols; i++)
		if (l->g->column[l->col[i]].flags & GRID_TREE)
			return l->col[i];
	return l->col[0];
}

void grid_cards(struct str *out, const struct layout *l)
{
	int head = head_column(l);

	for (int r = 0; r < l->g->nrows; r++) {
		char *const *cell = l->g->row[r].cell;
		int depth = grid_depth(l->g, r), room = l->width / 2;
		int indent = 2 * depth < room ? 2 * depth : room;
		struct card c = { .out = out, .at = indent, .indent = indent, .width = l->width };

		str_fill(out, ' ', (size_t)indent);
		str_add(out, l->colour ? "\033[1m" : "");
		card_text(&c, cell[head] && *cell[head] ? cell[head] : "-");
		str_add(out, l->colour ? "\033[0m\n" : "\n");
		c.at = c.indent = indent + 2;
		c.class = 0;
		for (int i = 0; i < l->ncols; i++) {
			int k = l->col[i];

			if (k == head || !cell[k] || !*cell[k])
				continue;
			if (c.at == c.indent)
				str_fill(out, ' ', (size_t)c.indent);
			card_pair(&c, _(l->g->column[k].name), cell[k]);
		}
		if (c.at > c.indent)
			str_addc(out, '\n');
	}
}

/* Adds a cell, filled up to `fill` columns. */
static void plain_cell(struct str *out, const char *s, int fill, bool right)
{
	size_t n = 0, len;
	int wide = 0, pad;

	/* one pass suffices for nearly all cells: ASCII and marks, which need no care */
	for (;; n++) {
		if (printable((unsigned char)s[n]))
			wide++;
		else if (!is_mark(s + n))
			break;
		else if (s[n] == MARK_OPEN)
			n++;
	}
	pad = fill - wide - (s[n] ? grid_columns(s + n) : 0);
	if (right && pad > 0)
		str_fill(out, ' ', (size_t)pad);
	str_addn(out, s, n);
	for (s += n; *s; s += len) {
		grid_char(s, &len);
		grid_add_char(out, s, len);
	}
	if (!right && pad > 0)
		str_fill(out, ' ', (size_t)pad);
}

static int run_columns(const char *s, const char *end)
{
	int n = 0;

	for (size_t len; s < end; s += len)
		n += grid_char(s, &len);
	return n;
}

/* Adds a row's last cell, broken between words into lines that begin as c says. */
static void plain_words(struct card *c, const char *s)
{
	for (const char *end; *s; s = end) {
		int blanks = (int)strspn(s, " "), wide;

		s += blanks;
		end = strchrnul(s, ' ');
		wide = run_columns(s, end);
		if (c->at > c->indent && c->at + blanks + wide > c->width)
			break_line(c);
		else
			str_fill(c->out, ' ', (size_t)blanks), c->at += blanks;
		card_run(c, s, end);
	}
}

/* A tree's rows: is it its parent's last child, has it children? */
struct branches {
	bool last, parent;
};

/* The branches before a row of a tree; `own`: its own, not what passes by on the lines below it. */
static void add_branches(struct str *out, const struct grid *g, const struct branches *br, int r,
			 bool own)
{
	int parent = g->row[r].parent;

	if (parent < 0)
		return;
	add_branches(out, g, br, parent, false);
	if (own)
		str_add(out, br[r].last ? "└─" : "├─");
	else
		str_add(out, br[r].last ? "  " : "│ ");
}

/* The last cell of a row that is too long for its line; the branches go on at its left. */
static void plain_last(struct str *out, const struct layout *l, const struct branches *br, int row,
		       const char *s, int at)
{
	struct str margin = STR_INIT;
	struct card c = { .out = out, .at = at, .indent = at, .width = l->width };

	if (l->tree && row >= 0) {
		for (int i = 0; !(l->g->column[l->col[i]].flags & GRID_TREE); i++)
			c.margin_columns += l->wide[i] + GRID_GAP;
		str_fill(&margin, ' ', (size_t)c.margin_columns);
		add_branches(&margin, l->g, br, row, false);
		if (br[row].parent)
			str_add(&margin, "│ ");
		c.margin_columns += 2 * (grid_depth(l->g, row) + br[row].parent);
		c.margin = str_text(&margin);
	}
	plain_words(&c, s);
	str_free(&margin);
}

/* row -1: the columns' names. */
static void plain_row(struct str *out, const struct layout *l, const struct branches *br, int row)
{
	int at = 0;

	for (int i = 0; i < l->ncols; i++) {
		const struct grid_column *column = &l->g->column[l->col[i]];
		const char *s = row < 0 ? _(column->name) : l->g->row[row].cell[l->col[i]];
		int fill = l->wide[i];

		if (i) {
			str_fill(out, ' ', GRID_GAP);
			at += GRID_GAP;
		}
		if (row >= 0 && l->tree && column->flags & GRID_TREE) {
			add_branches(out, l->g, br, row, true);
			fill -= 2 * grid_depth(l->g, row);
		}
		s = s ? s : "";
		/* an upper bound will do: nearly every cell has fewer bytes than there are columns */
		if (i == l->ncols - 1 && l->width && at + l->wide[i] > l->width &&
		    at + (int)strlen(s) > l->width)
			plain_last(out, l, br, row, s, at);
		else
			plain_cell(out, s,
				   i == l->ncols - 1 && !(column->flags & GRID_RIGHT) ? 0 : fill,
				   column->flags & GRID_RIGHT);
		at += l->wide[i];
	}
	while (out->len && out->s[out->len - 1] == ' ')
		str_trim(out, out->len - 1);
	str_addc(out, '\n');
}

/* Does each row follow its parent or that one's descendants? libsmartcols sorts them so. */
static bool in_order(const struct grid *g)
{
	for (int r = 0; r < g->nrows; r++) {
		int above = r - 1;

		while (above >= 0 && above != g->row[r].parent)
			above = g->row[above].parent;
		if (above != g->row[r].parent)
			return false;
	}
	return true;
}

bool grid_is_plain(const struct layout *l)
{
	const struct grid_column *last = l->ncols ? &l->g->column[l->col[l->ncols - 1]] : NULL;
	int before = GRID_GAP * (l->ncols - 1), wide;

	if (!last || (l->tree && !in_order(l->g)))
		return false;
	for (int i = 0; i < l->ncols - 1; i++)
		before += l->wide[i];
	wide = l->wide[l->ncols - 1];
	return !l->width || before + wide <= l->width ||
	       (last->flags & GRID_WRAP && !(last->flags & (GRID_RIGHT | GRID_TREE)) &&
		l->width - before >= GRID_NARROWEST);
}

void grid_plain(struct str *out, const struct layout *l)
{
	int n = l->g->nrows;
	struct branches *br = xcalloc((size_t)n + 1, sizeof(*br));

	for (int r = n - 1; r >= 0; r--) {
		int parent = l->g->row[r].parent;

		if (parent >= 0) {
			br[r].last = !br[parent].parent;
			br[parent].parent = true;
		}
	}
	str_add(out, l->colour ? "\033[2m" : "");
	plain_row(out, l, br, -1);
	str_add(out, l->colour ? "\033[0m" : "");
	for (int r = 0; r < n; r++)
		plain_row(out, l, br, r);
	free(br);
}
