/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between fd.c (the records) and fd_wait.c (what read and write wait for or refuse). */
#ifndef IPC_FD_H
#define IPC_FD_H

#include "ipc/ends.h"
#include "ipc/facility.h"

enum { READ_FD, READ_BUF, READ_COUNT };
enum { WRITE_FD, WRITE_BUF, WRITE_COUNT };

extern const struct prim prim_write;

/* What the kernel is told: size=N, or the text's length. */
size_t write_count(const struct call *c);

void read_why(struct str *out, const struct call *c, const struct world *w);
void read_asleep(struct str *out, const struct call *c, const struct world *w);
void read_note(struct str *out, const struct call *c, const struct world *w);
void write_why(struct str *out, const struct call *c, const struct world *w);
void write_asleep(struct str *out, const struct call *c, const struct world *w);
void write_note(struct str *out, const struct call *c, const struct world *w);
/* poll's first argument, and the groups that crossed in it: *n of them. */
extern const struct argtype type_pollfds;
struct pollfd;
const struct pollfd *poll_fds(const struct call *c, size_t *n);
/* "pipe:[4711] is empty; main 4 holds its write end": why nothing can be read from it now. */
void wait_empty(struct str *out, const struct world *w, const struct end *end);
/* "pipe:[4711] is full: 65536 of 65536 bytes; A 3 does not read" */
void wait_full(struct str *out, const struct world *w, const struct end *end);

#endif
