/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/fold.h"
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

bool fold_out(struct fold *f, struct str *out)
{
	if (!f->left_out)
		return false;
	str_addf(out, "%ld more like it, to id ", f->left_out);
	str_mark_num(out, kind_mark(f->kind), f->upto);
	f->left_out = 0;
	return true;
}
