/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/draft.h"

#include "base/lang.h"
#include "base/str.h"
#include "shell/recorder.h"
#include "view/term.h"

#include <errno.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct draft {
	struct sink sink; /* first: it is found by its sink */
	struct recorder ear;
	char *path, *who; /* whose prompt the line under way was typed at */
	FILE *file;
	long tail;        /* where the fence's last line begins, or the file's end */
	bool step, fence; /* one is open */
};

static void hear(struct sink *sink, const struct event *e)
{
	struct draft *d = (struct draft *)sink;
	struct sink *ear = term_sink(d->ear.term);

	if (e->type == EV_LINE) {
		str_reset(&d->ear.text);
		d->ear.full = false;
		free(d->who);
		d->who = xstrdup(e->proc ? e->proc : "main");
	}
	ear->emit(ear, e);
}

/* -- what a lesson looks like -- */

/* "my own" of /x/07-my-own.md */
static char *title_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	char *title;

	base += strspn(base, "0123456789");
	base += *base == '-';
	title = xstrndup(base, strcspn(base, "."));
	for (char *s = title; *s; s++)
		*s = *s == '-' ? ' ' : *s;
	if (*title >= 'a' && *title <= 'z')
		*title = (char)(*title - 'a' + 'A');
	return title;
}

static void add_head(struct str *out, const char *path)
{
	char *title = title_of(path);

	str_add(out, "---\ntitle: ");
	str_clean(out, title, strlen(title));
	str_add(out, _("\nabout: What it is about.\ntime: 10\n---\n\n# "));
	str_clean(out, title, strlen(title));
	str_add(out, _("\n\nWhy one would want to know.\n"));
	free(title);
}

/* A heading's text: what Markdown would read otherwise is escaped. */
static void add_step(struct str *out, const char *title)
{
	str_add(out, "\n## ");
	for (; *title; title++) {
		if (strchr("\\`*_[]<>#", *title))
			str_addc(out, '\\');
		str_addc(out, *title);
	}
	str_add(out, _("\n\nWhat one sees, and why.\n"));
}

/* What was shown, as a fence may quote it; what would end it, or be a command, is left open. */
static void add_seen(struct str *out, struct recorder *ear)
{
	struct str line = STR_INIT;

	recorder_cut(ear);
	for (int i = 0; i < ear->n; i++) {
		const char *s;

		str_reset(&line);
		str_unmark(&line, ear->line[i], strlen(ear->line[i]));
		s = str_text(&line);
		if (lesson_prompt(s) || !strncmp(s + strspn(s, " "), "```", 3))
			s = "...";
		str_addf(out, "%s\n", s);
	}
	if (ear->full)
		str_add(out, "...\n");
	str_free(&line);
}

/* -- the file -- */

static void release(struct shell *sh, struct draft *d)
{
	session_remove_sink(sh->session, &d->sink);
	sh->ear = NULL;
	sh->draft = NULL;
	if (d->file)
		fclose(d->file);
	recorder_release(&d->ear);
	free(d->who);
	free(d->path);
	free(d);
}

/* Puts text where the tail is, and an open fence's end behind it. 0, or an errno. */
static int put(struct draft *d, const struct str *text)
{
	if (fseek(d->file, d->tail, SEEK_SET) ||
	    fwrite(str_text(text), 1, text->len, d->file) != text->len)
		return errno;
	d->tail = ftell(d->file);
	if ((d->fence && fputs("```\n", d->file) < 0) || fflush(d->file))
		return errno;
	return 0;
}

static bool is_comment(const char *s)
{
	return *s == '#' || (s[0] == '/' && s[1] == '/');
}

/* What steers the shell and is no part of what happened. */
static bool is_aside(const char *s)
{
	static const char *const words[] = { "record", "lesson", "leave", "hint", "skip", "again",
					     "next",   "back",   "where", "help", "quit" };
	size_t n = strcspn(s, " \t");

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i]) == n && !strncmp(words[i], s, n))
			return true;
	return !*s || *s == '!';
}

static void add_line(struct draft *d, const char *s, struct str *out)
{
	size_t n = strlen(s);

	if (is_comment(s)) {
		s += strspn(s, "#/ \t");
		if (d->fence)
			str_add(out, "```\n");
		d->fence = false;
		d->step |= *s != '\0';
		if (*s)
			add_step(out, s);
		return;
	}
	if (!d->step)
		add_step(out, _("First step"));
	if (!d->fence)
		str_add(out, "\n```console\n");
	d->step = d->fence = true;
	while (n && strchr(" \t\r", s[n - 1]))
		n--;
	if (!lesson_prompt(s))
		str_addf(out, "%s> ", d->who);
	str_addn(out, s, n);
	str_addc(out, '\n');
	add_seen(out, &d->ear);
}

void draft_line(struct shell *sh, const char *line)
{
	struct draft *d = sh->draft;
	struct str text = STR_INIT;
	int err;

	if (!d || is_aside(line + strspn(line, " \t")))
		return;
	add_line(d, line + strspn(line, " \t"), &text);
	err = put(d, &text);
	str_free(&text);
	if (!err)
		return;
	__fpurge(d->file);
	shell_mistake(
		sh,
		xasprintf(_("%s: %s: the recording has ended, its last lines may be incomplete"),
			  d->path, strerror(err)),
		NULL);
	release(sh, d);
}

int draft_begin(struct shell *sh, const char *path, bool overwrite, char **cause)
{
	struct draft *d;
	struct str text = STR_INIT;
	FILE *f = fopen(path, overwrite ? "we" : "wxe");
	int err;

	if (!f)
		return errno == EEXIST
			       ? fail(cause,
				      _("%s exists already; to replace it: record --lesson %s overwrite"),
				      path, path)
			       : fail(cause, "%s: %s", path, strerror(errno));
	d = xcalloc(1, sizeof(*d));
	d->file = f;
	d->path = xstrdup(path);
	d->who = xstrdup("main");
	d->sink.emit = hear;
	d->sink.english = true;
	d->ear.term = term_new((struct term_out){ .write = recorder_hear, .ctx = &d->ear },
			       (struct term_options){ .diff = true, .marked = true });
	sh->draft = d;
	sh->ear = d->ear.term;
	add_head(&text, path);
	err = put(d, &text);
	str_free(&text);
	if (!err && !session_reset(sh->session, cause)) {
		session_add_sink(sh->session, &d->sink);
		return 0;
	}
	if (err)
		fail(cause, "%s: %s", path, strerror(err));
	else
		sh->quit = true;
	release(sh, d);
	return -1;
}

char *draft_end(struct shell *sh, char **cause)
{
	struct draft *d = sh->draft;
	char *path = xstrdup(d->path);
	int r = fclose(d->file) ? fail(cause, "%s: %s", d->path, strerror(errno)) : 0;

	d->file = NULL;
	release(sh, d);
	if (!r)
		return path;
	free(path);
	return NULL;
}

const char *draft_path(const struct shell *sh)
{
	return sh->draft ? sh->draft->path : NULL;
}
