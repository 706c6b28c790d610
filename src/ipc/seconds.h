/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A time-out, typed in seconds (1.5) or as C has it, crossing and printed as struct timespec; NULL is none.
 * It knows no primitive.  Runs in the shell; the bytes in both.
 */
#ifndef IPC_SECONDS_H
#define IPC_SECONDS_H

#include "call/prim.h"

#include <time.h>

extern const struct argtype type_seconds;

/* 12, -1, 0.25 or 1.000000001: 0; -1 if s is none of these or does not fit. */
int seconds_read(const char *s, size_t len, struct timespec *out);
/*
 * The n bytes at s, a part of the word, as a time: as seconds_read() has it, {tv_sec, tv_nsec} (any numbers; members:
 * timespec_members, or timeval_members, with which tv_nsec holds microseconds), or an expression in
 * whole seconds. 0, or -1 with the cause set.
 */
int seconds_parse(struct parse *ps, const char *s, size_t len, const struct constant *members,
		  struct timespec *out);
extern const struct constant timespec_members[], timeval_members[];
/* EINVAL: which of the two is out of range; negative: what is said where it is the seconds. Or nothing. */
void seconds_why(struct str *out, const struct timespec *t, const char *negative);
/* Adds {tv_sec=1, tv_nsec=5}, the second part by that name; mark: class of the numbers that differ in every run, or 0. */
void seconds_format(struct str *out, const struct timespec *t, const char *fraction, char mark);
/* Adds "1.5 s". */
void seconds_say(struct str *out, const struct timespec *t);
/* Argument i as it was typed; false: NULL, none. */
bool seconds_arg(const struct call *c, int i, struct timespec *out);

#endif
