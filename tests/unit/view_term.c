/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal printer: each line's exact shape, marks, folding, hostile text; and its tables. */
#include "call_line.h"
#include "view/grid.h"
#include "view/term.h"
#include "view/term_wrap.h"

#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

static struct str written;

static void collect(void *ctx, const char *text, size_t n)
{
	(void)ctx;
	str_addn(&written, text, n);
}

static const struct term_options plain = { .diff = true, .echo = true };

static struct term *start(struct term_options options)
{
	str_free(&written);
	return term_new((struct term_out){ .write = collect }, options);
}

static void emit(struct term *t, struct event e)
{
	if (e.text && !e.len)
		e.len = strlen(e.text);
	term_sink(t)->emit(term_sink(t), &e);
}

static void expect(const char *text)
{
	assert_string_equal(str_text(&written), text);
	str_reset(&written);
}

static void finish(struct term *t)
{
	term_free(t);
	str_free(&written);
}

static void calls(void **state)
{
	struct term *t = start(plain);
	struct call c = { 0 };
	struct event e = { .type = EV_CALL, .call = &c, .proc = "main", .current = true };

	(void)state;
	called(&c, "P 0 2", 0, 0);
	emit(t, e);
	expect("semop(0, [{sem_num=0, sem_op=-2, sem_flg=0}], 1) = 0\n");
	e.why = "a remark";
	emit(t, e);
	expect("semop(0, [{sem_num=0, sem_op=-2, sem_flg=0}], 1) = 0\n   a remark\n");

	called(&c, "P 0 2 IPC_NOWAIT", -1, EAGAIN);
	e.status = CALL_FAILED;
	e.why = "2 of s[0] asked, 1 there; IPC_NOWAIT says not to sleep";
	emit(t, e);
	expect("semop(0, [{sem_num=0, sem_op=-2, sem_flg=IPC_NOWAIT}], 1) = "
	       "-1 EAGAIN (Resource temporarily unavailable)\n"
	       "   2 of s[0] asked, 1 there; IPC_NOWAIT says not to sleep\n");

	called(&c, "P 0 2", 0, 0);
	e.proc = "A";
	e.current = false;
	e.status = CALL_WAITING;
	e.why = "wants 2 of s[0], which is 1";
	emit(t, e);
	expect("A: semop(0, [{sem_num=0, sem_op=-2, sem_flg=0}], 1 <unfinished ...>\n"
	       "   A sleeps: wants 2 of s[0], which is 1\n");
	e.why = NULL;
	emit(t, e);
	expect("A: semop(0, [{sem_num=0, sem_op=-2, sem_flg=0}], 1 <unfinished ...>\n"
	       "   A sleeps\n");

	e.type = EV_RESUMED;
	e.status = CALL_RETURNED;
	e.why = "s[0] is 1 as before: main gave 2, A took 2";
	emit(t, e);
	expect("A: <... semop resumed>) = 0\n   s[0] is 1 as before: main gave 2, A took 2\n");
	e.why = NULL;
	e.noreturn = true;
	emit(t, e);
	expect("A: <... semop resumed> <unfinished ...>) = ?\n");

	called(&c, "exit 3", 0, 0);
	e.type = EV_CALL;
	emit(t, e);
	assert_non_null(strstr(str_text(&written), "(3) = ?\n"));
	call_release(&c);
	finish(t);
}

static void pipelines(void **state)
{
	struct term *t = start(plain);
	struct event e = { .type = EV_CALL, .text = "false", .proc = "main", .current = true };

	(void)state;
	emit(t, e);
	expect("");
	e.ret = 1;
	emit(t, e);
	expect("   exit status 1\n");
	e.ret = 141;
	e.why = "killed by SIGPIPE";
	emit(t, e);
	expect("   killed by SIGPIPE\n");
	e.current = false;
	e.proc = "A";
	emit(t, e);
	expect("A: killed by SIGPIPE\n");
	e.why = "cat (\001p9\002) sleeps in open(hello)";
	e.status = CALL_WAITING;
	emit(t, e);
	expect("   A sleeps: cat (9) sleeps in open(hello)\n");
	e = (struct event){ .type = EV_RESUMED, .text = "cat", .proc = "A" };
	emit(t, e);
	expect("A: cat: exit status 0\n");
	e.text = "sh -c 'while :; do read x || exit; echo $x; done' < hello";
	e.current = true;
	e.ret = 3;
	emit(t, e);
	expect("   sh -c 'while :; do read x || exit; echo ...: exit status 3\n");
	finish(t);
}

