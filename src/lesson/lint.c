/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson/lint.h"

#include "lesson/fence.h"
#include "lesson/goal.h"
#include "lesson/lint_priv.h"
#include "lesson/render.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void lint_say(struct lint *li, int line, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_addfv(&text, fmt, ap);
	va_end(ap);
	str_clean(li->out, li->path, strlen(li->path));
	str_addf(li->out, ":%d: ", line);
	str_clean(li->out, str_text(&text), text.len);
	str_addc(li->out, '\n');
	str_free(&text);
	li->found++;
}

/* -- front matter -- */

static bool is_number(const char *s)
{
	return *s && !s[strspn(s, "0123456789")] && strlen(s) < 5;
}

static void front_matter(struct lint *li)
{
	static const char *const known[] = {
		"title", "number", "about", "time", "needs", "author"
	};

	for (int i = 0; i < li->l.nfields; i++) {
		const struct front_matter *f = &li->l.field[i];
		bool is = false;

		for (size_t k = 0; k < ARRAY_LEN(known); k++)
			is |= !strcmp(f->key, known[k]);
		if (!is)
			lint_say(
				li, f->line,
				"%s: no such key: title, number, about, time, needs and author are known",
				f->key);
		else if (!*f->value)
			lint_say(li, f->line, "%s has no value", f->key);
		else if (!strcmp(f->key, "time") && !is_number(f->value))
			lint_say(li, f->line, "time is a number of minutes, not \"%s\"", f->value);
		else if (!strcmp(f->key, "needs") && strcmp(f->value, "nobody"))
			lint_say(li, f->line, "needs: \"%s\" is nothing that can be needed: nobody",
				 f->value);
	}
}

/* -- fences -- */

static void goal(struct lint *li, const struct step *step, const struct fence *f)
{
	char *cause = NULL;
	struct goal *g = goal_parse(f->goal, &cause);

	(void)step;
	if (!g)
		lint_say(li, f->line - 1, "the goal, %s", cause);
	if (!f->nhints)
		lint_say(li, f->line - 1,
			 "a task wants a hint at least: a <details> before its solution");
	if (!f->hidden)
		lint_say(
			li, f->line - 1,
			"the solution stands in the open: put it into a <details>, the last of the task");
	if (f->before.from == f->before.to)
		lint_say(li, f->line - 1, "a task wants words that say what is to be done");
	goal_free(g);
	free(cause);
}

static void prediction(struct lint *li, const struct fence *f)
{
	char *cause = NULL;
	int n = 0, reasons = lesson_reasons(f);
	struct goal **g;

	if (!f->goal) {
		lint_say(li, f->line - 1,
			 "a prediction without its key: what is true if each choice was right, "
			 "{predict=\"...; ...\"}");
		return;
	}
	g = goal_parse_all(f->goal, &n, &cause);
	if (!g)
		lint_say(li, f->line - 1, "the key, %s", cause);
	else if (!f->nchoices)
		lint_say(
			li, f->line - 1,
			"a prediction without its choices: a numbered list, the last before the fence");
	else if (f->nchoices != n)
		lint_say(li, f->line - 1, "there are %d choices and %d in the key", f->nchoices, n);
	else if (n < 2 || n > 9)
		lint_say(li, f->line - 1, "a prediction has 2 to 9 choices, not %d", n);
	if (!reasons)
		lint_say(li, f->line - 1,
			 "a prediction without its reasons: a <details> right after the fence");
	else if (f->reasons && reasons != f->nchoices)
		lint_say(li, f->line - 1, "there are %d choices and %d reasons", f->nchoices,
			 reasons);
	while (g && n)
		goal_free(g[--n]);
	free(g);
	free(cause);
}

/* The command of an entry, without its prompt; *who its process. */
static const char *command_of(const struct entry *e, char **who)
{
	size_t n = lesson_prompt(e->input);
	const char *s = e->input + n + 1;

	*who = xstrndup(e->input, n);
	return s + strspn(s, " \t");
}

/* What a clock ends happens some time: the next command must wait for it. */
static void clocks(struct lint *li, const struct fence *f)
{
	for (int i = 0; i < f->nentries; i++) {
		const struct entry *next = i + 1 < f->nentries ? &f->entry[i + 1] : NULL;
		char *who, *waiter, *await;
		const char *s = command_of(&f->entry[i], &who);

		await = xasprintf("await %s", who);
		if (!strncmp(s, "sleep ", 6) || !strncmp(s, "nanosleep ", 10)) {
			const char *then = next ? command_of(next, &waiter) : "";

			if (strncmp(then, await, strlen(await)))
				lint_say(li, f->entry[i].line,
					 "a clock ends this sleep: follow it at once with main> %s",
					 await);
			if (next)
				free(waiter);
		}
		free(await);
		free(who);
	}
}

/* What no command of the lesson has made is never there, and `not` of it is always true. */
static void stray(void *ctx, const struct fence *f, const char *what)
{
	lint_say(ctx, f->line - 1, "%s", what);
}

/* A transcript that nobody would play: its kind is misspelt. */
static void unplayed(struct lint *li, const struct fence *f)
{
	const char *s = f->text + strspn(f->text, " \n");

	if (strstr(f->info, "{goal=") || strstr(f->info, "{predict") || strstr(f->info, "{setup"))
		lint_say(li, f->line - 1, "\"%s\" is no kind of fence that is played: console %s",
			 f->info, strchr(f->info, '{'));
	else if (lesson_prompt(s))
		lint_say(li, f->line - 1,
			 "a transcript that is not played: its fence is no console");
}

