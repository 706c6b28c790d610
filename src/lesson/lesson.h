/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A Markdown file as a lesson: front matter, steps (`##` headings), prose, and fences.  A
 * `console` fence holds a transcript: prompt lines are commands, what follows is what must be
 * seen.  It knows Markdown and what a prompt line looks like; not what a command is, nor how
 * anything is shown.  Runs in the shell.
 */
#ifndef LESSON_LESSON_H
#define LESSON_LESSON_H

#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>

#define LESSON_MAX (4u << 20) /* bytes of a file */

struct cmark_node;

/* A command of a transcript and what it must show. */
struct entry {
	char *input; /* the prompt line as it stands: "A> P s 2" */
	int line;    /* its line in the file; what is expected stands in those that follow */
	char **expect;
	int nexpect; /* blank lines at the end do not count */
};

/* Markdown between two fences: top-level nodes from `from` up to before `to` (NULL: the end). */
struct prose {
	struct cmark_node *from, *to; /* from == to: nothing */
	bool hint;                    /* a <details>: its insides are meant */
};

enum fence_kind {
	FENCE_CONSOLE, /* typed along */
	FENCE_SETUP,   /* run without asking */
	FENCE_PREDICT, /* choices first */
	FENCE_GOAL,    /* the solution of a free exercise */
	FENCE_OTHER,   /* not a transcript: only shown; it has no entries */
};

struct fence {
	enum fence_kind kind;
	char *info;          /* the whole info string as it stands */
	char *goal;          /* what stands in goal="..." or predict="...", else NULL */
	int line;            /* of the first line of its contents */
	int end;             /* of the closing fence */
	char *text;          /* all of its contents */
	struct prose before; /* what stands between it and the fence or heading before */
	struct entry *entry;
	int nentries;
	bool quotes; /* some entry expects something: then all are compared, else none */
	int hint;    /* FENCE_GOAL: its hints are the step's hint[hint .. hint+nhints) */
	int nhints;
	bool hidden;                /* FENCE_GOAL: it stands in a <details> */
	struct prose told;          /* FENCE_GOAL: what follows it in there */
	int nchoices;               /* FENCE_PREDICT: of the numbered list before it, or 0 */
	struct prose why;           /* FENCE_PREDICT: the <details> right after it, or nothing */
	struct cmark_node *reasons; /* FENCE_PREDICT: the numbered list in there, or NULL */
};

struct step {
	char *title;  /* plain text, fit for a terminal */
	bool heading; /* it has one; else it is what stands before the first */
	int line;     /* of its heading; of the first line after the front matter if it has none */
	struct fence *fence;
	int nfences;
	struct prose after; /* what follows the last fence; all of the prose if there is none */
	struct prose *hint; /* its <details>, in order, but for those with a goal's fence */
	int nhints;
};

struct front_matter {
	char *key, *value;
	int line;
};

struct lesson {
	char *path;
	char *title; /* the front matter's, else the first `#` heading's, else the file's name */
	int number;  /* the front matter's, else the file name's, else 0 */
	struct front_matter *field;
	int nfields;
	struct step *step; /* what stands before the first `##` is a step too, if it is not empty */
	int nsteps;
	struct cmark_node *doc; /* what the prose points into */
};

#define LESSON_INIT ((struct lesson){ 0 })

/*
 * Reads a lesson. 0, or -1 with a cause that names FILE:LINE where there is one: unreadable, not
 * a regular file, larger than LESSON_MAX, NUL bytes, not UTF-8, front matter or a fence that
 * never ends, an unknown kind of console fence, text before a fence's first prompt, a console
 * fence inside a list or quotation (nobody would type along there).  Of the fences inside
 * <details> only one with a goal is played; the others belong to the hint.  Release it in either
 * case.
 */
int lesson_load(struct lesson *l, const char *path, char **cause);
/* The same from memory; path is only for messages. */
int lesson_parse(struct lesson *l, const char *path, const char *text, size_t n, char **cause);
void lesson_release(struct lesson *l);

/* Which of a prediction's reasons is for choice k (from 0)? All there is where they are no list. */
struct prose lesson_reason(const struct fence *f, int k);
/* How many reasons there are: a list's items, or 1, or 0. */
int lesson_reasons(const struct fence *f);

/* How many steps are counted, those with a heading; the number of step i among them, or 0. */
int lesson_steps(const struct lesson *l);
int lesson_number_of(const struct lesson *l, int step);

/* A front matter field's value, or NULL. */
const char *lesson_field(const struct lesson *l, const char *key);

/* The length of the name in a prompt line ("A> P s", "main>"), or 0: it is none. */
size_t lesson_prompt(const char *line);

/* One lesson of a directory. */
struct lesson_item {
	char *path;
	int number;
	char *name;    /* "semaphores" of 05-semaphores.md */
	char *title;   /* its lesson's, or the name if that could not be loaded */
	char *problem; /* why it could not, or NULL */
	int time;      /* minutes, or 0 */
	int steps;
};

struct lesson_list {
	struct lesson_item *item; /* by number, then name */
	int n;
};

/*
 * Finds the files NN-name.md of a directory. With lang ("zh"), NN-name.zh.md is taken where there
 * is one. -1 with a cause if the directory cannot be read; a broken lesson is listed with its
 * problem. Release the list in either case.
 */
int lesson_find(struct lesson_list *list, const char *dir, const char *lang, char **cause);
void lesson_list_release(struct lesson_list *list);
/*
 * Looks up by number ("3", "03"), by name, by a name's beginning, by any part of a name or title
 * (letters of either case), in this order. NULL with a cause if none or several fit.
 */
const struct lesson_item *lesson_search(const struct lesson_list *list, const char *what,
					char **cause);

#endif