static void objects(void **state)
{
	static const char *const subject[] = { "s[0]", "s[100]", "msg:\001q3\002", "long_name" };
	static const char *const note[] = { "3 (was 0)", "1 (was 2)", "a", "b" };
	struct term *t = start(plain);
	const char *made = "2 semaphores  rw-------  values 0 0";
	struct event e = {
		.type = EV_OBJECT, .kind = KIND_SEM, .name = "s", .note = &made, .nnotes = 1
	};

	(void)state;
	emit(t, e);
	expect("+ s     2 semaphores  rw-------  values 0 0\n");
	e.change = OBJECT_CHANGED;
	e.subject = subject;
	e.note = note;
	e.nnotes = 4;
	emit(t, e);
	expect("~ s[0]  3 (was 0)\n~ s[100]  1 (was 2)\n~ msg:3  a\n~ long_name  b\n");
	e.change = OBJECT_GONE;
	e.nnotes = 0;
	e.name = "q";
	emit(t, e);
	expect("- q     removed\n");
	term_set_diff(t, false);
	emit(t, e);
	expect("");
	finish(t);
}

static void processes(void **state)
{
	struct term *t = start(plain);
	const char *undo = "its undo gave s[0] 1 back";
	struct event e = { .type = EV_PROCESS, .proc = "A", .pid = 2, .change = PROCESS_STARTED };

	(void)state;
	emit(t, e);
	e = (struct event){
		.type = EV_PROCESS, .proc = "B", .change = PROCESS_KILLED, .signo = SIGKILL
	};
	emit(t, e);
	e.note = &undo;
	e.nnotes = 1;
	emit(t, e);
	e.nnotes = 0;
	e.change = PROCESS_ZOMBIE;
	emit(t, e);
	e.change = PROCESS_STOPPED;
	e.signo = SIGSTOP;
	emit(t, e);
	expect("+ A     process 2\n- B     killed by SIGKILL\n"
	       "- B     killed by SIGKILL; its undo gave s[0] 1 back\n"
	       "- B     killed by SIGKILL: a zombie until its parent waits\n"
	       "~ B     stopped by SIGSTOP\n");
	e = (struct event){ .type = EV_PROCESS,
			    .proc = "B",
			    .change = PROCESS_EXITED,
			    .value_known = 1,
			    .exit_status = 3 };
	emit(t, e);
	e.value_known = 0;
	emit(t, e);
	e.change = PROCESS_CONTINUED;
	emit(t, e);
	e.change = PROCESS_REAPED;
	emit(t, e);
	e.change = PROCESS_ZOMBIE;
	emit(t, e);
	e.change = PROCESS_ORPHANED;
	emit(t, e);
	e.change = PROCESS_EXECED;
	e.text = "cat";
	emit(t, e);
	expect("- B     exited with status 3\n"
	       "- B     ended; how, this kernel told only whoever waited for it\n"
	       "~ B     continued\n- B     reaped\n"
	       "- B     a zombie until its parent waits\n"
	       "~ B     orphaned: its parent is now init, process 1\n~ B     runs cat now\n");
	e = (struct event){ .type = EV_PROCESS,
			    .proc = "B",
			    .change = PROCESS_KILLED,
			    .signo = SIGSEGV,
			    .core = true };
	emit(t, e);
	e.change = PROCESS_CHANGED;
	e.note = &undo;
	e.nnotes = 1;
	emit(t, e);
	expect("- B     killed by SIGSEGV (core dumped)\n~ B     its undo gave s[0] 1 back\n");
	finish(t);
}

static void signals(void **state)
{
	struct term *t = start(plain);
	struct event e = {
		.type = EV_SIGNAL, .proc = "A", .signo = SIGUSR1, .code = SI_USER, .from = "main"
	};

	(void)state;
	emit(t, e);
	e.signo = SIGRTMIN + 3;
	e.code = SI_QUEUE;
	e.value_known = true;
	e.value = 42;
	emit(t, e);
	e.current = true;
	e.from = NULL;
	e.code = 77;
	e.value_known = false;
	emit(t, e);
	e.action = SIGNAL_IGNORED;
	e.signo = SIGINT;
	emit(t, e);
	e.action = SIGNAL_DEFAULT;
	e.from = "B";
	emit(t, e);
	expect("A: caught SIGUSR1 from main (SI_USER)\n"
	       "A: caught SIGRT_5 from main (SI_QUEUE, value 42)\n"
	       "caught SIGRT_5 (si_code 77)\n   A ignores SIGINT\ndefault action of SIGINT from B\n");
	finish(t);
}

