/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TAP printer: its exact lines, that no text can forge one, and what it returns. */
#include "view/tap.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *text;
static size_t size;

static void start(struct tap *t)
{
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	tap_init(t, out);
}

static void finish(struct tap *t, int want, const char *expect)
{
	assert_int_equal(tap_end(t, NULL), want);
	fclose(t->out);
	assert_string_equal(text, expect);
	free(text);
}

static void plan_first(void **state)
{
	struct tap t;

	(void)state;
	start(&t);
	tap_plan(&t, 2);
	assert_true(tap_ok(&t, true, "%s:%d", "a.md", 3));
	tap_skip(&t, "b.md", "no strace");
	finish(&t, 0, "TAP version 13\n1..2\nok 1 - a.md:3\nok 2 - b.md # SKIP no strace\n");
}

static void plan_last_and_diagnostics(void **state)
{
	struct tap t;

	(void)state;
	start(&t);
	assert_false(tap_ok(&t, false, "x"));
	tap_diag(&t, "-a\n+b\n\nend");
	finish(&t, 1, "TAP version 13\nnot ok 1 - x\n# -a\n# +b\n#\n# end\n1..1\n");
}

static void nothing_forged(void **state)
{
	struct tap t;

	(void)state;
	start(&t);
	tap_ok(&t, false, "a # TODO\nok 2 \033[1m");
	tap_diag(&t, "a\rok 3\001p12\002\n");
	finish(&t, 1,
	       "TAP version 13\nnot ok 1 - a \\# TODO ok 2 \\033[1m\n# a\\015ok 3\\001p12\\002\n"
	       "1..1\n");
}

static void plan_broken(void **state)
{
	struct tap t;

	(void)state;
	start(&t);
	tap_plan(&t, 3);
	tap_ok(&t, true, "a");
	finish(&t, 1, "TAP version 13\n1..3\nok 1 - a\n# planned 3 tests, ran 1\n");
}

static void bail(void **state)
{
	struct tap t;

	(void)state;
	start(&t);
	tap_bail(&t, "no\nsession");
	finish(&t, 1, "TAP version 13\nBail out! no session\n");
}

static void empty(void **state)
{
	struct tap t;

	(void)state;
	start(&t);
	finish(&t, 0, "TAP version 13\n1..0\n");
}

static void full_disk(void **state)
{
	FILE *out = fopen("/dev/full", "w");
	char *cause = NULL;
	struct tap t;

	(void)state;
	if (!out)
		skip();
	tap_init(&t, out);
	tap_ok(&t, true, "a");
	assert_int_equal(tap_end(&t, &cause), -1);
	assert_non_null(strstr(cause, "No space left"));
	free(cause);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_first),     cmocka_unit_test(plan_last_and_diagnostics),
		cmocka_unit_test(nothing_forged), cmocka_unit_test(plan_broken),
		cmocka_unit_test(bail),           cmocka_unit_test(empty),
		cmocka_unit_test(full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
