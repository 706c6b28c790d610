/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's own files: where they are, and the history's growth, limits and failures.
 */
#include "base/paths.h"
#include "base/str.h"
#include "ui/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char home[32];
static int lines;
static char *last;

static int set_up(void **state)
{
	(void)state;
	strcpy(home, "/tmp/ipcsh-ui-XXXXXX");
	return mkdtemp(home) ? setenv("HOME", home, 1) : -1;
}

static int clean_up(void **state)
{
	static const char *const made[] = { ".local/state/ipcsh/history", ".local/state/ipcsh",
					    ".local/state", ".local", "" };
	(void)state;
	free(last);
	last = NULL;
	for (size_t i = 0; i < ARRAY_LEN(made); i++) {
		char *path = xasprintf("%s/%s", home, made[i]);

		remove(path);
		free(path);
	}
	return access(home, F_OK) < 0 ? 0 : -1;
}

static void count(const char *line)
{
	lines++;
	free(last);
	last = xstrdup(line);
}

static void expect_path(char *path, const char *base, const char *rest)
{
	char *expected = xasprintf("%s%s", base, rest);

	assert_string_equal(path, expected);
	free(path);
	free(expected);
}

static void places(void **state)
{
	(void)state;
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	expect_path(paths_config("ipcshrc"), home, "/.config/ipcsh/ipcshrc");
	expect_path(paths_state("history"), home, "/.local/state/ipcsh/history");
	setenv("XDG_CONFIG_HOME", "/c", 1);
	setenv("XDG_STATE_HOME", "relative", 1);
	expect_path(paths_config("inputrc"), "", "/c/ipcsh/inputrc");
	expect_path(paths_state("history"), home, "/.local/state/ipcsh/history");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
}

static void grows(void **state)
{
	char *path = paths_state("history"), *above, *cause = NULL;
	struct stat st;

	(void)state;
	lines = 0;
	assert_int_equal(history_load(path, count, &cause), 0); /* not there yet */
	assert_int_equal(lines, 0);
	assert_int_equal(history_append(path, "msgget 1", &cause), 0);
	assert_int_equal(history_append(path, "msgsnd q 1 \"信\"", &cause), 0);
	assert_int_equal(history_load(path, count, &cause), 0);
	assert_int_equal(lines, 2);
	assert_string_equal(last, "msgsnd q 1 \"信\"");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	above = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	assert_int_equal(stat(above, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	free(above);
	free(path);
}

static void keeps_the_last(void **state)
{
	char *path = paths_state("history"), *cause = NULL;
	FILE *f;
	struct stat st;

	(void)state;
	assert_int_equal(paths_make_parents(path, &cause), 0);
	f = fopen(path, "w");
	for (int i = 0; i < 2 * HISTORY_LINES + 5; i++)
		fprintf(f, "line %d\n", i);
	fputs("half", f); /* another shell was killed while it wrote */
	fclose(f);
	for (int again = 0; again < 2; again++) {
		lines = 0;
		assert_int_equal(history_load(path, count, &cause), 0);
		assert_int_equal(lines, HISTORY_LINES);
		assert_string_equal(last, "line 20004");
	}
	f = fopen(path, "w");
	for (int i = 0; i < 60; i++)
		fprintf(f, "%d%*s\n", i, HISTORY_LONGEST - 10, "x");
	fclose(f);
	lines = 0;
	assert_int_equal(history_load(path, count, &cause), 0);
	assert_in_range(lines, 14, 16);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size <= HISTORY_BYTES);
	free(path);
}

static void refuses(void **state)
{
	char *cause = NULL, *longest = xmalloc(HISTORY_LONGEST + 2);

	(void)state;
	memset(longest, 'x', HISTORY_LONGEST + 1);
	longest[HISTORY_LONGEST + 1] = '\0';
	assert_false(history_worth(longest));
	assert_true(history_worth(longest + 1));
	assert_false(history_worth(" \t"));
	free(longest);

	assert_int_equal(history_append("/dev/full", "x", &cause), -1);
	assert_non_null(strstr(cause, "No space left"));
	assert_int_equal(history_append("/proc/ipcsh/history", "x", &cause), -1);
	assert_non_null(strstr(cause, "/proc/ipcsh"));
	assert_int_equal(history_append("/dev/null", "x", &cause), 0);
	assert_int_equal(history_load("/dev/zero", count, &cause), 0);
	assert_int_equal(history_load("/", count, &cause), 0);
	free(cause);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(places, set_up, clean_up),
		cmocka_unit_test_setup_teardown(grows, set_up, clean_up),
		cmocka_unit_test_setup_teardown(keeps_the_last, set_up, clean_up),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
