/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The functions of a goal by name, whether what stands between their parentheses fits them, and whether
 * all goals of a lesson do.
 */
#include "lesson/goal_priv.h"
#include "lesson/goal_token.h"

#include "call/format.h"

#include <stdlib.h>
#include <string.h>

const struct function *goal_function(const char *name)
{
	const struct function *const tables[] = { goal_now, goal_past };

	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (const struct function *f = tables[t]; f->name; f++)
			if (!strcmp(f->name, name))
				return f;
	return NULL;
}

int goal_errno(const char *name)
{
	for (int e = 1; e < 200; e++)
		if (!strcmp(errno_name(e), name))
			return e;
	return 0;
}

/* Can this stand for an argument of that letter? NULL, or what is wanted. */
static const char *misfit(char letter, const struct node *n)
{
	bool name = n->type == NODE_NAME, star = name && !strcmp(n->text, "*");
	size_t len = name ? strlen(n->text) : 0;

	switch (letter) {
	case 'p':
		return name ? NULL : "a process's name, or *, is wanted";
	case 'c':
		return name && (star || !strcmp(n->text, "command") || prim_find(n->text, len) >= 0)
			       ? NULL
			       : "a call's name is wanted: msgrcv, semop, command ...";
	case 'e':
		return name && (star || goal_errno(n->text)) ? NULL
							     : "an errno's name is wanted: EAGAIN";
	case 's':
		return name && (star || signo_parse(n->text, len) > 0)
			       ? NULL
			       : "a signal's name is wanted: SIGUSR1";
	case 'k':
		return name && goal_kind(n->text) ? NULL
						  : "msg, shm, sem, pipe, fifo or proc is wanted";
	case 'r':
	case 'd':
		return name && !star ? NULL : "a name is wanted";
	case 'w':
		return (name && !star) || n->type == NODE_TEXT ? NULL : "a path is wanted";
	case 't':
		return n->type == NODE_TEXT ? NULL : "a text is wanted: 'hello'";
	case 'i':
		return n->type == NODE_INDEX ? NULL : "a semaphore is wanted: s[0]";
	default:
		return star ? "* cannot stand here" : NULL;
	}
}

int goal_args(struct goal_text *p, const struct node *call)
{
	const struct function *f = call->func;
	int most = (int)strlen(f->args);

	/* printed('hello') is of anybody */
	if (!strcmp(f->args, "pt") && call->nkids == 1)
		return misfit('t', call->kid[0])
			       ? token_complain(p, call->kid[0]->from, misfit('t', call->kid[0]))
			       : 0;
	if (call->nkids < f->least || call->nkids > most)
		return f->least == most
			       ? fail(p->cause, "column %zu: %s() takes %d, not %d", call->from + 1,
				      f->name, most, call->nkids)
			       : fail(p->cause, "column %zu: %s() takes %d to %d, not %d",
				      call->from + 1, f->name, f->least, most, call->nkids);
	for (int i = 0; i < call->nkids; i++)
		if (misfit(f->args[i], call->kid[i]))
			return token_complain(p, call->kid[i]->from,
					      misfit(f->args[i], call->kid[i]));
	return 0;
}

/* -- a lesson's -- */

static int check_fence(const struct lesson *l, const struct fence *f, char **cause)
{
	char *why = NULL;
	int n = 0;
	struct goal **g = goal_parse_all(f->goal, &n, &why);
	bool fits;

	if (!g)
		fail(cause, "%s:%d: %s", l->path, f->line - 1, why);
	else if (f->kind == FENCE_GOAL && n > 1)
		fail(cause, "%s:%d: a task has one goal: and joins several", l->path, f->line - 1);
	else if (n > 9)
		fail(cause, "%s:%d: a prediction has 9 choices at most, not %d", l->path,
		     f->line - 1, n);
	free(why);
	fits = g && (f->kind == FENCE_GOAL ? n == 1 : n <= 9);
	while (n)
		goal_free(g[--n]);
	free(g);
	return fits ? 0 : -1;
}

int goal_check(const struct lesson *l, char **cause)
{
	for (int i = 0; i < l->nsteps; i++)
		for (int k = 0; k < l->step[i].nfences; k++)
			if (l->step[i].fence[k].goal && check_fence(l, &l->step[i].fence[k], cause))
				return -1;
	return 0;
}
