/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line: whose it is, what it is (the first word decides), and its execution.
 */
#include "base/str.h"
#include "call/expr.h"
#include "call/format.h"
#include "ipc/signal.h"
#include "shell/guard.h"
#include "shell/shell.h"

#include "shell/external.h"
#include "shell/step.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { REPEATS = 8 };

void shell_init(struct shell *sh, struct session *session)
{
	*sh = (struct shell){ .session = session };
}

void shell_release(struct shell *sh)
{
	if (sh->record)
		fclose(sh->record);
	free(sh->record_path);
	sh->record = NULL;
	sh->record_path = NULL;
}

int shell_mistake(struct shell *sh, char *cause, const char *hint)
{
	session_error(sh->session, sh->source, cause ? cause : "something went wrong", hint);
	free(cause);
	if (!sh->interactive)
		sh->exit_status = 2;
	return -1;
}

struct process *shell_process(struct shell *sh)
{
	struct process *p = sh->typed_for ? procs_find(&sh->session->procs, sh->typed_for,
						       strlen(sh->typed_for))
					  : NULL;

	return p ? p : sh->session->current;
}

static const char *skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

static size_t name_length(const char *s)
{
	size_t n = 0;

	if (isalpha((unsigned char)s[0]) || s[0] == '_')
		while (isalnum((unsigned char)s[n]) || s[n] == '_')
			n++;
	return n;
}

/* A process's name as it stands in a prompt: main:7 is a dead main's. */
static size_t prompt_length(const char *s)
{
	size_t n = name_length(s);

	return n && s[n] == '>' && (!s[n + 1] || s[n + 1] == ' ' || s[n + 1] == '\t') ? n : 0;
}

static bool is_comment(const char *s)
{
	return s[0] == '#' || (s[0] == '/' && s[1] == '/');
}

static size_t first_word(const char *s)
{
	return strcspn(s, " \t");
}

/* Names and the "=" of "r w = pipe": how many names, 0 if it is no binding. */
static int binding(const struct words *ws)
{
	int n = 0;

	while (n < ws->n && name_length(ws->w[n].at) == ws->w[n].len)
		n++;
	return n > 0 && n < ws->n && word_is(&ws->w[n], "=") ? n : 0;
}

static int check_binding(struct shell *sh, const struct words *ws, int n, const struct prim *prim,
			 char **cause)
{
	int want = !prim ? 1 : prim->binds == KIND_NONE ? 0 : prim_binds_two(prim) ? 2 : 1;

	if (prim && want == 0)
		return fail(cause, "%s gives nothing that a name could stand for", prim->name);
	if (n != want)
		return fail(cause,
			    want == 2 ? "%s gives two descriptors: two names, as in r w = %s"
				      : "%s gives one value: one name, as in x = %s",
			    prim ? prim->name : "an expression", prim ? prim->name : "1");
	for (int i = 0; i < n; i++)
		if (session_name_ok(sh->session, ws->w[i].at, ws->w[i].len, "value", cause))
			return -1;
	if (n == 2 && ws->w[0].len == ws->w[1].len &&
	    !memcmp(ws->w[0].at, ws->w[1].at, ws->w[0].len))
		return fail(cause, "two names are wanted: both are %.*s", (int)ws->w[0].len,
			    ws->w[0].at);
	return 0;
}

/* fork B: the child's name is the shell's matter. */
static int take_child_name(struct shell *sh, struct words *ws, const struct word **bind, int *nbind,
			   char **cause)
{
	if (*nbind)
		return fail(cause, "fork names its child after itself: fork B");
	if (ws->n != 1)
		return fail(cause, "fork wants the name of the child: fork B");
	if (session_name_ok(sh->session, ws->w[0].at, ws->w[0].len, "process", cause))
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
			"& is for programs, and %s is a call here; the program: command %s %.*s",
			name, name, (int)(last->at + 1 - args->w[0].at), args->w[0].at);
	return fail(cause,
		    "& is for programs: a call that sleeps holds nobody up, the next line goes to "
		    "another process (a text: \"&\")");
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
			fail(cause, "quit leaves the shell; %s", busy);
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

