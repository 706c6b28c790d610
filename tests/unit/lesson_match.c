/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The matcher: the rules of match.h one by one, then input made to hurt it. */
#include "lesson/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A marked run, in two literals so that hexadecimal escapes do not run on. */
#define M(class, text) "\001" class text "\002"
#define LINES(...)     ((char *[]){ __VA_ARGS__ }), ARRAY_LEN(((char *[]){ __VA_ARGS__ }))

static struct match_map map;

static int fresh(void **state)
{
	(void)state;
	match_map_free(&map);
	return 0;
}

static void literal(void **state)
{
	(void)state;
	assert_true(match_line(&map, "", ""));
	assert_true(match_line(&map, "a b", "a b"));
	assert_true(match_line(&map, "a b \t", "a b"));
	assert_true(match_line(&map, "a b", "a b  \r"));
	assert_false(match_line(&map, " a", "a"));
	assert_false(match_line(&map, "a", "ab"));
	assert_false(match_line(&map, "ab", "a"));
	assert_false(match_line(&map, "", "a"));
	assert_true(match_line(&map, "共享内存", "共享内存"));
	assert_int_equal(map.n, 0);
}

static void one_to_one(void **state)
{
	(void)state;
	assert_true(match_line(&map, "process 3", "process " M("p", "17")));
	assert_true(match_line(&map, "3 and 4", M("p", "17") " and " M("p", "18")));
	assert_false(match_line(&map, "5", M("p", "17"))); /* 17 is 3 */
	assert_false(match_line(&map, "3", M("p", "19"))); /* 3 is 17 */
	assert_false(match_line(&map, "5 5", M("p", "20") " " M("p", "21")));
	assert_false(match_line(&map, "5 6", M("p", "20") " " M("p", "20")));
	assert_int_equal(map.n, 2);
	assert_true(match_line(&map, "3 3", M("q", "17") " " M("m", "99"))); /* classes apart */
	assert_int_equal(map.n, 4);
	assert_true(match_line(&map, "017", M("p", "00017")) == false);
	assert_true(match_line(&map, "003", M("p", "00017")));
}

static void as_quoted(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	assert_true(match_line(&map, "3 at 0xa0", M("p", "17") " at " M("a", "0xb0")));
	match_as_quoted(&map, &out,
			"17 " M("p", "17") " " M("q", "17") " " M("p", "18") " " M("a", "0xb0"));
	assert_string_equal(str_text(&out), "17 3 17 18 0xa0");
	str_reset(&out);
	match_as_quoted(&map, &out, "a\001\002b\001p\002c"); /* a mark of nothing */
	assert_string_equal(str_text(&out), "abc");
	assert_int_equal(map.n, 2);
	str_free(&out);
}

static void a_failed_line_leaves_nothing(void **state)
{
	(void)state;
	assert_false(match_line(&map, "3 4 x", M("p", "17") " " M("p", "18") " y"));
	assert_int_equal(map.n, 0);
	assert_true(match_line(&map, "3 4", M("p", "18") " " M("p", "17")));
}

static void shapes(void **state)
{
	(void)state;
	assert_true(match_line(&map, "key 0x1a2B,", "key " M("k", "0xff") ","));
	assert_false(match_line(&map, "key 12,", "key " M("k", "0xff") ","));
	assert_false(match_line(&map, "key 0x,", "key " M("k", "0xff") ","));
	assert_false(match_line(&map, "q", M("q", "3")));
	assert_false(match_line(&map, "0x12", M("q", "3")));
	assert_true(match_line(&map, "7f00-7f10 r", M("a", "55aa") "-" M("a", "55bb") " r"));
	/* neither digits nor hexadecimal: stands as it is */
	assert_true(match_line(&map, "IPC_PRIVATE", M("k", "IPC_PRIVATE")));
	assert_false(match_line(&map, "0x1", M("k", "IPC_PRIVATE")));
	assert_true(match_line(&map, "ab", "a" M("q", "") "b"));
	/* the whole run, not a part of it */
	assert_false(match_line(&map, "123", M("q", "12") "3"));
	assert_true(match_line(&map, "99999999999999999999999999", M("q", "1")));
}

static void none_is_itself(void **state)
{
	(void)state;
	assert_false(match_line(&map, "pid 3", "pid " M("p", "0")));
	assert_false(match_line(&map, "pid 0", "pid " M("p", "3")));
	assert_true(match_line(&map, "pid 0", "pid " M("p", "0")));
	assert_false(match_line(&map, "0x1", M("k", "0x00000000")));
	assert_true(match_line(&map, "0x0", M("k", "0x00000000")));
	assert_false(match_line(&map, "-1", M("p", "-2")));
	assert_false(match_line(&map, "-2", M("p", "-1")));
	assert_true(match_line(&map, "-1", M("p", "-1")));
	assert_int_equal(map.n, 0);
	assert_true(match_line(&map, "0", M("q", "5"))); /* a queue's id may be 0 */
	assert_true(match_line(&map, "kill -10", "kill " M("p", "-20")));
	assert_true(match_line(&map, "10", M("p", "20")));
	assert_false(match_line(&map, "10", M("p", "-20")));
}

