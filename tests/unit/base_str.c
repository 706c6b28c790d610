/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Growable text: quoting as strace does, cleaning for a terminal, marks.
 */
#include "base/grid.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef fail

#include <stdlib.h>
#include <string.h>

static void quoted(const char *bytes, size_t n, size_t max, const char *want)
{
	struct str s = STR_INIT;

	str_quote(&s, bytes, n, max);
	assert_string_equal(str_text(&s), want);
	str_free(&s);
}

static void quotes_as_strace_does(void **state)
{
	(void)state;
	quoted("a\"b\\c", 5, 0, "\"a\\\"b\\\\c\"");
	quoted("\t\n\v\f\r", 5, 0, "\"\\t\\n\\v\\f\\r\"");
	/* the shortest octal, unless a digit follows */
	quoted("\0x", 2, 0, "\"\\0x\"");
	quoted("\0"
	       "1",
	       2, 0, "\"\\0001\"");
	quoted("\033[2J\377", 5, 0, "\"\\33[2J\\377\"");
	quoted("hello", 5, 3, "\"hel\"...");
	quoted("", 0, 3, "\"\"");
}

static void cleaned(const char *text, const char *want)
{
	struct str s = STR_INIT;

	str_clean(&s, text, strlen(text));
	assert_string_equal(str_text(&s), want);
	str_free(&s);
}

static void lets_no_control_sequence_through(void **state)
{
	(void)state;
	cleaned("plain \t\n", "plain \t\n");
	cleaned("\033]0;x\007", "\\033]0;x\\007");
	cleaned("\177\x9b"
		"2J",
		"\\177\\2332J");
	cleaned("\xc2\x9b"
		"2J",
		"\\302\\2332J"); /* C1 in UTF-8 */
	cleaned("中文 é", "中文 é");
	cleaned("\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80",
		"\\300\\257 \\355\\240\\200 \\364\\220\\200\\200");
	cleaned("\xe2\x80\xae"
		"abc",
		"\\342\\200\\256abc");         /* right-to-left override */
	cleaned("\001q3\002", "\\001q3\\002"); /* our own marks */
	/* no width, or another direction: ZWSP, ALM, BOM, a tag; but a combining accent stays */
	cleaned("a\u200bb", "a\\342\\200\\213b");
	cleaned("\u061c\ufeff", "\\330\\234\\357\\273\\277");
	cleaned("\U000e0041", "\\363\\240\\201\\201");
	cleaned("e\u0301", "e\u0301");
	assert_int_equal(str_shown("e\u0301\u200b", 6), 3);
	assert_int_equal(str_shown("a\tb", 3), 1);
	assert_int_equal(str_shown("\xe6\xb1", 2), 0);
}

static void marks_come_off(void **state)
{
	struct str s = STR_INIT, plain = STR_INIT;

	(void)state;
	str_add(&s, "msgget = ");
	str_mark_num(&s, 'q', -12);
	str_add(&s, " at ");
	str_mark(&s, 'a', "0x7f");
	assert_int_equal(s.s[9], MARK_OPEN);
	str_unmark(&plain, s.s, s.len);
	assert_string_equal(plain.s, "msgget = -12 at 0x7f");
	str_reset(&plain);
	str_unmark(&plain, "\001", 1); /* cut in the middle of one */
	assert_int_equal(plain.len, 0);
	str_free(&s);
	str_free(&plain);
}

static void slips_are_near(void **state)
{
	(void)state;
	assert_int_equal(str_distance("msgsnd", 6, "msgsnd"), 0);
	assert_int_equal(str_distance("msgsd", 5, "msgsnd"), 1);
	assert_int_equal(str_distance("msgnsd", 6, "msgsnd"), 1);
	assert_int_equal(str_distance("", 0, "abc"), 3);
	assert_int_equal(str_distance("a", 1, "abcdefghijklmnopqrstuvwxyz0123456789"), 99);
}

static void grows(void **state)
{
	struct str s = STR_INIT;
	char *taken;

	(void)state;
	assert_string_equal(str_text(&s), "");
	for (int i = 0; i < 1000; i++)
		str_addf(&s, "%d,", i);
	assert_int_equal(s.len, 3890);
	str_trim(&s, 4);
	assert_string_equal(s.s, "0,1,");
	str_num(&s, INT64_MIN);
	assert_string_equal(s.s, "0,1,-9223372036854775808");
	str_addf(&s, "%0300d", 7);
	assert_int_equal(s.len, 24 + 300);
	taken = str_take(&s);
	assert_string_equal(str_text(&s), "");
	free(taken);
}

static void causes_replace_each_other(void **state)
{
	char *cause = NULL;

	(void)state;
	assert_int_equal(fail(&cause, "%d apples", 3), -1);
	assert_int_equal(fail(&cause, "%s", "pears"), -1);
	assert_string_equal(cause, "pears");
	assert_int_equal(fail(NULL, "nobody asks"), -1);
	free(cause);
}

static void tables_keep_their_cells(void **state)
{
	static const struct grid_column columns[] = { { "name", 0 }, { "id", GRID_RIGHT } };
	struct grid *g = grid_new("things", columns, 2);
	int row = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		row = grid_row(g, i ? 0 : -1);
	grid_set(g, row, 0, "a");
	grid_setf(g, row, 1, "%d", 7);
	grid_set(g, row, 0, "b");
	grid_note(g, "%s", "not all");
	assert_int_equal(g->nrows, 100);
	assert_string_equal(g->row[99].cell[0], "b");
	assert_string_equal(g->row[99].cell[1], "7");
	assert_null(g->row[98].cell[0]);
	assert_int_equal(g->row[99].parent, 0);
	grid_free(g);
	grid_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_as_strace_does),
		cmocka_unit_test(lets_no_control_sequence_through),
		cmocka_unit_test(marks_come_off),
		cmocka_unit_test(slips_are_near),
		cmocka_unit_test(grows),
		cmocka_unit_test(causes_replace_each_other),
		cmocka_unit_test(tables_keep_their_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
