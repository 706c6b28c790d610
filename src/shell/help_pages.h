/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages of help that no record gives: the language, and what protects the session.
 */
#ifndef SHELL_HELP_PAGES_H
#define SHELL_HELP_PAGES_H

#include "base/str.h"
#include "shell/shell.h"

extern const struct help_page {
	const char *name, *what;
	void (*write)(struct str *out, const struct shell *sh);
} help_pages[]; /* ends with a NULL name */

#endif
