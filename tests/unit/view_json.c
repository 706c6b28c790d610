/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON printer: each event's object, whole, and that any bytes come out as valid UTF-8. */
#include "base/grid.h"
#include "base/str.h"
#include "call_line.h"
#include "view/json.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static char *text;
static size_t size;

/* What one event becomes; checked to be one line of JSON. */
static const char *line_of(struct event e, const struct world *w)
{
	FILE *out;
	struct jsonl *j;
	json_error_t error;
	json_t *back;

	free(text);
	out = open_memstream(&text, &size);
	assert_non_null(out);
	j = jsonl_new(out, w);
	if (e.text && !e.len)
		e.len = strlen(e.text);
	jsonl_sink(j)->emit(jsonl_sink(j), &e);
	jsonl_free(j);
	fclose(out);
	assert_true(size && text[size - 1] == '\n');
	assert_null(memchr(text, '\n', size - 1));
	back = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (!back)
		fail_msg("%s: %s", error.text, text);
	json_decref(back);
	text[size - 1] = '\0';
	return text;
}

static void expect(struct event e, const char *want)
{
	assert_string_equal(line_of(e, NULL), want);
}

/* The value of "key":{...} up to the object's end, for the parts that matter. */
static void has(const char *part)
{
	if (!strstr(text, part))
		fail_msg("%s is not in %s", part, text);
}

static void calls(void **state)
{
	struct call c = { 0 };
	struct event e = {
		.type = EV_CALL, .call = &c, .seq = 7, .t = 0.25, .proc = "main", .pid = 1
	};

	(void)state;
	called(&c, "semget IPC_PRIVATE 2 0600", 3, 0);
	expect(e,
	       "{\"event\":\"call\",\"seq\":7,\"t\":0.25,\"proc\":\"main\",\"pid\":1,"
	       "\"name\":\"semget\",\"args\":{\"key\":\"IPC_PRIVATE\",\"nsems\":2,\"semflg\":\"0600\"},"
	       "\"text\":\"semget(IPC_PRIVATE, 2, 0600) = 3\",\"status\":\"returned\",\"ret\":3}");

	called(&c, "P 3 2 IPC_NOWAIT", -1, EAGAIN);
	e.status = CALL_FAILED;
	e.why = "2 of \001s3\002 asked";
	expect(e,
	       "{\"event\":\"call\",\"seq\":7,\"t\":0.25,\"proc\":\"main\",\"pid\":1,\"name\":\"semop\","
	       "\"args\":{\"semid\":3,\"sops\":\"[{sem_num=0, sem_op=-2, sem_flg=IPC_NOWAIT}]\",\"nsops\":1},"
	       "\"text\":\"semop(3, [{sem_num=0, sem_op=-2, sem_flg=IPC_NOWAIT}], 1) = "
	       "-1 EAGAIN (Resource temporarily unavailable)\",\"status\":\"failed\",\"ret\":-1,"
	       "\"errno\":\"EAGAIN\",\"why\":\"2 of 3 asked\"}");

	called(&c, "P 3 2", 0, 0);
	e.status = CALL_WAITING;
	e.why = NULL;
	expect(e,
	       "{\"event\":\"call\",\"seq\":7,\"t\":0.25,\"proc\":\"main\",\"pid\":1,\"name\":\"semop\","
	       "\"args\":{\"semid\":3,\"sops\":\"[{sem_num=0, sem_op=-2, sem_flg=0}]\",\"nsops\":1},"
	       "\"text\":\"semop(3, [{sem_num=0, sem_op=-2, sem_flg=0}], 1 <unfinished ...>\","
	       "\"status\":\"waiting\"}");

	e.type = EV_RESUMED;
	e.status = CALL_RETURNED;
	e.ref = 5;
	e.waited = 1.5;
	line_of(e, NULL);
	has("\"event\":\"resumed\"");
	has("\"text\":\"<... semop resumed>) = 0\",\"status\":\"returned\",\"ret\":0,"
	    "\"ref\":5,\"waited\":1.5}");

	e = (struct event){ .type = EV_CALL, .text = "ls | wc", .proc = "A", .pid = 2 };
	expect(e,
	       "{\"event\":\"call\",\"seq\":0,\"t\":0.0,\"proc\":\"A\",\"pid\":2,\"name\":\"command\","
	       "\"text\":\"ls | wc\",\"status\":\"returned\",\"ret\":0}");
	call_release(&c);
}

