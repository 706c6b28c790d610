/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `help` can be asked about, for completion.
 */
#ifndef SHELL_HELP_H
#define SHELL_HELP_H

/* Each topic, page, primitive and command, with a line about it. */
void help_topics(void (*fn)(void *ctx, const char *word, const char *what), void *ctx);

#endif
