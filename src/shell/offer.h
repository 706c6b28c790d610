/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words that completion can offer: processes, names and objects, constants, programs, files.
 * Each function hands on those that begin with what was typed.  For shell/complete.c.
 */
#ifndef SHELL_OFFER_H
#define SHELL_OFFER_H

#include "shell/complete.h"

struct offer {
	struct shell *sh;
	struct process *p; /* whose line it is: names, directory */
	struct completion *out;
	const char *typed; /* what the word begins with */
	size_t len;
	int told; /* how many words were handed on */
};

/* word, if it begins with what was typed. */
void offer(struct offer *o, const char *word, const char *describe, bool open);
/* The processes that live, each followed by tail ("" or ">"). */
void offer_processes(struct offer *o, const char *prefix, const char *tail);
/* What p may call by a name of its own or a system-wide one, each after a prefix ("" or "$").
 * KIND_NONE: all of them. Objects without a name are offered as KIND:ID if a kind was asked for. */
void offer_names(struct offer *o, enum kind kind, const char *prefix);
void offer_constants(struct offer *o, const struct constant *table, bool open);
/* Programs in PATH. */
void offer_programs(struct offer *o);
/* Files as p sees them; p is NULL: as the shell does. path is what was typed, without quotes. */
void offer_files(struct offer *o, const struct process *p, const char *path);

#endif
