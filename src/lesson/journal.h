/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What has happened since a task was set: of each event the little that a goal can ask for.  It is a
 * sink of the session's; it keeps the newest, and forgets the oldest of very many.  Runs in the
 * shell.
 */
#ifndef LESSON_JOURNAL_H
#define LESSON_JOURNAL_H

#include "session/event.h"

#include <stddef.h>

enum {
	JOURNAL_MOST = 1 << 16,  /* events */
	JOURNAL_TEXT = 1 << 16,  /* bytes that are kept of one event's text */
	JOURNAL_BYTES = 1 << 24, /* and of all together */
};

/* One event. Texts are the journal's; marks are gone. */
struct jot {
	enum event_type type;
	int change; /* EV_PROCESS, EV_OBJECT */
	enum call_status status;
	enum kind kind; /* EV_OBJECT */
	int err, signo, exit_status;
	long ret, id;
	const char *call; /* a call's name; "command": a program or pipeline */
	char *proc;       /* or NULL */
	char *text;       /* EV_OBJECT: its name; a call: its data; EV_OUTPUT: what was printed */
	size_t len;
};

struct journal {
	struct sink sink; /* first: it is found by its sink */
	struct jot *jot;
	int n, cap;
	size_t bytes; /* of all texts */
};

void journal_init(struct journal *j);
void journal_release(struct journal *j);
/* Forgets everything: a task is set. */
void journal_reset(struct journal *j);

#endif
