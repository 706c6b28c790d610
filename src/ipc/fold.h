/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Long listings: of hundreds of objects that have no name and differ in nothing that is shown, a
 * reader wants a few and how many more there are.  Only where the world asks for it (JSON does not).
 */
#ifndef IPC_FOLD_H
#define IPC_FOLD_H

#include "ipc/facility.h"

/* One listing's; its first four members are the caller's to set, the rest is zero. */
struct fold {
	const struct world *w;
	enum kind kind;
	int nfields; /* as many of object.f are compared */
	long all;    /* how many objects there are: few are not folded */
	struct object last;
	long alike, left_out, upto;
};

/* True if o is like those before it, of which enough stand already: it gets no row. */
bool fold_in(struct fold *f, const struct object *o);
/*
 * Before another row, and at the end: a row for those left out, if any: "..." in column name, and
 * "29997 more like it, to id 32766" in column words.
 */
void fold_row(struct fold *f, struct grid *g, int name, int words);

#endif