/* Arguments that are text come as text; struct members without the struct around them. */
static void arguments(void **state)
{
	struct call c = { 0 };
	struct event e = { .type = EV_CALL, .call = &c };
	struct str want = STR_INIT;

	(void)state;
	called(&c, "msgsnd 0 1 \"a\\\"b\\n\\t中\"", 0, 0);
	line_of(e, NULL);
	has("\"args\":{\"msqid\":0,\"mtype\":1,\"mtext\":\"a\\\"b\\n\\t中\",\"msgsz\":8");
	called(&c, "msgsnd 0 1 \"\\xff{}\"", 0, 0);
	line_of(e, NULL);
	has("\"mtext\":\"\\\"\\\\377{}\\\"\"");
	/* longer than a strace line shows */
	called(&c, "msgsnd 0 1 \"xy\"*100", 0, 0);
	line_of(e, NULL);
	str_add(&want, "\"mtext\":\"");
	for (int i = 0; i < 100; i++)
		str_add(&want, "xy");
	str_addc(&want, '"');
	has(str_text(&want));
	str_free(&want);
	called(&c, "mkfifo hello 0644", -1, EEXIST);
	e.status = CALL_FAILED;
	line_of(e, NULL);
	has("\"args\":{\"pathname\":\"hello\",\"mode\":\"0644\"}");
	/* nothing was put into the buffer */
	called(&c, "msgrcv 0 0 IPC_NOWAIT", -1, ENOMSG);
	line_of(e, NULL);
	has("\"args\":{\"msqid\":0,\"msgsz\":1024,\"msgtyp\":0,\"msgflg\":\"IPC_NOWAIT\"}");
	has("\"errno\":\"ENOMSG\"");
	call_release(&c);
}

static pid_t inner(void *ctx, pid_t outer)
{
	(void)ctx;
	return outer - 1000;
}

static void objects(void **state)
{
	unsigned short now_values[] = { 3, 0 }, was_values[] = { 0, 0 };
	struct world w = { .pid_in = inner };
	struct object now = { .kind = KIND_SEM, .id = 3, .value = now_values, .nvalues = 2 },
		      was = now;
	struct object queue = { .kind = KIND_MSG, .id = 1 };
	struct event e = { .type = EV_OBJECT, .kind = KIND_SEM, .id = 3, .name = "s", .now = &now };
	const struct field *f;

	(void)state;
	f = facility_of(KIND_SEM)->field;
	for (int i = 0; f[i].name; i++)
		now.f[i] = was.f[i] = f[i].flags & FIELD_MODE  ? 0640
				      : f[i].flags & FIELD_KEY ? (int)0x8101d2f0
							       : 0;
	was.value = was_values;
	line_of(e, NULL);
	has("\"event\":\"object\"");
	has("\"change\":\"new\",\"kind\":\"sem\",\"id\":3,\"name\":\"s\",\"fields\":{");
	has("\"key\":\"0x8101d2f0\"");
	has("\"mode\":\"0640\"");
	has("\"values\":[3,0]}");
	e.change = OBJECT_CHANGED;
	e.was = &was;
	line_of(e, NULL);
	has("\"change\":\"changed\"");
	has("\"was\":{\"values\":[0,0]}}");
	e.change = OBJECT_GONE;
	e.now = NULL;
	line_of(e, NULL);
	has("\"change\":\"gone\"");
	assert_null(strstr(text, "\"fields\""));

	f = facility_of(KIND_MSG)->field;
	for (int i = 0; f[i].name; i++)
		queue.f[i] = f[i].flags & FIELD_PID ? 1002 : 0;
	e = (struct event){ .type = EV_OBJECT,
			    .kind = KIND_MSG,
			    .id = 1,
			    .name = "msg:\001q1\002",
			    .now = &queue };
	line_of(e, &w);
	has("\"name\":\"msg:1\"");
	has("\"lspid\":2");
}

