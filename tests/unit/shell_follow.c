/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson followed at the prompt, in a real session: predictions, tasks, what is said where things go
 * otherwise, other steps, and what is kept of it.  Lines are typed as the terminal gives them.
 */
#include "base/lang.h"
#include "shell/follow.h"

#include "base/str.h"
#include "view/term.h"

#include <glob.h>
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
static struct term *term;
static struct str told; /* since the last line was typed */
static char directory[] = "/tmp/ipcsh-follow-XXXXXX";
static char path[64], kept[96];

static const char lesson[] =
	"---\ntitle: Mail\nabout: It waits.\ntime: 12\n---\n\n## Begin\n\nWords.\n\n"
	"```console\nmain> q = msgget IPC_PRIVATE 0600\nmsgget(IPC_PRIVATE, 0600) = 0\n"
	"+ q     0 messages, 16384 bytes max  rw-------  key IPC_PRIVATE\n"
	"main> msgsnd q 1 \"a\"\nmsgsnd(0, {mtype=1, mtext=\"a\"}, 1, 0) = 0\n"
	"~ q     1 message, 1 byte (was 0)\nmain> spawn A\n+ A     process 3\n```\n\n"
	"## Guess\n\n1. It sleeps.\n2. It gets it.\n\n"
	"```console {predict=\"asleep(A); returned(A, msgrcv)\"}\n"
	"A> msgrcv q 1\nA: msgrcv(0, {mtype=1, mtext=\"a\"}, 1024, 1, 0) = 1\n"
	"~ q     0 messages, 0 bytes (was 1, 1 byte)\n```\n\n"
	"<details><summary>Why</summary>\n\n1. There is one.\n2. There is one indeed.\n\n</details>\n\n"
	"## Alone\n\nLet A sleep.\n\n<details><summary>Hint</summary>\n\nThink.\n\n</details>\n\n"
	"<details><summary>Hint</summary>\n\nThink of `msgrcv`.\n\n</details>\n\n"
	"<details><summary>Solution</summary>\n\n```console {goal=\"asleep(A) and q.qnum == 0\"}\n"
	"A> msgrcv q 7\nA: msgrcv(0,  <unfinished ...>\n   A sleeps: wants type 7; q is empty\n"
	"```\n\nIt would also have gone otherwise.\n\n</details>\n\nThat was it.\n";

static void put(void *ctx, const char *text, size_t len)
{
	str_addn(ctx, text, len);
}

static void put_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void write_lesson(const char *text)
{
	put_file(path, text);
}

static int begin(void **state)
{
	char *cause = NULL;

	(void)state;
	umask(022);
	if (session_begin(&session, SANDBOX_AUTO, &(struct sandbox_wish){ .nobody = true },
			  &interrupted, &cause) ||
	    session_ready(&session, &cause)) {
		print_error("%s\n", cause);
		return -1;
	}
	shell_init(&sh, &session);
	sh.interactive = true;
	term = term_new((struct term_out){ .write = put, .ctx = &told },
			(struct term_options){ .diff = true });
	sh.term = term;
	session_add_sink(&session, term_sink(term));
	write_lesson(lesson);
	return 0;
}

static int end(void **state)
{
	(void)state;
	lesson_leave(&sh);
	session_remove_sink(&session, term_sink(term));
	term_free(term);
	session_end(&session);
	shell_release(&sh);
	str_free(&told);
	unlink(path);
	unlink(kept);
	return 0;
}

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	setenv("XDG_STATE_HOME", directory, 1);
	snprintf(path, sizeof(path), "%s/07-test.md", directory);
	snprintf(kept, sizeof(kept), "%s/ipcsh/progress.json", directory);
	return 0;
}

static int remove_directory(void **state)
{
	char *state_home = xasprintf("%s/ipcsh", directory);
	int r;

	(void)state;
	rmdir(state_home);
	r = rmdir(directory);
	free(state_home);
	return r;
}

static void type(const char *line)
{
	char *copy = xstrdup(line);

	str_reset(&told);
	if (!lesson_takes(&sh, copy)) {
		bool understood = !shell_line(&sh, copy, NULL);

		lesson_typed(&sh, copy, understood);
	}
	free(copy);
}