static void times(void **state)
{
	(void)state;
	assert_true(match_line(&map, "at 12:30:01.", "at " M("t", "09:00:00") "."));
	assert_true(match_line(&map, "(0.25s)", "(" M("t", "1.5s") ")"));
	assert_true(match_line(&map, "12:00 12:00", M("t", "1:00") " " M("t", "2:00")));
	assert_false(match_line(&map, "at never", "at " M("t", "09:00:00")));
	assert_false(match_line(&map, "at ", "at " M("t", "09:00:00")));
	assert_int_equal(map.n, 0);
}

static void any_text(void **state)
{
	(void)state;
	assert_true(match_line(&map, "[..]", ""));
	assert_true(match_line(&map, "[..]", "x y"));
	assert_true(match_line(&map, "a[..]z", "az"));
	assert_true(match_line(&map, "a[..]z", "a z z"));
	assert_true(match_line(&map, "[..]b[..]b", "abcb"));
	assert_false(match_line(&map, "[..]b[..]b", "ab"));
	assert_false(match_line(&map, "a[..]z", "az y"));
	assert_false(match_line(&map, "ab[..]ba", "aba"));
	assert_true(match_line(&map, "[..][..]a[..]", "bab"));
	assert_true(match_line(&map, "[..]pid 3[..]", "foo pid " M("p", "17") " bar"));
	assert_false(match_line(&map, "[..]pid 4[..]", "foo pid " M("p", "17") " bar"));
	assert_true(match_line(&map, "x[..]4", M("t", "1") " x" M("p", "17") M("p", "20")) ==
		    false);
	assert_true(match_line(&map, "x[..] 4", "x" M("p", "17") " " M("p", "20")));
	assert_int_equal(map.n, 2);
}

static void marks_out_of_order(void **state)
{
	(void)state;
	assert_true(match_line(&map, "ab", "a\002b"));
	assert_true(match_line(&map, "a12", "a\001p12"));
	assert_false(match_line(&map, "a13", "a\001p12"));
	assert_true(match_line(&map, "a", "a\001"));
	assert_true(match_line(&map, "a", "a\001p"));
	assert_true(match_line(&map, "a", "\001\001a\002\002\002"));
	assert_true(match_line(&map, "12 7", "\001p12 \001q3\002"));
	assert_true(match_line(&map, "[..]b[..]", "\001\001\002\001p\001ab\001"));
	assert_false(match_line(&map, "\001p3\002", M("p", "17")));
}

static void whole_texts(void **state)
{
	(void)state;
	assert_int_equal(match_lines(&map, NULL, 0, NULL, 0, NULL), 0);
	assert_int_equal(match_lines(&map, LINES("a", "b"), LINES("a", "b"), NULL), 0);
	assert_int_equal(match_lines(&map, LINES("a", "b"), LINES("a"), NULL), -1);
	assert_int_equal(match_lines(&map, LINES("a"), LINES("a", "b"), NULL), -1);
	assert_int_equal(match_lines(&map, LINES("a", ""), LINES("a", " ", ""), NULL), 0);
	assert_int_equal(match_lines(&map, LINES("", "a"), LINES("a"), NULL), -1);
	assert_int_equal(match_lines(&map, LINES("..."), NULL, 0, NULL), 0);
	assert_int_equal(match_lines(&map, LINES("..."), LINES("a", "b"), NULL), 0);
	assert_int_equal(match_lines(&map, LINES("...", "..."), LINES("a"), NULL), 0);
	assert_int_equal(match_lines(&map, LINES("a", "..."), LINES("a"), NULL), 0);
	assert_int_equal(match_lines(&map, LINES("...", "a"), LINES("a", "b"), NULL), -1);
	assert_int_equal(match_lines(&map, LINES("a", "...", "a"), LINES("a"), NULL), -1);
	assert_int_equal(match_lines(&map, LINES("a", "...", "c"), LINES("a", "b", "c"), NULL), 0);
	assert_int_equal(
		match_lines(&map, LINES("...", "b", "c", "..."), LINES("b", "b", "c", "d"), NULL),
		0);
	assert_int_equal(
		match_lines(&map, LINES("...", "c", "...", "b", "..."), LINES("b", "c"), NULL), -1);
}

