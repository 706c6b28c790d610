/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of the table printer: measured columns, and the two ways of drawing that need no
 * library.  For view/grid.c only.
 */
#ifndef VIEW_GRID_CARD_H
#define VIEW_GRID_CARD_H

#include "base/grid.h"
#include "base/str.h"

struct layout {
	const struct grid *g;
	int width; /* of the terminal; 0: any */
	bool colour;
	int *col;  /* the columns that are shown: ncols indices in g->column */
	int *wide; /* and how wide each wants to be, with a tree's branches */
	int ncols;
	bool tree; /* some row has a parent */
};

enum {
	GRID_GAP = 2,
	GRID_NARROWEST = 12, /* columns that a wrapped cell needs to be readable */
};

/*
 * The character at s: how many columns it takes (a malformed byte, a control character: 4, as it
 * comes out as an escape; a mark: 0) and, in *len, how many bytes.
 */
int grid_char(const char *s, size_t *len);
/* Adds the character of that length, escaped where it must be. */
void grid_add_char(struct str *out, const char *s, size_t len);
/* Columns that the text takes. */
int grid_columns(const char *s);

/* A row a paragraph: its name, then "column value" pairs, broken at the width. */
void grid_cards(struct str *out, const struct layout *l);
/*
 * A table that fits, or whose last column alone has to be wrapped;
 * libsmartcols would take a microsecond a cell.
 */
bool grid_is_plain(const struct layout *l);
void grid_plain(struct str *out, const struct layout *l);

#endif
