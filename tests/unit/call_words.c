/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Raw words and literals of a primitive's line, hostile lines among them.  Every line is split from
 * a heap copy of its exact size, so that the sanitizers see a byte read too far.
 */
#include "call/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#undef fail /* cmocka's; base/mem.h's is meant */

/* Splits line and joins its words by '~', to be compared at a glance; or gives the cause. */
static char *split(const char *line)
{
	struct words ws;
	struct str b = STR_INIT;
	char *copy = xstrdup(line), *cause = NULL;

	words_init(&ws);
	if (words_split(copy, copy, &ws, &cause)) {
		str_addf(&b, "!%s", cause);
	} else {
		for (int i = 0; i < ws.n; i++) {
			assert_ptr_equal(ws.w[i].at, copy + ws.w[i].column);
			str_addf(&b, "%s%.*s", i ? "~" : "", (int)ws.w[i].len, ws.w[i].at);
		}
		assert_null(cause);
	}
	words_release(&ws);
	free(copy);
	free(cause);
	return str_take(&b);
}

static void splits(const char *line, const char *want)
{
	char *got = split(line);

	assert_string_equal(got, want);
	free(got);
}

static void test_words(void **state)
{
	(void)state;
	splits("", "");
	splits(" \t ", "");
	splits("getpid", "getpid");
	splits("msgsnd q 1 \"hello world\"*3 IPC_NOWAIT",
	       "msgsnd~q~1~\"hello world\"*3~IPC_NOWAIT");
	splits("semop s {0,-1,SEM_UNDO} {1, 1}", "semop~s~{0,-1,SEM_UNDO}~{1, 1}");
	splits("sigprocmask SIG_BLOCK {SIGUSR1, SIGUSR2}\r",
	       "sigprocmask~SIG_BLOCK~{SIGUSR1, SIGUSR2}");
	splits("key = ftok hello 'a'", "key~=~ftok~hello~'a'");
	splits("msgrcv q size=4", "msgrcv~q~size=4");
	splits("poke a \"x\"*65536", "poke~a~\"x\"*65536");
	splits("f { \"}\" , '{', {a b} }*2 x", "f~{ \"}\" , '{', {a b} }*2~x");
	splits("f \"a\\\"b\\\\\" c", "f~\"a\\\"b\\\\\"~c");
	splits("ftok h '\\'' x", "ftok~h~'\\''~x");
	splits("f '\\' x", "f~'\\'~x");
	splits("f text=\"a b\"'c d'{e f}g", "f~text=\"a b\"'c d'{e f}g");
}

/* strace's own sets, [USR1 USR2], are one word where an argument may stand, and only there */
static void test_lists(void **state)
{
	(void)state;
	splits("s [USR1 USR2] x", "s~[USR1 USR2]~x");
	splits("s ~[USR1 RT_2] mask=[INT TERM] m=~[A B]",
	       "s~~[USR1 RT_2]~mask=[INT TERM]~m=~[A B]");
	splits("[ -e x ]", "[~-e~x~]");
	splits("P s[1] 2 ]", "P~s[1]~2~]");
	splits("P s[ 1]", "P~s[~1]");
	splits("s [USR1 USR2", "s~[USR1~USR2");
}

/* blanks may stand in an expression's ( ), and a ( that is never closed is a letter */
static void test_parens(void **state)
{
	(void)state;
	splits("poke a+4*(i + 1) int 7", "poke~a+4*(i + 1)~int~7");
	splits("x = (y + 1) % 2", "x~=~(y + 1)~%~2");
	splits("P s[(i + 1)%2] 1", "P~s[(i + 1)%2]~1");
	splits("f -( x ) n=( 1|( 2 ) ) \"x\"*(a + 1)", "f~-( x )~n=( 1|( 2 ) )~\"x\"*(a + 1)");
	splits("f ((a b) (c d)) (e f", "f~((a b) (c d))~(e~f");
	splits("f (')' \")\" ) x", "f~(')' \")\" )~x");
	splits("f(a b) c", "f(a~b)~c");
	splits("f g(a b) :) c", "f~g(a~b)~:)~c");
	splits("f {(a b}", "f~{(a b}");
	splits("f ( \"", "!the \" at column 5 is never closed: a \" is missing");
}

