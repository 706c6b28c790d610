/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One word of an external command line: quotes, backslashes, ~, variables, glob characters.  It
 * knows no command and no redirection, only where a word ends.  For shell/pipeline.c alone; runs
 * in the shell.
 */
#ifndef SHELL_PIPEWORD_H
#define SHELL_PIPEWORD_H

#include "shell/pipeline.h"

struct pipeword {
	const char *line, *p;
	const struct pipeline_env *env;
	struct pipeline *out;
	char **cause;

	struct str word;        /* what there is of it, as a pattern */
	bool in_word;           /* even an empty "" is a word */
	bool glob;              /* an unquoted * ? or [...] is in it */
	bool bracket;           /* an unquoted [ is open */
	bool whole;             /* a redirection's: it is not split */
	const char *piped;      /* the last |, or NULL */
	const char *start;      /* of the first thing that is no blank */
	const char *end;        /* after the last thing that is no comment and no & */
	struct str name, value; /* scratch */
};

bool pipeword_blank(char c);
bool pipeword_operator(char c); /* ends a word, quoted it does not */

/*
 * Reads from x->p to the end of a word and adds what is complete to the last command of x->out: no
 * word, or several, where variables are split. 0, or -1 with the cause set.
 */
int pipeword_read(struct pipeword *x);
/* The word that has been read, if there is one, is complete. */
void pipeword_end(struct pipeword *x);

/* Where at stands, from 1, for a cause. */
size_t pipeword_column(const struct pipeword *x, const char *at);
/* Sets the cause that the n bytes at at are sh's, not ours. Always -1. */
int pipeword_unsupported(struct pipeword *x, const char *at, int n);

#endif
