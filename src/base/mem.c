/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*cleanup_hook)(void);

void fatal_cleanup(void (*hook)(void))
{
	cleanup_hook = hook;
}

void fatal(const char *fmt, ...)
{
	void (*hook)(void) = cleanup_hook;
	va_list ap;

	cleanup_hook = NULL;
	fputs("ipcsh: fatal: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	if (hook)
		hook();
	_Exit(70);
}

static void *there(void *p)
{
	if (!p)
		fatal("out of memory");
	return p;
}

void *xmalloc(size_t size)
{
	return there(malloc(size ? size : 1));
}

void *xcalloc(size_t n, size_t size)
{
	return there(calloc(n ? n : 1, size ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return there(realloc(p, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return there(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return there(strndup(s, n));
}

static char *format(const char *fmt, va_list ap)
{
	char *s;

	return vasprintf(&s, fmt, ap) < 0 ? there(NULL) : s;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = format(fmt, ap);
	va_end(ap);
	return s;
}

int fail(char **cause, const char *fmt, ...)
{
	va_list ap;
	char *s;

	if (!cause)
		return -1;
	va_start(ap, fmt);
	s = format(fmt, ap);
	va_end(ap);
	free(*cause);
	*cause = s;
	return -1;
}
