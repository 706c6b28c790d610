/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Markdown to steps, fences and entries; each refusal with its place; files made to hurt. */
#include "lesson/lesson.h"
#include "lesson/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct lesson l;

static int done(void **state)
{
	(void)state;
	lesson_release(&l);
	return 0;
}

static void good_n(const char *text, size_t n)
{
	char *cause = NULL;

	lesson_release(&l);
	if (lesson_parse(&l, "lessons/07-x.md", text, n, &cause))
		fail_msg("refused: %s", cause);
	assert_null(cause);
}

static void good(const char *text)
{
	good_n(text, strlen(text));
}

/* Refused with a cause that begins with `place` and has `part` in it. */
static void bad_n(const char *text, size_t n, const char *place, const char *part)
{
	char *cause = NULL;

	lesson_release(&l);
	assert_int_equal(lesson_parse(&l, "f.md", text, n, &cause), -1);
	assert_non_null(cause);
	if (strncmp(cause, place, strlen(place)) || !strstr(cause, part))
		fail_msg("cause: %s", cause);
	free(cause);
}

static void bad(const char *text, const char *place, const char *part)
{
	bad_n(text, strlen(text), place, part);
}

static void check_prose(const struct prose *prose, const char *expect)
{
	struct str b = STR_INIT;

	render_prose(&b, prose, 0, false);
	assert_string_equal(str_text(&b), expect);
	str_free(&b);
}

static const char whole[] = "---\n"                       /* 1 */
			    "title: \"Message queues\"\n" /* 2 */
			    "# a remark\n"                /* 3 */
			    "needs: pipes: both\n"        /* 4 */
			    "---\n"                       /* 5 */
			    "<!-- licence -->\n"          /* 6 */
			    "\n"                          /* 7 */
			    "# Queues\n"                  /* 8 */
			    "\n"                          /* 9 */
			    "## First *step*\n"           /* 10 */
			    "Some [prose][l].\n"          /* 11 */
			    "\n"                          /* 12 */
			    "```console\n"                /* 13 */
			    "main> q = msgget 1\n"        /* 14 */
			    "msgget(1, 0) = 0\n"          /* 15 */
			    "\n"                          /* 16 */
			    "A>\n"                        /* 17 */
			    "  more > text\n"             /* 18 */
			    "\n"                          /* 19 */
			    "```\n"                       /* 20 */
			    "Between.\n"                  /* 21 */
			    "  ~~~~ console {setup}\n"    /* 22 */
			    "  main> spawn A\n"           /* 23 */
			    "~~~~\n"                      /* 24 */
			    "```c\n"                      /* 25 */
			    "main> is no prompt here\n"   /* 26 */
			    "```\n"                       /* 27 */
			    "After.\n"                    /* 28 */
			    "\n"                          /* 29 */
			    "Second\n"                    /* 30 */
			    "------\n"                    /* 31 */
			    "### deeper\n"                /* 32 */
			    "\n"                          /* 33 */
			    "[l]: http://x\n";            /* 34 */

static void a_whole_lesson(void **state)
{
	struct fence *f;

	(void)state;
	good(whole);
	assert_string_equal(l.title, "Message queues");
	assert_string_equal(lesson_field(&l, "needs"), "pipes: both");
	assert_null(lesson_field(&l, "none"));
	assert_int_equal(l.number, 7);
	assert_int_equal(l.nsteps, 2);
	assert_string_equal(l.step[0].title, "First step");
	assert_int_equal(l.step[0].line, 10);
	assert_int_equal(l.step[0].nfences, 3);

	f = &l.step[0].fence[0];
	assert_int_equal(f->kind, FENCE_CONSOLE);
	assert_string_equal(f->info, "console");
	assert_int_equal(f->line, 14);
	assert_int_equal(f->end, 20);
	assert_true(f->quotes);
	assert_int_equal(f->nentries, 2);
	assert_string_equal(f->entry[0].input, "main> q = msgget 1");
	assert_int_equal(f->entry[0].line, 14);
	assert_int_equal(f->entry[0].nexpect, 1);
	assert_string_equal(f->entry[0].expect[0], "msgget(1, 0) = 0");
	assert_string_equal(f->entry[1].input, "A>");
	assert_int_equal(f->entry[1].line, 17);
	assert_int_equal(f->entry[1].nexpect, 1);
	assert_string_equal(f->entry[1].expect[0], "  more > text");
	check_prose(&f->before, "Some prose (http://x).\n");

	f = &l.step[0].fence[1];
	assert_int_equal(f->kind, FENCE_SETUP);
	assert_false(f->quotes);
	assert_int_equal(f->entry[0].line, 23);
	assert_string_equal(f->entry[0].input, "main> spawn A");
	check_prose(&f->before, "Between.\n");

	f = &l.step[0].fence[2];
	assert_int_equal(f->kind, FENCE_OTHER);
	assert_string_equal(f->info, "c");
	assert_string_equal(f->text, "main> is no prompt here\n");
	assert_int_equal(f->nentries, 0);
	check_prose(&f->before, "");
	check_prose(&l.step[0].after, "After.\n");

	assert_string_equal(l.step[1].title, "Second");
	assert_int_equal(l.step[1].line, 30);
	check_prose(&l.step[1].after, "deeper\n------\n");
}

