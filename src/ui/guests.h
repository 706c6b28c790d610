/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The running session's side of `ipcsh join`: who has joined, and the live view's readers.  It never
 * waits for any of them: a reader asks, and is answered once, with the newest state, when that
 * differs from what it was shown.  Who does not ask gets nothing, so nothing piles up.  Runs in the
 * shell, for one session.
 */
#ifndef UI_GUESTS_H
#define UI_GUESTS_H

#include "shell/shell.h"

#include <stdint.h>

enum knock_what { KNOCK_JOIN = 1, KNOCK_WATCH };

/* What comes from outside: once of who joins, again and again of a reader. */
struct knock {
	uint32_t what;
	uint32_t again; /* answer at once, else when the state is another one */
	uint32_t from;  /* the first line wanted */
	uint16_t rows, columns;
	char about[256]; /* what state is to show, as it is typed there; "": all */
};

/* The answer, and behind it the text: whole lines, escaped as `state` prints them. */
struct view {
	uint32_t from, shown, all; /* lines; from can be less than was asked for */
};

enum { VIEW_BYTES = 96 << 10, VIEW_ROWS = 1000 };

/*
 * The session can be found from now on, until guests_close(). With `looped` whoever comes is heard
 * by the running loop (ui/loop.h), else after a line, within a tick of the kernel's clock. It hooks itself
 * into sh.
 */
void guests_open(struct shell *sh, bool looped);
void guests_close(void);
/* Something has happened by itself, and all has settled again. */
void guests_settled(void);

#endif
