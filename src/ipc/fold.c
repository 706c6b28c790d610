/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/fold.h"
#include "base/grid.h"
#include "base/lang.h"
#include "base/str.h"

#include <string.h>

enum { FEW = 256, SHOWN = 3 };

static bool is_named(const struct fold *f, const struct object *o)
{
	return !f->w->named || f->w->named(f->w->ctx, f->kind, o->id);
}

bool fold_in(struct fold *f, const struct object *o)
{
	if (!f->w->fold || f->all <= FEW)
		return false;
	if (is_named(f, o)) {
		f->alike = 0;
		return false;
	}
	if (!f->alike || memcmp(o->f, f->last.f, (size_t)f->nfields * sizeof(o->f[0]))) {
		f->last = *o;
		f->alike = 1;
		return false;
	}
	if (++f->alike <= SHOWN)
		return false;
	f->left_out++;
	f->upto = o->id;
	return true;
}

void fold_row(struct fold *f, struct grid *g, int name, int words)
{
	struct str text = STR_INIT;
	int row;

	if (!f->left_out)
		return;
	str_addf(&text, _("%ld more like it, to id "), f->left_out);
	str_mark_num(&text, kind_mark(f->kind), f->upto);
	f->left_out = 0;
	row = grid_row(g, -1);
	grid_set(g, row, name, "...");
	grid_set(g, row, words, str_text(&text));
	str_free(&text);
}
