/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lessons of a directory: which files count, in which order, and looking one up. */
#include "lesson/lesson.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[] = "/tmp/lesson_find.XXXXXX";

static const struct {
	const char *name, *text;
} files[] = {
	{ "05-semaphores.md", "---\ntitle: Semaphores\n---\n" },
	{ "05-semaphores.zh.md", "---\ntitle: 信号量\n---\n" },
	{ "01-pipes.md", "# Anonymous pipes\n" },
	{ "10-signals.md", "# Signals\n" },
	{ "02-named-pipes.md", "```\n" },
	{ "06-signals-more.md", "# More\n" },
	{ "README.md", "# no lesson\n" },
	{ "03-.md", "# no name\n" },
	{ "03-x.txt", "" },
	{ "03-x.md~", "" },
	{ "-x.md", "" },
	{ "99999-x.md", "" },
};

static char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static int make(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		FILE *f = fopen(path_of(files[i].name), "w");

		if (!f)
			return -1;
		fputs(files[i].text, f);
		fclose(f);
	}
	return 0;
}

static int unmake(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		unlink(path_of(files[i].name));
	return rmdir(dir);
}

static void listed(void **state)
{
	static const char *const names[] = { "pipes", "named-pipes", "semaphores", "signals-more",
					     "signals" };
	struct lesson_list list;

	(void)state;
	assert_int_equal(lesson_find(&list, dir, NULL, NULL), 0);
	assert_int_equal(list.n, ARRAY_LEN(names));
	for (int i = 0; i < list.n; i++)
		assert_string_equal(list.item[i].name, names[i]);
	assert_int_equal(list.item[4].number, 10);
	assert_string_equal(list.item[0].title, "Anonymous pipes");
	assert_null(list.item[0].problem);
	assert_string_equal(list.item[1].title, "named-pipes");
	assert_non_null(strstr(list.item[1].problem, "02-named-pipes.md:1: "));
	assert_string_equal(list.item[2].title, "Semaphores");
	assert_string_equal(list.item[2].path, path_of("05-semaphores.md"));
	lesson_list_release(&list);
}

static void in_chinese(void **state)
{
	struct lesson_list list;

	(void)state;
	assert_int_equal(lesson_find(&list, dir, "zh", NULL), 0);
	assert_int_equal(list.n, 5);
	assert_string_equal(list.item[0].title, "Anonymous pipes");
	assert_string_equal(list.item[2].title, "信号量");
	assert_ptr_equal(lesson_search(&list, "信号", NULL), &list.item[2]);
	lesson_list_release(&list);
}

static void searched(void **state)
{
	static const struct {
		const char *what;
		int at;
	} cases[] = { { "5", 2 },       { "05", 2 },    { "sem", 2 },   { "SEM", 2 },
		      { "maph", 2 },    { "pipes", 0 }, { "named", 1 }, { "anony", 0 },
		      { "signals", 4 }, { "more", 3 } };
	struct lesson_list list;
	char *cause = NULL;

	(void)state;
	assert_int_equal(lesson_find(&list, dir, NULL, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_ptr_equal(lesson_search(&list, cases[i].what, NULL),
				 &list.item[cases[i].at]);
	assert_null(lesson_search(&list, "sig", &cause));
	assert_non_null(strstr(cause, "6 signals-more, 10 signals"));
	assert_null(lesson_search(&list, "", &cause));
	assert_null(lesson_search(&list, "99999999999999999999", &cause));
	assert_null(lesson_search(&list, "7", &cause));
	assert_non_null(strstr(cause, "\"7\""));
	free(cause);
	lesson_list_release(&list);
}

static void no_directory(void **state)
{
	struct lesson_list list;
	char *cause = NULL;

	(void)state;
	assert_int_equal(lesson_find(&list, path_of("none"), NULL, &cause), -1);
	assert_non_null(strstr(cause, "No such file"));
	assert_null(lesson_search(&list, "1", NULL));
	lesson_list_release(&list);
	free(cause);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listed),
		cmocka_unit_test(in_chinese),
		cmocka_unit_test(searched),
		cmocka_unit_test(no_directory),
	};

	return cmocka_run_group_tests(tests, make, unmake);
}
