/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See fence.h.  It is strict, so that a check never passes over what was misread. */
#include "lesson/fence.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

struct opening fence_opening(struct span line, size_t column)
{
	struct opening o = { 0 };
	size_t i = column;

	while (i < line.n && line.s[i] == ' ')
		i++;
	o.indent = i - column;
	if (i >= line.n || (line.s[i] != '`' && line.s[i] != '~'))
		return (struct opening){ 0 };
	o.c = line.s[i];
	while (i < line.n && line.s[i] == o.c) {
		i++;
		o.n++;
	}
	o.info = span_strip((struct span){ line.s + i, line.n - i });
	if (o.n < 3 || o.indent > 3 || (o.c == '`' && memchr(o.info.s, '`', o.info.n)))
		o.c = 0;
	return o;
}

bool fence_closes(const struct opening *o, struct span line)
{
	size_t n = 0;

	while (line.n && strchr(" \t>", *line.s))
		line = (struct span){ line.s + 1, line.n - 1 };
	line = span_strip(line);
	while (n < line.n && line.s[n] == o->c)
		n++;
	return n >= o->n && n == line.n;
}

static bool starts(struct span s, const char *with)
{
	return s.n >= strlen(with) && !memcmp(s.s, with, strlen(with));
}

bool fence_is_console(struct span info)
{
	return starts(info, "console") && (info.n == 7 || strchr(" \t{", info.s[7]));
}

bool fence_is_goal(struct span info)
{
	return fence_is_console(info) && memmem(info.s, info.n, "{goal=", 6);
}

/* {KEY="..."}, in which \" and \\ stand for themselves. NULL if it is not that. */
static char *read_quoted(struct span s, const char *key)
{
	struct str text = STR_INIT;
	size_t i = strlen(key);

	if (!starts(s, key))
		return NULL;
	for (; i < s.n && s.s[i] != '"'; i++) {
		if (s.s[i] == '\\' && i + 1 < s.n && strchr("\"\\", s.s[i + 1]))
			i++;
		str_addc(&text, s.s[i]);
	}
	if (i + 2 == s.n && s.s[i + 1] == '}' && text.len)
		return str_take(&text);
	str_free(&text);
	return NULL;
}

static int read_kind(struct fence *f, const struct source *src, int line, char **cause)
{
	struct span info = { f->info, strlen(f->info) }, rest;

	f->kind = FENCE_OTHER;
	if (!fence_is_console(info))
		return 0;
	rest = span_strip((struct span){ info.s + 7, info.n - 7 });
	if (!rest.n)
		f->kind = FENCE_CONSOLE;
	else if (starts(rest, "{setup}") && rest.n == 7)
		f->kind = FENCE_SETUP;
	else if (starts(rest, "{predict}") && rest.n == 9)
		f->kind = FENCE_PREDICT;
	else if ((f->goal = read_quoted(rest, "{predict=\"")))
		f->kind = FENCE_PREDICT;
	else if ((f->goal = read_quoted(rest, "{goal=\"")))
		f->kind = FENCE_GOAL;
	if (f->kind == FENCE_OTHER || info.s[7] == '{')
		return fail(cause,
			    "%s:%d: unknown kind of fence \"%s\": console, console {setup}, "
			    "console {predict=\"...\"} or console {goal=\"...\"}",
			    src->path, line, f->info);
	return 0;
}

static bool is_name(char c, bool first)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (!first && c >= '0' && c <= '9');
}

static size_t prompt(struct span s)
{
	size_t n = 0;

	while (n < s.n && is_name(s.s[n], !n))
		n++;
	return n < s.n && s.s[n] == '>' && (n + 1 == s.n || s.s[n + 1] == ' ') ? n : 0;
}

size_t lesson_prompt(const char *line)
{
	return prompt((struct span){ line, strlen(line) });
}

static void drop_blank_end(struct entry *e)
{
	while (e->nexpect) {
		const char *last = e->expect[e->nexpect - 1];

		if (last[strspn(last, " \t")])
			return;
		free(e->expect[--e->nexpect]);
	}
}

/* What would be typed for the learner, into a terminal: nothing that does not show as it is. */
static bool typable(struct span s)
{
	for (size_t i = 0; i < s.n; i += s.s[i] == '\t') {
		i += str_shown(s.s + i, s.n - i);
		if (i < s.n && s.s[i] != '\t')
			return false;
	}
	return true;
}

static int read_transcript(struct fence *f, const struct source *src, char **cause)
{
	int cap = 0, expect_cap = 0;
	struct entry *e = NULL;
	const char *s = f->text;

	for (int line = f->line; line < f->end; line++) {
		struct span text = { s, strcspn(s, "\n") };
		struct opening inner = fence_opening(text, 0);

		if (inner.c && fence_is_console(inner.info))
			return fail(cause,
				    "%s:%d: a fence opens inside the one of line %d: is that one "
				    "closed?",
				    src->path, line, f->line - 1);
		if (prompt(text) && !typable(text))
			return fail(
				cause,
				"%s:%d: a character that no screen shows stands in this command: write "
				"it as \\ooo in a text, as in \"\\33\"",
				src->path, line);
		if (prompt(text)) {
			GROW(f->entry, f->nentries, cap);
			e = &f->entry[f->nentries++];
			*e = (struct entry){ .input = xstrndup(text.s, text.n), .line = line };
			expect_cap = 0;
		} else if (e) {
			GROW(e->expect, e->nexpect, expect_cap);
			e->expect[e->nexpect++] = xstrndup(text.s, text.n);
		} else if (span_strip(text).n) {
			return fail(cause,
				    "%s:%d: text before the fence's first prompt: begin with a "
				    "command, as in \"main> state\"",
				    src->path, line);
		}
		s += text.n + (s[text.n] == '\n');
	}
	for (int i = 0; i < f->nentries; i++) {
		drop_blank_end(&f->entry[i]);
		f->quotes |= f->entry[i].nexpect > 0;
	}
	return 0;
}

int fence_read(struct fence *f, const struct source *src, int first, int last, char **cause)
{
	struct opening o = fence_opening(source_line(src, first), 0);
	struct str text = STR_INIT;

	*f = (struct fence){ .line = first + 1, .end = last };
	f->info = xstrndup(o.info.s, o.info.n);
	for (int i = f->line; i < last; i++) {
		struct span s = source_line(src, i);
		size_t indent = 0;

		while (indent < o.indent && indent < s.n && s.s[indent] == ' ')
			indent++;
		str_addn(&text, s.s + indent, s.n - indent);
		str_addc(&text, '\n');
	}
	f->text = str_take(&text);
	if (read_kind(f, src, first, cause))
		return -1;
	return f->kind == FENCE_OTHER ? 0 : read_transcript(f, src, cause);
}

void fence_release(struct fence *f)
{
	for (int i = 0; i < f->nentries; i++) {
		for (int k = 0; k < f->entry[i].nexpect; k++)
			free(f->entry[i].expect[k]);
		free(f->entry[i].expect);
		free(f->entry[i].input);
	}
	free(f->entry);
	free(f->info);
	free(f->goal);
	free(f->text);
	*f = (struct fence){ 0 };
}