static int run_call(struct shell *sh, int prim, struct words *ws, const struct word *bind,
		    int nbind, char **cause)
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

static int constant(void *ctx, const char *name, size_t len, long *out)
{
	const struct constant *c = prim_constant(name, len);
	int signo = c ? 0 : signo_parse(name, len);

	(void)ctx;
	if (!c && signo <= 0)
		return 0;
	*out = c ? c->value : signo;
	return 1;
}

static int lookup(void *ctx, const char *name, size_t len, long *out, char **cause)
{
	const struct resolver *r = ctx;

	return r->name(r->ctx, name, len, KIND_INT, out, cause);
}

static const char *suggest(void *ctx, const char *name, size_t len)
{
	const struct resolver *r = ctx;

	return r->nearest(r->ctx, name, len, KIND_INT);
}

/* x = 5, x = y+1: the words after the "=" as one expression. */
static int bind_expression(struct shell *sh, const struct words *ws, int nbind, char **cause)
{
	struct process *p = shell_process(sh);
	const struct word *first = &ws->w[nbind + 1];
	struct expr_env env = {
		.ctx = (void *)session_resolver(sh->session, p),
		.column = first->column,
		.constant = constant,
		.lookup = lookup,
		.suggest = suggest,
	};
	char name[33];
	long value;

	if (check_binding(sh, ws, nbind, NULL, cause))
		return -1;
	if (ws->n > nbind + 2)
		return fail(cause,
			    "one expression without blanks is wanted after the = (column %d)",
			    ws->w[nbind + 2].column + 1);
	if (expr_eval(first->at, first->len, &env, &value, cause))
		return -1;
	memcpy(name, ws->w[0].at, ws->w[0].len);
	name[ws->w[0].len] = '\0';
	names_bind(&sh->session->names, name, KIND_INT, p->pid, value);
	return 0;
}

static int run_binding(struct shell *sh, struct words *ws, int nbind, char **cause)
{
	const struct word *bind = ws->w;
	int prim;

	if (ws->n == nbind + 1)
		return fail(cause, "a primitive or an expression is wanted after the =");
	prim = prim_find(ws->w[nbind + 1].at, ws->w[nbind + 1].len);
	if (prim < 0)
		return bind_expression(sh, ws, nbind, cause);
	if (check_binding(sh, ws, nbind, prims[prim], cause))
		return -1;
	words_skip(ws, nbind + 2);
	return run_call(sh, prim, ws, bind, nbind, cause);
}

static int statement(struct shell *sh, const char *s, char **cause);

static int run_repeat(struct shell *sh, const char *s, char **cause)
{
	unsigned long times;
	long n = words_int(s, strcspn(s, " \t"), &times);
	int r = 0;

	if (n <= 0 || (s[n] && s[n] != ' ' && s[n] != '\t') || times > 1000000000UL)
		return fail(
			cause,
			"repeat wants a number of times and a command: repeat 5 msgsnd q 1 hello");
	s = skip_blanks(s + n);
	if (!*s)
		return fail(cause,
			    "repeat wants a command after the number: repeat 5 msgsnd q 1 hello");
	if (sh->repeats == REPEATS)
		return fail(cause, "repeat within repeat goes %d deep at most", REPEATS);
	sh->repeats++;
	guard_fold(sh, true);
	for (unsigned long i = 0; r == 0 && i < times && !sh->quit; i++) {
		r = statement(sh, s, cause);
		if (sh->session->cancelled ||
		    (sh->session->interrupted && *sh->session->interrupted))
			break;
	}
	guard_fold(sh, false);
	sh->repeats--;
	return r;
}

static int run_command(struct shell *sh, const struct command *cmd, const char *rest, char **cause)
{
	struct words ws;
	int r;

	words_init(&ws);
	r = cmd->raw ? 0 : words_split(rest, &ws, cause);
	if (r == 0)
		r = cmd->run(sh, &ws, rest, cause);
	words_release(&ws);
	return r;
}

