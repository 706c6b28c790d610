/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A call as strace(1) writes it.  Numbers that another run may give differently are marked
 * (base/str.h).
 */
#ifndef CALL_FORMAT_H
#define CALL_FORMAT_H

#include "call/prim.h"

enum { FORMAT_STRING = 64 }; /* characters of a string that are shown before "..." */

enum format_part {
	FORMAT_WHOLE,      /* name(args) = result */
	FORMAT_UNFINISHED, /* name(args <unfinished ...> */
	FORMAT_RESUMED,    /* <... name resumed>args) = result */
	FORMAT_NORETURN,   /* name(args) = ? */
};

void call_format(struct str *out, const struct call *c, enum format_part part);
/* The result alone: "0", "-1 EAGAIN (Resource temporarily unavailable)". */
void call_format_result(struct str *out, const struct call *c);
/* The errno's name, "EAGAIN"; "ERRNO_<n>" for one without. Static storage. */
const char *errno_name(int err);
/*
 * "SIGUSR1", "SIGRT_5"; "SIG_<n>" for none. As strace has it, who counts real-time signals from the kernel's first,
 * 32: SIGRTMIN is SIGRT_2, as libc keeps two. Static storage, of several turns.
 */
const char *signo_name(int signo);
/* By name with or without SIG, SIGRTMIN+n, SIGRT_n, or number; -1. */
int signo_parse(const char *s, size_t len);
/* "rw-r-----" and octal */
void format_mode(struct str *out, unsigned mode);

#endif
