/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/call.h"

#include "base/lang.h"
#include "base/str.h"
#include "ipc/signal.h"
#include "shell/external.h"
#include "shell/guard.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

size_t call_name_length(const char *s)
{
	size_t n = 0;

	if (isalpha((unsigned char)s[0]) || s[0] == '_')
		while (isalnum((unsigned char)s[n]) || s[n] == '_')
			n++;
	return n;
}

/* A process's name as it stands in a prompt: main:7 is a dead main's. */

int call_names(const struct words *ws)
{
	int n = 0;

	while (n < ws->n && call_name_length(ws->w[n].at) == ws->w[n].len)
		n++;
	return n > 0 && n < ws->n && word_is(&ws->w[n], "=") ? n : 0;
}

/* Can so many names get something of it? prim: NULL is an expression. */
static int check_count(const struct prim *prim, int n, char **cause)
{
	const bool one = !prim || prim->binds != KIND_NONE, two = prim && prim->two;

	if ((n == 1 && one) || (n == 2 && two))
		return 0;
	if (!one && !two)
		return fail(cause, _("%s gives nothing that a name could stand for"), prim->name);
	if (!prim)
		return fail(cause, _("an expression gives one value: one name, as in x = 1"));
	if (!two)
		return fail(cause, _("%s gives one value: one name, as in x = %s"), prim->name,
			    prim->name);
	return one ? fail(cause, _("%s gives one value, or two: x = %s, or %s = %s"), prim->name,
			  prim->name, prim->two, prim->name)
		   : fail(cause, _("%s gives two values: two names, as in %s = %s"), prim->name,
			  prim->two, prim->name);
}

static int check_binding(struct shell *sh, const struct words *ws, int n, const struct prim *prim,
			 char **cause)
{
	if (check_count(prim, n, cause))
		return -1;
	for (int i = 0; i < n; i++)
		if (session_name_ok(sh->session, ws->w[i].at, ws->w[i].len, N_("value"), cause))
			return -1;
	if (n == 2 && ws->w[0].len == ws->w[1].len &&
	    !memcmp(ws->w[0].at, ws->w[1].at, ws->w[0].len))
		return fail(cause, _("two names are wanted: both are %.*s"), (int)ws->w[0].len,
			    ws->w[0].at);
	return 0;
}

/* fork B: the child's name is the shell's matter. */
static int take_child_name(struct shell *sh, struct words *ws, const struct word **bind, int *nbind,
			   char **cause)
{
	if (*nbind)
		return fail(cause, _("fork names its child after itself: fork B"));
	if (ws->n != 1)
		return fail(cause, _("fork wants the name of the child: fork B"));
	if (session_name_ok(sh->session, ws->w[0].at, ws->w[0].len, N_("process"), cause))
		return -1;
	*bind = &ws->w[0];
	*nbind = 1;
	return 0;
}

/* "sleep 1 &": the program's; and a call that sleeps holds nobody up. */
static int no_background(int prim, const struct words *args, char **cause)
{
	const struct word *last = args->n ? &args->w[args->n - 1] : NULL;
	const char *name = prims[prim]->name;

	if (!last || last->len != 1 || *last->at != '&')
		return 0;
	if (external_in_path(name))
		return fail(
			cause,
			_("& is for programs, and %s is a call here; the program: command %s %.*s"),
			name, name, (int)(last->at + 1 - args->w[0].at), args->w[0].at);
	return fail(
		cause,
		_("& is for programs: a call that sleeps holds nobody up, the next line goes to "
		  "another process (a text: \"&\")"));
}

