/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far somebody is in which lesson, kept as JSON from one session to the next.  A write takes the
 * file's place at once, so a crash in the middle of it leaves the old one; a newer program's file is
 * left alone.  It knows lessons by a key and steps by their number, from 1; nothing of what they
 * say.  Runs in the shell.
 */
#ifndef LESSON_PROGRESS_H
#define LESSON_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

enum { PROGRESS_FORMAT = 1, PROGRESS_STEPS = 1000, PROGRESS_MOST = 1 << 20 };

struct progress;

/*
 * Reads the file; one that is not there is empty. NULL with a cause that says what to do: it cannot
 * be read, is none of ours, or of a newer format. Free with progress_free (NULL allowed).
 */
struct progress *progress_load(const char *path, char **cause);
/* The same of its text; path is only for messages. */
struct progress *progress_parse(const char *text, size_t n, const char *path, char **cause);
void progress_free(struct progress *p);

/* The step at which the lesson was left, 0: it has not been begun, or has been reset. */
int progress_at(const struct progress *p, const char *key);
bool progress_done(const struct progress *p, const char *key, int step);

/*
 * Reads the file again (another shell may have written), notes that the lesson is at a step, and,
 * where done is not 0, that this one is done, and writes it. 0, or -1 with a cause: as
 * progress_load(), or it could not be written, and then the old file is as it was.
 */
int progress_note(const char *path, const char *key, int at, int done, char **cause);
/* The same: forgets all about the lesson. */
int progress_forget(const char *path, const char *key, char **cause);

#endif
