/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `state` of pipes and FIFOs: a row each, with what is inside, who holds which end and who sleeps
 * at it.  Runs in the shell and takes nothing.
 */
#include "base/grid.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/fd.h"
#include "ipc/pipe.h"
#include "ipc/pipe_object.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { COL_NAME, COL_INSIDE, COL_INODE, COL_BYTES, COL_SIZE, COL_DETAILS, COLS };
enum { PREFIX = 40 }; /* bytes of the contents that are shown */

/* What a pipe is stands in the row's details, in words; its contents, ends and sleepers below. */
static const struct grid_column pipe_columns[COLS] = {
	[COL_NAME] = { N_("pipe"), GRID_TREE },
	[COL_INSIDE] = { N_("inside"), 0 },
	[COL_INODE] = { N_("inode"), GRID_RIGHT | GRID_DATA },
	[COL_BYTES] = { N_("bytes"), GRID_RIGHT | GRID_DATA },
	[COL_SIZE] = { N_("size"), GRID_RIGHT | GRID_DATA },
	[COL_DETAILS] = { N_("details"), GRID_WRAP },
};

static const struct grid_column fifo_columns[COLS] = {
	[COL_NAME] = { N_("FIFO"), GRID_TREE },
	[COL_INSIDE] = { N_("inside"), 0 },
	[COL_INODE] = { N_("inode"), GRID_RIGHT | GRID_DATA },
	[COL_BYTES] = { N_("bytes"), GRID_RIGHT | GRID_DATA },
	[COL_SIZE] = { N_("size"), GRID_RIGHT | GRID_DATA },
	[COL_DETAILS] = { N_("details"), GRID_WRAP },
};

struct sleepers {
	const struct world *w;
	unsigned long inode;
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

static bool awaits(const struct sleepers *s, const struct peer *p, const char *path)
{
	return ends_awaited(s->w->ends, s->w->proc, p->pid, p->since, path) == s->inode;
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
					    : path && awaits(s, p, path))
			return true;
	}
	return false;
}

static bool add_sleeper(void *arg, const struct peer *p)
{
	struct sleepers *s = arg;

	if (p->asleep && sleeps_at(s, p))
		str_addf(s->out, _("%s%s in %s"), s->out->len ? ", " : "", p->name,
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

/* A row under the pipe's; the text is emptied. */
static void add_detail(struct table *t, int row, const char *name, struct str *text)
{
	int sub;

	if (text->len) {
		sub = grid_row(t->g, row);
		grid_set(t->g, sub, COL_NAME, name);
		grid_set(t->g, sub, COL_DETAILS, str_text(text));
	}
	str_reset(text);
}

static void add_contents(struct str *text, const struct world *w, const struct object *o)
{
	struct pipe_inside in;
	char bytes[PREFIX];

	if (pipe_peek(w, (unsigned long)o->id, bytes, sizeof(bytes), &in)) {
		str_add(text, o->f[READERS] || o->f[WRITERS] ? _("(may not be looked at)") : "");
	} else if (in.bytes > 0 && !in.contents) {
		str_add(text, _("(no read end left to look through)"));
	} else if (in.shown) {
		str_quote(text, bytes, in.shown, 0);
		if (in.bytes > (long)in.shown)
			str_add(text, "...");
	} else if (in.bytes) {
		str_addf(text, _("(cannot be copied: %s)"), strerror(in.err));
	}
}

/* "pipe:[4711]"; "rw-r--r--  inode 4711" of a FIFO */
static void add_what(struct str *text, const struct object *o)
{
	if (o->kind == KIND_PIPE) {
		str_add(text, "pipe:[");
	} else if (o->f[NAMED]) {
		format_mode(text, (unsigned)o->f[MODE]);
		str_add(text, _("  inode "));
	} else {
		str_add(text, _("unlinked  inode "));
	}
	str_mark_num(text, 'n', o->id);
	str_add(text, o->kind == KIND_PIPE ? "]" : "");
}

static void add_pipe(struct table *t, const struct object *o)
{
	static const char *const ends[] = { N_("read ends"), N_("write ends") };
	const bool held = o->f[READERS] || o->f[WRITERS];
	struct str text = STR_INIT;
	struct sleepers s = { t->w, (unsigned long)o->id, &text };
	char *name = pipe_subject(o, t->w);
	int row = grid_row(t->g, -1);

	grid_set(t->g, row, COL_NAME, name);
	grid_setf(t->g, row, COL_INODE, "%ld", o->id);
	if (held && o->f[BYTES] >= 0) {
		grid_setf(t->g, row, COL_BYTES, "%ld", o->f[BYTES]);
		grid_setf(t->g, row, COL_SIZE, "%ld", o->f[SIZE]);
		grid_setf(t->g, row, COL_INSIDE, _("%ld of %ld"), o->f[BYTES], o->f[SIZE]);
	}
	add_what(&text, o);
	grid_set(t->g, row, COL_DETAILS, str_text(&text));
	str_reset(&text);
	add_contents(&text, t->w, o);
	add_detail(t, row, _("contents"), &text);
	if (held)
		pipe_say_pages(&text, t->w, (unsigned long)o->id);
	add_detail(t, row, _("room"), &text);
	for (int k = 0; k < 2 && held; k++) {
		pipe_add_who(&text, o, k + 1);
		add_detail(t, row, _(ends[k]), &text);
	}
	if (t->w->peers)
		t->w->peers(t->w->ctx, add_sleeper, &s);
	add_detail(t, row, _("asleep"), &text);
	str_free(&text);
	free(name);
}

static bool add_row(void *arg, long id)
{
	struct table *t = arg;
	struct object o = { 0 };

	if (!state_wants(t->only, t->nonly, id) ||
	    pipe_object(t->w, t->kind, (unsigned long)id, &o))
		return true;
	add_pipe(t, &o);
	free(o.text);
	return true;
}

struct grid *pipe_grid(const struct world *w, enum kind kind, const char *title, const long *only,
		       int nonly)
{
	struct table t = { w,
			   grid_new(title, kind == KIND_PIPE ? pipe_columns : fifo_columns, COLS),
			   kind, only, nonly };

	ends_inodes(w->ends, kind == KIND_FIFO, add_row, &t);
	if (w->ends && ends_denied(w->ends))
		grid_note(t.g,
			  _("the descriptors of a process that runs with other rights cannot be "
			    "seen: ends may be missing"));
	return t.g;
}
