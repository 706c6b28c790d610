/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/grid.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/*
 * Cells live in large blocks, freed with the grid: a table of everything may have a million.
 * What a cell held before stays in its block.
 */
struct grid_block {
	struct grid_block *next;
	size_t used, size;
	_Alignas(char *) char bytes[];
};

enum { BLOCK = 64 * 1024 };

static void *take(struct grid *g, size_t n)
{
	struct grid_block *b = g->blocks;

	n = (n + sizeof(char *) - 1) & ~(sizeof(char *) - 1);
	if (!b || b->size - b->used < n) {
		size_t size = n > BLOCK ? n : BLOCK;

		b = xmalloc(sizeof(*b) + size);
		*b = (struct grid_block){ g->blocks, 0, size };
		g->blocks = b;
	}
	b->used += n;
	return b->bytes + b->used - n;
}

static char *keep(struct grid *g, const char *text)
{
	size_t n = strlen(text) + 1;

	return memcpy(take(g, n), text, n);
}

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
	struct grid_block *next;

	if (!g)
		return;
	for (struct grid_block *b = g->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	free(g->row);
	free(g->title);
	free(g->note);
	free(g);
}

int grid_row(struct grid *g, int parent)
{
	size_t n = (size_t)g->ncolumns * sizeof(char *);

	GROW(g->row, g->nrows, g->cap);
	g->row[g->nrows].cell = memset(take(g, n), 0, n);
	g->row[g->nrows].parent = parent;
	return g->nrows++;
}

void grid_set(struct grid *g, int row, int column, const char *text)
{
	g->row[row].cell[column] = keep(g, text);
}

void grid_setf(struct grid *g, int row, int column, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_addfv(&text, fmt, ap);
	va_end(ap);
	g->row[row].cell[column] = keep(g, str_text(&text));
	str_free(&text);
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