/* The first place for "+ 3" binds it to 17, and only the second lets the last line match. */
static void dots_go_back(void **state)
{
	(void)state;
	assert_int_equal(
		match_lines(&map, LINES("...", "+ 3", "...", "- 3"),
			    LINES("+ " M("p", "17"), "+ " M("p", "18"), "x", "- " M("p", "18")),
			    NULL),
		0);
	assert_int_equal(map.n, 1);
	assert_true(match_line(&map, "3", M("p", "18")));
	assert_int_equal(match_lines(&map, LINES("...", "+ 4", "...", "- 4"),
				     LINES("+ " M("p", "19"), "- " M("p", "20")), NULL),
			 -1);
	assert_int_equal(map.n, 1);
}

static void check_diff(char **e, int ne, char **a, int na, const char *expect)
{
	struct str diff = STR_INIT;

	assert_int_equal(match_lines(&map, e, ne, a, na, &diff), -1);
	assert_string_equal(str_text(&diff), expect);
	str_free(&diff);
}

static void diffs(void **state)
{
	(void)state;
	check_diff(LINES("a", "b 1", "c"), LINES("a", "b " M("q", "7") "x", "c"),
		   " a\n-b 1\n+b 7x\n c\n");
	check_diff(LINES("a"), NULL, 0, "-a\n");
	check_diff(NULL, 0, LINES("a\033[1m"), "+a\\033[1m\n");
	check_diff(LINES("1", "2", "3", "4", "x", "5", "6", "7", "8", "9", "y"),
		   LINES("1", "2", "3", "4", "5", "6", "7", "8", "9", "z"),
		   "@@ -3 +3 @@\n 3\n 4\n-x\n 5\n 6\n@@ -9 +8 @@\n 8\n 9\n-y\n+z\n");
	check_diff(LINES("a", "...", "c", "d"), LINES("a", "b", "b", "c", "e"),
		   "@@ -2 +2 @@\n ...\n c\n-d\n+e\n");
	assert_int_equal(map.n, 0);
}

static void diffs_of_pairs(void **state)
{
	(void)state;
	check_diff(LINES("spawn 3", "sent to 3"),
		   LINES("spawn " M("p", "17"), "sent to " M("p", "18")),
		   " spawn 3\n-sent to 3\n+sent to 18\n# 3 stood for 17 before, here 3 for 18\n");
	assert_true(match_line(&map, "3", M("p", "17"))); /* in a fence before */
	check_diff(LINES("4", "a"), LINES(M("p", "17"), "b"),
		   "-4\n+17\n# 3 stood for 17 before, here 4 for 17\n-a\n+b\n");
	fresh(NULL);
	assert_int_equal(map.n, 0);
}

/* A dry look cannot see that a line contradicts itself through pairs not yet learned. */
static void diff_of_a_line_against_itself(void **state)
{
	(void)state;
	check_diff(LINES("3 3"), LINES(M("p", "17") " " M("p", "18")),
		   "-3 3\n+17 18\n# 3 for 18: this line itself says otherwise before\n");
}

/* ---- input made to hurt ---- */

static char *filled(size_t n, char c)
{
	char *s = xmalloc(n + 1);

	memset(s, c, n);
	s[n] = '\0';
	return s;
}

static void huge_lines(void **state)
{
	size_t n = 1 << 20;
	char *a = filled(n, 'a'), *e = filled(n, 'a');
	struct str diff = STR_INIT;

	(void)state;
	assert_true(match_line(&map, e, a));
	e[n - 1] = 'b';
	assert_false(match_line(&map, e, a));
	assert_int_equal(match_lines(&map, &e, 1, &a, 1, &diff), -1);
	assert_true(diff.len < 10000);
	assert_non_null(strstr(str_text(&diff), "bytes more"));
	for (size_t i = 0; i + 4 <= n; i += 8)
		memcpy(e + i, "[..]", 4);
	assert_false(match_line(&map, e, a));
	e[n - 1] = 'a';
	(void)match_line(&map, e, a); /* only: it returns, soon */
	memset(a, MARK_OPEN, n);
	assert_false(match_line(&map, e, a));
	memset(a, MARK_CLOSE, n);
	assert_false(match_line(&map, e, a));
	a[n / 2] = MARK_OPEN;
	memset(a + n / 2 + 1, 'a', n / 2 - 1);
	assert_false(match_line(&map, "[..]aaaaaaaab", a));
	memset(a, ' ', n);
	assert_true(match_line(&map, "", a));
	free(a);
	free(e);
	str_free(&diff);
}

static char **repeated(int n, const char *odd, const char *even)
{
	char **line = xcalloc((size_t)n, sizeof(*line));

	for (int i = 0; i < n; i++)
		line[i] = (char *)(i % 2 ? odd : even);
	return line;
}

