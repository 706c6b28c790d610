/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whatever is shown is an event first: the session makes them, sinks (terminal, JSON, journal, the
 * judge of lessons) take them.  An event and all that it points to live until emit() returns.
 */
#ifndef SESSION_EVENT_H
#define SESSION_EVENT_H

#include "call/prim.h"
#include "ipc/facility.h"

#include <stdbool.h>
#include <time.h>

enum event_type {
	EV_LINE,
	EV_CALL,
	EV_RESUMED,
	EV_OBJECT,
	EV_SIGNAL,
	EV_PROCESS,
	EV_OUTPUT,
	EV_STATE,
	EV_ERROR,
	EV_TEXT, /* what a command answers: help, names. JSON: output, stream "shell" */
};

enum call_status { CALL_RETURNED, CALL_FAILED, CALL_WAITING };
enum object_change { OBJECT_NEW, OBJECT_CHANGED, OBJECT_GONE };
enum process_change {
	PROCESS_STARTED,
	PROCESS_STOPPED,
	PROCESS_CONTINUED,
	PROCESS_EXITED,
	PROCESS_KILLED,
	PROCESS_ZOMBIE,
	PROCESS_REAPED,
	PROCESS_ORPHANED,
	PROCESS_EXECED,
	PROCESS_CHANGED, /* dispositions, mask, pending signals */
};
enum signal_action { SIGNAL_HANDLED, SIGNAL_IGNORED, SIGNAL_DEFAULT };

struct event {
	enum event_type type;
	unsigned long seq;
	double t;         /* seconds since the session began */
	const char *proc; /* the process that is meant, or NULL */
	pid_t pid;
	bool current; /* it is the one whose name the prompt shows */

	/* EV_LINE: text, source. EV_OUTPUT, EV_TEXT: text of len bytes. EV_ERROR: text, hint */
	const char *text;
	size_t len;
	const char *source; /* FILE:LINE or NULL */
	const char *hint;
	const char *stream; /* "stdout", "stderr", "shell" */
	/* EV_OUTPUT of a very long line: its rest; only a part, whose rest comes in the next event */
	bool goes_on, to_go_on;

	/* EV_CALL, EV_RESUMED. call is NULL for an external pipeline: text and ret are set */
	const struct call *call;
	bool noreturn; /* its caller died in it */
	bool stopped;  /* waiting: a signal holds it, whatever it waits for */
	enum call_status status;
	long ret;
	const char *why;   /* a line, or NULL */
	unsigned long ref; /* seq of the waiting event */
	double waited;

	/* EV_OBJECT; EV_PROCESS (change, subject and note of PROCESS_CHANGED) */
	int change;
	enum kind kind;
	long id;
	const char *name; /* marks inside */
	const struct object *now, *was;
	const char *const *subject; /* OBJECT_CHANGED: "s[0]" ... */
	const char *const *note;    /* ... "3 (was 0)"; OBJECT_NEW: note[0] is the description */
	int nnotes;

	/* EV_SIGNAL, EV_PROCESS */
	int signo, code, value_known;
	long value;
	enum signal_action action;
	const char *from; /* who sent it, or NULL; PROCESS_REAPED: who waited */
	int exit_status;  /* PROCESS_EXITED, PROCESS_ZOMBIE, if value_known */
	bool core;

	/* EV_STATE */
	struct grid *const *grid;
	int ngrids;
};

struct sink {
	void (*emit)(struct sink *sink, const struct event *e);
	struct sink *next;
	bool english; /* whatever the learner's language: it compares the words, or programs read them */
	bool times; /* it wants to know when: e->t, else 0 */
};

/* "call", "resumed", ... as --json names them. */
const char *event_name(enum event_type type);

#endif
