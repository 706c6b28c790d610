/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The register of the sessions that run: a second terminal finds them by it.  An entry is the name
 * of the session's listening socket in the kernel's abstract namespace (unix(7)), so it costs three
 * system calls, ends with the shell, however that ends, and there is no directory and no stale file.
 * Names are listed by /proc/net/unix; whoever they claim to be is asked of the kernel.  It knows
 * nothing of what is said on the socket.
 */
#ifndef SESSION_SESSIONS_H
#define SESSION_SESSIONS_H

#include "session/sandbox.h"

#include <time.h>

/* A session that runs, of the caller's user. */
struct session_entry {
	pid_t pid;      /* the shell */
	pid_t init;     /* its init or guardian */
	bool host;      /* works on the machine's own IPC */
	time_t began;   /* by the clock */
	char *title;    /* its command line, fit for a terminal */
	char name[108]; /* of its socket, without the leading NUL */
};

/*
 * In the shell, once the session stands, and again after a reset: a listening, non-blocking
 * SOCK_SEQPACKET descriptor of 1000 or above, the caller's to close. -1 with a cause.
 */
int sessions_announce(const struct sandbox *box, char **cause);
/* Those that run, the oldest first; the array is the caller's to free by sessions_free(). Returns how
 * many; -1 with a cause: they cannot be listed. */
int sessions_list(struct session_entry **list, char **cause);
void sessions_free(struct session_entry *list, int n);
/*
 * A connection to it: the kernel has said that it is that process, of this user. -1 with a cause: it
 * has ended meanwhile, or too many wait for it already.
 */
int sessions_connect(const struct session_entry *r, char **cause);
/* In the shell: may who has connected do so? Only the session's own user. */
bool sessions_may(int fd);

#endif
