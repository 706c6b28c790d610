/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expressions, against an environment of a few names.  Each text is a heap copy of its exact size.
 */
#include "call/expr.h"

#include "base/str.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#undef fail /* cmocka's; base/mem.h's is meant */

static const struct known {
	const char *name;
	long value;
} constants[] = { { "IPC_CREAT", 01000 }, { "IPC_EXCL", 02000 }, { "msg", 9 }, { NULL, 0 } },
  names[] = { { "x", 7 },          { "_y2", 8 },        { "A.r", 3 },        { "key", 0x41 },
	      { "big", LONG_MAX }, { "low", LONG_MIN }, { "IPC_CREAT", -5 }, { NULL, 0 } };

static int find(const struct known *k, const char *name, size_t len, long *out)
{
	for (; k->name; k++)
		if (strlen(k->name) == len && memcmp(k->name, name, len) == 0) {
			*out = k->value;
			return 1;
		}
	return 0;
}

static int constant(void *ctx, const char *name, size_t len, long *out)
{
	(void)ctx;
	return find(constants, name, len, out);
}

static int lookup(void *ctx, const char *name, size_t len, long *out, char **cause)
{
	(void)ctx;
	if (len == 3 && memcmp(name, "B.z", 3) == 0)
		return fail(cause, "B has no z");
	return find(names, name, len, out);
}

/* s[i] is 100 + i, A.s[i] is 200 + i. */
static int element(void *ctx, const char *name, size_t len, long index, long *out, char **cause)
{
	(void)ctx;
	if (index > 1000)
		return fail(cause, "no element %ld", index);
	*out = index + (len == 1 ? 100 : 200);
	return (len == 1 && *name == 's') || (len == 3 && memcmp(name, "A.s", 3) == 0);
}

static int object(void *ctx, const char *kind, long id, long *out, char **cause)
{
	(void)ctx;
	if (id == 99)
		return fail(cause, "there is no %s:99", kind);
	*out = id + 1000 * kind[0];
	return 1;
}

static const char *suggest(void *ctx, const char *name, size_t len)
{
	(void)ctx;
	return len == 3 && memcmp(name, "kye", 3) == 0 ? "key" : NULL;
}

static const struct expr_env env = { .column = 4,
				     .constant = constant,
				     .lookup = lookup,
				     .element = element,
				     .object = object,
				     .suggest = suggest };

static char *eval(const char *s, size_t len)
{
	char *copy = xmalloc(len), *cause = NULL, *r;
	long out = -77;

	memcpy(copy, s, len);
	if (expr_eval(copy, len, &env, &out, &cause)) {
		assert_int_equal(out, -77);
		assert_non_null(cause);
		r = xasprintf("!%s", cause);
	} else {
		assert_null(cause);
		r = xasprintf("%ld", out);
	}
	free(copy);
	free(cause);
	return r;
}

static void gives(const char *s, const char *want)
{
	char *got = eval(s, strlen(s));

	assert_string_equal(got, want);
	free(got);
}

static void test_numbers(void **state)
{
	(void)state;
	gives("0", "0");
	gives("1", "1");
	gives("123456789012345678", "123456789012345678");
	gives("9223372036854775807", "9223372036854775807");
	gives("-9223372036854775808", "-9223372036854775808");
	gives("0x7fffffffffffffff", "9223372036854775807");
	gives("0600", "384");
	gives("00", "0");
	gives("-1", "-1");
	gives("0x1f", "31");
	gives("'a'", "97");
	gives("'\\n'", "10");
	gives("'\\''", "39");
	gives("'\\0'", "0");
	gives("'\\xff'", "255");
	gives("-'a'", "-97");
}

static void test_sums(void **state)
{
	(void)state;
	gives("0600|IPC_CREAT|IPC_EXCL", "1920");
	gives("x+1", "8");
	gives("x-10+1", "-2");
	gives("-x+1", "-6");
	gives("1|2+4", "7");
	gives("4+1|1", "5");
	gives("1|2+1", "3");    /* not 4 */
	gives("8|1-1|4", "12"); /* not 4 */
	gives("1+-2", "-1");
	gives("1|-1", "-1");
	gives("+1", "1");
	gives("2*+x", "14");
	gives(" 1 +\t2 ", "3");
	gives("big-1", "9223372036854775806");
	gives("low+1", "-9223372036854775807");
}