static void texts(void **state)
{
	struct term *t = start(plain);
	struct event e = {
		.type = EV_OUTPUT, .proc = "main", .current = true, .text = "one\n\ntwo"
	};

	(void)state;
	emit(t, e);
	expect("one\n\ntwo\n");
	e.current = false;
	e.proc = "A";
	emit(t, e);
	expect("A: one\nA: \nA: two\n");
	e.text = "\033[2Jx\ry\001q1\002\xff 中文\n";
	e.current = true;
	emit(t, e);
	expect("\\033[2Jx\\015y\\001q1\\002\\377 中文\n");

	e = (struct event){ .type = EV_LINE, .proc = "main", .text = "  msgsnd q 1 x\n" };
	emit(t, e);
	e.text = "A> P s";
	emit(t, e);
	e.text = "A>";
	emit(t, e);
	e.text = "A >f";
	emit(t, e);
	e.text = "  ";
	emit(t, e);
	e.text = "# \033]0;x\a";
	emit(t, e);
	expect("main> msgsnd q 1 x\nA> P s\nA>\nmain> A >f\nmain> # \\033]0;x\\007\n");
	term_set_echo(t, false);
	emit(t, e);
	expect("");

	e = (struct event){ .type = EV_ERROR,
			    .text = "sp\033wn: no such command\nsecond",
			    .hint = "spawn A",
			    .source = "a.ipc:3" };
	emit(t, e);
	expect("ipcsh: a.ipc:3: sp\\033wn: no such command\n   second\n   try: spawn A\n");
	e = (struct event){ .type = EV_TEXT, .text = "help" };
	emit(t, e);
	expect("help\n");
	finish(t);
}

/* Any event with nothing in it, any bytes in every text: no crash, whole lines, no control bytes. */
static void hostile(void **state)
{
	struct term *t = start((struct term_options){ .diff = true, .echo = true, .marked = true });
	char bytes[257];
	const char *note = bytes;

	(void)state;
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)(255 - i);
	bytes[256] = '\0';
	for (int type = EV_LINE; type <= EV_TEXT; type++)
		for (int change = 0; change <= PROCESS_CHANGED; change++) {
			struct event e = { .type = type, .change = change };

			if (type == EV_OBJECT && change > OBJECT_GONE)
				continue;
			emit(t, e);
			if (type == EV_TEXT)
				continue;
			e.text = e.hint = e.why = e.from = e.source = bytes;
			e.name = bytes;
			e.note = &note;
			e.nnotes = 1;
			emit(t, e);
		}
	for (size_t i = 0; i < written.len; i++)
		if ((unsigned char)written.s[i] < 0x20)
			assert_true(written.s[i] == '\n' || written.s[i] == '\t' ||
				    written.s[i] == MARK_OPEN || written.s[i] == MARK_CLOSE);
	assert_int_equal(written.s[written.len - 1], '\n');
	finish(t);
}

static void marks(void **state)
{
	struct term *t = start((struct term_options){ .diff = true, .colour = true });
	struct event e = { .type = EV_PROCESS, .proc = "A", .pid = 2 };
	struct str out = STR_INIT;

	(void)state;
	term_render(t, &e, &out);
	assert_string_equal(str_text(&out), "+ A     process \001p2\002\n");
	emit(t, e);
	expect("\033[32m+\033[0m \033[1mA\033[0m     process 2\n");
	term_free(t);
	t = start((struct term_options){ .marked = true });
	emit(t, e);
	expect(str_text(&out));
	str_free(&out);
	finish(t);
}

static void colour(void **state)
{
	struct term *t = start((struct term_options){ .diff = true, .colour = true });
	struct call c = { 0 };
	struct event e = {
		.type = EV_CALL, .call = &c, .proc = "A", .status = CALL_FAILED, .why = "no"
	};

	(void)state;
	called(&c, "P 0 2 IPC_NOWAIT", -1, EAGAIN);
	emit(t, e);
	expect("\033[1mA\033[0m: \033[1msemop\033[0m(0, [{sem_num=0, sem_op=-2, sem_flg=IPC_NOWAIT}], 1) = "
	       "\033[31m-1 EAGAIN (Resource temporarily unavailable)\033[0m\n   \033[2mno\033[0m\n");
	call_release(&c);
	finish(t);
}

static void note(struct term *t, const char *subject, const char *fmt, ...)
{
	char text[80];
	const char *line = text;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	emit(t, (struct event){ .type = EV_OBJECT,
				.change = OBJECT_CHANGED,
				.subject = &subject,
				.note = &line,
				.nnotes = 1 });
}