static void thousands_of_dots(void **state)
{
	int n = 6000;
	char **dots = repeated(n, "a", "..."), **seen = repeated(n, "a", "a");
	struct str diff = STR_INIT;

	(void)state;
	assert_int_equal(match_lines(&map, dots, n, seen, n, NULL), 0);
	assert_int_equal(match_lines(&map, dots, n, seen, n / 2, NULL), 0);
	assert_int_equal(match_lines(&map, dots, n, seen, n / 2 - 1, &diff), -1);
	seen[n - 1] = (char *)"b";
	assert_int_equal(match_lines(&map, dots, n, seen, n, &diff), -1);
	assert_int_equal(match_lines(&map, dots, n - 1, seen, n, NULL), 0);
	free(dots);
	free(seen);
	str_free(&diff);
}

/* As many unmapped runs as `...`: an exact answer may take forever, so it must give up aloud. */
static void too_many_ways(void **state)
{
	enum { N = 60 };
	char *e[2 * N + 2], *a[3 * N + 1];
	struct str diff = STR_INIT;

	(void)state;
	for (int i = 0; i < N; i++) {
		e[2 * i] = (char *)"...";
		e[2 * i + 1] = xasprintf("p %d", i + 1);
	}
	e[2 * N] = (char *)"...";
	e[2 * N + 1] = (char *)"p 1 1";
	for (int i = 0; i < 3 * N; i++)
		a[i] = xasprintf("p \001p%d\002", i + 1);
	a[3 * N] = (char *)"p " M("p", "998") " " M("p", "999");
	assert_int_equal(match_lines(&map, e, 2 * N + 2, a, 3 * N + 1, &diff), -1);
	assert_non_null(strstr(str_text(&diff), "gave up"));
	assert_int_equal(map.n, 0);
	for (int i = 0; i < N; i++)
		free(e[2 * i + 1]);
	for (int i = 0; i < 3 * N; i++)
		free(a[i]);
	str_free(&diff);
}

static void long_texts(void **state)
{
	int n = 50000;
	char **e = xcalloc((size_t)n, sizeof(*e)), **a = xcalloc((size_t)n, sizeof(*a));
	struct str diff = STR_INIT;

	(void)state;
	for (int i = 0; i < n; i++) {
		e[i] = xasprintf("line %d", i);
		a[i] = xasprintf("line \001q%d\002", n - i);
	}
	assert_int_equal(match_lines(&map, e, n, a, n, NULL), 0);
	assert_int_equal(map.n, n);
	match_map_free(&map);
	free(a[0]);
	a[0] = xstrdup("other");
	assert_int_equal(match_lines(&map, e, n, a, n, &diff), -1);
	assert_non_null(strstr(str_text(&diff), "-line 0\n+other\n"));
	for (int i = 0; i < n; i++) {
		free(e[i]);
		free(a[i]);
	}
	free(e);
	free(a);
	str_free(&diff);
}

/* Whatever the bytes: it returns, and a failure leaves the map alone. */
static void random_bytes(void **state)
{
	static const char alphabet[] = "\001\002pt01x.[]a -";
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[2][8][16], *line[2][8];
		int n[2];

		for (int side = 0; side < 2; side++) {
			n[side] = rand_r(&seed) % 8;
			for (int i = 0; i < n[side]; i++) {
				int len = rand_r(&seed) % 15;

				for (int k = 0; k < len; k++)
					text[side][i][k] = alphabet[(size_t)rand_r(&seed) %
								    (sizeof(alphabet) - 1)];
				text[side][i][len] = '\0';
				line[side][i] = text[side][i];
				if (!side && rand_r(&seed) % 3 == 0)
					line[side][i] = (char *)"...";
			}
		}
		struct str diff = STR_INIT;
		int before = map.n;

		if (match_lines(&map, line[0], n[0], line[1], n[1], &diff)) {
			assert_int_equal(map.n, before);
			assert_true(diff.len > 0);
		} else {
			assert_int_equal(diff.len, 0);
		}
		str_free(&diff);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fresh, fresh)
	const struct CMUnitTest tests[] = {
		T(literal),
		T(one_to_one),
		T(as_quoted),
		T(a_failed_line_leaves_nothing),
		T(shapes),
		T(none_is_itself),
		T(times),
		T(any_text),
		T(marks_out_of_order),
		T(whole_texts),
		T(dots_go_back),
		T(diffs),
		T(diffs_of_pairs),
		T(diff_of_a_line_against_itself),
		T(huge_lines),
		T(thousands_of_dots),
		T(too_many_ways),
		T(long_texts),
		T(random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