static void follow(void)
{
	char *cause = NULL;

	str_reset(&told);
	if (lesson_follow(&sh, path, &cause))
		print_error("%s\n", cause);
	assert_null(cause);
}

static bool says(const char *what)
{
	bool is = strstr(str_text(&told), what);

	if (!is)
		print_error("not said: %s\nbut: %s\n", what, str_text(&told));
	return is;
}

static bool silent_of(const char *what)
{
	bool is = strstr(str_text(&told), what);

	if (is)
		print_error("said: %s\n", str_text(&told));
	return !is;
}

static void to_the_guess(void)
{
	follow();
	type("q = msgget IPC_PRIVATE 0600");
	type("msgsnd q 1 \"a\"");
	type("spawn A");
}

static void test_beginning(void **state)
{
	(void)state;
	follow();
	assert_true(says("Lesson 7: Mail\nIt waits.\nAbout 12 minutes.\nThe session begins anew."));
	assert_true(
		says("\nBegin (1 of 3)\n\nWords.\n\nEnter types: q = msgget IPC_PRIVATE 0600\n"));
}

/* Another way to the same sight is as good; what shows something else is not. */
static void test_other_words(void **state)
{
	(void)state;
	follow();
	type("q = msgget IPC_PRIVATE 0600");
	type("msgsnd q 1 b");
	assert_true(silent_of("Enter types"));
	type("msgrcv q");
	assert_true(silent_of("Enter types"));
	type("msgsnd q mtype=1 mtext=a");
	assert_true(says("Enter types: spawn A\n"));
	type("set diff off");
	type("msgsnd q 1 a");
	assert_true(silent_of("~ q"));
	type("set diff");
	assert_true(says("diff off"));
	type("set diff on");
	type("leave");
	assert_true(session.diff);
}

static void test_differs(void **state)
{
	(void)state;
	follow();
	type("q = msgget IPC_PRIVATE 0600");
	type("msgsnd q 3 ccc");
	type("state q"); /* looking is no straying */
	type("msgsnd q 1 \"a\"");
	assert_true(says("The lesson shows something else (- there, + here):\n"));
	assert_true(
		says("    -~ q  1 message, 1 byte (was 0)\n    +~ q  2 messages, 4 bytes (was 1"));
	assert_true(says("you also typed msgsnd q 3 ccc.\nagain begins"));
	assert_true(says("Enter types: spawn A\n"));
	type("again");
	assert_true(says("The session begins anew"));
	assert_true(says("Begin (1 of 3)"));
	type("q = msgget IPC_PRIVATE 0600");
	type("msgsnd q 1 \"a\"");
	assert_true(silent_of("something else"));
}

/* Without anything typed besides it must be the machine. */
static void test_other_machine(void **state)
{
	(void)state;
	write_lesson(
		"## One\n\n```console\nmain> umask 022\numask(022) = 0777\nmain> getpid\n```\n");
	follow();
	type("umask 022");
	assert_true(says("    -umask(022) = 0777\n    +umask(022) = 022\n"));
	assert_true(says("kernel, limits or programs"));
	assert_true(says("Enter types: getpid"));
}

/* What was typed in steps before counts, too, but not what looks, or was not understood. */
static void test_blame(void **state)
{
	(void)state;
	write_lesson(
		"## One\n\n```console\nmain> getpid\n```\n\n## Two\n\n```console\nmain> umask 022\n"
		"umask(022) = 0777\n```\n");
	follow();
	type("umask 077");
	type("umsk 022");
	type("state");
	type("umask 027");
	type("getpid");
	type("umask 022");
	assert_true(says("you also typed umask 027, umask\n077. again begins"));
	assert_true(silent_of("umsk"));
}

/* In Chinese a mistake's words are not compared: but the line must be the one that is asked for. */
static void test_mistake_in_chinese(void **state)
{
	(void)state;
	write_lesson(
		"## One\n\n```console\nmain> msgsn q\nipcsh: msgsn: no such primitive, command or "
		"program; did you mean msgsnd?\nmain> getpid\n```\n");
	lang_set("zh", NULL);
	follow();
	type("hlep me");
	assert_true(silent_of("getpid"));
	type("msgsn q");
	assert_true(says("getpid"));
	assert_true(silent_of("课里显示的不一样"));
	lang_set("en", NULL);
}

