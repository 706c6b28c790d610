/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `state` of segments: a row each, and below it who has it attached where, what is inside, who
 * made it and who was there last.  Nothing is attached; contents come from a process that has
 * them.  Runs in the shell.
 */
#include "base/grid.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/fold.h"
#include "ipc/memory.h"
#include "ipc/shm_object.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { C_NAME, C_ID, C_SIZE, C_ATTACHED, C_KEY, C_OWNER, C_MODE, C_STATUS, C_DETAILS, COLUMNS };

/* A segment's key, owner, mode and status stand in its details, in words: 80 columns must do. */
static const struct grid_column columns[COLUMNS] = {
	[C_NAME] = { N_("segment"), GRID_TREE },    [C_ID] = { N_("id"), GRID_RIGHT },
	[C_SIZE] = { N_("bytes"), GRID_RIGHT },     [C_ATTACHED] = { N_("attached"), GRID_RIGHT },
	[C_KEY] = { N_("key"), GRID_DATA },         [C_OWNER] = { N_("owner"), GRID_DATA },
	[C_MODE] = { N_("mode"), GRID_DATA },       [C_STATUS] = { N_("status"), GRID_DATA },
	[C_DETAILS] = { N_("details"), GRID_WRAP },
};

enum { PAGE = 4096, SHOWN_PAGES = 16, SHOWN_LINES = 8, SHOWN_LINE = 8 };

struct table {
	const struct world *w;
	const long *only;
	int nonly;
	struct grid *g;
	struct str cell;
	struct shm_attaches list;
	struct fold fold;
	char *sysv; /* /proc/sysvipc/shm, for what is in memory; NULL until it is needed */
};

/* Moves the cell's text into the table. */
static void put(struct table *t, int row, int column)
{
	grid_set(t->g, row, column, str_text(&t->cell));
	str_reset(&t->cell);
}

static void add_attaches(struct table *t, int row, long id)
{
	for (int i = 0; i < t->list.n; i++) {
		const struct shm_attach *a = &t->list.a[i];
		unsigned long frame = t->w->root ? shm_frame(a->outer, a->from) : 0;
		char hex[24];
		int sub;

		if (a->id != id)
			continue;
		sub = grid_row(t->g, row);
		str_add(&t->cell, a->name);
		put(t, sub, C_NAME);
		str_addn(&t->cell, a->perms, strcspn(a->perms, "sp"));
		snprintf(hex, sizeof(hex), "0x%lx", a->from);
		str_add(&t->cell, _(" at "));
		str_mark(&t->cell, 'a', hex);
		if (frame) {
			snprintf(hex, sizeof(hex), "0x%lx", frame);
			str_add(&t->cell, _(", physical frame "));
			str_mark(&t->cell, 'a', hex);
		}
		put(t, sub, C_DETAILS);
	}
}

/* A row of contents under a segment: what it is of, and the text in the cell. */
static void add_row(struct table *t, int row, const char *of)
{
	int sub = grid_row(t->g, row);

	grid_set(t->g, sub, C_NAME, of);
	put(t, sub, C_DETAILS);
}

static void add_lines(struct table *t, int row, const unsigned char *bytes, long offset, long n,
		      int *lines)
{
	static const unsigned char zeros[SHOWN_LINE];
	char of[24];

	for (long at = 0; at < n; at += SHOWN_LINE) {
		size_t len = n - at < SHOWN_LINE ? (size_t)(n - at) : SHOWN_LINE;

		if (!memcmp(bytes + at, zeros, len) || ++*lines > SHOWN_LINES)
			continue;
		snprintf(of, sizeof(of), "+%ld", offset + at);
		memory_line(&t->cell, bytes + at, len, SHOWN_LINE);
		add_row(t, row, of);
	}
}

static void add_contents(struct table *t, int row, const struct object *o)
{
	long size = o->f[F_SIZE], pages = (size + PAGE - 1) / PAGE, k, unknown = 0;
	long used = shm_bytes_used(&t->sysv, o->id);
	unsigned char page[PAGE];
	int lines = 0;

	for (k = 0; k < pages && k < SHOWN_PAGES; k++) {
		enum shm_page is = shm_read_page(&t->list, o->id, k, used, pages * PAGE, page);

		if (is == SHM_PAGE_HIDDEN) {
			str_addf(&t->cell,
				 errno ? _("cannot be read: %s")
				       : _("cannot be read: nobody here has it attached"),
				 strerror(errno));
			add_row(t, row, _("contents"));
			return;
		}
		if (is == SHM_PAGE_READ)
			add_lines(t, row, page, k * PAGE,
				  size - k * PAGE < PAGE ? size - k * PAGE : PAGE, &lines);
		unknown += is == SHM_PAGE_UNKNOWN;
	}
	if (lines > SHOWN_LINES) {
		str_addf(&t->cell, _("%d more lines of %d bytes are not 0"), lines - SHOWN_LINES,
			 SHOWN_LINE);
		add_row(t, row, "...");
	} else if (!lines && unknown < k) {
		str_add(&t->cell,
			used == 0 ? _("0 everywhere: nothing was written yet") : _("0 everywhere"));
		add_row(t, row, _("contents"));
	}
	if (unknown) {
		sysv_count(&t->cell, unknown, N_("page"));
		str_add(&t->cell,
			_(" that nobody here has touched: not looked at, for looking might fill them"));
		add_row(t, row, "...");
	}
	if (pages > SHOWN_PAGES && used) {
		str_addf(&t->cell, _("the first %d of %ld pages were looked at"), SHOWN_PAGES,
			 pages);
		add_row(t, row, "...");
	}
}

