/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * {"format": 1, "lessons": {"03-message-queues": {"at": 4, "done": [1, 2, 3]}}}
 *
 * What else stands in it is kept as it is.
 */
#include "lesson/progress.h"

#include "base/mem.h"
#include "base/paths.h"
#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct progress {
	json_t *root;
};

static json_t *must(json_t *value)
{
	if (!value)
		fatal("out of memory");
	return value;
}

static struct progress *of(json_t *root)
{
	struct progress *p = xcalloc(1, sizeof(*p));

	p->root = root;
	return p;
}

static struct progress *nothing(void)
{
	return of(must(json_pack("{s:i, s:{}}", "format", PROGRESS_FORMAT, "lessons")));
}

void progress_free(struct progress *p)
{
	if (!p)
		return;
	json_decref(p->root);
	free(p);
}

/* -- reading -- */

static int check(const json_t *root, const char *path, char **cause)
{
	const json_t *format = json_object_get(root, "format");

	if (!json_is_integer(format) || !json_is_object(json_object_get(root, "lessons")))
		return fail(
			cause,
			"%s is no record of lessons: nothing is kept there; move it away to begin "
			"a new one",
			path);
	if (json_integer_value(format) > PROGRESS_FORMAT)
		return fail(
			cause,
			"%s was written by a newer ipcsh (format %lld, this one knows %d): it is "
			"left alone, and nothing is kept this time",
			path, (long long)json_integer_value(format), PROGRESS_FORMAT);
	if (json_integer_value(format) < 1)
		return fail(cause, "%s has format %lld, which never was", path,
			    (long long)json_integer_value(format));
	return 0;
}

struct progress *progress_parse(const char *text, size_t n, const char *path, char **cause)
{
	json_error_t error;
	json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);

	if (!root) {
		fail(cause, "%s:%d: %s: nothing is kept there; move it away to begin a new record",
		     path, error.line, error.text);
		return NULL;
	}
	if (!check(root, path, cause))
		return of(root);
	json_decref(root);
	return NULL;
}

/* The whole of a regular file of at most PROGRESS_MOST bytes, or -1 with errno. */
static long read_all(int fd, char *text)
{
	struct stat st;
	size_t n = 0;

	if (fstat(fd, &st))
		return -1;
	errno = !S_ISREG(st.st_mode) ? EINVAL : EFBIG;
	if (!S_ISREG(st.st_mode) || st.st_size > PROGRESS_MOST)
		return -1;
	for (ssize_t got; n < PROGRESS_MOST; n += (size_t)got) {
		got = read(fd, text + n, PROGRESS_MOST - n);
		if (got < 0)
			return -1;
		if (!got)
			break;
	}
	return (long)n;
}

struct progress *progress_load(const char *path, char **cause)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct progress *p = NULL;
	char *text;
	long n;

	if (fd < 0 && errno == ENOENT)
		return nothing();
	text = xmalloc(PROGRESS_MOST);
	n = fd < 0 ? -1 : read_all(fd, text);
	if (n < 0)
		fail(cause, "%s cannot be read, and nothing is kept: %s", path, strerror(errno));
	else
		p = progress_parse(text, (size_t)n, path, cause);
	if (fd >= 0)
		close(fd);
	free(text);
	return p;
}

static const json_t *lesson(const struct progress *p, const char *key)
{
	return json_object_get(json_object_get(p->root, "lessons"), key);
}

static bool is_step(const json_t *n)
{
	return json_is_integer(n) && json_integer_value(n) > 0 &&
	       json_integer_value(n) <= PROGRESS_STEPS;
}

int progress_at(const struct progress *p, const char *key)
{
	const json_t *at = json_object_get(lesson(p, key), "at");

	return is_step(at) ? (int)json_integer_value(at) : 0;
}

bool progress_done(const struct progress *p, const char *key, int step)
{
	const json_t *done = json_object_get(lesson(p, key), "done");

	for (size_t i = 0; i < json_array_size(done); i++)
		if (is_step(json_array_get(done, i)) &&
		    json_integer_value(json_array_get(done, i)) == step)
			return true;
	return false;
}

/* -- writing -- */

/*
 * Written aside, forced to the disk, and only then put in the old one's place. Alone, under one name:
 * what a crash leaves is overwritten the next time.
 */
static int replace(const char *path, const char *text, bool alone, char **cause)
{
	char *temp = xasprintf(alone ? "%s.new" : "%s.XXXXXX", path);
	int fd = alone ? open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)
		       : mkstemp(temp);
	int r = replace_file(fd, temp, path, text, strlen(text));

	if (r)
		fail(cause, "%s could not be written: %s", path, strerror(errno));
	free(temp);
	return r;
}

/* Two shells at once write one after the other. The descriptor, or -1; alone: nobody else writes. */
static int lock(const char *path, bool *alone)
{
	char *dir = xstrdup(path), *slash = strrchr(dir, '/');
	int fd;

	if (slash)
		*slash = '\0';
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* a shell that was stopped while it writes must not hold up the others */
	*alone = fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB);
	free(dir);
	return fd;
}

static int save(const struct progress *p, const char *path, bool alone, char **cause)
{
	char *text = json_dumps(p->root, JSON_INDENT(1) | JSON_SORT_KEYS), *whole;
	int r;

	if (!text)
		fatal("out of memory");
	whole = xasprintf("%s\n", text);
	r = replace(path, whole, alone, cause);
	free(whole);
	free(text);
	return r;
}

static json_t *child(json_t *parent, const char *key, bool array)
{
	json_t *value = json_object_get(parent, key);

	if (array ? json_is_array(value) : json_is_object(value))
		return value;
	value = must(array ? json_array() : json_object());
	if (json_object_set_new(parent, key, value))
		fatal("out of memory");
	return value;
}

/* Returns whether anything is different. */
static bool note(struct progress *p, const char *key, int at, int done)
{
	json_t *lesson = child(json_object_get(p->root, "lessons"), key, false), *steps;
	bool changed = progress_at(p, key) != at;

	if (json_object_set_new(lesson, "at", must(json_integer(at))))
		fatal("out of memory");
	steps = child(lesson, "done", true);
	if (!done || progress_done(p, key, done))
		return changed;
	if (json_array_append_new(steps, must(json_integer(done))))
		fatal("out of memory");
	return true;
}

/* at 0: forget. */
static int change(const char *path, const char *key, int at, int done, char **cause)
{
	struct progress *p;
	int fd, r = 0;
	bool changed, alone;

	if (paths_make_parents(path, cause))
		return -1;
	fd = lock(path, &alone);
	p = progress_load(path, cause);
	if (p && at)
		changed = note(p, key, at, done);
	else
		changed = p && !json_object_del(json_object_get(p->root, "lessons"), key);
	if (changed)
		r = save(p, path, alone, cause);
	if (fd >= 0)
		close(fd);
	r = p ? r : -1;
	progress_free(p);
	return r;
}

int progress_note(const char *path, const char *key, int at, int done, char **cause)
{
	return change(path, key, at, done, cause);
}

int progress_forget(const char *path, const char *key, char **cause)
{
	return change(path, key, 0, 0, cause);
}
