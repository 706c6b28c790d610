/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/grid.h"
#include "base/str.h"

#include <stdlib.h>

struct grid *grid_new(const char *title, const struct grid_column *column, int ncolumns)
{
	struct grid *g = xcalloc(1, sizeof(*g));

	g->title = xstrdup(title);
	g->column = column;
	g->ncolumns = ncolumns;
	return g;
}

void grid_free(struct grid *g)
{
	if (!g)
		return;
	for (int r = 0; r < g->nrows; r++) {
		for (int c = 0; c < g->ncolumns; c++)
			free(g->row[r].cell[c]);
		free(g->row[r].cell);
	}
	free(g->row);
	free(g->title);
	free(g->note);
	free(g);
}

int grid_row(struct grid *g, int parent)
{
	GROW(g->row, g->nrows, g->cap);
	g->row[g->nrows].cell = xcalloc((size_t)g->ncolumns, sizeof(char *));
	g->row[g->nrows].parent = parent;
	return g->nrows++;
}

void grid_set(struct grid *g, int row, int column, const char *text)
{
	free(g->row[row].cell[column]);
	g->row[row].cell[column] = xstrdup(text);
}

void grid_setf(struct grid *g, int row, int column, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_addfv(&text, fmt, ap);
	va_end(ap);
	free(g->row[row].cell[column]);
	g->row[row].cell[column] = str_take(&text);
}

void grid_note(struct grid *g, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_addfv(&text, fmt, ap);
	va_end(ap);
	free(g->note);
	g->note = str_take(&text);
}