static void test_comments(void **state)
{
	(void)state;
	splits("# all", "");
	splits("P s # one", "P~s");
	splits("P s // one 'open", "P~s");
	splits("P s#1 a//b", "P~s#1~a//b");
	splits("f \"# x\" {# // y} 'z // '", "f~\"# x\"~{# // y}~'z // '");
}

static void test_unbalanced(void **state)
{
	(void)state;
	splits("f \"abc", "!the \" at column 3 is never closed: a \" is missing");
	splits("f 'abc", "!the ' at column 3 is never closed: a ' is missing");
	splits("f {1,{2}", "!the { at column 3 is never closed: a } is missing");
	splits("f {1,'2}", "!the ' at column 6 is never closed: a ' is missing");
	splits("f 1} 2", "!the } at column 4 has no { before it");
	splits("f \"abc\\", "!the \" at column 3 is never closed: a \" is missing");
	splits("f \"abc\\\"", "!the \" at column 3 is never closed: a \" is missing");
	splits("\"", "!the \" at column 1 is never closed: a \" is missing");
}

/* A line of n times unit. */
static char *many(const char *unit, size_t n)
{
	struct str b = STR_INIT;

	while (n--)
		str_add(&b, unit);
	return str_take(&b);
}

static void test_hostile(void **state)
{
	static const char *const units[] = { "{",   "}",     "\"",     "'",    "\\",
					     "{\"", "'\\''", "\"\" ",  "\377", "a ",
					     "*9",  "{}",    "\001\n", "[",    "\"\"*",
					     "(",   "( ",    "(( ) ",  "($",   "${" };
	struct words ws;
	char *cause = NULL;

	(void)state;
	words_init(&ws);
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		char *line = many(units[i], (1 << 20) / strlen(units[i]));

		if (words_split(line, line, &ws, &cause))
			assert_non_null(cause);
		assert_true(!cause || strlen(cause) < 200);
		free(line);
	}
	/* the same struct, many words and then few */
	free(cause);
	cause = NULL;
	for (int n = 1; n < 300; n += 7) {
		char *line = many("ab ", (size_t)n);

		assert_int_equal(words_split(line, line, &ws, &cause), 0);
		assert_int_equal(ws.n, n);
		assert_int_equal(ws.w[n - 1].column, 3 * (n - 1));
		words_skip(&ws, 1);
		assert_int_equal(ws.n, n - 1);
		words_skip(&ws, 1000);
		assert_int_equal(ws.n, 0);
		free(line);
	}
	words_release(&ws);
}

static const struct text_env *env; /* whom decodes() asks */

/* Decodes one word: BYTES (as strace quotes them), "*" and the repeat; or the cause. */
static void decodes(const char *text, const char *want)
{
	struct str bytes = STR_INIT, got = STR_INIT;
	size_t len = strlen(text);
	char *copy = xmalloc(len), *cause = NULL;
	struct word w = { copy, len, 4 };
	long repeat = -7;

	memcpy(copy, text, len);
	str_add(&bytes, "kept");
	if (words_text(&w, env, &bytes, &repeat, &cause)) {
		str_addf(&got, "!%s", cause);
		assert_string_equal(bytes.s, "kept");
	} else {
		assert_memory_equal(bytes.s, "kept", 4);
		str_quote(&got, bytes.s + 4, bytes.len - 4, 0);
		str_addf(&got, "*%ld", repeat);
	}
	assert_string_equal(got.s, want);
	str_free(&bytes);
	str_free(&got);
	free(copy);
	free(cause);
}

