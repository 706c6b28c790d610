/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shell: a line of text to its execution.  Where lines come from (keyboard, file, -c, lesson) and
 * where events go is somebody else's matter.
 */
#ifndef SHELL_SHELL_H
#define SHELL_SHELL_H

#include "session/session.h"

#include <signal.h>
#include <stdio.h>

struct draft;
struct lesson;
struct term;

/* Exit status (ipcsh(1)): a check differed, or with -e a call failed; a mistake; Ctrl-C where nobody types. */
enum { OK = 0, DIFFERS = 1, MISTAKE = 2, INTERRUPTED = 128 + SIGINT };

struct shell {
	struct session *session;
	struct term *term;    /* the printer, borrowed: `set` changes it; NULL with --json */
	bool interactive;     /* somebody types: mistakes are told and the session goes on */
	bool stop_on_failure; /* -e */
	bool any_pid;         /* --any-pid: kill and removal are not guarded on the host */
	bool step;            /* --step: Enter before each line that nobody typed */
	struct steps *steps;  /* those that are offered at the prompt, or NULL (shell/step.h) */
	bool own;             /* the scripts under way are the user's own: ipcshrc */
	bool guest; /* the line is a script's or lesson's: nothing of it leaves the session */
	bool quit;
	int exit_status; /* what the program will exit with */
	int depth;       /* of source */
	int repeats;     /* how many are under way, one within the other */
	FILE *record;    /* where typed lines are written to, or NULL */
	char *record_path;
	struct draft *draft; /* the lesson that is recorded, or NULL (shell/draft.h) */
	struct term *ear;    /* what else hears how lines are told, and folds them as term does */
	const char *source;  /* FILE:LINE of the line under way, or NULL */
	const char *line;    /* its text: columns are counted from here */
	char *typed_for;     /* name of the process that the line is for, while it runs */
	struct lesson_state *lesson; /* the lesson that is followed, or NULL (shell/follow.h) */
	const char *lessons;         /* --lessons: the folder that they are in, or NULL */
	bool unkept;                 /* progress cannot be kept: that has been told */
	/* Asks a yes-or-no question on the terminal; NULL where there is none. */
	bool (*ask)(void *ctx, const char *question);
	/* Runs a program on the real terminal (`!`): the line editor steps aside. May be NULL. */
	void (*aside)(void *ctx, bool begin);
	void *ctx;
	/* After each line, when all has settled and been told. May be NULL. */
	void (*settled)(struct shell *sh);
};

void shell_init(struct shell *sh, struct session *session);
void shell_release(struct shell *sh);

/*
 * Executes one line. source is FILE:LINE, or NULL for one that was typed. 0; or -1: a mistake,
 * which was told (exit_status is 2 then if nobody types).
 */
int shell_line(struct shell *sh, const char *text, const char *source);
/* Tells a mistake in the line under way. Always -1. Takes cause (malloc'ed). */
int shell_mistake(struct shell *sh, char *cause, const char *hint);
/* Did Ctrl-C, or a signal that ends the program, come while the line was under way, or any line that nobody typed? */
bool shell_interrupted(const struct shell *sh);
/*
 * Waits until fd can be read; what was shown is flushed before. False: a signal came instead, and
 * shell_interrupted().
 */
bool shell_wait(struct shell *sh, int fd);
/* The process that the line under way is for. */
struct process *shell_process(struct shell *sh);

/* A command of the shell itself: one const record a file, one row in cmds.def. */
struct command {
	const char *name;
	const char *args;    /* usage: "[NAME ...]" */
	const char *summary; /* one line */
	const char *help;    /* more, or NULL */
	bool raw;            /* run gets the rest of the line as it stands; words is empty */
	/* Completion of its arguments: what may stand there. */
	enum command_arg {
		ARG_NONE,
		ARG_PROCESS,
		ARG_OBJECT,
		ARG_FILE,
		ARG_TOPIC,
		ARG_WORD,
		ARG_LESSON
	} takes;
	/* 0, or -1 with a cause. */
	int (*run)(struct shell *sh, const struct words *words, const char *rest, char **cause);
};

extern const struct command *const commands[]; /* ends with NULL */
const struct command *command_find(const char *name, size_t len);

/* The nearest name of a primitive or command, or NULL. */
const char *shell_nearest(const char *name, size_t len);

#endif
