/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Test Anything Protocol, version 13: what `--check` prints, for prove(1) and CI.  One line a
 * test, diagnostics as `#` lines.  It knows nothing of what is tested.  Whatever is printed is
 * cleaned (base/str.h), so no lesson's text can forge a line.  Runs in the shell.
 */
#ifndef VIEW_TAP_H
#define VIEW_TAP_H

#include "base/mem.h"

#include <stdbool.h>
#include <stdio.h>

struct tap {
	FILE *out;   /* the caller's; not closed */
	int planned; /* -1: not yet said */
	int run, failed;
	bool bailed;
};

/* Prints the version line. */
void tap_init(struct tap *t, FILE *out);
/* Says how many tests will run, before the first; without it tap_end() says how many there were. */
void tap_plan(struct tap *t, int tests);
/* One test's line, named by the format. Returns ok. */
bool tap_ok(struct tap *t, bool ok, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A test that cannot run here, and why: counts as passed, and says so aloud. */
void tap_skip(struct tap *t, const char *name, const char *why);
/* Diagnostics: each line of text behind "# ". About the test before it. */
void tap_diag(struct tap *t, const char *text);
/* Nothing more can be tested: says why. */
void tap_bail(struct tap *t, const char *why);
/*
 * Ends the stream. 0: all that was planned ran and passed; 1: it did not; -1: it could not be
 * written, with the cause.
 */
int tap_end(struct tap *t, char **cause);

#endif
