/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text between the terminal's marks for a paste, collected piece by piece: it never waits for the
 * end mark, so a terminal that dies within a paste cannot hang the shell.  It takes not one byte
 * behind the mark.  It knows nothing of the line editor.
 */
#ifndef UI_PASTE_H
#define UI_PASTE_H

#include "base/str.h"

struct paste {
	bool on;         /* between the marks */
	struct str text; /* what came so far */
	bool dropped;    /* nobody wants it any more; the caller's to set, paste_begin clears it */
	size_t nuls;     /* NUL bytes that were dropped */
};

void paste_begin(struct paste *p);
/* Reads what there is on fd. 1: the end mark came, the text is complete; 0: more will come;
 * -1 with errno (0 for the end of file): the terminal has gone. */
int paste_read(struct paste *p, int fd);
/* Ends it; the text becomes the caller's to free. Line ends are '\n', those at the end are gone. */
char *paste_end(struct paste *p);

#endif
