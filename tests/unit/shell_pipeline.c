/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * External command lines, parsed, packed, unpacked and damaged.  A pipeline is compared as one
 * text: <word> or *pattern* for each word, redirections as N<path>, | between commands, & at the end.
 */
#include "shell/pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#undef fail /* cmocka's; base/mem.h's is meant */

static int var(void *ctx, const char *name, struct str *out, char **cause)
{
	static const struct {
		const char *name, *value;
	} vars[] = { { "q", "7" },           { "A", "2" },          { "A.x", "42" },
		     { "HOME", "/ho me/*" }, { "two", "a b" },      { "pad", " a " },
		     { "blank", "  " },      { "nothing", "" },     { "star", "x*\\y" },
		     { "op", "a|b;" },       { "quote", "'\"$q\\" } };

	(void)ctx;
	if (strcmp(name, "B.z") == 0)
		return fail(cause, "B has no z");
	for (size_t i = 0; i < ARRAY_LEN(vars); i++)
		if (strcmp(vars[i].name, name) == 0) {
			str_add(out, vars[i].value);
			return 1;
		}
	return 0;
}

static const struct pipeline_env env = { .column = 3, .var = var };

static void show(struct str *b, const struct pipeline *p)
{
	for (int i = 0; i < p->n; i++) {
		const struct pcommand *c = &p->cmd[i];

		str_add(b, i ? " | " : "");
		for (int k = 0; k < c->n_words; k++)
			str_addf(b, c->words[k].is_glob ? "*%s*" : "<%s>", c->words[k].text);
		for (int k = 0; k < c->n_redirs; k++) {
			const struct redir *r = &c->redirs[k];

			if (r->op == REDIR_DUP)
				str_addf(b, " %d>&%d", r->fd, r->from);
			else
				str_addf(b, " %d%s%s", r->fd,
					 r->op == REDIR_IN    ? "<"
					 : r->op == REDIR_OUT ? ">"
							      : ">>",
					 r->path);
		}
	}
	str_add(b, p->background ? " &" : "");
}

/* The pipeline in a packed buffer of exactly its size, through unpack and through the view. */
static void round_trip(const struct pipeline *p, const char *want)
{
	unsigned char big[8192], *exact;
	ssize_t n = pipeline_pack(p, big, sizeof(big));
	struct pipeline_view v;
	struct pipeline_item it;
	struct pipeline back;
	struct str b = STR_INIT;
	int r, words = 0, commands = 0;

	assert_true(n > 0);
	exact = xmalloc((size_t)n);
	assert_int_equal(pipeline_pack(p, exact, (size_t)n), n);
	assert_memory_equal(exact, big, (size_t)n);
	assert_int_equal(pipeline_pack(p, big, (size_t)n - 1), -1);
	assert_int_equal(pipeline_pack(p, big, 0), -1);

	assert_int_equal(pipeline_unpack(&back, exact, (size_t)n, NULL), 0);
	show(&b, &back);
	assert_string_equal(b.s, want);
	assert_string_equal(back.text, p->text);
	pipeline_release(&back);
	str_free(&b);

	assert_int_equal(pipeline_view(&v, exact, (size_t)n), 0);
	assert_string_equal(v.text, p->text);
	while ((r = pipeline_next(&v, &it)) > 0) {
		commands += it.kind == PIPELINE_COMMAND;
		words += it.kind == PIPELINE_WORD;
		assert_true(it.kind == PIPELINE_COMMAND || strlen(it.text) == it.len);
	}
	assert_int_equal(r, 0);
	assert_int_equal(commands, p->n);
	for (int i = 0; i < p->n; i++)
		words -= p->cmd[i].n_words;
	assert_int_equal(words, 0);
	free(exact);
}

static void parses(const char *line, const char *want)
{
	struct pipeline p;
	struct str b = STR_INIT;
	char *copy = xstrdup(line), *cause = NULL;

	if (pipeline_parse(copy, &env, &p, &cause)) {
		assert_non_null(cause);
		assert_null(p.cmd);
		str_addf(&b, "!%s", cause);
		assert_string_equal(b.s, want);
	} else {
		assert_null(cause);
		show(&b, &p);
		assert_string_equal(b.s, want);
		round_trip(&p, want);
	}
	pipeline_release(&p);
	str_free(&b);
	free(copy);
	free(cause);
}

