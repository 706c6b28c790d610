/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/fault.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/sysv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mapping {
	unsigned long from, to;
	char perms[5];
};

/* The line of maps that holds addr. */
static bool find_mapping(const char *maps, unsigned long addr, struct mapping *m)
{
	for (const char *at = maps; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (sscanf(at, "%lx-%lx %4s", &m->from, &m->to, m->perms) == 3 && addr >= m->from &&
		    addr < m->to)
			return true;
	}
	return false;
}

static bool allows(const struct mapping *m, bool written)
{
	return written ? m->perms[1] == 'w' : m->perms[0] == 'r';
}

static char *read_maps(const struct world *w)
{
	const size_t size = 256 * 1024;
	char *maps = xmalloc(size);

	if (sysv_read_proc(w, &w->self, "maps", maps, size) < 0)
		*maps = '\0';
	return maps;
}

/* No address was typed, or NULL where that is as good as nothing. */
static bool is_none(const struct call *c, int i)
{
	return !c->arg[i].null || (!c->arg[i].num && prims[c->prim]->param[i].flags & PARAM_NULL);
}

bool is_fault(const struct call *c, int i, bool written, const struct world *w)
{
	const size_t size = prims[c->prim]->param[i].type->size;
	unsigned long at = (unsigned long)c->arg[i].num, end = at + (size ? size : 1);
	struct mapping m = { 0 };
	bool good = end > at;
	char *maps;

	if (is_none(c, i))
		return false;
	maps = read_maps(w);
	for (; good && at < end; at = m.to)
		good = find_mapping(maps, at, &m) && allows(&m, written);
	free(maps);
	return !good;
}

void why_fault_at(struct str *out, const struct call *c, int i, bool written, const struct world *w)
{
	const struct param *p = &prims[c->prim]->param[i];
	struct mapping m = { 0 };
	char *maps;

	if (!c->arg[i].null)
		return;
	maps = read_maps(w);
	str_addf(out, "%s = ", p->name);
	type_addr.format(out, p, c, i, true);
	if (!find_mapping(maps, (unsigned long)c->arg[i].num, &m))
		str_addf(out, _(": %s has no memory there"), w->self.name);
	else if (allows(&m, written))
		str_addf(out, _(": the memory of %s there is too short"), w->self.name);
	else
		str_addf(out,
			 written ? _(": %s may not write there (%s)")
				 : _(": %s may not read there (%s)"),
			 w->self.name, m.perms);
	str_add(out,
		written ? _("; the kernel had to write to it") : _("; the kernel had to read it"));
	free(maps);
}

/* Argument i, if it is a pointer that the kernel reads (else: fills) whatever the others are. */
static bool is_pointer(const struct prim *p, int i, bool written)
{
	const bool fills = p->param[i].flags & PARAM_OUT;

	return fills ? written : !written && p->param[i].type->points >= POINTS;
}

int why_fault(struct str *out, const struct call *c, const struct world *w)
{
	const struct prim *p = prims[c->prim];
	int last = -1;
	bool last_written = false;

	for (int written = 0; written < 2; written++)
		for (int i = 0; i < prim_nparams(p); i++) {
			if (!is_pointer(p, i, written) || is_none(c, i))
				continue;
			if (is_fault(c, i, written, w)) {
				why_fault_at(out, c, i, written, w);
				return i;
			}
			/* its first byte is good, and it is as long as is not known here */
			if (!p->param[i].type->size && c->arg[i].num) {
				last = i;
				last_written = written;
			}
		}
	if (last >= 0)
		why_fault_at(out, c, last, last_written, w);
	return last;
}