static void others(void **state)
{
	const char *undo = "its undo gave s[0] 1 back";
	struct event e = { .type = EV_LINE, .text = "P s", .source = "a.ipc:3" };

	(void)state;
	expect(e,
	       "{\"event\":\"line\",\"seq\":0,\"t\":0.0,\"text\":\"P s\",\"source\":\"a.ipc:3\"}");
	e = (struct event){ .type = EV_SIGNAL,
			    .signo = SIGUSR1,
			    .from = "main",
			    .value_known = true,
			    .code = SI_QUEUE,
			    .value = 42 };
	expect(e,
	       "{\"event\":\"signal\",\"seq\":0,\"t\":0.0,\"signo\":\"SIGUSR1\",\"action\":\"handled\","
	       "\"from\":\"main\",\"code\":-1,\"value\":42}");
	e = (struct event){ .type = EV_PROCESS,
			    .proc = "B",
			    .pid = 3,
			    .change = PROCESS_KILLED,
			    .signo = SIGKILL,
			    .note = &undo,
			    .nnotes = 1 };
	expect(e,
	       "{\"event\":\"process\",\"seq\":0,\"t\":0.0,\"proc\":\"B\",\"pid\":3,\"change\":\"killed\","
	       "\"signo\":\"SIGKILL\",\"notes\":[\"its undo gave s[0] 1 back\"]}");
	e = (struct event){ .type = EV_PROCESS,
			    .proc = "B",
			    .pid = 3,
			    .change = PROCESS_EXITED,
			    .value_known = 1,
			    .exit_status = 3 };
	expect(e,
	       "{\"event\":\"process\",\"seq\":0,\"t\":0.0,\"proc\":\"B\",\"pid\":3,\"change\":\"exited\","
	       "\"status\":3}");
	e = (struct event){ .type = EV_OUTPUT, .stream = "stderr", .text = "x\033\xff中\n" };
	expect(e,
	       "{\"event\":\"output\",\"seq\":0,\"t\":0.0,\"stream\":\"stderr\",\"text\":\"x\\\\033\\\\377中\\n\"}");
	e = (struct event){ .type = EV_TEXT, .text = "help\n" };
	expect(e,
	       "{\"event\":\"output\",\"seq\":0,\"t\":0.0,\"stream\":\"shell\",\"text\":\"help\\n\"}");
	e = (struct event){ .type = EV_ERROR, .text = "no such command", .hint = "spawn" };
	expect(e,
	       "{\"event\":\"error\",\"seq\":0,\"t\":0.0,\"message\":\"no such command\",\"hint\":\"spawn\"}");
}

static void states(void **state)
{
	static const struct grid_column columns[] = { { "name", GRID_TREE },
						      { "id", GRID_RIGHT },
						      { "mode", 0 } };
	struct grid *grids[] = { grid_new("processes", columns, 2),
				 grid_new("message queues", columns, 3),
				 grid_new("pipes", columns, 3) };
	struct event e = { .type = EV_STATE, .grid = grids, .ngrids = 3 };
	int q;

	(void)state;
	q = grid_row(grids[0], -1);
	grid_set(grids[0], q, 0, "main");
	grid_set(grids[0], q, 1, "\001p1\002");
	q = grid_row(grids[1], -1);
	grid_set(grids[1], q, 0, "q");
	grid_set(grids[1], q, 1, "-");
	grid_set(grids[1], q, 2, "0600");
	grid_set(grids[1], grid_row(grids[1], q), 0, "[0]");
	grid_set(grids[1], grid_row(grids[1], q), 0, "[1]");
	grid_note(grids[2], "not told");
	expect(e,
	       "{\"event\":\"state\",\"seq\":0,\"t\":0.0,\"processes\":[{\"name\":\"main\",\"id\":1}],"
	       "\"objects\":{\"message queues\":[{\"name\":\"q\",\"id\":\"-\",\"mode\":\"0600\","
	       "\"rows\":[{\"name\":\"[0]\"},{\"name\":\"[1]\"}]}],\"pipes\":[]},"
	       "\"notes\":[\"not told\"]}");
	for (int i = 0; i < 3; i++)
		grid_free(grids[i]);
}

/* Any event with nothing in it, or with any bytes in every text. */
static void hostile(void **state)
{
	struct object o = { .kind = KIND_FIFO };
	char bytes[256];
	const char *note = bytes;

	(void)state;
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)(255 - i);
	o.text = bytes;
	for (int type = EV_LINE; type <= EV_TEXT; type++)
		for (int change = 0; change <= PROCESS_CHANGED; change++) {
			struct event e = { .type = type, .change = change };

			if (type == EV_OBJECT && change > OBJECT_GONE)
				continue;
			line_of(e, NULL);
			e.text = e.hint = e.why = e.from = e.source = e.name = e.proc = bytes;
			e.note = &note;
			e.nnotes = 1;
			e.now = e.was = &o;
			e.t = 1.0 / 0.0;
			line_of(e, NULL);
		}
}

static int release(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	return 0;
}

/* Valid JSON is not enough: it may be read on a terminal. */
static void shows_nothing_unseen(void **state)
{
	(void)state;
	line_of((struct event){ .type = EV_OUTPUT, .text = "a\x7f\xc2\x9b\u202e\U000e0041\033汉" },
		NULL);
	has("\"a\\u007f\\u009b\\u202e\\udb40\\udc41\\u001B汉\"");
	line_of((struct event){ .type = EV_OUTPUT, .text = "\xff\x9b" }, NULL);
	has("\"\\\\377\\\\233\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls),
		cmocka_unit_test(arguments),
		cmocka_unit_test(objects),
		cmocka_unit_test(others),
		cmocka_unit_test(states),
		cmocka_unit_test(hostile),
		cmocka_unit_test(shows_nothing_unseen),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
