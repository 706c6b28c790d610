/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of lessons from one session to the next: see lesson/progress.h. */
#include "lesson/progress.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#undef fail /* cmocka's; base/mem.h's is meant */

static char dir[] = "/tmp/lesson_progress.XXXXXX";
static char path[64], sub[64];

static int begin(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(sub, sizeof(sub), "%s/sub", dir);
	snprintf(path, sizeof(path), "%s/sub/progress.json", dir);
	return 0;
}

static int clean(void **state)
{
	(void)state;
	unlink(path);
	rmdir(path);
	return rmdir(sub) && errno != ENOENT ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	return rmdir(dir);
}

static void put(const char *text)
{
	FILE *f;

	mkdir(sub, 0700);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static char *get(void)
{
	static char text[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static void note(const char *key, int at, int done)
{
	char *cause = NULL;

	if (progress_note(path, key, at, done, &cause))
		print_error("%s\n", cause);
	assert_null(cause);
}

static void is(const char *key, int at, const char *done)
{
	struct progress *p = progress_load(path, NULL);

	assert_non_null(p);
	assert_int_equal(progress_at(p, key), at);
	for (int i = 1; i < 10; i++)
		assert_int_equal(progress_done(p, key, i), strchr(done, '0' + i) != NULL);
	progress_free(p);
}

static void kept(void **state)
{
	(void)state;
	is("03-x", 0, "");
	note("03-x", 1, 0);
	is("03-x", 1, "");
	note("03-x", 2, 1);
	note("03-x", 3, 1); /* done twice */
	note("05-y", 9, 3);
	is("03-x", 3, "1");
	is("05-y", 9, "3");
	is("04-z", 0, "");
	assert_string_equal(get(),
			    "{\n \"format\": 1,\n \"lessons\": {\n  \"03-x\": {\n   \"at\": 3,\n"
			    "   \"done\": [\n    1\n   ]\n  },\n  \"05-y\": {\n   \"at\": 9,\n"
			    "   \"done\": [\n    3\n   ]\n  }\n }\n}\n");
	assert_int_equal(progress_forget(path, "03-x", NULL), 0);
	assert_int_equal(progress_forget(path, "04-z", NULL), 0);
	is("03-x", 0, "");
	is("05-y", 9, "3");
}

/* What a later version of this format may add is none of our business. */
static void foreign(void **state)
{
	(void)state;
	put("{\"format\": 1, \"theme\": \"dark\", \"lessons\": {\"a\": {\"at\": 2, \"stars\": 5}, \"b\": 7,"
	    "\"c\": {\"at\": -1, \"done\": [0, \"x\", 5000, 2.5, 3]}, \"d\": {\"done\": 3}}}");
	is("b", 0, "");
	is("c", 0, "3");
	note("a", 3, 2);
	note("b", 1, 1);
	note("d", 1, 1);
	is("a", 3, "2");
	is("b", 1, "1");
	is("d", 1, "1");
	assert_non_null(strstr(get(), "\"theme\": \"dark\""));
	assert_non_null(strstr(get(), "\"stars\": 5"));
}

/* A file that is not understood stays as it is, byte for byte. */
static void refused(void **state)
{
	static const char *const cases[][2] = {
		{ "{\"format\": 2, \"lessons\": {}}",
		  "was written by a newer ipcsh (format 2, this one knows 1)" },
		{ "{\"format\": 0, \"lessons\": {}}", "has format 0, which never was" },
		{ "{\"format\": 1}", "is no record of lessons" },
		{ "[]", "is no record of lessons" },
		{ "{\"format\": \"1\", \"lessons\": {}}", "is no record of lessons" },
		{ "{\"format\": 1,\n \"lessons\"", "progress.json:2: " },
		{ "", "progress.json:" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *cause = NULL;

		put(cases[i][0]);
		assert_null(progress_load(path, &cause));
		if (!strstr(cause, cases[i][1]))
			print_error("%s\n", cause);
		assert_non_null(strstr(cause, cases[i][1]));
		free(cause);
		cause = NULL;
		assert_int_equal(progress_note(path, "a", 1, 1, &cause), -1);
		assert_non_null(cause);
		free(cause);
		assert_int_equal(progress_forget(path, "a", NULL), -1);
		assert_string_equal(get(), cases[i][0]);
	}
}

static void no_file(void **state)
{
	char *cause = NULL;

	(void)state;
	mkdir(sub, 0700);
	mkdir(path, 0700);
	assert_null(progress_load(path, &cause));
	assert_non_null(strstr(cause, "cannot be read"));
	free(cause);
	cause = NULL;
	assert_int_equal(progress_note("/dev/null/x/progress.json", "a", 1, 1, &cause), -1);
	assert_non_null(cause);
	free(cause);
}

/* What would be put in the record's place cannot be written: it stays what it was, and that is said. */
static void no_new_file(void **state)
{
	char *cause = NULL, *new = xasprintf("%s.new", path);

	(void)state;
	note("a", 1, 1);
	assert_int_equal(mkdir(new, 0700), 0);
	assert_int_equal(progress_note(path, "a", 2, 2, &cause), -1);
	assert_non_null(cause);
	assert_non_null(strstr(cause, "progress.json could not be written: "));
	free(cause);
	is("a", 1, "1");
	assert_int_equal(rmdir(new), 0);
	note("a", 2, 2);
	is("a", 2, "12");
	free(new);
}

/* Whoever reads at any moment, and whoever is killed at any moment, sees one state or the next. */
static void killed(void **state)
{
	int status, ends[2];
	char c, *s;

	(void)state;
	note("a", 1, 0);
	for (int round = 0; round < 20; round++) {
		struct progress *p;
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		pid = fork();
		if (pid == 0) {
			for (int i = 1;; i = i % 900 + 1) {
				progress_note(path, "a", i, 1 + i % 9, NULL);
				if (i == 10 && write(ends[1], "x", 1) < 0)
					_exit(1);
			}
		}
		close(ends[1]);
		assert_int_equal(read(ends[0], &c, 1), 1);
		for (int i = 0; i < 50; i++) {
			p = progress_load(path, NULL);
			assert_non_null(p);
			assert_true(progress_at(p, "a") > 0);
			progress_free(p);
		}
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		close(ends[0]);
		p = progress_load(path, NULL);
		assert_non_null(p);
		progress_free(p);
		note("b", round + 1, 0); /* and the next writer is not in its way */
	}
	s = xasprintf("%s.new", path); /* all that one may leave, and the last writer has used it */
	assert_int_equal(access(s, F_OK), -1);
	free(s);
}

static bool map(const char *file, const char *fmt, unsigned id)
{
	int fd = open(file, O_WRONLY), n = fd < 0 ? -1 : dprintf(fd, fmt, id, id);

	close(fd);
	return n > 0;
}

/* A mount namespace; for a user one that he is mapped in, or no file could be made in it (EOVERFLOW). */
static bool own_mounts(void)
{
	unsigned uid = geteuid(), gid = getegid();

	if (unshare(uid ? CLONE_NEWUSER | CLONE_NEWNS : CLONE_NEWNS))
		return false;
	return !uid || (map("/proc/self/setgroups", "deny", 0) &&
			map("/proc/self/gid_map", "%u %u 1", gid) &&
			map("/proc/self/uid_map", "%u %u 1", uid));
}

/* In a file system of one page, which is taken. 0: the disk was full, that was told, and no harm done. */
static int on_full_disk(void)
{
	char *cause = NULL, *filler = xasprintf("%s/filler", sub);
	int fd;

	if (!own_mounts() || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", sub, "tmpfs", 0, "size=8k"))
		return 77;
	note("a", 3, 2);
	fd = open(filler, O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || write(fd, path, 1) != 1)
		return 1;
	if (progress_note(path, "a", 4, 3, &cause) != -1 || !strstr(cause, "No space left"))
		return 2;
	is("a", 3, "2");
	close(fd);
	unlink(filler);
	free(filler);
	note("a", 4, 3);
	is("a", 4, "23");
	return 0;
}

static void full(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	mkdir(sub, 0700);
	pid = fork();
	if (pid == 0)
		_exit(on_full_disk());
	waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(kept, clean),
		cmocka_unit_test_teardown(foreign, clean),
		cmocka_unit_test_teardown(refused, clean),
		cmocka_unit_test_teardown(no_file, clean),
		cmocka_unit_test_teardown(no_new_file, clean),
		cmocka_unit_test_teardown(killed, clean),
		cmocka_unit_test_teardown(full, clean),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
