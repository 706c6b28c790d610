/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a parent has learnt of a child's end, for whoever tells of that end. */
#ifndef IPC_WAIT_H
#define IPC_WAIT_H

#include "call/call.h"

/* The child that this call has waited for, and wait(2)'s status; 0 if it is no such call, or got none. */
long wait_got(const struct call *c, int *status);

#endif
