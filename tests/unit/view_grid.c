/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables of more than 256 rows are drawn by hand, others by libsmartcols: no line may differ.  And what
 * only a terminal too narrow for a table gets.
 */
#include "view/grid.h"

#include "base/grid.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NAME, NUMBER, WORDS, COLUMNS };

static const struct grid_column tree[COLUMNS] = {
	[NAME] = { "name", GRID_TREE },
	[NUMBER] = { "number", GRID_RIGHT },
	[WORDS] = { "words", GRID_WRAP },
};

/* n families of four rows: the first has two children and a grandchild. */
static struct grid *families(int n)
{
	struct grid *g = grid_new("families", tree, COLUMNS);

	for (int i = 0; i < n; i++) {
		int top = grid_row(g, -1), child = grid_row(g, top), last;

		grid_set(g, top, NAME, "top");
		grid_setf(g, top, NUMBER, "%d", i % 10);
		grid_set(g, top, WORDS,
			 "a sentence that is broken between words where the terminal is narrow");
		grid_set(g, child, NAME, "child");
		grid_set(g, child, WORDS,
			 i % 2 ? "short"
			       : "a child that has a child, in a sentence of more than one line");
		last = grid_row(g, child);
		grid_set(g, last, NAME, "grandchild");
		grid_set(g, last, NUMBER, "1234");
		grid_set(
			g, last, WORDS,
			"消息 队列 and a \033[31m control sequence\t, escaped, e\314\201 too long for one line");
		last = grid_row(g, top);
		grid_set(g, last, NAME, "消息");
		grid_set(
			g, last, WORDS,
			"the last child's text is long enough to go on below it, where no branch passes");
	}
	return g;
}

static void same_lines(int width)
{
	struct grid *few = families(60), *many = families(70);
	struct str by_library = STR_INIT, by_hand = STR_INIT;

	grid_text(&by_library, few, width, false);
	grid_text(&by_hand, many, width, false);
	by_hand.s[by_library.len] = '\0';
	assert_string_equal(by_hand.s, str_text(&by_library));
	str_free(&by_library);
	str_free(&by_hand);
	grid_free(few);
	grid_free(many);
}

static void wide(void **state)
{
	(void)state;
	same_lines(0);
	same_lines(200);
}

static void broken(void **state)
{
	(void)state;
	same_lines(100);
	same_lines(80);
	same_lines(60);
}

/* A row whose parent is not the one right above: only the library puts it in its place. */
static void out_of_order(void **state)
{
	struct grid *g = grid_new("mixed", tree, COLUMNS);
	struct str text = STR_INIT;
	int one = grid_row(g, -1), two = grid_row(g, -1), child;

	(void)state;
	grid_set(g, one, NAME, "one");
	grid_set(g, two, NAME, "two");
	for (int i = 0; i < 300; i++) {
		child = grid_row(g, one);
		grid_setf(g, child, NAME, "child %d", i);
	}
	grid_text(&text, g, 0, false);
	assert_non_null(strstr(str_text(&text), "├─child 0\n├─child 1\n"));
	assert_non_null(strstr(str_text(&text), "└─child 299\ntwo\n"));
	str_free(&text);
	grid_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wide),
		cmocka_unit_test(broken),
		cmocka_unit_test(out_of_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
