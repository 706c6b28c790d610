/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See source.h.  Whatever is refused here never reaches cmark, which would mend it silently. */
#include "lesson/source.h"

#include "base/lang.h"
#include "lesson/lesson.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, const char *path, char **text, size_t *n, char **cause)
{
	size_t cap = 65536;
	ssize_t got;

	*text = xmalloc(cap);
	for (*n = 0;; *n += (size_t)got) {
		if (*n > LESSON_MAX)
			return fail(cause, _("%s: larger than %u MiB, so it is no lesson"), path,
				    LESSON_MAX >> 20);
		if (*n == cap)
			*text = xrealloc(*text, cap *= 2);
		got = read(fd, *text + *n, cap - *n);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got < 0)
			return fail(cause, "%s: %s", path, strerror(errno));
		else if (!got)
			return 0;
	}
}

/* O_NONBLOCK: a FIFO of that name must not hold us. */
int source_read(const char *path, char **text, size_t *n, char **cause)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), ret = -1;
	struct stat st;

	*text = NULL;
	*n = 0;
	if (fd < 0)
		return fail(cause, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st))
		fail(cause, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		fail(cause, _("%s: not a regular file"), path);
	else
		ret = read_all(fd, path, text, n, cause);
	close(fd);
	if (ret) {
		free(*text);
		*text = NULL;
	}
	return ret;
}

/* Length of the UTF-8 sequence at s, or 0 (Unicode table 3-7). */
static size_t sequence(const unsigned char *s, size_t n)
{
	static const unsigned char low[] = { [0xe0 - 0xe0] = 0xa0, [0xf0 - 0xe0] = 0x90 };
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (len == 1)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if (s[0] >= 0xe0 && s[0] - 0xe0u < sizeof(low) && s[1] < low[s[0] - 0xe0])
		return 0;
	return (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf4 && s[1] > 0x8f) ? 0 : len;
}

static void add_line(struct source *src, size_t from, size_t to)
{
	GROW(src->line, src->nlines, src->cap);
	src->line[src->nlines++] = (struct span){ src->text + from, to - from };
}

/* A line ends as CommonMark says: LF, CR LF, or CR. */
static int cut(struct source *src, char **cause)
{
	size_t from = 0, i = 0;

	while (i < src->n) {
		size_t len = sequence((const unsigned char *)src->text + i, src->n - i);
		char c = src->text[i];

		if (!len)
			return fail(cause,
				    _("%s:%d: byte \\%03o is not UTF-8: save the file as UTF-8"),
				    src->path, src->nlines + 1, (unsigned char)c);
		if (!c)
			return fail(cause, _("%s:%d: a NUL byte: is it a text file?"), src->path,
				    src->nlines + 1);
		if (c == '\n' || c == '\r') {
			add_line(src, from, i);
			if (c == '\r' && i + 1 < src->n && src->text[i + 1] == '\n')
				i++;
			from = i + 1;
		}
		i += len;
	}
	if (from < src->n)
		add_line(src, from, src->n);
	return 0;
}

static bool is_rule(struct span s)
{
	s = span_strip(s);
	return s.n == 3 && !memcmp(s.s, "---", 3);
}

int source_init(struct source *src, const char *path, const char *text, size_t n, char **cause)
{
	size_t bom = n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;

	*src = (struct source){ .path = path, .n = n - bom };
	if (n > LESSON_MAX)
		return fail(cause, _("%s: larger than %u MiB, so it is no lesson"), path,
			    LESSON_MAX >> 20);
	src->text = xmalloc(src->n + 1);
	if (src->n)
		memcpy(src->text, text + bom, src->n);
	src->text[src->n] = '\0';
	if (cut(src, cause))
		return -1;
	if (!is_rule(source_line(src, 1)))
		return 0;
	for (int i = 2; i <= src->nlines; i++) {
		if (is_rule(source_line(src, i))) {
			src->body = i;
			return 0;
		}
	}
	return fail(cause, _("%s:1: the front matter never ends: close it with a line of ---"),
		    path);
}

void source_release(struct source *src)
{
	free(src->text);
	free(src->line);
	*src = (struct source){ 0 };
}

struct span source_line(const struct source *src, int line)
{
	return line >= 1 && line <= src->nlines ? src->line[line - 1] : (struct span){ "", 0 };
}

struct span span_strip(struct span s)
{
	while (s.n && strchr(" \t\r", s.s[s.n - 1]))
		s.n--;
	while (s.n && strchr(" \t", *s.s)) {
		s.s++;
		s.n--;
	}
	return s;
}
