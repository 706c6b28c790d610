/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The argument types that more than one mechanism uses.  A type of one primitive alone stands
 * beside that primitive.  In types.c, those of signals in types_signal.c.
 */
#ifndef CALL_TYPES_H
#define CALL_TYPES_H

#include "call/prim.h"

extern const struct argtype type_int;    /* a number (KIND_INT) */
extern const struct argtype type_uint;   /* the same, 0 or more: a size, a count */
extern const struct argtype type_size;   /* a size_t */
extern const struct argtype type_fd;     /* KIND_FD */
extern const struct argtype type_addr;   /* KIND_ADDR; NULL is printed for 0 */
extern const struct argtype type_pid;    /* KIND_PID; process names */
extern const struct argtype type_key;    /* KIND_KEY; IPC_PRIVATE; printed as 0x... */
extern const struct argtype type_msg;    /* KIND_MSG */
extern const struct argtype type_shm;    /* KIND_SHM */
extern const struct argtype type_sem;    /* KIND_SEM */
extern const struct argtype type_flags;  /* names of the parameter's table joined by |; rest hex */
extern const struct argtype type_perm;   /* flags with the low 9 bits as an octal mode: |0600 */
extern const struct argtype type_mode;   /* an octal mode */
extern const struct argtype type_cmd;    /* one name of the parameter's table */
extern const struct argtype type_text;   /* bytes to write; printed quoted; num is their number */
extern const struct argtype type_path;   /* a file name: NUL-terminated bytes */
extern const struct argtype type_out;    /* PARAM_OUT bytes, printed quoted */
extern const struct argtype type_signo;  /* a signal */
extern const struct argtype type_sigset; /* {SIGUSR1,SIGUSR2}: sigset as 8 bytes; [USR1 USR2] */

/* Adds value as names of the table joined by |, as strace does ("0" for none, rest as 0x..). */
void format_flags(struct str *out, const struct constant *table, unsigned long value);
/* Adds a 64-bit kernel signal set as strace does: [USR1 RTMIN], ~[...] when most are in it. */
void format_sigset(struct str *out, uint64_t set);
extern const struct constant signal_constants[];

#endif
