/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of primitives and of facilities.  Nothing else knows them all.
 */
#include "base/mem.h"
#include "ipc/child.h"
#include "ipc/facility.h"

#include <stdlib.h>
#include <string.h>

#define PRIM(name) extern const struct prim prim_##name;
#include "ipc/prims.def"
#undef PRIM

const struct prim *const prims[] = {
#define PRIM(name) &prim_##name,
#include "ipc/prims.def"
#undef PRIM
};

const struct child_ops *child_ops; /* set by the loop that makes calls */

const int prim_count = ARRAY_LEN(prims);

extern const struct facility facility_pipe, facility_fifo, facility_msg, facility_shm, facility_sem;

const struct facility *const facilities[] = {
	&facility_pipe, &facility_fifo, &facility_msg, &facility_shm, &facility_sem, NULL,
};

const struct facility *facility_of(enum kind kind)
{
	for (int i = 0; facilities[i]; i++)
		if (facilities[i]->kind == kind)
			return facilities[i];
	return NULL;
}

void object_release(struct object *o)
{
	free(o->value);
	free(o->text);
	o->value = NULL;
	o->text = NULL;
	o->nvalues = 0;
}