/* A lesson that asks for reset means it. */
static void test_reset(void **state)
{
	(void)state;
	write_lesson("## One\n\n```console\nmain> spawn A\nmain> reset\nmain> getpid\n```\n");
	follow();
	type("reset");
	assert_true(says("objects and processes are gone, too"));
	type("spawn A");
	type("reset");
	assert_true(silent_of("are gone, too"));
	assert_true(says("getpid"));
}

static void test_prediction(void **state)
{
	(void)state;
	to_the_guess();
	assert_true(
		says("1. It sleeps.\n2. It gets it.\n\nBefore it is run, your guess: type a number "
		     "from 1 to 2\n"));
	assert_null(lesson_next_input(&sh));
	type("hint");
	assert_true(says("your guess"));
	type("where");
	assert_true(says("Guess (2 of 3)\n\n1. It sleeps.\n2. It gets it.\n\nBefore it is run"));
	type("3");
	assert_true(says("your guess"));
	type("");
	assert_true(says("your guess"));
	type("A> msgrcv q 1"); /* not before the guess */
	assert_true(says("your guess"));
	assert_true(silent_of("msgrcv("));
	type("getpid"); /* but anything else */
	assert_true(says("getpid()"));
	type(" 1 ");
	assert_true(says("Your guess is 1."));
	assert_true(says("A: msgrcv(0, {mtype=1, mtext=\"a\"}, 1024, 1, 0) = 1\n"));
	assert_true(says("No: it was 2, not 1.\nNot 1: There is one.\n2: There is one indeed.\n"));
	assert_true(says("Alone (3 of 3)"));
	type("back");
	type("2");
	assert_true(says("Yes: 2.\n2: There is one indeed.\n"));
	assert_true(silent_of("Not 1"));
	type("back");
	type("skip");
	assert_true(says("It was 2.\n2: There"));
	type("back");
	type("A> msgrcv q"); /* then there is nothing to get */
	type("2");
	assert_true(says("No: it was 1, not 2."));
	assert_true(says("something else"));
}

static void test_task(void **state)
{
	(void)state;
	to_the_guess();
	type("2");
	assert_true(says("Let A sleep.\n\nYour turn"));
	assert_null(lesson_next_input(&sh));
	type("");
	assert_true(says("Your turn"));
	type("hint");
	assert_true(says("Hint 1 of 3 (the last is the solution):\nThink.\n"));
	type("hint");
	assert_true(says("Hint 2 of 3:\nThink of `msgrcv`.\n"));
	type("hint");
	assert_true(says("The solution (skip types it for you):\n    A> msgrcv q 7\n"));
	type("where");
	assert_true(
		says("Alone (3 of 3)\n\nLet A sleep.\n\nNot yet:\n    A is not asleep\nYour turn"));
	type("A> msgsnd q 5 x");
	type("A> msgrcv q 6"); /* asleep, but something is in the queue */
	assert_true(silent_of("Solved"));
	type("where");
	assert_true(says("Not yet:\n    q.qnum == 0 (it is 1)\n"));
	type("msgrcv q 5");
	assert_true(says(
		"Solved.\n\nIt would also have gone otherwise.\n\nThat was it.\n\nThis was lesson 7."));
	assert_null(sh.lesson);
}

static void test_skip(void **state)
{
	(void)state;
	follow();
	type("skip");
	assert_true(says("msgget(IPC_PRIVATE"));
	assert_true(says("Guess (2 of 3)"));
	type("skip");
	assert_true(says("Alone (3 of 3)"));
	type("msgsnd q 1 x"); /* the solution alone will not do then */
	type("skip");
	assert_true(says("Not yet:\n    q.qnum == 0 (it is 1)\nFrom where you were that does not"));
	assert_true(says("That is how it is done.\n\nIt would also")); /* so from the beginning */
	assert_null(sh.lesson);
	follow();
	type("q = msgget IPC_PRIVATE 0600");
	type("spawn A");
	type("skip");
	assert_true(says("That could not be done to its end; again"));
}

