/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the words after a primitive's name to a struct call, guided by its record alone.
 * Names are resolved by whoever holds them (the session), through struct resolver.
 */
#ifndef CALL_PARSE_H
#define CALL_PARSE_H

#include "call/prim.h"
#include "call/words.h"

/* Who knows names. want: the kind that is asked for, KIND_INT takes any. */
struct resolver {
	void *ctx;
	/* 1: *out is it; 0: no such name; -1: a cause is set (another process's, wrong kind). */
	int (*name)(void *ctx, const char *name, size_t len, enum kind want, long *out,
		    char **cause);
	/* What it is; KIND_NONE: there is no such name. NULL: not known of any. */
	enum kind (*kind)(void *ctx, const char *name, size_t len);
	/* Adds what a name stands for in a text: a number's digits, a text's bytes. As name() answers. */
	int (*text)(void *ctx, const char *name, size_t len, struct str *out, char **cause);
	/* "Did you mean": the nearest known name of that kind, or NULL. */
	const char *(*nearest)(void *ctx, const char *name, size_t len, enum kind want);
};

struct parse {
	const struct prim *prim;
	const struct resolver *names;
	const char *at; /* the word being parsed */
	size_t len;
	int column; /* where the word stands in the line, 0-based bytes */
	char **cause;
};

/*
 * Parses words (those after the primitive's name) into c, filling in defaults; c->prim is set.
 * 0; or -1 with *cause: what was wrong, where, and the usage.
 */
int call_parse(int prim, const struct words *words, const struct resolver *names, struct call *c,
	       char **cause);

/* For types: the word as a number (call/expr.h), names of that kind allowed, constants of the
 * parameter's table and of all primitives too. 0, or -1 with the cause set. */
int parse_number(struct parse *ps, const struct param *p, enum kind want, long *out);
/* The same for a size_t: up to 2^64 - 1, which wraps into the long as -1 does. */
int parse_size(struct parse *ps, const struct param *p, long *out);
/* The same on a part of the word. */
int parse_number_at(struct parse *ps, const struct param *p, enum kind want, const char *s,
		    size_t len, long *out);
/* Where it could be something else, is the word an address? NULL, 0x1234, or what begins with the name of one: a, (a+8)*2. */
bool parse_looks_address(const struct parse *ps);
/* For types: the word as an address, NULL among them, in the place of what it points to. 0, or -1 with the cause set. */
int parse_address(struct parse *ps, const struct param *p, struct call *c, int i);
/*
 * For parse() of a primitive: which parameter NAME=... is for, *skip bytes of the word before its value; or -1.
 * And the word without those bytes as argument i: by its type, or as the address of such a thing. 0, or -1 with the
 * cause set.
 */
int parse_named(const struct prim *p, const struct word *w, size_t *skip);
int parse_argument(struct parse *ps, const struct word *w, size_t skip, int i, struct call *c);
/* For types: the word as a text (call/words.h), the resolver's names in it, too. 0, or -1 with the cause set. */
int parse_bytes(struct parse *ps, struct str *bytes, long *repeat);
/* For types: the "*INT" behind a group, the n bytes at s. 0, or -1 with the cause set. */
int parse_repeat(struct parse *ps, const char *s, size_t n, long *repeat);
/* Sets ps->cause: "NAME: WHAT" with the word and its column. Always -1. */
int parse_fail(struct parse *ps, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A {a, b, c} group: calls field() for each part (blanks trimmed); 0, -1 on error. */
int parse_group(struct parse *ps, const char *s, size_t len,
		int (*field)(struct parse *ps, void *arg, int index, const char *s, size_t len),
		void *arg);
/*
 * Which member of a structure a field of a group is: by its name ("l_type=..."; s and len are moved behind
 * the =), else by its place. members: their names, each with its =. -1: there is no such member.
 */
int parse_member(const struct constant *members, int index, const char **s, size_t *len);

#endif