static void test_notes(void **state)
{
	(void)state;
	parses("ps -ef | grep KEY | awk '{print $2}' | xargs kill -9",
	       "<ps><-ef> | <grep><KEY> | <awk><{print $2}> | <xargs><kill><-9>");
	parses("ls -l", "<ls><-l>");
	parses("echo \"hello world\" > hello", "<echo><hello world> 1>hello");
	parses("cat < hello", "<cat> 0<hello");
	parses("cat<hello>out", "<cat> 0<hello 1>out");
	parses("ipcs -q -i $q", "<ipcs><-q><-i><7>");
	parses("ls | tee f", "<ls> | <tee><f>");
}

static void test_quotes(void **state)
{
	(void)state;
	parses("a 'b c'\"d e\"f\\ g", "<a><b cd ef g>");
	parses("a '' \"\"", "<a><><>");
	parses("a \"\\\"\\\\\\$q\\`\\n\"", "<a><\"\\$q`\\n>");
	parses("a '\\' \\' \\\"", "<a><\\><'><\">");
	parses("a '#b' \\#c d#e \"//f\" g//h # i", "<a><#b><#c><d#e><//f><g//h>");
	parses("a // b | c", "<a>");
	parses("find . -exec ls {} \\;", "<find><.><-exec><ls><{}><;>");
	parses("a '|' \"&\" \\> ';' '$(x)' '`'", "<a><|><&><>><;><$(x)><`>");
	parses("sh -c 'a; b && c'", "<sh><-c><a; b && c>");
	parses("echo \344\275\240\345\245\275", "<echo><\344\275\240\345\245\275>");
}

static void test_globs(void **state)
{
	(void)state;
	parses("ls *.c a?b [ab]c", "<ls>**.c**a?b**[ab]c*");
	parses("ls '*'.c \\* \"?\"", "<ls><*.c><*><?>");
	parses("ls '*'*.c a\\?*", "<ls>*\\**.c**a\\?**");
	parses("ls 'a b'* \"x]\"[a'-'b]", "<ls>*a b**"
					  "*x\\][a\\-b]*");
	parses("[ -f x ]", "<[><-f><x><]>");
	parses("ls [ab *", "<ls><[ab>***");
	parses("ls '['ab]", "<ls><[ab]>");
	parses("echo a-b! x^y", "<echo><a-b!><x^y>");
	parses("ls $star '$star' \"$star\"", "<ls>*x*\\\\y*<$star><x*\\y>");
	parses("cat < *.c", "<cat> 0<*.c");
}

static void test_variables(void **state)
{
	(void)state;
	parses("a $q ${q} x$q.y \"$q\" '$q' \\$q", "<a><7><7><x7.y><7><$q><$q>");
	parses("a $A $A.x ${A.x} $A.txt ${A}.x $A. $A.1", "<a><2><42><42><2.txt><2.x><2.><2.1>");
	parses("a $two x${two}y \"$two\"", "<a><a><b><xa><by><a b>");
	parses("a $pad x${pad}y", "<a><a><x><a><y>");
	parses("a $none $nothing $blank \"$none\" x${none}y", "<a><><xy>");
	parses("$none a", "<a>");
	parses("$two c", "<a><b><c>");
	parses("a $ '$' \"$\" x$ $/ \"$%\"", "<a><$><$><$><x$><$/><$%>");
	parses("a $op $quote", "<a><a|b;><'\"$q\\>");
	parses("a > $two", "<a> 1>a b");
	parses("a > x$none", "<a> 1>x");
	parses("a $B.z", "!B has no z");
	parses("a ${q", "!${q (column 6): only ${NAME} is understood here; sh -c '...' for more");
	parses("a ${q:-x}y",
	       "!${q:-x} (column 6): only ${NAME} is understood here; sh -c '...' for "
	       "more");
	parses("a ${}", "!${} (column 6): only ${NAME} is understood here; sh -c '...' for more");
}

static void test_tilde(void **state)
{
	(void)state;
	parses("ls ~ ~/x ~root a~ '~' \\~ \"~\"", "<ls></ho me/*></ho me/*/x><~root><a~><~><~><~>");
	parses("ls ~/*.c", "<ls>*/ho me/\\*/*.c*");
	parses("ls <~/x|a", "<ls> 0</ho me/*/x | <a>");
}

