/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * External command lines; see pipeline.h.  One left-to-right pass, no recursion: this file knows
 * what stands between words, shell/pipeword.c reads them.
 */
#include "shell/pipeline.h"

#include "base/lang.h"
#include "shell/pipeword.h"

#include <string.h>

static void skip_blanks(struct pipeword *x)
{
	while (pipeword_blank(*x->p))
		x->p++;
}

static bool at_comment(const struct pipeword *x)
{
	return *x->p == '#' || (x->p[0] == '/' && x->p[1] == '/');
}

/* x->p is at < or >, after the descriptor's digits if there were any (else fd is -1). */
static int redirection(struct pipeword *x, const char *at, int fd)
{
	struct redir r = { .op = *x->p == '<' ? REDIR_IN : REDIR_OUT, .from = -1 };

	r.fd = fd >= 0 ? fd : *x->p == '<' ? 0 : 1;
	if (x->p[0] == '>' && x->p[1] == '&') {
		bool ends = x->p[2] &&
			    (!x->p[3] || pipeword_blank(x->p[3]) || pipeword_operator(x->p[3]));

		if (r.fd != 2 || x->p[2] != '1' || !ends)
			return fail(x->cause,
				    _("column %zu: of sh's >& only 2>&1 is understood; sh -c '...' "
				      "runs a whole line of sh"),
				    pipeword_column(x, at));
		x->p += 3;
		pipeline_add_redir(x->out, (struct redir){ .op = REDIR_DUP, .fd = 2, .from = 1 });
		return 0;
	}
	if (x->p[0] == '>' && x->p[1] == '>') {
		r.op = REDIR_APPEND;
		x->p++;
	}
	x->p++;
	if (pipeword_operator(*x->p))
		return pipeword_unsupported(x, at, (int)(x->p + 1 - at));
	skip_blanks(x);
	if (*x->p == '\0' || pipeword_operator(*x->p) || at_comment(x))
		return fail(x->cause, _("the %c at column %zu has no file after it"),
			    r.op == REDIR_IN ? '<' : '>', pipeword_column(x, at));
	x->whole = true;
	if (pipeword_read(x))
		return -1;
	x->whole = x->in_word = x->glob = x->bracket = false;
	r.path = pattern_literal(str_take(&x->word));
	pipeline_add_redir(x->out, r);
	return 0;
}

/* A redirection if one stands at x->p, digits included: 1, 0 or -1. */
static int try_redirection(struct pipeword *x)
{
	const char *at = x->p, *p = at;
	int fd = -1;

	for (; *p >= '0' && *p <= '9'; p++)
		fd = fd > REDIR_FD_MAX ? fd : (fd < 0 ? 0 : fd * 10) + (*p - '0');
	if (*p != '<' && *p != '>')
		return 0;
	if (fd > REDIR_FD_MAX)
		return fail(x->cause, _("column %zu: a descriptor is from 0 to %d here"),
			    pipeword_column(x, at), REDIR_FD_MAX);
	x->p = p;
	return redirection(x, at, fd) ? -1 : 1;
}

/* The command before at is complete: has it something to run? */
static int end_command(struct pipeword *x, const char *at)
{
	const struct pcommand *c = &x->out->cmd[x->out->n - 1];

	if (c->n_words > 0)
		return 0;
	if (c->n_redirs > 0)
		return fail(x->cause,
			    _("column %zu: a redirection needs a command, as in true > file"),
			    pipeword_column(x, at));
	if (x->end > (x->piped ? x->piped + 1 : x->start))
		return fail(x->cause, _("column %zu: no command is left: its variables are empty"),
			    pipeword_column(x, at));
	if (*at == '|' || *at == '&')
		return fail(x->cause, _("the %c at column %zu has no command before it"), *at,
			    pipeword_column(x, at));
	if (x->piped)
		return fail(x->cause, _("the | at column %zu has no command after it"),
			    pipeword_column(x, x->piped));
	return fail(x->cause, _("an empty command"));
}

static int pipe_sign(struct pipeword *x)
{
	const char *at = x->p;

	if (at[1] == '|')
		return pipeword_unsupported(x, at, 2);
	if (end_command(x, at))
		return -1;
	if (x->out->n == PIPELINE_COMMANDS)
		return fail(x->cause, _("column %zu: a pipeline has %d commands at most"),
			    pipeword_column(x, at), PIPELINE_COMMANDS);
	pipeline_add_command(x->out);
	x->end = x->p = at + 1;
	x->piped = at;
	return 0;
}

/* x->p is at a &: only a comment may follow. */
static int background(struct pipeword *x)
{
	const char *at = x->p++;

	if (*x->p == '&' || *x->p == '>')
		return pipeword_unsupported(x, at, 2);
	skip_blanks(x);
	if (*x->p && !at_comment(x))
		return fail(x->cause,
			    _("the & at column %zu stands before the end; sh -c '...' runs a whole "
			      "line of sh"),
			    pipeword_column(x, at));
	x->out->background = true;
	x->p = at;
	return 0;
}

static int parse(struct pipeword *x)
{
	int r;

	pipeline_add_command(x->out);
	for (;;) {
		skip_blanks(x);
		if (*x->p == '\0' || at_comment(x))
			break;
		if (*x->p == '&') {
			if (background(x))
				return -1;
			break;
		}
		if (*x->p == '|') {
			if (pipe_sign(x))
				return -1;
			continue;
		}
		if (*x->p == ';' || *x->p == '(' || *x->p == ')')
			return pipeword_unsupported(x, x->p, 1);
		r = try_redirection(x);
		if (r == 0) {
			r = pipeword_read(x);
			pipeword_end(x);
		}
		if (r < 0)
			return -1;
		x->end = x->p;
	}
	return end_command(x, x->p);
}

int pipeline_parse(const char *line, const struct pipeline_env *env, struct pipeline *p,
		   char **cause)
{
	struct pipeword x = { .env = env, .out = p, .cause = cause };
	size_t blanks = 0;
	int r;

	while (pipeword_blank(line[blanks]))
		blanks++;
	x.line = line;
	x.start = x.end = x.p = line + blanks;
	*p = PIPELINE_INIT;
	r = parse(&x);
	if (r == 0)
		p->text = xstrndup(x.start, (size_t)(x.end - x.start));
	else
		pipeline_release(p);
	str_free(&x.word);
	str_free(&x.name);
	str_free(&x.value);
	return r;
}
