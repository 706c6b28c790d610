/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A time-out, typed in seconds (1.5), crossing and printed as struct timespec; NULL is none.
 * It knows no primitive.  Runs in the shell; the bytes in both.
 */
#ifndef IPC_SECONDS_H
#define IPC_SECONDS_H

#include "call/prim.h"

#include <time.h>

extern const struct argtype type_seconds;

/* 12, -1, 0.25 or 1.000000001: 0; -1 if s is none of these or does not fit. */
int seconds_read(const char *s, size_t len, struct timespec *out);
/* Adds "1.5 s". */
void seconds_say(struct str *out, const struct timespec *t);
/* Argument i as it was typed; false: NULL, none. */
bool seconds_arg(const struct call *c, int i, struct timespec *out);

#endif
