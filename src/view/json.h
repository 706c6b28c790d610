/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The JSON printer: a sink that writes each event as one line, a JSON object (JSON Lines).  Always
 * valid UTF-8: bytes that are not come out as escapes.  The names and values are an interface that
 * other programs rely on; doc/ipcsh.1 lists them.  Runs in the shell.
 */
#ifndef VIEW_JSON_H
#define VIEW_JSON_H

#include "session/event.h"

#include <stdio.h>

struct jsonl;

/*
 * Writes to out, which is the caller's; flushed after each event unless it is a regular file.
 * world (may be NULL) translates pids; borrowed. Never NULL. Free with jsonl_free (NULL allowed).
 */
struct jsonl *jsonl_new(FILE *out, const struct world *world);
void jsonl_free(struct jsonl *j);
struct sink *jsonl_sink(struct jsonl *j);

#endif
