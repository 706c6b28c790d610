/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines that nobody types: from a file, from -c, from standard input, from `source`.
 */
#ifndef SHELL_SCRIPT_H
#define SHELL_SCRIPT_H

#include "shell/shell.h"

enum { SCRIPT_LINE = 1 << 20, SCRIPT_DEPTH = 16 };

/*
 * Executes every line that a descriptor gives. name stands before the line number in errors. A mistake ends it
 * at once (unless somebody types: then the rest is left out too). 0, or -1: it was told.
 */
int script_stream(struct shell *sh, int fd, const char *name);
/* The same of a file: an unreadable one, a directory, binary data are told. */
int script_file(struct shell *sh, const char *path);
/* The lines of a text, as -c gives it. */
int script_text(struct shell *sh, const char *text, const char *name);
/* Is it fit to be a line? NULL, or what is wrong with it (NUL, not UTF-8, too long). Static. */
const char *script_unfit(const char *line, size_t len);

#endif
