/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/history.h"
#include "base/lang.h"
#include "base/paths.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads the last HISTORY_BYTES of the file into *text, from a line's start; *size is the file's. */
static int read_tail(int fd, struct str *text, off_t *size)
{
	struct stat st;
	off_t from;
	char buf[16384];
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		*size = 0; /* /dev/null as history is a choice: nothing to read */
		return 0;
	}
	*size = st.st_size;
	from = st.st_size > HISTORY_BYTES ? st.st_size - HISTORY_BYTES : 0;
	while (text->len < HISTORY_BYTES && (n = pread(fd, buf, sizeof(buf), from)) != 0) {
		if (n < 0)
			return -1;
		str_addn(text, buf, (size_t)n);
		from += n;
	}
	return 0;
}

/* Where the lines to keep begin: whole ones, and not more than HISTORY_LINES; *lines counts all. */
static char *first_kept(const struct str *text, bool cut, int *lines)
{
	char *start = text->s, *end = text->s + text->len;
	int skip;

	if (cut) {
		char *newline = memchr(start, '\n', text->len);

		start = newline ? newline + 1 : end;
	}
	*lines = 0;
	for (char *p = start; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		(*lines)++;
	for (skip = *lines - HISTORY_LINES; skip > 0; skip--)
		start = (char *)memchr(start, '\n', (size_t)(end - start)) + 1;
	return start;
}

/* Replaces the file by its last lines; whole or not at all. */
static int rewrite(const char *path, const char *text, size_t n, char **cause)
{
	char *fresh = xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(fresh, O_CLOEXEC), rc = 0;

	if (fd < 0 || write(fd, text, n) != (ssize_t)n || rename(fresh, path) < 0) {
		rc = fail(cause, _("cannot shorten the history %s: %s"), path, strerror(errno));
		if (fd >= 0)
			unlink(fresh);
	}
	if (fd >= 0)
		close(fd);
	free(fresh);
	return rc;
}

int history_load(const char *path, void (*add)(const char *line), char **cause)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), lines = 0, rc = 0;
	struct str text = STR_INIT;
	char *start, *end;
	off_t size = 0;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 || read_tail(fd, &text, &size) < 0)
		rc = fail(cause, _("cannot read the history %s: %s"), path, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (rc < 0 || !text.len)
		goto out;
	start = first_kept(&text, size > (off_t)text.len, &lines);
	end = text.s + text.len;
	if (size > 2 * HISTORY_BYTES || lines > 2 * HISTORY_LINES)
		rc = rewrite(path, start, (size_t)(end - start), cause);
	while (start < end) {
		char *newline = memchr(start, '\n', (size_t)(end - start));

		if (!newline)
			break; /* another shell is just writing it, or a disk was full */
		*newline = '\0';
		if (history_worth(start))
			add(start);
		start = newline + 1;
	}
out:
	str_free(&text);
	return rc;
}

bool history_worth(const char *line)
{
	size_t n = strnlen(line, HISTORY_LONGEST + 1);

	if (!line[strspn(line, " \t")] || n > HISTORY_LONGEST)
		return false;
	for (size_t i = 0; i < n; i++) { /* readline would show some of it as it is */
		i += str_shown(line + i, n - i);
		if (i < n && line[i] != '\t')
			return false;
	}
	return true;
}

int history_append(const char *path, const char *line, char **cause)
{
	const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	struct str text = STR_INIT;
	int fd = open(path, flags, 0600), rc = 0;
	ssize_t n = -1;

	if (fd < 0 && errno == ENOENT) {
		if (paths_make_parents(path, cause) < 0)
			return -1;
		fd = open(path, flags, 0600);
	}
	str_add(&text, line);
	str_addc(&text, '\n');
	if (fd >= 0) {
		errno = ENOSPC; /* what a short write means here */
		n = write(fd, text.s, text.len);
	}
	if (n != (ssize_t)text.len)
		rc = fail(cause, _("cannot write the history %s: %s"), path, strerror(errno));
	if (fd >= 0)
		close(fd);
	str_free(&text);
	return rc;
}
