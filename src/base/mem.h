/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that is there or the program ends.  Out of memory is fatal (after clean-up); nobody
 * above has to test a pointer.  Runs in the shell and in learner's processes.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#define ARRAY_LEN(a)      (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* Is this an AddressSanitizer's build? */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED __has_feature(address_sanitizer)
#else
#define SANITIZED 0
#endif

/* As malloc(3), calloc(3), realloc(3), strdup(3), strndup(3); never NULL. The caller frees. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
/* As asprintf(3), but returns the text. The caller frees. */
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Makes room for one more element in a growing array; *cap is in elements. */
#define GROW(array, n, cap)                                                                        \
	do {                                                                                       \
		if ((n) >= (cap)) {                                                                \
			(cap) = (cap) ? 2 * (cap) : 8;                                             \
			(array) = xrealloc((array), (size_t)(cap) * sizeof(*(array)));             \
		}                                                                                  \
	} while (0)

/* A bug, or the end of memory: says why on stderr, calls the clean-up hook once, and exits 70. */
_Noreturn void fatal(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* What fatal() calls before it exits; NULL for nothing (learner's processes set it so). */
void fatal_cleanup(void (*hook)(void));

/* Sets *cause (if cause is not NULL, freeing what it held) to the formatted text. Always -1. */
int fail(char **cause, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
