/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Growable text, always NUL-terminated, and the two ways in which foreign bytes may become text:
 * quoted as strace does, or cleaned for a terminal.  It knows nothing of what the text means,
 * but for marks: a run of characters that another run of the program may print differently
 * (an id, a pid, a key, an address, an inode, a time) is wrapped so that a check can match it one
 * to one.  A mark is MARK_OPEN, a class letter, the characters, MARK_CLOSE; printers strip it.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/mem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
	char *s;
	size_t len, cap;
};

#define STR_INIT ((struct str){ NULL, 0, 0 })

void str_free(struct str *b);              /* leaves an empty, usable str */
void str_reset(struct str *b);             /* empties it, keeps the memory */
void str_trim(struct str *b, size_t len);  /* cuts it to len bytes */
const char *str_text(const struct str *b); /* never NULL; valid until the next change */
char *str_take(struct str *b);             /* the text becomes the caller's to free */
void str_addc(struct str *b, char c);
void str_add(struct str *b, const char *s);
void str_addn(struct str *b, const void *s, size_t n);
void str_addf(struct str *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void str_addfv(struct str *b, const char *fmt, va_list ap);
void str_num(struct str *b, long n); /* decimal; faster than str_addf */
void str_fill(struct str *b, char c, size_t n);

/* Adds n bytes as strace writes a string: in "", C escapes, "..." after max bytes (0: all). */
void str_quote(struct str *b, const void *bytes, size_t n, size_t max);
/*
 * Adds foreign text for a terminal: valid UTF-8, tabs and newlines stay; control characters
 * (C0, DEL, C1), malformed bytes, characters that have no width or turn the direction, and our own
 * marks become \ooo escapes, of three digits so that each takes as many columns as any.
 */
void str_clean(struct str *b, const char *s, size_t n);
/* How many bytes at the beginning str_clean() leaves as they are; a tab or newline is none of them. */
size_t str_shown(const char *s, size_t n);

#define MARK_OPEN  '\001'
#define MARK_CLOSE '\002'
/* Adds a marked number or text of a class: 'q' 'm' 's' ids, 'p' pid, 'k' key, 'a' address,
 * 'n' inode, 't' time; '*' a sign behind a name that is no part of it. */
void str_mark_num(struct str *b, char class, long n);
void str_mark(struct str *b, char class, const char *s);
/* Adds s (n bytes) without its marks. */
void str_unmark(struct str *b, const char *s, size_t n);

/* How many letters to insert, delete, replace or swap make b of the n bytes at a (optimal string
 * alignment); 99 for long words. For "did you mean". */
int str_distance(const char *a, size_t n, const char *b);

#endif
