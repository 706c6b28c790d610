/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The three lines that greet: what this is, what protects the machine from it, where to go on.
 */
#include "base/str.h"
#include "shell/wrap.h"
#include "ui/terminal_priv.h"

#include <stdio.h>
#include <stdlib.h>

static void say(struct str *out, const char *line, int width)
{
	wrap(out, line, width);
	if (!out->len || out->s[out->len - 1] != '\n')
		str_addc(out, '\n');
}

void banner(const struct sandbox *box, int width)
{
	struct str out = STR_INIT, clean = STR_INIT; /* one write: the first thing that is seen */
	char *why;

	say(&out, "ipcsh: each line is a system call, and a real process makes it.", width);
	if (!box->host) {
		say(&out, "A world of its own: IPC, processes and files end with this session.",
		    width);
	} else if (box->why_not) {
		why = xasprintf(
			"On the machine's own IPC, without a sandbox: %s. What is made here is removed.",
			box->why_not);
		say(&out, why, width);
		free(why);
	} else {
		say(&out, "On the machine's own IPC; what is made here is removed at the end.",
		    width);
	}
	say(&out, "help says what there is, lesson teaches it, quit leaves.", width);
	str_clean(&clean, str_text(&out), out.len);
	fputs(str_text(&clean), stdout);
	str_free(&out);
	str_free(&clean);
}
