/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A typed line as a call, for the tests of every layer that knows calls. */
#ifndef TESTS_CALL_LINE_H
#define TESTS_CALL_LINE_H

#include "base/str.h"
#include "call/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Parses the line into *c. NULL; or the cause, which the caller frees. */
static inline char *parse_line(struct call *c, const char *line, const struct resolver *names)
{
	struct words words;
	char *cause = NULL;
	int prim;

	words_init(&words);
	assert_int_equal(words_split(line, line, &words, &cause), 0);
	prim = prim_find(words.w[0].at, words.w[0].len);
	assert_true(prim >= 0);
	words_skip(&words, 1);
	if (call_parse(prim, &words, names, c, &cause) == 0)
		assert_null(cause);
	else
		assert_non_null(cause);
	words_release(&words);
	return cause;
}

/* The call that the line would make, which came back so. */
static inline void called(struct call *c, const char *line, long ret, int err)
{
	static const struct resolver nobody;
	char *cause = parse_line(c, line, &nobody);

	if (cause)
		fail_msg("%s: %s", line, cause);
	c->ret = ret;
	c->err = err;
}

/* The text without its marks, which the caller frees; *b is empty again. */
static inline char *unmarked(struct str *b)
{
	struct str plain = STR_INIT;

	str_unmark(&plain, str_text(b), b->len);
	str_free(b);
	return str_take(&plain);
}

#endif
