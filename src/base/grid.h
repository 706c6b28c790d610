/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table as data: a title, columns, rows of text cells.  Lower layers fill it, view/ draws it.
 */
#ifndef BASE_GRID_H
#define BASE_GRID_H

#include <stdbool.h>

enum grid_flag {
	GRID_RIGHT = 1, /* right-aligned: numbers */
	GRID_WRAP = 2,  /* may be wrapped or cut on narrow terminals */
	GRID_TREE = 4,  /* the column that carries the tree's branches */
	GRID_DATA = 8,  /* for JSON only: on a terminal another column says it in words */
};

struct grid_column {
	const char *name; /* static: also the key in JSON */
	unsigned flags;
};

struct grid_row {
	char **cell; /* ncolumns of them, NULL for empty; marks allowed; the grid's memory */
	int parent;  /* index of the row above it in the tree, or -1 */
};

struct grid {
	char *title;
	const struct grid_column *column; /* static */
	int ncolumns;
	struct grid_row *row;
	int nrows, cap;
	char *note;                /* a line under it, or NULL: what the kernel would not tell */
	struct grid_block *blocks; /* the cells' memory */
};

/* title is copied. Free with grid_free (NULL allowed). */
struct grid *grid_new(const char *title, const struct grid_column *column, int ncolumns);
void grid_free(struct grid *g);
/* Adds an empty row; returns its index. */
int grid_row(struct grid *g, int parent);
/* Sets a cell; the text is copied, or formatted. */
void grid_set(struct grid *g, int row, int column, const char *text);
void grid_setf(struct grid *g, int row, int column, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void grid_note(struct grid *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