static void test_steps(void **state)
{
	(void)state;
	follow();
	type("back");
	assert_true(says("this is the first step"));
	type("next");
	assert_true(says("Guess (2 of 3)"));
	assert_non_null(procs_find(&session.procs, "A", 1));
	type("next");
	assert_true(says("Alone (3 of 3)"));
	type("next");
	assert_true(says("this is the last step"));
	type("back");
	assert_true(says("Guess (2 of 3)"));
	type("leave");
	type("next");
	assert_true(says("no lesson is followed"));
	type("leave now");
	assert_true(says("leave takes no arguments"));
	type("hint");
	assert_true(says("no lesson is followed"));
	type("skip");
	assert_true(says("no lesson is followed"));
	type("where");
	assert_true(says("no lesson is followed"));
}

/* Only the last that were typed are named; and the solution's own lines are nobody's fault. */
static void test_strays(void **state)
{
	(void)state;
	write_lesson(
		"## One\n\nDo.\n\n<details>\n\n"
		"```console {goal=\"exists(B)\"}\nmain> spawn A\nmain> spawn B\n```\n\n</details>\n\n"
		"```console\nmain> umask 022\numask(022) = 0777\n```\n");
	follow();
	assert_true(says("Your turn: type what does it. skip does it.\n")); /* there is no hint */
	type("umask 021");
	type("umask 020");
	type("spawn  A");
	type("umask 026");
	type("umask 027");
	type("umask 022");
	type("spawn B");
	assert_true(says("Solved."));
	type("umask 022");
	assert_true(
		says("you also typed umask 022, umask\n027, umask 026 and 2 more. again begins"));
}

/* None of the choices came true: that, too, is said, with what may have been the reason. */
static void test_none_right(void **state)
{
	(void)state;
	write_lesson("## One\n\n1. a\n2. b\n\n```console {predict=\"exists(Y); exists(Z)\"}\n"
		     "main> getpid\n```\n\n## Two\n\n```console\nmain> getppid\n```\n");
	follow();
	type("1");
	assert_true(
		says("The kernel did none of what the lesson foresaw.\nNothing was typed besides"));
	assert_true(says("Two (2 of 2)"));
	type("back");
	type("umask 027");
	type("skip");
	assert_true(says("The kernel did none of what the lesson foresaw."));
	assert_true(says("you also typed umask 027. again"));
}

/* The lesson's prompt is that of the process that it last said to use, while that lives. */
static void test_voice(void **state)
{
	(void)state;
	write_lesson(
		"## One\n\n```console\nmain> spawn A\n+ A     process 3\nmain> use A\n"
		"A> getpid\ngetpid() = 3\nA> exit\nexit(0)\n- A     exited with status 0\n"
		"main> getpid\ngetpid() = 2\n```\n\n## Two\n\n```console\nmain> getpid\n```\n");
	follow();
	type("spawn A");
	type("use A");
	type("getpid");
	assert_true(says("getpid() = 3\n"));
	assert_true(silent_of("something else"));
	type("exit");
	type("getpid");
	assert_true(says("getpid() = 2\n"));
	assert_true(silent_of("something else"));
	assert_true(says("Two (2 of 2)"));
}

/* A mistake that the lesson quotes is part of it: skip goes past it. */
static void test_quoted_mistake(void **state)
{
	(void)state;
	write_lesson(
		"## One\n\n```console\nmain> spwan A\n"
		"ipcsh: spwan: no such primitive, command or program; did you mean spawn?\n"
		"main> spawn A\n+ A     process 3\n```\n\n## Two\n\n```console\nmain> getpid\n```\n");
	follow();
	sh.exit_status = 7;
	type("skip");
	assert_true(says(
		"\nipcsh: spwan: no such primitive, command or program; did you mean spawn?\n"));
	assert_true(silent_of("something else"));
	assert_true(says("Two (2 of 2)"));
	assert_non_null(procs_find(&session.procs, "A", 1));
	assert_int_equal(sh.exit_status, 7);
	sh.exit_status = 0;
}

