/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines that are parsed, made in this very process and formatted, for tests of what one process can
 * do.  The test brings the names and the world; `last` is the call just made.
 */
#ifndef TESTS_IPC_LINES_H
#define TESTS_IPC_LINES_H

#include "ipc_here.h"

#include <stdio.h>
#include <unistd.h>

static struct call last;
static bool parsed;
static struct world world;
static const struct resolver names;

/* Parses and makes line; the strace text without marks, or the parse's cause when it fails. */
static inline char *run(const char *line)
{
	struct str text = STR_INIT;
	char *cause = parse_line(&last, line, &names);

	world.self.outer = world.self.pid = getpid();
	parsed = !cause;
	if (!parsed)
		return cause;
	make_here(&last);
	call_format(&text, &last, FORMAT_WHOLE);
	return unmarked(&text);
}

static inline void expect(const char *line, const char *fmt, ...)
{
	char want[1024], *got = run(line);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(want, sizeof(want), fmt, ap);
	va_end(ap);
	assert_string_equal(got, want);
	free(got);
}

/* Makes a line whose text is of no interest. */
static inline void does(const char *line)
{
	char *text = run(line);

	if (!parsed)
		fail_msg("%s", text);
	free(text);
}

/* What the call just made says by fn, its why or its note: it has that part; nothing, if that is "". */
static inline void says(void (*fn)(struct str *, const struct call *, const struct world *),
			const char *part)
{
	struct str text = STR_INIT;
	char *plain;

	assert_non_null(fn);
	fn(&text, &last, &world);
	plain = unmarked(&text);
	if (*part ? !strstr(plain, part) : *plain != '\0')
		fail_msg("\"%s\" does not say \"%s\"", plain, part);
	free(plain);
}

static inline void why(const char *part)
{
	says(prims[last.prim]->why, part);
}

static inline void note(const char *part)
{
	says(prims[last.prim]->note, part);
}

#endif
