/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the session remembers: names and whose they are, objects and their differences.
 */
#include "session/names.h"
#include "session/objects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/msg.h>

static void ids_are_everybodys_and_descriptors_are_not(void **state)
{
	struct names ns = { 0 };

	(void)state;
	names_bind(&ns, "q", KIND_MSG, 10, 3);
	names_bind(&ns, "r", KIND_FD, 10, 5);
	names_bind(&ns, "r", KIND_FD, 11, 6);
	assert_int_equal(names_find(&ns, "q", 1, 11)->value, 3);
	assert_int_equal(names_find(&ns, "r", 1, 10)->value, 5);
	assert_int_equal(names_find(&ns, "r", 1, 11)->value, 6);
	assert_null(names_find(&ns, "r", 1, 12));
	assert_non_null(names_elsewhere(&ns, "r", 1, 12));
	assert_null(names_find(&ns, "rr", 2, 10));
	assert_string_equal(names_of(&ns, KIND_MSG, 99, 3), "q");
	assert_null(names_of(&ns, KIND_SEM, 0, 3));
	names_release(&ns);
}

static void a_name_means_one_thing_to_a_process(void **state)
{
	struct names ns = { 0 };

	(void)state;
	names_bind(&ns, "x", KIND_FD, 10, 5);
	names_bind(&ns, "x", KIND_MSG, 10, 7); /* a queue now: no process's x is a descriptor */
	assert_int_equal(names_find(&ns, "x", 1, 10)->kind, KIND_MSG);
	assert_int_equal(ns.n, 1);
	names_bind(&ns, "x", KIND_INT, 11, 1);
	assert_int_equal(names_find(&ns, "x", 1, 11)->kind, KIND_INT);
	assert_int_equal(ns.n, 1);
	names_release(&ns);
}

static void children_inherit_and_the_dead_forget(void **state)
{
	struct names ns = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++) {
		char name[8] = { (char)('a' + i % 26), (char)('0' + i / 26) };

		names_bind(&ns, name, KIND_FD, 10, i);
	}
	names_inherit(&ns, 10, 20);
	assert_int_equal(ns.n, 200);
	assert_int_equal(names_find(&ns, "v3", 2, 20)->value, 99);
	names_forget_owner(&ns, 10);
	assert_int_equal(ns.n, 100);
	assert_null(names_find(&ns, "v3", 2, 10));
	names_forget(&ns, KIND_FD, 20, 99);
	assert_null(names_find(&ns, "v3", 2, 20));
	assert_non_null(names_find(&ns, "a0", 2, 20));
	names_release(&ns);
}

static void texts_are_a_process_s_own(void **state)
{
	struct names ns = { 0 };
	const struct bound *b;

	(void)state;
	names_bind_text(&ns, "t", 10, "a\0b", 3);
	names_bind(&ns, "n", KIND_INT, 10, 1);
	names_inherit(&ns, 10, 20);
	names_bind_text(&ns, "t", 10, "other", 5); /* in its place */
	b = names_find(&ns, "t", 1, 20);
	assert_int_equal(b->kind, KIND_TEXT);
	assert_int_equal(b->len, 3);
	assert_memory_equal(b->text, "a\0b", 4);
	names_bind(&ns, "t", KIND_INT, 20, 5); /* a number now */
	assert_null(names_find(&ns, "t", 1, 20)->text);
	names_bind_text(&ns, "n", 20, "", 0);
	assert_int_equal(names_find(&ns, "n", 1, 20)->len, 0);
	names_bind(&ns, "n", KIND_MSG, 10, 7); /* nobody's text any more */
	assert_int_equal(names_find(&ns, "n", 1, 20)->kind, KIND_MSG);
	names_forget_owner(&ns, 10);
	assert_null(names_find(&ns, "t", 1, 10));
	names_release(&ns);
}

struct told {
	int added, changed, gone;
};

static void tell(void *arg, const struct facility *f, const struct object *now,
		 const struct object *was)
{
	struct told *t = arg;

	assert_non_null(f);
	t->added += !was;
	t->gone += !now;
	t->changed += now && was;
}

static void only_what_was_touched_is_looked_at(void **state)
{
	struct objects os = { 0 };
	struct world w = { 0 };
	struct told t = { 0 };
	int id[300];

	(void)state;
	for (int i = 0; i < 300; i++) {
		id[i] = msgget(IPC_PRIVATE, 0600);
		assert_true(id[i] >= 0);
		objects_touch(&os, KIND_MSG, id[i]);
		objects_touch(&os, KIND_MSG, id[i]);
	}
	objects_touch(&os, KIND_MSG, 0x7fffffff); /* there is none: never told */
	objects_diff(&os, &w, tell, &t);
	assert_int_equal(t.added, 300);
	assert_int_equal(msgsnd(id[7], &(struct {
					long type;
					char text[4];
				}){ 1, "abc" },
				4, 0),
			 0);
	objects_diff(&os, &w, tell, &t);
	assert_int_equal(t.changed, 0);
	objects_touch(&os, KIND_MSG, id[7]);
	objects_touch(&os, KIND_MSG, id[8]);
	objects_diff(&os, &w, tell, &t);
	assert_int_equal(t.changed, 1);
	for (int i = 0; i < 300; i++)
		assert_int_equal(msgctl(id[i], IPC_RMID, NULL), 0);
	objects_touch(&os, KIND_MSG, id[0]);
	objects_diff(&os, &w, tell, &t);
	assert_int_equal(t.gone, 1);
	assert_null(objects_find(&os, KIND_MSG, id[0]));
	assert_non_null(objects_find(&os, KIND_MSG, id[299]));
	objects_touch_all(&os, KIND_MSG, &w);
	objects_diff(&os, &w, tell, &t);
	assert_int_equal(t.gone, 300);
	assert_int_equal(os.n, t.added - 300); /* others' queues on this machine, if any */
	objects_release(&os);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_everybodys_and_descriptors_are_not),
		cmocka_unit_test(a_name_means_one_thing_to_a_process),
		cmocka_unit_test(children_inherit_and_the_dead_forget),
		cmocka_unit_test(texts_are_a_process_s_own),
		cmocka_unit_test(only_what_was_touched_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
