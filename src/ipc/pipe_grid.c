/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `state` of pipes and FIFOs: a row each, with what is inside, who holds which end and who sleeps
 * at it.  Runs in the shell and takes nothing.
 */
#include "base/grid.h"
#include "base/str.h"
#include "ipc/fd.h"
#include "ipc/pipe.h"
#include "ipc/pipe_object.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
	COL_NAME,
	COL_INODE,
	COL_INSIDE,
	COL_SIZE,
	COL_CONTENTS,
	COL_READ,
	COL_WRITE,
	COL_ASLEEP,
	COLS
};
enum { PREFIX = 48 }; /* bytes of the contents that are shown */

static const struct grid_column columns[] = {
	{ "NAME", 0 },
	{ "INODE", GRID_RIGHT },
	{ "BYTES", GRID_RIGHT },
	{ "SIZE", GRID_RIGHT },
	{ "CONTENTS", GRID_WRAP },
	{ "READ END", GRID_WRAP },
	{ "WRITE END", GRID_WRAP },
	{ "ASLEEP", GRID_WRAP },
};

struct sleepers {
	const struct world *w;
	unsigned long inode;
	const char *path;
	struct str *out;
};

static bool holds(const struct sleepers *s, const struct peer *p, long fd)
{
	const struct end *end = ends_find(s->w->ends, p->pid, (int)fd);

	return end && end->inode == s->inode;
}

static bool polls(const struct sleepers *s, const struct peer *p)
{
	size_t n;
	const struct pollfd *f = poll_fds(p->call, &n);

	for (size_t i = 0; f && i < n; i++)
		if (holds(s, p, f[i].fd))
			return true;
	return false;
}

/* By a descriptor of it, or, in open, by its path. */
static bool sleeps_at(const struct sleepers *s, const struct peer *p)
{
	const struct prim *prim = p->call ? prims[p->call->prim] : NULL;

	for (int i = 0; prim && i < prim_nparams(prim); i++) {
		const struct argtype *type = prim->param[i].type;
		size_t n = call_length(p->call, i);
		const char *path = type->file && n ? call_bytes(p->call, i, n) : NULL;

		if (type == &type_pollfds   ? polls(s, p)
		    : type->kind == KIND_FD ? holds(s, p, p->call->arg[i].num)
					    : path && s->path && !strncmp(path, s->path, n))
			return true;
	}
	return false;
}

static bool add_sleeper(void *arg, const struct peer *p)
{
	struct sleepers *s = arg;

	if (p->asleep && sleeps_at(s, p))
		str_addf(s->out, "%s%s in %s", s->out->len ? ", " : "", p->name,
			 prims[p->call->prim]->name);
	return true;
}

struct table {
	const struct world *w;
	struct grid *g;
	enum kind kind;
	const long *only;
	int nonly;
};

static void add_contents(struct table *t, int r, const struct object *o)
{
	struct str text = STR_INIT;
	struct pipe_inside in;
	char bytes[PREFIX];

	if (pipe_peek(t->w, (unsigned long)o->id, bytes, sizeof(bytes), &in)) {
		str_add(&text, o->f[READERS] || o->f[WRITERS] ? "(may not be looked at)" : "");
	} else if (in.bytes > 0 && !in.contents) {
		str_add(&text, "(no read end left to look through)");
	} else if (in.shown) {
		str_quote(&text, bytes, in.shown, 0);
		if (in.bytes > (long)in.shown)
			str_add(&text, "...");
	}
	grid_set(t->g, r, COL_CONTENTS, str_text(&text));
	str_free(&text);
}

static bool add_row(void *arg, long id)
{
	struct table *t = arg;
	struct object o = { 0 };
	struct str text = STR_INIT;
	struct sleepers s = { t->w, (unsigned long)id, NULL, &text };
	bool wanted = t->nonly == 0;
	size_t n;
	const char *line;
	char *name;
	int r;

	for (int i = 0; i < t->nonly; i++)
		wanted |= t->only[i] == id;
	if (!wanted || pipe_object(t->w, t->kind, (unsigned long)id, &o))
		return true;
	r = grid_row(t->g, -1);
	name = pipe_subject(&o, t->w);
	grid_set(t->g, r, COL_NAME, name);
	free(name);
	str_mark_num(&text, 'n', id);
	grid_set(t->g, r, COL_INODE, str_text(&text));
	if (o.f[READERS] || o.f[WRITERS]) {
		grid_setf(t->g, r, COL_INSIDE, o.f[BYTES] < 0 ? "?" : "%ld", o.f[BYTES]);
		grid_setf(t->g, r, COL_SIZE, o.f[SIZE] < 0 ? "?" : "%ld", o.f[SIZE]);
	}
	add_contents(t, r, &o);
	for (int k = 1; k <= 2; k++) {
		line = pipe_line(&o, k, &n);
		grid_setf(t->g, r, k == 1 ? COL_READ : COL_WRITE, "%.*s", n ? (int)n : 1,
			  n ? line : "-");
	}
	str_reset(&text);
	s.path = t->kind == KIND_FIFO ? ends_path(t->w->ends, (unsigned long)id) : NULL;
	if (t->w->peers)
		t->w->peers(t->w->ctx, add_sleeper, &s);
	grid_set(t->g, r, COL_ASLEEP, str_text(&text));
	str_free(&text);
	free(o.text);
	return true;
}

struct grid *pipe_grid(const struct world *w, enum kind kind, const char *title, const long *only,
		       int nonly)
{
	struct table t = { w, grid_new(title, columns, COLS), kind, only, nonly };

	ends_inodes(w->ends, kind == KIND_FIFO, add_row, &t);
	if (w->ends && ends_denied(w->ends))
		grid_note(t.g, "the descriptors of a process that runs with other rights cannot be "
			       "seen: ends may be missing");
	return t.g;
}
