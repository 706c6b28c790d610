/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parsing for primitives whose arguments depend on one another (fcntl's command, open's O_CREAT) or
 * whose name is a shell's word for a C function.  It knows none of them.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/parse.h"
#include "call/usage.h"
#include "ipc/pipe.h"

#include <stdlib.h>
#include <string.h>

static const unsigned not_typed = PARAM_OUT | PARAM_SILENT;

static int next(const struct prim *p, const struct call *c)
{
	for (int i = 0; i < prim_nparams(p); i++) {
		if (p->param[i].flags & (not_typed | PARAM_NAMED))
			continue;
		if (!c->arg[i].given || (p->param[i].flags & PARAM_REST))
			return i;
	}
	return -1;
}

static int too_many(const struct parse *ps, const struct prim *typed, const struct word *w)
{
	char *shown = words_show(w->at, w->len);
	struct str usage = STR_INIT;

	usage_line(&usage, typed);
	fail(ps->cause, _("%s: one argument too many: %s (column %d); usage: %s"), typed->name,
	     shown, w->column + 1, str_text(&usage));
	str_free(&usage);
	free(shown);
	return -1;
}

/* As typed's name was: of the two the arguments are ps->prim's. */
static int give(struct parse *ps, const struct prim *typed, const struct words *words,
		struct call *c)
{
	const struct prim *p = ps->prim;

	for (int k = 0; k < words->n; k++) {
		const struct word *w = &words->w[k];
		size_t skip = 0;
		int i = parse_named(p, w, &skip);

		if (i < 0) {
			skip = 0;
			i = next(p, c);
		}
		if (i < 0)
			return too_many(ps, typed, w);
		if (parse_argument(ps, w, skip, i, c))
			return -1;
	}
	return 0;
}

int parse_given(struct parse *ps, const struct words *words, struct call *c)
{
	return give(ps, ps->prim, words, c);
}

int parse_as(struct parse *ps, const char *name, const struct words *words, struct call *c)
{
	const struct prim *typed = ps->prim;
	int prim = prim_find(name, strlen(name));

	if (prim >= 0) {
		ps->prim = prims[prim];
		c->prim = prim;
		c->nargs = prim_nparams(ps->prim);
	}
	if (give(ps, typed, words, c))
		return -1;
	for (int i = 0; i < c->nargs; i++) {
		const struct param *p = &ps->prim->param[i];
		struct str usage = STR_INIT;

		if (c->arg[i].given || p->def ||
		    p->flags & (not_typed | PARAM_OPTIONAL | PARAM_NAMED))
			continue;
		usage_line(&usage, typed);
		fail(ps->cause, _("%s: %s is missing (%s); usage: %s"), typed->name, p->name,
		     _(p->type->what), str_text(&usage));
		str_free(&usage);
		return -1;
	}
	return 0;
}