static void line_ends(void **state)
{
	(void)state;
	good("\xef\xbb\xbf---\r\ntitle: t\r\n---\r\n## s\r\n```console\r\nmain> a\r\nb\r\n```\r\n");
	assert_string_equal(l.title, "t");
	assert_int_equal(l.step[0].fence[0].entry[0].line, 6);
	assert_string_equal(l.step[0].fence[0].entry[0].input, "main> a");
	assert_string_equal(l.step[0].fence[0].entry[0].expect[0], "b");
	good("## s\n```console\nmain> a\n```"); /* no newline at the end */
	assert_int_equal(l.step[0].fence[0].nentries, 1);
	good("## s\r```console\rmain> a\r```\r");
	assert_int_equal(l.step[0].fence[0].entry[0].line, 3);
}

static void titles_and_numbers(void **state)
{
	(void)state;
	good("");
	assert_int_equal(l.nsteps, 0);
	assert_string_equal(l.title, "07-x.md");
	good("# A `b` &#27;\n");
	assert_string_equal(l.title, "A b \\033");
	assert_int_equal(l.nsteps, 0);
	good("---\nnumber: 12\n---\ntext\n# Late\n");
	assert_int_equal(l.number, 12);
	assert_string_equal(l.title, "Late");
	assert_int_equal(l.nsteps, 2);
	assert_string_equal(l.step[0].title, "Late");
	assert_int_equal(l.step[0].line, 4);
	check_prose(&l.step[0].after, "text\n");
	check_prose(&l.step[1].after, "");
	good("# T\n```console\nmain> a\n```\n");
	assert_int_equal(l.nsteps, 1);
	assert_string_equal(l.step[0].title, "T");
	good("---\n---\nno fields\n");
	assert_int_equal(l.nfields, 0);
}

static void kinds(void **state)
{
	(void)state;
	good("```console {predict}\n```\n```console {goal=\"a \\\"b\\\" \\\\\"}\nmain> x\n```\n"
	     "```consoles\nx\n```\n```\nx\n```\n```console   {setup}  \n```\n");
	assert_int_equal(l.step[0].nfences, 5);
	assert_int_equal(l.step[0].fence[0].kind, FENCE_PREDICT);
	assert_int_equal(l.step[0].fence[1].kind, FENCE_GOAL);
	assert_string_equal(l.step[0].fence[1].goal, "a \"b\" \\");
	assert_string_equal(l.step[0].fence[1].info, "console {goal=\"a \\\"b\\\" \\\\\"}");
	assert_int_equal(l.step[0].fence[2].kind, FENCE_OTHER);
	assert_int_equal(l.step[0].fence[3].kind, FENCE_OTHER);
	assert_string_equal(l.step[0].fence[3].info, "");
	assert_int_equal(l.step[0].fence[4].kind, FENCE_SETUP);
	bad("```console {goal=\"\"}\n```\n", "f.md:1: ", "unknown kind");
	bad("```console {goal=\"x}\n```\n", "f.md:1: ", "unknown kind");
	bad("```console {goal=\"x\\\"}\n```\n", "f.md:1: ", "unknown kind");
	bad("\n```console {goal=\"x\"} y\n```\n", "f.md:2: ", "unknown kind");
	bad("```console{setup}\n```\n", "f.md:1: ", "unknown kind");
	bad("```console setup\n```\n", "f.md:1: ", "unknown kind");
}

