/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the session's init or guardian runs, and what the shell does when somebody has killed
 * the guardian: a new one takes over, with the same list.  The processes of the dead one are children
 * of the shell from then on, which is a subreaper, too.
 */
#ifndef SESSION_INIT_H
#define SESSION_INIT_H

#include "session/session.h"

/* For sandbox_start(). arg is the session. */
int session_init_main(void *arg);
/*
 * If the guardian is dead, a new one takes over, and that is told.  In the sandbox: an init that reset has
 * left is reaped, if it has died.
 */
void session_mend(struct session *s);

#endif
