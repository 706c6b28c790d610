/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session as a lesson has it at one of its places: begun anew, and all that stands before that
 * place done in silence.  It takes a few milliseconds, so nobody has to remember how things were.
 */
#ifndef SHELL_REHEARSE_H
#define SHELL_REHEARSE_H

#include "lesson/lesson.h"
#include "lesson/match.h"
#include "shell/shell.h"

/*
 * Brings the session to before that fence of that step. *map, which is emptied, learns which quoted
 * ids stand for which. 0; or -1 with a cause: interrupted, or no new session could be made, and then
 * sh->quit is set.
 */
int rehearse(struct shell *sh, const struct lesson *l, int step, int fence, struct match_map *map,
	     char **cause);

#endif
