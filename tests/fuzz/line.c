/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A typed line: words, and each primitive's arguments, with names and without; an expression; an
 * external pipeline and its flat form.  What was parsed is written as strace and JSON would have it.
 */
#include "call/expr.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/prim.h"
#include "fuzz.h"
#include "shell/pipeline.h"
#include "view/json_value.h"

static int name(void *ctx, const char *s, size_t len, enum kind want, long *out, char **cause)
{
	(void)ctx;
	if (len != 1 || want == KIND_NONE)
		return 0;
	if (*s == 'X')
		return fail(cause, "X is another's");
	*out = *s == 'q' ? -1 : *s;
	return *s >= 'a' && *s <= 'z';
}

static const char *nearest(void *ctx, const char *s, size_t len, enum kind want)
{
	(void)ctx, (void)s, (void)want;
	return len == 2 ? "q" : NULL;
}

static int text(void *ctx, const char *s, size_t len, struct str *out, char **cause)
{
	(void)ctx;
	if (len == 1 && *s == 'X')
		return fail(cause, "X is another's");
	str_addn(out, "two \"words$x\0", 12);
	return len == 1;
}

static enum kind kind(void *ctx, const char *s, size_t len)
{
	(void)ctx;
	return len == 1 && *s >= 'a' && *s <= 'z' ? KIND_INT : KIND_NONE;
}

static const struct resolver names = {
	.name = name, .kind = kind, .text = text, .nearest = nearest
};

static int lookup(void *ctx, const char *s, size_t len, long *out, char **cause)
{
	return name(ctx, s, len, KIND_INT, out, cause);
}

static int element(void *ctx, const char *s, size_t len, long index, long *out, char **cause)
{
	(void)ctx, (void)s, (void)cause;
	*out = index;
	return len != 0;
}

static int var(void *ctx, const char *s, struct str *out, char **cause)
{
	(void)ctx;
	if (*s == 'X')
		return fail(cause, "X is another's");
	str_add(out, "two *words");
	return strlen(s) == 1;
}

static void formats(struct call *c)
{
	static const enum format_part parts[] = { FORMAT_WHOLE, FORMAT_UNFINISHED, FORMAT_RESUMED,
						  FORMAT_NORETURN };
	struct str out = STR_INIT, plain = STR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		str_reset(&out);
		str_reset(&plain);
		call_format(&out, c, parts[i]);
		str_unmark(&plain, out.s, out.len);
		promise_clean(plain.s, plain.len);
		PROMISE(!strchr(plain.s, '\n'));
	}
	json_decref(value_args(c, true));
	json_decref(value_args(c, false));
	str_free(&out);
	str_free(&plain);
}

static void primitive(const char *line, int prim)
{
	struct call c = { 0 };
	struct words words;
	char *cause = NULL;
	int r;

	words_init(&words);
	r = words_split(line, line, &words, &cause);
	promise_cause(r, &cause);
	if (r == 0) {
		if (words.n && prim_find(words.w[0].at, words.w[0].len) >= 0) {
			prim = prim_find(words.w[0].at, words.w[0].len);
			words_skip(&words, 1);
		}
		r = call_parse(prim, &words, &names, &c, &cause);
		promise_cause(r, &cause);
		if (r == 0) {
			PROMISE(c.used <= CALL_DATA);
			formats(&c);
			c.ret = -1;
			c.err = 11;
			formats(&c);
		}
	}
	call_release(&c);
	words_release(&words);
}

static void expression(const char *s, size_t n)
{
	static const struct expr_env env = { .lookup = lookup, .element = element };
	char *cause = NULL;
	long value;

	promise_cause(expr_eval(s, n, &env, &value, &cause), &cause);
}

static void external(const char *line)
{
	static const struct pipeline_env env = { NULL, 0, var };
	static char buf[CALL_DATA];
	struct pipeline p, back;
	char *cause = NULL;
	int r = pipeline_parse(line, &env, &p, &cause);
	ssize_t n;

	promise_cause(r, &cause);
	if (r)
		return;
	PROMISE(p.n >= 1 && p.n <= PIPELINE_COMMANDS);
	n = pipeline_pack(&p, buf, sizeof(buf));
	if (n >= 0) {
		PROMISE(!pipeline_unpack(&back, buf, (size_t)n, &cause));
		PROMISE(back.n == p.n && back.background == p.background &&
			!strcmp(back.text, p.text));
		for (int i = 0; i < p.n; i++) {
			PROMISE(back.cmd[i].n_words == p.cmd[i].n_words && p.cmd[i].n_words > 0);
			PROMISE(back.cmd[i].n_redirs == p.cmd[i].n_redirs);
			for (int k = 0; k < p.cmd[i].n_words; k++)
				PROMISE(!strcmp(back.cmd[i].words[k].text, p.cmd[i].words[k].text));
		}
		pipeline_release(&back);
	}
	pipeline_release(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line;

	if (!size)
		return 0;
	/* the first byte says whose arguments these are, where the line does not */
	line = text_of(data + 1, size - 1);
	primitive(line, data[0] % prim_count);
	expression(line, size - 1);
	external(line);
	free(line);
	return 0;
}