static void test_redirections(void **state)
{
	(void)state;
	parses("a >b >>c 2>d 2>>e <f", "<a> 1>b 1>>c 2>d 2>>e 0<f");
	parses("a > b 2>&1 | c 2>&1", "<a> 1>b 2>&1 | <c> 2>&1");
	parses("a 2>&1>b", "<a> 2>&1 1>b");
	parses("> b a 3< c 4", "<a><4> 1>b 3<c");
	parses("a x2> b", "<a><x2> 1>b");
	parses("a 2 > b", "<a><2> 1>b");
	parses("a 255>b", "<a> 255>b");
	parses("a > 'b c'\\ d", "<a> 1>b c d");
	parses("a 256>b", "!column 6: a descriptor is from 0 to 255 here");
	parses("a 99999999999999999999>b", "!column 6: a descriptor is from 0 to 255 here");
	parses("a >", "!the > at column 6 has no file after it");
	parses("a < # b", "!the < at column 6 has no file after it");
	parses("a > | b", "!the > at column 6 has no file after it");
	parses("> b", "!column 7: a redirection needs a command, as in true > file");
	parses("a | > b", "!column 11: a redirection needs a command, as in true > file");
}

static void test_background(void **state)
{
	(void)state;
	parses("sleep 5 &", "<sleep><5> &");
	parses("a|b& # c", "<a> | <b> &");
	parses("a & b",
	       "!the & at column 6 stands before the end; sh -c '...' runs a whole line of sh");
	parses("&", "!the & at column 4 has no command before it");
}

static void test_text(void **state)
{
	static const char *const lines[][2] = { { "  a  b |c   # d", "a  b |c" },
						{ "sleep 5  & // x", "sleep 5" },
						{ "a > $q", "a > $q" } };
	struct pipeline p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		assert_int_equal(pipeline_parse(lines[i][0], &env, &p, NULL), 0);
		assert_string_equal(p.text, lines[i][1]);
		pipeline_release(&p);
	}
}

static void test_unsupported(void **state)
{
	static const struct {
		const char *line, *what;
		int column;
	} cases[] = { { "a; b", ";", 5 },         { "a && b", "&&", 6 },
		      { "a || b", "||", 6 },      { "a $(b)", "$(", 6 },
		      { "a \"x$(b)\"", "$(", 8 }, { "a `b`", "`", 6 },
		      { "a \"`b`\"", "`", 7 },    { "(a)", "(", 4 },
		      { "a b)", ")", 7 },         { "a << b", "<<", 6 },
		      { "a <<< b", "<<", 6 },     { "a <> b", "<>", 6 },
		      { "a >| b", ">|", 6 },      { "a <(b)", "<(", 6 },
		      { "a &> b", "&>", 6 },      { "a 0<& 3", "0<&", 6 },
		      { "a $?", "$?", 6 },        { "a $$", "$$", 6 },
		      { "a $1", "$1", 6 },        { "a \"$@\"", "$@", 7 },
		      { "a ;", ";", 6 },          { "a 000000000000<<b", "00000000", 6 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *want = xasprintf("!%s (column %d) is not for this shell: sh -c '...' runs a "
				       "whole line of sh; in quotes it is text",
				       cases[i].what, cases[i].column);

		parses(cases[i].line, want);
		free(want);
	}
	parses("a >&2", "!column 6: of sh's >& only 2>&1 is understood; sh -c '...' runs a whole "
			"line of sh");
	parses("a 2>&12", "!column 6: of sh's >& only 2>&1 is understood; sh -c '...' runs a whole "
			  "line of sh");
	parses("a 2>&-", "!column 6: of sh's >& only 2>&1 is understood; sh -c '...' runs a whole "
			 "line of sh");
}

static void test_mistakes(void **state)
{
	(void)state;
	parses("", "!an empty command");
	parses("  # x", "!an empty command");
	parses("| a", "!the | at column 4 has no command before it");
	parses("a | | b", "!the | at column 8 has no command before it");
	parses("a |", "!the | at column 6 has no command after it");
	parses("a | # b", "!the | at column 6 has no command after it");
	parses("a 'b", "!the ' at column 6 is never closed: a ' is missing");
	parses("a \"b", "!the \" at column 6 is never closed: a \" is missing");
	parses("a \"b\\", "!the \" at column 6 is never closed: a \" is missing");
	parses("a b\\", "!column 7: nothing follows the backslash");
	parses("$none", "!column 9: no command is left: its variables are empty");
	parses("a | $none | b", "!column 14: no command is left: its variables are empty");
}

static void test_hostile(void **state)
{
	static const char *const units[] = { "a ",    "a|",   "'",    "\"",    "\\",   "$",
					     "$q",    "${",   "$two", "\"\" ", "*",    "[",
					     "1",     "1 ",   "<a ",  "(",     "$A.x", "~ ",
					     "2>&1 ", "\377", "\001", "a.",    "{",    "''" };
	char *cause = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		struct str b = STR_INIT;
		struct pipeline p;

		while (b.len < 1 << 20)
			str_add(&b, units[i]);
		if (pipeline_parse(b.s, &env, &p, &cause))
			assert_true(strlen(cause) < 200);
		else
			assert_int_equal(pipeline_pack(&p, (char[64]){ 0 }, 64), -1);
		pipeline_release(&p);
		str_free(&b);
	}
	free(cause);
	parses("a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|"
	       "a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a",
	       "!column 131: a pipeline has 64 commands at most");
}

