/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of the shell's own commands.
 */
#include "base/mem.h"
#include "base/str.h"
#include "shell/shell.h"

#include <string.h>

#define COMMAND(name) extern const struct command command_##name;
#include "shell/cmds.def"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "shell/cmds.def"
#undef COMMAND
	NULL,
};

const struct command *command_find(const char *name, size_t len)
{
	for (int i = 0; commands[i]; i++)
		if (!strncmp(commands[i]->name, name, len) && !commands[i]->name[len])
			return commands[i];
	return NULL;
}

static void nearer(const char *candidate, const char *name, size_t len, const char **best,
		   int *least)
{
	int d = str_distance(name, len, candidate);

	if (d < *least) {
		*least = d;
		*best = candidate;
	}
}

const char *shell_nearest(const char *name, size_t len)
{
	const char *best = NULL;
	int least = len < 4 ? 2 : 3;

	if (len < 2)
		return NULL; /* every other letter would be near */
	for (int i = 0; i < prim_count; i++)
		nearer(prims[i]->name, name, len, &best, &least);
	for (int i = 0; commands[i]; i++)
		nearer(commands[i]->name, name, len, &best, &least);
	return best;
}
