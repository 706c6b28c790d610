/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prose as terminal text: its exact lines, no line too wide, nothing raw, no input too deep. */
#include "lesson/render.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct str out;

static const char *rendered(const char *text, int width, bool colour)
{
	str_reset(&out);
	render_markdown(&out, text, strlen(text), width, colour);
	return str_text(&out);
}

#define SAME(text, width, expect) assert_string_equal(rendered(text, width, false), expect)

static void paragraphs(void **state)
{
	(void)state;
	SAME("", 20, "");
	SAME("a\nb\n\nc\n", 20, "a b\n\nc\n");
	SAME("a  \nb\\\nc", 20, "a\nb\nc\n");
	SAME("one two three", 9, "one two\nthree\n");
	SAME("one two three", 0, "one two three\n");
	SAME("one two three", -5, "one two three\n");
	SAME("12345678 90", 8, "12345678\n90\n");
	SAME("1234567890", 8, "12345678\n90\n");
	SAME("# A *b*\n## c", 20, "A *b*\n-----\n\nc\n-\n");
	SAME("***", 20, "--------------------\n");
}

static void inlines(void **state)
{
	(void)state;
	SAME("**a** *b* `c|d` &amp; <b>e</b><br>f", 40, "**a** *b* `c|d` & e\nf\n");
	SAME("[a](http://b) <http://c> [d](#e) ![f](g)", 60, "a (http://b) http://c d [f]\n");
	assert_string_equal(rendered("**a** *b* `c`\n\n# d", 40, true),
			    "\033[1ma\033[22m \033[3mb\033[23m \033[36mc\033[39m\n\n"
			    "\033[1md\033[22m\n");
	assert_string_equal(rendered("**12345678 9**", 8, true), "\033[1m12345678\n9\033[22m\n");
}

static void wide_characters(void **state)
{
	(void)state;
	SAME("信号量\n是一个 counter\n吗", 40, "信号量是一个 counter 吗\n");
	SAME("信号量是一个", 8, "信号量是\n一个\n");
	SAME("信号量是一个", 9, "信号量是\n一个\n");
	SAME("信号量是，一", 8, "信号量\n是，一\n"); /* no line begins with a comma */
	SAME("信号量（一）", 8, "信号量\n（一）\n"); /* nor ends with a bracket */
	SAME("**信号**\n**量**", 40, "**信号** **量**\n");
	assert_string_equal(rendered("**信号**\n**量**", 40, true),
			    "\033[1m信号\033[22m\033[1m量\033[22m\n");
	assert_int_equal(render_columns("信a", 4), 3);
	assert_int_equal(render_columns("\033[1m信\033[22m", 12), 2);
	assert_int_equal(render_columns("\xff\xe4\xb8", 3), 3);
	assert_int_equal(render_columns("e\xcc\x81", 3), setlocale(LC_CTYPE, NULL)[1] ? 1 : 2);
}

static void lists(void **state)
{
	(void)state;
	SAME("- a\n- b\n  - c\n  - d\n- e", 40, "- a\n- b\n  - c\n  - d\n- e\n");
	SAME("9. a\n9. b", 40, "9. a\n10. b\n");
	SAME("1) a\n\n2) b", 40, "1) a\n\n2) b\n");
	SAME("- aaa bbb ccc", 10, "- aaa bbb\n  ccc\n");
	SAME("- - a\n-\n- b", 40, "- - a\n-\n- b\n");
	SAME("x\n- a\n\ny", 40, "x\n\n- a\n\ny\n");
	SAME("> a\n> - b\n>   > c\n\nd", 40, "| a\n|\n| - b\n|   | c\n\nd\n");
	SAME("> a\n> >\n\n- >\n\nb", 40, "| a\n|\n| |\n\n- |\n\nb\n");
	SAME("- a\n\n      code\n", 40, "- a\n\n      code\n");
}

static void code(void **state)
{
	(void)state;
	SAME("```\na\tb\n  long line that is not wrapped\n\n\001p3\002\033[1m\n```\nx", 10,
	     "    a       b\n      long line that is not wrapped\n\n"
	     "    \\001p3\\002\\033[1m\n\nx\n");
	SAME("```\n```\nx", 10, "x\n");
	SAME("```\n中\tb\n```", 0, "    中      b\n");
}