/* Whatever the bytes: no read outside, and what is taken keeps the promises of pipepack.h. */
static void look(const unsigned char *bytes, size_t n)
{
	unsigned char *exact = xmalloc(n);
	struct pipeline_view v;
	struct pipeline_item it;
	struct pipeline p;

	memcpy(exact, bytes, n);
	if (pipeline_view(&v, exact, n) == 0)
		while (pipeline_next(&v, &it) > 0)
			assert_true(!it.text || strlen(it.text) == it.len);
	if (pipeline_unpack(&p, exact, n, NULL) == 0) {
		assert_true(p.n > 0 && p.n <= PIPELINE_COMMANDS);
		for (int i = 0; i < p.n; i++) {
			assert_true(p.cmd[i].n_words > 0);
			for (int k = 0; k < p.cmd[i].n_redirs; k++)
				assert_true(p.cmd[i].redirs[k].fd <= REDIR_FD_MAX);
		}
	} else {
		assert_null(p.cmd);
	}
	pipeline_release(&p);
	free(exact);
}

static void test_damage(void **state)
{
	unsigned char good[512], bad[512];
	struct pipeline p;
	char *cause = NULL;
	ssize_t n;

	(void)state;
	assert_int_equal(pipeline_parse("ls *.c 2>&1 < x | wc -l >> y &", &env, &p, NULL), 0);
	n = pipeline_pack(&p, good, sizeof(good));
	assert_true(n > 0);
	pipeline_release(&p);
	for (ssize_t len = 0; len <= n; len++)
		look(good, (size_t)len);
	for (ssize_t i = 0; i < n; i++)
		for (int value = 0; value < 256; value += i < 64 ? 1 : 51) {
			memcpy(bad, good, (size_t)n);
			bad[i] = (unsigned char)value;
			look(bad, (size_t)n);
		}
	srand(1);
	for (int round = 0; round < 20000; round++) {
		memcpy(bad, good, (size_t)n);
		for (int k = rand() % 8; k >= 0; k--)
			bad[rand() % n] = (unsigned char)(rand() % 3 ? rand() % 4 : rand());
		look(bad, (size_t)n);
	}
	memset(bad, 0, sizeof(bad));
	assert_int_equal(pipeline_unpack(&p, bad, sizeof(bad), &cause), -1);
	assert_string_equal(cause, "the command line was damaged on its way to the process");
	free(cause);
}

static void test_no_variables(void **state)
{
	static const struct pipeline_env none;
	struct pipeline p;

	(void)state;
	assert_int_equal(pipeline_parse("a x$q ~", &none, &p, NULL), 0);
	assert_string_equal(p.cmd[0].words[1].text, "x");
	assert_string_equal(p.cmd[0].words[2].text, "~");
	pipeline_release(&p);
	assert_int_equal(pipeline_parse("a ;", &none, &p, NULL), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notes),        cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_globs),        cmocka_unit_test(test_variables),
		cmocka_unit_test(test_tilde),        cmocka_unit_test(test_redirections),
		cmocka_unit_test(test_background),   cmocka_unit_test(test_text),
		cmocka_unit_test(test_unsupported),  cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_hostile),      cmocka_unit_test(test_damage),
		cmocka_unit_test(test_no_variables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
