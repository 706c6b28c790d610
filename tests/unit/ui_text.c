/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Widths, hints, candidates and pastes: the parts of ui/ that are functions of text.
 */
#include "ui/candidates.h"
#include "ui/hint.h"
#include "ui/paste.h"
#include "ui/width.h"

#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void widths(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	assert_int_equal(width_of("abc"), 3);
	assert_int_equal(width_of("信号量"), 6);
	assert_int_equal(width_of("e\u0301"), 1);
	assert_int_equal(width_of("a\x1b\xff"), 3);
	assert_int_equal(width_column("abc", 3, 7, 20), 10);
	assert_int_equal(width_column("abc", 3, 17, 20), 0);
	assert_int_equal(width_column("量", 3, 19, 20), 2); /* wraps whole */
	assert_int_equal(width_column("a\tb", 3, 0, 20), -1);
	assert_int_equal(width_column("\xe4\xbf", 2, 0, 20), -1);

	width_fit(&out, "信号量", 5, 8);
	assert_string_equal(str_text(&out), "信号…   ");
	str_reset(&out);
	width_fit(&out, "abc", 3, 5);
	assert_string_equal(str_text(&out), "abc  ");
	str_reset(&out);
	width_fit(&out, "abc", 0, 0);
	assert_string_equal(str_text(&out), "");
	str_free(&out);
}

static void hints(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	assert_false(hint_possible("dumb"));
	assert_false(hint_possible(NULL));
	assert_true(hint_possible("xterm"));
	assert_int_equal(hint_room("main> ", "msgsnd", 6, 80), 67);
	assert_int_equal(hint_room("\001\033[1m\002main> \001\033[0m\002", "msgsnd", 6, 80), 67);
	assert_int_equal(hint_room("main> ", "12345678901234", 14, 20), 0); /* at a row's start */
	assert_int_equal(hint_room("main> ", "123456789012", 12, 20), 0);   /* too few */
	assert_int_equal(hint_room("main> ", "a\tb", 3, 80), 0);
	hint_draw(&out, "q 1 \"text\"\x1b[31m\nmore", 8);
	assert_string_equal(str_text(&out), "\033[2mq 1 \"te…\033[0m\033[8D");
	str_free(&out);
}

static struct candidates words(const char *const *word, int n)
{
	struct candidates c = CANDIDATES_INIT;

	for (int i = 0; i < n; i++)
		candidates_add(&c, word[i], "what it is", false);
	candidates_sort(&c);
	return c;
}

static void common_text(void **state)
{
	static const char *const word[] = { "msgsnd", "msgget", "msgget", "msgrcv" };
	static const char *const wide[] = { "a信",
					    "a俊" }; /* they share two bytes of a character */
	struct candidates c = words(word, 4);
	char *common = candidates_common(&c);

	(void)state;
	assert_int_equal(c.n, 3);
	assert_string_equal(common, "msg");
	free(common);
	candidates_free(&c);

	c = words(wide, 2);
	common = candidates_common(&c);
	assert_string_equal(common, "a");
	free(common);
	candidates_free(&c);
}

