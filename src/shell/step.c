/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/step.h"

#include <stdio.h>
#include <string.h>

static bool does_something(const char *line)
{
	line += strspn(line, " \t\r");
	return *line && *line != '#' && strncmp(line, "//", 2) != 0;
}

bool step_ready(struct shell *sh, const char *line)
{
	FILE *tty;
	int c;

	/* standard input may be the script itself */
	if (!sh->step || !does_something(line) || !(tty = fopen("/dev/tty", "re")))
		return true;
	c = shell_wait(sh, fileno(tty)) ? fgetc(tty) : EOF;
	while (c != '\n' && c != EOF)
		c = fgetc(tty);
	fclose(tty);
	if (c == EOF)
		sh->quit = true;
	return c != EOF;
}
