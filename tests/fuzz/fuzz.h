/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What libFuzzer's targets share.  Each target takes any bytes, and aborts where a promise of a header
 * is broken; the sanitizers see the rest.  Bytes are given on in a copy of their exact size.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROMISE(is)                                                                                \
	do {                                                                                       \
		if (!(is)) {                                                                       \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #is);           \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* A copy with a NUL behind it, which the caller frees; a NUL within ends it for who reads a string. */
static inline char *text_of(const uint8_t *data, size_t size)
{
	char *s = xmalloc(size + 1);

	if (size)
		memcpy(s, data, size);
	s[size] = '\0';
	return s;
}

/* What has been cleaned has nothing to clean. */
static inline void promise_clean(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		i += str_shown(s + i, n - i);
		PROMISE(i >= n || s[i] == '\t' || s[i] == '\n');
	}
}

/* A cause is set if there was a mistake, and only then. Frees it. */
static inline void promise_cause(int r, char **cause)
{
	PROMISE(r == 0 || r == -1);
	PROMISE(!r == !*cause);
	free(*cause);
	*cause = NULL;
}

#endif