/* n words of "xNNN", listed on a terminal; returns how many lines that took. */
static int lines_of(int n, int width, int rows, struct str *out)
{
	struct candidates c = CANDIDATES_INIT;
	char word[16];
	int lines = 0;

	for (int i = 0; i < n; i++) {
		snprintf(word, sizeof(word), "x%03d", i);
		candidates_add(&c, word, "说明 of some length", false);
	}
	candidates_sort(&c);
	str_reset(out);
	candidates_list(&c, width, rows, out);
	candidates_free(&c);
	for (char *line = strtok(strdupa(str_text(out)), "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(width_of(line) < width);
		lines++;
	}
	return lines;
}

static void lists(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	assert_int_equal(lines_of(2, 20, 10, &out), 2);
	assert_string_equal(str_text(&out), "x000  说明 of some…\nx001  说明 of some…\n");
	assert_int_equal(lines_of(5, 10, 10, &out), 5);
	assert_string_equal(str_text(&out), "x000\nx001\nx002\nx003\nx004\n");
	assert_int_equal(lines_of(10, 20, 6, &out), 4); /* downwards, as ls does */
	assert_string_equal(str_text(&out),
			    "x000  x004  x008\nx001  x005  x009\nx002  x006\nx003  x007\n");
	assert_int_equal(lines_of(100, 40, 6, &out), 5);
	assert_non_null(strstr(str_text(&out), "... and 76 more"));
	for (int width = 1; width < 30; width++)
		for (int rows = 0; rows < 12; rows++)
			assert_true(lines_of(40, width + 1, rows, &out) <=
				    (rows > 2 ? rows - 1 : 1));
	str_free(&out);
}

static void touch(int dir, const char *name)
{
	int fd = openat(dir, name, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static char *only(const char *cwd, const char *prefix, int expected)
{
	struct candidates c = CANDIDATES_INIT;
	char *common;

	candidates_files(&c, cwd, cwd, prefix);
	candidates_sort(&c);
	assert_int_equal(c.n, expected);
	common = c.n ? candidates_common(&c) : NULL;
	candidates_free(&c);
	return common;
}

static void expect_file(const char *cwd, const char *prefix, int n, const char *text)
{
	char *common = only(cwd, prefix, n);

	if (text)
		assert_string_equal(common, text);
	free(common);
}

static void files(void **state)
{
	static const char *const name[] = { "alpha",   "al\033[31m", "al\xff", "my file",
					    ".hidden", "it's",       "sub/one" };
	char cwd[] = "/tmp/ipcsh-ui-XXXXXX";
	int dir;

	(void)state;
	assert_non_null(mkdtemp(cwd));
	dir = open(cwd, O_RDONLY | O_DIRECTORY);
	assert_int_equal(mkdirat(dir, "sub", 0700), 0);
	assert_int_equal(mkfifoat(dir, "hello", 0600), 0);
	assert_int_equal(symlinkat("sub", dir, "way"), 0);
	for (size_t i = 0; i < ARRAY_LEN(name); i++)
		touch(dir, name[i]);

	expect_file(cwd, "a", 1, "alpha"); /* what cannot be typed is not offered */
	expect_file(cwd, "my", 1, "'my file'");
	expect_file(cwd, "it", 1, "\"it's\"");
	expect_file(cwd, "h", 1, "hello");
	expect_file(cwd, "su", 1, "sub/");
	expect_file(cwd, "wa", 1, "way/");
	expect_file(cwd, "sub/", 1, "sub/one");
	expect_file(cwd, "/sub/o", 1, "/sub/one"); /* in the root that was given */
	expect_file(cwd, ".h", 1, ".hidden");
	expect_file(cwd, "", 6, "");
	expect_file(cwd, "nowhere/x", 0, NULL);
	expect_file(cwd, "hello/x", 0, NULL);

	for (size_t i = 0; i < ARRAY_LEN(name); i++)
		assert_int_equal(unlinkat(dir, name[i], 0), 0);
	unlinkat(dir, "hello", 0);
	unlinkat(dir, "way", 0);
	unlinkat(dir, "sub", AT_REMOVEDIR);
	close(dir);
	assert_int_equal(rmdir(cwd), 0);
}

static void pastes(void **state)
{
	static const char sent[] = "one\r\n\ttwo\rthr\033[20ee\0!\302\233\342\200\256\346\261"
				   "\211\201.\r\n\n\033[201~\rrest";
	struct paste p = { 0 };
	int fd[2], got = 0;
	char rest[16], *text;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	paste_begin(&p);
	for (size_t i = 0; i < sizeof(sent) - 1 && !got; i++) {
		/* in the smallest pieces, but the last */
		size_t n = memcmp(sent + i, "~", 1) ? 1 : sizeof(sent) - 1 - i;

		assert_int_equal(write(fd[1], sent + i, n), n);
		got = paste_read(&p, fd[0]);
	}
	assert_int_equal(got, 1);
	assert_int_equal(p.lost, 1);
	text = paste_end(&p);
	assert_string_equal(text, "one\n\ttwo\nthr\033[20ee!\346\261\211.");
	assert_int_equal(p.lost, 7); /* what no screen shows */
	free(text);
	assert_int_equal(read(fd[0], rest, sizeof(rest)), 5); /* "\rrest" was left alone */

	paste_begin(&p);
	assert_int_equal(paste_read(&p, fd[0]), 0);
	close(fd[1]);
	assert_int_equal(paste_read(&p, fd[0]), -1);
	close(fd[0]);
	str_free(&p.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths), cmocka_unit_test(hints), cmocka_unit_test(common_text),
		cmocka_unit_test(lists),  cmocka_unit_test(files), cmocka_unit_test(pastes),
	};

	if (!setlocale(LC_ALL, "C.UTF-8")) {
		puts("1..0 # SKIP no C.UTF-8 locale");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
