/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between goal_parse.c, which makes a goal's tree, and goal_judge.c, goal_now.c and goal_past.c,
 * which walk it.
 */
#ifndef LESSON_GOAL_PRIV_H
#define LESSON_GOAL_PRIV_H

#include "base/str.h"
#include "lesson/goal.h"

enum { GOAL_ARGS = 3, GOAL_DEEP = 50, GOAL_LONG = 4096 };

enum node_type {
	NODE_NUMBER,
	NODE_TEXT,
	NODE_NAME,  /* q, A, x, ENOMSG, SIGUSR1, msg; * */
	NODE_ID,    /* msg:3: kind in text, num */
	NODE_FIELD, /* kid[0] . text */
	NODE_INDEX, /* kid[0] [ kid[1] ] */
	NODE_CALL,  /* func ( kid[] ) */
	NODE_OP,    /* kid[0] op kid[1] */
	NODE_NOT,
	NODE_MINUS, /* kid[0] alone */
};

enum op { OP_OR, OP_AND, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_PLUS, OP_LESS };

struct function;

struct node {
	enum node_type type;
	enum op op;
	const struct function *func;
	char *text;
	long num;
	size_t from, to; /* where it stands in the goal's text */
	struct node *kid[GOAL_ARGS];
	int nkids;
};

struct goal {
	char *text;
	struct node *top;
};

enum value_type {
	VALUE_NONE,
	VALUE_NUMBER,
	VALUE_TEXT,
	VALUE_OBJECT, /* kind, id; num: what the name stands for */
	VALUE_PROC,
};

struct value {
	enum value_type type;
	long num;
	struct str text; /* released by whoever got the value */
	enum kind kind;
	long id;
	struct process *proc;
};

struct judge {
	struct session *s;
	const struct journal *j;
	const struct value *it; /* in any() and count(), else NULL */
};

/*
 * What stands between its parentheses, a letter each, of which the first `least` must be given:
 * p a process or *, c a call or *, e an errno, s a signal or *, d a descriptor's name, o an object
 * or process, k a kind, w a word or text, r a name that may be gone or a kind, n a number or *,
 * t a text, i a semaphore (s[0]), x an expression about `it`.
 */
struct function {
	const char *name, *args;
	int least;
	struct value (*eval)(const struct judge *j, const struct node *call);
	int detail; /* which of those that share an eval */
};

extern const struct function goal_now[], goal_past[]; /* each ends with a NULL name */

/* The function of that name, or NULL. (goal_args.c) */
const struct function *goal_function(const char *name);

/* The errno of that name, or 0. (goal_args.c) */
int goal_errno(const char *name);

/* The value of a node; the caller frees its text. */
struct value goal_value(const struct judge *j, const struct node *n);
bool goal_true(const struct value *v);
/* Says that the condition is not met, where there are words for it: "A is not asleep". (goal_missing.c) */
bool goal_in_words(const struct goal *g, const struct node *n, struct str *out);
/* What a name stands for now; VALUE_NONE if nothing. */
struct value goal_named(const struct judge *j, const char *name);
/* The process that a p argument names, dead or alive in the table, or NULL. */
struct process *goal_process(const struct judge *j, const struct node *n);
/* "msg": KIND_MSG ...; KIND_NONE if it is none; "proc": KIND_PID. */
enum kind goal_kind(const char *word);
/* Reads the object anew. 0; object_release(); or -1: it is gone. */
int goal_look(const struct judge *j, const struct value *v, struct object *o);

static inline struct value value_number(long n)
{
	return (struct value){ .type = VALUE_NUMBER, .num = n };
}

static inline struct value value_none(void)
{
	return (struct value){ .type = VALUE_NONE };
}

#endif