/* Ctrl-C once the first call has returned. */
static void press(struct sink *sink, const struct event *e)
{
	(void)sink;
	if (e->type == EV_CALL)
		interrupted = 1;
}

static void test_interrupted(void **state)
{
	struct sink keyboard = { .emit = press };

	(void)state;
	follow();
	session_add_sink(&session, &keyboard);
	type("skip");
	session_remove_sink(&session, &keyboard);
	interrupted = 0;
	assert_true(says("msgget(IPC_PRIVATE, 0600) = 0\n"));
	assert_true(silent_of("msgsnd("));
	assert_true(says("That could not be done to its end; again begins the step anew."));
	type("again");
	assert_true(says("Enter types: q = msgget"));
}

/* Ctrl-C when a program was just asked for: it is the program that is struck, as soon as there is one. */
static void test_early_interrupt(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		interrupted = 1;
		str_reset(&told);
		shell_line(&sh, (char[]){ "command sleep 600" }, NULL);
		assert_true(says("SIGINT"));
		assert_true(silent_of("caught"));
		assert_int_equal(interrupted, 0);
	}
}

/* A lesson that has become one in which the session ends, where it has to be gone through again. */
static void test_ends_session(void **state)
{
	char *cause = NULL, *once = xasprintf("%s/once.ipc", directory), *text;

	(void)state;
	write_lesson(
		"## One\n\n```console\nmain> getpid\n```\n\n## Two\n\n```console\nmain> getpid\n```\n");
	follow();
	type("getpid");
	type("leave");
	write_lesson(
		"## One\n\n```console\nmain> exit 3\n```\n\n## Two\n\n```console\nmain> getpid\n```\n");
	assert_int_equal(lesson_follow(&sh, path, &cause), -1); /* at its second step */
	assert_string_equal(cause, "main> exit 3 ends the session");
	assert_null(sh.lesson);
	sh.quit = false;
	assert_int_equal(lesson_enter(&sh, path, 1, 0, &cause), -1);
	assert_null(sh.lesson);
	sh.quit = false;
	assert_int_equal(lesson_enter(&sh, "/nowhere/1-x.md", 0, 0, &cause), -1);
	free(cause);
	assert_int_equal(lesson_enter(&sh, path, 0, 0, NULL), 0);
	type("next");
	assert_true(says("main> exit 3 ends the session"));
	sh.quit = false;
	lesson_leave(&sh);

	write_lesson("## One\n\n```console {setup}\nmain> quit\n```\n\nThe end.\n");
	follow();
	assert_true(sh.quit);
	assert_true(silent_of("This was lesson 7"));
	sh.quit = false;
	lesson_leave(&sh);

	text = xasprintf(
		"## One\n\n```console {setup}\nmain> source %s\n```\n\nDo.\n\n<details>\n\n"
		"```console {goal=\"exists(B)\"}\nmain> getpid\n```\n\n</details>\n",
		once);
	put_file(once, "getpid\n");
	write_lesson(text);
	free(text);
	follow();
	put_file(once, "quit\n");
	type("skip");
	assert_true(says("From where you were that does not solve it."));
	assert_true(says("ends the session"));
	assert_true(silent_of("That is how it is done"));
	sh.quit = false;
	unlink(once);
	free(once);
}

/* lesson and record, while one is followed. */
static void test_commands(void **state)
{
	(void)state;
	sh.lessons = directory;
	follow();
	type("record --lesson 08-other.md");
	assert_true(says("a lesson is followed; leave it first: leave"));
	type("lesson");
	assert_true(says("where shows the step that you are at; leave ends the lesson."));
	type("leave");
	type("lesson");
	assert_true(says("lesson N begins one, or goes on where you were"));
	put_file(kept, "{");
	type("lesson reset 7");
	assert_true(says("progress.json:1: "));
	assert_true(silent_of("begins anew the next time"));
	unlink(kept);
	type("lesson reset 7");
	assert_true(says("Lesson 7 begins anew the next time"));
	sh.lessons = NULL;
}

/* A lesson's own lines do not steer it. */
static void test_lesson_may_not(void **state)
{
	(void)state;
	write_lesson(
		"## One\n\n```console {setup}\nmain> leave\n```\n\nx\n\n```console\nmain> getpid\n```\n");
	follow();
	assert_true(says("a lesson or script may not"));
	assert_non_null(sh.lesson);
}

