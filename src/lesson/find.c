/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lessons of a directory: see lesson_find() and lesson_search() in lesson.h. */
#include "lesson/lesson.h"

#include "base/lang.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Takes NN-name.md or NN-name.LANG.md apart. False: the file is no lesson of that language. */
static bool take_apart(const char *file, const char *lang, struct lesson_item *item)
{
	size_t digits = strspn(file, "0123456789"), name;
	const char *rest;

	if (!digits || digits > 4 || file[digits] != '-')
		return false;
	name = strcspn(file + digits + 1, ".");
	rest = file + digits + 1 + name;
	if (!name)
		return false;
	if (strcmp(rest, ".md")) {
		size_t n = lang ? strlen(lang) : 0;

		if (!n || *rest != '.' || strncmp(rest + 1, lang, n) || strcmp(rest + 1 + n, ".md"))
			return false;
	}
	*item = (struct lesson_item){ .number = atoi(file),
				      .name = xstrndup(file + digits + 1, name) };
	return true;
}

/* The longer path of two that are else alike is the one with a language: it comes first. */
static int compare(const void *a, const void *b)
{
	const struct lesson_item *x = a, *y = b;
	int c = (x->number > y->number) - (x->number < y->number);

	if (!c)
		c = strcmp(x->name, y->name);
	return c ? c : (strlen(x->path) < strlen(y->path)) - (strlen(x->path) > strlen(y->path));
}

static void item_release(struct lesson_item *item)
{
	free(item->path);
	free(item->name);
	free(item->title);
	free(item->problem);
}

static void load_title(struct lesson_item *item)
{
	struct lesson l;
	bool bad = lesson_load(&l, item->path, &item->problem);
	const char *time = bad ? NULL : lesson_field(&l, "time");

	item->title = xstrdup(bad ? item->name : l.title);
	item->steps = bad ? 0 : lesson_steps(&l);
	if (time && strspn(time, "0123456789") == strlen(time) && strlen(time) < 5)
		item->time = atoi(time);
	lesson_release(&l);
}

int lesson_find(struct lesson_list *list, const char *dir, const char *lang, char **cause)
{
	struct lesson_item item;
	struct dirent *d;
	int cap = 0, kept = 0;
	DIR *open;

	*list = (struct lesson_list){ 0 };
	open = opendir(dir);
	if (!open)
		return fail(cause, "%s: %s", dir, strerror(errno));
	for (errno = 0; (d = readdir(open)); errno = 0) {
		if (!take_apart(d->d_name, lang, &item))
			continue;
		item.path = xasprintf("%s/%s", dir, d->d_name);
		GROW(list->item, list->n, cap);
		list->item[list->n++] = item;
	}
	if (errno)
		fail(cause, "%s: %s", dir, strerror(errno));
	kept = errno ? -1 : 0;
	closedir(open);
	if (kept || !list->n)
		return kept;
	qsort(list->item, (size_t)list->n, sizeof(*list->item), compare);
	for (int i = 0; i < list->n; i++) {
		item = list->item[i];
		if (kept && item.number == list->item[kept - 1].number &&
		    !strcmp(item.name, list->item[kept - 1].name)) {
			item_release(&item);
			continue;
		}
		load_title(&item);
		list->item[kept++] = item;
	}
	list->n = kept;
	return 0;
}

void lesson_list_release(struct lesson_list *list)
{
	for (int i = 0; i < list->n; i++)
		item_release(&list->item[i]);
	free(list->item);
	*list = (struct lesson_list){ 0 };
}

static bool has_number(const struct lesson_item *item, const char *what)
{
	size_t digits = strspn(what, "0123456789");

	return digits && digits <= 4 && !what[digits] && atoi(what) == item->number;
}

static bool has_name(const struct lesson_item *item, const char *what)
{
	return !strcasecmp(item->name, what);
}

static bool begins(const struct lesson_item *item, const char *what)
{
	return !strncasecmp(item->name, what, strlen(what));
}

static bool contains(const struct lesson_item *item, const char *what)
{
	return strcasestr(item->name, what) || strcasestr(item->title, what);
}

const struct lesson_item *lesson_search(const struct lesson_list *list, const char *what,
					char **cause)
{
	static bool (*const ways[])(const struct lesson_item *,
				    const char *) = { has_number, has_name, begins, contains };
	const struct lesson_item *found = NULL;
	struct str several = STR_INIT;
	int n = 0;

	for (size_t w = 0; *what && !n && w < ARRAY_LEN(ways); w++) {
		for (int i = 0; i < list->n; i++) {
			const struct lesson_item *item = &list->item[i];

			if (!ways[w](item, what))
				continue;
			found = item;
			str_addf(&several, "%s%d %s", n++ ? _(", ") : "", item->number, item->name);
		}
	}
	if (!n)
		fail(cause, _("no lesson is called \"%s\""), what);
	else if (n > 1)
		fail(cause, _("\"%s\" could be %s: say which"), what, str_text(&several));
	str_free(&several);
	return n == 1 ? found : NULL;
}
