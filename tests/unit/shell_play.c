/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lessons replayed, checked, blessed and followed, in a real session.  The lessons are files of a
 * directory of their own; what --check printed is compared as text.
 */
#include "shell/follow.h"
#include "shell/play.h"

#include "base/str.h"
#include "lesson/source.h"
#include "view/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#undef fail /* cmocka's; base/mem.h's is meant */

static struct session session;
static volatile sig_atomic_t interrupted;
static struct shell sh;
static struct str told; /* what a term that listens was told */
static char directory[] = "/tmp/ipcsh-play-XXXXXX";
static char path[64];

static void put(void *ctx, const char *text, size_t len)
{
	str_addn(ctx, text, len);
}

static int begin(void **state)
{
	char *cause = NULL;

	(void)state;
	umask(022);
	if (session_start(&session, SANDBOX_AUTO, &interrupted, &cause)) {
		print_error("%s\n", cause);
		return -1;
	}
	shell_init(&sh, &session);
	snprintf(path, sizeof(path), "%s/07-test.md", directory);
	return 0;
}

static int end(void **state)
{
	(void)state;
	lesson_leave(&sh);
	session_end(&session);
	shell_release(&sh);
	str_free(&told);
	unlink(path);
	return 0;
}

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);
}

static void write_lesson(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void assert_lesson(const char *want)
{
	char *text, *cause = NULL;
	size_t n;

	assert_int_equal(source_read(path, &text, &n, &cause), 0);
	text = xrealloc(text, n + 1);
	text[n] = '\0';
	assert_string_equal(text, want);
	free(text);
}

/* Checks the lesson; *out is what was printed, the path left out. */
static int check(struct str *out)
{
	char *text = NULL, *cause = NULL, *at;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	struct tap tap;
	int r;

	tap_init(&tap, f);
	r = play_check(&sh, path, &tap, &cause);
	fclose(f);
	str_reset(out);
	for (const char *s = text; *s; s = at) {
		at = strstr(s, path);
		if (!at)
			at = strchr(s, '\0');
		str_addn(out, s, (size_t)(at - s));
		if (*at) {
			at += strlen(path);
			str_add(out, "L");
		}
	}
	if (r < 0)
		str_add(out, cause);
	free(cause);
	free(text);
	return r;
}

static struct term *listen_in(bool echo)
{
	struct term *t = term_new((struct term_out){ .write = put, .ctx = &told },
				  (struct term_options){ .diff = true, .echo = echo });

	session_add_sink(&session, term_sink(t));
	return t;
}

static void stop_listening(struct term *t)
{
	session_remove_sink(&session, term_sink(t));
	term_free(t);
}

#define FENCE(text) "```console\n" text "```\n"

static void test_squeezed(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ " a", " a" },
		{ "   a  b c     d ", "  a  b c  d " },
		{ "    ", "  " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *s = squeezed(cases[i][0]);

		assert_string_equal(s, cases[i][1]);
		free(s);
	}
}

static void test_check_passes(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	/* ids are matched one to one; a fence that quotes nothing, `...` and [..] */
	write_lesson("# Test\n\n" FENCE(
		"main> q = msgget IPC_PRIVATE 0600\n"
		"msgget(IPC_PRIVATE, 0600) = 77\n+ q     0 messages, [..]\n"
		"main> msgsnd q 1 \"x\"\nmsgsnd(77, {mtype=1, mtext=\"x\"}, 1, 0) = 0\n...\n"
		"main> names\nq [..]\n") "\n## Two\n\n" FENCE("main> msgrcv q\n") "\n```c\nint x;\n```\n");
	assert_int_equal(check(&out), 0);
	assert_string_equal(out.s, "TAP version 13\nok 1 - L:4 Test\nok 2 - L:17 Two\n");
	str_free(&out);
}

static void test_check_differs(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	write_lesson(
		"# Test\n\n" FENCE("main> getpid\ngetpid() = 99\nmain> umask 022\numask(02) = 022\n") "\n## Two\n\n" FENCE(
			"main> nonsuch 1\n") "\n" FENCE("main> repeat 1 getpid\n"));
	assert_int_equal(check(&out), 1);
	assert_string_equal(
		out.s,
		"TAP version 13\n"
		"not ok 1 - L:4 Test\n"
		"# L:6: main> umask 022\n"
		"# -umask(02) = 022\n"
		"# +umask(022) = 022\n"
		"not ok 2 - L:13 Two\n"
		"# L:13: main> nonsuch 1\n"
		"# +ipcsh: nonsuch: no such primitive, command or program; help lists what there is\n"
		"ok 3 - L:17 Two\n");
	assert_int_equal(sh.exit_status, 0);
	str_free(&out);
}

