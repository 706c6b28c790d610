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
	size_t lost;     /* bytes that were left out: NUL, and what str_shown() does not show */
};

void paste_begin(struct paste *p);
/* Reads what there is on fd. 1: the end mark came, the text is complete; 0: more will come;
 * -1 with errno (0 for the end of file): the terminal has gone. */
int paste_read(struct paste *p, int fd);
/* Ends it; the text becomes the caller's to free. Line ends are '\n', those at the end are gone, and
 * so are C1 controls and the like, hidden in what was copied (C0 readline shows as ^X). */
char *paste_end(struct paste *p);

#endif
