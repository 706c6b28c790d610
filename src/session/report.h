/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * After settling: what happened, as events, in an order that depends on the commands alone: the
 * actor's call, then signals, deaths and wake-ups by process name, then what it printed, then what is
 * different in the kernel.
 */
#ifndef SESSION_REPORT_H
#define SESSION_REPORT_H

#include "proc/child.h"
#include "session/session.h"

/* actor: who was given a command, or NULL. */
void report(struct session *s, struct process *actor);
/* A report begins: who was given a command, and who waits for which semaphore. (report_call.c) */
void report_begins(struct session *s, const struct process *actor);
/* What p's call, or its pipeline, is at: e is an EV_CALL or EV_RESUMED. (report_call.c) */
void report_call(struct session *s, struct process *p, struct event *e);
void report_pipeline(struct session *s, struct process *p, enum event_type type);
/* The signal that stopped it. (report_call.c) */
int report_stopped_by(const struct process *p);
/* Why p died of its own peek or poke, if that is what the command was, in words. (report_call.c) */
void report_fault(struct session *s, const struct process *p, struct str *out);
/* p's call has succeeded: binds its names, remembers what it touched. (account.c) */
void account(struct session *s, struct process *p);
/* What SEM_UNDO gives back now that p is dead, in words: before account_death(). (account.c) */
void account_giving(struct session *s, const struct process *p, struct str *note);
/* What a death, an exec changes besides. (account.c) */
void account_death(struct session *s, struct process *p);
void account_exec(struct session *s, struct process *p);
/* p printed text: if that is ipcmk's, what it made is the session's. (made.c) */
void made_printed(struct session *s, const struct process *p, const char *text);
/* p's call has succeeded: on the host the guardian hears of what it removed. (made.c) */
void made_called(struct session *s, const struct process *p);
/*
 * p is about to be asked for its call: the guardian knows what it may make. Its answer has come: what it made is
 * listed, before anything else is done. It has settled: if it was killed before it could answer,
 * what it made is listed all the same. All has been told but what could not be listed. (made.c)
 */
void made_asked(struct session *s, struct process *p);
void made_answered(struct session *s, const struct process *p);
void made_unanswered(struct session *s, const struct process *p);
void made_told(struct session *s);
/* Lists what was being made, if it was; also in the guardian. 0, or -1 with a cause. (made.c) */
int made_take(struct guardian_list *l, const struct arena *arena, char **cause);
/* A path as the guardian wants it: absolute, by p's working directory. False: it is too long. (made.c) */
bool made_path(const struct session *s, const struct process *p, const char *path,
	       char absolute[GUARDIAN_PATH]);
/* Looks at what was touched; tells what differs, unless the diff is off. (report_objects.c) */
void report_objects(struct session *s);
/* External programs hold ends, too: FIFOs and learners' pipes that they had, or have now, are touched. */
void account_programs(struct session *s);
/* A program that the session did not steer ran: anything may be different. */
void account_anything(struct session *s);
/* Tells the programs of p's pipeline, and what is plugged into what, unless that has been done. */
void report_plumbing(struct session *s, struct process *p);
/* One of them was started with &: it is watched. Those that have been killed since are told. (background.c) */
void background_started(struct session *s, const struct started *st);
void background_ended(struct session *s);
/* Adds what p's programs sleep in, one line. (external.c) */
void external_sleep(struct session *s, const struct process *p, struct str *out);
/* Adds what is worth telling of a program that has ended: that it has changed itself, and not p. */
void external_remark(const struct process *p, struct str *out);
/* Adds the command of another process that would wake one of them, if one is known: a FIFO's other side. */
void external_wake(struct session *s, const struct process *p, struct str *out);
/* And that which ends the first of them. */
void external_end(struct session *s, const struct process *p, struct str *out);
/* The line to type where p is stopped or sleeps: "await A", "B> V s", "spawn A, then A> kill main SIGINT". */
void session_advise(struct session *s, const struct process *p, struct str *out);

/* Whose semops this command has completed, and what they sum up to. (semnet.c) */
struct semnet {
	const struct process **p;
	int n, cap;
};
void semnet_gather(struct semnet *net, const struct session *s);
/* p is one that resumed: if the last one in its set, adds "s[0] is 1 as before: main gave 2, A took 2". */
void semnet_note(struct session *s, const struct semnet *net, const struct process *actor,
		 const struct process *p, struct str *out);

/* Signal states before a command, so that the diff can tell. (sigdiff.c) */
struct sigdiff;
struct sigdiff *sigdiff_before(struct session *s, struct process *p);
void sigdiff_after(struct session *s, struct sigdiff *d);

#endif
