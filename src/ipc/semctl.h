/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between semctl.c (the call) and semctl_arg.c (its arguments, typed and printed). */
#ifndef IPC_SEMCTL_H
#define IPC_SEMCTL_H

#include "ipc/sem.h"

enum { SEMCTL_VALUES = 65536 }; /* no limit lets a set have more */

/* Does the command fill a struct semid_ds, a struct seminfo? */
bool semctl_of_stat(long cmd);
bool semctl_of_info(long cmd);

extern const struct argtype semctl_type_num; /* semnum, or at once the command */
/* arg, by the command. For GETALL its num is how many values the set has. */
extern const struct argtype semctl_type_arg;
/* The array of SETALL or GETALL, as [1, 2]. */
void semctl_add_values(struct str *out, const struct call *c, int i);

#endif
