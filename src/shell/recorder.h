/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a lesson's commands show, line by line, with marks, so that it can be compared with what
 * the lesson quotes.  For whoever plays a lesson: play.c, bless.c, rehearse.c, follow.c.
 */
#ifndef SHELL_RECORDER_H
#define SHELL_RECORDER_H

#include "lesson/lesson.h"
#include "lesson/match.h"
#include "shell/shell.h"

enum { RECORDER_MOST = 16 << 20 }; /* bytes that one command may show to be compared */

struct recorder {
	struct shell *sh;
	struct term *term, *outer_term, *outer_ear;
	struct sink *outer_sinks;
	struct str text;
	char **line;  /* what the last command showed, without blank lines at the end */
	char **alike; /* the same, squeezed: to be compared */
	int n, cap, alike_cap;
	bool outer_diff, outer_interactive, outer_guest;
	bool full; /* the last command showed more than RECORDER_MOST: the rest is lost */
	int outer_status;
	bool outer_local;
};

/* From here to the end nobody else hears of the session's events, and its words are English. */
void recorder_begin(struct recorder *r, struct shell *sh);
void recorder_end(struct recorder *r);
/* Text that was shown, as a terminal's write; ctx is the recorder. */
void recorder_hear(void *ctx, const char *text, size_t len);
/* Cuts what was heard into lines, in place. */
void recorder_cut(struct recorder *r);
/* Of one that only heard. */
void recorder_release(struct recorder *r);
/* Executes an entry. 0; or -1: it was not understood, or showed too much; that stands in the lines. */
int recorder_run(struct recorder *r, const struct entry *e);
/*
 * Is it what the entry quotes? As match_lines(). How many blanks stand between two columns of a
 * table depends on the width of ids that differ from run to run: two blanks or more are alike.
 */
int recorder_match(const struct recorder *r, struct match_map *map, const struct entry *e,
		   struct str *diff);
/* A copy in which two blanks stand for any more. The caller frees. */
char *squeezed(const char *s);

#endif
