/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between fcntl.c (the record) and fcntl_why.c (refusals, and whose lock is waited for). */
#ifndef IPC_FCNTL_H
#define IPC_FCNTL_H

#include "ipc/facility.h"

#include <fcntl.h>

enum { FCNTL_FD, FCNTL_CMD, FCNTL_ARG };

extern const struct constant fcntl_constants[];

void fcntl_why(struct str *out, const struct call *c, const struct world *w);
void fcntl_asleep(struct str *out, const struct call *c, const struct world *w);
void fcntl_note(struct str *out, const struct call *c, const struct world *w);

#endif
