/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The three lines that greet: what this is, what protects the machine from it, where to go on.
 */
#include "base/str.h"
#include "shell/wrap.h"
#include "ui/terminal_priv.h"

#include <stdio.h>
#include <stdlib.h>

static void say(const char *line, int width)
{
	struct str fitted = STR_INIT;

	wrap(&fitted, line, width);
	fputs(str_text(&fitted), stdout);
	if (!fitted.len || fitted.s[fitted.len - 1] != '\n')
		fputc('\n', stdout);
	str_free(&fitted);
}

void banner(const struct sandbox *box, int width)
{
	char *why;

	say("ipcsh: each line is a system call, and a real process makes it.", width);
	if (!box->host) {
		say("A world of its own: IPC, processes and files end with this session.", width);
	} else if (box->why_not) {
		why = xasprintf(
			"On the machine's own IPC, without a sandbox: %s. What is made here is removed.",
			box->why_not);
		say(why, width);
		free(why);
	} else {
		say("On the machine's own IPC; what is made here is removed at the end.", width);
	}
	say("help says what there is, lesson teaches it, quit leaves.", width);
}