static void add_made(struct table *t, int row, const struct object *o)
{
	str_addf(&t->cell, _("by %s"), sysv_who(t->w, (pid_t)o->f[F_CPID], KIND_SHM, o->id, 0));
	add_row(t, row, _("made"));
	if (!o->f[F_LPID])
		return;
	str_addf(&t->cell, _("by %s"), sysv_who(t->w, (pid_t)o->f[F_LPID], KIND_SHM, o->id, 1));
	if (o->f[F_ATIME]) {
		str_add(&t->cell, _("; attached "));
		sysv_time(&t->cell, o->f[F_ATIME]);
	}
	if (o->f[F_DTIME]) {
		str_add(&t->cell, o->f[F_ATIME] ? _(", detached ") : _("; detached "));
		sysv_time(&t->cell, o->f[F_DTIME]);
	}
	add_row(t, row, _("last"));
}

static void add_details(struct table *t, int row, const struct object *o)
{
	sysv_key(&t->cell, (key_t)o->f[F_KEY]);
	put(t, row, C_KEY);
	sysv_owner(&t->cell, (unsigned)o->f[F_UID]);
	put(t, row, C_OWNER);
	format_mode(&t->cell, (unsigned)o->f[F_MODE]);
	put(t, row, C_MODE);
	if (o->f[F_DEST] || o->f[F_LOCKED]) {
		str_add(&t->cell, o->f[F_DEST] ? _("dest") : "");
		str_add(&t->cell, o->f[F_DEST] && o->f[F_LOCKED] ? ", " : "");
		str_add(&t->cell, o->f[F_LOCKED] ? _("locked") : "");
		put(t, row, C_STATUS);
	}
	format_mode(&t->cell, (unsigned)o->f[F_MODE]);
	str_add(&t->cell, "  ");
	sysv_owner(&t->cell, (unsigned)o->f[F_UID]);
	str_add(&t->cell, _("  key "));
	sysv_key(&t->cell, (key_t)o->f[F_KEY]);
	str_add(&t->cell, o->f[F_DEST] ? _("  dest") : "");
	str_add(&t->cell, o->f[F_LOCKED] ? _("  locked") : "");
	put(t, row, C_DETAILS);
}

static bool add_segment(void *arg, long id)
{
	struct table *t = arg;
	struct object o = { 0 };
	int row;

	if (!state_wants(t->only, t->nonly, id) || shm_object(t->w, id, &o))
		return true;
	if (!o.f[F_NATTCH] && fold_in(&t->fold, &o))
		return true;
	fold_row(&t->fold, t->g, C_NAME, C_DETAILS);
	row = grid_row(t->g, -1);
	grid_set(t->g, row, C_NAME, t->w->name(t->w->ctx, KIND_SHM, id));
	str_mark_num(&t->cell, 'm', id);
	put(t, row, C_ID);
	str_num(&t->cell, o.f[F_SIZE]);
	put(t, row, C_SIZE);
	str_num(&t->cell, o.f[F_NATTCH]);
	put(t, row, C_ATTACHED);
	add_details(t, row, &o);
	add_attaches(t, row, id);
	if (o.f[F_NATTCH])
		add_contents(t, row, &o);
	add_made(t, row, &o);
	return true;
}

struct grid *shm_grid(const struct world *w, const long *only, int nonly)
{
	struct table t = { .w = w, .only = only, .nonly = nonly };

	t.fold = (struct fold){ .w = w, .kind = KIND_SHM, .nfields = F_CTIME, .all = shm_count() };
	t.g = grid_new(_("shared memory"), columns, COLUMNS);
	shm_attaches_read(&t.list, w, nonly == 1 ? only[0] : -1, false);
	if (nonly == 1)
		add_segment(&t, only[0]);
	else if (shm_each(w, add_segment, &t))
		grid_note(t.g, _("the kernel does not list the segments: %s"), strerror(errno));
	fold_row(&t.fold, t.g, C_NAME, C_DETAILS);
	if (t.list.hidden)
		grid_note(
			t.g,
			_("%d of the processes may not be looked into: what they have attached is missing"),
			t.list.hidden);
	shm_attaches_release(&t.list);
	free(t.sysv);
	str_free(&t.cell);
	return t.g;
}