static void test_products(void **state)
{
	(void)state;
	gives("2*3", "6");
	gives("1+2*3", "7");
	gives("(1+2)*3", "9");
	gives("2*3+1", "7");
	gives("20/3*3", "18");
	gives("20%7/2", "3");
	gives("1|6/2", "3");
	gives("-7/2", "-3"); /* towards zero, as in C */
	gives("-7%3", "-1");
	gives("7%-3", "1");
	gives("x*-1", "-7");
	gives("-x*2", "-14");
	gives("-(x+1)", "-8");
	gives("- 3", "-3");
	gives("(x)", "7");
	gives("((x + 1) % (2 * 3))", "2");
	gives("s[(x+1)%5]*2", "206");
	gives("x * ( _y2 - 5 )", "21");
	gives("0x10*010", "128");
	gives("'a'%10", "7");
	gives("msg:3*2", "218006");
	gives("-9223372036854775808/1", "-9223372036854775808");
}

static void test_names(void **state)
{
	(void)state;
	gives("_y2", "8");
	gives("$key", "65");
	gives("A.r", "3");
	gives("$A.r+1", "4");
	gives("IPC_CREAT", "512"); /* a constant before a name */
	gives("$IPC_CREAT", "-5"); /* never a constant after a $ */
	gives("s[1]", "101");
	gives("s[x-6]+1", "102");
	gives("$A.s[s[0]]", "300");
	gives("s [ 1 ]", "101");
	gives("msg:3", "109003");
	gives("sem:0x10|0", "115016");
	gives("shm:0", "115000");
	gives("msg", "9");
}

static void test_mistakes(void **state)
{
	(void)state;
	gives("", "!column 5: a number or a name is wanted, but the word ends here");
	gives("1+", "!column 7: a number or a name is wanted, but the word ends here");
	gives("--1", "!-1 (column 6): a number or a name is wanted");
	gives("foo", "!foo (column 5): no such name or constant; x = ... binds a name");
	gives("1|kye", "!kye (column 7): no such name; did you mean key?");
	gives("B.z", "!B has no z");
	gives("t[1]", "!t (column 5): no such name or constant; x = ... binds a name");
	gives("s[2000]", "!no element 2000");
	gives("s[1", "!column 8: a ] is missing, but the word ends here");
	gives("s[1 2]", "!2 (column 9): a ] is missing");
	gives("s[]", "!] (column 7): a number or a name is wanted");
	gives("1 2",
	      "!2 (column 7): not understood here; numbers and names are joined by * / % + - |");
	gives("x&2", "!&2 (column 6): not understood here; numbers and names are joined by "
		     "* / % + - |");
	gives("x*", "!column 7: a number or a name is wanted, but the word ends here");
	gives("*x", "!* (column 5): a number or a name is wanted");
	gives("x**2", "!* (column 7): a number or a name is wanted");
	gives("x//2", "!/ (column 7): a number or a name is wanted");
	gives("(1", "!column 7: a ) is missing, but the word ends here");
	gives("1)", "!) (column 6): not understood here; numbers and names are joined by "
		    "* / % + - |");
	gives("()", "!) (column 6): a number or a name is wanted");
	gives("(1]", "!] (column 7): a ) is missing");
	gives("x(1)", "!( (column 6): not understood here; numbers and names are joined by "
		      "* / % + - |");
	gives("$", "!$ (column 5): a name is wanted after the $");
	gives("A.", "!. (column 6): a name is wanted after the dot, as in A.x");
	gives("A..x", "!..x (column 6): a name is wanted after the dot, as in A.x");
	gives("msg:", "!column 9: an id is wanted after the colon, as in msg:3, but the word ends "
		      "here");
	gives("msg:q", "!q (column 9): an id is wanted after the colon, as in msg:3");
	gives("msg:99", "!there is no msg:99");
	gives("pipe:3", "!pipe (column 5): no such name or constant; x = ... binds a name");
	gives("''", "!'' (column 5): a character is one byte or one C escape: 'a', '\\n'");
	gives("'ab'", "!'ab' (column 5): a character is one byte or one C escape: 'a', '\\n'");
	gives("'", "!' (column 5): a character is one byte or one C escape: 'a', '\\n'");
	gives("'\\", "!'\\ (column 5): a character is one byte or one C escape: 'a', '\\n'");
	gives("\"a\"", "!\"a\" (column 5): a number or a name is wanted");
	gives("1\033[2J",
	      "!\\033 (column 6): not understood here; numbers and names are joined by * / % + - |");
}

