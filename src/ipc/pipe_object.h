/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between pipe_state.c (pipes and FIFOs as objects) and pipe_grid.c (`state`). */
#ifndef IPC_PIPE_OBJECT_H
#define IPC_PIPE_OBJECT_H

#include "ipc/facility.h"

/* object.f of both kinds; the last three are a FIFO's alone. */
enum { BYTES, SIZE, READERS, WRITERS, MODE, OWNER, NAMED };

/* As struct facility's look. object.text: the path (nothing for a pipe), who holds read ends, who
 * holds write ends; a line each. */
int pipe_object(const struct world *w, enum kind kind, unsigned long inode, struct object *o);
/* Line n (0 to 2) of object.text; *len of it. Never NULL. */
const char *pipe_line(const struct object *o, int n, size_t *len);
/* Adds who holds read (1) or write ends (2): object.text's line in the language of the moment. */
void pipe_add_who(struct str *out, const struct object *o, int n);
/* What it is called: the FIFO's path, a name, "pipe:[4711]". The caller frees. */
char *pipe_subject(const struct object *o, const struct world *w);
struct grid *pipe_grid(const struct world *w, enum kind kind, const char *title, const long *only,
		       int nonly);

#endif
