/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson and its translations: the same steps, fences and front matter.  Words may differ, and what
 * stands in a fence that is never played.
 */
#include "lesson/lint_priv.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "07-mine" of lessons/07-mine.md and lessons/07-mine.zh.md; *lang is "" or "zh". NULL: it is no lesson's name. */
static char *stem_of(const char *path, char lang[8])
{
	size_t n = strlen(path), dot;

	*lang = '\0';
	if (n < 4 || strcmp(path + n - 3, ".md"))
		return NULL;
	n -= 3;
	for (dot = n; dot && path[dot - 1] != '.' && path[dot - 1] != '/'; dot--)
		;
	if (dot > 1 && path[dot - 1] == '.' && n - dot >= 2 && n - dot < 8) {
		memcpy(lang, path + dot, n - dot);
		lang[n - dot] = '\0';
		n = dot - 1;
	}
	return xstrndup(path, n);
}

/* -- two lessons -- */

static void compare_field(struct lint *t, const struct lesson *o, const char *key)
{
	const char *is = lesson_field(&t->l, key), *was = lesson_field(o, key);
	int line = 1;

	for (int i = 0; i < t->l.nfields; i++)
		if (!strcmp(t->l.field[i].key, key))
			line = t->l.field[i].line;
	if (is && was && strcmp(is, was))
		lint_say(t, line, "%s: \"%s\", but \"%s\" in %s", key, is, was, o->path);
	else if (!is != !was)
		lint_say(t, line,
			 is ? "%s stands here, and not in %s" : "%s does not stand here, but in %s",
			 key, o->path);
}

/* The number of the first line that two texts do not share, from 0. */
static int first_difference(const char *a, const char *b)
{
	int line = 0;

	for (; *a && *a == *b; a++, b++)
		line += *a == '\n';
	return line;
}

static void compare_fence(struct lint *t, const struct fence *is, const struct lesson *o,
			  const struct fence *was)
{
	int line;

	if (strcmp(is->info, was->info)) {
		lint_say(t, is->line - 1, "another kind of fence, or another goal, than in %s:%d",
			 o->path, was->line - 1);
	} else if (is->kind != FENCE_OTHER && strcmp(is->text, was->text)) {
		line = first_difference(is->text, was->text);
		lint_say(t, is->line + line, "the fence is not that of %s:%d", o->path,
			 was->line + line);
	} else if (is->nhints != was->nhints) {
		lint_say(t, is->line - 1, "the task has %d hints, and %d in %s:%d", is->nhints,
			 was->nhints, o->path, was->line - 1);
	} else if (is->hidden != was->hidden) {
		lint_say(t, is->line - 1,
			 "the solution stands in a <details> in one, in the open "
			 "in the other: %s:%d",
			 o->path, was->line - 1);
	} else if (is->nchoices != was->nchoices) {
		lint_say(t, is->line - 1, "the prediction has %d choices, and %d in %s:%d",
			 is->nchoices, was->nchoices, o->path, was->line - 1);
	}
}

static void compare_step(struct lint *t, const struct step *is, const struct lesson *o,
			 const struct step *was)
{
	if (is->heading != was->heading) {
		lint_say(t, is->line, "a step with a heading stands opposite to one without: %s:%d",
			 o->path, was->line);
		return;
	}
	for (int i = 0; i < is->nfences && i < was->nfences; i++)
		compare_fence(t, &is->fence[i], o, &was->fence[i]);
	if (is->nfences != was->nfences)
		lint_say(t, is->line, "the step has %d fences, and %d in %s:%d", is->nfences,
			 was->nfences, o->path, was->line);
	else if (is->nhints != was->nhints)
		lint_say(t, is->line, "the step has %d <details>, and %d in %s:%d", is->nhints,
			 was->nhints, o->path, was->line);
}

static void compare(struct lint *t, const struct lesson *o)
{
	static const char *const keys[] = { "number", "time", "needs", "author" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		compare_field(t, o, keys[i]);
	if (t->l.nsteps != o->nsteps)
		lint_say(t, 1, "there are %d steps, and %d in %s", lesson_steps(&t->l),
			 lesson_steps(o), o->path);
	else
		for (int i = 0; i < o->nsteps; i++)
			compare_step(t, &t->l.step[i], o, &o->step[i]);
}

/* -- which are two -- */

static bool is_given(const char *path, char *const *given, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(given[i], path))
			return true;
	return false;
}

static void with_translation(struct lint *li, const char *path, bool given)
{
	struct lint t = { .path = path, .out = li->out };
	char *cause = NULL;

	if (!lesson_load(&t.l, path, &cause))
		compare(&t, &li->l);
	else if (!given) /* else it is told there */
		lint_say(li, 1, "its translation is no lesson: %s", cause);
	li->found += t.found;
	lesson_release(&t.l);
	free(cause);
}

/* Each NAME.LANG.md beside NAME.md. */
static void with_translations(struct lint *li, const char *stem, char *const *given, int ngiven)
{
	const char *slash = strrchr(stem, '/'), *name = slash ? slash + 1 : stem;
	char *dir = slash ? xstrndup(stem, (size_t)(slash - stem) + 1) : xstrdup("./");
	struct dirent **found = NULL;
	int n = scandir(dir, &found, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char lang[8], *path = xasprintf("%s%s", slash ? dir : "", found[i]->d_name);
		char *other = stem_of(found[i]->d_name, lang);

		if (other && *lang && !strcmp(other, name))
			with_translation(li, path, is_given(path, given, ngiven));
		free(other);
		free(path);
		free(found[i]);
	}
	free(found);
	free(dir);
}

void lint_pairs(struct lint *li, char *const *given, int n)
{
	char lang[8], *stem = stem_of(li->path, lang), *original;
	struct lesson o = LESSON_INIT;

	if (stem && *lang) {
		original = xasprintf("%s.md", stem);
		if (!is_given(original, given, n) && !access(original, F_OK) &&
		    !lesson_load(&o, original, NULL))
			compare(li, &o);
		lesson_release(&o);
		free(original);
	} else if (stem) {
		with_translations(li, stem, given, n);
	}
	free(stem);
}
