/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A goal's text: it is one, or a cause names a column that is there. */
#include "lesson/goal.h"
#include "fuzz.h"

static void column(const char *cause, size_t size)
{
	size_t at;

	if (sscanf(cause, "column %zu: ", &at) == 1)
		PROMISE(at >= 1 && at <= size + 1);
	else
		PROMISE(!strncmp(cause, "a goal has ", 11));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), *cause = NULL;
	struct goal *g = goal_parse(text, &cause), **all;
	int n = 0;

	PROMISE(!g == !!cause);
	if (cause)
		column(cause, strlen(text));
	free(cause);
	cause = NULL;
	all = goal_parse_all(text, &n, &cause);
	PROMISE(!all == !!cause);
	PROMISE(all ? n > 0 : n == 0);
	PROMISE(!g || (all && n == 1));
	if (cause)
		column(cause, strlen(text));
	while (n)
		goal_free(all[--n]);
	free(all);
	free(cause);
	goal_free(g);
	free(text);
	return 0;
}
