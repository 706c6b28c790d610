/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The three lines that greet: what this is, what protects the machine from it, where to go on.
 */
#include "base/lang.h"
#include "base/str.h"
#include "shell/wrap.h"
#include "ui/terminal_priv.h"

#include <stdio.h>

static void say(struct str *out, const char *line, int width)
{
	wrap(out, line, width);
	if (!out->len || out->s[out->len - 1] != '\n')
		str_addc(out, '\n');
}

void banner(const struct sandbox *box, int width)
{
	struct str out = STR_INIT, clean = STR_INIT; /* one write: the first thing that is seen */
	struct str protects = STR_INIT;

	say(&out, _("ipcsh: each line is a system call, and a real process makes it."), width);
	sandbox_say(box, &protects);
	say(&out, str_text(&protects), width);
	say(&out, _("help says what there is, lesson teaches it, quit leaves."), width);
	str_clean(&clean, str_text(&out), out.len);
	fputs(str_text(&clean), stdout);
	str_free(&protects);
	str_free(&out);
	str_free(&clean);
}