static void test_bad_goal(void **state)
{
	char *cause = NULL;

	(void)state;
	follow();
	write_lesson("## One\n\n```console {goal=\"sleeps(A)\"}\nmain> getpid\n```\n");
	assert_int_equal(lesson_follow(&sh, path, &cause), -1);
	assert_non_null(strstr(cause, "07-test.md:3: column 1: there is no sleeps()"));
	assert_non_null(sh.lesson); /* the other one goes on */
	free(cause);
}

static void test_resume(void **state)
{
	(void)state;
	to_the_guess();
	type("leave");
	follow();
	assert_true(says("You were at step 2"));
	assert_true(says("Guess (2 of 3)"));
	assert_non_null(procs_find(&session.procs, "A", 1));
	type("skip");
	type("skip");
	assert_null(sh.lesson);
	follow(); /* it was finished: from the beginning */
	assert_true(says("Begin (1 of 3)"));
	type("next");
	type("leave");
	sh.interactive = false; /* a script's or check's lesson is nobody's progress */
	follow();
	assert_true(says("Begin (1 of 3)"));
	sh.interactive = true;
	type("leave");
	follow();
	assert_true(says("Guess (2 of 3)"));
}

static bool told_of_trouble(void)
{
	static const char *const words[] = { "shows something else", "could not be done",
					     "does not solve it",    "课里显示的不一样",
					     "没能做到底",           "这样解决不了" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strstr(str_text(&told), words[i]))
			return true;
	return false;
}

/* The lessons themselves, with nothing but Enter, each in its language: nothing goes otherwise than they show. */
static void test_lessons(void **state)
{
	glob_t found;
	int wrong = 0;

	(void)state;
	if (session.box.host) /* what they show is a sandbox's */
		skip();
	assert_int_equal(glob("lessons/[0-9]*.md", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc && !wrong; i++) {
		lang_set(strstr(found.gl_pathv[i], ".zh.md") ? "zh" : "en", NULL);
		if (strstr(found.gl_pathv[i], "/07-") && !session.box.second) {
			print_message("# %s: there is no second user here\n", found.gl_pathv[i]);
			continue;
		}
		assert_int_equal(lesson_follow(&sh, found.gl_pathv[i], &(char *){ NULL }), 0);
		while (sh.lesson && !wrong) { /* what cannot be done is not gone past */
			const char *next = lesson_next_input(&sh);

			type(next ? next : "skip");
			if (told_of_trouble()) {
				print_error("%s\n%s\n", found.gl_pathv[i], str_text(&told));
				wrong++;
			}
		}
	}
	lang_set("en", NULL);
	globfree(&found);
	assert_int_equal(wrong, 0);
}

/* One that needs a second user, where there is none. */
static void test_no_user(void **state)
{
	(void)state;
	if (session.box.host)
		skip();
	session.box.second = session.box.wish.nobody = false;
	assert_int_equal(
		lesson_follow(&sh, "lessons/07-keys-and-permissions.md", &(char *){ NULL }), 0);
	assert_true(says("This lesson needs a second user"));
	for (const char *next = "skip"; !next || !strstr(next, "user=nobody");) {
		type(next ? next : "skip");
		next = lesson_next_input(&sh);
	}
	session.box.second = false; /* root has it again with each world */
	type("spawn B user=nobody");
	assert_true(says("Nothing was typed besides: this lesson needs a second user."));
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_beginning),
		T(test_other_words),
		T(test_differs),
		T(test_other_machine),
		T(test_prediction),
		T(test_blame),
		T(test_mistake_in_chinese),
		T(test_reset),
		T(test_task),
		T(test_skip),
		T(test_steps),
		T(test_lesson_may_not),
		T(test_bad_goal),
		T(test_resume),
		T(test_lessons),
		T(test_no_user),
		T(test_strays),
		T(test_none_right),
		T(test_voice),
		T(test_quoted_mistake),
		T(test_interrupted),
		T(test_early_interrupt),
		T(test_ends_session),
		T(test_commands),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