static void prompts(void **state)
{
	static const char *const no[] = { "",    ">",     "> x",  "1a> x", "a >",  "a",
					  "a>x", " a> x", "a-b>", "a>\tx", "é> x", "a>>" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		assert_int_equal(lesson_prompt(no[i]), 0);
	assert_int_equal(lesson_prompt("a>"), 1);
	assert_int_equal(lesson_prompt("_a1> "), 3);
	assert_int_equal(lesson_prompt("main> a > b"), 4);
}

static void hints(void **state)
{
	(void)state;
	good("## s\n```console {goal=\"g\"}\nmain> x\n```\nTry.\n\n<details><summary>Hint</summary>\n\n"
	     "Use *V*.\n\n```console\nno transcript\n```\n\n## not a step\n\n</details>\n\n"
	     "<details>second</details>\n\nEnd.\n");
	assert_int_equal(l.nsteps, 1);
	assert_int_equal(l.step[0].nfences, 1);
	assert_int_equal(l.step[0].nhints, 2);
	check_prose(&l.step[0].after, "Try.\n\nEnd.\n");
	check_prose(&l.step[0].hint[0],
		    "Hint\n\nUse *V*.\n\n    no transcript\n\nnot a step\n----------\n");
	check_prose(&l.step[0].hint[1], "second\n");
	good("</details>\n\na\n\n<!-- <details> -->\n");
	assert_int_equal(l.step[0].nhints, 0);
	bad("a\n\n<details>\n\n## b\n", "f.md:3: ", "never closed");
}

static void refusals(void **state)
{
	(void)state;
	bad("---\ntitle: x\n", "f.md:1: ", "never ends");
	bad("---\nx\n---\n", "f.md:2: ", "key: value");
	bad("---\n: x\n---\n", "f.md:2: ", "key: value");
	bad("---\na: x\na: y\n---\n", "f.md:3: ", "twice");
	bad("---\nnumber: x\n---\n", "f.md:2: ", "number");
	bad("---\nnumber: 99999999999999999999\n---\n", "f.md:2: ", "number");
	bad("## s\n\n```console\nmain> x\n", "f.md:3: ", "never closed");
	bad("```", "f.md:1: ", "never closed");
	bad("~~~ c\n```\n", "f.md:1: ", "never closed");
	bad("````console\nmain> x\n```\n", "f.md:1: ", "never closed");
	bad("- a\n\n  ```c\n  x\n\nb\n", "f.md:3: ", "never closed");
	bad("> ```c\n> x\n", "f.md:1: ", "never closed");
	bad("---\n---\n```console\nmain> a\n```console\nmain> b\n```\n",
	    "f.md:5: ", "the one of line 3");
	bad("\n```console\n\noutput\nmain> x\n```\n",
	    "f.md:4: ", "before the fence's first prompt");
	bad("- a\n\n  ```console\n  main> x\n  ```\n", "f.md:3: ", "inside a list");
	bad("> ```console\n> main> x\n> ```\n", "f.md:1: ", "inside a list");
	bad_n("a\nb\0c\n", 6, "f.md:2: ", "NUL");
	bad("a\n\xff\n", "f.md:2: ", "\\377 is not UTF-8");
	bad("\xc0\x80", "f.md:1: ", "UTF-8");
	bad("\xe0\x80\x80", "f.md:1: ", "UTF-8");
	bad("\xed\xa0\x80", "f.md:1: ", "UTF-8");
	bad("\xf4\x90\x80\x80", "f.md:1: ", "UTF-8");
	bad("\xf0\x8f\xbf\xbf", "f.md:1: ", "UTF-8");
	bad("\n\n\xe4\xb8", "f.md:3: ", "UTF-8");
	good("\xe4\xb8\xad \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf \xee\x80\x80\n");
}

static void fences_that_are_fine(void **state)
{
	(void)state;
	good("- a\n\n  ```c\n  x\n  ```\n\n> ~~~\n> x\n> ~~~\n\n````md\n```console\nx\n```\n````\n");
	assert_int_equal(l.step[0].nfences, 1);
	assert_int_equal(l.step[0].fence[0].kind, FENCE_OTHER);
	good("    ```console\n    x\n"); /* an indented block */
	assert_int_equal(l.step[0].nfences, 0);
	good("> 1. a\n>\n>        ```console\n>        x\n"); /* another */
	good("```console\n```\n");
	assert_int_equal(l.step[0].fence[0].nentries, 0);
	good("```console\n\n\nmain> a\n\n\n```\n");
	assert_int_equal(l.step[0].fence[0].nentries, 1);
	assert_int_equal(l.step[0].fence[0].entry[0].line, 4);
	assert_false(l.step[0].fence[0].quotes);
	good("   ```console\n   main> a\n     b\n  c\n   ```   \n");
	assert_string_equal(l.step[0].fence[0].entry[0].expect[0], "  b");
	assert_string_equal(l.step[0].fence[0].entry[0].expect[1], "c");
}

static void refused_file(const char *path, const char *part)
{
	char *cause = NULL;

	lesson_release(&l);
	assert_int_equal(lesson_load(&l, path, &cause), -1);
	assert_non_null(strstr(cause, path));
	assert_non_null(strstr(cause, part));
	free(cause);
}

static void files(void **state)
{
	char dir[] = "/tmp/lesson_parse.XXXXXX", file[64], fifo[64];
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/03-a.md", dir);
	snprintf(fifo, sizeof(fifo), "%s/fifo", dir);
	refused_file(file, "No such file");
	refused_file(dir, "not a regular file");
	refused_file("/dev/zero", "not a regular file");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	refused_file(fifo, "not a regular file");
	unlink(fifo);

	f = fopen(file, "w");
	fputs(whole, f);
	fclose(f);
	lesson_release(&l);
	assert_int_equal(lesson_load(&l, file, NULL), 0);
	assert_int_equal(l.number, 3);
	assert_string_equal(l.path, file);
	assert_int_equal(truncate(file, LESSON_MAX + 1), 0);
	refused_file(file, "larger than 4 MiB");
	assert_int_equal(truncate(file, LESSON_MAX), 0);
	refused_file(file, "NUL");
	unlink(file);
	rmdir(dir);
}

static void repeat_to(const char *unit, size_t max)
{
	size_t n = strlen(unit), times = max / n;
	char *s = xmalloc(n * times + 1), *cause = NULL;

	for (size_t i = 0; i < times; i++)
		memcpy(s + i * n, unit, n);
	lesson_release(&l);
	lesson_parse(&l, "f.md", s, n * times, &cause); /* only: it returns, soon */
	free(cause);
	free(s);
}

static void hostile(void **state)
{
	(void)state;
	repeat_to("## a\n", 1 << 20);
	repeat_to("```console\nmain> a\nb\n```\n", 1 << 20);
	repeat_to("a", LESSON_MAX);
	repeat_to(">", 1 << 20);
	repeat_to("- ", 1 << 20);
	repeat_to("<details>\n\n", 1 << 20);
	repeat_to("<details>\n\n</details>\n\n", 1 << 20);
	repeat_to("[a](", 1 << 18);
	repeat_to("\n", LESSON_MAX);
	repeat_to("---\n", 1 << 20);
	repeat_to("> ```\n", 1 << 19);
}

/* A task's words, its hints, its solution with the goal; a prediction's choices and reasons. */
static void tasks(void **state)
{
	const struct fence *f;
	struct prose reason;

	(void)state;
	good("## s\nGuess.\n\n1. one\n2. two\n\n```console {predict=\"1; 0\"}\nmain> x\n```\n\n"
	     "<details><summary>Why</summary>\n\n1. So.\n2. Not so.\n\n</details>\n\nDo it.\n\n"
	     "<details><summary>Hint</summary>\n\nA nudge.\n\n</details>\n\n"
	     "<details><summary>Hint</summary>\n\nA push.\n\n```console\nshown\n```\n\n</details>\n\n"
	     "<details><summary>Solution</summary>\n\nSo:\n\n```console {goal=\"2\"}\nmain> y\n```\n\n"
	     "It was easy.\n\n</details>\n\nOn we go.\n\n```console\nmain> z\n```\n\nEnd.\n");
	assert_int_equal(l.nsteps, 1);
	assert_int_equal(l.step[0].nfences, 3);
	assert_int_equal(l.step[0].nhints, 2);
	f = &l.step[0].fence[0];
	assert_int_equal(f->kind, FENCE_PREDICT);
	assert_string_equal(f->goal, "1; 0");
	assert_int_equal(f->nchoices, 2);
	assert_int_equal(f->nhints, 0);
	assert_int_equal(lesson_reasons(f), 2);
	reason = lesson_reason(f, 0);
	check_prose(&reason, "So.\n");
	reason = lesson_reason(f, 1);
	check_prose(&reason, "Not so.\n");
	f = &l.step[0].fence[1];
	assert_int_equal(f->kind, FENCE_GOAL);
	assert_string_equal(f->goal, "2");
	assert_true(f->hidden);
	assert_int_equal(f->hint, 0);
	assert_int_equal(f->nhints, 2);
	check_prose(&f->before, "Do it.\n");
	check_prose(&f->told, "It was easy.\n");
	assert_string_equal(f->entry[0].input, "main> y");
	f = &l.step[0].fence[2];
	assert_int_equal(f->nhints, 0);
	check_prose(&f->before, "On we go.\n");
	check_prose(&l.step[0].after, "End.\n");
	good("## s\n```console {predict=\"1\"}\nmain> x\n```\n\n<details>All.</details>\n");
	assert_int_equal(l.step[0].fence[0].nchoices, 0);
	assert_int_equal(lesson_reasons(&l.step[0].fence[0]), 1);
	reason = lesson_reason(&l.step[0].fence[0], 3);
	check_prose(&reason, "All.\n");
	bad("<details>\n\n```console {setup}\nmain> x\n```\n\n</details>\n",
	    "f.md:3: ", "only as a task's solution");
	bad("<details>\n\n```console {goal=\"1\"}\nmain> x\n```\n\n```console {goal=\"1\"}\nmain> x\n"
	    "```\n\n</details>\n",
	    "f.md:7: ", "one to each");
}

int main(void)
{
#define T(f) cmocka_unit_test_teardown(f, done)
	const struct CMUnitTest tests[] = {
		T(a_whole_lesson), T(line_ends), T(titles_and_numbers),
		T(kinds),          T(prompts),   T(hints),
		T(tasks),          T(refusals),  T(fences_that_are_fine),
		T(files),          T(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