static void fences(struct lint *li)
{
	for (int i = 0; i < li->l.nsteps; i++) {
		const struct step *step = &li->l.step[i];

		for (int k = 0; k < step->nfences; k++) {
			const struct fence *f = &step->fence[k];

			if (f->kind == FENCE_OTHER) {
				unplayed(li, f);
				continue;
			}
			if (!step->heading)
				lint_say(li, f->line - 1,
					 "a fence in no step: put a ## heading before it");
			if (!f->nentries)
				lint_say(li, f->line - 1,
					 "a fence without a command, as in \"main> state\"");
			if (f->kind == FENCE_GOAL)
				goal(li, step, f);
			else if (f->kind == FENCE_PREDICT)
				prediction(li, f);
			clocks(li, f);
		}
	}
}

/* -- links and lines -- */

static int line_of(const struct lint *li, cmark_node *node)
{
	while (node && !cmark_node_get_start_line(node))
		node = cmark_node_parent(node);
	return li->src.body + (node ? cmark_node_get_start_line(node) : 0);
}

static void link_target(struct lint *li, cmark_node *node)
{
	const char *url = cmark_node_get_url(node), *slash = strrchr(li->path, '/');
	size_t n = strcspn(url, "#?"), dir = slash ? (size_t)(slash - li->path) + 1 : 0;
	char *path;

	if (!n || *url == '/' || strcspn(url, ":") < strcspn(url, "/"))
		return;
	path = xasprintf("%.*s%.*s", (int)dir, li->path, (int)n, url);
	if (access(path, F_OK))
		lint_say(li, line_of(li, node), "the link to %s leads nowhere", url);
	free(path);
}

static void mark_lines(const struct lint *li, bool *free_form, cmark_node *node)
{
	int last = li->src.body + cmark_node_get_end_line(node);

	for (int i = line_of(li, node); i <= last && i <= li->src.nlines; i++)
		free_form[i] = true;
}

/* A row of a table, or a link that cannot be parted, may be as long as it is. */
static bool may_be_long(struct span line)
{
	const char *s = line.s, *end = line.s + line.n;

	return *span_strip(line).s == '|' || memmem(s, (size_t)(end - s), "](", 2) ||
	       memmem(s, (size_t)(end - s), "://", 3);
}

static void lines(struct lint *li, const bool *free_form)
{
	for (int i = li->src.body + 1; i <= li->src.nlines; i++) {
		struct span line = source_line(&li->src, i);
		int columns = line.n ? render_columns(line.s, line.n) : 0;

		if (columns > LINT_COLUMNS && !free_form[i] && !may_be_long(line))
			lint_say(li, i, "the line has %d columns: %d at most", columns,
				 LINT_COLUMNS);
	}
}

static void text(struct lint *li)
{
	bool *free_form = xcalloc((size_t)li->src.nlines + 2, sizeof(*free_form));
	cmark_iter *iter = cmark_iter_new(li->l.doc);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);

		if (event != CMARK_EVENT_ENTER)
			continue;
		if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
			link_target(li, node);
		else if (type == CMARK_NODE_CODE_BLOCK)
			mark_lines(li, free_form, node);
	}
	cmark_iter_free(iter);
	lines(li, free_form);
	free(free_form);
}

/* -- its number -- */

/* The files of a folder are lessons by their numbers: two with the same one cannot be told apart by it. */
static void number(struct lint *li)
{
	const char *slash = strrchr(li->path, '/'), *base = slash ? slash + 1 : li->path;
	size_t digits = strspn(base, "0123456789"), name = strcspn(base, ".");
	char *dir = slash ? xstrndup(li->path, (size_t)(slash - li->path)) : xstrdup(".");
	struct lesson_list list = { 0 };

	if (!digits || digits > 4 || base[digits] != '-') {
		free(dir);
		return;
	}
	if (li->l.number != atoi(base))
		lint_say(li, 1, "number: %d, but %d in the file's name, by which it is found",
			 li->l.number, atoi(base));
	lesson_find(&list, dir, NULL, NULL);
	for (int i = 0; i < list.n; i++)
		if (list.item[i].number == atoi(base) &&
		    (strlen(list.item[i].name) != name - digits - 1 ||
		     strncmp(list.item[i].name, base + digits + 1, name - digits - 1)))
			lint_say(li, 1, "%s has the number %d, too",
				 strrchr(list.item[i].path, '/') + 1, atoi(base));
	lesson_list_release(&list);
	free(dir);
}

/* -- the whole -- */

int lint_lesson(const char *path, char *const *given, int n, struct str *out)
{
	struct lint li = { .path = path, .out = out };
	char *file = NULL, *cause = NULL;
	size_t len = 0;
	bool is = !source_read(path, &file, &len, &cause) &&
		  !lesson_parse(&li.l, path, file, len, &cause) &&
		  !source_init(&li.src, path, file, len, &cause);

	if (is) {
		front_matter(&li);
		fences(&li);
		goal_strays(&li.l, stray, &li);
		if (!li.l.nsteps || (li.l.nsteps == 1 && !li.l.step[0].heading))
			lint_say(&li, 1, "there is no step: a ## heading begins one");
		text(&li);
		number(&li);
		lint_pairs(&li, given, n);
	} else {
		str_clean(out, cause, strlen(cause));
		str_addc(out, '\n');
		li.found++;
	}
	source_release(&li.src);
	lesson_release(&li.l);
	free(file);
	free(cause);
	return li.found;
}