static void folds(void **state)
{
	struct term *t = start(plain);

	(void)state;
	term_fold_begin(t);
	for (int i = 1; i <= 10; i++) {
		note(t, "q", "%d (was %d)", i, i - 1);
		note(t, "m", "0x%x", i * 13);
		if (i == 9)
			note(t, "q", "another");
	}
	term_fold_end(t);
	expect("~ q     1 (was 0)\n~ m     0xd\n~ q     2 (was 1)\n~ m     0x1a\n"
	       "~ q     3 (was 2)\n~ m     0x27\n~ q     4 (was 3)\n~ m     0x34\n"
	       "~ q     5 (was 4)\n~ m     0x41\n~ q     6 (was 5)\n~ m     0x4e\n"
	       "... 3 more like this; the last: ~ q     9 (was 8)\n"
	       "... 3 more like this; the last: ~ m     0x75\n"
	       "~ q     another\n"
	       /* one is not worth a count */
	       "~ q     10 (was 9)\n~ m     0x82\n");
	for (int i = 0; i < 8; i++)
		note(t, "q", "%d", i);
	expect("~ q     0\n~ q     1\n~ q     2\n~ q     3\n~ q     4\n~ q     5\n~ q     6\n~ q     7\n");

	/* the parts of a very long line of output are told as they come */
	term_fold_begin(t);
	emit(t, (struct event){ .type = EV_OUTPUT, .text = "ab", .len = 2, .to_go_on = true });
	emit(t, (struct event){ .type = EV_OUTPUT, .text = "c\nd\n", .len = 4, .goes_on = true });
	term_fold_end(t);
	expect("abc\nd\n");

	/* more shapes than are remembered: nothing is lost */
	term_fold_begin(t);
	term_fold_begin(t);
	for (int i = 0; i < 8 * 40; i++)
		note(t, "q", "%c%c", 'a' + i % 40 / 20, 'a' + i % 20);
	term_fold_end(t);
	for (int i = 0; i < 100; i++)
		note(t, "q", "%d", i);
	term_fold_end(t);
	assert_non_null(
		strstr(str_text(&written), "... 94 more like this; the last: ~ q     99\n"));
	term_fold_end(t);
	finish(t);
}

/* -- tables ----------------------------------------------------------------------------------- */

static const struct grid_column columns[] = {
	{ "queue", GRID_TREE }, { "id", GRID_RIGHT },      { "empty", 0 },
	{ "mode", 0 },          { "contents", GRID_WRAP },
};

static struct grid *queues(void)
{
	struct grid *g = grid_new("message queues", columns, ARRAY_LEN(columns));
	int q = grid_row(g, -1), sub;

	grid_set(g, q, 0, "q");
	grid_set(g, q, 1, "\001q0\002");
	grid_set(g, q, 3, "rw-------");
	sub = grid_row(g, q);
	grid_set(g, sub, 0, "[0]");
	grid_set(g, sub, 4, "\"中文中文中文中文中文中文中文中文\"");
	sub = grid_row(g, q);
	grid_set(g, sub, 0, "[1]");
	grid_set(g, sub, 4, "at \001t12:30:05\002 by \001p77\002 \033[2J\n");
	q = grid_row(g, -1);
	grid_set(g, q, 0, "msg:\001q32769\002");
	grid_set(g, q, 1, "\001q32769\002");
	grid_set(g, q, 2, "");
	grid_note(g, "a note");
	return g;
}

static void draws(const struct grid *g, int width, const char *text)
{
	struct str out = STR_INIT;

	grid_text(&out, g, width, false);
	assert_string_equal(str_text(&out), text);
	str_free(&out);
}

static const char wide[] =
	"message queues\n"
	"queue         id  mode       contents\n"
	"q              \001q0\002  rw-------\n"
	"├─[0]                        \"中文中文中文中文中文中文中文中文\"\n"
	"└─[1]                        at \001t12:30:05\002 by \001p77\002 \\033[2J\\012\n"
	"msg:\001q32769\002  \001q32769\002\n"
	"   a note\n";

