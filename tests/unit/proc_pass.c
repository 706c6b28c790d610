/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two passes of settling against a model of a scheduler: two tasks that wake each other, and the next thing
 * happens before whichever read of /proc one likes.  All ways to lay it over the reads are tried; where
 * both passes find rest, everything has to have happened.
 */
#include "call/prim.h"
#include "proc/others.h"
#include "proc/pass.h"
#include "proc/settle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FIRST = 41, TASKS = 2, EVENTS = 5, READS = 12 };

/* WOKEN: on the way to a run queue; its call and turns are still the sleeper's, only stat tells (TASK_WAKING) */
enum condition { SLEEPS, WOKEN, RUNS };

static struct {
	enum condition is[TASKS];
	unsigned turns[TASKS];
	int reads, at[EVENTS], done, waker;
} model;

static void runs(int i)
{
	model.is[i] = RUNS;
	model.turns[i]++;
}

/* One wakes the other and sleeps; that one gets its turn, wakes the first and sleeps; the first has a turn. */
static void event(int n)
{
	int w = model.waker, x = !w;

	switch (n) {
	case 0:
		model.is[x] = WOKEN;
		break;
	case 1:
		model.is[w] = SLEEPS;
		break;
	case 2:
		runs(x);
		break;
	case 3:
		model.is[w] = WOKEN;
		model.is[x] = SLEEPS;
		break;
	default:
		runs(w);
		model.is[w] = SLEEPS;
	}
}

static int say(int task, const char *file, char *buf, size_t size)
{
	enum condition is = model.is[task];

	if (!strcmp(file, "schedstat"))
		return snprintf(buf, size, "1 2 %u\n", model.turns[task]);
	if (!strcmp(file, "stat"))
		return snprintf(buf, size, "%d (x) %c 1 1 1 0 -1 64 0\n", FIRST + task,
				is == SLEEPS ? 'S' : 'R');
	return is == RUNS ? snprintf(buf, size, "running\n")
			  : snprintf(buf, size, "%ld 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n",
				     (long)SYS_rt_sigsuspend);
}

/* Of the files of such tasks, what the model says; it stands in the place of libc's. */
ssize_t pread(int fd, void *buf, size_t size, off_t at)
{
	char link[32], path[PATH_MAX], *file;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	file = strrchr(path, '/');
	if (!file || !strstr(path, "/settling-"))
		return syscall(SYS_pread64, fd, buf, size, at);
	while (model.done < EVENTS && model.at[model.done] <= model.reads)
		event(model.done++);
	model.reads++;
	*file++ = '\0';
	return say(atoi(strrchr(path, '/') + 1) - FIRST, file, buf, size);
}

static char directory[] = "/tmp/settling-XXXXXX";

/* The files that are opened: DIR/PID/{syscall,stat,schedstat}, and DIR/PID/task/PID/... */
static void make_files(bool remove)
{
	static const char *const name[] = { "", "/syscall", "/stat", "/schedstat" };
	char path[128];

	for (int i = 0; i < TASKS; i++) {
		for (int k = 0; k < 10; k++) {
			int part = remove ? 9 - k : k, pid = FIRST + i;

			if (part < 4)
				snprintf(path, sizeof(path), "%s/%d%s", directory, pid, name[part]);
			else if (part == 4)
				snprintf(path, sizeof(path), "%s/%d/task", directory, pid);
			else if (part < 9)
				snprintf(path, sizeof(path), "%s/%d/task/%d%s", directory, pid, pid,
					 name[part - 5]);
			else
				continue;
			if (part == 0 || part == 4 || part == 5)
				assert_int_equal(remove ? rmdir(path) : mkdir(path, 0700), 0);
			else if (remove)
				unlink(path);
			else
				close(open(path, O_CREAT | O_WRONLY, 0600));
		}
	}
}

static struct procs procs;
static struct process task[TASKS], *table[TASKS] = { &task[0], &task[1] };

static int begin(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	make_files(false);
	procs = (struct procs){ .proc = open(directory, O_PATH | O_DIRECTORY),
				.arena = arena_new(),
				.init = 1,
				.init_pidfd = -1 };
	return procs.proc < 0 || !procs.arena ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	close(procs.proc);
	arena_free(procs.arena);
	make_files(true);
	return rmdir(directory);
}

/* Did both passes find rest, with the events where model.at has them? */
static bool settles(int waker)
{
	model.reads = model.done = 0;
	model.waker = waker;
	model.is[waker] = RUNS;
	model.is[!waker] = SLEEPS;
	model.turns[0] = model.turns[1] = 1;
	procs.programs = procs.n == 0;
	return pass(&procs, true) == QUIET && pass(&procs, false) == QUIET;
}

/* The next way to lay the events over the reads, in order; false: that was the last. */
static bool next_way(int *at)
{
	int i = EVENTS;

	while (i-- > 0 && at[i] == READS + 1)
		;
	if (i < 0)
		return false;
	at[i]++;
	for (int k = i + 1; k < EVENTS; k++)
		at[k] = at[i];
	return true;
}

static void try_all(void)
{
	long rest = 0;

	for (int waker = 0; waker < TASKS; waker++) {
		memset(model.at, 0, sizeof(model.at));
		do {
			if (!settles(waker))
				continue;
			rest++;
			if (model.done < EVENTS)
				fail_msg("rest, with event %d of %d to come: %d %d %d %d %d",
					 model.done, EVENTS, model.at[0], model.at[1], model.at[2],
					 model.at[3], model.at[4]);
		} while (next_way(model.at));
	}
	assert_in_range(rest, TASKS,
			1 << 20); /* all happened before the first read: that is rest */
}

static void sleepers_are_not_taken_for_asleep_while_one_is_woken(void **state)
{
	(void)state;
	procs.p = table;
	procs.n = TASKS;
	for (int i = 0; i < TASKS; i++) {
		task[i] = (struct process){ .name = "A",
					    .slot = 1 + i,
					    .pid = FIRST + i,
					    .pidfd = -1,
					    .act = ACT_ASLEEP,
					    .op = OP_CALL };
		task[i].call.prim = prim_find("sigsuspend", 10);
		assert_int_equal(look_open(&task[i].look, procs.proc, FIRST + i, 0), 0);
	}
	try_all();
	for (int i = 0; i < TASKS; i++)
		look_close(&task[i].look);
	procs.n = 0;
}

static void programs_are_not_taken_for_asleep_while_one_is_woken(void **state)
{
	(void)state;
	try_all();
	settle_release(&procs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sleepers_are_not_taken_for_asleep_while_one_is_woken),
		cmocka_unit_test(programs_are_not_taken_for_asleep_while_one_is_woken),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
