/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a primitive is.  One struct prim holds everything that is known of a kernel call: syntax,
 * help, flags, the function that makes it, and what it has to say about errors and sleep.  Usage,
 * parsing, completion, the strace line and JSON are derived from it (parse.h, format.h, usage.h).
 * Nothing here knows a particular call: those are in ipc/, one row each in ipc/prims.def.
 */
#ifndef CALL_PRIM_H
#define CALL_PRIM_H

#include "call/call.h"

#include <sys/types.h>

struct str;
struct world;
struct parse;
struct words;

/* A named constant; tables end with a NULL name. `what` is shown when completion lists it. */
struct constant {
	const char *name;
	long value;
	const char *what;
};

/* The first constant with this value or name, or NULL. */
const struct constant *constant_by_value(const struct constant *table, long value);
const struct constant *constant_by_name(const struct constant *table, const char *name, size_t len);

struct param;

/* What may stand in a word, or within its braces, where the record alone cannot tell (completion). */
struct offers {
	const struct constant *constant[2]; /* or NULL */
	bool several;                       /* constants are joined by | */
	enum kind kind;                     /* names */
	const struct constant *member;      /* within braces, a structure's fields: "l_type=" ... */
	bool braced;                        /* and the word is in braces, or nothing */
};

/* Is an argument of the type a pointer, and where may an address be typed in the place of what it points to? */
enum points {
	POINTS_NOT,
	POINTS_OWN,  /* the type itself knows: semctl's arg is one for some commands only */
	POINTS,      /* NAME=ADDRESS, and NULL alone */
	POINTS_TEXT, /* NAME=ADDRESS: alone NULL is a text, or a file */
};

/* How an argument is typed, sent and printed. One const object a type; see call/types.h. */
struct argtype {
	const char *what; /* for usage and errors: "a queue", "a number" */
	/* Parses the word in ps into c->arg[i]; 0, or -1 with ps->cause set. */
	/* NULL: it is never typed (PARAM_OUT) */
	int (*parse)(struct parse *ps, const struct param *p, struct call *c, int i);
	/* Adds the argument as strace writes it. done: the call has returned. */
	void (*format)(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done);
	enum kind kind; /* the names that may stand here: completion, and which object is touched */
	bool number;    /* JSON shows a number rather than the formatted text */
	bool file;      /* completion offers file names */
	enum points points;
	unsigned short size; /* of what it points to; 0: that is not always the same */
};

enum param_flag {
	PARAM_OPTIONAL = 1, /* may be left out; `def` is typed for it (NULL: nothing is parsed) */
	PARAM_OUT =
		2, /* the kernel fills it: printed once the call has returned; only an address is typed */
	PARAM_NAMED = 4,   /* typed only as NAME=value (the shell knows it otherwise) */
	PARAM_REST = 8,    /* takes all the words that are left (groups of semop, words of exec) */
	PARAM_SILENT = 16, /* not in the C call's argument list: never printed */
	PARAM_NULL = 32,   /* to the kernel a NULL there is no bad pointer, but means none */
};

struct param {
	const char *name; /* the C parameter's name */
	const struct argtype *type;
	const char *def;
	unsigned flags;
	const struct constant *table; /* flags, commands, signals: what may stand here */
	const char *alias;            /* another name for NAME=value ("size" for msgsz), or NULL */
};

/* What a call that has succeeded gives to the names before its "=". */
struct given {
	long num[2];
	enum kind kind[2];
	const void *text; /* if not NULL, what the last of the names stands for, */
	size_t len;       /* and how long it is; lives as long as the call */
};

enum prim_flag {
	PRIM_SIGNALS = 1,   /* may signal, stop, continue or kill (others or itself) */
	PRIM_FDS = 2,       /* may open, close or copy descriptors: look at the caller's again */
	PRIM_PIPE = 4,      /* changes what is inside the pipe of its KIND_FD arguments */
	PRIM_ATTACH = 8,    /* changes who has a segment attached */
	PRIM_SIGSTATE = 16, /* changes dispositions, mask or pending of the caller */
	PRIM_CLOCK = 32,    /* a sleep in it may end by the clock */
	PRIM_FORK = 64,     /* makes a new learner's process (fork) */
	PRIM_EXEC = 128,    /* replaces the caller's program */
	PRIM_EXIT = 256,    /* does not return */
	PRIM_WAIT = 512,    /* may reap a child */
	PRIM_FILES = 1024,  /* makes or removes a name in the file system */
	PRIM_MEMORY = 2048, /* touches memory: may die by SIGSEGV or SIGBUS */
	PRIM_UNDO = 4096,   /* may change pending undo (semop) or clear it (SETVAL, SETALL) */
	PRIM_NOT_A_CALL = 8192, /* no system call stands behind it (peek, poke) */
};