static void test_text(void **state)
{
	(void)state;
	decodes("\"hello world\"", "\"hello world\"*1");
	decodes("\"x\"*65536", "\"x\"*65536");
	decodes("\"x\"*0x10", "\"x\"*16");
	decodes("\"\"", "\"\"*1");
	decodes("''*3", "\"\"*3");
	decodes("'a\\n\"'", "\"a\\\\n\\\"\"*1");
	decodes("'\\''", "\"'\"*1");
	decodes("'\\''*2", "\"'\"*2");
	decodes("hello", "\"hello\"*1");
	decodes("hello*3", "\"hello\"*3");
	decodes("/tmp/a*b", "\"/tmp/a*b\"*1");
	decodes("a*", "\"a*\"*1");
	decodes("*3", "\"*3\"*1");
	decodes("a\\n", "\"a\\\\n\"*1");
	decodes("", "\"\"*1");
	decodes("\"\\n\\t\\\\\\\"\\0\\7\\101\\1012\\x41\\xe9g\\e\\'\"",
		"\"\\n\\t\\\\\\\"\\0\\7AA2A\\351g\\33'\"*1");
	decodes("\"x\"*2147483648", "\"x\"*2147483648");
}

static void test_text_errors(void **state)
{
	(void)state;
	decodes("\"a\\q\"",
		"!\\q at column 7 begins with no C escape: there are \\n \\t \\r \\0 \\e "
		"\\\\ \\\" \\ooo \\xhh");
	decodes("\"\\x\"",
		"!\\x at column 6 begins with no C escape: there are \\n \\t \\r \\0 \\e \\\\ "
		"\\\" \\ooo \\xhh");
	decodes("\"\\400\"",
		"!\\400 at column 6 begins with no C escape: there are \\n \\t \\r \\0 \\e "
		"\\\\ \\\" \\ooo \\xhh");
	decodes("\"x\"*0", "!*0 at column 8: a repeat is * and a number from 1 to 2147483648");
	decodes("\"x\"*", "!* at column 8: a repeat is * and a number from 1 to 2147483648");
	decodes("\"x\"*-1", "!*-1 at column 8: a repeat is * and a number from 1 to 2147483648");
	decodes("x*2147483649",
		"!*2147483649 at column 6: a repeat is * and a number from 1 to 2147483648");
	decodes("\"x\"*99999999999999999999999",
		"!*99999999999999999999999 at column 8: a repeat is "
		"* and a number from 1 to 2147483648");
	decodes("\"x\"y",
		"!y at column 8: after the closing quote or brace only *NUMBER may stand");
	decodes("a\"b\"", "!column 6: a text is \"...\", '...' or one bare word, not a mixture");
	decodes("{1}", "!column 5: a text is \"...\", '...' or one bare word, not a mixture");
	decodes("\"abc", "!the \" at column 5 is never closed: a \" is missing");
	decodes("\"abc\\", "!the \" at column 5 is never closed: a \" is missing");
	decodes("\"a\"\033[2J",
		"!\\033[2J at column 8: after the closing quote or brace only *NUMBER "
		"may stand");
}

/* x is 7, A.x is 8, text is of two bytes; X is another's. */
static int value(void *ctx, const char *name, size_t len, struct str *out, char **cause)
{
	static const struct {
		const char *name, *value;
		size_t len;
	} known[] = { { "x", "7", 1 }, { "A.x", "8", 1 }, { "text", "\"\0", 2 } };

	(void)ctx;
	if (len == 1 && *name == 'X')
		return fail(cause, "X is another's");
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strlen(known[i].name) == len && !memcmp(known[i].name, name, len)) {
			str_addn(out, known[i].value, known[i].len);
			return 1;
		}
	return 0;
}

static const char *suggest(void *ctx, const char *name, size_t len)
{
	(void)ctx;
	return len == 4 && !memcmp(name, "txet", 4) ? "text" : NULL;
}

static int number(void *ctx, const char *s, size_t len, int column, long *out, char **cause)
{
	(void)ctx;
	*out = (long)len;
	return *s == 'n' ? fail(cause, "column %d", column) : 0;
}

static const struct text_env all = { NULL, value, suggest, number };

