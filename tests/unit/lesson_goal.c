/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goals as text: what is one, and where it is said to be none. */
#include "lesson/goal.h"
#include "lesson/lesson.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#undef fail /* cmocka's; base/mem.h's is meant */

static void good(void **state)
{
	static const char *const texts[] = {
		"1",
		" q.qnum == 2 ",
		"not not not exists(q)",
		"s[0] == 1 and s[1] + 1 < -2 or (q.cbytes >= 0x10 and 'a\\n' != data(A, read))",
		"asleep(A)",
		"asleep(*, *)",
		"asleep(A, semop, s)",
		"woken(A, semop, EIDRM) == 1",
		"killed(B, SIGKILL) and ret(main, kill) == 0",
		"any(proc, it.state == 'zombie') and count(msg) == count(sem, it.nsems == 2)",
		"exists(msg:0) and sem:3[2] == 1",
		"printed('x') + printed(*, \"y\")",
		"fifo('a b').readers == 1 and not exists(fifo(hello))",
		"undo(A, s[0]) == 1 and int(m, 4 + 4) == 0 and text(m) == 'x'",
		"A.x + A.y[1] == 0",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		char *cause = NULL;
		struct goal *g = goal_parse(texts[i], &cause);

		if (!g)
			print_error("%s: %s\n", texts[i], cause);
		assert_non_null(g);
		assert_null(cause);
		goal_free(g);
	}
}

static void bad(void **state)
{
	static const char *const cases[][2] = {
		{ "", "column 1: a value is wanted here, and the text ends" },
		{ "q.qnum = 2", "column 8: == compares" },
		{ "q.qnum == ", "column 11: a value" },
		{ "q. == 2", "column 4: a field's name" },
		{ "s[0 == 1", "column 5: a ]" },
		{ "(1 and 2", "column 9: the ( of column 1" },
		{ "1 2", "column 3: and, or" },
		{ "1 == 2 == 3", "column 8: and, or" },
		{ "and", "column 1: a value" },
		{ "sleeps(A)", "column 1: there is no sleeps()" },
		{ "1 and asleep()", "column 7: asleep() takes 1 to 3, not 0" },
		{ "holds(A)", "column 1: holds() takes 2, not 1" },
		{ "asleep(A, B)", "column 11: a call's name" },
		{ "asleep(2)", "column 8: a process's name" },
		{ "woken(A, semop, EAGAN)", "column 17: an errno's name" },
		{ "handled(A, SIGUSR3)", "column 12: a signal's name" },
		{ "count(queues)", "column 7: msg, shm" },
		{ "undo(A, s)", "column 9: a semaphore" },
		{ "printed(hello)", "column 9: a text" },
		{ "exists(*)", "column 8: * cannot" },
		{ "asleep(A, semop, s, 1)", "column 21: that is one argument too many" },
		{ "asleep(A", "column 9: a , or )" },
		{ "'abc", "column 1: this quote" },
		{ "2 == 08", "column 6: this is no number" },
		{ "1 & 2", "column 3: this means nothing" },
		{ "pid:3", "column 1: an object by its id" },
		{ "\xe4\xbd\xa0", "column 1: this means nothing" },
		{ "exists(+)", "column 8: a value is wanted here" },
		{ "asleep(A, &)", "column 11: this means nothing" },
		{ "(1) &", "column 5: this means nothing" },
		{ "s[0] &", "column 6: this means nothing" },
		{ "not &", "column 5: this means nothing" },
		{ "data(A, read) == \"a\\q\"", "column 18: \\q" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *cause = NULL;

		assert_null(goal_parse(cases[i][0], &cause));
		assert_non_null(cause);
		if (strncmp(cause, cases[i][1], strlen(cases[i][1])))
			print_error("%s: %s\n", cases[i][0], cause);
		assert_memory_equal(cause, cases[i][1], strlen(cases[i][1]));
		free(cause);
	}
}

static void several(void **state)
{
	char *cause = NULL;
	int n;
	struct goal **g = goal_parse_all("asleep(A); data(A, read) == 'a;b' ; 1", &n, &cause);

	(void)state;
	assert_non_null(g);
	assert_int_equal(n, 3);
	while (n)
		goal_free(g[--n]);
	free(g);
	assert_null(goal_parse_all("1; 2; asleep(A, P2)", &n, &cause));
	assert_int_equal(n, 0);
	assert_string_equal(cause,
			    "column 17: a call's name is wanted: msgrcv, semop, command ...");
	free(cause);
}

/* Nothing that an author writes overruns a stack. */
static void deep(void **state)
{
	struct str text = STR_INIT;
	char *cause = NULL;
	struct goal *g;

	(void)state;
	str_fill(&text, '(', 2000);
	assert_null(goal_parse(str_text(&text), &cause));
	assert_non_null(strstr(cause, "nested too deep"));
	str_fill(&text, '(', 4000);
	assert_null(goal_parse(str_text(&text), &cause));
	assert_string_equal(cause, "a goal has 4096 bytes at most");
	free(cause);
	str_reset(&text);
	str_addc(&text, '1');
	while (text.len < 4090)
		str_add(&text, "+1");
	g = goal_parse(str_text(&text), NULL);
	assert_non_null(g);
	goal_free(g);
	str_reset(&text);
	str_addc(&text, 'a');
	while (text.len < 4090)
		str_add(&text, ".a");
	assert_null(goal_parse(str_text(&text), NULL));
	str_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(bad),
		cmocka_unit_test(several),
		cmocka_unit_test(deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
