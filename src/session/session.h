/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session: processes, names, objects, the world they live in, and the sinks that hear of
 * everything.  It owns all of it; everyone else borrows.  Lines and commands are not its matter:
 * it is asked for one call, one pipeline, one look at a time.  Runs in the shell.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "call/parse.h"
#include "call/pipepack.h"
#include "ipc/ends.h"
#include "proc/process.h"
#include "session/attached.h"
#include "session/event.h"
#include "session/guardian.h"
#include "session/names.h"
#include "session/objects.h"
#include "session/sandbox.h"
#include "session/undo.h"

struct session {
	struct sandbox box;
	enum sandbox_want want;
	struct procs procs;
	struct process *current; /* whose name the prompt shows; NULL only while starting */
	struct names names;
	struct objects objects;
	struct undo undo;
	struct attached attached;
	struct background { /* a program that was started with &, and lives */
		pid_t pid;
		char name[40];
	} * background;
	int nbackground, background_cap;
	pid_t *holder; /* external programs whose ends are in `ends` */
	int nholders, holders_cap;
	struct ends *ends;
	struct guardian_list *made; /* host mode: what the guardian removes; shared memory */
	struct guardian_past past[GUARDIAN_PAST]; /* guardians that were killed */
	int n_past;
	bool unguarded; /* and there is no new one */
	bool saved;     /* the list is copied to `list`, or cannot be, which has been told */
	int list;       /* -1: it cannot be */
	char *unsaved;  /* why the list has no copy on disk, until that is told */
	char *unlisted; /* what cannot be listed, until it is told; ours to free */
	long older; /* host mode: whom the key of the call under way already named; -1: nobody */
	struct world world;
	struct resolver resolver;
	struct process *resolving; /* whose names `resolver` knows */
	struct sink *sinks;
	int voice;      /* which of them hear at present: session_voice() */
	bool fold;      /* `state` leaves out what is alike, of hundreds of objects */
	bool diff;      /* objects are looked at after every command */
	bool failed;    /* a call failed since somebody cleared this (-e) */
	bool blind;     /* /proc/PID/syscall may not be read: who sleeps is a guess */
	bool cancelled; /* Ctrl-C came while a line was under way: what repeats it ends */
	bool inexact;   /* something started with & or timed: a transcript may differ */
	unsigned long seq;
	struct timespec began;
	volatile sig_atomic_t *interrupted;
	void (*leave)(
		void); /* does not return where the signal that interrupts ends the program; may be NULL */
	int last_status; /* of the last pipeline */
};

/* Starts the world and its first process, main. 0, or -1 with a cause. session_end on any path. */
int session_start(struct session *s, enum sandbox_want want, volatile sig_atomic_t *interrupted,
		  char **cause);
/*
 * The same in two steps: main is being made while the shell does something else. Between them
 * there is no s->current, and only sinks may be added. wish may be NULL.
 */
int session_begin(struct session *s, enum sandbox_want want, const struct sandbox_wish *wish,
		  volatile sig_atomic_t *interrupted, char **cause);
int session_ready(struct session *s, char **cause);
/* What cannot be proved here, if anything, is told. */
void session_caveat(struct session *s);
/* Ends every process, removes what is to be removed, frees everything. Harmless twice. */
void session_end(struct session *s);
/*
 * The same for fatal(): nobody knows what was half done, so nothing is freed, and nothing allocated
 * where the guardian lives.
 */
void session_abandon(struct session *s);
/* `reset`: a fresh world; sinks stay. 0, or -1 with a cause (the session is then unusable). */
int session_reset(struct session *s, char **cause);

void session_add_sink(struct session *s, struct sink *sink);
void session_remove_sink(struct session *s, struct sink *sink);
/*
 * An event that holds words of the shell's own is made once a language in which it is heard:
 *	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) { the words; session_emit(); }
 * Meanwhile lang_say() speaks that language, and only its sinks hear. Once around, if there is but one.
 */
int session_voice(struct session *s, int said);
/* Parts what is wrong from what to type, at the end of a cause: the hint of the error that it becomes. */
#define CAUSE_TRY "\ntry: "
/* As session_text(), with an N_() text, in each language in which somebody hears. */
void session_words(struct session *s, const char *words);
/* Fills in seq, t, proc, pid and current (from p, which may be NULL) and hands it to the sinks. */
void session_emit(struct session *s, struct process *p, struct event *e);
void session_error(struct session *s, const char *source, const char *message, const char *hint);
void session_text(struct session *s, const char *text);

/* What processes are told to do (steer.c). */

/* spawn: a fresh process, other: of the second user, nobody. 0, or -1 with a cause. */
int session_spawn(struct session *s, const char *name, bool other, char **cause);
/* May this be a process's (what: "process") or an object's name? 0, or -1 with a cause. */
int session_name_ok(struct session *s, const char *name, size_t len, const char *what,
		    char **cause);
/* 0 if p can be given a command now; or -1 with a cause that says why not and what to type. */
int session_free_to(struct session *s, struct process *p, char **cause);

/*
 * p makes the call p->call (filled by call_parse with session_resolver(s, p)), all settles, and all
 * that happened is told. bind: names that the result gets ("r w" for a pipe), or NULL.
 */
void session_call(struct session *s, struct process *p, const struct word *bind, int nbind);
/* p runs a pipeline. 0, or -1 with a cause (too long). */
int session_pipeline(struct session *s, struct process *p, const struct pipeline *pl, char **cause);
/* Who knows the names that p may use. Valid until the next call of it. */
const struct resolver *session_resolver(struct session *s, struct process *p);

/* What happens without a command (wait.c). */

/* Takes notice of whatever happened without a command (a clock, somebody outside). True if
 * something was told. For an event loop, when s->procs.epoll is readable. */
bool session_poll(struct session *s);
/*
 * await: waits until p moves. That it does not sleep, or that nobody is left who could wake it (the
 * deadlock is named, and s->failed set), is told. 0; or -1 with a cause: interrupted.
 */
int session_await(struct session *s, struct process *p, char **cause);
/* Ctrl-C at the prompt: SIGINT for the sleeping current process. False: it does not sleep. */
bool session_interrupt(struct session *s);
/* What p sleeps in: "A sleeps in semop: wants 1 of s[0], which is 0". */
void session_sleeper(struct session *s, const struct process *p, struct str *out);
/* One line a sleeper: "A sleeps in semop: ..." */
void session_sleepers(struct session *s, struct str *out);

/* Looking. */

/* state: everything, or only what `word` names: a kind, an object, a process. 0/-1 with cause. */
int session_state(struct session *s, const char *word, size_t len, char **cause);
/* state, everything, for this sink alone: the others hear nothing, and no event is counted. */
int session_state_for(struct session *s, const char *word, size_t len, struct sink *sink,
		      char **cause);
/* What p is at, in the words of `state`: "ready", "asleep", "zombie" ... */
const char *session_activity(const struct process *p);
/* Looks again at who holds which end of which pipe. */
void session_refresh_ends(struct session *s);
/* Somebody outside may have changed anything: looks at all objects, tells what differs. */
void session_look_around(struct session *s);
/* A directory that the shell can open and that is the process's working directory. Static. */
const char *session_directory(struct session *s, struct process *p);

#endif