static void test_names(void **state)
{
	static const struct text_env none;

	(void)state;
	env = &all;
	decodes("\"x is $x.\"", "\"x is 7.\"*1");
	decodes("$x", "\"7\"*1");
	decodes("a$x$A.x,", "\"a78,\"*1");
	decodes("\"${x}1 ${A.x}2 $A.x3\"",
		"!$A.x3 (column 20): no such name; \\$ or '...' keeps the $ as it is");
	decodes("\"$x.y ${text}\"*3", "\"7.y \\\"\\0\"*3");
	decodes("'$x'", "\"$x\"*1");
	decodes("\"\\$x\"", "\"$x\"*1");
	decodes("\\$x\\n", "\"$x\\\\n\"*1");
	decodes("\"$ 5$ $5 $\"", "\"$ 5$ $5 $\"*1");
	decodes("$", "\"$\"*1");
	decodes("\"$\"", "\"$\"*1");
	decodes("\"\\\\$x\"", "\"\\\\7\"*1");
	decodes("$x*3", "\"7\"*3");
	decodes("\"a\"*abc", "\"a\"*3");
	decodes("\"a\"*(1+2)", "\"a\"*5");
	decodes("\"a\"*abc+1",
		"!*abc+1 at column 8: a repeat is * and a number from 1 to 2147483648");
	decodes("\"a\"*(1)+(2)",
		"!*(1)+(2) at column 8: a repeat is * and a number from 1 to 2147483648");
	decodes("\"a\"*n", "!column 8");
	decodes("x*abc", "\"x*abc\"*1");
	decodes("$X", "!X is another's");
	decodes("\"a $txet\"", "!$txet (column 8): no such name; did you mean $text?");
	decodes("$nil", "!$nil (column 5): no such name; \\$ or '...' keeps the $ as it is");
	decodes("$A.nil", "!$A.nil (column 5): no such name; \\$ or '...' keeps the $ as it is");
	decodes("${A.nil}", "!${A.nil (column 5): no such name; \\$ or '...' keeps the $ as it is");
	decodes("${", "!${ (column 5): only ${NAME} is understood; \\$ is a $");
	decodes("${x", "!${ (column 5): only ${NAME} is understood; \\$ is a $");
	decodes("\"${x y}\"", "!${ (column 6): only ${NAME} is understood; \\$ is a $");
	decodes("$(x)", "!$( (column 5): what a program prints cannot go into a text; \\$ is a $");
	env = &none;
	decodes("$x", "\"$x\"*1");
	decodes("\"a\"*b", "!*b at column 8: a repeat is * and a number from 1 to 2147483648");
	env = NULL;
	decodes("\"$x ${ \\$y $(\"", "\"$x ${ $y $(\"*1");
	decodes("\\$x", "\"\\\\$x\"*1");
}

static void test_int(void **state)
{
	static const struct {
		const char *s;
		long used;
		unsigned long value;
	} cases[] = { { "0", 1, 0 },
		      { "42", 2, 42 },
		      { "0600|x", 4, 0600 },
		      { "0x1F]", 4, 31 },
		      { "0XfF", 4, 255 },
		      { "08", -1, 0 },
		      { "0x", -1, 0 },
		      { "12ab", -1, 0 },
		      { "1K", -1, 0 },
		      { "x", 0, 0 },
		      { "-1", 0, 0 },
		      { "", 0, 0 },
		      { "1.5", 1, 1 },
		      { "18446744073709551615", 20, UINT64_MAX },
		      { "18446744073709551616", -1, 0 },
		      { "0xffffffffffffffff", 18, UINT64_MAX } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		unsigned long v = 0;

		assert_int_equal(words_int(cases[i].s, strlen(cases[i].s), &v), cases[i].used);
		assert_true(v == cases[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),       cmocka_unit_test(test_comments),
		cmocka_unit_test(test_lists),       cmocka_unit_test(test_parens),
		cmocka_unit_test(test_names),       cmocka_unit_test(test_unbalanced),
		cmocka_unit_test(test_hostile),     cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_errors), cmocka_unit_test(test_int),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
