/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parts of events as JSON values.  Each function returns a new reference, never NULL.  For
 * view/json.c.
 */
#ifndef VIEW_JSON_VALUE_H
#define VIEW_JSON_VALUE_H

#include "base/grid.h"
#include "call/prim.h"
#include "ipc/facility.h"

#include <jansson.h>

/* Text; what is not UTF-8 is cleaned as for a terminal. */
json_t *value_text(const char *s, size_t n);
/* The same without its marks (base/str.h). */
json_t *value_unmarked(const char *s);
/* Data: as it is if it is UTF-8, else as strace writes a string, with its quotes. */
json_t *value_data(const char *s, size_t n);
/* C parameter name -> value. done: the call has returned, and filled what it fills. */
json_t *value_args(const struct call *c, bool done);
/* An object's fields; if was is not NULL, only those of `now` that differ in it. */
json_t *value_fields(const struct object *now, const struct object *was, const struct world *w);
/* A table as an array of its rows; a row's own rows are in its "rows". */
json_t *value_grid(const struct grid *g);

#endif
