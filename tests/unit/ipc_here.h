/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed lines whose calls are made in this very process, for tests of what one process can do. */
#ifndef TESTS_IPC_HERE_H
#define TESTS_IPC_HERE_H

#include "call/format.h"
#include "call_line.h"
#include "ipc/facility.h"

#include <errno.h>
#include <string.h>

/* Makes a call that was parsed, with room for all that may come back, as in a slot. */
static inline void make_here(struct call *c)
{
	unsigned char *data = xcalloc(1, CALL_DATA);

	if (c->used)
		memcpy(data, c->data, c->used);
	free(c->data);
	c->data = data;
	c->cap = CALL_DATA;
	errno = 0;
	c->ret = prims[c->prim]->make(c);
	c->err = c->ret == -1 ? errno : 0;
	call_done(c);
}

/*
 * Makes the line's call. What is printed, with its why or its note after a newline; or the cause
 * why it could not be parsed. The caller frees.
 */
static inline char *typed(const char *line, const struct resolver *names, const struct world *w)
{
	struct call c = { 0 };
	struct str out = STR_INIT, remark = STR_INIT;
	char *cause = parse_line(&c, line, names);
	const struct prim *p = prims[c.prim];

	if (cause)
		return cause;
	make_here(&c);
	call_format(&out, &c, FORMAT_WHOLE);
	if (c.err && p->why)
		p->why(&remark, &c, w);
	else if (!c.err && p->note)
		p->note(&remark, &c, w);
	if (remark.len)
		str_addf(&out, "\n%s", str_text(&remark));
	str_free(&remark);
	call_release(&c);
	return unmarked(&out);
}

/* What it would sleep in, in words, is `want`. */
static inline void would_sleep(const char *line, const char *want, const struct resolver *names,
			       const struct world *w)
{
	struct str out = STR_INIT;
	struct call c = { 0 };
	char *cause = parse_line(&c, line, names), *got;

	assert_null(cause);
	prims[c.prim]->asleep(&out, &c, w);
	got = unmarked(&out);
	assert_string_equal(got, want);
	free(got);
	call_release(&c);
}

#endif