static void tables(void **state)
{
	(void)state;
	SAME("| a | b |\n|:--|---|\n| `x|y` | 信号 |\n| 1 |\n", 40,
	     "a      b\n-----  ----\n`x|y`  信号\n1\n");
	SAME("a|b\n-|-\n", 40, "a  b\n-  -\n");
	SAME("| aaaa | bbbb |\n|--|--|\n| cccc dd | eeee |", 12,
	     "aaaa | bbbb\ncccc dd |\n    eeee\n");
	SAME("a | b\nc", 40, "a | b c\n"); /* no ruler, no table */
	SAME("> a|b\n> -|-\n> c|d", 40, "| a  b\n| -  -\n| c  d\n");
}

static void html(void **state)
{
	(void)state;
	SAME("a\n\n<details><summary>s</summary>\n\nhidden\n\n</details>\n\nb", 40, "a\n\nb\n");
	SAME("<!-- x -->\n\n<p>text\nmore</p>\n", 40, "text more\n");
	SAME("<p \n", 40, "");
	SAME("</details>\n\nx", 40, "x\n");
}

static void nothing_raw(void **state)
{
	(void)state;
	SAME("a\033[31mb &#27; &#9;\302\233", 60, "a\\033[31mb \\033  \\302\\233\n");
	SAME("[a](<\033x>)", 60, "a (\\033x)\n");
	SAME("\001p3\002 \v \034", 60, "\\001p3\\002 \\013 \\034\n");
	SAME("\xff", 60, "\xef\xbf\xbd\n");
}

/* Every line of a text that may be wrapped fits, whatever the width. */
static void no_line_too_wide(void **state)
{
	static const char text[] =
		"# 进程间通信 and everything\n\nA paragraph, with *emphasis*, `code of several "
		"words` and 中文字符混排，（括号）。 Averyveryverylongwordwithoutanyblank.\n\n"
		"- item with text\n  1. nested item with 中文，以及 more words\n\n> quoted words "
		"and words\n\n| a | b |\n|---|---|\n| some longer cell | 中文单元格 |\n";

	(void)state;
	for (int width = 20; width < 100; width++) {
		for (int colour = 0; colour < 2; colour++) {
			const char *s = rendered(text, width, colour);

			while (*s) {
				size_t n = strcspn(s, "\n");

				assert_in_range(render_columns(s, n), 0, (unsigned)width);
				assert_true(!n || s[n - 1] != ' ');
				s += n + 1;
			}
		}
	}
}

static void repeat_to(const char *unit, size_t max)
{
	size_t n = strlen(unit), times = max / n;
	char *s = xmalloc(n * times);

	for (size_t i = 0; i < times; i++)
		memcpy(s + i * n, unit, n);
	str_reset(&out);
	render_markdown(&out, s, n * times, 60, true);
	assert_true(out.len < 64 * max + 1000);
	free(s);
}

static void hostile(void **state)
{
	static const char *const units[] = {
		">",  "- ", "[",      "*a ", "`",     "|",    "x\n",  "> a\n",         "1. a\n",
		"中", "<",  "<!--\n", "a\t", "\ta\t", "&#9;", "***a", "<details>\n\n", "a|b\n-|-\n"
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		repeat_to(units[i], 200000);
	repeat_to("\xff", 1000);
}

static int in_c_locale(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C");
	return 0;
}

static int in_utf8_locale(void **state)
{
	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "");
	return 0;
}

static int done(void **state)
{
	(void)state;
	str_free(&out);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paragraphs),
		cmocka_unit_test(inlines),
		cmocka_unit_test_setup(wide_characters, in_c_locale),
		cmocka_unit_test_setup(wide_characters, in_utf8_locale),
		cmocka_unit_test(lists),
		cmocka_unit_test(code),
		cmocka_unit_test(tables),
		cmocka_unit_test(html),
		cmocka_unit_test(nothing_raw),
		cmocka_unit_test(no_line_too_wide),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
