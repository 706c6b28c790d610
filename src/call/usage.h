/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be told of a primitive from its record: usage, the page that `help NAME` shows, the
 * hint of arguments still to be typed.  Runs in the shell.
 */
#ifndef CALL_USAGE_H
#define CALL_USAGE_H

#include "call/prim.h"

/* "msgsnd MSQID MTYPE TEXT [FLAGS]" */
void usage_line(struct str *out, const struct prim *p);
/* The parameters still to be typed after nwords complete ones: "MTYPE TEXT [FLAGS]". */
void usage_rest(struct str *out, const struct prim *p, int nwords);
/* The parameter that word number `index` (0: the first after the name) is for, or NULL. */
const struct param *usage_param(const struct prim *p, int index);
/* The whole page: syntax, what it does, prototype, flags, errors, example, man page. */
void usage_page(struct str *out, const struct prim *p);

#endif