struct prim {
	const char *name;
	const char *topic;   /* "messages": `help messages` */
	const char *summary; /* one line */
	const char *help;    /* what it does: one or two lines more */
	const char *proto;   /* the C prototype, one line */
	const char *example; /* lines that a fresh session takes; they make the call */
	const char *man;     /* "msgop(2)" */
	const char *errors;  /* "EACCES EAGAIN ..." as the man page lists them */
	struct param param[CALL_ARGS];
	/* The order in which parameters are typed, as letters '0'..'5'; NULL: the C order. */
	const char *order;
	unsigned flags;
	enum kind binds; /* what `x = prim` binds; KIND_NONE: one name is not enough, or too much */
	const char *two; /* names for the two things that it can give ("t text"), or NULL */
	/*
	 * What names get, where that is not what the function returned; *g holds that when it is called. n: how
	 * many names there are. False: what came back is not what the kernel gives.
	 */
	bool (*give)(const struct call *c, int n, struct given *g);
	short sleeps[4];    /* numbers of the system calls in which it may sleep; ends with 0;
			   * read(2) is number 0: written as PRIM_NR_READ */
	const char *traced; /* strace's name for it where libc makes another call, else NULL */

	/*
	 * Shell, or NULL: puts into argument CALL_BEFORE what note() will want to know and nobody can tell once the
	 * call has been made.
	 */
	void (*before)(struct call *c, const struct world *w);
	/* Learner's process: makes the call; returns what the C function returns, errno set. */
	long (*make)(struct call *c);

	/* The rest runs in the shell; any of them may be NULL. */
	/* Takes over the parsing of all words (P, V, kill -9): fills c, may change c->prim. */
	int (*parse)(struct parse *ps, const struct words *words, struct call *c);
	/* The result after " = ", where a plain number or hex for KIND_ADDR will not do. */
	void (*result)(struct str *out, const struct call *c);
	/* One line: why the errno in c came, here and now. Nothing added: the errno's own text. */
	void (*why)(struct str *out, const struct call *c, const struct world *w);
	/* One line, after "NAME sleeps: ": what it waits for, here and now. */
	void (*asleep)(struct str *out, const struct call *c, const struct world *w);
	/* The command with which another process would wake it, as it is typed; nothing: none is known.
	 * Returns the one process that can give it, 0: any can. */
	pid_t (*wake)(struct str *out, const struct call *c, const struct world *w);
	/* One line of remark on a success, where something is worth telling. */
	void (*note)(struct str *out, const struct call *c, const struct world *w);
	/* Completion: changes *of, made from param[i]. cmd: the command before it (type_cmd), or -1. */
	void (*offers)(struct offers *of, int i, long cmd);
	/* For JSON's `data`: what was read or received. */
	void (*data)(struct str *out, const struct call *c);
};

#define PRIM_NR_READ (-1) /* 0 ends the list, and read(2) is 0 */

/* All of them, in the order of ipc/prims.def (the table itself is in ipc/prims.c). */
extern const struct prim *const prims[];
extern const int prim_count;

/* The primitive's index, or -1. */
int prim_find(const char *name, size_t len);
/* Constants of C that belong to no parameter: INT_MAX, S_IRUSR ... (call/constants.c) */
extern const struct constant common_constants[];
/* Any constant of any primitive's table, or of these, by its name, or NULL. */
const struct constant *prim_constant(const char *name, size_t len);

/* Argument i's parameter by its C name, or -1. */
int prim_param(const struct prim *p, const char *name, size_t len);
/* How many parameters it has. */
int prim_nparams(const struct prim *p);

#endif
