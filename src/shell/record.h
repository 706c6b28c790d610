/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was typed, as a script that replays.
 */
#ifndef SHELL_RECORD_H
#define SHELL_RECORD_H

#include "shell/shell.h"

/* Writes a line that was typed and executed without a mistake; nothing while `record` is off.
 * A failure is told, once, and ends the recording. */
void shell_record(struct shell *sh, const char *line);

#endif