static void test_check_sees_everything(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	/* a sleeper, a mistake that is quoted, and a command that ends the session */
	write_lesson(FENCE("main> r w = pipe\n...\nmain> spawn A\n+ A     process 5\n"
			   "main> read r\nread(3,  <unfinished ...>\n[..]\n"
			   "main> getpid\nipcsh: main sleeps in read[..]\n   try: A> [..]\n"
			   "main> quit\nA> getpid\nA: getpid() = 5\n"));
	assert_int_equal(check(&out), 1);
	assert_string_equal(out.s, "TAP version 13\nnot ok 1 - L:2 07-test.md\n# L:13: A> getpid\n"
				   "# not reached: the session was left before\n");
	assert_false(sh.quit);
	str_free(&out);
}

static void test_check_is_silent(void **state)
{
	struct str out = STR_INIT;
	struct term *t = listen_in(true);

	(void)state;
	session.diff = false;
	write_lesson(FENCE("main> s = semget IPC_PRIVATE 1 0600\n...\n+ s  1 semaphore[..]\n"));
	assert_int_equal(check(&out), 0);
	assert_string_equal(str_text(&told), "");
	assert_false(session.diff);
	assert_ptr_equal(session.sinks, term_sink(t));
	stop_listening(t);
	str_free(&out);
}

static void test_no_lesson(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	assert_int_equal(check(&out), -1);
	assert_non_null(strstr(out.s, "No such file"));
	write_lesson("```console\nmain> getpid\n");
	assert_int_equal(check(&out), -1);
	assert_non_null(strstr(out.s, "07-test.md:1: the fence that opens here is never closed"));
	str_free(&out);
}

static void test_bless(void **state)
{
	char *cause = NULL;
	int changed;

	(void)state;
	if (session.box.host) /* where the first id is not 0 */
		skip();
	write_lesson(
		"\xef\xbb\xbf# Test\r\n\r\n```console\r\nmain> msgget IPC_PRIVATE 0600\r\n?\r\n\r\n"
		"main> msgget IPC_PRIVATE 0600\r\nmsgget([..]) = 5\r\n...\r\nold\r\n```\r\nend");
	assert_int_equal(play_bless(&sh, path, &changed, &cause), 0);
	assert_int_equal(changed, 2);
	assert_lesson("\xef\xbb\xbf# Test\r\n\r\n```console\r\nmain> msgget IPC_PRIVATE 0600\r\n"
		      "msgget(IPC_PRIVATE, 0600) = 0\r\n"
		      "+ msg:0  0 messages, 16384 bytes max  rw-------  key IPC_PRIVATE\r\n\r\n"
		      "main> msgget IPC_PRIVATE 0600\r\nmsgget([..]) = 5\r\n...\r\n```\r\nend");
}

