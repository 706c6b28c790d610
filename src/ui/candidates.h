/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a half-typed word may become: filled by the layers that know the language, turned here
 * into the text to insert and into the list that a second Tab shows.  It knows neither the
 * language nor the line editor, and reads nothing but the directory it is told to.
 */
#ifndef UI_CANDIDATES_H
#define UI_CANDIDATES_H

#include "base/str.h"

struct candidate {
	char *word;
	char *describe; /* one line, or NULL */
	bool no_space; /* nothing follows it by itself: "NAME=", "IPC_CREAT" before a '|', "dir/" */
	bool file;     /* a file's name: quoted as sh does where it must be */
};

struct candidates {
	struct candidate *v;
	int n, cap;
	size_t start; /* where in the line the word begins: `shmget k 4 IPC_CREAT|IPC_E` says 22 */
};

#define CANDIDATES_INIT ((struct candidates){ NULL, 0, 0, 0 })

void candidates_free(struct candidates *c);
/* Adds a word (both texts are copied; describe may be NULL). */
void candidates_add(struct candidates *c, const char *word, const char *describe, bool no_space);
/*
 * Adds the files that begin with prefix ("sub/na", "/tmp/x", ""), without quotes.  cwd is a path
 * that this process can open as the directory that the names are relative to, root the same for
 * absolute ones (/proc/PID/cwd, /proc/PID/root; NULL for our own).  Names with control characters
 * or malformed bytes are left out: they could not be typed.  A directory that cannot be read has
 * no candidates.
 */
void candidates_files(struct candidates *c, const char *cwd, const char *root, const char *prefix);
/* Puts them in order and drops doubles. */
void candidates_sort(struct candidates *c);
/* The longest text that all begin with, quoted if they are files that need it; only with one
 * candidate is the quote closed. c is sorted and not empty. The caller frees. */
char *candidates_common(const struct candidates *c);
/*
 * The list for a terminal of width columns and rows lines, each ended by a newline: one a line
 * with its description where that fits, else names in columns, else as many as fit and how many
 * more.  Never more than rows - 1 lines (but at least one).
 */
void candidates_list(const struct candidates *c, int width, int rows, struct str *out);

#endif