static void tables(void **state)
{
	struct grid *g = queues(), *none = grid_new("pipes", columns, ARRAY_LEN(columns));

	(void)state;
	draws(g, 0, wide);
	draws(g, 100, wide);
	draws(g, 20,
	      "message queues\n"
	      "q\n"
	      "  id \001q0\002\n"
	      "  mode rw-------\n"
	      "  [0]\n"
	      "    contents \"中文中\n"
	      "    文中文中文中文中\n"
	      "    文中文中文\"\n"
	      "  [1]\n"
	      "    contents at \001t12:3\002\n"
	      "    \001t0:05\002 by \001p77\002 \\033[\n"
	      "    2J\\012\n"
	      "msg:\001q32769\002\n"
	      "  id \001q32769\002\n"
	      "   a note\n");
	draws(none, 0, "pipes: none\n");
	grid_free(none);
	grid_free(g);
}

/* Every width and any locale: no line is wider than the terminal, and it comes out the same. */
static void narrow(void **state)
{
	struct grid *g = queues();

	(void)state;
	for (int width = 20; width <= 80; width++) {
		struct str out = STR_INIT;
		wchar_t line[512];
		char *s, *save;

		assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
		grid_text(&out, g, width, false);
		if (width >= 50) /* where a table is drawn, if wrapped */
			assert_non_null(strstr(str_text(&out), "\n├─[0] "));
		setlocale(LC_ALL, "C");
		draws(g, width, str_text(&out));
		assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
		s = xmalloc(out.len + 1);
		{
			struct str bare = STR_INIT;

			str_unmark(&bare, out.s, out.len);
			strcpy(s, str_text(&bare));
			str_free(&bare);
		}
		for (char *l = strtok_r(s, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
			assert_true(mbstowcs(line, l, 512) < 512);
			assert_in_range(wcswidth(line, 512), 0, width);
		}
		setlocale(LC_ALL, "C");
		free(s);
		str_free(&out);
	}
	for (int width = 1; width < 20; width++) {
		struct str out = STR_INIT;

		grid_text(&out, g, width, true);
		str_free(&out);
	}
	grid_free(g);
}

/* Thousands of rows are drawn by another way; they look the same. */
static void many(void **state)
{
	struct grid *few = grid_new("x", columns, ARRAY_LEN(columns));
	struct grid *more = grid_new("x", columns, ARRAY_LEN(columns));
	struct str a = STR_INIT, b = STR_INIT;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct grid *g = i < 200 ? few : more;
		int r;

		for (int twice = 0; twice < (i < 200 ? 2 : 1); twice++, g = more) {
			r = grid_row(g, -1);
			grid_setf(g, r, 0, "q%d", i < 200 ? i : 1);
			grid_setf(g, r, 1, "\001q%d\002", i < 200 ? i * 37 : 1);
			grid_set(g, r, 4, i % 3 ? "中文 \x01q1\x02 \033\xff" : "");
		}
	}
	grid_text(&a, few, 0, true);
	grid_text(&b, more, 0, true);
	assert_true(b.len > a.len);
	assert_memory_equal(a.s, b.s, a.len);
	str_free(&a);
	str_free(&b);
	grid_free(few);
	grid_free(more);
}

static void states(void **state)
{
	struct grid *grids[] = { queues(), grid_new("pipes", columns, 2), queues() };
	struct term *t = start(plain);
	struct event e = { .type = EV_STATE, .grid = grids, .ngrids = 3 };
	struct str bare = STR_INIT, both = STR_INIT;

	(void)state;
	str_unmark(&bare, wide, strlen(wide));
	str_addf(&both, "%s\n%s", str_text(&bare), str_text(&bare));
	emit(t, e);
	expect(str_text(&both));
	e.grid = grids + 1;
	e.ngrids = 1;
	emit(t, e);
	expect("pipes: none\n");
	str_free(&bare);
	str_free(&both);
	for (int i = 0; i < 3; i++)
		grid_free(grids[i]);
	finish(t);
}

/* A word longer than a row is the terminal's to break: what comes behind it goes on from there. */
static void long_words(void **state)
{
	struct str out = STR_INIT;
	const char *line = "0123456789012345678901234 ab cd ef\n";

	(void)state;
	term_wrap(&out, line, strlen(line), 10); /* 25 columns: the last row has five */
	assert_string_equal(str_text(&out), "0123456789012345678901234 ab\ncd ef\n");
	str_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls),      cmocka_unit_test(pipelines),
		cmocka_unit_test(objects),    cmocka_unit_test(processes),
		cmocka_unit_test(signals),    cmocka_unit_test(texts),
		cmocka_unit_test(hostile),    cmocka_unit_test(marks),
		cmocka_unit_test(colour),     cmocka_unit_test(folds),
		cmocka_unit_test(tables),     cmocka_unit_test(narrow),
		cmocka_unit_test(many),       cmocka_unit_test(states),
		cmocka_unit_test(long_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
