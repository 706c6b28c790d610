/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of the shell's own commands.
 */
#include "base/mem.h"
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

/* Letters to insert, delete, replace or swap (optimal string alignment). */
static int distance(const char *a, size_t n, const char *b)
{
	int d[20][20];
	size_t m = strlen(b);

	if (n >= ARRAY_LEN(d) || m >= ARRAY_LEN(d))
		return 99;
	for (size_t i = 0; i <= n; i++)
		d[i][0] = (int)i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = (int)j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			int best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
			best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[n][m];
}

static void nearer(const char *candidate, const char *name, size_t len, const char **best,
		   int *least)
{
	int d = distance(name, len, candidate);

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