static void test_range(void **state)
{
	(void)state;
	gives("9223372036854775808", "!9223372036854775808 (column 5): a number out of range");
	gives("-9223372036854775809", "!9223372036854775809 (column 6): a number out of range");
	gives("99999999999999999999999",
	      "!99999999999999999999999 (column 5): a number out of range");
	gives("0xffffffffffffffff", "!0xffffffffffffffff (column 5): a number out of range");
	gives("1+9223372036854775807", "!+9223372036854775807 (column 6): a number out of range");
	gives("big+x", "!+x (column 8): a number out of range");
	gives("low-1", "!-1 (column 8): a number out of range");
	gives("-low", "!low (column 6): a number out of range");
	gives("big*2", "!*2 (column 8): a number out of range");
	gives("low*-1", "!*-1 (column 8): a number out of range");
	gives("low/-1", "!/-1 (column 8): a number out of range");
	gives("low%-1", "!%-1 (column 8): a number out of range");
	gives("-(low)", "!(low) (column 6): a number out of range");
	gives("1/0", "!/0 (column 6): a division by zero");
	gives("5+x%(x-7)*2", "!%(x-7) (column 8): a division by zero");
	gives("0/0", "!/0 (column 6): a division by zero");
	gives("08",
	      "!08 (column 5): no number, or one out of range: decimal, 0x hex, or octal after "
	      "a 0");
	gives("1K",
	      "!1K (column 5): no number, or one out of range: decimal, 0x hex, or octal after "
	      "a 0");
}

/* an address or a size goes to the end of 64 bits */
static void test_wide(void **state)
{
	static const struct expr_env wide = { .wide = true };
	long out = 0;

	(void)state;
	assert_int_equal(expr_eval("0xffffffffffffffff", 18, &wide, &out, NULL), 0);
	assert_int_equal(out, -1);
	assert_int_equal(expr_eval("9223372036854775808", 19, &wide, &out, NULL), 0);
	assert_int_equal(out, LONG_MIN);
	assert_int_equal(expr_eval("0xfffffffffffff000+4095", 23, &wide, &out, NULL), 0);
	assert_int_equal(out, -1);
	assert_int_equal(expr_eval("18446744073709551616", 20, &wide, &out, NULL), -1);
	assert_int_equal(expr_eval("-9223372036854775809", 20, &wide, &out, NULL), -1);
}

static void test_no_callbacks(void **state)
{
	static const struct expr_env none;
	static const char *const texts[] = { "x", "$x", "A.x", "s[1]", "msg:1" };
	char *cause = NULL;
	long out;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(expr_eval(texts[i], strlen(texts[i]), &none, &out, &cause), -1);
		assert_non_null(strstr(cause, "no such name"));
	}
	free(cause);
	assert_int_equal(expr_eval("x", 1, &none, &out, NULL), -1);
}

static void test_hostile(void **state)
{
	static const char *const units[] = { "s[", "[", "-",    "$",    "1",   "1|", "a",
					     "A.", "'", "msg:", "\377", "0x",  "1+", "]",
					     " ",  "(", "1*",   "(1)*", "1%(", ")",  "1/" };
	char nul[] = "1\0|2";
	char *got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		struct str b = STR_INIT;

		while (b.len < 1 << 20)
			str_add(&b, units[i]);
		got = eval(b.s, b.len);
		assert_true(strlen(got) < 300);
		free(got);
		str_free(&b);
	}
	got = eval(nul, 4);
	assert_string_equal(
		got,
		"!\\000 (column 6): not understood here; numbers and names are joined by * / % + - |");
	free(got);
	gives("s[s[s[s[s[s[s[s[s[s[s[s[s[s[s[s[0]]]]]]]]]]]]]]]]", "!no element 1100");
	gives("s[s[s[s[s[s[s[s[s[s[s[s[s[s[s[s[s[0]]]]]]]]]]]]]]]]]",
	      "![ (column 38): brackets are nested too deeply");
	gives("((((((((((((((((1))))))))))))))))", "1");
	gives("(((((((((((((((((1)))))))))))))))))",
	      "!( (column 21): brackets are nested too deeply");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),  cmocka_unit_test(test_sums),
		cmocka_unit_test(test_products), cmocka_unit_test(test_wide),
		cmocka_unit_test(test_names),    cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_range),    cmocka_unit_test(test_no_callbacks),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
