/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names in goals of what no command of the lesson has made.  What is not there is not true, so a goal
 * with `not`, or a wrong choice, would never show that its name is misspelt.
 */
#include "lesson/goal_priv.h"

#include "call/format.h"
#include "ipc/facility.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Whose goal it is: what stands before it and in it counts. */
struct strays {
	const struct lesson *l;
	int step, fence;
	void (*fn)(void *ctx, const struct fence *f, const char *what);
	void *ctx;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Does the word stand in the text? A path may be a part of one. */
static bool mentions(const char *text, const char *word, bool path)
{
	size_t n = strlen(word);

	for (const char *at = text; n && (at = strstr(at, word)); at++)
		if (path || ((at == text || !is_word(at[-1])) && !is_word(at[n])))
			return true;
	return false;
}

static bool any_word(const char *input, const char *word)
{
	return mentions(input, word, false);
}

static bool any_path(const char *input, const char *path)
{
	return mentions(input, path, true);
}

/* A process's name stands before >, or behind spawn or fork. */
static bool any_process(const char *input, const char *name)
{
	size_t n = lesson_prompt(input);

	if (n == strlen(name) && !strncmp(input, name, n))
		return true;
	return any_word(input + n, name) &&
	       (any_word(input + n, "spawn") || any_word(input + n, "fork"));
}

static bool made(const struct strays *st, bool (*is)(const char *input, const char *name),
		 const char *name)
{
	for (int i = 0; i <= st->step; i++) {
		const struct step *step = &st->l->step[i];
		int n = i < st->step ? step->nfences : st->fence + 1;

		for (int k = 0; k < n; k++)
			for (int m = 0; m < step->fence[k].nentries; m++)
				if (is(step->fence[k].entry[m].input, name))
					return true;
	}
	return false;
}

static bool is_field(const char *name)
{
	static const char *const own[] = { "pid", "parent", "state" };

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (!strcmp(own[i], name))
			return true;
	for (int k = 0; facilities[k]; k++)
		for (int i = 0; i < OBJECT_FIELDS && facilities[k]->field[i].name; i++)
			if (!strcmp(facilities[k]->field[i].name, name))
				return true;
	return false;
}

static void say(const struct strays *st, const struct node *n, const char *what)
{
	char *text = xasprintf("the goal, column %zu: %s: %s", n->from + 1, n->text, what);

	st->fn(st->ctx, &st->l->step[st->step].fence[st->fence], text);
	free(text);
}

static void look(const struct strays *st, const struct node *n, char letter)
{
	const char *args = n->type == NODE_CALL ? n->func->args : "";
	size_t len = n->type == NODE_NAME ? strlen(n->text) : 0;

	if (n->type == NODE_FIELD && !is_field(n->text) && !made(st, any_word, n->text))
		say(st, n, "no object has such a field, and no command makes a name of it");
	if (n->type == NODE_NAME && strcmp(n->text, "*") && strcmp(n->text, "it")) {
		if (letter == 'p' && strcmp(n->text, "main") && !made(st, any_process, n->text))
			say(st, n, "no command up to here makes a process of that name");
		else if (letter == 'w' && !made(st, any_path, n->text))
			say(st, n, "no command up to here has that path");
		else if (strchr("odrx", letter) && strcmp(n->text, "main") &&
			 !(letter == 'r' && goal_kind(n->text)) && !prim_constant(n->text, len) &&
			 signo_parse(n->text, len) <= 0 && !goal_errno(n->text) &&
			 !made(st, any_word, n->text))
			say(st, n, "no command up to here has that name");
	}
	if (n->type == NODE_TEXT && letter == 'w' && !made(st, any_path, n->text))
		say(st, n, "no command up to here has that path");
	for (int i = 0; i < n->nkids; i++)
		look(st, n->kid[i],
		     n->type != NODE_CALL    ? 'x'
		     : i < (int)strlen(args) ? args[i]
					     : 'x');
}

void goal_strays(const struct lesson *l,
		 void (*fn)(void *ctx, const struct fence *f, const char *what), void *ctx)
{
	struct strays st = { .l = l, .fn = fn, .ctx = ctx };

	for (st.step = 0; st.step < l->nsteps; st.step++) {
		for (st.fence = 0; st.fence < l->step[st.step].nfences; st.fence++) {
			const struct fence *f = &l->step[st.step].fence[st.fence];
			int n = 0;
			struct goal **g = f->goal ? goal_parse_all(f->goal, &n, NULL) : NULL;

			for (int i = 0; i < n; i++) {
				look(&st, g[i]->top, 'x');
				goal_free(g[i]);
			}
			free(g);
		}
	}
}
