/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line: whose it is, what it is (the first word decides), and its execution.
 */
#include "base/lang.h"
#include "base/str.h"
#include "shell/call.h"
#include "shell/draft.h"
#include "shell/external.h"
#include "shell/guard.h"
#include "shell/step.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { REPEATS = 8 };

static const char *skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

static size_t prompt_length(const char *s)
{
	size_t n = call_name_length(s);

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

static int statement(struct shell *sh, const char *s, char **cause);

static int run_repeat(struct shell *sh, const char *s, char **cause)
{
	unsigned long times;
	long n = words_int(s, strcspn(s, " \t"), &times);
	int r = 0;

	if (n <= 0 || (s[n] && s[n] != ' ' && s[n] != '\t') || times > 1000000000UL)
		return fail(
			cause,
			_("repeat wants a number of times and a command: repeat 5 msgsnd q 1 hello"));
	s = skip_blanks(s + n);
	if (!*s)
		return fail(
			cause,
			_("repeat wants a command after the number: repeat 5 msgsnd q 1 hello"));
	if (sh->repeats == REPEATS)
		return fail(cause, _("repeat within repeat goes %d deep at most"), REPEATS);
	sh->repeats++;
	guard_fold(sh, true);
	for (unsigned long i = 0; r == 0 && i < times && !sh->quit; i++) {
		r = statement(sh, s, cause);
		if (shell_interrupted(sh))
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
	r = cmd->raw ? 0 : words_split(sh->line, rest, &ws, cause);
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
	return fail(cause, _("the session's first process has been killed, and everybody with it; "
			     "begin anew: reset"));
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
	if (prim < 0 && call_name_length(s) != len)
		return external_line(sh, s, cause);
	words_init(&ws);
	r = words_split(sh->line, s, &ws, prim >= 0 ? cause : &ignored);
	free(ignored);
	if (r == 0 && prim < 0)
		nbind = call_names(&ws);
	if (r == 0 && prim >= 0) {
		words_skip(&ws, 1);
		r = call_line(sh, prim, &ws, NULL, 0, cause);
	} else if (nbind) {
		r = call_bound(sh, &ws, nbind, cause);
	}
	words_release(&ws);
	return prim >= 0 || nbind ? r : external_line(sh, s, cause);
}

/* "A>" alone: use A. */
static int use(struct shell *sh, struct process *p, char **cause)
{
	if (p->act >= ACT_ZOMBIE)
		return fail(cause, _("%s is dead"), p->name);
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
			return fail(cause, _("there is no process %.*s; make it: spawn %.*s"),
				    (int)n, s, (int)n, s);
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
	const char *outer = sh->source, *outer_line = sh->line;
	char *cause = NULL, *trimmed = NULL;
	const char *s;
	int r;

	sh->source = source;
	if (!source && sh->interactive)
		sh->session->cancelled = false;
	session_emit(sh->session, sh->session->current, &e);
	if (has_tail(text, e.len)) {
		trimmed = xstrndup(text, e.len);
		for (size_t n = e.len; has_tail(trimmed, n); n--)
			trimmed[n - 1] = '\0';
	}
	sh->line = trimmed ? trimmed : text;
	s = skip_blanks(sh->line);
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
	sh->line = outer_line;
	if (sh->settled)
		sh->settled(sh);
	return r;
}
