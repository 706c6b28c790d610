/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of following share: where one is in a lesson (follow.c, follow_move.c), what was
 * seen there (follow_see.c), what is said about it (follow_say.c).
 */
#ifndef SHELL_FOLLOW_PRIV_H
#define SHELL_FOLLOW_PRIV_H

#include "lesson/goal.h"
#include "lesson/lesson.h"
#include "shell/follow.h"
#include "shell/recorder.h"

enum { STRAYS = 3 }; /* lines beside the lesson's that are remembered, to be named */

struct lesson_state {
	struct lesson lesson;
	int step, fence, entry; /* what is to be done next; step == nsteps: nothing */
	char *current;          /* the process whose name the prompt showed when it was offered */
	bool moved;             /* the line under way has moved the place: it is no learner's */

	/* What is seen: a terminal's text with marks, since the line under way began. */
	struct recorder ear;
	struct sink sink; /* which the ear is told by */
	struct match_map map;
	char *voice; /* the process that is current in the transcript, whatever the prompt shows */
	struct journal journal; /* since the fence was reached */
	bool diff;              /* the learner wants to see what changed: it is heard anyway */

	/* The fence's goal, or a prediction's key. */
	struct goal **goal;
	int ngoals;
	int hinted;          /* hints of the task that were told */
	int strayed;         /* lines beside the lesson's since the session was made for it */
	char *stray[STRAYS]; /* the last of them, the last first */
	bool otherwise; /* something has been seen in this step that the lesson does not show */
	char *no_user;  /* why the session has no second user, which the lesson needs; else NULL */
};

const struct fence *follow_fence(const struct lesson_state *st);
const struct entry *follow_entry(const struct lesson_state *st);
bool follow_colour(const struct shell *sh);
/* Keeps whose name the prompt shows: what is typed next is typed there. */
void follow_here(struct shell *sh);
/* What an entry is without its prompt, if that is this process's already. */
const char *follow_bare(const char *input, const char *current);

/* -- follow_see.c -- */

void follow_hear(struct shell *sh, struct lesson_state *st);
void follow_deafen(struct shell *sh, struct lesson_state *st);
/* Is what was heard what the entry quotes? *diff, if not NULL, gets what differs. */
bool follow_alike(struct lesson_state *st, const struct entry *e, struct str *diff);
/* The entry has been executed: what differs from the lesson is told. */
void follow_compare(struct shell *sh, const struct fence *f, const struct entry *e);
/* And: who is current in the transcript now? */
void follow_voice(struct shell *sh, struct lesson_state *st, const struct entry *e);
/* A task or prediction begins at the current fence: nothing has happened yet. */
void follow_task(struct lesson_state *st);
/* Has the goal been reached? k: that number of the key's. */
bool follow_met(struct shell *sh, struct lesson_state *st, int k);
void follow_strayed(struct lesson_state *st, const char *line);
/* The session is as the lesson has it, from now on: nothing has been typed beside it. */
void follow_begins(struct lesson_state *st);
/*
 * Executes the fence's entries from entry number `from` on, shown as if typed. What differs from the
 * lesson is told; a task's only until its goal is reached, whatever they show. 0; -1: one was not understood, or Ctrl-C: the rest is left out.
 */
int follow_run(struct shell *sh, const struct fence *f, int from);

/* -- follow_say.c: each adds text -- */

void say_prose(struct str *out, const struct prose *prose, bool inside, bool colour);
void say_title(struct str *out, const struct lesson_state *st, bool colour);
void say_beginning(struct str *out, const struct lesson_state *st, int resumed);
void say_anew(struct str *out);
void say_code(struct str *out, const char *s);
void say_offer(struct str *out, const struct shell *sh, bool colour);
void say_your_turn(struct str *out, const struct lesson_state *st, bool colour);
void say_choose(struct str *out, const struct lesson_state *st, bool colour);
void say_missing(struct str *out, struct shell *sh);
void say_solution(struct str *out, const struct fence *f);
void say_solved(struct str *out, const struct shell *sh, bool helped);
void say_failed(struct str *out);
void say_unsolved(struct str *out, struct shell *sh);
void say_differs(struct str *out, struct lesson_state *st, const char *diff);
void say_graded(struct str *out, const struct shell *sh, int answer, int right);
void say_end(struct str *out, const struct lesson_state *st);
/* Tells the session's sinks what is in *out and empties it. */
void say(struct shell *sh, struct str *out);

/* -- follow_move.c -- */

/* From the current place on: shows, and prepares, up to something to do; behind the last one the
 * lesson is over. *out is told first. */
void follow_show(struct shell *sh, struct str *out);
/* The session begins anew, as the fence that one is at wants it; its task has just been set. 0, or -1 with a cause. */
int follow_anew(struct shell *sh, char **cause);
/* The fence is done: to the next one. */
void follow_fence_done(struct shell *sh, struct str *out);
/* Notes where one is, and that a step is done, for the next time. */
void follow_note(struct shell *sh, int done);
/* The step to begin with: where the lesson was left. (follow_tick.c) */
int follow_resume(struct shell *sh);

#endif