static void test_bless_leaves_what_matches(void **state)
{
	static const char lesson[] =
		"Text.\n\n  ```console\n  main> getpid\n  getpid() = 1234\n\n  ```\n\n" FENCE(
			"main> umask 022\n") "\n```\nmain> umask 022\nno transcript\n```";
	char *cause = NULL;
	struct stat before, after;
	int changed;

	(void)state;
	write_lesson(lesson);
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(play_bless(&sh, path, &changed, &cause), 0);
	assert_int_equal(changed, 0);
	assert_lesson(lesson);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

/* Ids in new lines are those that the lesson quotes already, or it would contradict itself. */
static void test_bless_agrees_with_itself(void **state)
{
	char *cause = NULL;
	int changed;

	(void)state;
	write_lesson(FENCE(
		"main> q = msgget 0xabc IPC_CREAT|0600\nmsgget(0xdef, IPC_CREAT|0600) = 71\n...\n"
		"main> msgsnd q 1 \"x\"\n?\nmain> msgget 0xabc 0\n?\n"));
	assert_int_equal(play_bless(&sh, path, &changed, &cause), 0);
	assert_int_equal(changed, 2);
	assert_lesson(FENCE(
		"main> q = msgget 0xabc IPC_CREAT|0600\nmsgget(0xdef, IPC_CREAT|0600) = 71\n...\n"
		"main> msgsnd q 1 \"x\"\nmsgsnd(71, {mtype=1, mtext=\"x\"}, 1, 0) = 0\n"
		"~ q     1 message, 1 byte (was 0)\n"
		"main> msgget 0xabc 0\nmsgget(0xdef, 000) = 71\n"));
}

static void test_bless_keeps_mode_and_link(void **state)
{
	char *cause = NULL, *link = xasprintf("%s/link.md", directory);
	struct stat st;
	int changed;

	(void)state;
	write_lesson("  ```console\n  main> umask 022\n  ?\n  ```\n");
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(symlink("07-test.md", link), 0);
	assert_int_equal(play_bless(&sh, link, &changed, &cause), 0);
	assert_int_equal(changed, 1);
	assert_lesson("  ```console\n  main> umask 022\n  umask(022) = 022\n  ```\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	unlink(link);
	free(link);
}

/* All that stands around what was seen stays byte for byte, wherever the fence is. */
static void test_bless_tasks(void **state)
{
	static const char head[] =
		"---\ntitle:  A   task\n---\n\n## One  \n\n1.  Yes\n2.  No\t\n\n"
		"```console   {predict=\"exists(main);  exists(A)\"}\nmain> getpid\n";
	static const char between[] =
		"```\n\n<details><summary>Why</summary>\n\n1. So.\n2. So.\n\n</details>\n\nDo *it*.\n\n"
		"<details>\n\nA hint:\n\n```console\nmain> never played\nold\n```\n\n</details>\n"
		"<details>\n\n ~~~console {goal=\"exists(A)\"}\n main> spawn A\n";
	static const char tail[] = " ~~~\n\nDone.  \n\n</details>\n\nEnd.";
	char *text = xasprintf("%sgetpid() = [..]\nold\n%s ?\n%s", head, between, tail);
	char *want = xasprintf("%sgetpid() = [..]\n%s + A     process 3\n%s", head, between, tail);
	char *cause = NULL;
	int changed;

	(void)state;
	write_lesson(text);
	assert_int_equal(play_bless(&sh, path, &changed, &cause), 0);
	assert_int_equal(changed, 2);
	assert_lesson(want);
	free(text);
	free(want);
}

static void test_bless_refuses(void **state)
{
	static const struct {
		const char *lesson, *cause;
	} cases[] = {
		{ FENCE("main> nonsuch\n?\n"), ":2: main> nonsuch\nipcsh: nonsuch: no such" },
		{ FENCE("main> echo 'A> P s'\n?\n"),
		  ":2: what main> echo 'A> P s' printed looks like a prompt" },
		{ FENCE("main> echo '```'\n?\n"), "cannot be quoted: ```" },
		{ FENCE("main> getpid\n?\nmain> quit\nmain> getpid\n"),
		  ":4: main> quit ends the session" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *cause = NULL;
		int changed;

		write_lesson(cases[i].lesson);
		assert_int_equal(play_bless(&sh, path, &changed, &cause), -1);
		assert_int_equal(changed, 0);
		if (!strstr(cause, cases[i].cause))
			print_error("%s\n", cause);
		assert_non_null(strstr(cause, cases[i].cause));
		assert_lesson(cases[i].lesson);
		free(cause);
	}
}

static void test_replay(void **state)
{
	struct term *t = listen_in(true);
	char *cause = NULL, *at;

	(void)state;
	write_lesson("## One\n\n" FENCE(
		"main> umask 022\n?\nmain> nonsuch\nipcsh: nonsuch: [..]\n") "\n## Two\n\n"
									     "```console {setup}\nmain> umask 022\n```\n\n" FENCE(
										     "main> nonsuch\nmain> umask 022\n"));
	assert_int_equal(play_lesson(&sh, path, &cause), -1);
	assert_null(cause);
	assert_int_equal(sh.exit_status, 2);
	stop_listening(t);
	assert_non_null(strstr(
		told.s, "main> # One\nmain> umask 022\numask(022) = 022\nmain> nonsuch\nipcsh: "));
	assert_non_null(strstr(told.s, "main> # Two\nmain> umask 022\n"));
	at = strstr(told.s, "07-test.md:17: nonsuch: no such");
	assert_non_null(at);
	assert_ptr_equal(strchr(at, '\n') + 1, told.s + told.len); /* the last thing told */
}

static void type(const char *line)
{
	char *copy = xstrdup(line);

	str_reset(&told);
	shell_line(&sh, copy, NULL);
	lesson_typed(&sh, copy, true);
	free(copy);
}

static void test_list(void **state)
{
	struct term *t = listen_in(false);

	(void)state;
	sh.interactive = true;
	assert_null(lesson_next_input(&sh));
	type("leave");
	assert_non_null(strstr(told.s, "no lesson is followed"));
	type("lesson nonsuch");
	assert_non_null(strstr(str_text(&told), "ipcsh: "));
	lesson_typed(&sh, "anything", true);
	stop_listening(t);
}

/* There is no directory of lessons beside a test, so the command's insides begin elsewhere. */
static void test_follow(void **state)
{
	struct term *t = listen_in(false);

	(void)state;
	sh.interactive = true;
	write_lesson("---\ntitle: Following\nabout: How it goes.\n---\nIntroduction.\n\n## One\n\nFirst.\n\n" FENCE(
		"main> umask 022\numask(022) = 022\nmain> spawn A\n+ A     process 5\nA> umask 022\n"
		"A: umask(022) = 022\nA>\n") "\n```c\nint x;\n```\n\nBetween.\n\n"
					     "```console {setup}\nmain> umask 022\n```\n\n## Two\n\n" FENCE(
						     "A> getpid\nmain> P   s\n") "\nLast.\n");
	assert_int_equal(lesson_follow(&sh, path, &(char *){ NULL }), 0);
	assert_non_null(strstr(told.s, "Lesson 7: Following\nHow it goes.\n"));
	assert_non_null(strstr(
		told.s, "\nIntroduction.\n\nOne (1 of 2)\n\nFirst.\n\nEnter types: umask 022\n"));
	assert_string_equal(lesson_next_input(&sh), "umask 022");
	type("getpid"); /* wandering off */
	assert_null(strstr(told.s, "Enter"));
	type("main>  umask 022 ");
	assert_non_null(strstr(told.s, "umask(022) = 022\nEnter types: spawn A\n"));
	type("spawn A");
	assert_string_equal(session.current->name, "A"); /* the step is about it */
	assert_string_equal(lesson_next_input(&sh), "umask 022");
	type("where");
	assert_non_null(strstr(told.s, "One (1 of 2)\n\nFirst.\n\nEnter types: umask 022\n"));
	type("main> getpid");
	type("A> umask 022");
	assert_null(strstr(told.s, "something else"));
	assert_string_equal(lesson_next_input(&sh), "A>");
	type("A>");
	assert_non_null(strstr(told.s, "\n    int x;\n\nBetween.\n"));
	assert_non_null(strstr(told.s, "umask(022)"));
	assert_non_null(strstr(told.s, "\nTwo (2 of 2)\n\nEnter types: getpid\n"));
	assert_string_equal(lesson_next_input(&sh), "getpid");
	type("getpid");
	assert_string_equal(lesson_next_input(&sh), "P   s");
	type("main> P s"); /* a mistake, but what the lesson wanted */
	assert_non_null(strstr(told.s, "\nLast.\n\nThis was lesson 7."));
	assert_null(lesson_next_input(&sh));
	assert_null(sh.lesson);
	stop_listening(t);
}

static void test_leave(void **state)
{
	struct term *t = listen_in(false);

	(void)state;
	write_lesson(FENCE("main> getpid\n"));
	type("spawn Z");
	assert_int_equal(lesson_follow(&sh, path, &(char *){ NULL }), 0);
	assert_null(procs_find(&session.procs, "Z", 1)); /* the session began anew */
	type("leave");
	assert_null(sh.lesson);
	assert_null(lesson_next_input(&sh));
	stop_listening(t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_squeezed),
		TEST(test_check_passes),
		TEST(test_check_differs),
		TEST(test_check_sees_everything),
		TEST(test_check_is_silent),
		TEST(test_no_lesson),
		TEST(test_bless),
		TEST(test_bless_leaves_what_matches),
		TEST(test_bless_agrees_with_itself),
		TEST(test_bless_keeps_mode_and_link),
		TEST(test_bless_tasks),
		TEST(test_bless_refuses),
		TEST(test_replay),
		TEST(test_list),
		TEST(test_follow),
		TEST(test_leave),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
