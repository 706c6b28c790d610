/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record --lesson: what is typed, and what it shows, as a lesson's skeleton.  After every line the
 * file is a lesson that can be played.
 */
#ifndef SHELL_DRAFT_H
#define SHELL_DRAFT_H

#include "shell/shell.h"

/*
 * Begins to write to a new file (or, with overwrite, an old one), in a session that begins anew. 0, or
 * -1 with a cause; where no session could be made the shell has to end.
 */
int draft_begin(struct shell *sh, const char *path, bool overwrite, char **cause);
/* A line was executed without a mistake. Harmless while nothing is drafted. */
void draft_line(struct shell *sh, const char *line);
/* Ends it. The file's path, which the caller frees; or NULL with a cause: it could not be written. */
char *draft_end(struct shell *sh, char **cause);
/* Where it goes, or NULL. */
const char *draft_path(const struct shell *sh);

#endif
