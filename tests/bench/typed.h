/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A typed call in a process of a session, for the benches that need no shell. */
#ifndef BENCH_TYPED_H
#define BENCH_TYPED_H

#include "session/session.h"

#include <err.h>
#include <string.h>

/* Fills in p->call, as if "NAME ARGS" had been typed. */
static inline void typed(struct session *s, struct process *p, const char *name, const char *args)
{
	static struct words words;
	char *cause = NULL;

	if (!words.all)
		words_init(&words);
	if (words_split(args, args, &words, &cause) ||
	    call_parse(prim_find(name, strlen(name)), &words, session_resolver(s, p), &p->call,
		       &cause))
		errx(1, "%s %s: %s", name, args, cause);
}

#endif