/* What may be said when the init has been killed, and everybody with it. */
static bool needs_nobody(const char *s)
{
	static const char *const words[] = { "reset", "quit", "help", "!" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strncmp(s, words[i], strlen(words[i])))
			return true;
	return false;
}

static int nobody(char **cause)
{
	return fail(cause, "the session's first process has been killed, and everybody with it; "
			   "begin anew: reset");
}

/* The first word decides. */
static int statement(struct shell *sh, const char *s, char **cause)
{
	size_t len = first_word(s);
	const struct command *cmd;
	struct words ws;
	int prim = prim_find(s, len), nbind = 0, r;
	char *ignored = NULL;

	if (!sh->session->current && !needs_nobody(s))
		return nobody(cause);
	if (prim < 0 && len == 6 && !strncmp(s, "repeat", 6))
		return run_repeat(sh, skip_blanks(s + 6), cause);
	cmd = prim < 0 ? command_find(s, len) : NULL;
	if (cmd)
		return run_command(sh, cmd, skip_blanks(s + len), cause);
	if (*s == '!')
		return external_aside(sh, skip_blanks(s + 1), cause);
	/* words are a primitive's only where it is one: an external line has sh's quoting */
	if (prim < 0 && name_length(s) != len)
		return external_line(sh, s, cause);
	words_init(&ws);
	r = words_split(s, &ws, prim >= 0 ? cause : &ignored);
	free(ignored);
	if (r == 0 && prim < 0)
		nbind = binding(&ws);
	if (r == 0 && prim >= 0) {
		words_skip(&ws, 1);
		r = run_call(sh, prim, &ws, NULL, 0, cause);
	} else if (nbind) {
		r = run_binding(sh, &ws, nbind, cause);
	}
	words_release(&ws);
	return prim >= 0 || nbind ? r : external_line(sh, s, cause);
}

/* "A>" alone: use A. */
static int use(struct shell *sh, struct process *p, char **cause)
{
	if (p->act >= ACT_ZOMBIE)
		return fail(cause, "%s is dead", p->name);
	sh->session->current = p;
	return 0;
}

static int line_for(struct shell *sh, const char *s, char **cause)
{
	struct process *p = NULL;
	size_t n;

	while ((n = prompt_length(s))) {
		p = procs_find(&sh->session->procs, s, n);
		if (!p && !sh->session->current)
			return nobody(cause);
		if (!p)
			return fail(cause, "there is no process %.*s; make it: spawn %.*s", (int)n,
				    s, (int)n, s);
		s = skip_blanks(s + n + 1);
	}
	if (!*s || is_comment(s))
		return p && !*s ? use(sh, p, cause) : 0;
	free(sh->typed_for);
	sh->typed_for = p ? xstrdup(p->name) : NULL;
	return statement(sh, s, cause);
}

/* Blanks and a carriage return at the end are no part of a line. */
static bool has_tail(const char *s, size_t len)
{
	return len && (s[len - 1] == ' ' || s[len - 1] == '\t' || s[len - 1] == '\r');
}

int shell_line(struct shell *sh, const char *text, const char *source)
{
	struct event e = { .type = EV_LINE, .text = text, .len = strlen(text), .source = source };
	const char *outer = sh->source, *s = skip_blanks(text);
	char *cause = NULL, *trimmed = NULL;
	int r;

	sh->source = source;
	if (!source)
		sh->session->cancelled = false;
	session_emit(sh->session, sh->session->current, &e);
	if (has_tail(text, e.len)) {
		trimmed = xstrndup(s, strlen(s));
		for (size_t n = strlen(trimmed); has_tail(trimmed, n); n--)
			trimmed[n - 1] = '\0';
		s = trimmed;
	}
	/* shown already */
	r = !source || step_ready(sh, s) ? line_for(sh, s, &cause) : 0;
	free(trimmed);
	free(sh->typed_for);
	sh->typed_for = NULL;
	if (r)
		shell_mistake(sh, cause, NULL);
	else
		free(cause);
	sh->source = outer;
	if (sh->settled)
		sh->settled(sh);
	return r;
}