static int call_once(struct shell *sh, int prim, const struct words *args, const struct word *bind,
		     int nbind, char **cause)
{
	struct process *p = shell_process(sh);
	const bool leaves =
		prims[prim]->flags & PRIM_EXIT && p == procs_find(&sh->session->procs, "main", 4);
	char *busy = NULL;

	if (session_free_to(sh->session, p, leaves ? &busy : cause)) {
		if (leaves)
			fail(cause, _("quit leaves the shell; %s"), busy);
		free(busy);
		return -1;
	}
	if (no_background(prim, args, cause) ||
	    call_parse(prim, args, session_resolver(sh->session, p), &p->call, cause))
		return -1;
	if (sh->session->box.host && !sh->any_pid && guard_call(sh, p, cause))
		return -1;
	if (leaves) {
		/* main's end is the session's: nothing would be left to type to */
		sh->quit = true;
		if (!sh->exit_status)
			sh->exit_status = (int)(p->call.arg[0].num & 0xff);
		return 0;
	}
	session_call(sh->session, p, bind, nbind);
	return 0;
}

int call_line(struct shell *sh, int prim, struct words *ws, const struct word *bind, int nbind,
	      char **cause)
{
	const struct prim *pr = prims[prim];
	struct words none;
	int r = 0;

	words_init(&none);
	if (pr->flags & PRIM_FORK) {
		r = take_child_name(sh, ws, &bind, &nbind, cause);
		return r ? r : call_once(sh, prim, &none, bind, nbind, cause);
	}
	if (strcmp(pr->name, "kill"))
		return call_once(sh, prim, ws, bind, nbind, cause);
	for (int k = 0, n = kill_targets(ws); r == 0 && k < n; k++) {
		struct words one;

		kill_target(ws, k, &one);
		r = call_once(sh, prim, &one, bind, nbind, cause);
		words_release(&one);
	}
	return r;
}

/* x = "text": for p. */
static int bind_text(struct shell *sh, struct parse *ps, const char *name, struct process *p)
{
	struct str bytes = STR_INIT, all = STR_INIT;
	long repeat;
	int r = parse_bytes(ps, &bytes, &repeat);

	if (r == 0 && (long)bytes.len * repeat > CALL_DATA)
		r = parse_fail(ps, _("a text that has a name has %d bytes at most"), CALL_DATA);
	for (; r == 0 && repeat > 0; repeat--)
		str_addn(&all, str_text(&bytes), bytes.len);
	if (r == 0)
		names_bind_text(&sh->session->names, name, p->pid, str_text(&all), all.len);
	str_free(&bytes);
	str_free(&all);
	return r;
}

/* x = 5, x = y + 1, x = "text": all that stands behind the "=". */
static int bind_value(struct shell *sh, const struct words *ws, int nbind, char **cause)
{
	struct process *p = shell_process(sh);
	const struct word *first = &ws->w[nbind + 1], *last = &ws->w[ws->n - 1];
	struct parse ps = { .names = session_resolver(sh->session, p),
			    .at = first->at,
			    .len = (size_t)(last->at + last->len - first->at),
			    .column = first->column,
			    .cause = cause };
	char name[33];
	long value;

	if (check_binding(sh, ws, nbind, NULL, cause))
		return -1;
	memcpy(name, ws->w[0].at, ws->w[0].len);
	name[ws->w[0].len] = '\0';
	if (*first->at == '"')
		return bind_text(sh, &ps, name, p);
	if (parse_number(&ps, NULL, KIND_INT, &value))
		return -1;
	names_bind(&sh->session->names, name, KIND_INT, p->pid, value);
	return 0;
}

int call_bound(struct shell *sh, struct words *ws, int nbind, char **cause)
{
	const struct word *bind = ws->w;
	int prim;

	if (ws->n == nbind + 1)
		return fail(cause, _("a primitive or an expression is wanted after the ="));
	prim = prim_find(ws->w[nbind + 1].at, ws->w[nbind + 1].len);
	if (prim < 0)
		return bind_value(sh, ws, nbind, cause);
	if (check_binding(sh, ws, nbind, prims[prim], cause))
		return -1;
	words_skip(ws, nbind + 2);
	return call_line(sh, prim, ws, bind, nbind, cause);
}
